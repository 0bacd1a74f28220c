package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.marshalimage.jmh.peer.Peers;

/** What must hold, and whether it does, by the figures of a report. */
final class Claims {
  /** Whether a claim holds. */
  enum Verdict {
    /** It does. */
    HOLDS("holds"),
    /** It does not. */
    FALLS_SHORT("falls short"),
    /** The report has no figure. */
    NOT_MEASURED("not measured");

    private final String label;

    Verdict(String label) {
      this.label = label;
    }

    /** Returns what people are told. */
    String label() {
      return label;
    }
  }

  /**
   * A claim.
   *
   * @param text what is claimed
   * @param limit for people
   * @param seen for people; empty if nothing was
   * @param verdict what follows
   */
  record Claim(String text, String limit, String seen, Verdict verdict) {}

  private static final String LOAD = "PeerBenchmark.load";
  private static final double LARGE_LENGTH = 1.5e9;

  /** An allocation rate that is JMH's own. */
  private static final double NO_BYTES = 0.5;

  private final Figures figures;
  private final List<Claim> claims = new ArrayList<>();

  private Claims(Figures figures) {
    this.figures = figures;
  }

  /** Computes all claims. */
  static List<Claim> of(JsonNode report) {
    Claims claims = new Claims(new Figures(report));
    claims.warm();
    claims.peers();
    claims.fresh();
    claims.memory();
    claims.writing();
    return claims.claims;
  }

  private void warm() {
    String map = "MapBenchmark.mapImage";
    double worst = Double.NaN;
    double least = Double.NaN;
    double most = Double.NaN;
    for (String image : figures.params("map", map, "image")) {
      double time = figures.score("map", map, image);
      double ratio = time / figures.score("map", "MapBenchmark.mapFile", image);
      worst = Double.isNaN(worst) ? ratio : Math.max(worst, ratio);
      least = Double.isNaN(least) ? time : Math.min(least, time);
      most = Double.isNaN(most) ? time : Math.max(most, time);
    }
    String images = String.join(", ", figures.params("map", map, "image"));
    atMost("map + first read, times FileChannel.map + one read (worst)", 1.25, worst, "");
    atMost("the same at every size (" + images + "): slowest / fastest", 1.10, most / least, "");
    double code = figures.score("module", "ModuleBenchmark.code", "");
    atMost("warm module(name).code()", 150, code, "ns");
    double bytes = figures.allocated("module", "ModuleBenchmark.codeByCursor");
    zero("the same by a cursor allocates", bytes, "B");
    String speed = "import-set-speed";
    double roots = figures.row(speed, "work", "map, all roots").path("ratio").asDouble(Double.NaN);
    double walk =
        figures.row(speed, "work", "map, walk by cursor").path("ratio").asDouble(Double.NaN);
    atLeast("import set, warm: map + all roots, times as fast as marshal.loads", 100, roots);
    atLeast("import set, warm: map + walk, times as fast as marshal.loads", 5, walk);
  }

  private void peers() {
    double ours = figures.score("peers", LOAD, Peers.IMAGE);
    for (String peer : Peers.SERIALIZERS) {
      double ratio = figures.score("peers", LOAD, peer) / ours;
      atLeast("import set, warm: loaded, times as fast as " + peer, 20, ratio);
    }
    double least = Double.NaN;
    String smallest = "";
    for (String peer : Peers.ZERO_COPY) {
      double length = figures.counter("peers", LOAD, peer, "fileBytes");
      if (!(length >= least)) {
        least = length;
        smallest = peer;
      }
    }
    double length = figures.counter("peers", LOAD, Peers.IMAGE, "fileBytes");
    atMost("file, times that of the smallest zero-copy peer, " + smallest, 1, length / least, "");
  }

  private void fresh() {
    String imports = ColdPrograms.IMPORTS;
    double added17 = figures.added("17", ColdProgram.Archive.NONE, imports);
    double decode = figures.added("17", ColdProgram.Archive.NONE, ColdPrograms.DECODE);
    atMost(
        "fresh JVM 17: what mapping the import set adds / decoding adds",
        0.1,
        added17 / decode,
        "");
    atMost("fresh JVM 17: mapping the import set adds", 18, added17, "ms");
    double added25 = figures.added("25", ColdProgram.Archive.NONE, imports);
    atMost("fresh JVM 25: mapping the import set adds", 32, added25, "ms");
    double archived = figures.added("17", ColdProgram.Archive.APP_CDS, imports);
    atMost("fresh JVM 17 with an AppCDS archive: it adds", 8, archived, "ms");
  }

  private void memory() {
    double dirty = Double.NaN;
    for (JsonNode row : figures.rows("pages")) {
      if (row.path("mapping").asText().equals("read-only")) {
        double kilobytes = row.path("Private_Dirty").asDouble();
        dirty = Double.isNaN(dirty) ? kilobytes : Math.max(dirty, kilobytes);
      }
    }
    zero("Private_Dirty of the mapping after map + walk", dirty, "kB");
    JsonNode heap = figures.row("heap", "mode", "interpreted");
    atMost("heap allocated by a map", 8192, heap.path("map").asDouble(Double.NaN), "B");
    atMost(
        "heap allocated by module(name).code()", 64, heap.path("module").asDouble(Double.NaN), "B");
  }

  private void writing() {
    JsonNode write = figures.result("write");
    double growth =
        write.path("imageBytes").asDouble(Double.NaN) / write.path("pycBytes").asDouble(Double.NaN);
    String library = write.path("library").asText("library");
    atMost("image of " + library + ", times the .pyc bytes", 1.30, growth, "");
    JsonNode once = figures.row("write", "input", "library");
    ToDoubleFunction<JsonNode> wall = row -> row.path("wallQuartiles").path(1).asDouble(Double.NaN);
    atMost(
        "its build, from a cold start, with -Xmx" + once.path("heap").asText(),
        6,
        wall.applyAsDouble(once),
        "s");
    double heap = megabytes(write.path("leastHeap").asText());
    atMost("least heap, of those tried, that builds it", 512, heap, "MB");
    double ratio = write.path("timeRatio").asDouble(Double.NaN);
    atMost("twice the input takes, times as long", 2.2, ratio, "");
    JsonNode large = figures.row("write", "input", "1.5 GB");
    double length = large.path("imageBytes").asDouble(Double.NaN);
    String text = "image that is built with -Xmx" + large.path("heap").asText("4g");
    add(text, "at least", LARGE_LENGTH / 1e6, length / 1e6, "MB", length >= LARGE_LENGTH);
  }

  private static double megabytes(String heap) {
    return heap.endsWith("m")
        ? Double.parseDouble(heap.substring(0, heap.length() - 1))
        : Double.NaN;
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
