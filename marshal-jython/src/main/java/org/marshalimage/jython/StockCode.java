package org.marshalimage.jython;

import org.python.core.PyBytecode;
import org.python.core.PyFrame;
import org.python.core.PyObject;
import org.python.core.ThreadState;

/**
 * A code object on the heap, as Jython's loop wants it. Code outside of this package never sees
 * one.
 */
final class StockCode extends PyBytecode {
  StockCode(MappedCode code, PyObject[] constants, String[] names) {
    super(
        code.co_argcount,
        code.co_nlocals,
        code.co_stacksize,
        code.view().flags(),
        code.view().code().toString(),
        constants,
        names,
        code.co_varnames,
        code.co_filename,
        code.co_name,
        code.co_firstlineno,
        code.view().lineTable().toString(),
        code.co_cellvars,
        code.co_freevars);
  }

  /** Runs a frame of the mapped code object. */
  PyObject run(PyFrame frame, ThreadState state) {
    return super.interpret(frame, state);
  }
}
