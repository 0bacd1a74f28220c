package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Large programs, as they lie on Maven Central, start from snapshots: what they do is what they do
 * on Jython alone. Made with {@code --strict}: what differs between the two makings is on a list,
 * each line with its reason. A part of the sweep, as it takes minutes.
 */
@EnabledIfSystemProperty(named = "marshalimage.sweep", matches = "true")
class ProgramSnapshotIT {
  private static final int SECONDS = 900;
  private static final Path TESTS = LargePrograms.TESTS;

  @TempDir private Path folder;

  /** What the tool is that a program runs with. */
  private record Runner(String classPath, Path path) {
    /** Jython as it is, from the class files that it has compiled. */
    List<String> alone(String... arguments) {
      return command("org.python.util.jython", arguments);
    }

    List<String> started(Path image, String... arguments) {
      List<String> all = new ArrayList<>(List.of(image.toString()));
      all.addAll(List.of(arguments));
      return command(Main.class.getName(), all.toArray(new String[0]));
    }

    private List<String> command(String main, String... arguments) {
      List<String> settings = new ArrayList<>(Processes.WRITING);
      settings.add("-Dpython.path=" + path);
      List<String> command = Processes.jvm(settings, classPath, main);
      command.addAll(List.of(arguments));
      return command;
    }
  }

  private Processes.Result run(List<String> command) throws Exception {
    Processes.Result result = Processes.run(folder, SECONDS, command);
    assertThat(result.code()).as(result.err()).isNotEqualTo(-1);
    return result;
  }

  /** Makes a snapshot, and returns the names of the modules that could not be kept. */
  private List<String> make(Runner runner, Path image, String allow, List<String> options)
      throws Exception {
    List<String> command =
        new ArrayList<>(List.of("--snapshot", image.toString(), "--strict", "--allow"));
    command.add(Libraries.module().resolve("allow").resolve(allow).toString());
    command.addAll(options);
    Processes.Result made =
        run(runner.command(Main.class.getName(), command.toArray(new String[0])));
    assertThat(made.code()).as(made.out() + made.err()).isZero();
    System.out.printf(
        "%s: %s%n",
        allow,
        made.out().lines().filter(line -> line.contains(" roots kept")).findFirst().orElse(""));
    return made.out()
        .lines()
        .flatMap(
            line ->
                Pattern.compile("not kept: (.*?)  ")
                    .matcher(line)
                    .results()
                    .flatMap(found -> Stream.of(found.group(1).split(", "))))
        .map(name -> name.replaceFirst("^state:", ""))
        .sorted()
        .toList();
  }

  private static Runner robot() throws IOException {
    return new Runner(LargePrograms.robotClassPath(), TESTS);
  }

  @Test
  void robotFrameworkRunsASuite() throws Exception {
    Runner runner = robot();
    Path image = folder.resolve("robot.img");
    List<String> lost = make(runner, image, "robot-framework.txt", LargePrograms.ROBOT);
    // All that have classes derived from Java's, or objects of Java.
    assertThat(lost)
        .containsExactlyInAnyOrder(
            "_socket",
            "_sslcerts",
            "ssl",
            "robot.running.timeouts.jython",
            "robot.utils.compress",
            "signal",
            "ctypes",
            "robot.conf.settings");
    List<String> version = List.of("-S", "-m", "robot", "--version");
    Processes.Result told = run(runner.started(image, version.toArray(new String[0])));
    assertThat(told.out()).as(told.err()).startsWith("Robot Framework 3.2.2 (Jython 2.7.2 on java");
    assertThat(told).isEqualTo(run(runner.alone(version.toArray(new String[0]))));

    List<Processes.Result> results = new ArrayList<>();
    String suite = TESTS.resolve("robot/suite.robot").toString();
    for (String way : List.of("alone", "started")) {
      String[] arguments = {
        "-S",
        LargePrograms.script("robot_run.py"),
        "--outputdir",
        folder.resolve(way).toString(),
        suite
      };
      results.add(
          run(way.equals("alone") ? runner.alone(arguments) : runner.started(image, arguments)));
    }
    assertThat(results.get(0).out()).contains("10 tests total, 9 passed, 1 failed");
    assertThat(results.get(1).out().replace("/started/", "/alone/"))
        .as(results.get(1).err())
        .isEqualTo(results.get(0).out());
    assertThat(results.get(1).code()).isEqualTo(results.get(0).code()).isEqualTo(1);
    for (String file : List.of("output.xml", "log.html", "report.html")) {
      assertThat(withoutTimes(folder.resolve("started").resolve(file)))
          .as(file)
          .isEqualTo(withoutTimes(folder.resolve("alone").resolve(file)));
    }
    // Without a folder for its reports, it takes the one that it is started in.
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Processes.Result there =
        Processes.run(
            elsewhere,
            SECONDS,
            runner.started(image, "-S", LargePrograms.script("robot_run.py"), suite));
    assertThat(there.out()).contains("Output:  " + elsewhere.resolve("output.xml"));
  }

