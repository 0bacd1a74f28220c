package org.marshalimage.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  @Test
  void pageHasChartAndTableOfEachPart() throws IOException {
    String page = withoutLibrary(ReportPage.of(sample()));

    assertThat(page)
        .contains("<h2 id=\"map\">Map latency by image size</h2>")
        .contains("<td>MapBenchmark.mapImage</td><td>500MB</td><td class=\"n\">14</td>")
        .contains("JDK 17.0.15: added to an empty main")
        .contains("<b>commit</b> 0123456789");
  }

  @Test
  void pageNeedsNothingButItself() throws IOException {
    String page = ReportPage.of(sample());

    assertThat(page.contains("echarts.init") && page.contains("Apache Software Foundation"))
        .isTrue();
    assertThat(withoutLibrary(page)).doesNotContain("{{").doesNotContain("<script src");
  }

  @Test
  void failureOfOnePartIsShownBesideTheOthers() throws IOException {
    assertThat(withoutLibrary(ReportPage.of(sample())))
        .contains("<h2 id=\"write\">")
        .contains("status 1\njava.io.IOException: no room &lt;here&gt;")
        .contains("<h2 id=\"pages\">");
  }

  @Test
  void testdataAndQuickRunsAreSaid() throws IOException {
    String page =
        withoutLibrary(
            ReportPage.of(
                new ObjectMapper().readTree("{\"library\": \"testdata\", \"isQuick\": true}")));

    assertThat(page).contains("No CPython was found").contains("figures are rough");
  }

  @Test
  void everyPartHasItsOwnName() {
    assertThat(ReportPart.ALL.stream().map(ReportPart::name)).doesNotHaveDuplicates();
  }

  /** Reads a small report, of figures made up for the tests. */
  static JsonNode sample() throws IOException {
    try (InputStream content = ReportPageTest.class.getResourceAsStream("sample-report.json")) {
      return new ObjectMapper().readTree(content);
    }
  }

  /** Leaves out what draws the charts, so that a failed assertion does not print it. */
  private static String withoutLibrary(String page) {
    return page.substring(0, page.indexOf("<script>")) + page.substring(page.indexOf("</script>"));
  }
}
