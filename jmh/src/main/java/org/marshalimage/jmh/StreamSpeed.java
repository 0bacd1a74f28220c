package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.marshalimage.format.PythonVersion;

/**
 * How fast are streams decoded and encoded, beside CPython's own {@code marshal} and, for 2.7,
 * Jython's? Each peer is a warm process of its own with the same files in memory; they take turns,
 * so that a machine that slows down does so for all of them.
 *
 * <p>A round of a peer is as many passes over all files as take 0.4 seconds. The speed is that of
 * the bytes of the streams, without headers of files, whether they are read or written. Collectors
 * of garbage are left as they are, and their time counts.
 *
 * <p>Speeds by processor time are printed too: they take all threads of a process into account, and
 * suffer less from what else runs on the machine.
 */
final class StreamSpeed {
  /** System property: number of rounds; by default {@value #DEFAULT_ROUNDS}. */
  static final String ROUNDS = "marshalimage.stream.rounds";

  /** System property: seconds for which each process warms up; by default {@value #WARMUP}. */
  static final String WARMUP_SECONDS = "marshalimage.stream.warmup";

  /**
   * System property: versions of CPython, separated by commas; those not installed are left out.
   */
  static final String VERSIONS = "marshalimage.stream.versions";

  /** System property: file for the results; by default {@code target/stream-speed.json}. */
  static final String RESULT = "marshalimage.stream.json";

  private static final int DEFAULT_ROUNDS = 15;
  private static final String WARMUP = "5";
  private static final String DEFAULT_VERSIONS = "2.7,3.8,3.11,3.13";

  /** Least ratios of our decoder's speed to a peer's. */
  private static final double LEAST_TO_C_2_7 = 0.5;

  private static final double LEAST_TO_C_3_13 = 0.7;
  private static final double LEAST_TO_JYTHON = 3;

  private final PeerFolder folder;
  private final int rounds = Integer.getInteger(ROUNDS, DEFAULT_ROUNDS);
  private final List<String> claims = new ArrayList<>();
  private final List<Object> json = new ArrayList<>();

  private StreamSpeed(PeerFolder folder) {
    this.folder = folder;
  }

  /**
   * Measures, prints a table and writes the figures as JSON.
   *
   * @param arguments none
   * @throws IOException if a process cannot be run or fails
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, Object> result = PeerFolder.heading();
    String warmup = System.getProperty(WARMUP_SECONDS, WARMUP);
    try (PeerFolder folder = new PeerFolder(warmup)) {
      StreamSpeed harness = new StreamSpeed(folder);
      System.out.printf(
          "%d rounds, %s s of warm-up; medians; ratios to the first of each group, round by round;"
              + " heap: bytes allocated for each byte of a stream%n",
          harness.rounds, warmup);
      List<Interpreter> installed = Interpreter.findAll();
      for (String name : System.getProperty(VERSIONS, DEFAULT_VERSIONS).split(",")) {
        for (Interpreter interpreter : installed) {
          if (interpreter.version().toString().equals(name.strip())) {
            harness.measure(interpreter);
            break;
          }
        }
      }
      System.out.println();
      harness.claims.forEach(System.out::println);
      result.put("rounds", harness.rounds);
      result.put("unit", "MB/s");
      result.put("measured", harness.json);
      result.put("claims", harness.claims);
    }
    PeerFolder.write(result, RESULT, "stream-speed.json");
  }

  private void measure(Interpreter interpreter) throws IOException {
    PythonVersion version = interpreter.version();
    List<String> files = PeerFolder.names(Library.of(interpreter));
    if (files.isEmpty()) {
      System.out.println("\nCPython " + version + " has no compiled library");
      return;
    }
    folder.list(files);
    System.out.printf("%nCPython %s, %,d files%n", version, files.size());
    if (version.isPython2()) {
      removeRefused(files);
      folder.list(files);
    }
    measureDecoders(interpreter);
    measureEncoders(interpreter);
    if (version.isPython2()) {
      measureCodelessEncoders(version);
    }
  }

  /** Removes what Jython does not read, so that all have the same files. */
  private void removeRefused(List<String> files) throws IOException {
    List<String> command = java(StreamRounds.REFUSED);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    int[] refused;
    try (BufferedReader answer =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      refused = new ObjectMapper().readValue(answer.readLine(), int[].class);
    }
    System.out.printf("Jython refuses %d files, which are left out:%n", refused.length);
    for (int i = refused.length - 1; i >= 0; i--) {
      System.out.println("  " + files.remove(refused[i]));
    }
  }

