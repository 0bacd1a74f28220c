package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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

  /** Of a module with tests whose results differ. */
  private static final int RUNS = 4;

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
      Seen one = new Seen(with(executed, module), module, "executed");
      Seen other = new Seen(with(started, module), module, "started");
      Set<String> differing = one.differing(other);
      for (int run = 1; run < RUNS && !differing.isEmpty(); run++) {
        one.runAgain();
        other.runAgain();
        differing = one.differing(other);
      }
      for (String test : differing) {
        System.out.println("  " + test + ": " + one.of(test) + " | " + other.of(test));
      }
      differences.addAll(differing);
      tests += one.tests();
      System.out.printf("%s: %d tests, %d differ%n", module, one.tests(), differing.size());
    }
    System.out.printf("%d tests, %d differ%n", tests, differences.size());
    assertThat(differences).isSubsetOf(known.keySet());
  }

  private static List<String> with(List<String> command, String module) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(LibTestIT.script(), module));
    return all;
  }

  /**
   * The results that tests of a module have had. Some have one or another by when the collector
   * finds what is weakly referred to.
   */
  private static final class Seen {
    private final List<String> command;
    private final String module;
    private final String name;

    /** Words, since what is raised may have addresses and times. */
    private final Map<String, Set<String>> results = new TreeMap<>();

    Seen(List<String> command, String module, String name) throws Exception {
      this.command = command;
      this.module = module;
      this.name = name;
      runAgain();
    }

    void runAgain() throws Exception {
      LibTestIT.Outcome outcome = LibTestIT.run(command, module, name);
      outcome.results().forEach((test, result) -> add(test, result.replaceFirst(":.*", "")));
      add(module + " comes to its end", Boolean.toString(outcome.finished()));
    }

    private void add(String test, String result) {
      results.computeIfAbsent(test, none -> new TreeSet<>()).add(result);
    }

    /** Returns their number, without what is said of the module. */
    int tests() {
      return results.size() - 1;
    }

    Set<String> of(String test) {
      return results.getOrDefault(test, Set.of("not run"));
    }

    /** Returns the tests that have had no result there that they have had here. */
    Set<String> differing(Seen there) {
      Set<String> all = new TreeSet<>(results.keySet());
      all.addAll(there.results.keySet());
      all.removeIf(test -> !Collections.disjoint(of(test), there.of(test)));
      return all;
    }
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
