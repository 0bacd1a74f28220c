package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Makes a page of a report, which needs nothing but itself to be looked at. */
final class ReportPage {
  private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9,.]*");

  /** Rows of a table that is folded away. */
  private static final int LONG_TABLE = 24;

  private final List<ReportSection.Chart> charts = new ArrayList<>();

  private ReportPage() {}

  static String of(JsonNode report) throws IOException {
    ReportPage page = new ReportPage();
    List<String> notes = new ArrayList<>();
    if (report.path("isQuick").asBoolean()) {
      notes.add("A quick run: figures are rough.");
    }
    if (report.path("library").asText().equals(Library.TESTDATA)) {
      notes.add(
          "No CPython was found: all is made of the few files of testdata/pyc, and figures are not"
              + " those of a standard library.");
    }
    Map<String, Object> content = new HashMap<>();
    content.put("run", facts(report));
    content.put("notes", notes);
    content.put("claims", Claims.of(report));
    List<Map<String, Object>> sections = new ArrayList<>();
    for (ReportPart part : ReportPart.ALL) {
      if (report.path("parts").has(part.name())) {
        sections.add(page.section(part, report.path("parts").path(part.name())));
      }
    }
    content.put("sections", sections);
    // No end of a script can be found in it.
    String json = new ObjectMapper().writeValueAsString(page.charts);
    content.put("json", json.replace("<", "\\u003c"));
    content.put(
        "script",
        (Mustache.Lambda) (fragment, out) -> out.write(resource(fragment.execute().strip())));
    return Mustache.compiler()
        .emptyStringIsFalse(true)
        .compile(resource("report.html"))
        .execute(content);
  }

  private static List<Map<String, String>> facts(JsonNode report) {
    List<Map<String, String>> facts = new ArrayList<>();
    for (String field : new String[] {"when", "machine", "java", "commit", "library"}) {
      if (!report.path(field).asText().isEmpty()) {
        String label = field.equals("java") ? "JDK" : field;
        facts.add(Map.of("label", label, "value", report.path(field).asText()));
      }
    }
    return facts;
  }

  static String resource(String name) throws IOException {
    try (InputStream content = ReportPage.class.getResourceAsStream(name)) {
      if (content == null) {
        throw new IOException("not on the class path: " + name);
      }
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Map<String, Object> section(ReportPart part, JsonNode measured) throws IOException {
    ReportSection section = ReportSection.of(part, measured.path("result"));
    // Columns in which no row has anything are left out.
    int[] shown =
        IntStream.range(0, section.columns().size())
            .filter(i -> section.rows().stream().anyMatch(row -> !row.get(i).isEmpty()))
            .toArray();
    Map<String, Object> content = new HashMap<>();
    content.put("part", part);
    content.put("failure", measured.path("failure").asText());
    content.put("isEmpty", measured.has("result") && section.rows().isEmpty());
    content.put("charts", numbers(section.charts()));
    content.put("isLong", section.rows().size() > LONG_TABLE);
    content.put("columns", IntStream.of(shown).mapToObj(section.columns()::get).toList());
    content.put(
        "rows",
        section.rows().stream()
            .map(row -> IntStream.of(shown).mapToObj(i -> cell(row.get(i))).toList())
            .toList());
    for (String field : new String[] {"seconds", "when", "command"}) {
      content.put(field, measured.path(field).asText());
    }
    return content;
  }

  /** Keeps charts that show something, and returns their numbers. */
  private List<Integer> numbers(Collection<ReportSection.Chart> all) {
    int first = charts.size();
    all.stream().filter(chart -> !chart.categories().isEmpty()).forEach(charts::add);
    return IntStream.range(first, charts.size()).boxed().toList();
  }

  private static Map<String, String> cell(String text) {
    String style = NUMBER.matcher(text).matches() ? " class=\"n\"" : "";
    return Map.of("text", text, "style", style);
  }
}
