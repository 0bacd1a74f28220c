package org.marshalimage.jython;

import org.python.core.Py;
import org.python.core.PyObject;

/** A method for Python. It takes a name or a path first, and has no use for what may follow. */
final class Method extends PyObject {
  /** What has methods. */
  interface Owner {
    /**
     * Calls a method.
     *
     * @param method its name
     * @param argument the first argument
     * @return what it gives
     */
    PyObject call(String method, String argument);
  }

  private final Owner owner;
  private final String name;

  Method(Owner owner, String name) {
    // Not the type of this class, which Jython would make by looking at all that it inherits.
    super(PyObject.TYPE);
    this.owner = owner;
    this.name = name;
  }

  @Override
  public PyObject __call__(PyObject[] args, String[] keywords) {
    return owner.call(name, first(args));
  }

  /** Returns the first argument. */
  static String first(PyObject[] args) {
    if (args.length == 0) {
      throw Py.TypeError("expected a name or a path");
    }
    return args[0].toString();
  }
}
