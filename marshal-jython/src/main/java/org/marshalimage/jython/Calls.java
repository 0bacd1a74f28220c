package org.marshalimage.jython;

import org.python.core.Py;
import org.python.core.PyClass;
import org.python.core.PyCode;
import org.python.core.PyException;
import org.python.core.PyFrame;
import org.python.core.PyFunction;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyTuple;
import org.python.core.ThreadState;

/** Calls, and what is made to be called. */
final class Calls {
  private static final int COUNT_MASK = 0xFF;
  private static final int KEYWORDS_SHIFT = 8;

  private Calls() {}

  /** CALL_FUNCTION: the low byte counts arguments by position, the high byte those by keyword. */
  static void call(Evaluation evaluation, ThreadState state, int argument) {
    switch (argument) {
      case 0 -> evaluation.setTop(evaluation.top().__call__(state));
      case 1 -> {
        PyObject first = evaluation.pop();
        evaluation.setTop(evaluation.top().__call__(state, first));
      }
      case 2 -> {
        PyObject second = evaluation.pop();
        PyObject first = evaluation.pop();
        evaluation.setTop(evaluation.top().__call__(state, first, second));
      }
      case 3 -> {
        PyObject third = evaluation.pop();
        PyObject second = evaluation.pop();
        PyObject first = evaluation.pop();
        evaluation.setTop(evaluation.top().__call__(state, first, second, third));
      }
      default -> {
        String[] keywords = keywords(evaluation, argument);
        PyObject[] arguments = arguments(evaluation, argument, keywords);
        evaluation.setTop(evaluation.top().__call__(state, arguments, keywords));
      }
    }
  }

  /** CALL_FUNCTION_VAR, CALL_FUNCTION_KW, CALL_FUNCTION_VAR_KW. */
  static void callExtra(Evaluation evaluation, int opcode, int argument) {
    PyObject mapping = opcode == Opcodes.CALL_FUNCTION_VAR ? null : evaluation.pop();
    PyObject sequence = opcode == Opcodes.CALL_FUNCTION_KW ? null : evaluation.pop();
    String[] keywords = keywords(evaluation, argument);
    PyObject[] arguments = arguments(evaluation, argument, keywords);
    evaluation.setTop(evaluation.top()._callextra(arguments, keywords, sequence, mapping));
  }

  /** The names of arguments by keyword; they stay on the stack, each below its value. */
  private static String[] keywords(Evaluation evaluation, int argument) {
    int count = argument >> KEYWORDS_SHIFT & COUNT_MASK;
    if (count == 0) {
      return Py.NoKeywords;
    }
    String[] keywords = new String[count];
    for (int i = 0; i < count; i++) {
      keywords[i] = ((PyString) evaluation.peek(2 * (count - i) - 1)).internedString();
    }
    return keywords;
  }

  /** All arguments, those by keyword last, as Jython wants them. */
  private static PyObject[] arguments(Evaluation evaluation, int argument, String[] keywords) {
    int count = argument & COUNT_MASK;
    PyObject[] pairs = evaluation.pop(2 * keywords.length);
    PyObject[] byPosition = evaluation.pop(count);
    if (keywords.length == 0) {
      return byPosition;
    }
    PyObject[] arguments = new PyObject[count + keywords.length];
    System.arraycopy(byPosition, 0, arguments, 0, count);
    for (int i = 0; i < keywords.length; i++) {
      arguments[count + i] = pairs[2 * i + 1];
    }
    return arguments;
  }

  static void makeFunction(Evaluation evaluation, int defaultCount) {
    PyObject code = evaluation.pop();
    PyObject[] defaults = evaluation.pop(defaultCount);
    evaluation.push(
        new PyFunction(evaluation.frame.f_globals, defaults, (PyCode) code, docstring(code)));
  }

  static void makeClosure(Evaluation evaluation, int defaultCount) {
    PyObject code = evaluation.pop();
    PyTuple cells = (PyTuple) evaluation.pop();
    PyObject[] defaults = evaluation.pop(defaultCount);
    evaluation.push(
        new PyFunction(
            evaluation.frame.f_globals,
            defaults,
            (PyCode) code,
            docstring(code),
            cells.getArray()));
  }

  /** A function's docstring is its first constant. */
  private static PyObject docstring(PyObject code) {
    return code instanceof MappedCode mapped && mapped.co_consts.length > 0
        ? mapped.co_consts[0]
        : Py.None;
  }

  static void buildClass(Evaluation evaluation) {
    PyObject namespace = evaluation.pop();
    PyTuple bases = (PyTuple) evaluation.pop();
    PyObject name = evaluation.top();
    PyObject metaclass = metaclass(evaluation.frame, bases, namespace);
    try {
      evaluation.setTop(metaclass.__call__(name, bases, namespace));
    } catch (PyException e) {
      // What is raised by Java code is not yet an instance, and lacks what was being done.
      if (e.type == Py.TypeError && e.value instanceof PyString text) {
        throw Py.TypeError("Error when calling the metaclass bases\n    " + text);
      }
      throw e;
    }
  }

  /** The class's own, that of its first base, that of the module, or that of old-style classes. */
  private static PyObject metaclass(PyFrame frame, PyTuple bases, PyObject namespace) {
    PyObject own = namespace.__finditem__("__metaclass__");
    if (own != null) {
      return own;
    }
    if (bases.size() > 0) {
      PyObject base = bases.pyget(0);
      PyObject its = base.__findattr__("__class__");
      return its == null ? base.getType() : its;
    }
    PyObject global = frame.f_globals.__finditem__("__metaclass__");
    return global == null ? PyClass.TYPE : global;
  }
}
