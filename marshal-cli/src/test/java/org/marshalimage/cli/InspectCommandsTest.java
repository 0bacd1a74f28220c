package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.TestData;

class InspectCommandsTest extends CommandTest {
  private static final Path SOURCES = TestData.path("pyc/3.13");

  @BeforeEach
  void build() {
    run("build", "-o", image(), SOURCES).ok();
  }

  @Test
  void lsListsModules() throws Exception {
    String out = run("ls", image()).ok().out();
    assertThat(out.lines()).anyMatch(line -> line.matches(" *3\\.13 .* shop \\(package\\)"));
    JsonNode json = new ObjectMapper().readTree(run("ls", "--json", image()).ok().out());
    assertThat(json.get(0).get("name").asText()).isEqualTo("annotations");
    assertThat(json.get(0).get("python").asText()).isEqualTo("3.13");
  }

  @Test
  void showShowsModuleAndFunction() {
    String module = run("show", image(), "shop.stock.shelf").ok().out();
    assertThat(module)
        .contains("code object <module>", "Python 3.13", "MAKE_FUNCTION", "<code object has");
    String function = run("show", image(), "shop.stock.shelf:has").ok().out();
    assertThat(function).contains("code object has", "qualname   has", "RESUME");
    assertThat(run("show", "--json", image(), "shop.stock.shelf:has").ok().out())
        .startsWith("{\"code\":{\"name\":{\"str\":\"has\"}");
  }

  @Test
  void showSaysWhatThereIsInstead() {
    assertThat(run("show", image(), "shop.stock.shelv").fault())
        .contains("no module named 'shop.stock.shelv'", "nearest: shop.stock.shelf");
    assertThat(run("show", image(), "shop.stock.shelf:hat").fault())
        .contains("no code object 'hat' in module shop.stock.shelf: it has has");
  }

  @Test
  void showFindsInnerFunctionsOfEveryVersion() {
    for (String version : List.of("2.7", "3.8", "3.13")) {
      run("build", "-o", image(), TestData.path("pyc/" + version)).ok();
      List<String> lines = run("ls", image()).ok().out().lines().toList();
      assertThat(lines).hasSizeGreaterThan(20);
      String out = run("show", image(), "closures").ok().out();
      String name = out.replaceAll("(?s).*?<code object (\\w+),.*", "$1");
      assertThat(run("show", image(), "closures:" + name).ok().out())
          .contains("code object " + name);
    }
  }

  @Test
  void dumpWritesCanonicalJson() throws Exception {
    Path pyc = SOURCES.resolve("closures.pyc");
    String golden = TestData.golden(pyc);
    assertThat(run("dump", pyc).ok().out().strip()).isEqualTo(golden);
    assertThat(run("dump", image(), "closures").ok().out().strip()).isEqualTo(golden);
    assertThat(run("dump", image()).ok().out().lines()).hasSizeGreaterThan(50).contains(golden);
    assertThat(run("dump", pyc, "closures").code()).isEqualTo(2);
  }

  @Test
  void dumpRefusesCycles() {
    Path cycle = TestData.path("streams/3.13/self-containing-tuple.pyc");
    assertThat(run("dump", cycle).fault()).contains("cycle").contains(cycle.toString());
  }

  @Test
  void digestGoesOnAfterBadFilesAndNamesThem() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("in"));
    Files.copy(SOURCES.resolve("ints.pyc"), folder.resolve("a.pyc"));
    Files.write(folder.resolve("b.pyc"), new byte[0]);
    Files.copy(SOURCES.resolve("ints.pyc"), folder.resolve("c.pyc"));
    Run run = run("digest", folder);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out().lines()).hasSize(2).allMatch(line -> line.matches("[0-9a-f]{64}  .*"));
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("empty, expected a .pyc file", "b.pyc");
  }

  @Test
  void statCountsWhatThereIs() throws Exception {
    JsonNode json = new ObjectMapper().readTree(run("stat", "--json", image()).ok().out());
    JsonNode header = json.get("header");
    long bytes = 0;
    for (JsonNode kind : json.get("kinds")) {
      bytes +=
          kind.get("headBytes").asLong()
              + kind.get("fieldBytes").asLong()
              + kind.get("slotBytes").asLong()
              + kind.get("dataBytes").asLong()
              + kind.get("paddingBytes").asLong();
    }
    long objects = header.get("sharedLength").asLong() + header.get("segmentsLength").asLong();
    // The rest are names of modules that no module uses, and gaps before small segments.
    assertThat(bytes).isBetween(objects * 9 / 10, objects);
    assertThat(json.get("kinds").get("code object").get("objects").asInt())
        .isEqualTo(header.get("codeObjects").asInt());
    assertThat(json.get("bytesSaved").asLong()).isPositive();
    assertThat(run("stat", image()).ok().out()).contains("sharing between modules saved");
  }

  @Test
  void demoBuildsMapsShowsAndTimes() {
    String out = run("demo").ok().out();
    assertThat(out).contains("marshal build", "code object <module>", "ratio");
  }

  @Test
  void everyReaderRefusesDamagedImagesInOneLine() throws Exception {
    byte[] whole = Files.readAllBytes(image());
    Path bad = directory.resolve("bad.img");
    for (byte[] bytes :
        List.of(
            new byte[0],
            Arrays.copyOf(whole, 100),
            Arrays.copyOf(whole, whole.length - 1),
            with(whole, HeaderLayout.VERSION_OFFSET, 2),
            with(whole, HeaderLayout.BYTE_ORDER_OFFSET, 0x04030201),
            with(whole, HeaderLayout.POINTER_WIDTH_OFFSET, 2),
            with(whole, HeaderLayout.CHECKSUM_OFFSET, 0))) {
      Files.write(bad, bytes);
      for (Object[] args : new Object[][] {{"ls", bad}, {"stat", bad}, {"show", bad, "ints"}}) {
        assertThat(run(args).fault()).contains("file=" + bad);
      }
    }
    assertThat(run("ls", directory.resolve("missing.img")).fault()).contains("missing.img");
    assertThat(run("digest", directory.resolve("missing.img")).fault())
        .isEqualTo("marshal: no such file or directory: " + directory.resolve("missing.img"));
  }

  private static byte[] with(byte[] image, int offset, int value) {
    byte[] copy = image.clone();
    ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
    return copy;
  }

  @Test
  void usageErrorsExitWithTwoAndPointToHelp() {
    for (Object[] args :
        new Object[][] {{}, {"nope"}, {"build"}, {"ls"}, {"show", image()}, {"ls", "--nope"}}) {
      Run run = run(args);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).startsWith("marshal: ").contains("--help");
    }
    assertThat(run("--help").ok().out()).contains("build", "digest", "demo");
  }
}
