package org.marshalimage.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's chart shows what was measured. */
class PicturesTest {
  private static final Path ROOT = Path.of(System.getProperty("marshalimage.root"));
  private static final Path FIGURES = ROOT.resolve("help/pictures/figures.json");

  @Test
  void chartIsThatOfItsFigures() throws IOException {
    assertThat(ROOT.resolve("help/pictures/figures.svg")).hasContent(Pictures.draw(FIGURES));
  }

  @Test
  void figuresAreThoseOfTheTables() throws IOException {
    JsonNode charts = new ObjectMapper().readTree(FIGURES.toFile());
    for (JsonNode chart : charts) {
      List<String> page = Files.readAllLines(ROOT.resolve(chart.get("source").asText()));
      for (JsonNode row : chart.get("rows")) {
        String begin = "| " + row.get("find").asText() + " | ";
        String figures = row.has("micros") ? row.get("micros").asText() : join(row.get("millis"));
        // Of a thousand and more with commas, as tables have them.
        assertThat(page)
            .anySatisfy(
                line ->
                    assertThat(line.replaceAll("(\\d),(?=\\d{3})", "$1"))
                        .startsWith(begin + figures + " |"));
      }
    }
  }

  private static String join(JsonNode pair) {
    return pair.get(0).asText() + " | " + pair.get(1).asText();
  }
}
