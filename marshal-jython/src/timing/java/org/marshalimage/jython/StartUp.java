package org.marshalimage.jython;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of start-up times: whole processes, and in others the time that each way spends loading
 * code. Ways take turns, so that what slows the machine slows all of them.
 */
final class StartUp {
  private static final int PAIRS = 15;
  private static final Pattern LOADING =
      Pattern.compile("(?m)^loading (\\d+) of which (\\d+) at import, in \\d+$");

  private static final Map<String, List<String>> ROWS = new LinkedHashMap<>();

  static {
    ROWS.put("site", List.of("-c", "pass"));
    ROWS.put("nosite", List.of("-S", "-c", "pass"));
    ROWS.put("import os", List.of("-c", "import os"));
    ROWS.put("import decimal", List.of("-c", "import decimal"));
    ROWS.put("import optparse", List.of("-c", "import optparse"));
    // Not of the talk; one of those of which loading is compared with Jython's marshal.
    ROWS.put("import json", List.of("-c", "import json"));
  }

  /** A column of the table. */
  private enum Way {
    CPYTHON("CPython 2.7"),
    SOURCE("Jython, .py"),
    CLASS("Jython, $py.class"),
    MARSHAL("Jython's marshal, .pyc"),
    STOCK("image, stock loop"),
    MAPPED("image, our loop");

    private final String title;

    Way(String title) {
      this.title = title;
    }
  }

  private final int pairs;
  private final List<String> report = new ArrayList<>();

  private StartUp(int pairs) {
    this.pairs = pairs;
  }

  /**
   * Measures, prints the table, and writes it to {@code target/start-up.md}.
   *
   * @param arguments how often each way is run; by default 15 times
   */
  public static void main(String[] arguments) throws Exception {
    if (Libraries.python().isEmpty()) {
      System.err.println("start-up: no CPython 2.7: neither marshalimage.pythons nor pyenv has one");
      System.exit(1);
    }
    StartUp table = new StartUp(arguments.length == 0 ? PAIRS : Integer.parseInt(arguments[0]));
    table.measure(List.of(false, true), List.copyOf(ROWS.keySet()));
    Files.write(Libraries.module().resolve("target").resolve("start-up.md"), table.report);
  }

  /** Runs each way once, for one row. */
  static List<String> once(String name) throws Exception {
    StartUp table = new StartUp(1);
    table.measure(List.of(false), List.of(name));
    return table.report;
  }

  private void measure(List<Boolean> archives, List<String> names) throws Exception {
    for (boolean cds : archives) {
      report("", cds ? "With AppCDS" : "Without AppCDS", "");
      List<String> titles = new ArrayList<>(List.of("ms: process (loading code, at import)"));
      for (Way way : Way.values()) {
        titles.add(way.title);
      }
      row(titles);
      row(titles.stream().map(title -> "---").toList());
      for (String name : names) {
        time(name, ROWS.get(name), cds);
      }
    }
  }

  private void time(String name, List<String> arguments, boolean cds) throws Exception {
    Map<Way, List<Double>> whole = new LinkedHashMap<>();
    Map<Way, List<Double>> loading = new LinkedHashMap<>();
    Map<Way, List<Double>> atImport = new LinkedHashMap<>();
    // One round that does not count fills caches: Jython's $py.class files, CDS archives, pages.
    for (int round = pairs == 1 ? 0 : -1; round < pairs; round++) {
      for (Way way : Way.values()) {
        long start = System.nanoTime();
        run(whole(way, arguments, cds, round < 0));
        double seconds = (System.nanoTime() - start) / 1e9;
        Matcher loads = LOADING.matcher(run(loading(way, arguments, cds, round < 0)).err());
        if (!loads.find()) {
          throw new IllegalStateException(way + " does not say how long it loaded");
        }
        if (round >= 0) {
          whole.computeIfAbsent(way, key -> new ArrayList<>()).add(seconds * 1e3);
          loading
              .computeIfAbsent(way, key -> new ArrayList<>())
              .add(Long.parseLong(loads.group(1)) / 1e6);
          atImport
              .computeIfAbsent(way, key -> new ArrayList<>())
              .add(Long.parseLong(loads.group(2)) / 1e6);
        }
      }
    }
    List<String> cells = new ArrayList<>(List.of(name));
    for (Way way : Way.values()) {
      cells.add(
          String.format(
              Locale.ROOT,
              "%.0f (%.1f, %.1f)",
              median(whole.get(way)),
              median(loading.get(way)),
              median(atImport.get(way))));
    }
    row(cells);
    report(
        String.format(
            Locale.ROOT,
            "<!-- %s: our loop to $py.class, process %s; to Jython's marshal, loading %s, at import %s -->",
            name,
            ratios(whole.get(Way.MAPPED), whole.get(Way.CLASS)),
            ratios(loading.get(Way.MAPPED), loading.get(Way.MARSHAL)),
            ratios(atImport.get(Way.MAPPED), atImport.get(Way.MARSHAL))));
  }

