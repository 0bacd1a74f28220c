package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.ImageInfo;
import org.marshalimage.ImageModule;
import org.marshalimage.LinkReport;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.TypeTable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;

class LinkCommandTest extends CommandTest {
  private static final Path SOURCES = TestData.path("pyc/3.13");
  private static final String BASE = "0x200000000000";

  /** The greatest address that is allowed. */
  private static final String LAST_BASE = "0x7fff80000000";

  private byte[] built;

  @BeforeEach
  void build() throws Exception {
    run("build", "-o", image(), "--pointer-width", "8", SOURCES).ok();
    built = Files.readAllBytes(image());
  }

  /** Handles as an interpreter might have them, addresses of type objects. */
  private static TypeTable types() {
    TypeTable.Builder types = TypeTable.builder();
    for (int code : TypeTable.imageTypes()) {
      types.bind(code, 0x7f00_0000_0000L + 64L * code);
    }
    return types.build();
  }

  private static ImageInfo info(Path image) throws IOException {
    try (MarshalImage mapped = MarshalImage.map(image)) {
      return mapped.info();
    }
  }

  /** Reads every module, and compares all checksums meanwhile. */
  private static int readWithChecksums(Path image) throws IOException {
    MapOptions options = MapOptions.builder().checksums(true).build();
    try (MarshalImage mapped = MarshalImage.map(image, options)) {
      for (ImageModule module : mapped.modules()) {
        module.root().toValue();
      }
      return mapped.moduleCount();
    }
  }

