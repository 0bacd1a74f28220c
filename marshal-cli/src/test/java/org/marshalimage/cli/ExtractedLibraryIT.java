package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs run from the files extracted from an image of a library, with no source in sight: the
 * library folder that the interpreter is given holds the extracted files, what is not Python, and
 * not one {@code .py} file.
 */
class ExtractedLibraryIT {
  /** Of the interpreters found, every fourth runs in a build; all of them in a sweep. */
  private static final int EVERY = Boolean.getBoolean("marshalimage.sweep") ? 1 : 4;

  /** Versions whose own test suites run; the others run programs alone. */
  private static final List<String> WITH_TESTS =
      Boolean.getBoolean("marshalimage.sweep")
          ? List.of("python3.11", "python3.13")
          : List.of("python3.13");

  private static final List<String> SUITES = List.of("test.test_decimal", "test.test_dataclasses");

  private static final String JSON_TESTS = "test/test_json";

  @TempDir Path directory;

  @TestFactory
  List<DynamicTest> everyInterpreter() throws Exception {
    List<Path> interpreters = CPythons.interpreters();
    if (interpreters.isEmpty()) {
      return List.of(
          DynamicTest.dynamicTest("skipped", () -> assumeTrue(false, "no CPython found")));
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < interpreters.size(); i++) {
      Path python = interpreters.get(i);
      if (i % EVERY == 0 || hasTests(CPythons.library(directory, python))) {
        tests.add(DynamicTest.dynamicTest(python.toString(), () -> runPrograms(python)));
      }
    }
    return tests;
  }

  private static boolean hasTests(Path library) {
    return WITH_TESTS.contains(library.getFileName().toString());
  }

  private void runPrograms(Path python) throws Exception {
    Path library = CPythons.library(directory, python);
    Path image = directory.resolve("x.img");
    CommandTest.Run build =
        CommandTest.run("build", "-o", image, "--exclude", "site-packages", library);
    // 3.6 and 3.7 compile a __phello__.foo.py, which no import loads.
    assertThat(build.err().lines()).allMatch(line -> line.contains("__phello__.foo"));
    assertThat(build.code()).isZero();
    Path home = Files.createTempDirectory(directory, "home");
    Path root = home.resolve("lib").resolve(library.getFileName());
    CommandTest.run("extract", image, "-d", root).ok();
    copyWhatIsNoModule(library, root);

    Processes.Result decimal =
        run(python, home, "-c", "import decimal; print(decimal.Decimal(1) / 8)");
    assertThat(decimal.err()).isEmpty();
    assertThat(decimal.out().strip()).isEqualTo("0.125");
    Path json = Files.writeString(directory.resolve("x.json"), "{\"a\": [1, 2]}");
    Processes.Result tool = run(python, home, "-m", "json.tool", json.toString());
    assertThat(tool.err()).isEmpty();
    assertThat(tool.out().replaceAll("\\s", "")).isEqualTo("{\"a\":[1,2]}");
    Processes.Result place = run(python, home, "-c", "import decimal, json; print(json.__file__)");
    assertThat(place.out()).contains(root.toString()).contains(".pyc");

    if (hasTests(library)) {
      Path control = Files.createTempDirectory(directory, "control");
      copyOwnFiles(library, control.resolve("lib").resolve(library.getFileName()));
      Suites expected = suites(python, control);
      Suites found = suites(python, home);
      System.out.printf("%s: from extracted files %s%n", python, found);
      assertThat(found.ran).isGreaterThan(500);
      assertThat(found).isEqualTo(expected);
    }
  }

  /**
   * What CPython's own tests came to.
   *
   * @param ran number of tests
   * @param failed names of those that failed: without sources a few do, whoever wrote the files
   */
  private record Suites(int ran, Set<String> failed) {}

  private Suites suites(Path python, Path home) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-m", "unittest"));
    arguments.addAll(SUITES);
    // Discovery looks for __init__.py, so that a package's tests must be named.
    Path tests = home.resolve("lib").resolve("python" + shortVersion(home)).resolve(JSON_TESTS);
    try (Stream<Path> files = Files.list(tests)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("test_") && name.endsWith(".pyc"))
          .sorted()
          .forEach(name -> arguments.add("test.test_json." + name.replace(".pyc", "")));
    }
    Processes.Result result = run(python, home, arguments.toArray(new String[0]));
    int ran = 0;
    Set<String> failed = new TreeSet<>();
    for (String line : result.err().lines().toList()) {
      if (line.startsWith("Ran ")) {
        ran = Integer.parseInt(line.split(" ")[1]);
      } else if (line.startsWith("FAIL: ") || line.startsWith("ERROR: ")) {
        failed.add(line);
      }
    }
    return new Suites(ran, failed);
  }

  private static String shortVersion(Path home) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("lib"))) {
      return files.findFirst().orElseThrow().getFileName().toString().substring("python".length());
    }
  }

  /** Lays out CPython's own files as the extracted ones are, to compare with. */
  private static void copyOwnFiles(Path library, Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(library)) {
      for (Path file : (Iterable<Path>) walk::iterator) {
        String path = library.relativize(file).toString();
        PycName name = PycName.of(path);
        if (name == null || path.contains("site-packages") || !name.optimization().equals("0")) {
          continue;
        }
        String flat = name.module().replace('.', '/') + (name.isPackage() ? "/__init__" : "");
        Path copy = root.resolve(flat + ".pyc");
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    copyWhatIsNoModule(library, root);
  }

  /** Copies what tests and C extensions need beside modules: shared objects, data; no source. */
  private static void copyWhatIsNoModule(Path library, Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(library)) {
      for (Path file : (Iterable<Path>) walk::iterator) {
        String path = library.relativize(file).toString();
        boolean isLeftOut =
            path.contains("site-packages") || path.endsWith(".py") || path.endsWith(".pyc");
        if (Files.isRegularFile(file) && !isLeftOut) {
          Path copy = root.resolve(path);
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
  }

  /** Runs an interpreter whose library is the extracted folder alone. */
  private Processes.Result run(Path python, Path home, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add("env");
    command.add("PYTHONHOME=" + home);
    command.add("PYTHONDONTWRITEBYTECODE=1");
    command.add(python.toString());
    command.addAll(List.of(arguments));
    return Processes.run(directory, command);
  }
}
