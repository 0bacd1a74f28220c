package org.marshalimage.jython;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.jython.compiled.CodeDescriber;
import org.marshalimage.jython.compiled.CodeNamer;
import org.marshalimage.jython.compiled.CodeRecordLayout;
import org.marshalimage.jython.compiled.SourceFiles;
import org.marshalimage.jython.compiled.TextClasses;
import org.marshalimage.snapshot.SnapshotBuilder;
import org.marshalimage.snapshot.SnapshotReport;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyModule;
import org.python.core.PyNullImporter;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.PySystemState;
import org.python.core.PyType;
import org.python.core.imp;
import org.python.util.PythonInterpreter;
import org.python.util.jython;

/**
 * Runs a program's imports and writes what it has become. A process does so once, since it starts
 * Jython in its own way.
 */
final class SnapshotMaking {
  /** Modules whose bodies run whenever a program starts. */
  private static final Set<String> ALWAYS_EXECUTED =
      Set.of("__main__", "sitecustomize", "usercustomize", SnapshotModule.NAME);

  private static final List<String> CODECS =
      List.of("encodings.ascii", "encodings.latin_1", "encodings.utf_8");

  private final List<ImageImporter> importers = new ArrayList<>();
  private final CodeDescriber compiled = new CodeDescriber(new CodeNamer(TextClasses.keep()));
  private final CodeValues codes = new CodeValues(compiled);

  private final SnapshotOptions options;
  private final TextCompiler texts;
  private @Nullable SiteRecorder site;

  SnapshotMaking(SnapshotOptions options) {
    this.options = options;
    texts = new TextCompiler(options.python(), codes);
  }

  /**
   * Makes the snapshot.
   *
   * @return what became of it
   * @throws IOException if an image cannot be read or written
   */
  SnapshotReport make() throws IOException {
    for (Path library : options.from()) {
      ImageImporter importer = ImageImporter.of(library, "mapped");
      importer.library().setTexts(texts);
      importers.add(importer);
    }
    options.setInterpreterOptions();
    Properties settings = new Properties();
    settings.setProperty("python.import.site", "false");
    PySystemState.initialize(System.getProperties(), settings, options.argv());
    PySystemState system = Py.getSystemState();
    for (ImageImporter importer : importers) {
      system.meta_path.append(importer);
      system.path_hooks.append(importer);
    }
    ImportRecorder recorder = ImportRecorder.start(system);
    try (PythonInterpreter interpreter = new PythonInterpreter()) {
      SnapshotModule.enter(system);
      if (options.withSite()) {
        site = SiteRecorder.execute(system);
      }
      try {
        run(system, interpreter);
      } catch (PyException e) {
        if (!SnapshotModule.isTaken(e) && !e.match(Py.SystemExit)) {
          throw e;
        }
      }
      // Jython's own main method asks for PYTHONINSPECT when a program ends, and imports os for it.
      imp.load("os");
      // Which programs ask for without importing them; executed, each would have Jython read the
      // whole list of what is in its archive.
      for (String name : CODECS) {
        SystemModules.importModule(system, name);
      }
      recorder.stop();
      // A class that nobody has any more is among its base's subclasses until it is collected.
      System.gc();
      return write(system, recorder);
    }
  }

  /** Returns what is to be said beside the report, lines or nothing. */
  String remarks() {
    String reason = site == null ? null : site.reason();
    return reason == null ? "" : "site is executed when a program starts: " + reason + "\n";
  }

