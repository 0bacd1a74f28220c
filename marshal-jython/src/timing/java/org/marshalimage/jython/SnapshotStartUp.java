package org.marshalimage.jython;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Whole processes that start from snapshots, in turn with stock Jython from its class files: what
 * each prints has to be the same. With "archive" each side has an archive of its classes, made by a
 * run of the very command: of class-data sharing, from JDK 24 on a cache of the AOT compiler.
 */
final class SnapshotStartUp {
  private static final int PAIRS = 15;
  private static final int SECONDS = 600;
  private static final int FIRST_WITH_CACHES = 24;
  private static final Path TESTS = LargePrograms.TESTS;

  /**
   * What is measured.
   *
   * @param classPath of both sides
   * @param path for {@code python.path}
   * @param making what makes the snapshot, behind its name
   * @param program what is run
   */
  private record Row(
      String name, String classPath, String path, List<String> making, List<String> program) {}

  private final Path folder;
  private final boolean hasArchives;
  private final int pairs;

  private SnapshotStartUp(Path folder, boolean hasArchives, int pairs) {
    this.folder = folder;
    this.hasArchives = hasArchives;
    this.pairs = pairs;
  }

  /**
   * Prints the table.
   *
   * @param args how many pairs, 15 if none is there; "archive"; parts of the names of the rows that
   *     are wanted, all if there is none
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> left = new ArrayList<>(Arrays.asList(args));
    int pairs = PAIRS;
    if (!left.isEmpty() && left.get(0).matches("\\d+")) {
      pairs = Integer.parseInt(left.remove(0));
    }
    boolean hasArchives = left.remove("archive");
    Path folder = Files.createTempDirectory("snapshot-start-up");
    SnapshotStartUp table = new SnapshotStartUp(folder, hasArchives, pairs);
    System.out.println(
        "| ms, medians of " + pairs + " pairs | stock | snapshot | ratio | making it, s | MB |");
    System.out.println("|---|---|---|---|---|---|");
    for (Row row : table.rows()) {
      if (left.isEmpty() || left.stream().anyMatch(row.name::contains)) {
        table.measure(row);
      }
    }
  }

  private List<Row> rows() throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>();
    String json = "import json; print json.loads(json.dumps({'a': [1, 2.5, None]}))";
    String options =
        "import optparse; p = optparse.OptionParser(); p.add_option('-n', type='int');"
            + " print p.parse_args(['-n', '3'])";
    String tests =
        """
        import unittest
        class Case(unittest.TestCase):
            def test(self): self.assertEqual(1, 1)
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
        print result
        """;
    addSmall(rows, "-c pass, with site", List.of(), "pass", "pass");
    addSmall(rows, "-S import decimal", List.of("-S"), "import decimal", "import decimal");
    addSmall(rows, "-S json, used", List.of("-S"), "import json", json);
    addSmall(rows, "-S optparse, used", List.of("-S"), "import optparse", options);
    addSmall(rows, "-S unittest, used", List.of("-S"), "import unittest", tests);
    if (Files.isDirectory(Libraries.module().resolve("target/programs"))) {
      addPrograms(rows);
    } else {
      System.err.println("start-up: without the large programs, which \"mvn verify\" fetches");
    }
    return rows;
  }

  /** Adds two rows: with code of class files, and of an image where a CPython 2.7 makes one. */
  private static void addSmall(
      List<Row> rows, String name, List<String> options, String making, String program)
      throws IOException, InterruptedException {
    List<String> makes = new ArrayList<>(options);
    makes.addAll(List.of("-c", making));
    List<String> runs = new ArrayList<>(options);
    runs.addAll(List.of("-c", program));
    rows.add(new Row(name + ", class files", Processes.classPath(), "", makes, runs));
    if (Libraries.python().isPresent()) {
      List<String> from = new ArrayList<>(List.of("--from", Libraries.jythonImage().toString()));
      from.addAll(makes);
      rows.add(new Row(name + ", image", Processes.classPath(), "", from, runs));
    }
  }

  private void addPrograms(List<Row> rows) throws IOException, InterruptedException {
    String imports = LargePrograms.script("import_modules.py");
    String pygments = Libraries.unpacked("pygments-", "pygments", "pygments/pygments").getParent().toString();
    rows.add(
        new Row(
            "Pygments, one file",
            Processes.classPath(),
            pygments,
            // Of another file: lexers prepare themselves, and their expressions, when first used.
            List.of(
                "-S",
                LargePrograms.script("pygments_highlight.py"),
                TESTS.resolve("compiled/sample.py").toString()),
            List.of(
                "-S",
                LargePrograms.script("pygments_highlight.py"),
                imports)));
    String robot = LargePrograms.robotClassPath();
    List<String> making = LargePrograms.ROBOT;
    rows.add(
        new Row(
            "Robot Framework, --version",
            robot,
            "",
            making,
            List.of("-S", "-m", "robot", "--version")));
    rows.add(
        new Row(
            "Robot Framework, suite of ten tests",
            robot,
            "",
            making,
            List.of(
                "-S",
                LargePrograms.script("robot_run.py"),
                "--outputdir",
                folder.resolve("robot").toString(),
                TESTS.resolve("robot/suite.robot").toString())));
    addSphinx(rows);
  }

