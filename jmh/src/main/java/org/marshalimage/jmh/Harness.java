package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What all harnesses of processes share: settings, the rounds in which those that are compared take
 * turns, a table of what was measured, and a file of the same as JSON.
 *
 * <p>The system property {@code marshalimage.NAME.rounds} has the number of rounds, {@code
 * marshalimage.NAME.json} the file.
 */
final class Harness {
  /** What has a value for each round. */
  private static final Set<String> ROUNDS = Set.of("wall", "cpu", "rounds", "cpuRounds");

  private static final Pattern MODEL = Pattern.compile("model name\\s*: *(.*)");

  private final String name;
  private final String file;
  private final int rounds;
  private final Map<String, Object> result = heading();
  private final List<Map<String, Object>> measured = new ArrayList<>();

  /** One of those that are compared. */
  interface Contestant {
    /**
     * Takes a turn.
     *
     * @param round negative if it does not count
     */
    void turn(int round) throws IOException;
  }

  /**
   * Begins, and says on what.
   *
   * @param name in the names of the properties
   * @param file in {@code target}, for the results, unless the property names another
   * @param rounds unless the property says otherwise
   */
  Harness(String name, String file, int rounds) throws IOException {
    this.name = name;
    this.file = file;
    this.rounds = Integer.parseInt(setting("rounds", Integer.toString(rounds)));
    System.out.println("machine: " + result.get("machine"));
    System.out.println("JDK " + result.get("java"));
    if (rounds > 0) {
      result.put("rounds", this.rounds);
      System.out.println(this.rounds + " rounds");
    }
  }

  static Map<String, Object> heading() throws IOException {
    Map<String, Object> heading = new LinkedHashMap<>();
    heading.put("when", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    heading.put("machine", machine());
    heading.put("java", System.getProperty("java.version"));
    return heading;
  }

  /** Returns the processor, how many there are, and the system. */
  private static String machine() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    Matcher model = MODEL.matcher(Files.isReadable(info) ? Files.readString(info) : "");
    return String.format(
        "%s%d processors, %s %s %s",
        model.find() ? model.group(1) + ", " : "",
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("os.arch"));
  }

  int rounds() {
    return rounds;
  }

  String setting(String what, String standard) {
    return System.getProperty("marshalimage." + name + '.' + what, standard);
  }

  /**
   * Has all of them take their turns, every other round backwards, so that none always follows the
   * same one. A machine that slows down does so for all.
   *
   * @param uncounted rounds that go before, for example to bring files into the kernel's cache
   */
  void takeTurns(int uncounted, List<? extends Contestant> contestants) throws IOException {
    for (int round = -uncounted; round < rounds; round++) {
      for (int i = 0; i < contestants.size(); i++) {
        contestants.get((round & 1) == 0 ? i : contestants.size() - 1 - i).turn(round);
      }
    }
  }

  /** Adds to what is written, beside what was measured. */
  void put(String key, Object value) {
    result.put(key, value);
  }

  /** Prints rows as a table, and adds them to what was measured. */
  void add(String title, List<Map<String, Object>> rows) {
    print(title, rows);
    measured.addAll(rows);
  }

  /** Adds to what was measured, and does not print it. */
  void addSilently(Map<String, Object> row) {
    measured.add(row);
  }

  void write() throws IOException {
    result.put("measured", measured);
    Path path = Path.of(setting("json", Corpus.target().resolve(file).toString()));
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(path.toFile(), result);
    System.out.println("written to " + path);
  }

  /** Prints rows, a column for each field: of quartiles all three, of single rounds nothing. */
  static void print(String title, List<Map<String, Object>> rows) {
    List<Map<String, String>> cells = rows.stream().map(Harness::cells).toList();
    Set<String> columns = new LinkedHashSet<>();
    cells.forEach(row -> columns.addAll(row.keySet()));
    StringBuilder[] lines = new StringBuilder[cells.size() + 1];
    Arrays.setAll(lines, i -> new StringBuilder());
    for (String column : columns) {
      List<String> texts = new ArrayList<>(List.of(column));
      cells.forEach(row -> texts.add(row.getOrDefault(column, "")));
      int width = texts.stream().mapToInt(String::length).max().orElse(0);
      boolean isText = rows.stream().anyMatch(row -> row.get(column) instanceof String);
      for (int i = 0; i < lines.length; i++) {
        lines[i].append(String.format((isText ? "  %-" : "  %") + width + "s", texts.get(i)));
      }
    }
    System.out.println("\n" + title);
    Arrays.stream(lines).forEach(System.out::println);
  }

  private static Map<String, String> cells(Map<?, ?> row) {
    Map<String, String> cells = new LinkedHashMap<>();
    row.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner) {
            cells(inner).forEach((name, cell) -> cells.put(key + " " + name, cell));
          } else if (value instanceof double[] three && !ROUNDS.contains(key)) {
            cells.put(
                key.toString().replaceFirst("Quartiles$", ""),
                Claims.number(three[1], "")
                    + " ["
                    + Claims.number(three[0], "")
                    + " to "
                    + Claims.number(three[2], "")
                    + ']');
          } else if (value instanceof Number number) {
            cells.put(key.toString(), Claims.number(number.doubleValue(), ""));
          } else if (value instanceof String text) {
            cells.put(key.toString(), text);
          }
        });
    return cells;
  }
}
