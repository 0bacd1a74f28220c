package org.marshalimage.jython.compiled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.marshalimage.TupleView;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;
import org.python.compiler.LegacyCompiler;
import org.python.core.CompilerFacade;
import org.python.core.Py;
import org.python.core.PyCode;
import org.python.core.PyException;
import org.python.core.PyFunction;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PySystemState;
import org.python.core.PyTableCode;
import org.python.util.PythonInterpreter;

/** Code that Jython itself has compiled, by way of an image and back. */
class CompiledCodeTest {
  private static final Path SOURCES =
      Path.of(System.getProperty("marshalimage.root"), "marshal-jython/src/test/compiled");

  private static PythonInterpreter python;

  @TempDir private Path folder;

  /** In which modules lie that Jython compiles there. */
  @TempDir private static Path modules;

  private final List<MarshalImage> images = new ArrayList<>();

  @BeforeAll
  static void startJython() throws IOException {
    for (String each : List.of("sample.py", "exercise.py")) {
      Files.copy(SOURCES.resolve(each), modules.resolve(each));
    }
    Properties settings = new Properties();
    settings.setProperty("python.cachedir.skip", "true");
    settings.setProperty("python.import.site", "false");
    settings.setProperty("python.path", modules.toString());
    PySystemState.initialize(System.getProperties(), settings);
    python = new PythonInterpreter();
    python.exec("import sys, os, exercise, sample");
  }

  @AfterEach
  void closeImages() {
    images.forEach(MarshalImage::close);
  }

  private static PyObject eval(String code) {
    return python.eval(code);
  }

  private static PyTableCode code(String function) {
    return (PyTableCode) ((PyFunction) eval(function)).__code__;
  }

  /** Writes references to an image and maps it. */
  private MarshalImage image(List<CodeReference> references) throws IOException {
    CodeRecordWriter records = new CodeRecordWriter();
    Path file = folder.resolve("code" + images.size() + ".img");
    try (ImageWriter writer = ImageWriter.create()) {
      // One root, in which what is one object stays one.
      Value[] all = references.stream().map(records::record).toArray(Value[]::new);
      writer.add("code", SequenceValue.tuple(all)).write(file);
    }
    MarshalImage image = MarshalImage.map(file);
    images.add(image);
    return image;
  }

  private static RecordView record(MarshalImage image, int index) {
    return (RecordView) ((TupleView) image.root("code")).get(index);
  }

  private PyTableCode throughImage(PyCode code) throws Exception {
    MarshalImage image = image(List.of(new CodeNamer(null).name(code)));
    return new CodeRecordReader(image).code(record(image, 0));
  }

  /** Replaces the code of each function of a module by its reference. */
  private final class Replacer extends PyObject {
    @Override
    public PyObject __call__(PyObject[] args, String[] keywords) {
      PyFunction function = (PyFunction) args[0];
      try {
        function.__code__ = throughImage(function.__code__);
      } catch (Exception e) {
        throw Py.JavaError(e);
      }
      return function;
    }
  }

  @Test
  void functionsOfEveryKindDoWhatTheyDid() {
    python.exec(
        "import imp\nsys.modules.pop('sample')\nimport sample\nstock = exercise.exercise(sample)");
    python.set("replace", new Replacer());
    python.exec(
        """
        import types
        shape = sample.Shape
        replaced = [
            replace(each) for each in (
                sample.plain, sample.nothing, sample.divided, sample.generator, sample.counter,
                sample.three_deep, sample.double, sample.logged, shape.__init__.im_func,
                shape.area.im_func, shape.big.fget, shape.unit, shape.of.im_func,
                sample.Old.name.im_func, sample.makes_class, sample.unpacks, sample.comprehends,
                sample.cells_of_parameters, sample.shows_locals, sample.evaluates, sample.catches,
                sample.fails, sample.fails_in_generator, sample.fib, sample.decorated,
                sample.decorated.func_closure[0].cell_contents)]
        again = exercise.exercise(sample)
        differing = [(i, a, b) for i, (a, b) in enumerate(zip(stock, again)) if a != b]
        """);
    assertThat(eval("differing").toString()).isEqualTo("[]");
    assertThat(eval("len(replaced), len(stock)").toString()).isEqualTo("(26, 27)");
  }

  @Test
  void innerFunctionsAreReferencesToo() throws Exception {
    python.exec("add = sample.counter(5)");
    PyFunction add = (PyFunction) eval("add");
    PyTableCode stock = (PyTableCode) add.__code__;
    PyTableCode restored = throughImage(stock);
    assertThat(restored.co_freevars).containsExactly("total");
    add.__code__ = restored;
    assertThat(eval("[add(1), add(2)]").toString()).isEqualTo("[6, 8]");
  }

