package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs processes: JVMs like this one, with programs of the benchmarks, and others. */
final class Processes {
  /** What bash prints for {@code TIMEFORMAT}: user and system time in seconds. */
  private static final Pattern CPU = Pattern.compile("(?s)(.*)cpu (\\d+\\.\\d+) (\\d+\\.\\d+)");

  private static final String TIMED =
      "TIMEFORMAT='cpu %3U %3S'; export LC_ALL=C; time \"$@\"; exit $?";

  private Processes() {}

  /**
   * What a process took from start to end. Wall time is as seen from here, CPU time what the kernel
   * says that all its threads used, as bash's {@code time} prints it. Both include bash, which is
   * the same for all and cancels out in differences.
   *
   * @param wall milliseconds
   * @param cpu milliseconds
   * @param output what it printed
   */
  record Time(double wall, double cpu, String output) {}

  /** Returns the command of a JVM like this one that runs a program of the benchmarks. */
  static List<String> java(List<String> options, Class<?> program, List<String> arguments) {
    Path home = Path.of(System.getProperty("java.home"));
    return java(home, Runtime.version().feature(), options, program, arguments);
  }

  /** Returns the command of a JDK's JVM that runs a program of the benchmarks. */
  static List<String> java(
      Path home, int major, List<String> options, Class<?> program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve("java").toString());
    command.addAll(options);
    if (major >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    for (String property : new String[] {Corpus.FOLDER, Interpreter.PYTHONS, "user.home"}) {
      String value = System.getProperty(property);
      if (value != null) {
        command.add("-D" + property + '=' + value);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(arguments);
    return command;
  }

  /** Starts a process that prints its errors where this one does. */
  static Process start(List<String> command) throws IOException {
    return builder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Runs a process. */
  static String run(List<String> command) throws IOException {
    Process process = start(command);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = status(process);
    if (status != 0) {
      throw failure(status, output, command);
    }
    return output;
  }

  /** Runs a process that prints into a file, and returns its status. */
  static int log(List<String> command, Path file) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    return status(builder.redirectOutput(file.toFile()).start());
  }

  /** Runs a process and measures it. */
  static Time time(List<String> command, boolean mayPrint) throws IOException {
    List<String> timed = new ArrayList<>(List.of("/bin/bash", "-c", TIMED, "bash"));
    timed.addAll(command);
    ProcessBuilder builder = builder(timed).redirectErrorStream(true);
    long start = System.nanoTime();
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = status(process);
    double wall = (System.nanoTime() - start) / 1e6;
    Matcher cpu = CPU.matcher(output.strip());
    if (status != 0 || !cpu.matches() || !(mayPrint || cpu.group(1).isEmpty())) {
      throw failure(status, output, command);
    }
    double seconds = Double.parseDouble(cpu.group(2)) + Double.parseDouble(cpu.group(3));
    return new Time(wall, 1e3 * seconds, cpu.group(1));
  }

  private static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    // Options for this JVM are none of theirs.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    return builder;
  }

  private static int status(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for a process", e);
    }
  }

  private static IOException failure(int status, String output, List<String> command) {
    return new IOException(
        "a process failed: status=" + status + ", output=" + output + ", command=" + command);
  }
}
