package org.marshalimage.jython;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What snapshots are made of for the large programs of the tests, and what they run with. */
final class LargePrograms {
  static final Path TESTS = Libraries.module().resolve("src/test");

  /** What imports all that Robot Framework runs a suite with. */
  static final List<String> ROBOT =
      List.of(
          "--reimport",
          "robot.conf.settings",
          "-S",
          script("import_modules.py"),
          "robot,robot.run,robot.libraries.BuiltIn,robot.libraries.Collections,"
              + "robot.libraries.String,robot.libraries.OperatingSystem,robot.libraries.Easter,"
              + "robot.libraries.Reserved,robot.running.namespace,robot.running.runner,"
              + "robot.reporting.logreportwriters");

  private LargePrograms() {}

  static String script(String name) {
    return TESTS.resolve("python").resolve(name).toString();
  }

  /** Returns a class path with Robot Framework, which has a Jython inside. */
  static String robotClassPath() throws IOException {
    return Stream.concat(
            Stream.of(Libraries.program("robotframework-").toString()),
            Stream.of(Processes.classPath().split(File.pathSeparator))
                .filter(each -> !each.contains("jython-standalone")))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Returns what imports all that Sphinx has imported when it built pages. */
  static List<String> sphinx(Path modules) {
    return List.of(
        "--reimport",
        "babel.dates",
        "--reimport",
        "babel.localtime",
        "--reimport",
        "babel.messages.plurals",
        "--reimport",
        "sphinx.builders.gettext",
        "-S",
        script("import_modules.py"),
        "sphinx.application,sphinx.builders.html,sphinx.writers.html",
        modules.toString());
  }
}
