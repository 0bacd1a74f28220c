package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      LibTestIT.Outcome one = LibTestIT.run(with(executed, module), module, "executed");
      LibTestIT.Outcome other = LibTestIT.run(with(started, module), module, "started");
      TreeSet<String> all = new TreeSet<>(one.results().keySet());
      all.addAll(other.results().keySet());
      tests += all.size();
      int before = differences.size();
      for (String test : all) {
        String first = one.results().getOrDefault(test, "not run");
        String second = other.results().getOrDefault(test, "not run");
        // What is raised may have addresses and times.
        if (!word(first).equals(word(second))) {
          System.out.println("  " + test + ": " + first + " | " + second);
          differences.add(test);
        }
      }
      System.out.printf(
          "%s: %d tests, %d differ%s%n",
          module,
          all.size(),
          differences.size() - before,
          one.finished() && other.finished() ? "" : ", not finished");
      if (one.finished() != other.finished()) {
        differences.add(module + " comes to its end");
      }
    }
    System.out.printf("%d tests, %d differ%n", tests, differences.size());
    assertThat(differences).isSubsetOf(known.keySet());
  }

  private static List<String> with(List<String> command, String module) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(LibTestIT.script(), module));
    return all;
  }

  private static String word(String result) {
    return result.replaceFirst(":.*", "");
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
