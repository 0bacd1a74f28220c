package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Draws the chart of the README from {@code help/pictures/figures.json}, whose figures are those of
 * the tables of last measurements: {@code help/pictures/figures.svg}. It has both colour schemes,
 * of which the reader's browser takes one; no library of charts makes such a picture.
 */
final class Pictures {
  private static final int WIDTH = 760;
  private static final int LEFT = 232;
  private static final int BAR = 13;
  private static final int LONGEST = WIDTH - LEFT - 76;
  private static final int MARGIN = 12;

  private static final String STYLE =
      """
      <style>
        text { font: 13px system-ui, sans-serif; fill: #1f2328 }
        .title { font-weight: 600 }
        .small { font-size: 12px; fill: #59636e }
        .ours { fill: #0969da }
        .other { fill: #afb8c1 }
        @media (prefers-color-scheme: dark) {
          text { fill: #f0f6fc }
          .small { fill: #9198a1 }
          .ours { fill: #4493f8 }
          .other { fill: #656c76 }
        }
      </style>
      """;

  private final StringBuilder svg = new StringBuilder();
  private int y = MARGIN;

  private Pictures() {}

  /** Writes the chart of a folder that has the figures. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments.length == 0 ? "help/pictures" : arguments[0]);
    Files.writeString(folder.resolve("figures.svg"), draw(folder.resolve("figures.json")));
  }

  /** Returns the chart of a file of figures. */
  static String draw(Path figures) throws IOException {
    JsonNode root = new ObjectMapper().readTree(figures.toFile());
    Pictures picture = new Pictures();
    picture.starts(root.get("starts"));
    picture.y += MARGIN;
    picture.loads(root.get("loads"));
    String head =
        String.format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %1$d"
                + " %2$d\" role=\"img\">%n",
            WIDTH, picture.y);
    return head.replace("\r", "") + STYLE + picture.svg + "</svg>\n";
  }

  private void starts(JsonNode chart) {
    title(chart);
    double most = 0;
    for (JsonNode row : chart.get("rows")) {
      most = Math.max(most, row.get("millis").get(0).asDouble());
    }
    for (int i = 0; i < 2; i++) {
      int x = LEFT + i * 170;
      rectangle(x, y, 12, i == 1);
      text(x + 18, y + 11, "small", "start", chart.get("labels").get(i).asText());
    }
    y += 24;
    for (JsonNode row : chart.get("rows")) {
      text(LEFT - 10, y + BAR + 5, "", "end", row.get("name").asText());
      for (int i = 0; i < 2; i++) {
        double millis = row.get("millis").get(i).asDouble();
        bar(LONGEST * millis / most, i == 1, String.format(Locale.ROOT, "%.1f", millis / 1000));
      }
      y += 8;
    }
  }

  private void loads(JsonNode chart) {
    title(chart);
    double most = 0;
    for (JsonNode row : chart.get("rows")) {
      most = Math.max(most, Math.log(row.get("micros").asDouble()));
    }
    for (JsonNode row : chart.get("rows")) {
      double micros = row.get("micros").asDouble();
      text(LEFT - 10, y + BAR - 2, "", "end", row.get("name").asText());
      String figure = String.format(Locale.ROOT, "%,.0f", micros);
      bar(LONGEST * Math.log(micros) / most, row.path("ours").asBoolean(), figure);
      y += 6;
    }
  }

  private void title(JsonNode chart) {
    text(MARGIN, y + 14, "title", "start", chart.get("title").asText());
    y += 28;
  }

  private void bar(double length, boolean isOurs, String figure) {
    rectangle(LEFT, y, Math.max(1, Math.round(length)), isOurs);
    text(LEFT + (int) Math.round(length) + 6, y + BAR - 2, "small", "start", figure);
    y += BAR + 2;
  }

  private void rectangle(int x, int top, long width, boolean isOurs) {
    svg.append(
        String.format(
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" class=\"%s\"/>\n",
            x, top, width, BAR, isOurs ? "ours" : "other"));
  }

  private void text(int x, int bottom, String style, String anchor, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
    svg.append(
        String.format(
            "<text x=\"%d\" y=\"%d\" class=\"%s\" text-anchor=\"%s\">%s</text>\n",
            x, bottom, style, anchor, escaped));
  }
}
