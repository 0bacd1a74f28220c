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
 * How long does the {@code marshal} command take, from its start to its end? Whole processes take
 * turns, on each of the {@link Jdks}: commands on an image of the import set, and an empty main.
 */
final class CommandStart {
  /** System property: number of rounds, in each of which every command runs once. */
  static final String ROUNDS = "marshalimage.command.rounds";

  /** System property: file for the results; by default {@code target/command-start.json}. */
  static final String JSON = "marshalimage.command.json";

  private static final int DEFAULT_ROUNDS = 21;
  private static final int WARMUP_ROUNDS = 2;

  /** What {@code ls} may take, in milliseconds of wall time on a quiet machine. */
  private static final double MOST_FOR_LS = 300;

  private static final String EMPTY = "empty main";

  private CommandStart() {}

  /**
   * Measures, prints a table for each JDK and writes the figures as JSON.
   *
   * @param arguments jars of the command that take turns, each with the name of a file; by default
   *     the one that the build makes
   * @throws IOException if a command cannot be run or fails
   * @throws InterruptedException if the wait for one is interrupted
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<Path> jars = new ArrayList<>();
    for (String argument : arguments) {
      jars.add(Path.of(argument));
    }
    if (jars.isEmpty()) {
      jars.add(Corpus.target().resolve("../../marshal-cli/target/marshal.jar").normalize());
    }
    for (Path jar : jars) {
      if (!Files.isRegularFile(jar)) {
        throw new IOException("no such jar: " + jar);
      }
    }
    int rounds = Integer.getInteger(ROUNDS, DEFAULT_ROUNDS);
    Map<String, Object> json = PeerFolder.heading();
    json.put("rounds", rounds);
    json.put("unit", "ms");
    List<Object> measured = new ArrayList<>();
    for (Map.Entry<Path, String> jdk : Jdks.find().entrySet()) {
      Path java = jdk.getKey().resolve("bin").resolve("java");
      measured.add(measure(jdk.getValue(), commands(java.toString(), jars), rounds));
    }
    json.put("measured", measured);
    PeerFolder.write(json, JSON, "command-start.json");
  }

  private static Map<String, List<String>> commands(String java, List<Path> jars)
      throws IOException {
    String image = Corpus.image(Corpus.IMPORTS).toString();
    String module = Corpus.module(Library.importSet()).name();
    Map<String, List<String>> lines = new LinkedHashMap<>();
    lines.put("--version", List.of("--version"));
    lines.put("--help", List.of("--help"));
    lines.put("ls", List.of("ls", image));
    lines.put("ls --json", List.of("ls", "--json", image));
    lines.put("show", List.of("show", image, module));
    lines.put("stat", List.of("stat", image));
    lines.put("verify", List.of("verify", image));

    Map<String, List<String>> commands = new LinkedHashMap<>();
    String classPath = ColdPrograms.classPath();
    commands.put(EMPTY, List.of(java, "-cp", classPath, ColdEmpty.class.getName()));
    for (Map.Entry<String, List<String>> line : lines.entrySet()) {
      for (Path jar : jars) {
        List<String> command = new ArrayList<>(List.of(java, "-jar", jar.toString()));
        command.addAll(line.getValue());
        String label = jars.size() == 1 ? "" : jar.getFileName() + " ";
        commands.put(label + line.getKey(), command);
      }
    }
    return commands;
  }

  private static Map<String, Object> measure(
      String release, Map<String, List<String>> commands, int rounds)
      throws IOException, InterruptedException {
    Map<String, double[]> wall = new LinkedHashMap<>();
    Map<String, double[]> cpu = new LinkedHashMap<>();
    List<String> labels = List.copyOf(commands.keySet());
    for (String label : labels) {
      wall.put(label, new double[rounds]);
      cpu.put(label, new double[rounds]);
    }
    for (int round = -WARMUP_ROUNDS; round < rounds; round++) {
      for (int i = 0; i < labels.size(); i++) {
        // Every other round backwards, so that no command always follows the same one.
        String label = labels.get((round & 1) == 0 ? i : labels.size() - 1 - i);
        TimedProcess time = TimedProcess.run(commands.get(label), true);
        if (round >= 0) {
          wall.get(label)[round] = time.wall();
          cpu.get(label)[round] = time.cpu();
        }
      }
    }
    System.out.printf("%nJDK %s, ms: lower quartile, median, upper quartile%n", release);
    System.out.printf("  %-30s %26s  %26s%n", "", "wall", "CPU");
    List<Object> rows = new ArrayList<>();
    for (String label : labels) {
      double[] walls = Quartiles.of(wall.get(label));
      double[] cpus = Quartiles.of(cpu.get(label));
      System.out.printf(
          Locale.ROOT,
          "  %-30s %8.1f %8.1f %8.1f  %8.1f %8.1f %8.1f%s%n",
          label,
          walls[0],
          walls[1],
          walls[2],
          cpus[0],
          cpus[1],
          cpus[2],
          label.equals("ls") && walls[1] > MOST_FOR_LS ? "  more than " + MOST_FOR_LS : "");
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("command", label);
      row.put("wallQuartiles", walls);
      row.put("cpuQuartiles", cpus);
      row.put("wall", wall.get(label));
      row.put("cpu", cpu.get(label));
      rows.add(row);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("release", release);
    json.put("commands", rows);
    return json;
  }
}
