package org.marshalimage.jython;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whole processes that start from snapshots, in turn with stock Jython: what each prints has to be
 * the same. The code is Jython's own class files, so that no CPython is needed.
 */
final class SnapshotStartUp {
  private static final int PAIRS = 15;
  private static final int SECONDS = 120;

  /** Of each row what the snapshot is made of, and what is run. */
  private static final Map<String, List<String>> ROWS = new LinkedHashMap<>();

  static {
    ROWS.put("pass, with site", List.of("pass", "pass"));
    ROWS.put("import decimal", List.of("import decimal", "import decimal"));
    ROWS.put(
        "json, used",
        List.of(
            "import json", "import json; print json.loads(json.dumps({'a': [1, 2.5, None]}))"));
    ROWS.put(
        "optparse, used",
        List.of(
            "import optparse",
            "import optparse; p = optparse.OptionParser(); p.add_option('-n', type='int');"
                + " print p.parse_args(['-n', '3'])"));
    ROWS.put(
        "unittest, used",
        List.of(
            "import unittest",
            """
            import unittest
            class Case(unittest.TestCase):
                def test(self): self.assertEqual(1, 1)
            result = unittest.TestResult()
            unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
            print result
            """));
  }

  private final Path folder;

  private SnapshotStartUp(Path folder) {
    this.folder = folder;
  }

  /**
   * Prints the table.
   *
   * @param args how many pairs, 15 if there is none
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    int pairs = args.length == 0 ? PAIRS : Integer.parseInt(args[0]);
    Path folder = Files.createTempDirectory("snapshot-start-up");
    System.out.println("| ms, `-S` but for site, medians of " + pairs + " pairs | stock | snapshot | ratio |");
    System.out.println("|---|---|---|---|");
    for (Map.Entry<String, List<String>> row : ROWS.entrySet()) {
      new SnapshotStartUp(folder).measure(row.getKey(), row.getValue(), pairs);
    }
  }

  private void measure(String name, List<String> programs, int pairs)
      throws IOException, InterruptedException {
    Path image = folder.resolve(name.replaceAll("\\W", "") + ".img");
    boolean withSite = name.endsWith("with site");
    run(
        jython(
            withSite,
            "org.marshalimage.jython.Main",
            "--snapshot",
            image.toString(),
            programs.get(0)));
    List<Double> stock = new ArrayList<>();
    List<Double> started = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      long start = System.nanoTime();
      String printed = run(jython(withSite, "org.python.util.jython", programs.get(1)));
      long middle = System.nanoTime();
      String same =
          run(jython(withSite, "org.marshalimage.jython.Main", image.toString(), programs.get(1)));
      long end = System.nanoTime();
      if (!printed.equals(same)) {
        throw new IllegalStateException(name + ": " + printed + " but from the snapshot " + same);
      }
      stock.add((middle - start) / 1e6);
      started.add((end - middle) / 1e6);
      ratios.add((double) (end - middle) / (middle - start));
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %.0f | %.0f | %.2f |%n",
        name,
        median(stock),
        median(started),
        median(ratios));
  }

  /** Returns a command without the flags that tests give short processes. */
  private static List<String> jython(boolean withSite, String main, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Processes.java(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dpython.cachedir.skip=true",
                "-cp",
                Processes.classPath(),
                main));
    command.addAll(List.of(arguments).subList(0, arguments.length - 1));
    if (!withSite) {
      command.add("-S");
    }
    command.addAll(List.of("-c", arguments[arguments.length - 1]));
    return command;
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    Processes.Result result = Processes.run(folder, SECONDS, command);
    if (result.code() != 0) {
      throw new IOException(result.out() + result.err());
    }
    return result.out() + result.err();
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
