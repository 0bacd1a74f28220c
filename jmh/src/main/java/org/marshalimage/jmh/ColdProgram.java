package org.marshalimage.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A whole process that takes turns with others.
 *
 * @param label what people are told
 * @param base label of the program that it is compared with: one that does nothing, of the same
 *     class path; null if there is none
 * @param isJava whether {@code java} runs it
 * @param command options of {@code java}, the main class and its arguments; or all that is run
 * @param mayPrint whether it may print; of ours none may, nor make the JVM warn
 */
record ColdProgram(
    String label, @Nullable String base, boolean isJava, List<String> command, boolean mayPrint) {
  /** Rounds that are run first and not counted. */
  private static final int WARMUP_ROUNDS = 2;

  /** How a JVM comes by the classes that it loads. */
  enum Archive {
    /** By the JDK's own archive alone, as {@code java} does. */
    NONE("default", 0, "", ""),
    /** By a dynamic archive of the application's classes too. */
    APP_CDS("AppCDS", 17, "-XX:ArchiveClassesAtExit=", "-XX:SharedArchiveFile="),
    /** By a cache that is made ahead of time, of what a training run loaded and linked. */
    AOT("AOT cache", 25, "-XX:AOTCacheOutput=", "-XX:AOTCache=");

    final String label;
    private final int since;
    private final String write;
    private final String read;

    Archive(String label, int since, String write, String read) {
      this.label = label;
      this.since = since;
      this.write = write;
      this.read = read;
    }
  }

  /** A program with its times, and the command line that runs it on one JDK. */
  private record Run(ColdProgram program, List<String> line, Series series)
      implements Harness.Contestant {
    @Override
    public void turn(int round) throws IOException {
      Processes.Time time = Processes.time(line, program.mayPrint);
      if (round >= 0) {
        series.set(round, time.wall(), time.cpu());
      }
    }
  }

  /** Has programs take turns, on each of the {@link Jdks} and with each archive that it has. */
  static List<Map<String, Object>> measure(
      Harness harness, List<ColdProgram> programs, Archive... archives) throws IOException {
    List<Map<String, Object>> measured = new ArrayList<>();
    for (Map.Entry<Path, String> jdk : Jdks.find().entrySet()) {
      for (Archive archive : archives) {
        if (Jdks.majorVersion(jdk.getValue()) >= archive.since) {
          measured.add(measure(harness, programs, jdk.getKey(), jdk.getValue(), archive));
        }
      }
    }
    measured.forEach(harness::addSilently);
    harness.write();
    return measured;
  }

  /**
   * Has programs take turns on a JDK, and prints what they took.
   *
   * @param archive made for each program by one run of it, the empty one included
   * @return release, archive and a row for each, with what it adds to its base
   */
  private static Map<String, Object> measure(
      Harness harness, List<ColdProgram> programs, Path home, String release, Archive archive)
      throws IOException {
    String java = home.resolve("bin").resolve("java").toString();
    Path folder = Files.createTempDirectory(Corpus.target(), "archives");
    Map<String, Run> runs = new LinkedHashMap<>();
    try {
      for (ColdProgram program : programs) {
        Path file = folder.resolve(Integer.toString(runs.size()));
        List<String> line = program.line(java, archive, file);
        runs.put(program.label, new Run(program, line, new Series(harness.rounds())));
      }
      harness.takeTurns(WARMUP_ROUNDS, List.copyOf(runs.values()));
    } finally {
      Corpus.delete(folder);
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Run run : runs.values()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("program", run.program.label);
      row.putAll(run.series.toJson());
      if (run.program.base != null) {
        row.put("base", run.program.base);
        row.put("added", run.series.minus(runs.get(run.program.base).series).toJson());
      }
      rows.add(row);
    }
    Harness.print("JDK " + release + ", " + archive.label + ", ms", rows);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("release", release);
    json.put("archive", archive.label);
    json.put("programs", rows);
    return json;
  }

  /** Returns what runs it with an archive of the classes that it loads, which is made now. */
  private List<String> line(String java, Archive archive, Path file) throws IOException {
    List<String> line = new ArrayList<>(command);
    if (!isJava) {
      return line;
    }
    line.add(0, java);
    if (archive != Archive.NONE) {
      line.add(1, archive.write + file);
      Processes.time(line, true);
      if (!Files.exists(file)) {
        throw new IOException("no archive of " + label);
      }
      line.set(1, archive.read + file);
    }
    return line;
  }

  /** The JDKs of which start-up is measured. */
  static final class Jdks {
    /**
     * System property: homes of JDKs, separated by commas; by default the one that runs this, and
     * those beside it of the major versions 17 and 25.
     */
    static final String HOMES = "marshalimage.jdks";

    private static final List<Integer> MAJOR_VERSIONS = List.of(17, 25);
    private static final Pattern RELEASE = Pattern.compile("\"?(\\d+)[^\"]*\"?");

    private Jdks() {}

    /** Returns the homes of the JDKs to measure and their releases. */
    static Map<Path, String> find() throws IOException {
      Map<Path, String> found = new LinkedHashMap<>();
      String setting = System.getProperty(HOMES);
      if (setting != null) {
        for (String name : setting.split(",")) {
          Path home = Path.of(name.strip());
          String release = release(home);
          if (release == null) {
            throw new IOException("not the home of a JDK: " + home + ", named by " + HOMES);
          }
          found.put(home.toRealPath(), release);
        }
        return found;
      }
      Path own = Path.of(System.getProperty("java.home")).toRealPath();
      found.put(own, System.getProperty("java.version"));
      List<Integer> majors = new ArrayList<>(MAJOR_VERSIONS);
      majors.remove((Integer) Runtime.version().feature());
      for (Path sibling : Interpreter.list(own.getParent(), "*")) {
        String release = release(sibling);
        if (release != null && majors.remove((Integer) majorVersion(release))) {
          found.put(sibling.toRealPath(), release);
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

    /** Returns 17 of {@code "17.0.15"}; 0 if that is no release. */
    static int majorVersion(String release) {
      Matcher matcher = RELEASE.matcher(release);
      return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }
  }
}