  /** Dates, and in what the log's own program reads, how long each step took and when. */
  private static String withoutTimes(Path file) throws IOException {
    return Files.readString(file)
        .replaceAll("\\d{8} \\d{2}:\\d{2}:\\d{2}(\\.\\d{3})?", "TIME")
        .replaceAll("\"elapsed\":\"[0-9:]*\"", "ELAPSED")
        .replaceAll("(baseMillis|generated)\"\\] = \\d+", "MILLIS")
        .replaceAll("(?m)^(window.output\\[\"suite\"\\] = ).*$", "$1SUITE")
        .replaceAll("(GMT|UTC)? ?[+-]\\d{2}:\\d{2}", "");
  }

  @Test
  void pygmentsHighlightsFilesInFiveLanguages() throws Exception {
    Path unpacked = Libraries.unpacked("pygments-", "pygments", "pygments/pygments");
    Runner runner = new Runner(Processes.classPath(), unpacked.getParent());
    List<String> arguments =
        new ArrayList<>(List.of("-S", LargePrograms.script("pygments_highlight.py")));
    for (String file :
        List.of(
            "compiled/sample.py",
            "java/org/marshalimage/jython/EmbeddedApplication.java",
            "../../pom.xml",
            "robot/suite.robot",
            "sphinx/index.rst")) {
      arguments.add(TESTS.resolve(file).toString());
    }
    String[] program = arguments.toArray(new String[0]);
    // Compiles what it imports.
    Processes.Result alone = run(runner.alone(program));
    assertThat(alone.out()).as(alone.err()).contains("Python", "Java", "XML", "RobotFramework");
    Path image = folder.resolve("pygments.img");
    List<String> lost =
        make(
            runner,
            image,
            "pygments.txt",
            List.of(
                "-S",
                LargePrograms.script("import_modules.py"),
                "pygments,pygments.lexers,pygments.formatters,pygments.formatters.html,"
                    + "pygments.formatters.terminal,pygments.styles.default,pygments.lexers.python,"
                    + "pygments.lexers.jvm,pygments.lexers.html,pygments.lexers.robotframework,"
                    + "pygments.lexers.markup"));
    assertThat(lost).allMatch(name -> name.equals("ctypes") || name.equals("signal"));
    Processes.Result started = run(runner.started(image, program));
    assertThat(started.out()).as(started.err()).isEqualTo(alone.out());
    assertThat(started.err()).isEqualTo(alone.err());
    assertThat(started.code()).isEqualTo(alone.code()).isZero();
  }

  @Test
  void sphinxBuildsTenPages() throws Exception {
    Path unpacked =
        Libraries.unpacked("sphinx-maven-plugin-", "kr/motd/maven/sphinx/dist", "sphinx");
    Runner runner = new Runner(Processes.classPath(), unpacked);
    Path pages = TESTS.resolve("sphinx");
    Path modules = folder.resolve("modules.txt");
    List<String> command =
        runner.alone(
            "-S",
            LargePrograms.script("sphinx_build.py"),
            "-q",
            pages.toString(),
            folder.resolve("a").toString());
    // Compiles what it imports, and says what that is.
    ProcessBuilder listing = Processes.builder(command).directory(folder.toFile()).inheritIO();
    listing.environment().put("MODULES", modules.toString());
    assertThat(listing.start().waitFor()).isZero();

    Path image = folder.resolve("sphinx.img");
    List<String> lost = make(runner, image, "sphinx.txt", LargePrograms.sphinx(modules));
    assertThat(lost).hasSizeLessThan(25).doesNotContain("sphinx.application", "docutils.nodes");
    String[] build = {
      "-S",
      LargePrograms.script("sphinx_build.py"),
      "-q",
      pages.toString(),
      folder.resolve("b").toString()
    };
    Processes.Result started = run(runner.started(image, build));
    assertThat(started.code()).as(started.err()).isZero();
    assertThat(started.out()).isEmpty();
    TreeMap<String, String> expected = pages(folder.resolve("a"));
    assertThat(expected.keySet()).hasSizeGreaterThan(30).contains("genindex.html", "tables.html");
    assertThat(pages(folder.resolve("b"))).isEqualTo(expected);
  }

  /** Returns all that was built but for what it was built from, which has times and places. */
  private static TreeMap<String, String> pages(Path built) throws IOException {
    TreeMap<String, String> pages = new TreeMap<>();
    try (Stream<Path> files = Files.walk(built)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = built.relativize(file).toString();
        if (!name.startsWith(".doctrees")) {
          pages.put(name, new String(Files.readAllBytes(file), "ISO-8859-1"));
        }
      }
    }
    return pages;
  }
}
