package org.marshalimage.jcstress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs every race of this module, by default for a moment each. */
class JcstressIT {
  private static final Pattern RESULTS =
      Pattern.compile("\\(Results: (\\d+) planned; (\\d+) passed, .*\\)");
  private static final Pattern SAMPLES = Pattern.compile("\\n *\\S.*? {2,}([\\d,]+) +\\d+\\.\\d+%");
  private static final int TIMEOUT_HOURS = 2;

  @Test
  void noRaceHasAnOutcomeThatIsForbidden() throws Exception {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one processor has no races");
    Path target = Path.of(System.getProperty("marshalimage.root"), "jcstress", "target");
    Path folder = Files.createDirectories(target.resolve("races"));
    Path log = folder.resolve("log.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-jar");
    command.add(target.resolve("jcstress.jar").toString());
    command.add("-v");
    command.addAll(List.of(System.getProperty("marshalimage.jcstress").split(" ")));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(TIMEOUT_HOURS, TimeUnit.HOURS);
    process.destroyForcibly();
    assertThat(ended).as("ended in time: %s", log).isTrue();

    String out = Files.readString(log);
    assertThat(process.exitValue()).as(out).isZero();
    String planned = "";
    String passed = "";
    Matcher results = RESULTS.matcher(out);
    while (results.find()) {
      planned = results.group(1);
      passed = results.group(2);
    }
    assertThat(Integer.parseInt(planned)).isPositive();
    assertThat(passed).as(out).isEqualTo(planned);
    long samples = 0;
    Matcher sample = SAMPLES.matcher(out.substring(out.indexOf("RUN RESULTS")));
    while (sample.find()) {
      samples += Long.parseLong(sample.group(1).replace(",", ""));
    }
    System.out.printf("races: %s configurations passed, %,d samples%n", passed, samples);
    assertThat(samples).isPositive();
  }
}
