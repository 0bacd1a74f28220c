package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What does it add to the start of a JVM to map the image of the standard library and take one
 * module from it? Runs whole processes, which take turns, so that a machine that slows down does so
 * for all of them: {@link ColdEmpty}, {@link ColdFloor}, {@link ColdMap}.
 *
 * <p>The class path of these has three small jars: the programs, marshal-format and marshal-core.
 * The programs come first, so that the library's jars are opened by {@link ColdMap} alone.
 *
 * <p>Wall time is that between the start of a process and its end as seen from here, CPU time what
 * the kernel says that it used, by all its threads, as bash's {@code time} prints it. Both include
 * bash, which is the same for all and cancels out in differences.
 */
final class ColdStart {
  /** System property: number of rounds, in each of which every program runs once. */
  static final String ROUNDS = "marshalimage.cold.rounds";

  /** System property: class path of the programs; by default all jars of {@code target/cold}. */
  static final String CLASS_PATH = "marshalimage.cold.classpath";

  /** System property: file for the results; by default {@code target/cold-start.json}. */
  static final String JSON = "marshalimage.cold.json";

  /**
   * System property: homes of JDKs, separated by commas; by default the one that runs this, and
   * those beside it of the major versions 17 and 25.
   */
  static final String JDKS = "marshalimage.jdks";

  private static final int DEFAULT_ROUNDS = 21;

  /** Rounds that are run first and not counted: they bring files into the kernel's cache. */
  private static final int WARMUP_ROUNDS = 2;

  private static final List<Integer> MAJOR_VERSIONS = List.of(17, 25);
  private static final Pattern RELEASE = Pattern.compile("\"?(\\d+)[^\"]*\"?");

  /** What bash prints for {@code TIMEFORMAT}: user and system time in seconds. */
  private static final Pattern CPU = Pattern.compile("cpu (\\d+\\.\\d+) (\\d+\\.\\d+)");

  private static final String TIMED =
      "TIMEFORMAT='cpu %3U %3S'; export LC_ALL=C; time \"$@\"; exit $?";

  /** Most that mapping may add to an empty program, median wall time in milliseconds. */
  private static final double LIMIT_17 = 25;

  private static final double LIMIT_25 = 50;

  private final String classPath;
  private final Path image;
  private final String module;
  private final int rounds;

