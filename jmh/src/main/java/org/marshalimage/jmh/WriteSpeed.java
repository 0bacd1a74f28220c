package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.marshalimage.format.PythonVersion;

/**
 * What does it take to build an image in a fresh JVM: of the standard library; of twice the bytes,
 * for which modules of the next older CPythons are added, so that nothing is merely stored once
 * that was there before; and of 1.5 GB, which are the libraries of all CPythons found and graphs of
 * a program's own, none like another?
 */
final class WriteSpeed {
  /** System property: number of rounds; by default {@value #DEFAULT_ROUNDS}. */
  static final String ROUNDS = "marshalimage.write.rounds";

  /** System property: whether the image of 1.5 GB is built; by default it is. */
  static final String LARGE = "marshalimage.write.large";

  /** System property: file for the results; by default {@code target/write-speed.json}. */
  static final String RESULT = "marshalimage.write.json";

  private static final int DEFAULT_ROUNDS = 5;
  private static final String[] HEAPS = {"64m", "96m", "128m", "192m", "256m", "384m", "512m"};
  private static final String LIBRARY_HEAP = "512m";
  private static final String TWICE_HEAP = "1g";
  private static final String LARGE_HEAP = "4g";
  private static final long LARGE_LENGTH = 1_500_000_000L;

  /** For what the libraries of several versions have in common, which is stored once. */
  private static final double SPARE = 1.15;

  private final ObjectMapper json = new ObjectMapper();
  private final Path folder;
  private final Library library = Library.find();
  private final List<Object> measured = new ArrayList<>();

  /**
   * What is written.
   *
   * @param label what people are told
   * @param list a file that lists modules
   * @param length bytes of their {@code .pyc} files
   * @param graphs bytes of graphs beside them, about
   */
  private record Input(String label, Path list, int modules, long length, long graphs) {}

  private WriteSpeed(Path folder) throws IOException {
    this.folder = folder;
  }

  /**
   * Measures, prints a table and writes the figures as JSON.
   *
   * @param arguments none
   * @throws IOException if a process cannot be run or fails
   * @throws InterruptedException if the wait for one is interrupted
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Map<String, Object> result = PeerFolder.heading();
    int rounds = Integer.getInteger(ROUNDS, DEFAULT_ROUNDS);
    Path folder = Files.createTempDirectory(Corpus.target(), "write");
    try {
      WriteSpeed harness = new WriteSpeed(folder);
      System.out.printf("%s, %d rounds%n", harness.library.label(), rounds);
      result.put("library", harness.library.label());
      result.put("isTestdata", harness.library.isTestdata());
      result.put("rounds", rounds);
      harness.measure(rounds, result);
      result.put("measured", harness.measured);
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
    PeerFolder.write(result, RESULT, "write-speed.json");
  }

  private void measure(int rounds, Map<String, Object> result)
      throws IOException, InterruptedException {
    Input once = input("library", library.files(), "", Long.MAX_VALUE, 0);
    List<JsonNode> narrow = new ArrayList<>();
    List<JsonNode> wide = new ArrayList<>();
    List<JsonNode> twices = new ArrayList<>();
    Input twice = library.isTestdata() ? null : twice(once.length);
    for (int round = 0; round < rounds; round++) {
      narrow.add(run(once, LIBRARY_HEAP));
      if (twice != null) {
        wide.add(run(once, TWICE_HEAP));
        twices.add(run(twice, TWICE_HEAP));
      }
    }
    add(once, LIBRARY_HEAP, narrow);
    if (twice != null) {
      add(once, TWICE_HEAP, wide);
      add(twice, TWICE_HEAP, twices);
      double[] ratios = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        ratios[i] = twices.get(i).get("wall").asDouble() / wide.get(i).get("wall").asDouble();
      }
      double inputRatio = (double) twice.length / once.length;
      System.out.printf(
          Locale.ROOT,
          "%.3f times the bytes take %.2f times as long%n",
          inputRatio,
          Quartiles.median(ratios));
      result.put("inputRatio", inputRatio);
      result.put("timeRatio", Quartiles.median(ratios));
    }
    double growth = narrow.get(0).get("length").asDouble() / once.length;
    System.out.printf(Locale.ROOT, "image: %.3f times the bytes of its files%n", growth);
    result.put("pycBytes", once.length);
    result.put("imageBytes", narrow.get(0).get("length").asLong());
    result.put("leastHeap", leastHeap(once));
    if (Boolean.parseBoolean(System.getProperty(LARGE, "true")) && !library.isTestdata()) {
      Input large = large(growth);
      add(large, LARGE_HEAP, List.of(run(large, LARGE_HEAP)));
    }
  }

  /** Returns the smallest heap, of those tried, with which the library's image is built. */
  private String leastHeap(Input input) throws InterruptedException {
    for (String heap : HEAPS) {
      try {
        run(input, heap);
        System.out.println("least heap, of those tried: " + heap);
        return heap;
      } catch (IOException e) {
        System.out.println("not with -Xmx" + heap);
      }
    }
    return "more than " + HEAPS[HEAPS.length - 1];
  }

