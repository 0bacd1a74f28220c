package org.marshalimage.jmh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What does it cost a warm JVM to load the modules of the import set, from an image and from their
 * files, beside CPython's own {@code marshal.loads} of the same files in memory? Each way is a
 * process of its own; they take turns, as those of {@link StreamSpeed} do.
 */
final class ImportSetSpeed {
  /** System property: number of rounds; by default {@value #DEFAULT_ROUNDS}. */
  static final String ROUNDS = "marshalimage.imports.rounds";

  /** System property: seconds for which each process warms up; by default {@value #WARMUP}. */
  static final String WARMUP_SECONDS = "marshalimage.imports.warmup";

  /** System property: file for the results; by default {@code target/import-set-speed.json}. */
  static final String RESULT = "marshalimage.imports.json";

  private static final int DEFAULT_ROUNDS = 15;
  private static final String WARMUP = "5";

  private ImportSetSpeed() {}

  /**
   * Measures, prints a table and writes the figures as JSON.
   *
   * @param arguments none
   * @throws IOException if a process cannot be run or fails
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, Object> result = PeerFolder.heading();
    int rounds = Integer.getInteger(ROUNDS, DEFAULT_ROUNDS);
    // Made before anything is timed.
    ImportSet set = ImportSet.find();
    System.out.println(set);
    result.put("files", set.toString());
    result.put("rounds", rounds);
    result.put("unit", "us");
    List<StreamPeer> peers = new ArrayList<>();
    try (PeerFolder folder = new PeerFolder(System.getProperty(WARMUP_SECONDS, WARMUP))) {
      Library library = Library.importSet();
      folder.list(PeerFolder.names(library));
      Interpreter interpreter = library.isTestdata() ? null : Interpreter.find(Library.IMPORTER);
      if (interpreter == null) {
        System.out.println("No CPython " + Library.IMPORTER + ": nothing to compare with");
      } else {
        peers.add(folder.python(interpreter, "loads"));
      }
      for (ImportSetRounds.Work work : ImportSetRounds.Work.values()) {
        String[] of = {work.name(), folder.warmup()};
        peers.add(new StreamPeer(work.label(), PeerFolder.java(ImportSetRounds.class, of)));
      }
      PeerFolder.takeTurns(rounds, peers);
      result.put("measured", rows(peers, interpreter == null ? null : peers.get(0)));
    } finally {
      peers.forEach(StreamPeer::close);
    }
    PeerFolder.write(result, RESULT, "import-set-speed.json");
  }

  private static List<Object> rows(List<StreamPeer> peers, @Nullable StreamPeer c) {
    List<Object> rows = new ArrayList<>();
    System.out.printf(
        "  %-38s %10s %10s %10s %10s %9s %9s%n",
        "us, medians of rounds", "median", "lower", "upper", "best", "ratio", "CPU ratio");
    for (StreamPeer peer : peers) {
      double[] speeds = peer.wall().quartiles();
      double[] quartiles = new double[speeds.length];
      for (int i = 0; i < speeds.length; i++) {
        quartiles[i] = micros(peer, speeds[speeds.length - 1 - i]);
      }
      double best = micros(peer, peer.wall().best());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("program", peer.program());
      row.put("work", peer.work());
      row.put("quartiles", quartiles);
      row.put("best", best);
      row.put("cpu", micros(peer, peer.cpu().median()));
      if (!Double.isNaN(peer.allocated())) {
        row.put("allocated", Math.round(peer.allocated() * peer.length()));
      }
      if (c != null) {
        row.put("ratio", peer.wall().ratioTo(c.wall()));
        row.put("cpuRatio", peer.cpu().ratioTo(c.cpu()));
      }
      row.put("rounds", peer.wall().rounds().stream().map(speed -> micros(peer, speed)).toList());
      rows.add(row);
      System.out.printf(
          Locale.ROOT,
          "  %-15s %-22s %10.1f %10.1f %10.1f %10.1f %9.2f %9.2f%n",
          peer.program(),
          peer.work(),
          quartiles[1],
          quartiles[0],
          quartiles[2],
          best,
          row.getOrDefault("ratio", Double.NaN),
          row.getOrDefault("cpuRatio", Double.NaN));
    }
    return rows;
  }

  /** Returns the time of a pass at some MB/s. */
  private static double micros(StreamPeer peer, double speed) {
    return peer.length() / speed;
  }
}
