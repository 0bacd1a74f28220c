package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.marshalimage.jmh.peer.Peers;

/** What must hold, and whether it does, by the figures of a report. */
final class Claims {
  enum Verdict {
    HOLDS,
    FALLS_SHORT,
    NOT_MEASURED;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    String style() {
      return label().replace(' ', '-');
    }
  }

  /** A claim. */
  record Claim(String text, String limit, String seen, Verdict verdict) {}

  private static final String LOAD = "PeerBenchmark.load";
  private static final double LARGE_MEGABYTES = 1500;

  /** An allocation rate that is JMH's own. */
  private static final double NO_BYTES = 0.5;

  private final Figures figures;
  private final List<Claim> claims = new ArrayList<>();

  private Claims(Figures figures) {
    this.figures = figures;
  }

  static List<Claim> of(JsonNode report) {
    Claims claims = new Claims(new Figures(report));
    claims.warm();
    claims.walks();
    claims.peers();
    claims.fresh();
    claims.memory();
    claims.writing();
    return claims.claims;
  }

  private void warm() {
    String map = "MapBenchmark.mapImage";
    List<String> images = figures.params("map", map, "image");
    DoubleSummaryStatistics times = statistics(images, i -> figures.score("map", map, i));
    DoubleSummaryStatistics ratios =
        statistics(
            images,
            i -> figures.score("map", map, i) / figures.score("map", "MapBenchmark.mapFile", i));
    atMost("map + first read, times FileChannel.map + one read (worst)", 1.25, max(ratios), "");
    atMost(
        "the same at every size (" + String.join(", ", images) + "): slowest / fastest",
        1.10,
        max(times) / times.getMin(),
        "");
    double code = figures.score("module", "ModuleBenchmark.code", "");
    atMost("warm module(name).code()", 150, code, "ns");
    JsonNode byCursor = figures.benchmark("module", "ModuleBenchmark.codeByCursor", "");
    zero("the same by a cursor allocates", Figures.number(byCursor, Figures.ALLOCATED), "B");
    for (String work : new String[] {"all roots", "walk"}) {
      String by = work.equals("walk") ? " by cursor" : "";
      // The first of that work is of the JDK that runs the report.
      JsonNode row = figures.row("import-set-speed", "work", "map, " + work + by);
      atLeast(
          "import set, warm: map + " + work + ", times as fast as marshal.loads",
          work.equals("walk") ? 5 : 100,
          Figures.number(row, "/ratio"));
    }
    JsonNode row = figures.row("import-set-speed", "work", "laid out: map, walk by cursor");
    atLeast("the same of an image laid out by a walk", 4, Figures.number(row, "/ratio"));
  }

  private void walks() {
    for (String of : new String[] {"module", "image"}) {
      String cursor = "WalkBenchmark." + of + "ByCursor";
      double[] byCursor = {figures.score("walk", cursor, 17), figures.score("walk", cursor, 25)};
      double ratio = byCursor[1] / byCursor[0];
      atMost("walk of " + of + " by cursor, 25 in times of 17", 1.15, ratio, "");
      for (int i = 0; i < 2; i++) {
        int major = i == 0 ? 17 : 25;
        double byViews = figures.score("walk", "WalkBenchmark." + of + "ByViews", major);
        String text = "walk of " + of + " on " + major + ", by cursor in times of by views";
        atMost(text, 0.8, byCursor[i] / byViews, "");
      }
    }
  }

  private static DoubleSummaryStatistics statistics(
      Iterable<String> of, ToDoubleFunction<String> figure) {
    DoubleSummaryStatistics all = new DoubleSummaryStatistics();
    of.forEach(each -> all.accept(figure.applyAsDouble(each)));
    return all;
  }

  private static double max(DoubleSummaryStatistics all) {
    return all.getCount() == 0 ? Double.NaN : all.getMax();
  }

  private void peers() {
    double ours = figures.score("peers", LOAD, Peers.IMAGE);
    for (String peer : Peers.SERIALIZERS) {
      double ratio = figures.score("peers", LOAD, peer) / ours;
      atLeast("import set, warm: loaded, times as fast as " + peer, 20, ratio);
    }
    String smallest =
        Peers.ZERO_COPY.stream()
            .filter(peer -> !Double.isNaN(fileBytes(peer)))
            .min(Comparator.comparingDouble(this::fileBytes))
            .orElse("");
    double ratio = fileBytes(Peers.IMAGE) / fileBytes(smallest);
    atMost("file, times that of the smallest zero-copy peer, " + smallest, 1, ratio, "");
  }

