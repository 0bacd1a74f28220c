package org.marshalimage.jython;

import org.python.core.PyFrame;
import org.python.core.PyObject;
import org.python.core.ThreadState;

/** Jython's own loop, which wants the whole code object on the heap. */
final class StockLoop implements EvaluationLoop {
  @Override
  public PyObject run(MappedCode code, PyFrame frame, ThreadState state) {
    return code.thawed().run(frame, state);
  }
}