  private static Processes.Result run(List<String> command) throws Exception {
    Processes.Result result = Processes.run(Libraries.folder(), 300, command);
    if (result.code() != 0) {
      throw new IllegalStateException("failed: " + command + "\n" + result.err());
    }
    return result;
  }

  private static List<String> whole(Way way, List<String> arguments, boolean cds, boolean first)
      throws Exception {
    return switch (way) {
      case CPYTHON -> command(List.of(Libraries.requirePython().toString()), arguments);
      case SOURCE ->
          jvm(way, cds, first, home("source"), "org.python.util.jython", "-B", arguments);
      case CLASS -> jvm(way, cds, first, home("class"), "org.python.util.jython", "", arguments);
      case MARSHAL -> loading(way, arguments, cds, first);
      case STOCK, MAPPED ->
          jvm(
              way,
              cds,
              first,
              "-Dmarshalimage.loop=" + way.name().toLowerCase(Locale.ROOT),
              "org.marshalimage.jython.Main",
              Libraries.jythonImage().toString(),
              arguments);
    };
  }

  private static List<String> loading(Way way, List<String> arguments, boolean cds, boolean first)
      throws Exception {
    if (way == Way.CPYTHON) {
      List<String> command = new ArrayList<>(List.of(Libraries.requirePython().toString()));
      if (arguments.get(0).equals("-S")) {
        command.add("-S");
      }
      command.add(Libraries.module().resolve("src/timing/python/load_times.py").toString());
      command.add(arguments.get(arguments.size() - 1));
      return command;
    }
    boolean image = way == Way.STOCK || way == Way.MAPPED;
    List<String> command = new ArrayList<>();
    command.add(image ? way.name().toLowerCase(Locale.ROOT) : way.name());
    command.add(
        switch (way) {
          case STOCK, MAPPED -> Libraries.jythonImage().toString();
          case CLASS -> classes().resolve("Lib").toString();
          default -> Libraries.jythonLibrary().toString();
        });
    command.addAll(arguments);
    return jvm(
        way,
        cds,
        first,
        // What the importer does not have, pydoc say, is the same for all.
        home("source"),
        "org.marshalimage.jython.TimedMain",
        "",
        command);
  }

  /** Names a home of Jython whose library is in one form alone. */
  private static String home(String form) throws Exception {
    Path home = form.equals("class") ? classes() : Libraries.folder().resolve("home-" + form);
    Path library = home.resolve("Lib");
    if (!Files.exists(library)) {
      Libraries.copySources(library);
    }
    return "-Dpython.home=" + home;
  }

  private static Path classes() throws IOException {
    return Libraries.folder().resolve("home-class");
  }

  private static List<String> jvm(
      Way way,
      boolean cds,
      boolean first,
      String setting,
      String main,
      String before,
      List<String> arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(Processes.java(), "-Xmx1g"));
    if (cds) {
      Path archive =
          Libraries.folder()
              .resolve(way + "-" + main.substring(main.lastIndexOf('.') + 1) + ".jsa");
      boolean make = first && !Files.exists(archive);
      command.add((make ? "-XX:ArchiveClassesAtExit=" : "-XX:SharedArchiveFile=") + archive);
      command.add("-Xlog:cds=off");
      command.add("-Xlog:cds+dynamic=off");
    }
    command.addAll(List.of("-Dpython.cachedir.skip=true", setting, "-cp"));
    command.add(
        Processes.classPath() + ":" + Libraries.module().resolve("target/timing-tests.jar"));
    command.add(main);
    if (!before.isEmpty()) {
      command.add(before);
    }
    return command(command, arguments);
  }

  private static List<String> command(List<String> start, List<String> arguments) {
    List<String> command = new ArrayList<>(start);
    command.addAll(arguments);
    return command;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Returns the median and the quartiles of the ratios of pairs. */
  private static String ratios(List<Double> ours, List<Double> theirs) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(ours.get(i) / theirs.get(i));
    }
    ratios.sort(null);
    return String.format(
        Locale.ROOT,
        "%.3f (quartiles %.3f to %.3f)",
        median(ratios),
        ratios.get(ratios.size() / 4),
        ratios.get(ratios.size() * 3 / 4));
  }

  private void row(List<String> cells) {
    report("| " + String.join(" | ", cells) + " |");
  }

  private void report(String... lines) {
    for (String line : lines) {
      System.out.println(line);
      report.add(line);
    }
  }
}
