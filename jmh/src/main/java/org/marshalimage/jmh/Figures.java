package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;

/** Looks up figures in a report; what is not there is NaN or a missing node. */
final class Figures {
  private static final String PACKAGE = "org.marshalimage.jmh.";

  private final JsonNode report;

  Figures(JsonNode report) {
    this.report = report;
  }

  /** Returns what a part measured. */
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
    for (JsonNode row : rows(part)) {
      if (row.path(field).asText().equals(value)) {
        return row;
      }
    }
    return MissingNode.getInstance();
  }

  /** Returns the values of a parameter with which a benchmark was run, in that order. */
  List<String> params(String part, String benchmark, String param) {
    List<String> values = new ArrayList<>();
    for (JsonNode row : rows(part)) {
      if (name(row).equals(benchmark)) {
        values.add(row.path("params").path(param).asText());
      }
    }
    return values;
  }

  /** Returns class and method of a result of JMH. */
  static String name(JsonNode row) {
    return row.path("benchmark").asText().replace(PACKAGE, "");
  }

  /** Returns the values of a result's parameters; empty if it has none. */
  static String params(JsonNode row) {
    List<String> values = new ArrayList<>();
    row.path("params").forEach(value -> values.add(value.asText()));
    return String.join(", ", values);
  }

  /** Returns the score of a benchmark with values of its parameters. */
  double score(String part, String benchmark, String params) {
    for (JsonNode row : rows(part)) {
      if (name(row).equals(benchmark) && params(row).equals(params)) {
        return row.path("primaryMetric").path("score").asDouble();
      }
    }
    return Double.NaN;
  }

  /** Returns what a counter of a benchmark says. */
  double counter(String part, String benchmark, String params, String counter) {
    for (JsonNode row : rows(part)) {
      if (name(row).equals(benchmark) && params(row).equals(params)) {
        return row.path("secondaryMetrics").path(counter).path("score").asDouble(Double.NaN);
      }
    }
    return Double.NaN;
  }

  /** Returns the bytes that an operation of a benchmark allocates. */
  double allocated(String part, String benchmark) {
    for (JsonNode row : rows(part)) {
      if (name(row).equals(benchmark)) {
        return allocated(row);
      }
    }
    return Double.NaN;
  }

  /** Returns the bytes that an operation allocates, of a result of JMH. */
  static double allocated(JsonNode row) {
    return row.path("secondaryMetrics")
        .path("gc.alloc.rate.norm")
        .path("score")
        .asDouble(Double.NaN);
  }

  /** Returns the median of the wall time that a program adds in a fresh JVM. */
  double added(String major, ColdProgram.Archive archive, String program) {
    for (JsonNode jdk : rows("cold")) {
      if (jdk.path("release").asText().startsWith(major + '.')
          && jdk.path("archive").asText().equals(archive.label())) {
        for (JsonNode row : jdk.path("programs")) {
          if (row.path("program").asText().equals(program)) {
            return row.path("added").path("wallQuartiles").path(1).asDouble(Double.NaN);
          }
        }
      }
    }
    return Double.NaN;
  }
}
