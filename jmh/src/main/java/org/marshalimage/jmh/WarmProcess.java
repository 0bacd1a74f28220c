package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * A warm process that makes as many passes as fill a round, whenever it is asked: {@code
 * marshal_speed.py --serve} or {@link WarmWork}. Between rounds it waits and takes no processor.
 */
final class WarmProcess implements Harness.Contestant, AutoCloseable {
  private final ObjectMapper json = new ObjectMapper();
  private final String work;
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter requests;
  private final JsonNode ready;
  private final Series passes;
  private double allocated = Double.NaN;

  /**
   * Starts the process and waits until it is warm.
   *
   * @param work what it does, for people
   */
  WarmProcess(int rounds, String work, List<String> command) throws IOException {
    this.work = work;
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
        round, millis * done.get("seconds").asDouble(), millis * done.get("cpuSeconds").asDouble());
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

  /** Returns all that it said when it was warm: {@code program}, {@code bytes} and more. */
  JsonNode ready() {
    return ready;
  }

  /** Returns name and version of what it measures. */
  String program() {
    return ready.get("program").asText();
  }

  /** Returns what passes take, a mean for each round. */
  Series passes() {
    return passes;
  }

  /** Returns how many times as fast as another this is, round by round. */
  double ratioTo(WarmProcess other) {
    return Series.timesAsFast(passes.wall(), other.passes.wall());
  }

  /** The same by the time of processors. */
  double cpuRatioTo(WarmProcess other) {
    return Series.timesAsFast(passes.cpu(), other.passes.cpu());
  }

  /**
   * Returns what was measured.
   *
   * @param base what ratios are to
   * @param unit makes of milliseconds for a pass what is told
   */
  Map<String, Object> row(WarmProcess base, DoubleUnaryOperator unit) {
    double[] wall = Arrays.stream(passes.wall()).map(unit).toArray();
    double[] cpu = Arrays.stream(passes.cpu()).map(unit).toArray();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("program", program());
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

  @Override
  public void close() {
    process.destroy();
  }
}
