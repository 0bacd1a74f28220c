package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.stream.PycHeader;

/**
 * What {@code check} says of sources beside what CPython does with them: those that it compiles
 * anew, because it does not trust their {@code .pyc} files, are those that are named.
 */
class CheckCommandIT {
  /** Modules with what becomes of their sources after they are compiled. */
  private static final List<String> PATHS =
      List.of("kept.py", "touched.py", "pkg/__init__.py", "pkg/edited.py", "pkg/grown.py");

  /** Imports everything, and prints what is compiled on the way. */
  private static final String IMPORTS =
      String.join(
          "\n",
          "import sys",
          "from importlib.machinery import SourceFileLoader",
          "compile_source = SourceFileLoader.source_to_code",
          "def source_to_code(self, data, path, *args, **options):",
          "    print(self.name)",
          "    return compile_source(self, data, path, *args, **options)",
          "SourceFileLoader.source_to_code = source_to_code",
          "sys.path.insert(0, sys.argv[1])",
          "import kept, touched, pkg.edited, pkg.grown");

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> everyInterpreter() throws IOException {
    List<Path> interpreters = CPythons.interpreters();
    if (interpreters.isEmpty()) {
      return Stream.of(
          DynamicTest.dynamicTest("skipped", () -> assumeTrue(false, "no CPython found")));
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (Path python : interpreters) {
      for (PycHeader.Kind kind : PycHeader.Kind.values()) {
        tests.add(DynamicTest.dynamicTest(python + " " + kind, () -> compare(python, kind)));
      }
    }
    return tests.stream();
  }

  private void compare(Path python, PycHeader.Kind kind) throws Exception {
    String version = run(python, "-c", "import sys; print('%d.%02d' % sys.version_info[:2])");
    boolean isPython2 = version.startsWith("2");
    assumeTrue(
        kind == PycHeader.Kind.TIMESTAMP || version.compareTo("3.07") >= 0,
        "hashes came with 3.7 (PEP 552)");
    Path library = Files.createTempDirectory(directory, "lib");
    for (String path : PATHS) {
      Path file = library.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "x = '" + path + "'\n");
    }
    List<String> compile = new ArrayList<>(List.of("-m", "compileall", "-q"));
    if (version.compareTo("3.07") >= 0) {
      String mode = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
      compile.addAll(List.of("--invalidation-mode", mode));
    }
    compile.add(library.toString());
    run(python, compile.toArray(new String[0]));
    Path image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, library).ok();
    String summary = CommandTest.run("check", image, "--source", library).ok().out();
    assertThat(summary).isEqualTo("5 current, 0 stale, 0 missing, 0 new\n");

    change(library);
    List<String> stale =
        CommandTest.run("check", image, "--source", library)
            .out()
            .lines()
            .filter(line -> line.startsWith("stale "))
            .map(line -> line.split(" +")[1])
            .toList();
    if (kind != PycHeader.Kind.TIMESTAMP) {
      assertThat(stale).containsExactly("pkg.edited", "pkg.grown");
    } else if (isPython2) {
      assertThat(stale).containsExactly("touched");
    } else {
      assertThat(stale).containsExactly("pkg.grown", "touched");
    }
    if (kind == PycHeader.Kind.UNCHECKED_HASH) {
      assertThat(compiledAnew(python, library)).isEmpty();
    } else if (!isPython2) {
      assertThat(compiledAnew(python, library)).containsExactlyInAnyOrderElementsOf(stale);
    }
  }

  /** One source is another second's, one has other bytes, one more bytes; their times stay. */
  private static void change(Path library) throws IOException {
    Path touched = library.resolve("touched.py");
    long time = Files.getLastModifiedTime(touched).toMillis();
    Files.setLastModifiedTime(touched, FileTime.fromMillis(time + 1000));
    for (String name : List.of("edited", "grown")) {
      Path file = library.resolve("pkg").resolve(name + ".py");
      FileTime before = Files.getLastModifiedTime(file);
      String text = Files.readString(file).replace('x', 'y');
      Files.writeString(file, name.equals("grown") ? text + "z = 1\n" : text);
      Files.setLastModifiedTime(file, before);
    }
  }

  /** Returns the modules whose sources Python 3 compiles when they are imported. */
  private List<String> compiledAnew(Path python, Path library) throws Exception {
    Path script = Files.writeString(directory.resolve("imports.py"), IMPORTS);
    return run(python, "-B", script.toString(), library.toString()).lines().toList();
  }

  private String run(Path python, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(python.toString()));
    command.addAll(List.of(arguments));
    Processes.Result result = Processes.run(directory, command);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return result.out().strip();
  }
}
