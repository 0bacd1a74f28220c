package org.marshalimage.jython;

import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PySystemState;

/**
 * The module {@code marshal_image}: {@code snapshot()} has a program's state taken, and ends the
 * program, if a snapshot is being made; else it does nothing.
 */
final class SnapshotModule extends PyObject {
  static final String NAME = "marshal_image";

  private final boolean isMaking;

  private SnapshotModule(boolean isMaking) {
    super(PyObject.TYPE);
    this.isMaking = isMaking;
  }

  /** The state is to be taken now. */
  private static final class Taken extends RuntimeException {
    Taken() {
      super("snapshot", null, false, false);
    }
  }

  /** Makes the module, for a program whose state is being made. */
  static void enter(PySystemState system) {
    system.modules.__setitem__(NAME, module(true));
  }

  static PyModule module(boolean isMaking) {
    PyModule module = new PyModule(NAME);
    module.__dict__.__setitem__("snapshot", new SnapshotModule(isMaking));
    return module;
  }

  static boolean isTaken(PyException e) {
    return e.value.__tojava__(Object.class) instanceof Taken;
  }

  @Override
  public PyObject __call__(PyObject[] args, String[] keywords) {
    if (isMaking) {
      throw Py.JavaError(new Taken());
    }
    return Py.None;
  }
}
