package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.TestData;
import org.marshalimage.trace.StartupTrace;

/** {@code cost}: what modules cost by a trace, and by a log of CPython. */
class CostCommandTest extends CommandTest {
  private static final String LOG =
      """
      import time: self [us] | cumulative | imported package
      import time:       100 |        100 |     encodings.aliases
      import time:       300 |        400 |   encodings
      printed by the program
      import time:        50 |         50 |   abc
      import time:       200 |        650 | site
      import time:   cached  |    cached  | sys
      import time:        70 |         70 | json
      """;

  private Path image;
  private Path trace;

  @BeforeEach
  void record() throws IOException {
    image = directory.resolve("x.img");
    trace = directory.resolve("x.trace");
    run("build", "-o", image, TestData.path("pyc/3.11")).ok();
    StartupTrace recorder = new StartupTrace();
    try (MarshalImage mapped =
        MarshalImage.map(image, MapOptions.builder().observer(recorder.observer()).build())) {
      recorder.begin("classes");
      mapped.module("classes").root().toValue();
      recorder.begin("closures");
      mapped.module("closures").code();
      recorder.end("closures");
      recorder.end("classes");
      recorder.write(trace);
    }
  }

  private JsonNode json(Object... args) throws IOException {
    return new ObjectMapper().readTree(run(args).ok().out());
  }

  @Test
  void eachModuleThatWasReadHasALine() throws IOException {
    List<String> lines = run("cost", "--trace", trace, image).ok().out().lines().toList();
    assertThat(lines.get(0)).contains("read", "pages", "objects", "self ms", "module");
    assertThat(lines.subList(1, lines.size()))
        .hasSize(3)
        .anyMatch(line -> line.endsWith("  classes"))
        .anyMatch(line -> line.endsWith("  closures"))
        .anyMatch(line -> line.endsWith("  (shared)"));
    JsonNode rows = json("cost", "--json", "--sort", "bytes", "--trace", trace, image);
    assertThat(rows.findValuesAsText("module"))
        .containsExactlyInAnyOrder("classes", "closures", "(shared)");
    for (JsonNode row : rows) {
      assertThat(row.get("touchedBytes").asLong())
          .isPositive()
          .isLessThanOrEqualTo(row.get("bytes").asLong());
      if (row.get("module").asText().equals("closures")) {
        assertThat(row.get("touchedObjects").asLong()).isEqualTo(1);
        assertThat(row.get("touchedPages").asLong()).isEqualTo(1);
        assertThat(row.get("executions").asInt()).isEqualTo(1);
      }
    }
  }

  @Test
  void runsAreMerged() throws IOException {
    JsonNode rows = json("cost", "--json", "--trace", trace, "--trace", trace, image);
    for (JsonNode row : rows) {
      int executions = row.get("module").asText().equals("(shared)") ? 0 : 2;
      assertThat(row.get("executions").asInt()).isEqualTo(executions);
    }
  }

  @Test
  void whatTheImageLacksIsSaid() throws IOException {
    Path part = directory.resolve("part.img");
    run("build", "-o", part, TestData.path("pyc/3.11/closures.pyc")).ok();
    Run run = run("cost", "--trace", trace, part);
    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("the image has not all of the trace: passed over=");
    assertThat(run.out()).contains("  closures");
  }

  @Test
  void logOfCPythonIsShownInTheSameWay() throws IOException {
    Path log = Files.writeString(directory.resolve("log"), LOG);
    assertThat(run("cost", "--importtime", log).ok().out())
        .isEqualTo(
            """
                self ms   total ms  module
                  0.300      0.400  encodings
                  0.200      0.650  site
                  0.100      0.100  encodings.aliases
                  0.070      0.070  json
                  0.050      0.050  abc
            """);
    assertThat(run("cost", "--importtime", log, "--packages").ok().out())
        .contains("  0.400      0.400  encodings\n");
    assertThat(run("cost", "--importtime", log, "--tree").ok().out())
        .isEqualTo(
            """
                self ms   total ms  module
                  0.200      0.650  site
                  0.300      0.400    encodings
                  0.100      0.100      encodings.aliases
                  0.050      0.050    abc
                  0.070      0.070  json
            """);
  }

  @Test
  void linesAreSortedAsAsked() throws IOException {
    Path log = Files.writeString(directory.resolve("log"), LOG);
    JsonNode rows = json("cost", "--importtime", log, "--json", "--sort", "name");
    assertThat(rows.findValuesAsText("module"))
        .containsExactly("abc", "encodings", "encodings.aliases", "json", "site");
    rows = json("cost", "--importtime", log, "--json", "--sort", "total");
    assertThat(rows.findValuesAsText("module").get(0)).isEqualTo("site");
  }

  @Test
  void badInputIsALine() throws IOException {
    Path bad = Files.writeString(directory.resolve("bad"), "no trace");
    assertThat(run("cost", "--trace", bad, image).fault())
        .contains("no trace of this version: expected=marshal-trace 1, found=no trace, line=1")
        .contains(bad.toString());
    assertThat(run("cost", "--importtime", bad).fault()).contains("no line of -X importtime");
    assertThat(run("cost", "--trace", directory.resolve("none"), image).fault()).contains("none");
  }

  @Test
  void badUsageIsSaid() {
    Object[][] calls = {
      {"cost"},
      {"cost", image},
      {"cost", "--trace", trace},
      {"cost", "--importtime", trace, image},
      {"cost", "--importtime", trace, "--trace", trace},
      {"cost", "--importtime", trace, "--tree", "--json"},
      {"cost", "--trace", trace, image, "--sort", "colour"}
    };
    for (Object[] call : calls) {
      assertThat(run(call).code()).isEqualTo(2);
    }
  }
}