  private Input twice(long length) throws IOException {
    List<Library.Source> others = new ArrayList<>();
    for (Library older : libraries().values()) {
      if (!older.label().equals(library.label())) {
        for (Library.Source source : older.files()) {
          others.add(renamed(older, source));
        }
      }
    }
    return input("twice as much", library.files(), "twice", 2 * length, 0, others);
  }

  private Input large(double growth) throws IOException {
    List<Library.Source> all = new ArrayList<>();
    for (Library each : libraries().values()) {
      for (Library.Source source : each.files()) {
        all.add(renamed(each, source));
      }
    }
    long length = all.stream().mapToLong(Library.Source::length).sum();
    long graphs = (long) (SPARE * Math.max(0, LARGE_LENGTH - growth * length));
    return input("1.5 GB", all, "large", Long.MAX_VALUE, graphs);
  }

  /** Returns one library of each version, the newest first. */
  private static Map<PythonVersion, Library> libraries() throws IOException {
    Map<PythonVersion, Library> found = new TreeMap<>((a, b) -> b.compareTo(a));
    for (Interpreter interpreter : Interpreter.findAll()) {
      Library each = Library.of(interpreter);
      if (!each.files().isEmpty()) {
        found.putIfAbsent(interpreter.version(), each);
      }
    }
    return found;
  }

  /** All versions have modules of the same names. */
  private static Library.Source renamed(Library from, Library.Source source) {
    String name = from.label().replace('.', '_') + '.' + source.name();
    return new Library.Source(
        name, source.file(), source.isPackage(), source.length(), source.modified());
  }

  private Input input(
      String label, List<Library.Source> modules, String list, long limit, long graphs)
      throws IOException {
    return input(label, modules, list, limit, graphs, List.of());
  }

  private Input input(
      String label,
      List<Library.Source> modules,
      String list,
      long limit,
      long graphs,
      List<Library.Source> others)
      throws IOException {
    List<Library.Source> all = new ArrayList<>(modules);
    all.addAll(others);
    List<String> lines = new ArrayList<>();
    long length = 0;
    for (Library.Source source : all) {
      if (length + source.length() <= limit) {
        length += source.length();
        lines.add(
            String.join(
                WriteOnce.SEPARATOR,
                source.name(),
                source.file().toString(),
                Boolean.toString(source.isPackage())));
      }
    }
    Path file = Files.write(folder.resolve("list-" + list), lines);
    return new Input(label, file, lines.size(), length, graphs);
  }

  private JsonNode run(Input input, String heap) throws IOException, InterruptedException {
    Path image = folder.resolve("image");
    Path said = folder.resolve("said");
    List<String> options = new ArrayList<>(Corpus.WRITER_OPTIONS);
    options.add("-Xmx" + heap);
    List<String> command =
        PeerFolder.java(
            options,
            WriteOnce.class,
            image.toString(),
            input.list.toString(),
            Long.toString(input.graphs),
            said.toString());
    try {
      TimedProcess time = TimedProcess.run(command, true);
      ObjectNode node = (ObjectNode) json.readTree(said.toFile());
      return node.put("wall", time.wall() / 1e3).put("cpu", time.cpu() / 1e3);
    } finally {
      Files.deleteIfExists(image);
      Files.deleteIfExists(said);
    }
  }

  private void add(Input input, String heap, List<JsonNode> runs) {
    double[] wall = runs.stream().mapToDouble(run -> run.get("wall").asDouble()).toArray();
    double[] cpu = runs.stream().mapToDouble(run -> run.get("cpu").asDouble()).toArray();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("input", input.label);
    row.put("heap", heap);
    row.put("modules", input.modules);
    row.put("pycBytes", input.length);
    row.put("imageBytes", runs.get(0).get("length").asLong());
    row.put("objects", runs.get(0).get("objects").asLong());
    row.put("wallQuartiles", Quartiles.of(wall));
    row.put("cpuQuartiles", Quartiles.of(cpu));
    for (String field : new String[] {"heapAfterCollections", "heapPeak", "residentPeak"}) {
      row.put(field, runs.stream().mapToLong(run -> run.get(field).asLong()).max().orElse(0));
    }
    row.put("wall", wall);
    measured.add(row);
    System.out.printf(
        Locale.ROOT,
        "%-14s -Xmx%-5s %,7d modules, %,.1f MB of .pyc, image %,.1f MB: %.2f s, CPU %.2f s;"
            + " after collections at most %,d MB of heap, resident at most %,d MB%n",
        input.label,
        heap,
        input.modules,
        input.length / 1e6,
        runs.get(0).get("length").asLong() / 1e6,
        Quartiles.median(wall),
        Quartiles.median(cpu),
        (long) row.get("heapAfterCollections") >> 20,
        (long) row.get("residentPeak") >> 20);
  }
}
