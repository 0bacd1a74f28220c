package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a part measured, as charts and a table. {@code sections.json} has for each part its charts,
 * with the bars and limits that each row adds, and the columns of its table; what it says of any
 * results of JMH is under {@code benchmarks}. A text there may name fields of a row, a JSON pointer
 * in braces each; values are JSON pointers. This class puts into rows what has to be computed.
 *
 * @param charts at least one, if anything was measured
 * @param columns headings of the table
 * @param rows its cells
 */
record ReportSection(Collection<Chart> charts, List<String> columns, List<List<String>> rows) {
  /**
   * A chart of bars, as the page's script takes it.
   *
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
  }

  private static final Pattern FIELD = Pattern.compile("\\{(/[^}]*)}");

  static ReportSection of(ReportPart part, JsonNode result) throws IOException {
    JsonNode all = new ObjectMapper().readTree(ReportPage.resource("sections.json"));
    JsonNode section = all.path(all.has(part.name()) ? part.name() : "benchmarks");
    List<ObjectNode> rows = rows(part.name(), result);
    List<String> headings = new ArrayList<>();
    List<String> pointers = new ArrayList<>();
    for (String column : section.path("columns").asText().split("\\|")) {
      headings.add(column.substring(0, column.lastIndexOf(' ')));
      pointers.add(column.substring(column.lastIndexOf(' ') + 1));
    }
    return new ReportSection(
        charts(section.path("charts"), rows),
        headings,
        rows.stream()
            .map(row -> pointers.stream().map(pointer -> cell(row.at(pointer))).toList())
            .toList());
  }

  private static Collection<Chart> charts(JsonNode specs, List<ObjectNode> rows) {
    Map<String, Chart> charts = new LinkedHashMap<>();
    for (JsonNode spec : specs) {
      for (ObjectNode row : rows) {
        String title = fill(spec.path("title").asText(), row);
        String unit = fill(spec.path("unit").asText(), row);
        Chart chart =
            charts.computeIfAbsent(
                title + ", " + unit,
                key -> new Chart(title, unit, spec.path("isStacked").asBoolean()));
        for (JsonNode bar : spec.path("bars")) {
          JsonNode value = row.at(bar.path(2).asText());
          if (!value.isMissingNode()) {
            chart.add(
                fill(bar.path(0).asText(), row),
                fill(bar.path(1).asText(), row),
                value.asDouble(Double.NaN));
          }
        }
        spec.path("limits")
            .properties()
            .forEach(
                limit -> {
                  double value = Figures.number(row, limit.getValue().asText());
                  if (!Double.isNaN(value)) {
                    chart.limits.put(fill(limit.getKey(), row), value);
                  }
                });
      }
    }
    return charts.values();
  }

  private static String fill(String text, JsonNode row) {
    return FIELD
        .matcher(text)
        .replaceAll(field -> Matcher.quoteReplacement(row.at(field.group(1)).asText()));
  }

  /** Spells a number, or returns a text; what is not a number is not shown. */
  private static String cell(JsonNode value) {
    if (value.isTextual() && !value.asText().equals("NaN")) {
      return value.asText();
    }
    double number = value.asDouble(Double.NaN);
    return Double.isNaN(number) ? "" : Claims.number(number, "");
  }

  /** Returns copies of what was measured, with all that the section names. */
  private static List<ObjectNode> rows(String part, JsonNode result) {
    List<ObjectNode> rows = new ArrayList<>();
    (result.isArray() ? result : result.path("measured")).forEach(row -> rows.add(row.deepCopy()));
    if (part.equals("cold")) {
      return programs(rows);
    }
    // What linking takes a slot.
    rows.removeIf(row -> row.has("nanosecondsASlotWhereCopied"));
    Map<String, Double> floors = new LinkedHashMap<>();
    for (ObjectNode row : rows) {
      switch (part) {
        case "import-set-speed", "stream-speed", "link-speed" ->
            compared(row.put("set", result.path("files").asText()));
        case "write" -> {
          for (String bytes :
              new String[] {"pycBytes", "imageBytes", "heapAfterCollections", "residentPeak"}) {
            row.put(bytes, row.path(bytes).asDouble() / 1e6);
          }
          row.put("limit", 6);
        }
        case "heap" -> row.put("mapLimit", 8192).put("moduleLimit", 64);
        case "pages" ->
            row.put("image", row.path("image").asText().replaceAll("(-prelinked)?-v\\d+-.*", ""));
        default -> benchmark(row, floors);
      }
    }
    if (part.equals("map")) {
      for (ObjectNode row : rows) {
        String key = row.path("of").asText() + row.path("jdk").asText();
        double floor = floors.getOrDefault(key, Double.NaN);
        row.put("times", Figures.number(row, Figures.SCORE) / floor).put("limit", 1.25);
        if (row.path("method").asText().equals("mapImage")) {
          row.set("timesOfImage", row.path("times"));
        }
      }
    }
    return rows;
  }

  private static void benchmark(ObjectNode row, Map<String, Double> floors) {
    String[] name = Figures.name(row).split("\\.");
    String params = Figures.params(row);
    boolean hasSpeed = row.at("/secondaryMetrics").has("megabytes");
    String figure = hasSpeed ? "/secondaryMetrics/megabytes/score" : Figures.SCORE;
    row.put("jdk", Figures.jdk(row));
    row.put("name", Figures.name(row)).put("class", name[0]).put("method", name[1]);
    row.put("of", params).put("label", params.isEmpty() ? name[1] : name[1] + ", " + params);
    row.put("bytes", Math.rint(Figures.number(row, Figures.ALLOCATED)));
    row.put("measure", hasSpeed ? "speed" : "time").put("figure", Figures.number(row, figure));
    row.put("unit", hasSpeed ? "MB/s" : row.at("/primaryMetric/scoreUnit").asText());
    if (name[1].equals("mapFile")) {
      floors.put(params + Figures.jdk(row), Figures.number(row, Figures.SCORE));
    }
  }

  private static List<ObjectNode> programs(List<ObjectNode> jdks) {
    List<ObjectNode> programs = new ArrayList<>();
    for (ObjectNode jdk : jdks) {
      int major = ColdProgram.Jdks.majorVersion(jdk.path("release").asText());
      for (JsonNode program : jdk.path("programs")) {
        ObjectNode row = program.deepCopy();
        row.setAll(jdk.deepCopy().retain("release", "archive"));
        if (major == 17) {
          row.put("limit", 18).put("archiveLimit", 8);
        } else if (major == 25) {
          row.put("limit", 32);
        }
        programs.add(row);
      }
    }
    return programs;
  }

  /** A warm process that took turns with others. */
  private static void compared(ObjectNode row) {
    String program = row.path("program").asText().replaceFirst("^CPython .*", "CPython");
    String work = row.path("work").asText();
    row.put("label", program.equals("Marshal Image") ? work : program + ", " + work);
    String jdk = row.path("jdk").asText();
    row.put("on", jdk.isEmpty() ? program : "JDK " + jdk);
    if (program.equals("CPython")) {
      double loads = Figures.number(row, "/quartiles/1");
      row.put("loads100", loads / 100).put("loads5", loads / 5);
    }
  }
}