  private void measureDecoders(Interpreter interpreter) throws IOException {
    PythonVersion version = interpreter.version();
    try (StreamPeer c = folder.python(interpreter, "loads");
        StreamPeer ours = ours("decode", StreamFiles.Work.DECODE)) {
      if (!version.isPython2()) {
        takeTurns(version, c, ours);
        if (version == PythonVersion.V3_13) {
          claim(version, ours, c, LEAST_TO_C_3_13);
        }
        return;
      }
      try (StreamPeer jython = ours("loads", StreamFiles.Work.JYTHON_LOADS)) {
        takeTurns(version, c, ours, jython);
        claim(version, ours, c, LEAST_TO_C_2_7);
        claim(version, ours, jython, LEAST_TO_JYTHON);
      }
    }
  }

  private void measureEncoders(Interpreter interpreter) throws IOException {
    try (StreamPeer c = folder.python(interpreter, "dumps");
        StreamPeer ours = ours("encode", StreamFiles.Work.ENCODE);
        StreamPeer exact = ours("encodeExactly", StreamFiles.Work.ENCODE_EXACTLY)) {
      takeTurns(interpreter.version(), c, ours, exact);
    }
  }

  /** Jython writes no code objects, so both write tuples of their fields. */
  private void measureCodelessEncoders(PythonVersion version) throws IOException {
    try (StreamPeer jython = ours("dumps, no code", StreamFiles.Work.JYTHON_DUMPS_CODELESS);
        StreamPeer ours = ours("encode, no code", StreamFiles.Work.ENCODE_CODELESS)) {
      takeTurns(version, jython, ours);
    }
  }

  private StreamPeer ours(String name, StreamFiles.Work work) throws IOException {
    return new StreamPeer(name, java(work.name()));
  }

  private List<String> java(String work) {
    return PeerFolder.java(StreamRounds.class, work, folder.list().toString(), folder.warmup());
  }

  /** Has all peers do their rounds, and prints how each compares with the first. */
  private void takeTurns(PythonVersion version, StreamPeer... peers) throws IOException {
    PeerFolder.takeTurns(rounds, List.of(peers));
    StreamPeer first = peers[0];
    System.out.printf(
        Locale.ROOT,
        "  %-33s %9s %9s %9s %9s %9s %9s%n",
        String.format(Locale.ROOT, "%.1f MB", first.length() / 1e6),
        "MB/s",
        "best",
        "ratio",
        "CPU MB/s",
        "ratio",
        "heap");
    for (StreamPeer peer : peers) {
      double ratio = peer.wall().ratioTo(first.wall());
      double cpuRatio = peer.cpu().ratioTo(first.cpu());
      boolean hasHeap = !Double.isNaN(peer.allocated());
      System.out.printf(
          Locale.ROOT,
          "  %-16s %-16s %9.0f %9.0f %9.2f %9.0f %9.2f %9s%n",
          peer.program(),
          peer.work(),
          peer.wall().median(),
          peer.wall().best(),
          ratio,
          peer.cpu().median(),
          cpuRatio,
          hasHeap ? String.format(Locale.ROOT, "%.2f", peer.allocated()) : "");
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("python", version.toString());
      row.put("program", peer.program());
      row.put("work", peer.work());
      row.put("bytes", peer.length());
      row.put("quartiles", peer.wall().quartiles());
      row.put("best", peer.wall().best());
      row.put("cpuQuartiles", peer.cpu().quartiles());
      row.put("ratioTo", first.program() + ' ' + first.work());
      row.put("ratio", ratio);
      row.put("cpuRatio", cpuRatio);
      if (hasHeap) {
        row.put("allocatedPerByte", peer.allocated());
      }
      row.put("speeds", peer.wall().rounds());
      row.put("cpuSpeeds", peer.cpu().rounds());
      json.add(row);
    }
  }

  private void claim(PythonVersion version, StreamPeer ours, StreamPeer peer, double least) {
    double ratio = ours.wall().ratioTo(peer.wall());
    double cpuRatio = ours.cpu().ratioTo(peer.cpu());
    claims.add(
        String.format(
            Locale.ROOT,
            "claim: decoding %s is at least %.1f times as fast as %s: %.2f (by CPU time %.2f), %s",
            version,
            least,
            peer.program(),
            ratio,
            cpuRatio,
            ratio >= least ? "holds" : "DOES NOT HOLD"));
  }
}
