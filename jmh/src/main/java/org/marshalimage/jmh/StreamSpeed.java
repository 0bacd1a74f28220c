package org.marshalimage.jmh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.jmh.WarmGroup.WarmProcess;
import org.marshalimage.jmh.WarmWork.Job;

/**
 * How fast are streams decoded and encoded, beside CPython's own {@code marshal} and, for 2.7,
 * Jython's? Each peer is a warm process of its own with the same files in memory; they take turns.
 *
 * <p>Speeds by processor time are told too: they take all threads of a process into account, and
 * suffer less from what else runs on the machine.
 */
final class StreamSpeed {
  /** Least ratios of our decoder's speed to a peer's. */
  private static final Map<PythonVersion, Double> LEAST_TO_C =
      Map.of(PythonVersion.V2_7, 0.5, PythonVersion.V3_13, 0.7);

  private static final double LEAST_TO_JYTHON = 3;

  private final Harness harness = new Harness("stream", "stream-speed.json", 15);
  private final List<String> claims = new ArrayList<>();

  private StreamSpeed() throws IOException {}

  public static void main(String[] arguments) throws IOException {
    StreamSpeed speed = new StreamSpeed();
    for (String name : speed.harness.setting("versions", "2.7,3.8,3.11,3.13").split(",")) {
      PythonVersion version = PythonVersion.ofName(name.strip());
      speed.measure(Objects.requireNonNull(version, () -> "no such Python: " + name));
    }
    System.out.println();
    speed.claims.forEach(System.out::println);
    speed.harness.put("unit", "MB/s");
    speed.harness.put("claims", speed.claims);
    speed.harness.write();
  }

  private void measure(PythonVersion version) throws IOException {
    Library library = Library.find(version);
    boolean isPython2 = version.isPython2();
    List<String> files = isPython2 ? withoutRefused(library.paths()) : library.paths();
    Job[] jobs = isPython2 ? new Job[] {Job.DECODE, Job.JYTHON_LOADS} : new Job[] {Job.DECODE};
    List<WarmProcess> decoders = new ArrayList<>();
    takeTurns(version, library, files, decoders, "loads", jobs);
    List<WarmProcess> encoders = new ArrayList<>();
    takeTurns(version, library, files, encoders, "dumps", Job.ENCODE, Job.ENCODE_EXACTLY);
    if (isPython2) {
      // Jython writes no code objects, so both write tuples of their fields.
      Job[] codeless = {Job.JYTHON_DUMPS_CODELESS, Job.ENCODE_CODELESS};
      takeTurns(version, library, files, new ArrayList<>(), null, codeless);
    }
    WarmProcess ours = decoders.get(decoders.size() - jobs.length);
    if (ours != decoders.get(0) && LEAST_TO_C.containsKey(version)) {
      claim("decoding " + version, ours, decoders.get(0), LEAST_TO_C.get(version));
      for (WarmProcess encoder : encoders.subList(1, encoders.size())) {
        claim("encoding " + version, encoder, encoders.get(0), 1);
      }
    }
    if (isPython2) {
      claim("decoding " + version, ours, decoders.get(decoders.size() - 1), LEAST_TO_JYTHON);
    }
  }

  /** Leaves out what Jython does not read, so that all have the same files. */
  private static List<String> withoutRefused(List<String> files) throws IOException {
    List<Integer> refused = StreamFiles.read(files).refusedByJython();
    List<String> kept = new ArrayList<>(files);
    System.out.printf("Jython refuses %d files, which are left out:%n", refused.size());
    for (int i = refused.size() - 1; i >= 0; i--) {
      System.out.println("  " + kept.remove((int) refused.get(i)));
    }
    return kept;
  }

  /** Adds those of CPython, if there is one, and of the JDK that runs this. */
  private void takeTurns(
      PythonVersion version,
      Library library,
      List<String> files,
      List<WarmProcess> own,
      @Nullable String function,
      Job... jobs)
      throws IOException {
    try (WarmGroup group = new WarmGroup(harness, library, files, function)) {
      own.addAll(group.processes());
      for (Job job : jobs) {
        own.add(group.java(job));
      }
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
  }

  private void claim(String work, WarmProcess ours, WarmProcess peer, double least) {
    double ratio = ours.ratioTo(peer);
    claims.add(
        String.format(
            Locale.ROOT,
            "claim: %s is at least %.1f times as fast as %s: %.2f (by CPU time %.2f), %s",
            work,
            least,
            peer.program(),
            ratio,
            ours.cpuRatioTo(peer),
            ratio >= least ? "holds" : "DOES NOT HOLD"));
  }
}
