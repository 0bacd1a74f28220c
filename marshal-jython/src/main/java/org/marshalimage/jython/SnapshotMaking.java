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
import org.marshalimage.jython.compiled.TextClasses;
import org.marshalimage.snapshot.SnapshotBuilder;
import org.marshalimage.snapshot.SnapshotReport;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.PySystemState;
import org.python.core.PyType;
import org.python.core.imp;
import org.python.util.PythonInterpreter;

/**
 * Runs a program's imports and writes what it has become. A process does so once, since it starts
 * Jython in its own way.
 */
final class SnapshotMaking {
  /** Modules whose bodies run whenever a program starts. */
  private static final Set<String> ALWAYS_EXECUTED =
      Set.of("__main__", "site", "sitecustomize", "usercustomize", SnapshotModule.NAME);

  private final List<ImageImporter> importers = new ArrayList<>();
  private final CodeDescriber compiled = new CodeDescriber(new CodeNamer(TextClasses.keep()));
  private final CodeValues codes = new CodeValues(compiled);

  private final SnapshotOptions options;
  private final TextCompiler texts;

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
        imp.load("site");
      }
      try {
        run(interpreter);
      } catch (PyException e) {
        if (!SnapshotModule.isTaken(e) && !e.match(Py.SystemExit)) {
          throw e;
        }
      }
      // Jython's own main method asks for PYTHONINSPECT when a program ends, and imports os for it.
      imp.load("os");
      recorder.stop();
      return write(system, recorder);
    }
  }

  private SnapshotReport write(PySystemState system, ImportRecorder recorder) throws IOException {
    Map<PyObject, ObjectDescriber.ModuleState> states = new IdentityHashMap<>();
    List<PyObject> namespaces = new ArrayList<>();
    PyType plain = PyType.fromClass(PyModule.class);
    for (String name : recorder.order()) {
      PyObject module = system.modules.__finditem__(name.intern());
      ImageImporter from = importerOf(name);
      if (module instanceof PyModule known
          && known.__dict__ instanceof PyStringMap
          && (from != null || isCompiled(known))
          && name.equals(String.valueOf(known.__dict__.__finditem__("__name__")))
          && !ALWAYS_EXECUTED.contains(name)) {
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
      }
    }
    BuiltinNames builtins = new BuiltinNames(system);
    SnapshotBuilder builder =
        SnapshotBuilder.create(new ObjectDescriber(builtins, codes, states, namespaces));
    Fit.properties().forEach(builder::property);
    for (ImageImporter importer : importers) {
      addCode(importer.image(), builder);
    }
    for (PyObject namespace : namespaces) {
      builder.root(states.get(namespace).root(), namespace);
    }
    texts.roots().forEach(builder::outside);
    builder.outside(CodeRecordLayout.FILES, compiled.files());
    return builder.write(options.target());
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

  private void run(PythonInterpreter interpreter) {
    switch (options.kind()) {
      case "-c" -> interpreter.exec(options.what());
      case "-m" -> {
        interpreter.set("name", new PyString(options.what()));
        interpreter.exec("import runpy; runpy.run_module(name, run_name='__main__')");
      }
      default -> interpreter.execfile(options.what());
    }
  }
}
