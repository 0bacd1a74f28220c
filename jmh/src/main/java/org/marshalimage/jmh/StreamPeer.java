package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A process that does some work with all files, a round when asked: {@code marshal_speed.py
 * --serve}, {@link StreamRounds} or {@link LinkRounds}. Between rounds it waits and takes no
 * processor.
 */
final class StreamPeer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter requests;
  private final String program;
  private final String work;
  private final long length;
  private final JsonNode ready;
  private final Speeds wall = new Speeds(new ArrayList<>());
  private final Speeds cpu = new Speeds(new ArrayList<>());
  private double allocated = Double.NaN;

  /**
   * Speeds of rounds.
   *
   * @param rounds MB/s of each
   */
  record Speeds(List<Double> rounds) {
    double[] quartiles() {
      return Quartiles.of(toArray());
    }

    double median() {
      return Quartiles.median(toArray());
    }

    double best() {
      return Collections.max(rounds);
    }

    /** Returns the median, over the rounds, of how many times as fast as another this was. */
    double ratioTo(Speeds other) {
      double[] ratios = toArray();
      for (int i = 0; i < ratios.length; i++) {
        ratios[i] /= other.rounds.get(i);
      }
      return Quartiles.median(ratios);
    }

    private double[] toArray() {
      return rounds.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  /**
   * Starts the process and waits until it is warm.
   *
   * @param work what it does, for people
   * @param command what runs it
   */
  StreamPeer(String work, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    // Options for this JVM are none of theirs.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    this.work = work;
    process = builder.start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    requests =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    ready = answer();
    program = ready.get("program").asText();
    length = ready.get("bytes").asLong();
  }

  /** Has it do a round. */
  void round() throws IOException {
    requests.write("round\n");
    requests.flush();
    JsonNode round = answer();
    double bytes = (double) length * round.get("passes").asInt();
    wall.rounds.add(bytes / round.get("seconds").asDouble() / 1e6);
    cpu.rounds.add(bytes / round.get("cpuSeconds").asDouble() / 1e6);
    if (round.has("allocated")) {
      allocated = round.get("allocated").asLong() / bytes;
    }
  }

  private JsonNode answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("a process failed: work=" + work + ", see what it printed");
    }
    return JSON.readTree(line);
  }

  /** Returns name and version of what it measures. */
  String program() {
    return program;
  }

  /** Returns what it does. */
  String work() {
    return work;
  }

  /** Returns the bytes of all streams. */
  long length() {
    return length;
  }

  /** Returns all that it said when it was warm. */
  JsonNode ready() {
    return ready;
  }

  /** Returns the speeds by the time that passed. */
  Speeds wall() {
    return wall;
  }

  /** Returns the speeds by the processor time that the process took, with all its threads. */
  Speeds cpu() {
    return cpu;
  }

  /** Returns bytes of heap allocated for each byte of a stream; NaN if that is not known. */
  double allocated() {
    return allocated;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
