package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageSummary;
import org.marshalimage.writer.ImageWriter;

/**
 * What does it take to build an image in a fresh JVM: of the library; of twice the bytes, for which
 * modules of the next older CPythons are added, so that nothing is merely stored once that was
 * there before; and of 1.5 GB?
 */
final class WriteSpeed {
  private static final String[] HEAPS = {"64m", "96m", "128m", "192m", "256m", "384m", "512m"};
  private static final String LIBRARY_HEAP = "512m";
  private static final String TWICE_HEAP = "1g";
  private static final String LARGE_HEAP = "4g";
  private static final long LARGE_LENGTH = 1_500_000_000L;

  /** For what the libraries of several versions have in common, which is stored once. */
  private static final double SPARE = 1.15;

  /** What a collection leaves, as the JVM logs it. */
  private static final Pattern COLLECTION = Pattern.compile("Pause (?:Young|Full).*->(\\d+)M\\(");

  private final Harness harness = new Harness("write", "write-speed.json", 5);
  private final Library library = Library.find();
  private final Path folder = Files.createTempDirectory(Corpus.target(), "write");

  private WriteSpeed() throws IOException {}

  /** What is written. */
  private record Input(String label, Path list, int modules, long length, long graphs) {}

  private final class Build implements Harness.Contestant {
    private final Input input;
    private final String heap;
    private final Series times;
    private final Map<String, Long> most = new LinkedHashMap<>();

    Build(Input input, String heap, int rounds) {
      this.input = input;
      this.heap = heap;
      times = new Series(rounds);
    }

    @Override
    public void turn(int round) throws IOException {
      Path image = folder.resolve("image");
      Path log = folder.resolve("log");
      List<String> options = new ArrayList<>(Corpus.WRITER_OPTIONS);
      options.addAll(List.of("-Xmx" + heap, "-Xlog:gc:file=" + log));
      List<String> arguments =
          List.of(image.toString(), input.list.toString(), Long.toString(input.graphs));
      try {
        Processes.Time time = Processes.time(Processes.java(options, Once.class, arguments), true);
        times.set(round, time.wall() / 1e3, time.cpu() / 1e3);
        // Behind what the writer's libraries may print.
        String said = time.output().substring(time.output().lastIndexOf('{'));
        new ObjectMapper()
            .readTree(said)
            .properties()
            .forEach(field -> most.merge(field.getKey(), field.getValue().asLong(), Math::max));
        most.merge("heapAfterCollections", mostAfterCollections(log), Math::max);
      } finally {
        Files.deleteIfExists(image);
        Files.deleteIfExists(log);
      }
    }

    private long mostAfterCollections(Path log) throws IOException {
      Matcher collections = COLLECTION.matcher(Files.readString(log));
      return collections.results().mapToLong(m -> Long.parseLong(m.group(1)) << 20).max().orElse(0);
    }

    long imageBytes() {
      return most.get("imageBytes");
    }

    Map<String, Object> row() {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("input", input.label);
      row.put("heap", heap);
      row.put("modules", input.modules);
      row.put("pycBytes", input.length);
      row.putAll(most);
      row.putAll(times.toJson());
      return row;
    }
  }

  public static void main(String[] arguments) throws IOException {
    WriteSpeed speed = new WriteSpeed();
    try {
      speed.measure();
    } finally {
      Corpus.delete(speed.folder);
    }
    speed.harness.write();
  }

  private void measure() throws IOException {
    harness.put("library", library.label());
    harness.put("isTestdata", library.isTestdata());
    Input once = input("library", library.files(), "", Long.MAX_VALUE, 0);
    List<Build> builds = new ArrayList<>(List.of(new Build(once, LIBRARY_HEAP, harness.rounds())));
    if (!library.isTestdata()) {
      Input twice = twice(once.length);
      builds.add(new Build(once, TWICE_HEAP, harness.rounds()));
      builds.add(new Build(twice, TWICE_HEAP, harness.rounds()));
      harness.put("inputRatio", (double) twice.length / once.length);
    }
    harness.takeTurns(0, builds);
    harness.add("s, and bytes", builds.stream().map(Build::row).toList());
    if (builds.size() > 1) {
      double ratio = Series.timesAsFast(builds.get(1).times.wall(), builds.get(2).times.wall());
      System.out.printf("twice the input takes %.2f times as long%n", ratio);
      harness.put("timeRatio", ratio);
    }
    long length = builds.get(0).imageBytes();
    System.out.printf("image: %.3f times the bytes of its files%n", (double) length / once.length);
    harness.put("pycBytes", once.length);
    harness.put("imageBytes", length);
    harness.put("leastHeap", leastHeap(once));
    if (Boolean.parseBoolean(harness.setting("large", "true")) && !library.isTestdata()) {
      Build large = new Build(large((double) length / once.length), LARGE_HEAP, 1);
      large.turn(0);
      harness.add("s, and bytes", List.of(large.row()));
    }
  }