  @Test
  void namesAreInterned() throws Exception {
    PyTableCode restored = throughImage(code("sample.plain"));
    assertThat(restored.co_varnames).containsExactly("a", "b", "rest", "named");
    for (String name : restored.co_varnames) {
      assertThat(name).isSameAs(name.intern());
    }
    assertThat(restored.co_name).isSameAs("plain".intern());
  }

  @Test
  void referenceComesBackAsItWas() throws Exception {
    List<CodeReference> references = new ArrayList<>();
    CodeNamer namer = new CodeNamer(null);
    for (PyObject each : eval("exercise.functions(sample)").asIterable()) {
      references.add(namer.name(((PyFunction) each).__code__));
    }
    MarshalImage image = image(references);
    CodeRecordReader reader = new CodeRecordReader(image);
    for (int i = 0; i < references.size(); i++) {
      RecordView record = record(image, i);
      assertThat(reader.isCode(record)).isTrue();
      assertThat(reader.reference(record)).isEqualTo(references.get(i));
      // What is a reference already is named without a look at its class.
      assertThat(namer.name(reader.code(record))).isEqualTo(references.get(i));
    }
  }

  @Test
  void classIsLoadedWhenCodeIsFirstCalled() throws Exception {
    CodeNamer namer = new CodeNamer(null);
    MarshalImage image =
        image(List.of(namer.name(code("sample.double")), namer.name(code("sample.divided"))));
    CodeRecordReader reader = new CodeRecordReader(image);
    PyTableCode first = reader.code(record(image, 0));
    PyTableCode second = reader.code(record(image, 1));
    python.set("first", new PyFunction(eval("sample.__dict__"), Py.EmptyObjects, first));
    python.set("second", new PyFunction(eval("sample.__dict__"), Py.EmptyObjects, second));
    python.exec("import inspect\nrepr(first), inspect.getargspec(first), first.func_code.co_flags");
    Path file = modules.resolve("sample$py.class");
    Path away = modules.resolve("away");
    Files.move(file, away);
    try {
      assertThatThrownBy(() -> eval("first(2)"))
          .isInstanceOf(PyException.class)
          .hasMessageContaining("SystemError: compiled code is missing: class file=" + file);
    } finally {
      Files.move(away, file);
    }
    assertThat(eval("first(2)").toString()).isEqualTo("4");
    // One class for both, which is there now.
    Files.move(file, away);
    try {
      assertThat(eval("second(1, 2)").toString()).isEqualTo("0.5");
    } finally {
      Files.move(away, file);
    }
  }

  @Test
  void changedClassFileIsRefused() throws Exception {
    PyTableCode restored = throughImage(code("sample.double"));
    python.set("restored", new PyFunction(eval("sample.__dict__"), Py.EmptyObjects, restored));
    Path file = modules.resolve("sample$py.class");
    byte[] before = Files.readAllBytes(file);
    FileTime modified = Files.getLastModifiedTime(file);
    byte[] changed = before.clone();
    changed[changed.length - 1] ^= 1;
    Files.write(file, changed);
    try {
      assertThatThrownBy(() -> eval("restored(2)"))
          .hasMessageContaining("SystemError: compiled code has changed since it was referred to")
          .hasMessageContaining("expected=length " + before.length + " checksum 0x")
          .hasMessageContaining("found=length " + before.length + " checksum 0x")
          .hasMessageContaining("class file=" + file);
    } finally {
      Files.write(file, before);
      Files.setLastModifiedTime(file, modified);
    }
    assertThat(eval("restored(2)").toString()).isEqualTo("4");
  }

  @Test
  void classFileThatChangedSinceItWasLoadedIsNotNamed() throws Exception {
    Path source = modules.resolve("changing.py");
    Files.writeString(source, "def f(x):\n    return x\n");
    python.exec("import changing\nold = changing.f");
    Files.writeString(source, "def g():\n    pass\n\ndef f(x, y):\n    return x\n");
    assertThat(source.toFile().setLastModified(source.toFile().lastModified() + 10_000)).isTrue();
    // Compiles anew.
    python.exec("reload(changing)");
    assertThatThrownBy(() -> new CodeNamer(null).name(code("old")))
        .isInstanceOf(UnnamedCodeException.class)
        .hasMessageStartingWith("class file has changed since it was loaded: code=f, class file=");
    assertThat(new CodeNamer(null).name(code("changing.f")).number()).isEqualTo(2);
  }

