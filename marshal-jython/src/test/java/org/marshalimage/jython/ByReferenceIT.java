package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole programs of which all functions run code by reference to Jython's own class files. */
class ByReferenceIT {
  /** Modules of CPython's tests that reach functions of every kind; more of them in the sweep. */
  private static final List<String> TESTS =
      Boolean.getBoolean("marshalimage.sweep")
          ? List.of(
              "test_contextlib",
              "test_decorators",
              "test_generators",
              "test_inspect",
              "test_scope",
              "test_sys_settrace",
              "test_textwrap",
              "test_traceback",
              "test_with")
          : List.of("test_generators", "test_inspect", "test_sys_settrace", "test_traceback");

  @TempDir private Path folder;

  /** Returns the command for a script of this module's tests, on Jython in a jar. */
  private static List<String> jython(Path jar, Path path) throws IOException {
    Path target = Libraries.module().resolve("target");
    String own =
        List.of(Processes.classPath().split(File.pathSeparator)).stream()
            .filter(each -> !each.contains("jython-standalone"))
            .reduce("", (all, each) -> all + File.pathSeparator + each);
    List<String> settings = new ArrayList<>(Processes.WRITING);
    settings.add("-Dpython.path=" + path);
    return Processes.jvm(
        settings,
        jar + own + File.pathSeparator + target.resolve("test-classes"),
        "org.python.util.jython");
  }

  private static Path script(String name) {
    return Libraries.module().resolve("src/test/python").resolve(name);
  }

  private List<String> alone(Path jar, Path path, String script, String... arguments)
      throws IOException {
    List<String> command = jython(jar, path);
    command.add(script(script).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private List<String> byReference(
      Path jar, Path path, String modules, String script, String... arguments) throws IOException {
    List<String> command = jython(jar, path);
    command.add(script("by_reference.py").toString());
    command.add(Files.createTempFile(folder, "code", ".img").toString());
    command.addAll(List.of(modules, script(script).toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static Path standalone() throws IOException {
    return Path.of(
        List.of(Processes.classPath().split(File.pathSeparator)).stream()
            .filter(each -> each.contains("jython-standalone"))
            .findFirst()
            .orElseThrow());
  }

  /** Returns how many functions a process said that it replaced. */
  private static int count(Processes.Result result) {
    return Pattern.compile("(?m)^(\\d+) by reference, others: .*$")
        .matcher(result.err())
        .results()
        .peek(each -> System.out.println("  " + each.group()))
        .mapToInt(each -> Integer.parseInt(each.group(1)))
        .findFirst()
        .orElse(0);
  }

  @Test
  void cpythonsTestsSayWhatTheySayOnJythonAlone() throws Exception {
    // A copy of its own, as Jython writes class files there.
    Path sources = Files.createDirectories(folder.resolve("path/test"));
    Path tests = Libraries.cpythonLibrary().resolve("test");
    Files.createDirectory(sources.resolve("support"));
    List<String> files = new ArrayList<>(TESTS);
    files.addAll(
        List.of(
            "__init__",
            "test_support",
            "support/__init__",
            "support/script_helper",
            "inspect_fodder",
            "inspect_fodder2"));
    for (String each : files) {
      Files.copy(
          tests.resolve(each + ".py"),
          sources.resolve(each + ".py"),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    // First, so that no module is told by where it comes from.
    List<String> compile = jython(standalone(), sources.getParent());
    compile.addAll(List.of("-m", "compileall", "-q", sources.toString()));
    assertThat(Processes.run(folder, 300, compile).code()).isZero();
    for (String each : TESTS) {
      String module = "test." + each;
      Processes.Result alone =
          Processes.run(
              folder, 300, alone(standalone(), sources.getParent(), "run_tests.py", module));
      Processes.Result referenced =
          Processes.run(
              folder,
              300,
              byReference(standalone(), sources.getParent(), module, "run_tests.py", module));
      System.out.println(module + ": " + results(alone).size() + " tests");
      assertThat(count(referenced)).as(referenced.err()).isGreaterThan(100);
      assertThat(results(referenced)).as(module).isEqualTo(results(alone));
      assertThat(alone.out()).endsWith("done\n");
    }
  }

  /** Its modules exist as class files alone. */
  @Test
  void robotFrameworkRunsASuiteAsItDoesOnItsOwn() throws Exception {
    Path jar = Libraries.program("robotframework-");
    Path suite = Libraries.module().resolve("src/test/robot/suite.robot");
    String modules =
        "robot,robot.libraries.Collections,robot.libraries.String,robot.libraries.OperatingSystem,"
            + "robot.reporting.logreportwriters";
    List<Processes.Result> results = new ArrayList<>();
    for (String way : List.of("alone", "referenced")) {
      String[] arguments = {"--outputdir", folder.resolve(way).toString(), suite.toString()};
      results.add(
          Processes.run(
              folder,
              300,
              way.equals("alone")
                  ? alone(jar, folder, "robot_run.py", arguments)
                  : byReference(jar, folder, modules, "robot_run.py", arguments)));
    }
    Processes.Result alone = results.get(0);
    Processes.Result referenced = results.get(1);
    assertThat(alone.out()).as(alone.err()).contains("10 tests total, 9 passed, 1 failed");
    assertThat(referenced.out().replace("/referenced/", "/alone/")).isEqualTo(alone.out());
    assertThat(referenced.code()).isEqualTo(alone.code()).isEqualTo(1);
    assertThat(count(referenced)).as(referenced.err()).isGreaterThan(5000);
    assertThat(withoutTimes(folder.resolve("referenced/output.xml")))
        .isEqualTo(withoutTimes(folder.resolve("alone/output.xml")));
    for (String page : List.of("log.html", "report.html")) {
      assertThat(folder.resolve("referenced").resolve(page)).isNotEmptyFile();
    }
  }

  private static String withoutTimes(Path file) throws IOException {
    return Files.readString(file).replaceAll("\\d{8} \\d{2}:\\d{2}:\\d{2}\\.\\d{3}", "TIME");
  }

  /** Returns what became of each test, without what tests print and what differs by process. */
  private static List<String> results(Processes.Result result) {
    return result
        .out()
        .lines()
        .filter(line -> line.contains("\t"))
        // A generator of another test that the collector finds meanwhile prints into its output.
        .filter(line -> !line.contains("test_generators.__test__.email"))
        .map(line -> line.replaceAll("0x[0-9a-f]+", "0x"))
        .toList();
  }
}
