package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.jmh.StreamFiles.Work;
import org.marshalimage.jmh.WarmGroup.WarmProcess;

/**
 * How fast are streams decoded and encoded, beside CPython's own {@code marshal} and, for 2.7,
 * Jython's? Each peer is a warm process of its own with the same files in memory; they take turns.
 *
 * <p>The speed is that of the bytes of the streams, without headers of files, whether they are read
 * or written. Collectors of garbage are left as they are, and their time counts.
 *
 * <p>Speeds by processor time are told too: they take all threads of a process into account, and
 * suffer less from what else runs on the machine.
 */
final class StreamSpeed {
  /** Least ratios of our decoder's speed to a peer's. */
  private static final double LEAST_TO_C_2_7 = 0.5;

  private static final double LEAST_TO_C_3_13 = 0.7;
  private static final double LEAST_TO_JYTHON = 3;

  private final Harness harness = new Harness("stream", "stream-speed.json", 15);
  private final List<String> claims = new ArrayList<>();

  private StreamSpeed() throws IOException {}

  public static void main(String[] arguments) throws IOException {
    StreamSpeed speed = new StreamSpeed();
    String versions = speed.harness.setting("versions", "2.7,3.8,3.11,3.13");
    for (String name : versions.split(",")) {
      PythonVersion version = PythonVersion.ofName(name.strip());
      Interpreter interpreter = version == null ? null : Interpreter.find(version);
      if (interpreter != null) {
        speed.measure(interpreter);
      }
    }
    System.out.println();
    speed.claims.forEach(System.out::println);
    speed.harness.put("unit", "MB/s");
    speed.harness.put("claims", speed.claims);
    speed.harness.write();
  }

  private void measure(Interpreter interpreter) throws IOException {
    PythonVersion version = interpreter.version();
    List<String> files = Library.of(interpreter).paths();
    if (files.isEmpty()) {
      System.out.println("\nCPython " + version + " has no compiled library");
      return;
    }
    if (version.isPython2()) {
      files = withoutRefused(files);
    }
    decoders(interpreter, files);
    encoders(interpreter, files);
    if (version.isPython2()) {
      codelessEncoders(version, files);
    }
  }

  /** Leaves out what Jython does not read, so that all have the same files. */
  private static List<String> withoutRefused(List<String> files) throws IOException {
    String said = Processes.run(Processes.java(List.of(), JythonMarshal.class, files));
    List<String> kept = new ArrayList<>(files);
    int[] refused = new ObjectMapper().readValue(said, int[].class);
    System.out.printf("Jython refuses %d files, which are left out:%n", refused.length);
    for (int i = refused.length - 1; i >= 0; i--) {
      System.out.println("  " + kept.remove(refused[i]));
    }
    return kept;
  }

  private void decoders(Interpreter interpreter, List<String> files) throws IOException {
    PythonVersion version = interpreter.version();
    try (WarmGroup group = new WarmGroup(harness, files)) {
      WarmProcess c = group.python(interpreter, "loads");
      WarmProcess ours = group.java("decode", WarmWork.Kind.STREAM, Work.DECODE);
      if (!version.isPython2()) {
        takeTurns(version, group);
        if (version == PythonVersion.V3_13) {
          claim(version, ours, c, LEAST_TO_C_3_13);
        }
        return;
      }
      WarmProcess jython = group.java("loads", WarmWork.Kind.STREAM, Work.JYTHON_LOADS);
      takeTurns(version, group);
      claim(version, ours, c, LEAST_TO_C_2_7);
      claim(version, ours, jython, LEAST_TO_JYTHON);
    }
  }

  private void encoders(Interpreter interpreter, List<String> files) throws IOException {
    try (WarmGroup group = new WarmGroup(harness, files)) {
      group.python(interpreter, "dumps");
      group.java("encode", WarmWork.Kind.STREAM, Work.ENCODE);
      group.java("encodeExactly", WarmWork.Kind.STREAM, Work.ENCODE_EXACTLY);
      takeTurns(interpreter.version(), group);
    }
  }

  /** Jython writes no code objects, so both write tuples of their fields. */
  private void codelessEncoders(PythonVersion version, List<String> files) throws IOException {
    try (WarmGroup group = new WarmGroup(harness, files)) {
      group.java("dumps, no code", WarmWork.Kind.STREAM, Work.JYTHON_DUMPS_CODELESS);
      group.java("encode, no code", WarmWork.Kind.STREAM, Work.ENCODE_CODELESS);
      takeTurns(version, group);
    }
  }

  private void takeTurns(PythonVersion version, WarmGroup group) throws IOException {
    long length = group.length();
    List<Map<String, Object>> rows = group.takeTurns(millis -> length / 1e3 / millis);
    for (Map<String, Object> row : rows) {
      row.put("python", version.toString());
      row.put("bytes", length);
      if (row.remove("allocated") instanceof Long allocated) {
        row.put("allocatedPerByte", (double) allocated / length);
      }
    }
    harness.add(String.format("CPython %s, MB/s of %,d bytes", version, length), rows);
  }

  private void claim(PythonVersion version, WarmProcess ours, WarmProcess peer, double least) {
    double ratio = ours.ratioTo(peer);
    claims.add(
        String.format(
            Locale.ROOT,
            "claim: decoding %s is at least %.1f times as fast as %s: %.2f (by CPU time %.2f), %s",
            version,
            least,
            peer.program(),
            ratio,
            ours.cpuRatioTo(peer),
            ratio >= least ? "holds" : "DOES NOT HOLD"));
  }
}