  /** Returns the smallest heap, of those tried, with which the library's image is built. */
  private String leastHeap(Input input) {
    for (String heap : HEAPS) {
      try {
        new Build(input, heap, 1).turn(0);
        System.out.println("least heap, of those tried: " + heap);
        return heap;
      } catch (IOException e) {
        System.out.println("not with -Xmx" + heap);
      }
    }
    return "more than " + HEAPS[HEAPS.length - 1];
  }

  private Input twice(long length) throws IOException {
    List<Library.Source> all = new ArrayList<>(library.files());
    all.addAll(others(library.label()));
    return input("twice as much", all, "twice", 2 * length, 0);
  }

  private Input large(double growth) throws IOException {
    List<Library.Source> all = others("");
    long length = all.stream().mapToLong(Library.Source::length).sum();
    long graphs = (long) (SPARE * Math.max(0, LARGE_LENGTH - growth * length));
    return input("1.5 GB", all, "large", Long.MAX_VALUE, graphs);
  }

  /** Returns the modules of one library of each version but one, the newest first. */
  private static List<Library.Source> others(String excluded) throws IOException {
    List<Library.Source> all = new ArrayList<>();
    for (Interpreter each : Library.compiled(version -> true).descendingMap().values()) {
      Library other = Library.of(each);
      if (!other.label().equals(excluded)) {
        // All versions have modules of the same names.
        String prefix = other.label().replace('.', '_') + '.';
        other.files().forEach(source -> all.add(source.renamed(prefix)));
      }
    }
    return all;
  }

  private Input input(
      String label, List<Library.Source> modules, String list, long limit, long graphs)
      throws IOException {
    List<String> lines = new ArrayList<>();
    long length = 0;
    for (Library.Source source : modules) {
      if (length + source.length() <= limit) {
        length += source.length();
        lines.add(
            String.join(
                "\t",
                source.name(),
                source.file().toString(),
                Boolean.toString(source.isPackage())));
      }
    }
    Path file = Files.write(folder.resolve("list-" + list), lines);
    return new Input(label, file, lines.size(), length, graphs);
  }

  /** Builds one image, and says what that took of the heap: a process of its own. */
  static final class Once {
    private static final int MAX_PAYLOAD = 4_000;
    private static final int ITEMS = 200;

    /** At least what an object has beside its payload. */
    private static final int OVERHEAD = 16;

    private static final Path STATUS = Path.of("/proc/self/status");

    /**
     * Builds an image.
     *
     * @param arguments the image; a file that lists modules; least bytes of graphs to add, about
     */
    public static void main(String[] arguments) throws IOException {
      ImageSummary summary;
      try (ImageWriter writer = ImageWriter.create()) {
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
          String[] module = line.split("\t");
          boolean isPackage = Boolean.parseBoolean(module[2]);
          writer.addModule(module[0], PycFile.read(Path.of(module[1])), isPackage);
        }
        addGraphs(writer, Long.parseLong(arguments[2]));
        summary = writer.write(Path.of(arguments[0]));
      }
      System.out.printf(
          "{\"imageBytes\": %d, \"objects\": %d, \"heapPeak\": %d, \"residentPeak\": %d}%n",
          summary.length(), summary.objects(), heapPeak(), residentPeak());
    }

    private static void addGraphs(ImageWriter writer, long length) {
      SplittableRandom random = new SplittableRandom(WarmTime.SEED);
      long added = 0;
      for (int root = 0; added < length; root++) {
        Value[] entries = new Value[2 * ITEMS];
        for (int i = 0; i < ITEMS; i++) {
          byte[] payload = new byte[random.nextInt(MAX_PAYLOAD)];
          random.nextBytes(payload);
          String text = Long.toHexString(random.nextLong());
          entries[2 * i] = StrValue.of(text + '.' + root, true);
          entries[2 * i + 1] =
              SequenceValue.tuple(
                  IntValue.of(random.nextLong()),
                  FloatValue.of(random.nextDouble()),
                  StrValue.of("text " + text),
                  BytesValue.of(payload),
                  SequenceValue.list(entries[2 * i], IntValue.of(i)));
          added += payload.length + 3L * text.length() + 8L * OVERHEAD;
        }
        writer.add(String.format("graph.%06d", root), DictValue.dict(entries));
      }
    }

    /** Returns the most bytes that the heap had in use, garbage included; an upper bound. */
    private static long heapPeak() {
      return ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .mapToLong(pool -> pool.getPeakUsage().getUsed())
          .sum();
    }

    /** Returns the most bytes of memory that the process had, 0 where that is not told. */
    private static long residentPeak() throws IOException {
      List<String> lines = Files.isReadable(STATUS) ? Files.readAllLines(STATUS) : List.of();
      return lines.stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    }
  }
}
