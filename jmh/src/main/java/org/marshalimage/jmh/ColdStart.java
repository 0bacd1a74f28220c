package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What does it add to the start of a JVM to load modules? Runs whole processes, which take turns,
 * so that a machine that slows down does so for all of them: the {@link ColdPrograms}, on each of
 * the {@link Jdks}, with each {@link ColdProgram.Archive} that it has.
 *
 * <p>Every program has an archive of its own, made by one run of it, the empty one included.
 */
final class ColdStart {
  /** System property: number of rounds, in each of which every program runs once. */
  static final String ROUNDS = "marshalimage.cold.rounds";

  /** System property: file for the results; by default {@code target/cold-start.json}. */
  static final String JSON = "marshalimage.cold.json";

  private static final int DEFAULT_ROUNDS = 21;

  /** Rounds that are run first and not counted: they bring files into the kernel's cache. */
  private static final int WARMUP_ROUNDS = 2;

  private final List<ColdProgram> programs;
  private final int rounds;

  /** Times of one program in milliseconds, one for each round. */
  private record Series(double[] wall, double[] cpu) {
    Series(int rounds) {
      this(new double[rounds], new double[rounds]);
    }

    Series minus(Series other) {
      Series difference = new Series(wall.length);
      for (int i = 0; i < wall.length; i++) {
        difference.wall[i] = wall[i] - other.wall[i];
        difference.cpu[i] = cpu[i] - other.cpu[i];
      }
      return difference;
    }

    Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("wallQuartiles", Quartiles.of(wall));
      json.put("cpuQuartiles", Quartiles.of(cpu));
      json.put("wall", wall);
      json.put("cpu", cpu);
      return json;
    }
  }

  private ColdStart(List<ColdProgram> programs, int rounds) {
    this.programs = programs;
    this.rounds = rounds;
  }

  /**
   * Measures, prints a table for each JDK and archive and writes the figures as JSON.
   *
   * @param arguments none
   * @throws IOException if a program cannot be run or fails
   * @throws InterruptedException if the wait for one is interrupted
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Map<String, Object> json = PeerFolder.heading();
    int rounds = Integer.getInteger(ROUNDS, DEFAULT_ROUNDS);
    ColdStart harness = new ColdStart(ColdPrograms.all(), rounds);
    Path library = Corpus.image(Corpus.STDLIB);
    System.out.printf(
        "image: %s, %,d bytes; import set: %s; %d rounds%n",
        library.getFileName(), Files.size(library), ImportSet.find(), rounds);
    json.put("rounds", rounds);
    json.put("image", library.getFileName().toString());
    json.put("imageLength", Files.size(library));
    json.put("importSet", ImportSet.find().toString());
    json.put("unit", "ms");
    List<Object> measured = new ArrayList<>();
    for (Map.Entry<Path, String> jdk : Jdks.find().entrySet()) {
      for (ColdProgram.Archive archive : ColdProgram.Archive.values()) {
        if (archive.isOf(Jdks.majorVersion(jdk.getValue()))) {
          measured.add(harness.measure(jdk.getKey(), jdk.getValue(), archive));
        }
      }
    }
    json.put("measured", measured);
    PeerFolder.write(json, JSON, "cold-start.json");
  }

  private Map<String, Object> measure(Path home, String release, ColdProgram.Archive archive)
      throws IOException, InterruptedException {
    Path java = home.resolve("bin").resolve("java");
    Path folder = Corpus.target().resolve("cold").resolve("archives");
    Files.createDirectories(folder);
    List<List<String>> commands = new ArrayList<>();
    List<Path> archives = new ArrayList<>();
    Map<String, Series> all = new LinkedHashMap<>();
    for (int i = 0; i < programs.size(); i++) {
      ColdProgram program = programs.get(i);
      Path file = folder.resolve(archive.name() + '-' + Jdks.majorVersion(release) + '-' + i);
      program.makeArchive(java, archive, file);
      archives.add(file);
      commands.add(program.run(java, archive, file));
      all.put(program.label(), new Series(rounds));
    }
    for (int round = -WARMUP_ROUNDS; round < rounds; round++) {
      for (int i = 0; i < programs.size(); i++) {
        // Every other round backwards, so that no program always follows the same one.
        int at = (round & 1) == 0 ? i : programs.size() - 1 - i;
        TimedProcess time = TimedProcess.run(commands.get(at), programs.get(at).mayPrint());
        if (round >= 0) {
          Series series = all.get(programs.get(at).label());
          series.wall[round] = time.wall();
          series.cpu[round] = time.cpu();
        }
      }
    }
    for (Path file : archives) {
      Files.deleteIfExists(file);
    }

    System.out.printf(
        "%nJDK %s, %s, ms: lower quartile, median, upper quartile%n", release, archive.label());
    System.out.printf("  %-30s %26s  %26s%n", "", "wall", "CPU");
    List<Object> rows = new ArrayList<>();
    for (ColdProgram program : programs) {
      Series series = all.get(program.label());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("program", program.label());
      row.putAll(series.toJson());
      print(program.label(), series);
      if (program.base() != null) {
        Series added = series.minus(all.get(program.base()));
        row.put("base", program.base());
        row.put("added", added.toJson());
        print("  - " + program.base(), added);
      }
      rows.add(row);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("release", release);
    json.put("archive", archive.label());
    json.put("programs", rows);
    return json;
  }

  private static void print(String label, Series series) {
    double[] wall = Quartiles.of(series.wall);
    double[] cpu = Quartiles.of(series.cpu);
    System.out.printf(
        Locale.ROOT,
        "  %-30s %8.1f %8.1f %8.1f  %8.1f %8.1f %8.1f%n",
        label,
        wall[0],
        wall[1],
        wall[2],
        cpu[0],
        cpu[1],
        cpu[2]);
  }
}
