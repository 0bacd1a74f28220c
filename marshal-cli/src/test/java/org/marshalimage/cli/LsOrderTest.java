package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.TestData;

/** The orders of {@code ls}, and its sums by package. */
class LsOrderTest extends CommandTest {
  private Path all() {
    Path image = directory.resolve("x.img");
    run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    return image;
  }

  private static List<Long> values(String field, Object... args) throws IOException {
    List<Long> values = new ArrayList<>();
    for (JsonNode row : new ObjectMapper().readTree(run(args).ok().out())) {
      values.add(row.get(field).asLong());
    }
    return values;
  }

  @Test
  void linesAreSortedFromTheGreatestDown() throws IOException {
    Path image = all();
    assertThat(values("bytes", "ls", "--json", "--sort", "bytes", image))
        .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(values("codeObjects", "ls", "--json", "--sort", "code", image))
        .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(run("ls", "--sort", "name", image).ok().out())
        .isEqualTo(run("ls", image).ok().out());
    assertThat(run("ls", "--sort", "age", image).code()).isEqualTo(2);
  }

  @Test
  void packagesAreSums() throws IOException {
    Path image = all();
    List<Long> sums = values("bytes", "ls", "--json", "--packages", image);
    List<Long> all = values("bytes", "ls", "--json", image);
    assertThat(sums.size()).isLessThan(all.size());
    assertThat(sums.stream().mapToLong(each -> each).sum())
        .isEqualTo(all.stream().mapToLong(each -> each).sum());
    assertThat(run("ls", "--packages", image).ok().out())
        .contains("  shop (package)\n")
        .doesNotContain("shop.");
  }
}
