package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * CPython's own tests, run by Jython that starts from a snapshot of all modules of its library that
 * can be kept: each test has the result that it has when imports are executed. The sweep runs some
 * modules; the profile {@code lib-test} with it all that {@code lib-test-2.7.txt} names.
 */
@EnabledIfSystemProperty(named = "marshalimage.sweep", matches = "true")
class SnapshotLibTestIT {
  private static final int SECONDS = 900;

  /**
   * With executed imports at most, until each result of the start has been seen: some tests have
   * one or another by when the collector finds what is weakly referred to.
   */
  private static final int RUNS = 4;

  private static final String NOT_RUN = "not run";
  private static final Set<String> NONE = Set.of(NOT_RUN);

  /** Makes a snapshot of all modules on the list. */
  private static Path snapshot(String name, List<String> from) throws Exception {
    Path image = Libraries.folder().resolve(name);
    List<String> command = Processes.jvm(Processes.WRITING, Processes.classPath(), process());
    command.addAll(List.of("--snapshot", image.toString()));
    command.addAll(from);
    command.addAll(
        List.of(
            "-S",
            Libraries.module().resolve("src/test/python/import_modules.py").toString(),
            "os",
            LibTestIT.RESOURCES.resolve("modules-2.7.txt").toString()));
    Processes.Result made = Processes.run(Libraries.folder(), SECONDS, command);
    assertThat(made.code()).as(made.err()).isZero();
    made.out().lines().filter(line -> line.contains(" roots kept")).forEach(System.out::println);
    return image;
  }

  private static String process() {
    return SnapshotProcess.class.getName();
  }

  private static void compare(List<String> executed, List<String> started) throws Exception {
    Map<String, String> known = LibTestIT.known("lib-test-2.7-snapshot-known.tsv");
    List<String> differences = new ArrayList<>();
    int tests = 0;
    for (String module : LibTestIT.modules()) {
      Map<String, Set<String>> seen = new TreeMap<>();
      // First: what compiles a test module has its source for __file__, and later runs its class.
      execute(executed, module, seen);
      Map<String, String> results = results(with(started, module), module, "started");
      Set<String> differing = differing(seen, results);
      for (int run = 1; run < RUNS && !differing.isEmpty(); run++) {
        execute(executed, module, seen);
        differing = differing(seen, results);
      }
      for (String test : differing) {
        System.out.println("  " + test + ": " + seen.get(test) + " | " + results.get(test));
      }
      differences.addAll(differing);
      tests += results.size() - 1;
      System.out.printf("%s: %d tests, %d differ%n", module, results.size() - 1, differing.size());
    }
    System.out.printf("%d tests, %d differ%n", tests, differences.size());
    assertThat(differences).isSubsetOf(known.keySet());
  }

  private static void execute(List<String> command, String module, Map<String, Set<String>> seen)
      throws Exception {
    results(with(command, module), module, "executed")
        .forEach((test, word) -> seen.computeIfAbsent(test, none -> new TreeSet<>()).add(word));
  }

  private static Set<String> differing(Map<String, Set<String>> seen, Map<String, String> results) {
    Set<String> differing = new TreeSet<>(seen.keySet());
    differing.addAll(results.keySet());
    differing.removeIf(
        test -> seen.getOrDefault(test, NONE).contains(results.getOrDefault(test, NOT_RUN)));
    return differing;
  }

  private static List<String> with(List<String> command, String module) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(LibTestIT.script(), module));
    return all;
  }

  /** Runs tests; returns a word for each, since what is raised may have addresses and times. */
  private static Map<String, String> results(List<String> command, String module, String name)
      throws Exception {
    LibTestIT.Outcome outcome = LibTestIT.run(command, module, name);
    Map<String, String> words = new TreeMap<>();
    outcome.results().forEach((test, result) -> words.put(test, result.replaceFirst(":.*", "")));
    words.put(module + " comes to its end", Boolean.toString(outcome.finished()));
    return words;
  }

  @Test
  void resultsAreThoseOfExecutedImportsWithCodeOfPycFiles() throws Exception {
    Path tests = Libraries.testsImage();
    Path snapshot = snapshot("tests-snapshot.img", List.of("--from", tests.toString()));
    compare(Processes.jythonOn(tests, "mapped"), Processes.jythonOn(snapshot, "mapped"));
  }

  @Test
  void resultsAreThoseOfExecutedImportsWithCodeOfJythonsClassFiles() throws Exception {
    Path snapshot = snapshot("class-files-snapshot.img", List.of());
    Path sources = Libraries.cpythonTests();
    List<String> started =
        Processes.jvm(
            List.of("-Dpython.path=" + sources), Processes.classPath(), Main.class.getName());
    started.add(snapshot.toString());
    compare(Processes.jythonAlone(sources), started);
  }
}
