package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.MarshalImage;
import org.marshalimage.trace.Execution;
import org.marshalimage.trace.Trace;

/** The script {@code marshal-jython}, on what testdata holds. */
class LauncherIT {
  @TempDir private Path folder;

  private Processes.Result run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Libraries.module().resolve("marshal-jython").toString());
    command.addAll(List.of(arguments));
    return Processes.run(folder, 120, command);
  }

  private static String image() throws IOException {
    if (Libraries.python().isEmpty()) {
      System.out.println("No CPython 2.7 here: the example runs on what testdata holds.");
    }
    return Libraries.testdata().toString();
  }

  @Test
  void codeRuns() throws Exception {
    Processes.Result result =
        run(image(), "-c", "import closures, sys; print closures.counter(1)(2), sys.argv", "x");
    assertThat(result.out()).isEqualTo("3 ['-c', 'x']\n");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isEqualTo(0);
  }

  @Test
  void moduleAndPackageRun() throws Exception {
    assertThat(run(image(), "-m", "pack.inner.closures").code()).isEqualTo(0);
    assertThat(run(image(), "-m", "pack").code()).isEqualTo(0);
    Processes.Result missing = run(image(), "-m", "missing");
    assertThat(missing.out() + missing.err()).contains("No module named missing");
    assertThat(missing.code()).isNotEqualTo(0);
  }

  @Test
  void fileRuns() throws Exception {
    Path program = folder.resolve("program.py");
    Files.writeString(
        program, "import sys, generators\nprint __name__, sys.argv[1]\nsys.exit(7)\n");
    Processes.Result result = run(image(), program.toString(), "x");
    assertThat(result.out()).isEqualTo("__main__ x\n");
    assertThat(result.code()).isEqualTo(7);
  }

  @Test
  void faultsAreSaidInOneLine() throws Exception {
    Processes.Result missing = run("missing.img");
    assertThat(missing.err()).matches("marshal-jython: missing.img .*\n");
    assertThat(missing.code()).isEqualTo(1);
    Path damaged = Files.write(folder.resolve("damaged.img"), new byte[4096]);
    Processes.Result result = run(damaged.toString(), "-c", "pass");
    assertThat(result.err()).matches("marshal-jython: .*damaged.img\n");
    assertThat(result.code()).isEqualTo(1);
    assertThat(run().err())
        .startsWith("usage: marshal-jython [--check-sources] [--trace FILE] IMG ");
    assertThat(run().code()).isEqualTo(2);
  }

  @Test
  void traceHasWhatRanAndWhatItRead() throws Exception {
    Path file = folder.resolve("start.trace");
    Processes.Result result =
        run("--trace", file.toString(), image(), "-c", "import pack.inner.closures");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isEqualTo(0);
    Trace trace = Trace.read(file);
    assertThat(trace.executions())
        .extracting(Execution::module)
        .contains("pack", "pack.inner", "pack.inner.closures");
    assertThat(trace.roots()).contains("pack.inner.closures");
    try (MarshalImage image = MarshalImage.map(Path.of(image()))) {
      Trace.Found found = trace.find(image);
      assertThat(found.passedOver()).isZero();
      assertThat(found.offsets()).contains(image.module("pack.inner.closures").rootOffset());
    }
    Processes.Result bad =
        run("--trace", folder.resolve("no/such").toString(), image(), "-c", "pass");
    assertThat(bad.err()).matches("marshal-jython: trace is not written: .*no/such\n");
    Processes.Result lacking = run("--trace", file.toString(), "missing.img", "-c", "pass");
    assertThat(lacking.err()).matches("marshal-jython: missing.img .*\n");
    assertThat(Trace.read(file).roots()).contains("pack.inner.closures");
    assertThat(run("--trace").err()).startsWith("marshal-jython: --trace needs a file\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stock", "mapped"})
  void everyModuleOfTestdataRuns(String loop) throws Exception {
    Processes.Result result =
        Processes.run(
            folder,
            120,
            Processes.jythonOn(
                Libraries.testdata(),
                loop,
                "-c",
                """
                import sys
                importer = sys.meta_path[0]
                for name in open(sys.argv[1]).read().split():
                    try:
                        importer.load_module(name)
                    except Exception, e:
                        print '%s: %s: %s' % (name, type(e).__name__, e)
                """,
                names().toString()));
    assertThat(result.err()).isEmpty();
    // Made to be looked at, not run: CPython says the same of them.
    assertThat(result.out())
        .isEqualTo(
            """
            line_table: TypeError: one_line() takes exactly 1 argument (2 given)
            many_names: AttributeError: 'int' object has no attribute 'n277'
            nested_expressions: AttributeError: 'int' object has no attribute 'a'
            """);
  }

  private Path names() throws IOException {
    Path list = folder.resolve("names");
    try (var files = Files.list(Libraries.module().resolve("../testdata/pyc/2.7"))) {
      Files.write(
          list,
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".pyc"))
              .map(name -> name.substring(0, name.length() - ".pyc".length()))
              .sorted()
              .toList());
    }
    return list;
  }
}