  /** Times of one program, or differences of two, in milliseconds, one for each round. */
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
  }

  private ColdStart(String classPath, Path image, String module, int rounds) {
    this.classPath = classPath;
    this.image = image;
    this.module = module;
    this.rounds = rounds;
  }

  /**
   * Measures, prints a table for each JDK and writes the figures as JSON.
   *
   * @param arguments none
   * @throws IOException if a program cannot be run or fails
   * @throws InterruptedException if the wait for one is interrupted
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Library library = Library.find();
    Path image = Corpus.image(Corpus.STDLIB);
    String module = Corpus.module(library).name();
    int rounds = Integer.getInteger(ROUNDS, DEFAULT_ROUNDS);
    ColdStart harness = new ColdStart(classPath(), image, module, rounds);
    String machine = Machine.describe();
    System.out.println("machine: " + machine);
    System.out.printf(
        "image: %s, %,d bytes, module %s; %d rounds%n",
        image.getFileName(), Files.size(image), module, rounds);

    Map<String, Object> json = new LinkedHashMap<>();
    json.put("when", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    json.put("machine", machine);
    json.put("image", image.getFileName().toString());
    json.put("imageLength", Files.size(image));
    json.put("module", module);
    json.put("unit", "ms");
    List<Object> measured = new ArrayList<>();
    for (Map.Entry<Path, String> jdk : jdks().entrySet()) {
      measured.add(harness.measure(jdk.getKey(), jdk.getValue()));
    }
    json.put("jdks", measured);
    String setting = System.getProperty(JSON);
    Path file = setting != null ? Path.of(setting) : Corpus.target().resolve("cold-start.json");
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), json);
    System.out.println("written to " + file);
  }

  private Map<String, Object> measure(Path home, String release)
      throws IOException, InterruptedException {
    Series empty = new Series(rounds);
    Series floor = new Series(rounds);
    Series map = new Series(rounds);
    for (int round = -WARMUP_ROUNDS; round < rounds; round++) {
      // Every other round backwards, so that no program always follows the same one.
      if ((round & 1) == 0) {
        run(home, ColdEmpty.class, empty, round);
        run(home, ColdFloor.class, floor, round);
        run(home, ColdMap.class, map, round);
      } else {
        run(home, ColdMap.class, map, round);
        run(home, ColdFloor.class, floor, round);
        run(home, ColdEmpty.class, empty, round);
      }
    }
    Map<String, Series> rows = new LinkedHashMap<>();
    rows.put("empty", empty);
    rows.put("floor", floor);
    rows.put("map", map);
    rows.put("floor - empty", floor.minus(empty));
    rows.put("map - empty", map.minus(empty));
    rows.put("map - floor", map.minus(floor));

    System.out.printf("%nJDK %s, ms: lower quartile, median, upper quartile%n", release);
    System.out.printf("  %-14s %26s  %26s%n", "", "wall", "CPU");
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("release", release);
    for (Map.Entry<String, Series> row : rows.entrySet()) {
      double[] wall = Quartiles.of(row.getValue().wall);
      double[] cpu = Quartiles.of(row.getValue().cpu);
      System.out.printf(
          Locale.ROOT,
          "  %-14s %8.1f %8.1f %8.1f  %8.1f %8.1f %8.1f%n",
          row.getKey(),
          wall[0],
          wall[1],
          wall[2],
          cpu[0],
          cpu[1],
          cpu[2]);
      json.put(
          row.getKey(),
          Map.of(
              "wallQuartiles",
              wall,
              "cpuQuartiles",
              cpu,
              "wall",
              row.getValue().wall,
              "cpu",
              row.getValue().cpu));
    }

    int major = majorVersion(release);
    if (MAJOR_VERSIONS.contains(major)) {
      double limit = major == 17 ? LIMIT_17 : LIMIT_25;
      double added = Quartiles.of(rows.get("map - empty").wall)[1];
      System.out.printf(
          Locale.ROOT,
          "  claim: mapping adds at most %.0f ms: %.1f ms, %s%n",
          limit,
          added,
          added <= limit ? "holds" : "DOES NOT HOLD");
    }
    return json;
  }

  /** Runs a program once, and keeps its times unless the round is one of warm-up. */
  private void run(Path home, Class<?> program, Series series, int round)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            "/bin/bash",
            "-c",
            TIMED,
            "bash",
            home.resolve("bin").resolve("java").toString(),
            "-cp",
            classPath,
            program.getName(),
            image.toString(),
            module);
    // Options for this JVM are none of theirs.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.redirectErrorStream(true);
    long start = System.nanoTime();
    Process process = builder.start();
    StringBuilder output = new StringBuilder();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        output.append(line).append('\n');
      }
    }
    int status = process.waitFor();
    long end = System.nanoTime();
    Matcher cpu = CPU.matcher(output.toString().strip());
    // A program that prints anything, a warning of the JVM included, is not what was meant.
    if (status != 0 || !cpu.matches()) {
      throw new IOException(
          program.getSimpleName() + " failed: status=" + status + ", output=" + output);
    }
    if (round >= 0) {
      series.wall[round] = (end - start) / 1e6;
      series.cpu[round] =
          1e3 * (Double.parseDouble(cpu.group(1)) + Double.parseDouble(cpu.group(2)));
    }
  }

  private static String classPath() throws IOException {
    String setting = System.getProperty(CLASS_PATH);
    if (setting != null) {
      return setting;
    }
    Path folder = Corpus.target().resolve("cold");
    StringBuilder programs = new StringBuilder();
    StringBuilder library = new StringBuilder();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
        for (Path jar : jars) {
          String name = jar.getFileName().toString();
          if (name.startsWith("programs")) {
            programs.append(jar);
          } else if (name.startsWith("marshal-")) {
            library.append(File.pathSeparatorChar).append(jar);
          }
        }
      }
    }
    if (programs.length() == 0 || library.length() == 0) {
      throw new IOException(
          "no jars in "
              + folder
              + ": build with \"mvn package\", or name a class path with -D"
              + CLASS_PATH);
    }
    return programs.append(library).toString();
  }

  /** Returns the homes of the JDKs to measure and their releases. */
  private static Map<Path, String> jdks() throws IOException {
    Map<Path, String> found = new LinkedHashMap<>();
    String setting = System.getProperty(JDKS);
    if (setting != null) {
      for (String home : setting.split(",")) {
        Path real = Path.of(home.strip()).toRealPath();
        String release = release(real);
        if (release == null) {
          throw new IOException("not the home of a JDK: " + home + ", named by " + JDKS);
        }
        found.put(real, release);
      }
      return found;
    }
    Path own = Path.of(System.getProperty("java.home")).toRealPath();
    found.put(own, System.getProperty("java.version"));
    List<Integer> majors = new ArrayList<>(MAJOR_VERSIONS);
    majors.remove((Integer) Runtime.version().feature());
    try (DirectoryStream<Path> siblings = Files.newDirectoryStream(own.getParent())) {
      for (Path sibling : siblings) {
        String release = release(sibling);
        if (release != null && majors.remove((Integer) majorVersion(release))) {
          found.put(sibling.toRealPath(), release);
        }
      }
    }
    return found;
  }

  private static @Nullable String release(Path home) throws IOException {
    Path file = home.resolve("release");
    if (!Files.isExecutable(home.resolve("bin").resolve("java")) || !Files.isReadable(file)) {
      return null;
    }
    Properties properties = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    String version = properties.getProperty("JAVA_VERSION");
    return version == null ? null : version.replace("\"", "");
  }

  private static int majorVersion(String release) {
    Matcher matcher = RELEASE.matcher(release);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
