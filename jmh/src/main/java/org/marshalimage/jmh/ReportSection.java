package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a part measured, as charts and a table.
 *
 * @param charts at least one, if anything was measured
 * @param columns headings of the table
 * @param rows its cells
 */
record ReportSection(List<Chart> charts, List<String> columns, List<List<String>> rows) {
  /**
   * A chart of bars, as the page's script takes it.
   *
   * @param title above it
   * @param unit of the values
   * @param stacked whether the bars of a category are one
   * @param categories what each group of bars is of
   * @param series for each name a value for each category; null where there is none
   * @param limits values at which a line is drawn, by what it says
   */
  record Chart(
      String title,
      String unit,
      boolean stacked,
      List<String> categories,
      Map<String, List<Double>> series,
      Map<String, Double> limits) {

    Chart(String title, String unit, boolean stacked) {
      this(title, unit, stacked, new ArrayList<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /** Sets a value; categories and series stand in the order in which they are first named. */
    void add(String category, String name, double value) {
      if (!categories.contains(category)) {
        categories.add(category);
      }
      List<Double> values = series.computeIfAbsent(name, key -> new ArrayList<>());
      int index = categories.indexOf(category);
      while (values.size() <= index) {
        values.add(null);
      }
      values.set(index, Double.isNaN(value) ? null : value);
    }

    void limit(String label, double value) {
      if (!Double.isNaN(value)) {
        limits.put(label, value);
      }
    }
  }

  private static final String[] PAGES = {
    "Shared_Clean", "Private_Clean", "Private_Dirty", "Shared_Dirty"
  };

  /** Of results of JMH; a column in which no row has anything is not shown. */
  private static final String COLUMNS =
      "Benchmark /name|Parameters /of|Score /primaryMetric/score|"
          + "± /primaryMetric/scoreError|Unit /primaryMetric/scoreUnit|B/op /bytes|"
          + "MB/s /secondaryMetrics/megabytes/score|times mapFile /times";

  static ReportSection of(ReportPart part, JsonNode result) {
    ReportSection section =
        new ReportSection(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    List<ObjectNode> rows = copies(result.isArray() ? result : result.path("measured"));
    switch (part.name()) {
      case "map" -> section.map(rows);
      case "import-set-speed" ->
          section.compared("Import set: " + result.path("files").asText(), "us", "", "", rows);
      case "cold" -> section.cold(rows);
      case "stream-speed" -> section.streams(rows);
      case "link-speed" -> section.linking(rows);
      case "write" -> section.writing(rows);
      case "heap" -> section.heap(rows);
      case "pages" -> section.pages(rows);
      default -> section.benchmarks(rows);
    }
    return section;
  }

  private static List<ObjectNode> copies(JsonNode rows) {
    List<ObjectNode> copies = new ArrayList<>();
    rows.forEach(row -> copies.add(row.deepCopy()));
    return copies;
  }

  /**
   * Makes the table.
   *
   * @param columnsOfAll for each column a heading and, behind the last space, a JSON pointer
   */
  private void table(List<ObjectNode> from, String columnsOfAll) {
    String[] specs = columnsOfAll.split("\\|");
    for (String spec : specs) {
      columns.add(spec.substring(0, spec.lastIndexOf(' ')));
    }
    for (ObjectNode row : from) {
      List<String> cells = new ArrayList<>();
      for (String spec : specs) {
        cells.add(cell(row.at(spec.substring(spec.lastIndexOf(' ') + 1))));
      }
      rows.add(cells);
    }
  }

  /** Spells a number, or returns a text; what is not a number is not shown. */
  private static String cell(JsonNode value) {
    if (value.isTextual() && !value.asText().equals("NaN")) {
      return value.asText();
    }
    double number = value.asDouble(Double.NaN);
    return Double.isNaN(number) ? "" : Claims.number(number, "");
  }

  private Chart chart(String title, String unit) {
    Chart chart = new Chart(title, unit, false);
    charts.add(chart);
    return chart;
  }

  /** Any results of JMH, a chart for each unit. */
  private void benchmarks(List<ObjectNode> results) {
    Map<String, Chart> byUnit = new LinkedHashMap<>();
    for (ObjectNode row : results) {
      String name = nameOf(row);
      String method = name.substring(name.indexOf('.') + 1);
      String params = Figures.params(row);
      boolean hasSpeed = row.at("/secondaryMetrics").has("megabytes");
      String unit = hasSpeed ? "MB/s" : row.at("/primaryMetric/scoreUnit").asText();
      byUnit
          .computeIfAbsent(unit, key -> chart(name.substring(0, name.indexOf('.')), key))
          .add(
              params.isEmpty() ? method : method + ", " + params,
              hasSpeed ? "speed" : "time",
              Figures.number(row, hasSpeed ? "/secondaryMetrics/megabytes/score" : Figures.SCORE));
    }
    table(results, COLUMNS);
  }

  /** Puts what the table needs into a result of JMH, and returns class and method. */
  private static String nameOf(ObjectNode row) {
    row.put("name", Figures.name(row)).put("of", Figures.params(row));
    row.put("bytes", Math.rint(Figures.number(row, Figures.ALLOCATED)));
    return Figures.name(row);
  }

  private void map(List<ObjectNode> results) {
    Map<String, Double> floors = new LinkedHashMap<>();
    for (ObjectNode row : results) {
      if (nameOf(row).endsWith(".mapFile")) {
        floors.put(Figures.params(row), Figures.number(row, Figures.SCORE));
      }
    }
    Chart times = chart("Map and first read", "us");
    Chart ratios = chart("Times what FileChannel.map and the same read take", "");
    for (ObjectNode row : results) {
      String method = nameOf(row).replace("MapBenchmark.", "");
      String image = Figures.params(row);
      double time = Figures.number(row, Figures.SCORE);
      double ratio = time / floors.getOrDefault(image, Double.NaN);
      times.add(image, method, time);
      if (method.equals("mapImage")) {
        ratios.add(image, method, ratio);
      }
      row.put("times", ratio);
    }
    ratios.limit("limit 1.25", 1.25);
    table(results, COLUMNS);
  }

  private static String label(JsonNode row) {
    String program = row.path("program").asText().replaceFirst("^CPython .*", "CPython");
    String work = row.path("work").asText();
    return program.equals("Marshal Image") ? work : program + ", " + work;
  }

  private void cold(List<ObjectNode> jdks) {
    Map<String, Chart> byRelease = new LinkedHashMap<>();
    List<ObjectNode> programs = new ArrayList<>();
    for (ObjectNode jdk : jdks) {
      String release = jdk.path("release").asText();
      String archive = jdk.path("archive").asText();
      Chart chart =
          byRelease.computeIfAbsent(
              release, key -> chart("JDK " + key + ": added to an empty main", "ms"));
      if (Jdks.majorVersion(release) == 17) {
        chart.limit("map: 18", 18);
        chart.limit("with AppCDS: 8", 8);
      } else if (Jdks.majorVersion(release) == 25) {
        chart.limit("map: 32", 32);
      }
      for (ObjectNode row : copies(jdk.path("programs"))) {
        programs.add(row.put("release", release).put("archive", archive));
        if (row.has("added")) {
          chart.add(
              row.path("program").asText(), archive, Figures.number(row, "/added/wallQuartiles/1"));
        }
      }
    }
    table(
        programs,
        "JDK /release|Classes /archive|Program /program|wall ms /wallQuartiles/1|"
            + "lower /wallQuartiles/0|upper /wallQuartiles/2|CPU ms /cpuQuartiles/1|"
            + "adds, wall ms /added/wallQuartiles/1|lower /added/wallQuartiles/0|"
            + "upper /added/wallQuartiles/2|adds, CPU ms /added/cpuQuartiles/1");
  }

  private void streams(List<ObjectNode> measured) {
    compared("Marshal streams", "MB/s", "python", "Python /python|", measured);
  }

  private void linking(List<ObjectNode> measured) {
    measured.removeIf(row -> row.has("slots"));
    compared("Linking", "ms", "files", "Files /files|", measured);
  }

  /** Warm processes that took turns. */
  private void compared(
      String title, String unit, String group, String columns, List<ObjectNode> measured) {
    Chart chart = chart(title, unit);
    for (ObjectNode row : measured) {
      double figure = Figures.number(row, "/quartiles/1");
      chart.add(label(row), row.path(group).asText("time"), figure);
      if (unit.equals("us") && row.path("program").asText().startsWith("CPython")) {
        chart.limit("roots: loads / 100", figure / 100);
        chart.limit("walk: loads / 5", figure / 5);
      }
    }
    String spec =
        "%sProgram /program|Work /work|%s /quartiles/1|lower /quartiles/0|upper /quartiles/2"
            + "|ratio /ratio|CPU %s /cpu|CPU ratio /cpuRatio|B /allocated|heap B/B /allocatedPerByte";
    table(measured, String.format(spec, columns, unit, unit));
  }

  private void writing(List<ObjectNode> measured) {
    Chart times = chart("Building an image, from a cold start", "s");
    Chart memory = chart("Memory, at most", "MB");
    times.limit("library: 6 s", 6);
    for (ObjectNode row : measured) {
      for (String bytes :
          new String[] {"pycBytes", "imageBytes", "heapAfterCollections", "residentPeak"}) {
        row.put(bytes, row.path(bytes).asDouble() / 1e6);
      }
      String input = row.path("input").asText() + ", -Xmx" + row.path("heap").asText();
      times.add(input, "wall", Figures.number(row, "/wallQuartiles/1"));
      times.add(input, "CPU", Figures.number(row, "/cpuQuartiles/1"));
      memory.add(input, "heap after collections", row.path("heapAfterCollections").asDouble());
      memory.add(input, "resident", row.path("residentPeak").asDouble());
    }
    table(
        measured,
        "Input /input|-Xmx /heap|Modules /modules|.pyc MB /pycBytes|Image MB /imageBytes|"
            + "Wall s /wallQuartiles/1|CPU s /cpuQuartiles/1|"
            + "Heap after collections MB /heapAfterCollections|Resident MB /residentPeak");
  }

  private void heap(List<ObjectNode> measured) {
    Chart chart = chart("Heap allocated", "B");
    chart.limit("map: 8,192", 8192);
    chart.limit("module: 64", 64);
    for (ObjectNode row : measured) {
      String mode = row.path("mode").asText();
      chart.add("map", mode, row.path("map").asDouble());
      chart.add("module(name).code()", mode, row.path("module").asDouble());
    }
    table(measured, "Mode /mode|first map, B /firstMap|map, B /map|module(name).code(), B /module");
  }

  private void pages(List<ObjectNode> measured) {
    Map<String, Chart> byImage = new LinkedHashMap<>();
    for (ObjectNode row : measured) {
      String image = row.path("image").asText().replaceAll("(-prelinked)?-v\\d+-.*", "");
      row.put("image", image);
      Chart chart = byImage.computeIfAbsent(image, key -> new Chart("Image " + key, "kB", true));
      for (String kind : PAGES) {
        chart.add(row.path("mapping").asText(), kind, row.path(kind).asDouble());
      }
    }
    charts.addAll(byImage.values());
    table(
        measured,
        "Image /image|Mapping /mapping|Rss kB /Rss|Shared_Clean /Shared_Clean"
            + "|Private_Clean /Private_Clean|Private_Dirty /Private_Dirty"
            + "|Shared_Dirty /Shared_Dirty|pages written /pagesWritten");
  }
}
