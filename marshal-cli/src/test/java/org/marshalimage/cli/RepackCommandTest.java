package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.TestData;
import org.marshalimage.trace.StartupTrace;

/** {@code repack}, and {@code build --trace}: images laid out by what a start touches. */
class RepackCommandTest extends CommandTest {
  private Path image;
  private Path trace;
  private Path out;

  @BeforeEach
  void record() throws IOException {
    image = directory.resolve("x.img");
    trace = directory.resolve("x.trace");
    out = directory.resolve("y.img");
    run("build", "-o", image, TestData.path("pyc/3.11")).ok();
    StartupTrace recorder = new StartupTrace();
    try (MarshalImage mapped =
        MarshalImage.map(image, MapOptions.builder().observer(recorder.observer()).build())) {
      mapped.module("classes").code().consts().get(0);
      mapped.module("closures").code().names().get(0);
      recorder.write(trace);
    }
  }

  private JsonNode json(Object... args) throws IOException {
    return new ObjectMapper().readTree(run(args).ok().out());
  }

  @Test
  void digestsStayAndTheLayoutDoesNot() throws IOException {
    Run run = run("repack", image, "--trace", trace, "-o", out).ok();
    assertThat(run.out()).contains("found", "2  touched", "lie together", "id");
    assertThat(run.err()).isEmpty();
    assertThat(Files.mismatch(image, out)).isNotNegative();
    assertThat(run("digest", out).ok().out()).isEqualTo(run("digest", image).ok().out());
    assertThat(run("verify", out).ok().err()).isEmpty();
    assertThat(run("diff", image, out).ok().err()).isEmpty();
    assertThat(run("ls", out).ok().out()).isEqualTo(run("ls", image).ok().out());
    assertThat(run("stat", image).ok().out()).doesNotContain("what a start touches");
    assertThat(run("stat", out).ok().out())
        .containsPattern("hot +[\\d,]+ +[\\d.]+ % of shared and segments: what a start touches");
    JsonNode after = json("cost", "--json", "--trace", trace, out);
    JsonNode before = json("cost", "--json", "--trace", trace, image);
    for (String field : List.of("module", "bytes", "touchedBytes", "touchedObjects")) {
      assertThat(after.findValuesAsText(field))
          .as(field)
          .containsExactlyInAnyOrderElementsOf(before.findValuesAsText(field));
    }
    assertThat(after.findValuesAsText("module")).contains("classes", "closures");
  }

  @Test
  void whatIsNoSoundImageIsNamed() throws IOException {
    List<Path> damaged = new ArrayList<>();
    for (String folder : List.of("corrupt", "unsound")) {
      try (Stream<Path> files = Files.list(TestData.path(folder))) {
        files.filter(file -> file.toString().endsWith(".img")).forEach(damaged::add);
      }
    }
    assertThat(damaged).hasSizeGreaterThan(20);
    for (Path each : damaged) {
      Run run = run("repack", each, "--none", "-o", out);
      assertThat(run.code()).as(each + run.err()).isEqualTo(1);
      assertThat(run.err()).contains("file=" + each).hasLineCount(1);
      assertThat(out).doesNotExist();
    }
  }

  @Test
  void imageIsReplacedAndComesBack() throws IOException {
    byte[] before = Files.readAllBytes(image);
    JsonNode report = json("repack", "--json", image, "--trace", trace, "--trace", trace);
    assertThat(report.get("image").asText()).isEqualTo(image.toString());
    assertThat(report.get("modulesTouched").asInt()).isEqualTo(2);
    assertThat(report.get("objectsFound").asInt()).isPositive();
    assertThat(report.get("objectsPassedOver").asInt()).isZero();
    assertThat(report.get("hotBytes").asLong()).isBetween(100L, before.length / 4L);
    assertThat(report.get("bytes").asLong()).isEqualTo(Files.size(image));
    assertThat(json("stat", "--json", image).get("hotBytes").asLong())
        .isEqualTo(report.get("hotBytes").asLong());
    run("repack", image, "--none").ok();
    assertThat(image).hasBinaryContent(before);
  }

