package org.marshalimage.jython.compiled;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.python.antlr.base.mod;
import org.python.compiler.LegacyCompiler;
import org.python.core.CompilerFacade;
import org.python.core.CompilerFlags;
import org.python.core.PyCode;
import org.python.core.PyFunctionTable;
import org.python.core.PyRunnable;
import org.python.core.PythonCodeBundle;
import org.python.core.PythonCompiler;

/**
 * Keeps the classes that Jython compiles from text, of {@code exec} and the like, so that code of
 * them can be named: for who makes an image. Safe for use by many threads.
 */
public final class TextClasses implements PythonCompiler {
  private final PythonCompiler compiler = new LegacyCompiler();
  private final Map<Class<?>, byte[]> contents = Collections.synchronizedMap(new WeakHashMap<>());

  private TextClasses() {}

  /**
   * Has Jython compile by way of a new object.
   *
   * @return what keeps the classes from now on
   */
  public static TextClasses keep() {
    TextClasses classes = new TextClasses();
    CompilerFacade.setCompiler(classes);
    return classes;
  }

  /** Returns the class file of a class; null if it was not compiled from text. */
  byte @Nullable [] contents(Class<?> type) {
    return contents.get(type);
  }

  @Override
  public PythonCodeBundle compile(
      mod node,
      String name,
      String filename,
      boolean linenumbers,
      boolean printResults,
      CompilerFlags flags)
      throws Exception {
    PythonCodeBundle bundle =
        compiler.compile(node, name, filename, linenumbers, printResults, flags);
    return new PythonCodeBundle() {
      @Override
      public PyCode loadCode() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bundle.writeTo(bytes);
        PyFunctionTable table = CompiledClass.load(name, filename, bytes.toByteArray());
        contents.put(table.getClass(), bytes.toByteArray());
        return ((PyRunnable) table).getMain();
      }

      @Override
      public void writeTo(OutputStream stream) throws Exception {
        bundle.writeTo(stream);
      }
    };
  }
}
