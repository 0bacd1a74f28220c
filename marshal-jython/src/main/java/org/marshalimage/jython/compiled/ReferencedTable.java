package org.marshalimage.jython.compiled;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.python.core.Py;
import org.python.core.PyFrame;
import org.python.core.PyFunctionTable;
import org.python.core.PyObject;
import org.python.core.ThreadState;

/**
 * Stands for the class of a class file until code of it is first called. Jython's code objects hand
 * each call to such a table, so those of a reference are Jython's own, but for their table. Safe
 * for use by many threads.
 */
final class ReferencedTable extends PyFunctionTable {
  private final CompiledFile file;
  private volatile @Nullable PyFunctionTable loaded;

  ReferencedTable(CompiledFile file) {
    this.file = file;
  }

  CompiledFile file() {
    return file;
  }

  boolean isLoaded() {
    return loaded != null;
  }

  @Override
  public PyObject call_function(int number, PyFrame frame, ThreadState state) {
    PyFunctionTable table = loaded;
    if (table == null) {
      table = load();
    }
    PyObject result = table.call_function(number, frame, state);
    if (result == null) {
      throw noSuchCode(number);
    }
    return result;
  }

  /** No ImportError: programs catch that, to do without a module. */
  private synchronized PyFunctionTable load() {
    PyFunctionTable table = loaded;
    if (table == null) {
      try {
        table = CompiledClass.load(file.className(), file.source(), ClassFiles.read(file));
      } catch (IOException e) {
        throw Py.SystemError(e.getMessage());
      } catch (ReflectiveOperationException e) {
        throw Py.SystemError(
            "compiled code cannot be loaded: " + e + ", class file=" + file.path());
      }
      loaded = table;
    }
    return table;
  }

  private RuntimeException noSuchCode(int number) {
    return Py.SystemError(
        "no such compiled code: number=" + number + ", class file=" + file.path());
  }
}
