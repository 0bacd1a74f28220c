package org.marshalimage.jmh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a page of a report, which needs nothing but itself to be looked at. */
final class ReportPage {
  private static final String TEMPLATE = "report.html";
  private static final Pattern SCRIPT = Pattern.compile("\\{\\{script (\\S+)}}");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9,.]*");

  /** Rows of a table that is folded away. */
  private static final int LONG_TABLE = 24;

  private static final String CONTENT = "{{content}}";
  private static final String CHARTS = "{{charts}}";

  private final StringBuilder html = new StringBuilder();
  private final List<Chart> charts = new ArrayList<>();

  private ReportPage() {}

  /** Returns the page as HTML. */
  static String of(JsonNode report) throws IOException {
    ReportPage page = new ReportPage();
    page.heading(report);
    page.claims(Claims.of(report));
    for (ReportPart part : ReportPart.ALL) {
      JsonNode measured = report.path("parts").path(part.name());
      if (!measured.isMissingNode()) {
        page.section(part, measured);
      }
    }
    String template = resource(TEMPLATE);
    Matcher script = SCRIPT.matcher(template);
    if (!script.find()) {
      throw new IllegalStateException("no script in " + TEMPLATE);
    }
    return template
        .replace(script.group(), resource(script.group(1)))
        .replace(CONTENT, page.html)
        .replace(CHARTS, page.json());
  }

  private static String resource(String name) throws IOException {
    try (InputStream content = ReportPage.class.getResourceAsStream(name)) {
      if (content == null) {
        throw new IOException("not on the class path: " + name);
      }
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Returns the charts, in a form that no end of a script can be found in. */
  private String json() throws JsonProcessingException {
    return new ObjectMapper().writeValueAsString(charts).replace("<", "\\u003c");
  }

  private void heading(JsonNode report) {
    html.append("<p class=\"run\">");
    for (String field : new String[] {"when", "machine", "java", "commit", "library"}) {
      String value = report.path(field).asText();
      if (!value.isEmpty()) {
        html.append("<span><b>").append(field.equals("java") ? "JDK" : field).append("</b> ");
        html.append(escape(value)).append("</span> ");
      }
    }
    html.append("</p>\n");
    if (report.path("isQuick").asBoolean()) {
      html.append("<p class=\"note\">A quick run: figures are rough.</p>\n");
    }
    if (report.path("library").asText().equals(Library.TESTDATA)) {
      html.append(
          "<p class=\"note\">No CPython was found: all is made of the few files of testdata/pyc,"
              + " and figures are not those of a standard library.</p>\n");
    }
  }

  private void claims(List<Claims.Claim> claims) {
    html.append("<h2>What must hold</h2>\n<table>\n<tr><th>Claim</th><th>Limit</th><th>Seen</th>");
    html.append("<th>Holds</th></tr>\n");
    for (Claims.Claim claim : claims) {
      String style = claim.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-');
      html.append("<tr class=\"").append(style).append("\"><td>").append(escape(claim.text()));
      html.append("</td><td class=\"n\">").append(claim.limit());
      html.append("</td><td class=\"n\">").append(claim.seen());
      html.append("</td><td>").append(claim.verdict().label()).append("</td></tr>\n");
    }
    html.append("</table>\n");
  }

  private void section(ReportPart part, JsonNode measured) {
    html.append("<h2 id=\"").append(part.name()).append("\">").append(escape(part.title()));
    html.append("</h2>\n<p>").append(escape(part.question())).append("</p>\n");
    if (measured.has("failure")) {
      html.append("<p class=\"note\">This part failed, wholly or in part:</p>\n<pre>");
      html.append(escape(measured.path("failure").asText())).append("</pre>\n");
    }
    if (measured.has("result")) {
      ReportSection section = ReportSection.of(part, measured.path("result"));
      if (section.rows().isEmpty()) {
        html.append("<p class=\"note\">Nothing was measured; its log says why.</p>\n");
      }
      for (Chart chart : section.charts()) {
        if (chart.categories().isEmpty()) {
          continue;
        }
        html.append("<div class=\"chart\" id=\"chart").append(charts.size()).append("\"></div>\n");
        charts.add(chart);
      }
      table(section);
    }
    html.append("<details><summary>command, ").append(measured.path("seconds").asLong());
    html.append(" s, ")
        .append(measured.path("when").asText())
        .append("</summary><code>")
        .append(escape(measured.path("command").asText()));
    html.append("</code></details>\n");
  }

  private void table(ReportSection section) {
    boolean isLong = section.rows().size() > LONG_TABLE;
    if (isLong) {
      html.append("<details><summary>table of ").append(section.rows().size());
      html.append(" rows</summary>\n");
    }
    html.append("<table>\n");
    row(section, section.columns(), "th");
    for (List<String> cells : section.rows()) {
      row(section, cells, "td");
    }
    html.append(isLong ? "</table></details>\n" : "</table>\n");
  }

  /** Writes a row, without the columns in which no row has anything. */
  private void row(ReportSection section, List<String> cells, String tag) {
    html.append("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      int column = i;
      if (section.rows().stream().anyMatch(row -> !row.get(column).isEmpty())) {
        boolean isNumber = NUMBER.matcher(cells.get(i)).matches();
        html.append('<').append(tag).append(isNumber ? " class=\"n\">" : ">");
        html.append(escape(cells.get(i))).append("</").append(tag).append('>');
      }
    }
    html.append("</tr>\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
