package org.marshalimage.jython;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.marshalimage.ImageModule;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.jython.compiled.CodeRecordLayout;
import org.marshalimage.jython.compiled.CodeRecordReader;
import org.marshalimage.jython.compiled.SourceFiles;
import org.marshalimage.trace.StartupTrace;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PySystemState;
import org.python.core.imp;

/**
 * Imports modules from an image: a finder and loader of PEP 302, for {@code sys.meta_path}. A
 * module that the image does not hold is left to those after it, and so is one that Jython has
 * built in.
 *
 * <p>Safe for use by many threads. The image must stay open while Jython runs.
 */
public final class ImageImporter extends PyObject implements Method.Owner {
  private final MarshalImage image;
  private final MappedLibrary library;

  /** What a program had become, if the image has it. */
  private final @Nullable Snapshot snapshot;

  /** Is told which modules are executed; null if nobody wants to know. */
  private @Nullable StartupTrace trace;

  /** Why the state that the image has is not even looked at. */
  private @Nullable String formatMisfit;

  private boolean checksSources;

  /** What the entries of {@code __path__} start with that are packages of the image. */
  private final String root;

  /**
   * Makes an importer.
   *
   * @param image not closed
   * @param loop which evaluation loop runs the modules: {@code stock} for Jython's own, or {@code
   *     mapped} for the one that reads from the mapping
   */
  public ImageImporter(MarshalImage image, String loop) {
    this(image, new MappedLibrary(image, EvaluationLoop.named(loop)), null);
  }

  ImageImporter(MarshalImage image, MappedLibrary library) {
    this(image, library, null);
  }

  private ImageImporter(MarshalImage image, MappedLibrary library, @Nullable Snapshot snapshot) {
    this.image = image;
    this.library = library;
    this.snapshot = snapshot;
    root = image.path() + "/";
  }

  /**
   * Maps an image, which may have a program's state.
   *
   * @param file the image
   * @param loop as for the constructor
   * @return an importer from it
   * @throws IOException if the file cannot be mapped
   */
  public static ImageImporter of(Path file, String loop) throws IOException {
    return of(file, loop, null);
  }

  /**
   * Maps an image, which may have a program's state.
   *
   * @param trace records what is read of it, and which modules are executed; or null
   */
  static ImageImporter of(Path file, String loop, @Nullable StartupTrace trace) throws IOException {
    EvaluationLoop evaluation = EvaluationLoop.named(loop);
    MarshalImage plain = MarshalImage.map(file);
    String misfit = Fit.isSnapshot(plain) ? Fit.formatMisfit(plain) : null;
    Snapshot snapshot = Fit.isSnapshot(plain) && misfit == null ? new Snapshot() : null;
    MarshalImage image = plain;
    if (snapshot != null || trace != null) {
      plain.close();
      image = MarshalImage.map(file, options(snapshot, trace));
    }
    MappedLibrary library = new MappedLibrary(image, evaluation, snapshot);
    if (snapshot != null) {
      List<ImageModule> states = image.modules(Snapshot.STATE);
      if (!states.isEmpty()) {
        // What all modules share is compared now, while the error can still be a line.
        states.get(0).root();
      }
      snapshot.open(image, library);
    }
    ImageImporter importer = new ImageImporter(image, library, snapshot);
    importer.formatMisfit = misfit;
    importer.trace = trace;
    return importer;
  }

  private static MapOptions options(@Nullable Snapshot snapshot, @Nullable StartupTrace trace) {
    MapOptions.Builder options = MapOptions.builder();
    if (snapshot != null) {
      // A flipped bit in code is an error sooner or later; in a number of a program's state it is
      // one that nobody sees.
      options.checksums(true).externals(snapshot);
    }
    if (trace != null) {
      options.observer(trace.observer());
    }
    return options.build();
  }

  /** Sets whether state is not used if a source of its modules has changed. */
  void setChecksSources(boolean checks) {
    checksSources = checks;
  }

  /**
   * Has an interpreter start from the state that the image has, if it has any that fits.
   *
   * @param system the interpreter's, in which nothing has been imported yet
   */
  void start(PySystemState system) {
    if (formatMisfit != null) {
      isNotUsed(formatMisfit);
    }
    if (snapshot == null || snapshot.isStarted()) {
      return;
    }
    String misfit = Fit.misfit(image);
    Optional<ImageModule> files = image.findModule(CodeRecordLayout.FILES);
    if (misfit == null && files.isPresent()) {
      misfit = new CodeRecordReader(image).misfit(files.get().root());
    }
    if (misfit == null && checksSources) {
      misfit = SourceFiles.misfit(image);
    }
    if (misfit == null) {
      snapshot.start(system);
    } else {
      isNotUsed(misfit);
    }
  }

  private static void isNotUsed(String misfit) {
    System.err.println("marshal-jython: snapshot is not used, all modules are executed: " + misfit);
  }

  MarshalImage image() {
    return image;
  }

