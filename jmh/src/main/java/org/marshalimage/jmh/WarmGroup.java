package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Warm processes that work on the same {@code .pyc} files and take turns. They warm up for as many
 * seconds as the system property {@code marshalimage.NAME.warmup} says.
 */
final class WarmGroup implements AutoCloseable {
  private static final String SCRIPT = "marshal_speed.py";

  /**
   * A heap that is there from the start: one that the JVM shrinks and grows between passes has each
   * page copied anew by the system, which on some machines takes longer than the work.
   */
  private static final List<String> HEAP = List.of("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch");

  private final Harness harness;
  private final String warmup;
  private final Path folder;
  private final Path script;
  private final Path list;
  private final List<WarmProcess> processes = new ArrayList<>();

  /**
   * Starts a CPython, if there is one.
   *
   * @param function what CPython does, {@code loads} or {@code dumps}; null if it takes no part
   */
  WarmGroup(Harness harness, Library library, List<String> files, @Nullable String function)
      throws IOException {
    this.harness = harness;
    warmup = harness.setting("warmup", "5");
    folder = Files.createTempDirectory("warm");
    script = folder.resolve(SCRIPT);
    list = Files.write(folder.resolve("files"), files);
    try (InputStream content = WarmGroup.class.getResourceAsStream(SCRIPT)) {
      Files.copy(content, script);
    }
    Interpreter interpreter = library.interpreter();
    if (interpreter == null) {
      System.out.println("\n" + library + ": no CPython to compare with");
    } else if (function != null) {
      add(
          "marshal." + function,
          "",
          List.of(
              interpreter.program().toString(),
              script.toString(),
              "--seconds=" + warmup,
              "--serve=" + function,
              "--list=" + list));
    }
  }

  /**
   * Starts a JVM of each JDK that is measured, which does some {@link WarmWork}, with the files or
   * with something else.
   *
   * @return that of the JDK that runs this
   */
  WarmProcess java(WarmWork.Job job, String... on) throws IOException {
    List<String> arguments = List.of(warmup, job.name(), on.length == 0 ? "" + list : on[0]);
    WarmProcess first = null;
    for (Map.Entry<Path, String> jdk : ColdProgram.Jdks.find().entrySet()) {
      int major = ColdProgram.Jdks.majorVersion(jdk.getValue());
      WarmProcess process =
          add(
              job.label,
              "" + major,
              Processes.java(jdk.getKey(), major, HEAP, WarmWork.class, arguments));
      first = first == null ? process : first;
    }
    return Objects.requireNonNull(first);
  }

  private WarmProcess add(String label, String jdk, List<String> command) throws IOException {
    WarmProcess process = new WarmProcess(harness.rounds(), label, jdk, command);
    processes.add(process);
    return process;
  }

  /** Returns all, in the order in which they were started; a CPython is the first. */
  List<WarmProcess> processes() {
    return processes;
  }

  /** Returns the bytes of all streams, as the first process counts them. */
  long length() {
    return processes.get(0).ready.get("bytes").asLong();
  }

  /**
   * Has all take their turns.
   *
   * @param unit makes of milliseconds for a pass what is told
   * @return a row for each; ratios are to the first, round by round
   */
  List<Map<String, Object>> takeTurns(DoubleUnaryOperator unit) throws IOException {
    harness.takeTurns(0, processes);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (WarmProcess process : processes) {
      rows.add(process.row(processes.get(0), unit));
    }
    return rows;
  }

  @Override
  public void close() throws IOException {
    processes.forEach(each -> each.process.destroy());
    Corpus.delete(folder);
  }

  /**
   * A warm process that makes as many passes as fill a round, whenever it is asked: {@code
   * marshal_speed.py --serve} or {@link WarmWork}. Between rounds it waits and takes no processor.
   */
  static final class WarmProcess implements Harness.Contestant {
    private final ObjectMapper json = new ObjectMapper();
    private final String work;
    private final String jdk;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter requests;
    private double allocated = Double.NaN;

    /** What it said when it was warm: {@code program}, {@code bytes} and more. */
    final JsonNode ready;

    /** What passes take, a mean for each round. */
    final Series passes;

    /** Starts the process and waits until it is warm. */
    WarmProcess(int rounds, String work, String jdk, List<String> command) throws IOException {
      this.work = work;
      this.jdk = jdk;
      passes = new Series(rounds);
      process = Processes.start(command);
      answers = process.inputReader();
      requests = process.outputWriter();
      ready = answer();
    }

    @Override
    public void turn(int round) throws IOException {
      requests.write("round\n");
      requests.flush();
      JsonNode done = answer();
      int count = done.get("passes").asInt();
      double millis = 1e3 / count;
      passes.set(
          round,
          millis * done.get("seconds").asDouble(),
          millis * done.get("cpuSeconds").asDouble());
      if (done.has("allocated")) {
        allocated = done.get("allocated").asDouble() / count;
      }
    }

    private JsonNode answer() throws IOException {
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("a process failed: work=" + work + ", see what it printed");
      }
      return json.readTree(line);
    }

    String program() {
      return ready.get("program").asText();
    }

    /** Returns how many times as fast as another this is, round by round. */
    double ratioTo(WarmProcess other) {
      return Series.timesAsFast(passes.wall(), other.passes.wall());
    }

    double cpuRatioTo(WarmProcess other) {
      return Series.timesAsFast(passes.cpu(), other.passes.cpu());
    }

    /** Returns what was measured; {@code unit} makes of milliseconds for a pass what is told. */
    Map<String, Object> row(WarmProcess base, DoubleUnaryOperator unit) {
      double[] wall = Arrays.stream(passes.wall()).map(unit).toArray();
      double[] cpu = Arrays.stream(passes.cpu()).map(unit).toArray();
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("program", program());
      row.put("jdk", jdk);
      row.put("work", work);
      row.put("quartiles", Series.quartiles(wall));
      row.put("best", unit.applyAsDouble(Arrays.stream(passes.wall()).min().orElse(Double.NaN)));
      row.put("ratio", ratioTo(base));
      row.put("cpu", Series.median(cpu));
      row.put("cpuRatio", cpuRatioTo(base));
      if (!Double.isNaN(allocated)) {
        row.put("allocated", Math.round(allocated));
      }
      row.put("ratioTo", base.program() + ' ' + base.work);
      row.put("rounds", wall);
      row.put("cpuRounds", cpu);
      return row;
    }
  }
}
