package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process from start to end. Wall time is as seen from here, CPU time what the kernel says that
 * it used, by all its threads, as bash's {@code time} prints it. Both include bash, which is the
 * same for all and cancels out in differences.
 *
 * @param wall milliseconds
 * @param cpu milliseconds
 */
record TimedProcess(double wall, double cpu) {
  /** What bash prints for {@code TIMEFORMAT}: user and system time in seconds. */
  private static final Pattern CPU = Pattern.compile("(?s)(.*)cpu (\\d+\\.\\d+) (\\d+\\.\\d+)");

  private static final String TIMED =
      "TIMEFORMAT='cpu %3U %3S'; export LC_ALL=C; time \"$@\"; exit $?";

  /** Options for this JVM are none of others. */
  static void clearOptions(ProcessBuilder builder) {
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
  }

  /**
   * Runs a command.
   *
   * @param mayPrint whether it may print anything
   * @throws IOException if it fails, or prints what it may not, a warning of the JVM included
   */
  static TimedProcess run(List<String> command, boolean mayPrint)
      throws IOException, InterruptedException {
    List<String> timed = new ArrayList<>(List.of("/bin/bash", "-c", TIMED, "bash"));
    timed.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(timed).redirectErrorStream(true);
    clearOptions(builder);
    long start = System.nanoTime();
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    long end = System.nanoTime();
    Matcher cpu = CPU.matcher(output.strip());
    if (status != 0 || !cpu.matches() || !(mayPrint || cpu.group(1).isEmpty())) {
      throw new IOException(
          "a process failed: status=" + status + ", output=" + output + ", command=" + command);
    }
    return new TimedProcess(
        (end - start) / 1e6,
        1e3 * (Double.parseDouble(cpu.group(2)) + Double.parseDouble(cpu.group(3))));
  }
}