  @Test
  void codeWithoutClassFileIsNotNamed() throws Exception {
    python.exec("exec 'def made(): pass'");
    assertThatThrownBy(() -> new CodeNamer(null).name(code("made")))
        .isInstanceOf(UnnamedCodeException.class)
        .hasMessageContaining("code was compiled from text, class=org.python.pycode.");
    Path source = modules.resolve("unkept.py");
    Files.writeString(source, "def f():\n    pass\n");
    python.exec("import unkept");
    Files.delete(modules.resolve("unkept$py.class"));
    assertThatThrownBy(() -> new CodeNamer(null).name(code("unkept.f")))
        .hasMessageContaining("code has no class file: missing=" + modules);
  }

  @Test
  void codeOfTextIsInTheImageItself() throws Exception {
    TextClasses texts = TextClasses.keep();
    try {
      python.exec(
          """
          import collections
          Point = collections.namedtuple('Point', 'x y')
          made = Point.__repr__.im_func
          """);
      MarshalImage image = image(List.of(new CodeNamer(texts).name(code("made"))));
      CodeRecordReader reader = new CodeRecordReader(image);
      PyTableCode restored = reader.code(record(image, 0));
      CompilerFacade.setCompiler(new LegacyCompiler());
      assertThat(restored).isNotSameAs(code("made"));
      assertThat(restored.co_filename).isEqualTo("<string>");
      python.set("restored", restored);
      python.exec("made.func_code = restored");
      assertThat(eval("repr(Point(1, 2))").toString()).isEqualTo("Point(x=1, y=2)");
      // Classes of before are not known.
      python.exec("exec 'def before(): pass'");
      assertThatThrownBy(() -> new CodeNamer(texts).name(code("before")))
          .hasMessageContaining("code was compiled from text");
    } finally {
      CompilerFacade.setCompiler(new LegacyCompiler());
    }
  }

  @Test
  void movedClassFileIsFoundOnThePath() throws Exception {
    Path first = Files.createDirectories(folder.resolve("first/pack"));
    Files.writeString(first.resolve("__init__.py"), "def top():\n    return 'top'\n");
    Files.writeString(first.resolve("part.py"), "def f(x):\n    return x, 'part'\n");
    python.exec("sys.path.insert(0, " + quoted(first.getParent()) + ")\nimport pack.part");
    try {
      PyTableCode part = throughImage(code("pack.part.f"));
      PyTableCode top = throughImage(code("pack.top"));
      Path second = folder.resolve("second");
      Files.move(first.getParent(), second);
      python.exec("sys.path[0] = " + quoted(second));
      python.set("part", new PyFunction(eval("pack.__dict__"), Py.EmptyObjects, part));
      python.set("top", new PyFunction(eval("pack.__dict__"), Py.EmptyObjects, top));
      assertThat(eval("part(1), top()").toString()).isEqualTo("((1, 'part'), 'top')");
    } finally {
      python.exec("del sys.path[0]\n[sys.modules.pop(n) for n in ('pack', 'pack.part')]");
    }
  }

  private static String quoted(Path path) {
    return new PyString(path.toString()).__repr__().toString();
  }

  @Test
  void librarysOwnCodeIsReadFromItsArchive() throws Exception {
    python.exec("import textwrap, decimal");
    PyTableCode restored = throughImage(code("textwrap.dedent"));
    assertThat(restored.co_filename).contains("jython-standalone");
    python.set("dedent", new PyFunction(eval("textwrap.__dict__"), Py.EmptyObjects, restored));
    assertThat(eval("dedent('  a\\n  b')").toString()).isEqualTo("a\nb");
  }

  @Test
  void classFilesAreComparedWithoutLoadingThem() throws Exception {
    python.exec("import textwrap");
    CodeNamer namer = new CodeNamer(null);
    CodeRecordWriter records = new CodeRecordWriter();
    records.record(namer.name(code("textwrap.dedent")));
    records.record(namer.name(code("sample.double")));
    records.record(namer.name(code("sample.fib")));
    Path image = folder.resolve("files.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("files", records.files()).write(image);
    }
    MarshalImage mapped = MarshalImage.map(image);
    images.add(mapped);
    CodeRecordReader reader = new CodeRecordReader(mapped);
    assertThat(((TupleView) mapped.root("files")).size()).isEqualTo(2);
    assertThat(reader.misfit(mapped.root("files"))).isNull();
    Path file = modules.resolve("sample$py.class");
    byte[] before = Files.readAllBytes(file);
    FileTime modified = Files.getLastModifiedTime(file);
    // The same once more.
    Files.write(file, before);
    assertThat(reader.misfit(mapped.root("files"))).isNull();
    byte[] changed = before.clone();
    changed[changed.length - 1] ^= 1;
    Files.write(file, changed);
    Files.setLastModifiedTime(file, FileTime.fromMillis(modified.toMillis() + 5_000));
    assertThat(reader.misfit(mapped.root("files")))
        .startsWith("compiled code has changed since it was referred to")
        .endsWith("class file=" + file);
    Files.delete(file);
    assertThat(reader.misfit(mapped.root("files"))).startsWith("compiled code is missing");
    Files.write(file, before);
    Files.setLastModifiedTime(file, modified);
  }

