package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * CPython's own tests, run by Jython from sources and from an image: what passes on Jython alone is
 * to pass from the image. Some modules in each build; all that {@code lib-test-2.7.txt} names with
 * the profile {@code lib-test}.
 */
class LibTestIT {
  private static final int SECONDS = 600;
  static final Path RESOURCES =
      Libraries.module().resolve("src/test/resources/org/marshalimage/jython");
  private static final List<String> SUBSET =
      List.of(
          "test.test_textwrap",
          "test.test_string",
          "test.test_optparse",
          "email.test.test_email",
          "test.test_generators",
          "test.test_scope");

  /**
   * What became of the tests of a module.
   *
   * @param finished whether the process came to its end
   * @param results of each test, by its id
   */
  record Outcome(boolean finished, Map<String, String> results) {
    List<String> passed() {
      return results.entrySet().stream()
          .filter(each -> each.getValue().startsWith("pass"))
          .map(Map.Entry::getKey)
          .toList();
    }
  }

  /** The totals of one way of running. */
  private static final class Total {
    private int passed;
    private int run;

    void add(Outcome outcome) {
      passed += outcome.passed().size();
      run += outcome.results().size();
    }
  }

  private static boolean isAll() {
    return System.getProperty("marshalimage.libtest").equals("all");
  }

  static List<String> modules() throws IOException {
    return isAll() ? Files.readAllLines(RESOURCES.resolve("lib-test-2.7.txt")) : SUBSET;
  }

  /** Reads which tests are known to differ, and why. */
  static Map<String, String> known(String file) throws IOException {
    return Files.readAllLines(RESOURCES.resolve(file)).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t"))
        .collect(Collectors.toMap(fields -> fields[0], fields -> fields[1]));
  }

  @Test
  void whatPassesOnJythonAlonePassesFromAnImage() throws Exception {
    Path image = Libraries.testsImage();
    // Sources on disk, so that both ways have the files that tests read.
    Path sources = Path.of(Libraries.cpythonTests() + ":" + Libraries.jythonLibrary());
    Map<String, String> known = known("lib-test-2.7-known.tsv");
    boolean all = isAll();
    Total aloneTotal = new Total();
    Total mappedTotal = new Total();
    Total stockTotal = new Total();
    List<String> lost = new ArrayList<>();
    for (String module : modules()) {
      Outcome alone = run(Processes.jythonAlone(sources, script(), module), module, "alone");
      Outcome mapped = run(Processes.jythonOn(image, "mapped", script(), module), module, "mapped");
      String stockShown = "";
      if (all) {
        // Its faults are known: a figure to compare with.
        Outcome stock = run(Processes.jythonOn(image, "stock", script(), module), module, "stock");
        stockTotal.add(stock);
        stockShown = ", with the stock loop " + stock.passed().size();
      }
      aloneTotal.add(alone);
      mappedTotal.add(mapped);
      System.out.printf(
          "%s: Jython alone %d of %d%s, from the image %d of %d%s%s%n",
          module,
          alone.passed().size(),
          alone.results().size(),
          alone.finished() ? "" : " (not finished)",
          mapped.passed().size(),
          mapped.results().size(),
          mapped.finished() ? "" : " (not finished)",
          stockShown);
      for (String test : alone.passed()) {
        String result = mapped.results().getOrDefault(test, "not run");
        if (!result.startsWith("pass")) {
          System.out.println("  " + test + ": " + result);
          lost.add(test);
        }
      }
      assertThat(alone.finished() && mapped.finished()).as(module).isTrue();
    }
    System.out.printf(
        "%d modules: Jython alone %d of %d, from the image %d of %d%s%n",
        modules().size(),
        aloneTotal.passed,
        aloneTotal.run,
        mappedTotal.passed,
        mappedTotal.run,
        all ? ", with the stock loop " + stockTotal.passed : "");
    assertThat(lost).isSubsetOf(known.keySet());
  }

  static String script() {
    return Libraries.module().resolve("src/test/python/run_tests.py").toString();
  }

  static Outcome run(List<String> command, String module, String way) throws Exception {
    // Tests leave files in the folder that they run in.
    Path folder = Libraries.folder().resolve("scratch").resolve(module + "-" + way);
    Files.createDirectories(folder);
    if (isAll()) {
      // Some of these run long.
      command.removeAll(List.of(Processes.ONLY_C1, Processes.SERIAL));
    }
    Processes.Result result = Processes.run(folder, SECONDS, command);
    Map<String, String> results = new TreeMap<>();
    boolean finished = false;
    for (String line : result.out().lines().toList()) {
      String[] fields = line.split("\t", 3);
      if (line.equals("done")) {
        finished = true;
      } else if (fields.length > 1 && isResult(fields[0])) {
        results.put(fields[1], fields[0] + (fields.length > 2 ? ": " + fields[2] : ""));
      }
    }
    return new Outcome(finished, results);
  }

  private static boolean isResult(String word) {
    return List.of("pass", "fail", "error", "skip", "expected", "unexpected").contains(word);
  }
}
