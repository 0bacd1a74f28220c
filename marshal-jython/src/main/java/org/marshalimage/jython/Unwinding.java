package org.marshalimage.jython;

import org.python.core.Py;
import org.python.core.PyObject;

/**
 * A break, continue or return on its way out through blocks. Lies on the operand stack while a
 * finally clause runs, which is why it is an object of Jython's.
 */
final class Unwinding extends PyObject {
  static final Unwinding BREAK = new Unwinding(Kind.BREAK, Py.None, -1);

  /** What is on its way. */
  enum Kind {
    BREAK,
    CONTINUE,
    RETURN
  }

  final Kind kind;

  /** What a return returns. */
  final PyObject value;

  /** Where a continue goes on. */
  final int target;

  private Unwinding(Kind kind, PyObject value, int target) {
    super(PyObject.TYPE);
    this.kind = kind;
    this.value = value;
    this.target = target;
  }

  static Unwinding returning(PyObject value) {
    return new Unwinding(Kind.RETURN, value, -1);
  }

  static Unwinding continuing(int target) {
    return new Unwinding(Kind.CONTINUE, Py.None, target);
  }
}
