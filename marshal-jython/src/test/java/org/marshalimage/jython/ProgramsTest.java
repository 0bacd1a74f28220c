package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.marshalimage.CodeView;
import org.marshalimage.MarshalImage;
import org.marshalimage.TupleView;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;
import org.python.core.Py;
import org.python.core.PyCode;
import org.python.core.PyException;
import org.python.core.PyFile;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PySystemState;

/**
 * Runs the programs of {@code src/test/programs} from an image and compares what they print with
 * what CPython 2.7 prints; {@code src/test/python/goldens.py} has recorded that.
 */
class ProgramsTest {
  private static final Path ROOT = Libraries.module().resolve("src").resolve("test");
  private static final Path PROGRAMS = ROOT.resolve("programs");

  /** No source makes the compiler of 2.7 emit these. */
  private static final Set<String> NEVER_EMITTED = Set.of("STOP_CODE", "NOP");

  @TempDir static Path folder;
  private static MarshalImage image;

  @BeforeAll
  static void mapPrograms() throws IOException {
    Path file = folder.resolve("programs.img");
    try (ImageWriter writer = ImageWriter.create();
        Stream<Path> files = Files.walk(PROGRAMS)) {
      for (Path pyc : files.filter(f -> f.toString().endsWith(".pyc")).sorted().toList()) {
        String path = PROGRAMS.relativize(pyc).toString().replace(".pyc", "");
        boolean isPackage = path.endsWith("/__init__");
        String name = path.replace("/__init__", "").replace('/', '.');
        writer.addModule(name, PycFile.read(pyc), isPackage);
      }
      writer.write(file);
    }
    image = MarshalImage.map(file);
    Properties settings = new Properties();
    settings.setProperty("python.cachedir.skip", "true");
    settings.setProperty("python.import.site", "false");
    PySystemState.initialize(System.getProperties(), settings);
  }

  @AfterAll
  static void unmap() {
    image.close();
  }

  static List<String> programs() throws IOException {
    try (Stream<Path> files = Files.list(PROGRAMS)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(".py"))
          .map(f -> f.substring(0, f.length() - 3))
          .sorted()
          .toList();
    }
  }

  @Test
  void thereAreTwentyPrograms() throws IOException {
    assertThat(programs()).hasSize(20);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void printsWhatCPythonPrints(String program) throws IOException {
    String expected = Files.readString(PROGRAMS.resolve(program + ".out"));
    assertThat(run(program, "mapped")).isEqualTo(expected);
  }

  @Test
  void programsReachEveryOpcodeThatIsEmitted() throws IOException {
    Set<Integer> reached = new TreeSet<>();
    for (String program : programs()) {
      addOpcodes(image.module(program).code(), reached);
    }
    for (String line : Files.readAllLines(PROGRAMS.resolve("opcodes.txt"))) {
      String[] fields = line.split(" ");
      boolean isReached = !NEVER_EMITTED.contains(fields[1]);
      assertThat(reached.contains(Integer.parseInt(fields[0]))).as(line).isEqualTo(isReached);
      assertThat(!fields[2].equals("-")).as(line).isEqualTo(isReached);
    }
  }

  @Test
  void goldensAreThoseOfCPython() throws IOException, InterruptedException {
    Path python = Libraries.requirePython();
    Process check =
        new ProcessBuilder(
                python.toString(),
                "-B",
                ROOT.resolve("python").resolve("goldens.py").toString(),
                "--check")
            .redirectErrorStream(true)
            .start();
    String printed = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(check.waitFor()).as(printed).isZero();
    assertThat(printed).isEmpty();
  }

  private static void addOpcodes(CodeView code, Set<Integer> found) {
    ByteBuffer bytecode = code.bytecode();
    while (bytecode.hasRemaining()) {
      int opcode = bytecode.get() & 0xFF;
      found.add(opcode);
      if (opcode >= Opcodes.HAVE_ARGUMENT) {
        bytecode.getShort();
      }
    }
    TupleView constants = code.consts();
    for (int i = 0; i < constants.size(); i++) {
      if (constants.get(i) instanceof CodeView inner) {
        addOpcodes(inner, found);
      }
    }
  }

  /** Runs a program as CPython runs a script, in an interpreter of its own. */
  static String run(String program, String loop) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PySystemState before = Py.getSystemState();
    PySystemState system = new PySystemState();
    Py.setSystemState(system);
    try {
      system.setCurrentWorkingDir(ROOT.toString());
      PyFile output = new PyFile(printed);
      system.stdout = output;
      system.stderr = output;
      ImageImporter importer = new ImageImporter(image, loop);
      system.meta_path.append(importer);
      PyModule main = new PyModule("__main__");
      system.modules.__setitem__("__main__", main);
      PyObject names = main.__dict__;
      names.__setitem__("__builtins__", system.modules.__finditem__("__builtin__"));
      names.__setitem__("__file__", new PyString("programs/" + program + ".pyc"));
      try {
        PyObject code = importer.invoke("get_code", new PyString(program));
        Py.runCode((PyCode) code, names, names);
      } catch (PyException e) {
        Py.printException(e);
      }
      output.flush();
      return printed.toString(StandardCharsets.ISO_8859_1);
    } finally {
      Py.setSystemState(before);
    }
  }
}
