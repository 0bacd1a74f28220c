package org.marshalimage.jython;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.python.core.Py;
import org.python.core.PyCode;
import org.python.core.PyException;
import org.python.core.PyList;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PySystemState;
import org.python.core.imp;

/**
 * Imports modules from files in one of Jython's own ways, and times how long loading code takes.
 */
final class FileImporter extends PyObject implements Method.Owner {
  private final CodeSource source;
  private final Path folder;
  private final LoadClock clock;

  FileImporter(CodeSource source, Path folder, LoadClock clock) {
    this.source = source;
    this.folder = folder;
    this.clock = clock;
  }

  @Override
  public @Nullable PyObject __findattr_ex__(String name) {
    return name.equals("find_module") || name.equals("load_module")
        ? new Method(this, name)
        : super.__findattr_ex__(name);
  }

  @Override
  public PyObject call(String method, String argument) {
    return method.equals("find_module") ? findModule(argument) : loadModule(argument);
  }

  /** No path is of this importer; see {@code sys.path_hooks}. */
  @Override
  public PyObject __call__(PyObject[] args, String[] keywords) {
    throw Py.ImportError("not of this importer");
  }

  private PyObject findModule(String name) {
    boolean here =
        PySystemState.getBuiltin(name) == null
            && (Files.exists(module(name)) || Files.exists(init(name)));
    return here ? this : Py.None;
  }

  private Path module(String name) {
    return source.file(folder, name.replace('.', '/'));
  }

  private Path init(String name) {
    return source.file(folder, name.replace('.', '/') + "/__init__");
  }

  private PyObject loadModule(String name) {
    Path init = init(name);
    boolean isPackage = Files.exists(init);
    Path file = isPackage ? init : module(name);
    PyCode code = load(file, name);
    PyModule module = imp.addModule(name);
    PyObject globals = module.__dict__;
    globals.__setitem__("__loader__", this);
    globals.__setitem__("__file__", new PyString(file.toString()));
    if (isPackage) {
      PyString path = new PyString(init.getParent().toString());
      globals.__setitem__("__path__", new PyList(new PyObject[] {path}));
    }
    try {
      Py.runCode(code, globals, globals);
    } catch (PyException e) {
      Py.getSystemState().modules.__delitem__(name);
      throw e;
    }
    return Py.getSystemState().modules.__getitem__(new PyString(name));
  }

  private PyCode load(Path file, String name) {
    clock.start();
    try {
      return source.load(file, name);
    } catch (IOException e) {
      throw Py.IOError(e);
    } finally {
      clock.stopImport();
    }
  }
}
