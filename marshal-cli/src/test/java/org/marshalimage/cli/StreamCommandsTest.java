package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;
import org.marshalimage.writer.ImageWriter;

/** The commands that write {@code .pyc} files. */
class StreamCommandsTest extends CommandTest {
  private static final Path HEADERS = TestData.path("pyc/3.13-headers");
  private static final Path TINY = TestData.path("sources/headers/tiny.py");

  private List<String> extracted() throws IOException {
    Path root = directory.resolve("out");
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void extractsModulesToWhereCPythonImportsThem() throws Exception {
    run("build", "-o", image(), TestData.path("pyc/3.13/shop")).ok();
    run("extract", image(), "-d", directory.resolve("out")).ok();
    assertThat(extracted()).contains("__main__.pyc", "stock/__init__.pyc", "stock/shelf.pyc");
    Path file = directory.resolve("out/stock/shelf.pyc");
    assertThat(run("dump", file).ok().out())
        .isEqualTo(run("dump", TestData.path("pyc/3.13/shop/stock/shelf.pyc")).ok().out());
  }

  @Test
  void extractsNamedModulesToPycache() throws Exception {
    run("build", "-o", image(), TestData.path("pyc/3.13")).ok();
    run("extract", "--pycache", image(), "-d", directory.resolve("out"), "shop.stock", "ints").ok();
    assertThat(extracted())
        .containsExactly(
            "__pycache__/ints.cpython-313.pyc", "shop/stock/__pycache__/__init__.cpython-313.pyc");
  }

  @Test
  void extractKeepsTheHeader() throws Exception {
    for (String form : List.of("timestamp", "checked-hash", "unchecked-hash")) {
      Path original = HEADERS.resolve(form + "/__pycache__/tiny.cpython-313.pyc");
      run("build", "-o", image(), original).ok();
      run("extract", image(), "-d", directory.resolve("out")).ok();
      assertThat(PycFile.read(directory.resolve("out/tiny.pyc")).header())
          .isEqualTo(PycFile.read(original).header());
    }
  }

  @Test
  void extractRefusesNamesThatLeadElsewhere() throws Exception {
    PycFile pyc = PycFile.read(TestData.path("pyc/3.13/ints.pyc"));
    try (ImageWriter writer = ImageWriter.create()) {
      writer.addModule("../evil", pyc, false);
      writer.addModule("a/b", pyc, false);
      writer.addModule("a..b", pyc, false);
      writer.addModule("good", pyc, false);
      writer.write(image());
    }
    Run run = run("extract", image(), "-d", directory.resolve("out"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines())
        .hasSize(3)
        .allMatch(line -> line.contains("name that is no path"));
    assertThat(extracted()).containsExactly("good.pyc");
  }

  @Test
  void extractSaysWhichRootsCameFromNoPyc() throws Exception {
    try (ImageWriter writer = ImageWriter.create()) {
      Value none = Singleton.NONE;
      writer.add("value", none).write(image());
    }
    Run run = run("extract", image(), "-d", directory.resolve("out"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("marshal: came from no .pyc file: value\n");
  }

  @Test
  void convertsHeaders() throws Exception {
    Path original = HEADERS.resolve("checked-hash/__pycache__/tiny.cpython-313.pyc");
    Path source = Files.copy(TINY, directory.resolve("tiny.py"));
    Files.setLastModifiedTime(source, FileTime.fromMillis(1_234_567_000L));
    Path out = directory.resolve("out.pyc");
    run("convert", original, "-o", out, "--header", "timestamp", "--source", source).ok();
    assertThat(PycFile.read(out).header())
        .isEqualTo(PycHeader.timestamp(1_234_567, Files.size(source)));
    run("convert", out, "-o", out, "--header", "checked-hash", "--source", source).ok();
    assertThat(out).hasSameBinaryContentAs(original);
    run("convert", out, "-o", out, "--header", "unchecked-hash", "--source", source).ok();
    assertThat(out)
        .hasSameBinaryContentAs(HEADERS.resolve("unchecked-hash/__pycache__/tiny.cpython-313.pyc"));
  }

  @Test
  void convertsMarshalVersions() throws Exception {
    Path original = TestData.path("pyc/3.13/closures.pyc");
    String graph = run("dump", original).ok().out();
    for (int version = 0; version <= 4; version++) {
      Path out = directory.resolve("v" + version + ".pyc");
      run("convert", original, "-o", out, "--marshal-version", version).ok();
      assertThat(run("dump", out).ok().out()).isEqualTo(graph);
    }
    assertThat(
            run("convert", original, "-o", directory.resolve("x"), "--marshal-version", 5).fault())
        .contains("expected 0 to 4 for Python 3.13, found 5", original.toString());
    assertThat(directory.resolve("x")).doesNotExist();
  }

  @Test
  void convertNamesWhatCannotBe() {
    Path python2 = TestData.path("pyc/2.7/ints.pyc");
    Path out = directory.resolve("out.pyc");
    assertThat(
            run("convert", python2, "-o", out, "--header", "checked-hash", "--source", TINY)
                .fault())
        .contains("holds no hash: that came with 3.7");
    Path slices = TestData.path("pyc/3.14/slice_constants.pyc");
    assertThat(run("convert", slices, "-o", out, "--marshal-version", 4).fault())
        .containsPattern("consts\\[\\d+].*: slice needs stream version 5, asked for 4");
    assertThat(run("convert", slices, "-o", out, "--header", "timestamp").code()).isEqualTo(2);
    assertThat(run("convert", slices, "-o", out, "--header", "nope", "--source", TINY).code())
        .isEqualTo(2);
    assertThat(out).doesNotExist();
  }
}
