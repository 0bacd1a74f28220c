package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.marshalimage.format.PythonVersion;

/**
 * What does it cost to link modules, beside what CPython's own {@code marshal.loads} takes for
 * their {@code .pyc} files? All modules of the library of 3.13, and the {@link
 * Library#importSet()}. The processes are warm, have the files in memory, and take turns, as those
 * of {@link StreamSpeed} do.
 *
 * <p>What linking takes is told apart: the pages that the system copies, by a process that writes a
 * word in each of the same pages and does nothing else; and linking itself, by what remains and by
 * a process that links pages which are copied already.
 */
final class LinkSpeed {
  /** System property: number of rounds; by default {@value #DEFAULT_ROUNDS}. */
  static final String ROUNDS = "marshalimage.link.rounds";

  /** System property: seconds for which each process warms up; by default {@value #WARMUP}. */
  static final String WARMUP_SECONDS = "marshalimage.link.warmup";

  /** System property: file for the results; by default {@code target/link-speed.json}. */
  static final String RESULT = "marshalimage.link.json";

  private static final int DEFAULT_ROUNDS = 15;
  private static final String WARMUP = "5";

  private final PeerFolder folder;
  private final int rounds = Integer.getInteger(ROUNDS, DEFAULT_ROUNDS);
  private final List<Object> json = new ArrayList<>();

  private LinkSpeed(PeerFolder folder) {
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
      LinkSpeed harness = new LinkSpeed(folder);
      System.out.printf(
          "%d rounds, %s s of warm-up; ms a pass, medians and quartiles; ratios: how many times as"
              + " fast as CPython, medians of those round by round%n",
          harness.rounds, warmup);
      harness.measure(PythonVersion.V3_13, LinkTarget.ALL, Library.find());
      harness.measure(Library.IMPORTER, LinkTarget.IMPORTS, Library.importSet());
      result.put("rounds", harness.rounds);
      result.put("unit", "ms");
      result.put("measured", harness.json);
    }
    PeerFolder.write(result, RESULT, "link-speed.json");
  }

  private void measure(PythonVersion version, String target, Library library) throws IOException {
    Interpreter interpreter = Interpreter.find(version);
    if (interpreter == null || library.isTestdata()) {
      System.out.println("\nCPython " + version + " with a compiled library is not installed");
      return;
    }
    // Made before anything is timed.
    Path image = LinkTarget.of(target).prelinked().image();
    System.out.printf(
        "%n%s, %,d modules; image of %,d bytes%n",
        library.label(), library.files().size(), Files.size(image));
    folder.list(PeerFolder.names(library));
    try (StreamPeer c = folder.python(interpreter, "loads")) {
      List<StreamPeer> peers = new ArrayList<>(List.of(c));
      try {
        for (LinkRounds.Work work : LinkRounds.Work.values()) {
          String[] of = {work.name(), target, Long.toString(c.length()), folder.warmup()};
          peers.add(new StreamPeer(work.label(), PeerFolder.java(LinkRounds.class, of)));
        }
        PeerFolder.takeTurns(rounds, peers);
        print(library.label(), peers);
      } finally {
        peers.forEach(StreamPeer::close);
      }
    }
  }

  private void print(String label, List<StreamPeer> peers) {
    StreamPeer c = peers.get(0);
    System.out.printf(
        Locale.ROOT,
        "  %-50s %9s %9s %9s %9s %9s %9s %9s%n",
        "",
        "ms",
        "lower",
        "upper",
        "best",
        "ratio",
        "CPU ms",
        "ratio");
    for (StreamPeer peer : peers) {
      double[] quartiles = peer.wall().quartiles();
      double cpu = millis(peer, peer.cpu().median());
      double ratio = peer.wall().ratioTo(c.wall());
      double cpuRatio = peer.cpu().ratioTo(c.cpu());
      System.out.printf(
          Locale.ROOT,
          "  %-15s %-34s %9.3f %9.3f %9.3f %9.3f %9.1f %9.3f %9.1f%n",
          peer.program(),
          peer.work(),
          millis(peer, quartiles[1]),
          millis(peer, quartiles[2]),
          millis(peer, quartiles[0]),
          millis(peer, peer.wall().best()),
          ratio,
          cpu,
          cpuRatio);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("files", label);
      row.put("program", peer.program());
      row.put("work", peer.work());
      row.put(
          "quartiles",
          List.of(
              millis(peer, quartiles[2]), millis(peer, quartiles[1]), millis(peer, quartiles[0])));
      row.put("best", millis(peer, peer.wall().best()));
      row.put("cpu", cpu);
      row.put("ratio", ratio);
      row.put("cpuRatio", cpuRatio);
      row.put("rounds", peer.wall().rounds().stream().map(speed -> millis(peer, speed)).toList());
      row.put("cpuRounds", peer.cpu().rounds().stream().map(speed -> millis(peer, speed)).toList());
      json.add(row);
    }
    printSlots(label, peers);
  }

  /** Says what linking takes for each slot. */
  private void printSlots(String label, List<StreamPeer> peers) {
    StreamPeer link = peers.get(1 + LinkRounds.Work.LINK.ordinal());
    StreamPeer floor = peers.get(1 + LinkRounds.Work.COPY_PAGES.ordinal());
    StreamPeer copied = peers.get(1 + LinkRounds.Work.LINK_COPIED.ordinal());
    long slots = link.ready().get("slots").asLong();
    int pages = link.ready().get("pages").asInt();
    double[] own = new double[rounds];
    double[] alone = new double[rounds];
    double[] page = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      double copies = millis(floor, floor.wall().rounds().get(round));
      own[round] = (millis(link, link.wall().rounds().get(round)) - copies) * 1e6 / slots;
      alone[round] = millis(copied, copied.wall().rounds().get(round)) * 1e6 / slots;
      page[round] = copies * 1e3 / pages;
    }
    System.out.printf(
        Locale.ROOT,
        "  %,d objects, %,d slots, %,d pages; %.2f us a page;%n"
            + "  ns a slot: %.2f without the floor, %.2f where pages are copied (best %.2f)%n",
        link.ready().get("objects").asLong(),
        slots,
        pages,
        Quartiles.median(page),
        Quartiles.median(own),
        Quartiles.median(alone),
        millis(copied, copied.wall().best()) * 1e6 / slots);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("files", label);
    row.put("objects", link.ready().get("objects").asLong());
    row.put("slots", slots);
    row.put("pages", pages);
    row.put("microsecondsAPage", Quartiles.of(page));
    row.put("nanosecondsASlotWithoutFloor", Quartiles.of(own));
    row.put("nanosecondsASlotWhereCopied", Quartiles.of(alone));
    json.add(row);
  }

  /** Returns the time of a pass at some MB/s. */
  private static double millis(StreamPeer peer, double speed) {
    return peer.length() / 1e3 / speed;
  }
}
