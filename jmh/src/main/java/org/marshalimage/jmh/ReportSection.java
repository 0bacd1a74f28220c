package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
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
  private static final String[] PAGES = {
    "Shared_Clean", "Private_Clean", "Private_Dirty", "Shared_Dirty"
  };

  /** Makes the section of a part. */
  static ReportSection of(ReportPart part, JsonNode result) {
    ReportSection section =
        new ReportSection(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    switch (part.name()) {
      case "map":
        section.map(result);
        break;
      case "import-set-speed":
        section.importSet(result);
        break;
      case "cold":
        section.cold(result);
        break;
      case "stream-speed":
        section.streams(result);
        break;
      case "link-speed":
        section.linking(result);
        break;
      case "write":
        section.writing(result);
        break;
      case "heap":
        section.heap(result);
        break;
      case "pages":
        section.pages(result);
        break;
      default:
        section.benchmarks(result);
        break;
    }
    return section;
  }

  private void header(String... names) {
    columns.addAll(List.of(names));
  }

  private static String number(JsonNode value) {
    return value.isMissingNode() || value.asText().equals("NaN")
        ? ""
        : Claims.number(value.asDouble(), "");
  }

  /** Adds a row of the table: what JSON pointers find, numbers spelled for people. */
  private void row(JsonNode from, String... pointers) {
    List<String> cells = new ArrayList<>();
    for (String pointer : pointers) {
      JsonNode value = from.at(pointer);
      cells.add(
          value.isTextual() && !value.asText().equals("NaN") ? value.asText() : number(value));
    }
    rows.add(cells);
  }

  private static JsonNode median(JsonNode row) {
    return row.path("quartiles").path(1);
  }

  /** Any results of JMH, a chart for each unit. */
  private void benchmarks(JsonNode result) {
    header("Benchmark", "Parameters", "Score", "±", "Unit", "B/op", "MB/s");
    Map<String, Chart> byUnit = new LinkedHashMap<>();
    for (JsonNode row : result) {
      JsonNode metric = row.path("primaryMetric");
      String unit = metric.path("scoreUnit").asText();
      String name = Figures.name(row);
      String method = name.substring(name.indexOf('.') + 1);
      String params = Figures.params(row);
      JsonNode speed = row.path("secondaryMetrics").path("megabytes").path("score");
      boolean hasSpeed = !speed.isMissingNode();
      Chart chart =
          byUnit.computeIfAbsent(
              hasSpeed ? "MB/s" : unit,
              key -> new Chart(name.substring(0, name.indexOf('.')), key, false));
      chart.add(
          params.isEmpty() ? method : method + ", " + params,
          hasSpeed ? "speed" : "time",
          (hasSpeed ? speed : metric.path("score")).asDouble());
      rows.add(
          List.of(
              name,
              params,
              number(metric.path("score")),
              number(metric.path("scoreError")),
              unit,
              bytes(row),
              number(speed)));
    }
    charts.addAll(byUnit.values());
  }

  private static String bytes(JsonNode row) {
    double allocated = Figures.allocated(row);
    return Double.isNaN(allocated) ? "" : Claims.number(Math.rint(allocated), "");
  }

  private void map(JsonNode result) {
    benchmarks(result);
    charts.clear();
    columns.add("times mapFile");
    Chart times = new Chart("Map and first read", "us", false);
    Chart ratios = new Chart("Times what FileChannel.map and the same read take", "", false);
    Map<String, Double> floors = new LinkedHashMap<>();
    for (JsonNode row : result) {
      if (Figures.name(row).endsWith(".mapFile")) {
        floors.put(Figures.params(row), row.path("primaryMetric").path("score").asDouble());
      }
    }
    int index = 0;
    for (JsonNode row : result) {
      String method = Figures.name(row).replace("MapBenchmark.", "");
      double time = row.path("primaryMetric").path("score").asDouble();
      double ratio = time / floors.getOrDefault(Figures.params(row), Double.NaN);
      times.add(Figures.params(row), method, time);
      if (method.equals("mapImage")) {
        ratios.add(Figures.params(row), method, ratio);
      }
      List<String> cells = new ArrayList<>(rows.get(index));
      cells.add(Claims.number(ratio, ""));
      rows.set(index++, cells);
    }
    ratios.limit("limit 1.25", 1.25);
    charts.add(times);
    charts.add(ratios);
  }

  private void importSet(JsonNode result) {
    header("Program", "Work", "us", "lower", "upper", "ratio", "CPU us", "CPU ratio", "B");
    Chart chart = new Chart("Import set: " + result.path("files").asText(), "us", false);
    for (JsonNode row : result.path("measured")) {
      double time = median(row).asDouble();
      boolean isC = row.path("program").asText().startsWith("CPython");
      chart.add(label(row), "time", time);
      if (isC) {
        chart.limit("roots: loads / 100", time / 100);
        chart.limit("walk: loads / 5", time / 5);
      }
      row(
          row,
          "/program",
          "/work",
          "/quartiles/1",
          "/quartiles/0",
          "/quartiles/2",
          "/ratio",
          "/cpu",
          "/cpuRatio",
          "/allocated");
    }
    charts.add(chart);
  }

  private static String label(JsonNode row) {
    String program = row.path("program").asText().replaceFirst("^CPython .*", "CPython");
    String work = row.path("work").asText();
    return program.equals("Marshal Image") ? work : program + ", " + work;
  }

  private void cold(JsonNode result) {
    header(
        "JDK",
        "Classes",
        "Program",
        "wall ms",
        "lower",
        "upper",
        "CPU ms",
        "adds, wall ms",
        "lower",
        "upper",
        "adds, CPU ms");
    Map<String, Chart> byMajor = new LinkedHashMap<>();
    for (JsonNode jdk : result.path("measured")) {
      String release = jdk.path("release").asText();
      int major = Jdks.majorVersion(release);
      String archive = jdk.path("archive").asText();
      Chart chart =
          byMajor.computeIfAbsent(
              release, key -> new Chart("JDK " + key + ": added to an empty main", "ms", false));
      if (major == 17) {
        chart.limit("map: 18", 18);
        chart.limit("with AppCDS: 8", 8);
      } else if (major == 25) {
        chart.limit("map: 32", 32);
      }
      for (JsonNode row : jdk.path("programs")) {
        String program = row.path("program").asText();
        JsonNode added = row.path("added");
        JsonNode wall = row.path("wallQuartiles");
        if (!added.isMissingNode()) {
          chart.add(program, archive, added.path("wallQuartiles").path(1).asDouble());
        }
        rows.add(
            List.of(
                release,
                archive,
                program,
                number(wall.path(1)),
                number(wall.path(0)),
                number(wall.path(2)),
                number(row.path("cpuQuartiles").path(1)),
                number(added.path("wallQuartiles").path(1)),
                number(added.path("wallQuartiles").path(0)),
                number(added.path("wallQuartiles").path(2)),
                number(added.path("cpuQuartiles").path(1))));
      }
    }
    charts.addAll(byMajor.values());
  }

  private void streams(JsonNode result) {
    header("Python", "Program", "Work", "MB/s", "lower", "upper", "ratio", "CPU ratio", "heap B/B");
    Chart chart = new Chart("Marshal streams", "MB/s", false);
    for (JsonNode row : result.path("measured")) {
      String python = row.path("python").asText();
      chart.add(label(row), python, median(row).asDouble());
      row(
          row,
          "/python",
          "/program",
          "/work",
          "/quartiles/1",
          "/quartiles/0",
          "/quartiles/2",
          "/ratio",
          "/cpuRatio",
          "/allocatedPerByte");
    }
    charts.add(chart);
  }

  private void linking(JsonNode result) {
    header("Files", "Program", "Work", "ms", "lower", "upper", "ratio", "CPU ms", "CPU ratio");
    Chart chart = new Chart("Linking", "ms", false);
    for (JsonNode row : result.path("measured")) {
      if (row.has("slots")) {
        continue;
      }
      String files = row.path("files").asText();
      chart.add(label(row), files, median(row).asDouble());
      row(
          row,
          "/files",
          "/program",
          "/work",
          "/quartiles/1",
          "/quartiles/0",
          "/quartiles/2",
          "/ratio",
          "/cpu",
          "/cpuRatio");
    }
    charts.add(chart);
  }

  private void writing(JsonNode result) {
    header(
        "Input",
        "-Xmx",
        "Modules",
        ".pyc MB",
        "Image MB",
        "Wall s",
        "CPU s",
        "Heap after collections MB",
        "Resident MB");
    Chart times = new Chart("Building an image, from a cold start", "s", false);
    Chart memory = new Chart("Memory, at most", "MB", false);
    times.limit("library: 6 s", 6);
    for (JsonNode row : result.path("measured")) {
      String input = row.path("input").asText() + ", -Xmx" + row.path("heap").asText();
      double heap = row.path("heapAfterCollections").asDouble() / 1e6;
      double resident = row.path("residentPeak").asDouble() / 1e6;
      times.add(input, "wall", row.path("wallQuartiles").path(1).asDouble());
      times.add(input, "CPU", row.path("cpuQuartiles").path(1).asDouble());
      memory.add(input, "heap after collections", heap);
      memory.add(input, "resident", resident);
      rows.add(
          List.of(
              row.path("input").asText(),
              row.path("heap").asText(),
              number(row.path("modules")),
              Claims.number(row.path("pycBytes").asDouble() / 1e6, ""),
              Claims.number(row.path("imageBytes").asDouble() / 1e6, ""),
              number(row.path("wallQuartiles").path(1)),
              number(row.path("cpuQuartiles").path(1)),
              Claims.number(heap, ""),
              Claims.number(resident, "")));
    }
    charts.add(times);
    charts.add(memory);
  }

  private void heap(JsonNode result) {
    header("Mode", "first map, B", "map, B", "module(name).code(), B");
    Chart chart = new Chart("Heap allocated", "B", false);
    chart.limit("map: 8,192", 8192);
    chart.limit("module: 64", 64);
    for (JsonNode row : result.path("measured")) {
      String mode = row.path("mode").asText();
      chart.add("map", mode, row.path("map").asDouble());
      chart.add("module(name).code()", mode, row.path("module").asDouble());
      row(row, "/mode", "/firstMap", "/map", "/module");
    }
    charts.add(chart);
  }

  private void pages(JsonNode result) {
    header("Image", "Mapping", "Rss kB", PAGES[0], PAGES[1], PAGES[2], PAGES[3], "pages written");
    Map<String, Chart> byImage = new LinkedHashMap<>();
    for (JsonNode row : result.path("measured")) {
      String image = row.path("image").asText().replaceAll("(-prelinked)?-v\\d+-.*", "");
      Chart chart = byImage.computeIfAbsent(image, key -> new Chart("Image " + key, "kB", true));
      List<String> cells = new ArrayList<>();
      cells.add(image);
      cells.add(row.path("mapping").asText());
      cells.add(number(row.path("Rss")));
      for (String kind : PAGES) {
        chart.add(row.path("mapping").asText(), kind, row.path(kind).asDouble());
        cells.add(number(row.path(kind)));
      }
      cells.add(number(row.path("pagesWritten")));
      rows.add(cells);
    }
    charts.addAll(byImage.values());
  }
}
