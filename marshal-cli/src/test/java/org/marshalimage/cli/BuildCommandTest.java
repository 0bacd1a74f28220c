package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.StringsLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;

class BuildCommandTest extends CommandTest {
  private static final Path HEADERS = TestData.path("pyc/3.13-headers/timestamp");
  private static final Path SOURCES = TestData.path("pyc/3.13");

  private List<String> modules() throws IOException {
    try (MarshalImage image = MarshalImage.map(image())) {
      return image.modules().stream().map(ImageModule::name).toList();
    }
  }

  private Path file(String name, Path content) throws IOException {
    Path path = directory.resolve(name);
    Files.createDirectories(path.getParent());
    return Files.copy(content, path);
  }

  private Path zip(String name, Map<String, Path> entries) throws IOException {
    Path path = directory.resolve(name);
    try (OutputStream out = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, Path> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        Files.copy(entry.getValue(), zip);
      }
    }
    return path;
  }

  @Test
  void namesModulesByTheirPaths() throws Exception {
    run("build", "-o", image(), SOURCES).ok();
    assertThat(modules()).contains("closures", "shop", "shop.__main__", "shop.stock.shelf");
    try (MarshalImage image = MarshalImage.map(image())) {
      assertThat(image.module("shop").isPackage()).isTrue();
      assertThat(image.module("shop.stock").isPackage()).isTrue();
      assertThat(image.module("shop.stock.shelf").isPackage()).isFalse();
    }
  }

  @Test
  void everyModulesDigestIsThatOfItsFile() throws Exception {
    run("build", "-o", image(), SOURCES).ok();
    Map<String, String> byModule = new TreeMap<>();
    for (String line : run("digest", SOURCES).ok().out().lines().toList()) {
      String path = SOURCES.relativize(Path.of(line.substring(66))).toString();
      byModule.put(PycName.of(path).module(), line.substring(0, 64));
    }
    Map<String, String> ofImage = new TreeMap<>();
    for (String line : run("digest", image()).ok().out().lines().toList()) {
      ofImage.put(line.substring(66), line.substring(0, 64));
    }
    assertThat(ofImage).isEqualTo(byModule).hasSizeGreaterThan(50);
  }

  @Test
  void takesFilesOfOneOptimizationLevel() throws Exception {
    run("build", "-o", image(), HEADERS).ok();
    String plain = run("dump", image(), "tiny").ok().out();
    run("build", "-o", image(), "--optimize", 1, HEADERS).ok();
    String first = run("dump", image(), "tiny").ok().out();
    run("build", "-o", image(), "--optimize", 2, HEADERS).ok();
    String second = run("dump", image(), "tiny").ok().out();
    assertThat(List.of(plain, first, second)).doesNotHaveDuplicates();
    assertThat(run("build", "-o", image(), "--optimize", 3, HEADERS).code()).isEqualTo(2);
  }

  @Test
  void saysHowManyModulesLackTheLevel() throws Exception {
    Path cache = HEADERS.resolve("__pycache__");
    file("in/__pycache__/a.cpython-313.pyc", cache.resolve("tiny.cpython-313.pyc"));
    file("in/__pycache__/b.cpython-313.opt-1.pyc", cache.resolve("tiny.cpython-313.opt-1.pyc"));
    Run run = run("build", "-o", image(), "--optimize", 1, directory.resolve("in")).ok();
    assertThat(run.out()).contains("1  modules that have no file of optimization level 1");
    assertThat(modules()).containsExactly("b");
  }

  @Test
  void readsArchives() throws Exception {
    Map<String, Path> entries =
        Map.of(
            "p/__init__.pyc", SOURCES.resolve("shop/__init__.pyc"),
            "p/q/__pycache__/m.cpython-313.pyc", SOURCES.resolve("closures.pyc"),
            "readme.txt", SOURCES.resolve("ints.pyc"));
    for (String suffix : List.of("zip", "jar", "whl", "egg")) {
      run("build", "-o", image(), zip("a." + suffix, entries)).ok();
      assertThat(modules()).containsExactly("p", "p.q.m");
    }
  }

  @Test
  void refusesArchiveEntriesThatLeaveIt() throws Exception {
    for (String name : List.of("../x.pyc", "/x.pyc", "a/../../x.pyc")) {
      Path archive = zip("evil.zip", Map.of(name, SOURCES.resolve("ints.pyc")));
      assertThat(run("build", "-o", image(), archive).fault()).contains("entry leaves its archive");
    }
    assertThat(image()).doesNotExist();
  }

  @Test
  void leavesOutWhatIsExcluded() throws Exception {
    run("build", "-o", image(), "--exclude", "stock", "--exclude", "s*.pyc", SOURCES).ok();
    assertThat(modules())
        .contains("shop", "closures")
        .noneMatch(name -> name.startsWith("shop.stock") || name.startsWith("strings"));
    run("build", "-o", image(), "--exclude", "shop/**", SOURCES).ok();
    assertThat(modules()).contains("strings_text").noneMatch(name -> name.startsWith("shop"));
  }

  @Test
  void sameFilesInReverseOrderGiveTheSameBytes() throws Exception {
    List<Path> files = TestData.files("pyc/3.13/shop", ".pyc");
    Path second = directory.resolve("second.img");
    run("build", "-o", image(), SOURCES.resolve("ints.pyc"), SOURCES.resolve("closures.pyc")).ok();
    run("build", "-o", second, SOURCES.resolve("closures.pyc"), SOURCES.resolve("ints.pyc")).ok();
    assertThat(image()).hasSameBinaryContentAs(second);
    assertThat(files).isNotEmpty();
  }

  @Test
  void refusesTwoFilesForOneModuleButTakesCopies() throws Exception {
    Path cached = file("in/__pycache__/a.cpython-313.pyc", SOURCES.resolve("ints.pyc"));
    Path flat = file("in/a.pyc", SOURCES.resolve("closures.pyc"));
    assertThat(run("build", "-o", image(), directory.resolve("in")).err())
        .contains("two files for module a: " + cached + " and " + flat);
    Files.delete(flat);
    file("in/a.pyc", SOURCES.resolve("ints.pyc"));
    run("build", "-o", image(), directory.resolve("in")).ok();
    assertThat(modules()).containsExactly("a");
  }

  @Test
  void packageHidesAModuleOfItsName() throws Exception {
    file("in/a.pyc", SOURCES.resolve("ints.pyc"));
    file("in/a/__init__.pyc", SOURCES.resolve("closures.pyc"));
    Run run = run("build", "-o", image(), directory.resolve("in"));
    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("a.pyc is hidden by the package");
    try (MarshalImage image = MarshalImage.map(image())) {
      assertThat(image.module("a").isPackage()).isTrue();
    }
  }

  @Test
  void internedStringsKeepTheNumbersOfAnOlderImage() throws Exception {
    Path older = directory.resolve("older.img");
    run("build", "-o", older, SOURCES.resolve("ints.pyc"), TestData.path("pyc/2.7/closures.pyc"))
        .ok();
    Path newer = directory.resolve("newer.img");
    run("build", "-o", newer, "--intern-table", older, SOURCES.resolve("shop")).ok();
    List<String> strings = interned(older);
    assertThat(strings).contains("str <module>", "bytes <module>");
    assertThat(interned(newer)).startsWith(strings.toArray(new String[0]));
    assertThat(interned(newer).size()).isGreaterThan(strings.size());

    // In the place of the image whose table it is.
    run("build", "-o", older, "--intern-table", older, SOURCES.resolve("shop")).ok();
    assertThat(older).hasSameBinaryContentAs(newer);
  }

  /** Returns types and texts in the order of the numbers. */
  private static List<String> interned(Path path) throws IOException {
    try (MarshalImage image = MarshalImage.map(path)) {
      return IntStream.range(0, image.internedCount())
          .mapToObj(image::intern)
          .map(view -> TypeCode.nameOf(view.kind()) + ' ' + view)
          .toList();
    }
  }

  static Stream<Path> damagedImages() {
    return TestData.files("corrupt", ".img").stream();
  }

  @ParameterizedTest
  @MethodSource("damagedImages")
  void refusesDamagedInternTableInOneLine(Path file) {
    assertThat(run("build", "-o", image(), "--intern-table", file, SOURCES).fault())
        .contains(file.toString());
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void refusesInternTableThatIsNoneOrHasAStringTwice() throws Exception {
    Path missing = directory.resolve("missing.img");
    assertThat(run("build", "-o", image(), "--intern-table", missing, SOURCES).fault())
        .contains("cannot open " + missing);
    assertThat(run("build", "-o", image(), "--intern-table", directory, SOURCES).fault())
        .contains("cannot open " + directory);
    assertThat(image()).doesNotExist();

    Path twice = directory.resolve("twice.img");
    run("build", "-o", twice, SOURCES.resolve("closures.pyc")).ok();
    int count = interned(twice).size();
    byte[] bytes = Files.readAllBytes(twice);
    ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int strings =
        (int)
            words.getLong(
                HeaderLayout.SECTIONS_OFFSET
                    + (SectionLayout.STRINGS - 1) * SectionLayout.SIZE
                    + SectionLayout.START_OFFSET);
    int last = strings + (int) StringsLayout.offsetOffset(count - 1, count);
    words.putInt(last, words.getInt(last - Integer.BYTES));
    Files.write(twice, bytes);
    assertThat(run("build", "-o", image(), "--intern-table", twice, SOURCES).fault())
        .contains("string is interned twice: number=" + (count - 1))
        .contains(twice.toString());
  }

  @Test
  void writesSummaryAsJson() throws Exception {
    JsonNode json =
        new ObjectMapper().readTree(run("build", "--json", "-o", image(), SOURCES).ok().out());
    assertThat(json.get("modules").asInt()).isGreaterThan(50);
    assertThat(json.get("bytesOut").asLong()).isEqualTo(Files.size(image()));
    assertThat(json.get("strings").asInt()).isGreaterThan(json.get("sharedStrings").asInt());
  }

  static Stream<Path> damaged() {
    return TestData.files("corrupt", ".pyc").stream();
  }

  @ParameterizedTest
  @MethodSource("damaged")
  void refusesDamagedFileInOneLineAndWritesNothing(Path file) {
    String fault = run("build", "-o", image(), file).fault();
    assertThat(fault).contains(file.toString());
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void refusesRootsThatAreNoCode() {
    Path list = TestData.path("streams/3.13/v4-shared-list.pyc");
    assertThat(run("build", "-o", image(), list).fault())
        .contains("not a module: expected a code object, found a list");
  }

  @Test
  void namesEveryBadFile() {
    List<Object> args = new ArrayList<>(List.of("build", "-o", image()));
    damaged().forEach(args::add);
    Run run = run(args.toArray());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines().count()).isEqualTo(damaged().count());
    damaged().forEach(file -> assertThat(run.err()).contains(file.toString()));
    assertThat(image()).doesNotExist();
  }

  @Test
  void skipsBadFilesIfAskedAndSaysSo() throws Exception {
    file("in/good.pyc", SOURCES.resolve("ints.pyc"));
    Path bad = file("in/bad.pyc", TestData.path("corrupt/cut-in-body.pyc"));
    Run refused = run("build", "-o", image(), directory.resolve("in"));
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains(bad.toString()).contains("--skip-bad");
    assertThat(image()).doesNotExist();
    Run run = run("build", "--skip-bad", "-o", image(), directory.resolve("in"));
    assertThat(run.code()).isZero();
    assertThat(run.err()).startsWith("marshal: skipped: ").contains(bad.toString());
    assertThat(run.out()).contains("1  bad inputs");
    assertThat(modules()).containsExactly("good");
  }

  @Test
  void refusesInputsThatHoldNothing() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThat(run("build", "-o", image(), empty).fault())
        .isEqualTo("marshal: no .pyc files in directory: " + empty);
    assertThat(run("build", "-o", image(), directory.resolve("missing")).fault())
        .contains("no such file or directory: ");
    Path text = Files.writeString(directory.resolve("x.txt"), "x");
    assertThat(run("build", "-o", image(), text).fault()).contains("not a directory, .pyc file");
    Path noZip = Files.writeString(directory.resolve("x.zip"), "x");
    assertThat(run("build", "-o", image(), noZip).fault()).contains("not a zip archive");
    assertThat(image()).doesNotExist();
  }

  @Test
  void refusesOutputThatCannotBeWritten() throws Exception {
    assertThat(run("build", "-o", directory.resolve("no/x.img"), SOURCES).fault())
        .contains("no such directory for the image: " + directory.resolve("no"));
    assertThat(run("build", "-o", directory, SOURCES).fault()).contains("replace a directory");
    assertThat(directory).isEmptyDirectory();
  }

  /** Where even root cannot write, for tests that run as root. */
  @ParameterizedTest
  @ValueSource(strings = {"/proc", "/sys"})
  void refusesReadOnlyDirectory(String readOnly) {
    assumeTrue(Files.isDirectory(Path.of(readOnly)), "no " + readOnly + " on this system");
    String fault = run("build", "-o", readOnly + "/x.img", SOURCES).fault();
    assertThat(fault).containsAnyOf("not writable", "cannot write beside the image");
    assertThat(fault).contains(readOnly);
  }

  @Test
  void refusesDirectoryThatIsReadOnlyForOthers() throws Exception {
    Path closed = Files.createDirectory(directory.resolve("closed"));
    assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed), "runs as root");
    assertThat(run("build", "-o", closed.resolve("x.img"), SOURCES).fault())
        .contains("not writable: " + closed);
  }
}
