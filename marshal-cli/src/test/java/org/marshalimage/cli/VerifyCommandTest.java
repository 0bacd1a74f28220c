package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TestData;

class VerifyCommandTest extends CommandTest {
  private static final Path SOURCES = TestData.path("pyc/3.13");

  private byte[] sound;

  @BeforeEach
  void build() throws Exception {
    run("build", "-o", image(), SOURCES).ok();
    sound = Files.readAllBytes(image());
  }

  /** Damages the texts of so many names of modules, and no checksum is made to fit. */
  private Path damaged(int names) throws Exception {
    Path path = directory.resolve("damaged.img");
    ByteBuffer bytes = ByteBuffer.wrap(sound.clone()).order(ByteOrder.LITTLE_ENDIAN);
    try (MarshalImage image = MarshalImage.map(image())) {
      for (int i = 0; i < names; i++) {
        int name = (int) image.intern(i).offset();
        bytes.putInt(name + StrLayout.HASH_OFFSET, ~bytes.getInt(name + StrLayout.HASH_OFFSET));
      }
    }
    return Files.write(path, bytes.array());
  }

  private static JsonNode json(Run run) throws Exception {
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void soundImagesGetALineEach() throws Exception {
    Path linked = directory.resolve("linked.img");
    run("link", image(), "-o", linked, "--base", "auto", "--types", "standard").ok();
    assertThat(run("verify", image(), linked).ok().out().lines())
        .hasSize(2)
        .allMatch(line -> line.matches(".*\\.img: sound, [0-9]+ objects, [0-9]+ bytes"));
    JsonNode json = json(run("verify", "--json", image(), linked).ok());
    assertThat(json).hasSize(2);
    for (JsonNode each : json) {
      assertThat(each.get("sound").asBoolean()).isTrue();
      assertThat(each.get("bytes").asLong()).isEqualTo(sound.length);
      assertThat(each.get("objects").asLong()).isPositive();
      assertThat(each.get("total").asLong()).isZero();
      assertThat(each.get("findings")).isEmpty();
      assertThat(each.get("fault").isNull()).isTrue();
    }
  }

  static Stream<Path> damagedImages() {
    return TestData.files("corrupt", ".img").stream();
  }

  @ParameterizedTest
  @MethodSource("damagedImages")
  void findsWhatIsWrongWithEveryDamagedImage(Path file) throws Exception {
    Run run = run("verify", file);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines())
        .hasSizeGreaterThan(1)
        .allMatch(line -> line.startsWith(file + ": "));
    assertThat(run.out().strip()).matches("(?s).*: [1-9][0-9]* findings?, .*bytes");
    Run asJson = run("verify", "--json", file);
    assertThat(asJson.code()).isEqualTo(1);
    JsonNode json = json(asJson).get(0);
    assertThat(json.get("sound").asBoolean()).isFalse();
    assertThat(json.get("findings")).hasSize(json.get("total").asInt()).isNotEmpty();
  }

  @Test
  void findingsSayWhereWhatAndWhatNot() throws Exception {
    Run run = run("verify", damaged(1));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern("damaged\\.img: 0x[0-9a-f]+ section SHARED: checksum is off, expected=0x")
        .containsPattern("damaged\\.img: 0x[0-9a-f]+ \\S+.*: hash, expected=-?[0-9]+, found=");
    for (JsonNode finding : json(run("verify", "--json", damaged(1))).get(0).get("findings")) {
      assertThat(finding.get("offset").asLong()).isBetween(0L, (long) sound.length);
      assertThat(finding.get("path").asText()).isNotEmpty();
      assertThat(finding.get("problem").asText()).isNotEmpty();
      assertThat(finding.get("expected").asText()).isNotEmpty();
      assertThat(finding.get("found").asText()).isNotEmpty();
    }
  }

  @Test
  void writesNoMoreFindingsThanAskedFor() throws Exception {
    Path damaged = damaged(150);
    int total = json(run("verify", "--json", damaged)).get(0).get("total").asInt();
    assertThat(total).isGreaterThan(150);
    assertThat(json(run("verify", "--json", damaged)).get(0).get("findings")).hasSize(100);
    Run run = run("verify", "--limit", 3, damaged);
    assertThat(run.out().lines()).hasSize(4);
    assertThat(run.out())
        .contains(": " + total + " findings, " + (total - 3) + " not shown, ")
        .doesNotContain("sound");
    assertThat(run("verify", "--limit", 0, damaged).out().lines()).hasSize(1);
    assertThat(run("verify", "--limit", 0, damaged).code()).isEqualTo(1);
    Run negative = run("verify", "--limit", -1, damaged);
    assertThat(negative.code()).isEqualTo(2);
    assertThat(negative.err()).contains("--limit takes a number of at least 0, found -1");
    assertThat(run("verify", "--limit", "x", damaged).code()).isEqualTo(2);
    assertThat(run("verify").code()).isEqualTo(2);
  }

  @Test
  void namesFilesThatCannotBeReadAndGoesOn() throws Exception {
    Path missing = directory.resolve("missing.img");
    assertThat(run("verify", missing).fault()).contains("cannot open " + missing);
    assertThat(run("verify", directory).fault()).contains("is a directory", directory.toString());
    Path empty = Files.createFile(directory.resolve("empty.img"));
    assertThat(run("verify", empty).code()).isEqualTo(1);
    assertThat(run("verify", empty).out()).contains("1 finding, 0 objects, 0 bytes");
    Path pyc = SOURCES.resolve("ints.pyc");
    assertThat(run("verify", pyc).code()).isEqualTo(1);

    Path cut = Files.write(directory.resolve("cut.img"), Arrays.copyOf(sound, sound.length / 2));
    Run run = run("verify", missing, cut, image());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1).allMatch(line -> line.contains("missing.img"));
    assertThat(run.out()).contains("cut.img: ", "x.img: sound");
    JsonNode json = json(run("verify", "--json", missing, cut, image()));
    assertThat(json).hasSize(3);
    assertThat(json.get(0).get("fault").asText()).contains("cannot open");
    assertThat(json.get(0).get("sound").asBoolean()).isFalse();
    assertThat(json.get(1).get("sound").asBoolean()).isFalse();
    assertThat(json.get(2).get("sound").asBoolean()).isTrue();
  }

  @Test
  void whatSteersATerminalIsSpelled() throws Exception {
    Path named = directory.resolve("x\u001b[31m.img");
    Files.write(named, sound);
    assertThat(run("verify", named).ok().out()).contains("x\\u001b[31m.img: sound");
  }
}
