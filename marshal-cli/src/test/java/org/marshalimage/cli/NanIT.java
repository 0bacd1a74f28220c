package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;

/** Sets and dicts of NaNs are as large after a journey through an image as before. */
class NanIT {
  private static final String SOURCE =
      """
      N = 1e999-1e999
      M = N, (N, N), frozenset([N, -N])
      SIZES = [
          len({1e999-1e999, -(1e999-1e999), 1e999-1e999}),
          len({1e999-1e999: 1, -(1e999-1e999): 2, 1e999-1e999: 3}),
          len({(1e999-1e999, 1), (1e999-1e999, 1), (-(1e999-1e999), 1)}),
          len({M[1][0], M[1][1], N}),
          len({M[2], M[2]}),
          len([1 for x in (1e999-1e999, 2) if x in {1e999-1e999, -(1e999-1e999), 2}]),
      ]
      """;

  /** Dumps a set, a dict and a tuple with NaNs, some of them shared, as a .pyc file. */
  private static final String DUMP =
      """
      import marshal, sys
      head = open(sys.argv[1], 'rb').read()[:int(sys.argv[3])]
      n = float('nan')
      m = float('nan')
      value = ({n, m, float('nan')}, frozenset([(n,), (m,), (n, m)]), {n: m, m: n, (n, 1): n}, [n, n])
      open(sys.argv[2], 'wb').write(head + marshal.dumps(value))
      """;

  private static final String SIZES =
      """
      import marshal, sys
      value = marshal.loads(open(sys.argv[1], 'rb').read()[int(sys.argv[2]):])
      print([len(item) for item in value], value[3][0] is value[3][1], value[3][0] in value[2])
      """;

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> everyInterpreter() throws IOException {
    List<Path> interpreters = CPythons.interpreters();
    if (interpreters.isEmpty()) {
      return Stream.of(
          DynamicTest.dynamicTest("skipped", () -> assumeTrue(false, "no CPython: no NaNs")));
    }
    return interpreters.stream()
        .map(python -> DynamicTest.dynamicTest(python.toString(), () -> journey(python)));
  }

  private void journey(Path python) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(directory, "nans");
    Path source = Files.writeString(folder.resolve("nans.py"), SOURCE);
    Path tree = Files.createDirectory(folder.resolve("tree"));
    Path pyc = tree.resolve("nans.pyc");
    run(
        python,
        "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2], doraise=True)",
        source,
        pyc);
    int header = Integer.parseInt(run(python, HEADER).strip());
    Path values = folder.resolve("values.pyc");
    run(python, DUMP, pyc, values, header);
    Path image = folder.resolve("x.img");
    CommandTest.run("build", "-o", image, tree).ok();
    CommandTest.run("verify", image).ok();
    Path extracted = folder.resolve("extracted");
    CommandTest.run("extract", image, "-d", extracted).ok();
    String sizes = "import sys; sys.path.insert(0, sys.argv[1]); import nans; print(nans.SIZES)";
    assertThat(run(python, sizes, extracted)).isEqualTo(run(python, sizes, tree)).contains("3, 3");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.addModule("values", PycFile.read(values), false).write(image);
    }
    CommandTest.run("verify", image).ok();
    CommandTest.run("extract", image, "-d", extracted).ok();
    assertThat(run(python, SIZES, extracted.resolve("values.pyc"), header))
        .isEqualTo(run(python, SIZES, values, header));
  }

  private static final String HEADER =
      "import sys; print(8 if sys.version_info < (3, 3) else 12 if sys.version_info < (3, 7) else"
          + " 16)";

  private String run(Path python, String script, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(
                Stream.of(python.toString(), "-B", "-c", script),
                Stream.of(arguments).map(Object::toString))
            .toList();
    Processes.Result result = Processes.run(directory, command);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }
}
