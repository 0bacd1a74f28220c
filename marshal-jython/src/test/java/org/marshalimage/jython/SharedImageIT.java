package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four Jythons at once have one copy of the image in memory. */
class SharedImageIT {
  private static final int PROCESSES = 4;
  private static final Pattern FIELD =
      Pattern.compile("(?m)^(Rss|Private_Dirty|Private_Clean|Shared_Clean): +(\\d+) kB$");

  private static final String USED =
      """
      import sys, decimal, json, optparse, unittest
      parser = optparse.OptionParser()
      parser.add_option('-n', type='int', default=3)
      decimal.Decimal(1) / 3, json.loads(json.dumps([1, {}])), parser.format_help()
      class Case(unittest.TestCase):
          def runTest(self):
              self.assertEqual(1, 1)
      unittest.TestResult() and Case().run()
      for module in decimal, json, optparse, unittest.case:
          for name, value in vars(module).items():
              getattr(value, '__doc__', None)
      assert 'numbers' in sys.modules
      """;

  @TempDir private Path scratch;

  @Test
  void noProcessHasAPageOfASnapshotsStateOfItsOwn() throws Exception {
    Path image = scratch.resolve("snapshot.img");
    List<String> settings = Processes.WRITING;
    List<String> command =
        Processes.jvm(settings, Processes.classPath(), SnapshotProcess.class.getName());
    command.addAll(List.of("--snapshot", image.toString()));
    if (Libraries.python().isPresent()) {
      command.addAll(List.of("--from", Libraries.jythonImage().toString()));
    }
    command.addAll(List.of("-c", "import decimal, json, optparse, unittest"));
    assertThat(Processes.run(scratch, 240, command).code()).isZero();
    share(image, USED);
  }

  @Test
  void noProcessHasAPageOfItsOwn() throws Exception {
    boolean library = Libraries.python().isPresent();
    Path image = library ? Libraries.jythonImage() : Libraries.testdata();
    String modules = library ? "decimal, optparse, json, email" : "closures, functions, generators";
    share(image, "import sys, " + modules + "\n");
  }

  /** Runs a program in all processes, and looks at what each has of the image. */
  private static void share(Path image, String program) throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/smaps")), "no /proc/self/smaps on this system");
    List<Process> processes = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(
            Processes.builder(
                    Processes.jythonOn(
                        image, "mapped", "-c", program + "print 'ready'\nsys.stdin.read()"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
      }
      for (Process process : processes) {
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
      }
      for (Process process : processes) {
        String found = mapping(process.pid(), image);
        System.out.println("process " + process.pid() + ", " + image.getFileName() + ": " + found);
        assertThat(found).contains("Private_Dirty 0 kB").doesNotContain("Rss 0 kB");
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  /** Sums up the parts of a process's memory that are the image. */
  private static String mapping(long pid, Path image) throws IOException {
    String smaps = Files.readString(Path.of("/proc", Long.toString(pid), "smaps"));
    int rss = 0;
    int privateDirty = 0;
    int privateClean = 0;
    int sharedClean = 0;
    int mappings = 0;
    for (String each : smaps.split("(?m)^(?=[0-9a-f]+-[0-9a-f]+ )")) {
      if (!each.lines().findFirst().orElse("").endsWith(image.toRealPath().toString())) {
        continue;
      }
      mappings++;
      Matcher field = FIELD.matcher(each);
      while (field.find()) {
        int kilobytes = Integer.parseInt(field.group(2));
        switch (field.group(1)) {
          case "Rss" -> rss += kilobytes;
          case "Private_Dirty" -> privateDirty += kilobytes;
          case "Private_Clean" -> privateClean += kilobytes;
          default -> sharedClean += kilobytes;
        }
      }
    }
    assertThat(mappings).as("mappings of %s", image).isPositive();
    return "Rss %d kB, Private_Dirty %d kB, Private_Clean %d kB, Shared_Clean %d kB"
        .formatted(rss, privateDirty, privateClean, sharedClean);
  }
}
