package org.marshalimage.jython;

import org.jspecify.annotations.Nullable;
import org.python.core.ContextManager;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyInstance;
import org.python.core.PyObject;
import org.python.core.Slotted;
import org.python.core.ThreadState;

/** SETUP_WITH and WITH_CLEANUP. */
final class WithStatement {
  private WithStatement() {}

  /** Puts what leaves the context in the place of the manager, sets up the block, enters. */
  static void enter(Evaluation evaluation, ThreadState state, int handler) {
    PyObject manager = evaluation.top();
    PyObject entered;
    // Locks have methods for Java alone, unless a Python class has been derived from theirs.
    if (manager instanceof ContextManager context && !(manager instanceof Slotted)) {
      evaluation.setTop(new JavaExit(context));
      entered = context.__enter__(state);
    } else {
      PyObject exit = method(manager, "__exit__");
      PyObject enter = method(manager, "__enter__");
      evaluation.setTop(exit);
      entered = enter.__call__(state);
    }
    evaluation.pushBlock(Opcodes.SETUP_WITH, handler);
    evaluation.push(entered);
  }

  /** Leaves the context; what lies above its exit tells why. */
  static void leave(Evaluation evaluation, ThreadState state) {
    PyObject why = evaluation.top();
    if (why == Py.None || why instanceof Unwinding) {
      evaluation.pop();
      PyObject exit = evaluation.pop();
      evaluation.push(why);
      exit(state, exit, null);
      return;
    }
    PyException exception = evaluation.popException();
    PyObject exit = evaluation.pop();
    if (exit(state, exit, exception)) {
      evaluation.push(Py.None);
    } else {
      evaluation.pushException(exception);
    }
  }

  private static boolean exit(ThreadState state, PyObject exit, @Nullable PyException exception) {
    if (exit instanceof JavaExit context) {
      return context.manager.__exit__(state, exception);
    }
    return (exception == null
            ? exit.__call__(state, Py.None, Py.None, Py.None)
            : exit.__call__(
                state,
                exception.type,
                exception.value,
                exception.traceback == null ? Py.None : exception.traceback))
        .__nonzero__();
  }

  /** A special method is one of the type; an instance of an old-style class has it itself. */
  private static PyObject method(PyObject manager, String name) {
    PyObject method;
    if (manager instanceof PyInstance) {
      method = manager.__findattr__(name);
    } else {
      method = manager.getType().lookup(name);
      if (method != null) {
        method = method.__get__(manager, manager.getType());
      }
    }
    if (method == null) {
      throw Py.AttributeError(name);
    }
    return method;
  }

  /** What lies on the stack for a manager that is written in Java. */
  private static final class JavaExit extends PyObject {
    final ContextManager manager;

    JavaExit(ContextManager manager) {
      super(PyObject.TYPE);
      this.manager = manager;
    }
  }
}
