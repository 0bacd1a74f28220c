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

/** Four Jythons at once have one copy of the image in memory. */
class SharedImageIT {
  private static final int PROCESSES = 4;
  private static final Pattern FIELD =
      Pattern.compile("(?m)^(Rss|Private_Dirty|Private_Clean|Shared_Clean): +(\\d+) kB$");

  @Test
  void noProcessHasAPageOfItsOwn() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/smaps")), "no /proc/self/smaps on this system");
    boolean library = Libraries.python().isPresent();
    Path image = library ? Libraries.jythonImage() : Libraries.testdata();
    String modules = library ? "decimal, optparse, json, email" : "closures, functions, generators";
    List<Process> processes = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(
            Processes.builder(
                    Processes.jythonOn(
                        image,
                        "mapped",
                        "-c",
                        "import sys, " + modules + "\nprint 'ready'\nsys.stdin.read()"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
      }
      for (Process process : processes) {
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
      }
      for (Process process : processes) {
        String found = mapping(process.pid(), image);
        System.out.println("process " + process.pid() + ", after import " + modules + ": " + found);
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