  @Test
  void buildLaysOutAsRepackDoes() throws IOException {
    run("repack", image, "--trace", trace, "-o", out).ok();
    Path built = directory.resolve("built.img");
    assertThat(run("build", "-o", built, "--trace", trace, TestData.path("pyc/3.11")).ok().out())
        .contains("objects of the trace");
    assertThat(built).hasSameBinaryContentAs(out);
    run("build", "-o", built, "--trace", trace, "--base", "auto", TestData.path("pyc/3.11")).ok();
    assertThat(run("verify", built).ok().err()).isEmpty();
    assertThat(json("stat", "--json", built).get("header").get("linkBase").asLong()).isPositive();
    run("repack", built, "--trace", trace, "-o", out).ok();
    assertThat(out).hasSameBinaryContentAs(built);
  }

  @Test
  void whatTheImageLacksIsSaid() throws IOException {
    Path part = directory.resolve("part.img");
    String said = "marshal: the image has not all of the trace: passed over=";
    Run run = run("build", "-o", part, "--trace", trace, TestData.path("pyc/3.11/classes.pyc"));
    assertThat(run.code()).isZero();
    assertThat(run.err()).startsWith(said).hasLineCount(1);
    run = run("repack", part, "--trace", trace, "-o", out);
    assertThat(run.code()).isZero();
    assertThat(run.err()).startsWith(said).hasLineCount(1);
    assertThat(run("verify", out).ok().err()).isEmpty();
    assertThat(run("digest", out).ok().out()).isEqualTo(run("digest", part).ok().out());
    // Of another program altogether: then there is nothing to lay out.
    Path other = directory.resolve("other.img");
    run("build", "-o", other, TestData.path("pyc/3.11/slices.pyc")).ok();
    byte[] before = Files.readAllBytes(other);
    run = run("repack", "--json", other, "--trace", trace);
    assertThat(run.err()).startsWith(said).hasLineCount(1);
    assertThat(new ObjectMapper().readTree(run.out()).get("modulesTouched").asInt()).isZero();
    assertThat(other).hasBinaryContent(before);
  }

  @Test
  void badInputIsOneLineAndNothingIsWritten() throws IOException {
    assertThat(run("repack", directory.resolve("none"), "--trace", trace).fault()).contains("none");
    Path bad = directory.resolve("bad.trace");
    Files.writeString(bad, "no trace\n");
    assertThat(run("repack", image, "--trace", bad, "-o", out).fault())
        .contains("no trace of this version");
    assertThat(run("build", "-o", out, "--trace", bad, TestData.path("pyc/3.11")).fault())
        .contains("no trace of this version");
    assertThat(run("repack", image, "--trace", trace, "-o", trace).fault())
        .contains("output would replace an input");
    assertThat(run("repack", trace, "--trace", trace, "-o", out).fault()).contains("not an image");
    byte[] damaged = Files.readAllBytes(image);
    damaged[damaged.length / 2] ^= 1;
    Path broken = Files.write(directory.resolve("broken.img"), damaged);
    assertThat(run("repack", broken, "--trace", trace, "-o", out).fault())
        .contains("image is not sound")
        .endsWith("file=" + broken);
    assertThat(out).doesNotExist();
    try (var files = Files.list(directory)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".tmp"));
    }
  }

  @Test
  void badUsageIsSaid() {
    Object[][] calls = {
      {"repack"},
      {"repack", image},
      {"repack", image, "-o", out},
      {"repack", image, "--none", "--trace", trace},
      {"repack", "--trace", trace},
      {"repack", "-", "--trace", trace},
    };
    for (Object[] call : calls) {
      assertThat(run(call).code()).as(Arrays.toString(call)).isEqualTo(2);
    }
  }
}
