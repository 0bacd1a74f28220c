package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
  private static final String SCRIPT = "marshal_speed.py";

  private final Path script;
  private final Path list;
  private final int rounds = Integer.getInteger(ROUNDS, DEFAULT_ROUNDS);
  private final String warmup = System.getProperty(WARMUP_SECONDS, WARMUP);
  private final List<Object> json = new ArrayList<>();

  private LinkSpeed(Path folder) {
    script = folder.resolve(SCRIPT);
    list = folder.resolve("files");
  }

  /**
   * Measures, prints a table and writes the figures as JSON.
   *
   * @param arguments none
   * @throws IOException if a process cannot be run or fails
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("link-speed");
    LinkSpeed harness = new LinkSpeed(folder);
    try (InputStream content = LinkSpeed.class.getResourceAsStream(SCRIPT)) {
      Files.copy(content, harness.script, StandardCopyOption.REPLACE_EXISTING);
    }
    String machine = Machine.describe();
    System.out.println("machine: " + machine);
    System.out.println("JDK " + System.getProperty("java.version"));
    System.out.printf(
        "%d rounds, %s s of warm-up; ms a pass, medians and quartiles; ratios: how many times as"
            + " fast as CPython, medians of those round by round%n",
        harness.rounds, harness.warmup);
    harness.measure(PythonVersion.V3_13, LinkTarget.ALL, Library.find());
    harness.measure(Library.IMPORTER, LinkTarget.IMPORTS, Library.importSet());

    Map<String, Object> result = new LinkedHashMap<>();
    result.put("when", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    result.put("machine", machine);
    result.put("java", System.getProperty("java.version"));
    result.put("rounds", harness.rounds);
    result.put("unit", "ms");
    result.put("measured", harness.json);
    String setting = System.getProperty(RESULT);
    Path file = setting != null ? Path.of(setting) : Corpus.target().resolve("link-speed.json");
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), result);
    System.out.println("written to " + file);
    Files.deleteIfExists(harness.list);
    Files.delete(harness.script);
    Files.delete(folder);
  }

  private void measure(PythonVersion version, String target, Library library) throws IOException {
    Interpreter interpreter = null;
    for (Interpreter found : Interpreter.findAll()) {
      if (interpreter == null && found.version() == version) {
        interpreter = found;
      }
    }
    if (interpreter == null || library.isTestdata()) {
      System.out.println("\nCPython " + version + " with a compiled library is not installed");
      return;
    }
    // Made before anything is timed.
    Path image = LinkTarget.of(target).prelinked().image();
    System.out.printf(
        "%n%s, %,d modules; image of %,d bytes%n",
        library.label(), library.files().size(), Files.size(image));
    List<String> files = new ArrayList<>();
    for (Library.Source source : library.files()) {
      files.add(source.file().toString());
    }
    Files.write(list, files);
    try (StreamPeer c = python(interpreter)) {
      List<StreamPeer> peers = new ArrayList<>(List.of(c));
      try {
        for (LinkRounds.Work work : LinkRounds.Work.values()) {
          peers.add(ours(work, target, c.length()));
        }
        takeTurns(peers);
        print(library.label(), peers);
      } finally {
        peers.forEach(StreamPeer::close);
      }
    }
  }

  private StreamPeer python(Interpreter interpreter) throws IOException {
    return new StreamPeer(
        "marshal.loads",
        List.of(
            interpreter.program().toString(),
            script.toString(),
            "--seconds",
            warmup,
            "--serve",
            "loads",
            "--list",
            list.toString()));
  }

  private StreamPeer ours(LinkRounds.Work work, String target, long length) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    for (String property : new String[] {Corpus.FOLDER, Interpreter.PYTHONS, "user.home"}) {
      String value = System.getProperty(property);
      if (value != null) {
        command.add("-D" + property + '=' + value);
      }
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(LinkRounds.class.getName());
    command.add(work.name());
    command.add(target);
    command.add(Long.toString(length));
    command.add(warmup);
    return new StreamPeer(work.label(), command);
  }

  private void takeTurns(List<StreamPeer> peers) throws IOException {
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < peers.size(); i++) {
        // Every other round backwards, so that none always follows the same one.
        peers.get((round & 1) == 0 ? i : peers.size() - 1 - i).round();
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
