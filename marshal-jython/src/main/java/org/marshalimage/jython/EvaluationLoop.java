package org.marshalimage.jython;

import org.python.core.PyFrame;
import org.python.core.PyObject;
import org.python.core.ThreadState;

/** What runs a mapped code object. */
interface EvaluationLoop {
  /**
   * Runs a frame from its last instruction on, to its end or to where it yields.
   *
   * @param code the frame's code
   * @param frame the frame; {@code f_lasti} is 0 at its start
   * @param state the calling thread's
   * @return what the frame returns or yields
   */
  PyObject run(MappedCode code, PyFrame frame, ThreadState state);

  /**
   * Returns the loop of a name.
   *
   * @param name {@code stock} for Jython's own, {@code mapped} for that which reads the mapping
   * @return the loop
   */
  static EvaluationLoop named(String name) {
    return switch (name) {
      case "mapped" -> new MappedLoop();
      case "stock" -> new StockLoop();
      default ->
          throw new IllegalArgumentException(
              "no such loop: expected=stock or mapped, found=" + name);
    };
  }
}
