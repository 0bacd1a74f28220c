package org.marshalimage.jython.compiled;

import java.io.IOException;
import org.python.core.BytecodeLoader;
import org.python.core.ContainsPyBytecode;
import org.python.core.PyFunctionTable;

/** Loads the class of a class file as Jython's importers do, without running the module. */
final class CompiledClass {
  private CompiledClass() {}

  /**
   * Returns a new instance, which has the module's code.
   *
   * @param source what tracebacks are to show
   * @throws ReflectiveOperationException if it is no class of Jython's compiler
   */
  static PyFunctionTable load(String className, String source, byte[] bytes)
      throws ReflectiveOperationException {
    try {
      Class<?> type = BytecodeLoader.makeClass(className, bytes);
      if (ContainsPyBytecode.class.isAssignableFrom(type)) {
        // Functions that are too long for a method of the JVM are in it as CPython's bytecode.
        BytecodeLoader.fixPyBytecode(type.asSubclass(ContainsPyBytecode.class));
      }
      return (PyFunctionTable) type.getConstructor(String.class).newInstance(source);
    } catch (IOException | ClassCastException | LinkageError e) {
      throw new ReflectiveOperationException("not of Jython's compiler: " + e.getMessage(), e);
    }
  }
}
