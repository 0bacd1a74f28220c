package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Looks up figures in a report; what is not there is NaN or a missing node. */
final class Figures {
  /** In a result of JMH. */
  static final String SCORE = "/primaryMetric/score";

  /** In a result of JMH, the bytes that an operation allocates. */
  static final String ALLOCATED = "/secondaryMetrics/gc.alloc.rate.norm/score";

  private final JsonNode report;

  Figures(JsonNode report) {
    this.report = report;
  }

  JsonNode result(String part) {
    return report.path("parts").path(part).path("result");
  }

  /** Returns the rows of a harness, or the results of JMH. */
  Iterable<JsonNode> rows(String part) {
    JsonNode result = result(part);
    return result.isArray() ? result : result.path("measured");
  }

  /** Returns the first row of a harness in which a field has a value. */
  JsonNode row(String part, String field, String value) {
    return first(rows(part), row -> row.path(field).asText().equals(value));
  }

  /**
   * Returns the result of a benchmark with values of its parameters, of the JDK that came first.
   */
  JsonNode benchmark(String part, String benchmark, String params) {
    return first(rows(part), row -> name(row).equals(benchmark) && params(row).equals(params));
  }

  double score(String part, String benchmark, String params) {
    return number(benchmark(part, benchmark, params), SCORE);
  }

  /** Returns the score of a benchmark without parameters on a JDK. */
  double score(String part, String benchmark, int major) {
    JsonNode row =
        first(rows(part), each -> name(each).equals(benchmark) && jdk(each).equals(major + ""));
    return number(row, SCORE);
  }

  /** Returns the values of a parameter with which a benchmark was run, in that order. */
  List<String> params(String part, String benchmark, String param) {
    List<String> values = new ArrayList<>();
    for (JsonNode row : rows(part)) {
      String value = row.path("params").path(param).asText();
      if (name(row).equals(benchmark) && !values.contains(value)) {
        values.add(value);
      }
    }
    return values;
  }

  /** Returns the median of the wall time that a program adds in a fresh JVM. */
  double added(String major, ColdProgram.Archive archive, String program) {
    JsonNode jdk =
        first(
            rows("cold"),
            row ->
                row.path("release").asText().startsWith(major + '.')
                    && row.path("archive").asText().equals(archive.label));
    JsonNode row =
        first(jdk.path("programs"), each -> each.path("program").asText().equals(program));
    return number(row, "/added/wallQuartiles/1");
  }

  private static JsonNode first(Iterable<JsonNode> rows, Predicate<JsonNode> isWanted) {
    for (JsonNode row : rows) {
      if (isWanted.test(row)) {
        return row;
      }
    }
    return MissingNode.getInstance();
  }

  static double number(JsonNode row, String pointer) {
    return row.at(pointer).asDouble(Double.NaN);
  }

  /** Returns class and method of a result of JMH. */
  static String name(JsonNode row) {
    return row.path("benchmark").asText().replace("org.marshalimage.jmh.", "");
  }

  /** Returns the feature release of the JDK of a result, "17" say. */
  static String jdk(JsonNode row) {
    return row.path("jdkVersion").asText().replaceFirst("\\..*", "");
  }

  /** Returns the values of a result's parameters; empty if it has none. */
  static String params(JsonNode row) {
    List<String> values = new ArrayList<>();
    row.path("params").forEach(value -> values.add(value.asText()));
    return String.join(", ", values);
  }
}
