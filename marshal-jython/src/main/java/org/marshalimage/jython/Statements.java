package org.marshalimage.jython;

import org.jspecify.annotations.Nullable;
import org.python.core.Py;
import org.python.core.PyBaseCode;
import org.python.core.PyDictionary;
import org.python.core.PyException;
import org.python.core.PyFrame;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.PyTuple;
import org.python.core.ThreadState;

/** Statements that ask for more than an operation of Jython's: import, raise, exec. */
final class Statements {
  private static final int ABSOLUTE_OR_RELATIVE = -1;

  private Statements() {}

  static void importName(Evaluation evaluation, String name) {
    PyObject fromList = evaluation.pop();
    PyObject level = evaluation.top();
    PyFrame frame = evaluation.frame;
    PyObject importer = frame.f_builtins.__finditem__("__import__");
    if (importer == null) {
      throw Py.ImportError("__import__ not found");
    }
    PyString module = Py.newString(name);
    PyObject locals = frame.f_locals == null ? Py.None : frame.f_locals;
    // A replacement of __import__ that knows no levels is called as it was before there were any.
    PyObject[] arguments =
        level.asInt() == ABSOLUTE_OR_RELATIVE
            ? new PyObject[] {module, frame.f_globals, locals, fromList}
            : new PyObject[] {module, frame.f_globals, locals, fromList, level};
    evaluation.setTop(importer.__call__(arguments));
  }

  static PyObject importFrom(PyObject module, String name) {
    PyObject attribute = module.__findattr__(name);
    if (attribute == null) {
      throw Py.ImportError("cannot import name " + name);
    }
    return attribute;
  }

  /** RAISE_VARARGS, with up to three operands: type, value, traceback. */
  static PyException raise(Evaluation evaluation, ThreadState state, int count) {
    PyObject traceback = count > 2 ? evaluation.pop() : Py.None;
    PyObject value = count > 1 ? evaluation.pop() : Py.None;
    if (count == 0) {
      PyException handled = state.exception;
      if (handled != null) {
        return evaluation.again(new PyException(handled.type, handled.value, handled.traceback));
      }
    }
    PyObject type = count > 0 ? evaluation.pop() : Py.None;
    while (type instanceof PyTuple types && types.size() > 0) {
      type = types.pyget(0);
    }
    // Jython takes KeyError's tuple for one key, which is right for lookups alone.
    if (type == Py.KeyError && value instanceof PyTuple arguments) {
      value = type.__call__(arguments.getArray());
    }
    PyException exception = PyException.doRaise(type, value, traceback);
    return traceback == Py.None ? exception : evaluation.again(exception);
  }

  static void exec(Evaluation evaluation) {
    PyObject locals = evaluation.pop();
    PyObject globals = evaluation.pop();
    PyObject code = evaluation.pop();
    if (globals != Py.None
        && !(globals instanceof PyDictionary)
        && !(globals instanceof PyStringMap)) {
      throw Py.TypeError("exec: arg 2 must be a dictionary or None");
    }
    if (code instanceof PyBaseCode compiled && compiled.hasFreevars()) {
      throw Py.TypeError("code object passed to exec may not contain free variables");
    }
    if (code.getClass() == PyString.class) {
      MappedCode executing = evaluation.code;
      PyObject known = executing.library().text(code.toString(), executing.view().flags());
      code = known == null ? code : known;
    }
    Py.exec(code, none(globals), none(locals));
  }

  private static @Nullable PyObject none(PyObject object) {
    return object == Py.None ? null : object;
  }
}