  MappedLibrary library() {
    return library;
  }

  @Override
  public @Nullable PyObject __findattr_ex__(String name) {
    return switch (name) {
      case "find_module",
          "load_module",
          "get_code",
          "get_filename",
          "get_source",
          "is_package",
          "get_data" ->
          new Method(this, name);
      default -> super.__findattr_ex__(name);
    };
  }

  @Override
  public PyObject call(String method, String argument) {
    boolean isOfCode = method.equals("get_code") || method.equals("is_package");
    if ((isOfCode || method.equals("get_filename") || method.equals("get_source"))
        && !image.hasModule(argument)
        && snapshot != null) {
      return otherLoader(argument).invoke(method, new PyString(argument));
    }
    return switch (method) {
      case "find_module" -> findModule(argument);
      case "load_module" -> loadModule(argument);
      case "get_code" -> code(find(argument));
      case "get_filename" -> fileName(code(find(argument)));
      case "get_source" -> getSource(argument);
      case "is_package" -> Py.newBoolean(find(argument).isPackage());
      case "get_data" -> getData(argument);
      default -> throw Py.AttributeError(method);
    };
  }

  /** Finds what has the code of a module whose state alone is in the image. */
  private PyObject otherLoader(String name) {
    PyObject importers =
        imp.importName("pkgutil", true).invoke("iter_importers", new PyString(name));
    for (PyObject each : importers.asIterable()) {
      PyObject loader = each == this ? Py.None : each.invoke("find_module", new PyString(name));
      if (loader != Py.None) {
        return loader;
      }
    }
    throw Py.ImportError("no module named " + name);
  }

  /**
   * Gives a finder for a package of the image, as one of {@code sys.path_hooks}: {@code runpy} and
   * {@code pkgutil} look for what is in a package by its {@code __path__} alone.
   */
  @Override
  public PyObject __call__(PyObject[] args, String[] keywords) {
    String path = Method.first(args);
    if (!path.startsWith(root)) {
      throw Py.ImportError("not in " + image.path() + ": " + path);
    }
    return new PackageFinder(image, path.substring(root.length()), this);
  }

  PyObject findModule(String name) {
    if (name.equals(SnapshotModule.NAME)) {
      return this;
    }
    // What is built in stands before the library, as it does for imports from sys.path.
    boolean here =
        PySystemState.getBuiltin(name) == null
            && (image.hasModule(name) || snapshot != null && snapshot.has(name));
    return here ? this : Py.None;
  }

  private PyObject loadModule(String name) {
    if (name.equals(SnapshotModule.NAME)) {
      return SnapshotModule.module(false);
    }
    if (snapshot != null && Py.getSystemState().modules.__finditem__(name) == null) {
      PyObject restored = snapshot.load(name);
      if (restored != null) {
        return restored;
      }
    }
    ImageModule found = find(name);
    MappedCode code = code(found);
    PyObject modules = Py.getSystemState().modules;
    // A module that is loaded again keeps its object.
    boolean isNew = modules.__finditem__(name) == null;
    PyModule module = imp.addModule(name);
    PyObject globals = module.__dict__;
    globals.__setitem__("__loader__", this);
    globals.__setitem__("__file__", fileName(code));
    if (found.isPackage()) {
      globals.__setitem__("__path__", library.packagePath(name));
    }
    globals.__setitem__("__package__", new PyString(found.isPackage() ? name : before('.', name)));
    if (trace != null) {
      trace.begin(name);
    }
    try {
      Py.runCode(code, globals, globals);
    } catch (PyException e) {
      if (isNew && modules.__finditem__(name) != null) {
        modules.__delitem__(name);
      }
      throw e;
    } finally {
      if (trace != null) {
        trace.end(name);
      }
    }
    // Which may be another one, if the module has replaced itself.
    return modules.__getitem__(new PyString(name));
  }

  private PyObject getSource(String name) {
    String file = code(find(name)).co_filename;
    try {
      return read(file);
    } catch (NoSuchFileException | InvalidPathException e) {
      return Py.None;
    } catch (IOException e) {
      throw Py.IOError(e);
    }
  }

  private static PyObject getData(String file) {
    try {
      return read(file);
    } catch (IOException e) {
      throw Py.IOError(e);
    }
  }

  private static PyString read(String file) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(file));
    return new PyString(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  private ImageModule find(String name) {
    return image
        .findModule(name)
        .orElseThrow(() -> Py.ImportError("no module named " + name + " in " + image.path()));
  }

  private MappedCode code(ImageModule module) {
    return library.code(module.code());
  }

  /** Returns the source's name as the compiler was told it; it need not be there. */
  private static PyString fileName(MappedCode code) {
    return Py.fileSystemEncode(code.co_filename);
  }

  /** Returns what stands before the last mark, nothing if there is none. */
  private static String before(char mark, String text) {
    return text.substring(0, Math.max(0, text.lastIndexOf(mark)));
  }
}