  private SnapshotReport write(PySystemState system, ImportRecorder recorder) throws IOException {
    Map<PyObject, ObjectDescriber.ModuleState> states = new IdentityHashMap<>();
    List<PyObject> namespaces = new ArrayList<>();
    SourceFiles sources = new SourceFiles();
    PyType plain = PyType.fromClass(PyModule.class);
    for (String name : recorder.order()) {
      PyObject module = system.modules.__finditem__(name.intern());
      ImageImporter from = importerOf(name);
      if (module instanceof PyModule known
          && known.__dict__ instanceof PyStringMap
          && (from != null || isCompiled(known))
          && name.equals(String.valueOf(known.__dict__.__finditem__("__name__")))
          && !isAlwaysExecuted(name)) {
        namespaces.add(known.__dict__);
        states.put(
            known.__dict__,
            new ObjectDescriber.ModuleState(
                name,
                recorder.imports(name),
                options.reimport().contains(name) ? "module of --reimport" : recorder.effect(name),
                from == null ? "" : from.image().path() + "/" + name,
                known.getType() == plain ? null : known.getType()));
        if (from == null) {
          compiled.addFiles(known.__dict__);
        }
        PyObject file = known.__dict__.__finditem__("__file__");
        if (file instanceof PyString text) {
          sources.add(states.get(known.__dict__).root(), Py.fileSystemDecode(text));
        }
      }
    }
    BuiltinNames builtins = new BuiltinNames(system);
    boolean hasSite = site != null && site.reason() == null;
    if (hasSite) {
      site.builtins().getMap().values().forEach(builtins::remove);
    }
    RegistryRecorder.Contents registries =
        recorder.registries(
            states.values().stream().map(ObjectDescriber.ModuleState::name).toList());
    SnapshotBuilder builder =
        SnapshotBuilder.create(
            new ObjectDescriber(builtins, codes, states, namespaces, registries));
    Fit.properties().forEach(builder::property);
    for (ImageImporter importer : importers) {
      addCode(importer.image(), builder);
    }
    for (PyObject namespace : namespaces) {
      builder.root(states.get(namespace).root(), namespace);
    }
    if (hasSite) {
      builder.outside(SiteState.BUILTINS, site.builtins());
    }
    texts.roots().forEach(builder::outside);
    builder.outside(CodeRecordLayout.FILES, compiled.files());
    builder.outside(SourceFiles.ROOT, sources.toValue());
    return builder.write(options.target());
  }

  private boolean isAlwaysExecuted(String name) {
    boolean isSite = name.equals(SiteState.SITE);
    return isSite ? site == null || site.reason() != null : ALWAYS_EXECUTED.contains(name);
  }

  /** Tells whether a module is of Jython's own compiler. */
  private static boolean isCompiled(PyModule module) {
    String file = String.valueOf(module.__dict__.__finditem__("__file__"));
    return file.endsWith("$py.class") || file.endsWith(".py");
  }

  private @Nullable ImageImporter importerOf(String name) {
    for (ImageImporter importer : importers) {
      if (importer.image().hasModule(name)) {
        return importer;
      }
    }
    return null;
  }

  private void addCode(MarshalImage image, SnapshotBuilder builder) {
    for (ImageModule module : image.modules()) {
      if (!module.isCode() || importerOf(module.name()).image() != image) {
        continue;
      }
      PycFile pyc = module.toPycFile().orElseThrow();
      codes.add(image, module.code(), (CodeValue) pyc.root());
      builder.addModule(module.name(), pyc, module.isPackage());
    }
  }

  /** Runs the program as Jython's own main method does. */
  private void run(PySystemState system, PythonInterpreter interpreter) {
    String what = options.what();
    switch (options.kind()) {
      case "-c" -> {
        system.path.insert(0, folder());
        interpreter.exec(what);
      }
      case "-m" -> {
        system.path.insert(0, folder());
        runModule(interpreter, what);
      }
      case "-jar" -> {
        system.path.insert(0, Py.fileSystemEncode(what));
        jython.runJar(what);
      }
      default -> {
        PyString file = Py.fileSystemEncode(what);
        PyObject importer = imp.getImporter(file);
        if (importer != Py.None && !(importer instanceof PyNullImporter)) {
          // A folder or an archive, which has a module __main__.
          system.path.insert(0, file);
          runModule(interpreter, "__main__");
        } else {
          system.path.insert(0, Py.fileSystemEncode(String.valueOf(Path.of(what).getParent())));
          interpreter.execfile(what);
        }
      }
    }
  }

  /** The folder of who makes the snapshot: the process that is made the second time has another. */
  private static PyString folder() {
    return Py.fileSystemEncode(
        System.getProperty(SnapshotProcess.FOLDER, System.getProperty("user.dir")));
  }

  private static void runModule(PythonInterpreter interpreter, String name) {
    interpreter.set("name", new PyString(name));
    interpreter.exec("import runpy; runpy.run_module(name, run_name='__main__')");
  }
}
