package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;

/** A small report, of figures made up for the tests. */
final class SampleReport {
  private SampleReport() {}

  static JsonNode read() throws IOException {
    try (InputStream content = SampleReport.class.getResourceAsStream("sample-report.json")) {
      return new ObjectMapper().readTree(content);
    }
  }
}