  private void addSphinx(List<Row> rows) throws IOException, InterruptedException {
    String path = Libraries.unpacked("sphinx-maven-plugin-", "kr/motd/maven/sphinx/dist", "sphinx").toString();
    Path source = Files.createDirectories(folder.resolve("page"));
    Files.copy(TESTS.resolve("sphinx/conf.py"), source.resolve("conf.py"));
    Files.writeString(source.resolve("index.rst"), "Page\n====\n\nOne, with *text*.\n");
    List<String> program =
        List.of(
            "-S",
            LargePrograms.script("sphinx_build.py"),
            "-q",
            "-E",
            source.toString(),
            folder.resolve("html").toString());
    rows.add(
        new Row(
            "Sphinx, one page",
            Processes.classPath(),
            path,
            LargePrograms.sphinx(folder.resolve("modules.txt")),
            program));
  }

  private void measure(Row row) throws IOException, InterruptedException {
    Path image = folder.resolve(row.name.replaceAll("\\W", "") + ".img");
    // Compiles what it imports, and says what that is.
    run(jython(row, List.of(), "org.python.util.jython", row.program), true);
    List<String> making = new ArrayList<>(List.of("--snapshot", image.toString()));
    making.addAll(row.making);
    long begin = System.nanoTime();
    String report =
        run(jython(row, List.of("-Xmx1g"), "org.marshalimage.jython.Main", making), false);
    if (!report.endsWith("exit code 0")) {
      throw new IOException(report);
    }
    double made = (System.nanoTime() - begin) / 1e9;
    List<String> started = new ArrayList<>(List.of(image.toString()));
    started.addAll(row.program);
    List<String> stockCommand = archived(row, "stock", "org.python.util.jython", row.program);
    List<String> startCommand = archived(row, "snapshot", "org.marshalimage.jython.Main", started);
    List<Double> stock = new ArrayList<>();
    List<Double> snapshot = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      long start = System.nanoTime();
      String printed = run(stockCommand, false);
      long middle = System.nanoTime();
      String same = run(startCommand, false);
      long end = System.nanoTime();
      if (!printed.equals(same)) {
        throw new IllegalStateException(
            row.name + ": " + printed + " but from the snapshot " + same);
      }
      stock.add((middle - start) / 1e6);
      snapshot.add((end - middle) / 1e6);
      ratios.add((double) (end - middle) / (middle - start));
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %.0f | %.0f | %.2f | %.1f | %.2f |%n",
        row.name,
        median(stock),
        median(snapshot),
        median(ratios),
        made,
        Files.size(image) / 1e6);
  }

  /** Returns a command, with an archive of what it loads if archives are wanted. */
  private List<String> archived(Row row, String side, String main, List<String> arguments)
      throws IOException, InterruptedException {
    if (!hasArchives) {
      return jython(row, List.of(), main, arguments);
    }
    Path archive = folder.resolve(row.name.replaceAll("\\W", "") + "-" + side + ".archive");
    boolean isCache = Runtime.version().feature() >= FIRST_WITH_CACHES;
    String makes = isCache ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=";
    String uses = isCache ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=";
    run(jython(row, List.of(makes + archive), main, arguments), false);
    return jython(row, List.of(uses + archive), main, arguments);
  }

  /** Returns a command without the flags that tests give short processes. */
  private static List<String> jython(
      Row row, List<String> options, String main, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(Processes.java()));
    command.addAll(options);
    if (Runtime.version().feature() >= FIRST_WITH_CACHES) {
      // One of Jython's libraries would have the JVM warn, on that side alone which loads it.
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Dpython.cachedir.skip=true",
            "-Dpython.path=" + row.path,
            "-cp",
            row.classPath,
            main));
    command.addAll(arguments);
    return command;
  }

  /** Runs a command; returns what it printed, and how it ended: a tool may say something by that. */
  private String run(List<String> command, boolean listsModules)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", ".txt");
    ProcessBuilder builder =
        Processes.builder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    if (listsModules) {
      builder.environment().put("MODULES", folder.resolve("modules.txt").toString());
    }
    Process process = builder.start();
    process.getOutputStream().close();
    boolean hasEnded = process.waitFor(SECONDS, TimeUnit.SECONDS);
    String printed = Files.readString(out, StandardCharsets.ISO_8859_1);
    Files.delete(out);
    if (!hasEnded) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + "\n" + printed);
    }
    return printed + "exit code " + process.exitValue();
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
