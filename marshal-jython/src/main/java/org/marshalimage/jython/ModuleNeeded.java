package org.marshalimage.jython;

/**
 * Says that a module has to be executed before an object can be made. While objects are made, no
 * code of Python's runs, which would meet half of them: all that is being made is given up, the
 * module is imported, and it is made again.
 */
final class ModuleNeeded extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;

  ModuleNeeded(String name) {
    super("module has to be imported: " + name, null, false, false);
    this.name = name;
  }

  String name() {
    return name;
  }
}
