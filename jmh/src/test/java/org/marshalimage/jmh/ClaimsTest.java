package org.marshalimage.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.marshalimage.jmh.Claims.Verdict.FALLS_SHORT;
import static org.marshalimage.jmh.Claims.Verdict.HOLDS;
import static org.marshalimage.jmh.Claims.Verdict.NOT_MEASURED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private final ObjectMapper json = new ObjectMapper();

  @Test
  void nothingMeasuredIsSaid() {
    assertThat(Claims.of(json.createObjectNode()))
        .isNotEmpty()
        .allSatisfy(
            claim -> {
              assertThat(claim.verdict()).isEqualTo(NOT_MEASURED);
              assertThat(claim.seen()).isEmpty();
            });
  }

  @Test
  void mappingIsComparedWithTheFloorAtEverySize() throws IOException {
    List<Claims.Claim> claims = Claims.of(ReportPageTest.sample());

    // 1MB: 11 to 10; 500MB: 14 to 10.
    assertThat(claim(claims, "map + first read"))
        .isEqualTo(
            new Claims.Claim(
                "map + first read, times FileChannel.map + one read (worst)",
                "at most 1.25",
                "1.40",
                FALLS_SHORT));
    assertThat(claim(claims, "the same at every size (1MB, 500MB)").seen()).isEqualTo("1.27");
  }

  @Test
  void freshJvmsAreComparedByWhatTheyAdd() throws IOException {
    List<Claims.Claim> claims = Claims.of(ReportPageTest.sample());

    Claims.Claim ratio = claim(claims, "fresh JVM 17: what mapping");
    assertThat(ratio.seen()).isEqualTo("0.0900");
    assertThat(ratio.verdict()).isEqualTo(HOLDS);
    assertThat(claim(claims, "fresh JVM 17: mapping").seen()).isEqualTo("13.5 ms");
    assertThat(claim(claims, "fresh JVM 17 with an AppCDS").verdict()).isEqualTo(NOT_MEASURED);
  }

  @Test
  void valueAtTheLimitHolds() throws IOException {
    ObjectNode report = (ObjectNode) ReportPageTest.sample();
    JsonNode row = report.at("/parts/heap/result/measured/0");
    ((ObjectNode) row).put("module", 64);
    assertThat(claim(Claims.of(report), "heap allocated by module").verdict()).isEqualTo(HOLDS);
    ((ObjectNode) row).put("module", 65);
    assertThat(claim(Claims.of(report), "heap allocated by module").verdict())
        .isEqualTo(FALLS_SHORT);
  }

  @Test
  void dirtyPagesOfReadOnlyMappingsAloneCount() throws IOException {
    Claims.Claim claim = claim(Claims.of(ReportPageTest.sample()), "Private_Dirty");
    assertThat(claim.seen()).isEqualTo("0 kB");
    assertThat(claim.verdict()).isEqualTo(HOLDS);
  }

  private static Claims.Claim claim(List<Claims.Claim> claims, String start) {
    return claims.stream()
        .filter(claim -> claim.text().startsWith(start))
        .findFirst()
        .orElseThrow();
  }
}