  private static String usageError(Object... args) {
    Run run = run(args);
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).as(run.err()).hasSize(2);
    assertThat(run.err()).startsWith("marshal: ").contains("--help");
    return run.err();
  }

  private void assertUntouched() throws IOException {
    assertThat(image()).hasBinaryContent(built);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(image());
    }
  }

  @Test
  void linksForAddressAndHandlesAndBackToTheSameBytes() throws Exception {
    run("link", image(), "--base", BASE, "--types", types()).ok();
    assertThat(image()).isRegularFile();
    assertThat(Files.readAllBytes(image())).isNotEqualTo(built);
    assertThat(info(image()).linkBase()).isEqualTo(1L << 45);
    assertThat(info(image()).typesFingerprint()).isEqualTo(types().fingerprint());
    run("link", image(), "--none").ok();
    assertUntouched();
    for (Object[] options :
        new Object[][] {{"--base", "auto"}, {"--base", LAST_BASE}, {"--types", "standard"}}) {
      run("link", image(), options[0], options[1]).ok();
      assertThat(Files.readAllBytes(image())).isNotEqualTo(built);
      run("link", image(), "--base", "0").ok();
      assertUntouched();
    }
  }

  @Test
  void checksumsHoldRightAfterLinking() throws Exception {
    run("link", image(), "--base", BASE).ok();
    assertThat(readWithChecksums(image())).isGreaterThan(50);
    run("link", image(), "--base", "auto", "--types", "standard").ok();
    assertThat(readWithChecksums(image())).isGreaterThan(50);
    run("link", image(), "--none").ok();
    assertThat(readWithChecksums(image())).isGreaterThan(50);
  }

  @Test
  void readersSayTheSameOfAPrelinkedImage() throws Exception {
    Path linked = Files.createDirectory(directory.resolve("linked")).resolve("x.img");
    run("link", image(), "-o", linked, "--base", "auto", "--types", types()).ok();
    assertThat(image()).hasBinaryContent(built);
    for (List<String> args :
        List.of(
            List.of("ls"),
            List.of("ls", "--json"),
            List.of("show", "closures"),
            List.of("show", "shop.stock.shelf:has"),
            List.of("show", "--json", "strings_text"),
            List.of("dump"),
            List.of("digest"))) {
      assertThat(readerOutput(args, linked)).as("%s", args).isEqualTo(readerOutput(args, image()));
    }
    run("extract", image(), "-d", directory.resolve("a")).ok();
    run("extract", linked, "-d", directory.resolve("b")).ok();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory.resolve("a"))) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    assertThat(files).hasSizeGreaterThan(50);
    for (Path file : files) {
      Path other = directory.resolve("b").resolve(directory.resolve("a").relativize(file));
      assertThat(other).hasSameBinaryContentAs(file);
    }
  }

  /** Runs a command with the image behind its options and before its other parameters. */
  private static String readerOutput(List<String> args, Path image) {
    List<Object> all = new ArrayList<>(args);
    int at = 1;
    while (at < all.size() && args.get(at).startsWith("-")) {
      at++;
    }
    all.add(at, image);
    return run(all.toArray()).ok().out();
  }

  @Test
  void statTellsAddressAndTypesAndElseTheSame() throws Exception {
    String before = run("stat", image()).ok().out();
    assertThat(before)
        .contains("  link base      none\n", "  link types     none\n")
        .containsPattern("\n  types +[0-9,]+  0\\.1 %\n")
        .containsPattern("\n  strings +[0-9,]+  [0-9.]+ %\n");
    run("link", image(), "--base", BASE, "--types", types()).ok();
    String fingerprint = types().toString().substring(0, 16);
    String after = run("stat", image()).ok().out();
    assertThat(after)
        .contains("  link base      " + BASE + "\n", "  link types     " + fingerprint + "\n");
    assertThat(after.lines().filter(line -> !line.contains("link ")).toList())
        .isEqualTo(before.lines().filter(line -> !line.contains("link ")).toList());
    JsonNode header =
        new ObjectMapper().readTree(run("stat", "--json", image()).ok().out()).get("header");
    assertThat(header.get("linkBase").asLong()).isEqualTo(1L << 45);
    assertThat(header.get("typesFingerprint").asText()).isEqualTo(fingerprint);
  }

  @Test
  void linkingTwiceChangesNothingMore() throws Exception {
    Object[] args = {"link", image(), "--json", "--base", BASE, "--types", types()};
    JsonNode first = new ObjectMapper().readTree(run(args).ok().out());
    final byte[] linked = Files.readAllBytes(image());
    ImageInfo info = info(image());
    assertThat(first.get("image").asText()).isEqualTo(image().toString());
    assertThat(first.get("id").asText()).isEqualTo(info.id());
    assertThat(first.get("linkBase").asLong()).isEqualTo(1L << 45);
    assertThat(first.get("typesFingerprint").asText())
        .isEqualTo(types().toString().substring(0, 16));
    assertThat(first.get("slotsRelocated").asLong()).isGreaterThan(1000);
    assertThat(first.get("typeWordsPatched").asLong()).isEqualTo(info.objects());
    assertThat(first.get("bytes").asLong()).isEqualTo(built.length);
    assertThat(first.get("seconds").asDouble()).isPositive();
    JsonNode second = new ObjectMapper().readTree(run(args).ok().out());
    assertThat(second.get("slotsRelocated").asLong()).isZero();
    assertThat(second.get("typeWordsPatched").asLong()).isZero();
    assertThat(image()).hasBinaryContent(linked);
  }

  @Test
  void linksAPrelinkedImageForOtherValues() throws Exception {
    run("link", image(), "--base", "auto", "--types", "standard").ok();
    String out = run("link", image(), "--base", BASE, "--types", types()).ok().out();
    assertThat(out)
        .contains("base       " + BASE, "  relocated\n", "  patched\n", info(image()).id());
    byte[] twice = Files.readAllBytes(image());
    Files.write(image(), built);
    run("link", image(), "--base", BASE, "--types", types()).ok();
    assertThat(image()).hasBinaryContent(twice);
  }

  @Test
  void whatIsNotGivenIsNone() throws Exception {
    run("link", image(), "--base", BASE, "--types", "standard").ok();
    run("link", image(), "--types", "standard").ok();
    assertThat(info(image()).linkBase()).isZero();
    assertThat(info(image()).typesFingerprint()).isNotZero();
    String out = run("link", image(), "--base", BASE).ok().out();
    assertThat(out).contains("base       " + BASE, "types      none");
    assertThat(info(image()).typesFingerprint()).isZero();
  }

  @Test
  void autoIsAnAddressOfTheImageAlone() throws Exception {
    run("link", image(), "--base", "auto").ok();
    final byte[] linked = Files.readAllBytes(image());
    long address = info(image()).linkBase();
    assertThat(address).isBetween(0x2000_0000_0000L, 0x3fff_ffff_0000L);
    assertThat(address % (1 << 16)).isZero();
    run("link", image(), "--base", "auto").ok();
    assertThat(image()).hasBinaryContent(linked);
    Path copy = directory.resolve("copy.img");
    run("link", image(), "--base", "auto", "--types", "standard", "-o", copy).ok();
    assertThat(info(copy).linkBase()).isEqualTo(address);
    run("build", "-o", copy, SOURCES.resolve("ints.pyc")).ok();
    run("link", copy, "--base", "auto").ok();
    assertThat(info(copy).linkBase()).isNotEqualTo(address);
  }

  @Test
  void buildLinksAsLinkDoes() throws Exception {
    for (List<Object> options :
        List.<List<Object>>of(
            List.of("--base", BASE),
            List.of("--types", types()),
            List.of("--base", "35184372088832", "--types", types()),
            List.of("--base", "auto", "--types", "standard"),
            List.of("--base", "0"))) {
      Files.write(image(), built);
      List<Object> link = new ArrayList<>(List.of("link", image()));
      link.addAll(options);
      run(link.toArray()).ok();
      Path direct = directory.resolve("direct.img");
      List<Object> build =
          new ArrayList<>(
              List.of("build", "--json", "-o", direct, "--pointer-width", "8", SOURCES));
      build.addAll(options);
      JsonNode json = new ObjectMapper().readTree(run(build.toArray()).ok().out());
      assertThat(direct).hasSameBinaryContentAs(image());
      ImageInfo info = info(direct);
      assertThat(json.get("linkBase").asLong()).isEqualTo(info.linkBase());
      assertThat(json.get("typesFingerprint").asText())
          .isEqualTo(Json.hex(info.typesFingerprint()));
    }
    assertThat(run("build", "-o", image(), "--base", BASE, SOURCES).ok().out())
        .contains("base      " + BASE, "types     none");
  }

  @Test
  void slotsAreCompactUnlessAnAddressIsNamed() throws Exception {
    run("build", "-o", image(), SOURCES).ok();
    assertThat(info(image()).pointerWidth()).isEqualTo(4);
    long compact = Files.size(image());
    assertThat(run("stat", image()).ok().out()).contains("pointer width  4");
    run("build", "-o", image(), "--types", "standard", "--base", "0", SOURCES).ok();
    assertThat(info(image()).pointerWidth()).isEqualTo(4);
    for (String base : List.of(BASE, "auto")) {
      run("build", "-o", image(), "--base", base, SOURCES).ok();
      assertThat(info(image()).pointerWidth()).isEqualTo(8);
      assertThat(Files.size(image())).isGreaterThan(compact);
      run("build", "-o", image(), "--base", base, "--pointer-width", "4", SOURCES).ok();
      assertThat(info(image()).pointerWidth()).isEqualTo(4);
      assertThat(info(image()).linkBase()).isNotZero();
    }
    assertThat(usageError("build", "-o", image(), "--pointer-width", "6", SOURCES))
        .contains("--pointer-width takes 4 or 8, found 6");
  }

  @Test
  void readsTypesFromAFile() throws Exception {
    Path file = Files.writeString(directory.resolve("types.txt"), types() + "\n");
    run("link", image(), "--types", "@" + file).ok();
    final byte[] linked = Files.readAllBytes(image());
    run("link", image(), "--none").ok();
    run("link", image(), "--types=@" + file).ok();
    assertThat(image()).hasBinaryContent(linked);
    assertThat(info(image()).typesFingerprint()).isEqualTo(types().fingerprint());
    Path missing = directory.resolve("missing.txt");
    assertThat(run("link", image(), "--types", "@" + missing).fault())
        .isEqualTo("marshal: no such file or directory: " + missing);
    assertThat(run("link", image(), "--types", "@" + directory).fault())
        .contains("is a directory", directory.toString());
    Files.write(file, built);
    assertThat(usageError("link", image(), "--types=@" + file)).hasSizeLessThan(500);
    assertThat(image()).hasBinaryContent(linked);
  }

  @Test
  void asksForSomethingToDo() throws Exception {
    assertThat(usageError("link", image())).contains("expected --base, --types or --none");
    assertThat(usageError("link", image(), "--none", "--base", "0"))
        .contains("--none goes without --base and --types");
    assertThat(usageError("link", "--none")).contains("IMG");
    assertUntouched();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x200000000001",
        "0x200000000800",
        "35184372088833",
        "-4096",
        "0x-1000",
        "+4096",
        "0x7fff80001000",
        "0x800000000000",
        "0xfffffffffffff000",
        "0x10000000000000000",
        "18446744073709551616",
        "200000000000a",
        "0x",
        "Auto",
        "",
        "near",
      })
  void refusesAddressesThatNoImageCanHave(String base) throws Exception {
    String expected =
        "--base takes auto, 0, or a multiple of 4096 up to "
            + LAST_BASE
            + ", decimal or hex with 0x, found "
            + base;
    assertThat(usageError("link", image(), "--base=" + base)).contains(expected);
    if (!base.isEmpty()) {
      assertThat(usageError("link", image(), "--base", base)).contains(expected);
    }
    Path other = directory.resolve("y.img");
    assertThat(usageError("build", "-o", other, "--base=" + base, SOURCES)).contains(expected);
    assertUntouched();
  }

  private void assertTypesRefused(String types, String... expected) throws IOException {
    assertThat(usageError("link", image(), "--types=" + types))
        .contains("--types takes standard, @FILE, or FINGERPRINT,CODE=HANDLE,... in hex: ")
        .contains(expected);
    Path other = directory.resolve("y.img");
    assertThat(usageError("build", "-o", other, "--types=" + types, SOURCES)).contains(expected);
    assertUntouched();
  }

  @Test
  void refusesTypesThatAreNoTable() throws Exception {
    String good = types().toString();
    String fingerprint = good.substring(0, 16);
    assertTypesRefused(
        "0" + good.substring(1), "fingerprint", "expected=0", "found=" + fingerprint);
    assertTypesRefused(good.substring(0, good.lastIndexOf(',')), "fingerprint", fingerprint);
    assertTypesRefused(fingerprint + ",7a=500", "no type code of an image: 0x7a");
    assertTypesRefused(fingerprint + ",100=500", "no type code of an image: 0x100");
    assertTypesRefused(fingerprint + ",28=ff", "expected at least 0x100, found=0xff");
    assertTypesRefused(fingerprint + ",28", "expected CODE=HANDLE, found=28");
    assertTypesRefused(fingerprint + ",28=5g0", "expected 1 to 16 hex digits, found=5g0");
    assertTypesRefused("nothing", "expected 1 to 16 hex digits, found=nothing");
    assertTypesRefused("a\nb", "found=a?b");
    assertTypesRefused("", "expected 1 to 16 hex digits");
    assertTypesRefused(TypeTable.builder().build().toString(), "no type is bound");
    TypeTable alike =
        TypeTable.builder().bind(TypeCode.TUPLE, 0x500).bind(TypeCode.STR, 0x500).build();
    assertTypesRefused(alike.toString(), "one handle for two types", "tuple and str", "0x500");
  }

  @Test
  void namesAllTypesThatAreNotBound() throws Exception {
    TypeTable few = TypeTable.builder().bind(TypeCode.STR, 0x500).build();
    String missing = "type table does not bind: tuple, Ellipsis, ";
    assertThat(run("link", image(), "--base", BASE, "--types", few).fault())
        .contains(missing, "code object", "file=" + image())
        .doesNotContain("str");
    assertUntouched();
    for (String base : List.of("auto", BASE)) {
      Path other = directory.resolve("y.img");
      assertThat(run("build", "-o", other, "--base", base, "--types", few, SOURCES).fault())
          .contains(missing, "file=" + other);
      assertUntouched();
    }
  }

  @Test
  void refusesImagesThatAreMissingOrDamaged() throws Exception {
    Path missing = directory.resolve("missing.img");
    assertThat(run("link", missing, "--none").fault()).contains(missing.toString());
    assertThat(missing).doesNotExist();
    assertThat(run("link", directory, "--none").fault()).contains(directory.toString());
    byte[] flipped = built.clone();
    flipped[built.length / 2] ^= 1;
    byte[] header = built.clone();
    header[HeaderLayout.LINK_BASE_OFFSET + 2] ^= 1;
    for (byte[] bytes :
        List.of(new byte[0], Arrays.copyOf(built, 100), header, flipped, new byte[4096])) {
      Files.write(image(), bytes);
      for (String option : List.of("--base=auto", "--types=standard", "--none")) {
        assertThat(run("link", image(), option).fault()).contains("file=" + image());
        Path other = directory.resolve("y.img");
        assertThat(run("link", image(), option, "-o", other).fault()).contains("file=" + image());
        assertThat(other).doesNotExist();
      }
      assertThat(image()).hasBinaryContent(bytes);
      try (Stream<Path> files = Files.list(directory)) {
        assertThat(files).containsExactly(image());
      }
    }
  }

  /** Also on JDKs before 22: jffi is not among what the command depends on. */
  @Test
  void linkedImageIsMappedInPlaceEvenIfThereAreNoSystemCalls() throws Exception {
    run("link", image(), "--base", "auto", "--types", types()).ok();
    MapOptions options = MapOptions.builder().inPlace().checksums(true).types(types()).build();
    try (MarshalImage mapped = MarshalImage.map(image(), options)) {
      assertThat(mapped.module("closures").root().toValue().typeCode()).isEqualTo(TypeCode.CODE);
      LinkReport report = mapped.linkReport();
      long desired = info(image()).linkBase();
      assertThat(report.desiredAddress()).isEqualTo(desired);
      assertThat(mapped.info().linkBase()).isEqualTo(desired);
      assertThat(report.typeWordsPatched()).isZero();
      assertThat(report.isPrelinked()).isEqualTo(report.address() == desired);
      assertThat(report.slotsRelocated() == 0).isEqualTo(report.isPrelinked());
      if (report.mode() == LinkReport.Mode.IN_PLACE_ANYWHERE) {
        assertThat(report.isPrelinked()).isFalse();
      }
    }
  }

  @Test
  void writesOverTheImageOrAnyOtherName() throws Exception {
    Path other = Files.writeString(directory.resolve("y.img"), "replaced");
    run("link", image(), "-o", other, "--base", BASE).ok();
    assertThat(image()).hasBinaryContent(built);
    Path around = directory.resolve("../" + directory.getFileName() + "/x.img");
    run("link", image(), "-o", around, "--base", BASE).ok();
    assertThat(image()).hasSameBinaryContentAs(other);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactlyInAnyOrder(image(), other);
    }
  }

  @Test
  void imageThatIsReplacedStaysReadableWhereItIsMapped() throws Exception {
    try (MarshalImage mapped = MarshalImage.map(image())) {
      run("link", image(), "--base", "auto", "--types", "standard").ok();
      assertThat(mapped.module("closures").root().toValue().typeCode()).isEqualTo(TypeCode.CODE);
      assertThat(mapped.info().linkBase()).isZero();
    }
  }

  @Test
  void refusesOutputThatCannotBeWritten() throws Exception {
    assertThat(run("link", image(), "-o", directory.resolve("no/x.img"), "--base", BASE).fault())
        .contains("no such directory for the image: " + directory.resolve("no"));
    assertThat(run("link", image(), "-o", directory, "--base", BASE).fault())
        .contains("replace a directory");
    assertUntouched();
  }

  /** Where even root cannot write, for tests that run as root. */
  @ParameterizedTest
  @ValueSource(strings = {"/proc", "/sys"})
  void refusesReadOnlyDirectory(String readOnly) {
    assumeTrue(Files.isDirectory(Path.of(readOnly)), "no " + readOnly + " on this system");
    String fault = run("link", image(), "-o", readOnly + "/x.img", "--base", BASE).fault();
    assertThat(fault).containsAnyOf("not writable", "cannot write beside the image");
    assertThat(fault).contains(readOnly);
  }

  @Test
  void refusesDirectoryThatIsReadOnlyForOthers() throws Exception {
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Path inside = Files.copy(image(), closed.resolve("x.img"));
    assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed), "runs as root");
    assertThat(run("link", inside, "--base", BASE).fault()).contains("not writable: " + closed);
    assertThat(inside).hasBinaryContent(built);
  }
}