  @Test
  void codeOnTheClassPathIsReadByWayOfItsLoader() throws Exception {
    Path root = Files.createDirectories(folder.resolve("root"));
    Files.writeString(modules.resolve("resource_module.py"), "def f(x):\n    return x + 1\n");
    python.exec("import resource_module\nsys.modules.pop('resource_module')");
    Files.move(
        modules.resolve("resource_module$py.class"), root.resolve("resource_module$py.class"));
    Files.delete(modules.resolve("resource_module.py"));
    PySystemState state = Py.getSystemState();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {root.toUri().toURL()})) {
      state.setClassLoader(loader);
      python.exec("sys.path.append('__pyclasspath__/')\nimport resource_module");
      CodeReference reference = new CodeNamer(null).name(code("resource_module.f"));
      assertThat(reference.file().path()).isEqualTo("__pyclasspath__/resource_module$py.class");
      PyTableCode restored = throughImage(code("resource_module.f"));
      python.set("f", new PyFunction(eval("resource_module.__dict__"), Py.EmptyObjects, restored));
      assertThat(eval("f(1)").toString()).isEqualTo("2");
    } finally {
      state.setClassLoader(null);
    }
  }

  @Test
  void manyThreadsCallAtOnceAndTheClassIsLoadedOnce() throws Exception {
    int threads = 8;
    for (int round = 0; round < 20; round++) {
      PyTableCode restored = throughImage(code("sample.counter"));
      PyFunction function = new PyFunction(eval("sample.__dict__"), Py.EmptyObjects, restored);
      CyclicBarrier start = new CyclicBarrier(threads);
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      try {
        List<Future<PyObject>> results = new ArrayList<>();
        Callable<PyObject> call =
            () -> {
              start.await();
              return function.__call__(Py.newInteger(3));
            };
        for (int i = 0; i < threads; i++) {
          results.add(pool.submit(call));
        }
        PyCode inner = ((PyFunction) results.get(0).get()).__code__;
        for (Future<PyObject> each : results) {
          // All of one class, which made its code once.
          assertThat(((PyFunction) each.get()).__code__).isSameAs(inner);
          assertThat(each.get().__call__(Py.newInteger(4)).asInt()).isEqualTo(7);
        }
      } finally {
        pool.shutdown();
      }
    }
  }

  @Test
  void interruptedThreadLoadsAllTheSame() throws Exception {
    PyTableCode restored = throughImage(code("sample.double"));
    PyFunction function = new PyFunction(eval("sample.__dict__"), Py.EmptyObjects, restored);
    Thread.currentThread().interrupt();
    try {
      assertThat(function.__call__(Py.newInteger(3)).asInt()).isEqualTo(6);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void everyFunctionOfTheLibraryIsNamed() throws Exception {
    python.exec(
        """
        import types, optparse, json, unittest, difflib, tarfile, decimal, HTMLParser, logging
        found = []
        for module in sys.modules.values():
            for each in vars(module).values() if module else ():
                if isinstance(each, types.FunctionType):
                    found.append(each)
                elif isinstance(each, (type, types.ClassType)):
                    for member in vars(each).values():
                        if isinstance(member, types.FunctionType):
                            found.append(member)
        found = [f for f in found if 'jython-standalone' in f.func_code.co_filename]
        """);
    CodeNamer namer = new CodeNamer(null);
    List<String> unnamed = new ArrayList<>();
    int count = 0;
    for (PyObject each : eval("found").asIterable()) {
      try {
        namer.name(((PyFunction) each).__code__);
        count++;
      } catch (UnnamedCodeException e) {
        unnamed.add(e.getMessage());
      }
    }
    assertThat(unnamed).isEmpty();
    assertThat(count).isGreaterThan(1000);
  }
}