  private double fileBytes(String peer) {
    JsonNode row = figures.benchmark("peers", LOAD, peer);
    return Figures.number(row, "/secondaryMetrics/fileBytes/score");
  }

  private void fresh() {
    String imports = ColdStart.IMPORTS;
    double added = figures.added("17", ColdProgram.Archive.NONE, imports);
    double decode = figures.added("17", ColdProgram.Archive.NONE, ColdStart.DECODE);
    double ratio = added / decode;
    atMost("fresh JVM 17: what mapping the import set adds / decoding adds", 0.1, ratio, "");
    atMost("fresh JVM 17: mapping the import set adds", 18, added, "ms");
    double added25 = figures.added("25", ColdProgram.Archive.NONE, imports);
    atMost("fresh JVM 25: mapping the import set adds", 32, added25, "ms");
    double archived = figures.added("17", ColdProgram.Archive.APP_CDS, imports);
    atMost("fresh JVM 17 with an AppCDS archive: it adds", 8, archived, "ms");
  }

  private void memory() {
    DoubleSummaryStatistics dirty = new DoubleSummaryStatistics();
    for (JsonNode row : figures.rows("pages")) {
      if (row.path("mapping").asText().equals("read-only")) {
        dirty.accept(row.path("Private_Dirty").asDouble());
      }
    }
    zero("Private_Dirty of the mapping after map + walk", max(dirty), "kB");
    JsonNode heap = figures.row("heap", "mode", "interpreted");
    atMost("heap allocated by a map", 8192, Figures.number(heap, "/map"), "B");
    double module = Figures.number(heap, "/module");
    atMost("heap allocated by module(name).code()", 64, module, "B");
  }

  private void writing() {
    JsonNode write = figures.result("write");
    String library = write.path("library").asText("library");
    double growth = Figures.number(write, "/imageBytes") / Figures.number(write, "/pycBytes");
    atMost("image of " + library + ", times the .pyc bytes", 1.30, growth, "");
    JsonNode once = figures.row("write", "input", "library");
    String build = "its build, from a cold start, with -Xmx" + once.path("heap").asText();
    atMost(build, 6, Figures.number(once, "/wallQuartiles/1"), "s");
    String least = write.path("leastHeap").asText();
    double heap = least.endsWith("m") ? Integer.parseInt(least.replace("m", "")) : Double.NaN;
    atMost("least heap, of those tried, that builds it", 512, heap, "MB");
    double ratio = Figures.number(write, "/timeRatio");
    atMost("twice the input takes, times as long", 2.2, ratio, "");
    JsonNode large = figures.row("write", "input", "1.5 GB");
    double length = Figures.number(large, "/imageBytes") / 1e6;
    String text = "image that is built with -Xmx" + large.path("heap").asText("4g");
    add(text, "at least", LARGE_MEGABYTES, length, "MB", length >= LARGE_MEGABYTES);
  }

  private void atMost(String text, double limit, double seen, String unit) {
    add(text, "at most", limit, seen, unit, seen <= limit);
  }

  private void atLeast(String text, double limit, double seen) {
    add(text, "at least", limit, seen, "", seen >= limit);
  }

  private void zero(String text, double seen, String unit) {
    add(text, "exactly", 0, seen, unit, seen < NO_BYTES);
  }

  private void add(String text, String how, double limit, double seen, String unit, boolean holds) {
    Verdict verdict = holds ? Verdict.HOLDS : Verdict.FALLS_SHORT;
    boolean isSeen = !Double.isNaN(seen);
    claims.add(
        new Claim(
            text,
            how + ' ' + number(limit, unit),
            isSeen ? number(seen, unit) : "",
            isSeen ? verdict : Verdict.NOT_MEASURED));
  }

  /** Spells a number with three digits or more, and its unit. */
  static String number(double value, String unit) {
    String digits;
    double size = Math.abs(value);
    if (size >= 100 || value == Math.rint(value)) {
      digits = String.format(Locale.ROOT, "%,.0f", value);
    } else if (size >= 10) {
      digits = String.format(Locale.ROOT, "%.1f", value);
    } else {
      digits = String.format(Locale.ROOT, size >= 0.1 ? "%.2f" : "%.4f", value);
    }
    return unit.isEmpty() ? digits : digits + ' ' + unit;
  }
}
