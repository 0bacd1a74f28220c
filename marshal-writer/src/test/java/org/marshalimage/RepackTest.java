package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.testkit.DamagedImages;
import org.marshalimage.testkit.Graphs;
import org.marshalimage.testkit.LinkMode;
import org.marshalimage.trace.StartupTrace;
import org.marshalimage.trace.Trace;
import org.marshalimage.writer.ImageSummary;
import org.marshalimage.writer.ImageWriter;

/** Images that are laid out by a start. */
class RepackTest {
  private static final List<String> MODULES =
      List.of("classes", "closures", "constants_py3", "decorators", "generators");

  @TempDir Path directory;

  private Path source() {
    return directory.resolve("source.img");
  }

  private Path target() {
    return directory.resolve("target.img");
  }

  /** Writes some modules of 3.13's testdata. */
  private Path modules(int pointerWidth) throws IOException {
    try (ImageWriter writer = ImageWriter.create().pointerWidth(pointerWidth)) {
      for (String name : MODULES) {
        writer.addModule(name, pyc("3.13", name), false);
      }
      writer.property("made.for", "tests").write(source());
    }
    return source();
  }

  private Path modules() throws IOException {
    return modules(HeaderLayout.COMPACT_WIDTH);
  }

  private static PycFile pyc(String python, String name) throws IOException {
    return PycFile.read(TestData.path("pyc/" + python + "/" + name + ".pyc"));
  }

  /** An image of two of these modules is laid out by what reading them touches. */
  private Path byReading(String... names) throws IOException {
    ImageWriter.repack(modules(), target(), image -> touchedBy(image, names));
    return target();
  }

  private static long[] touchedBy(MarshalImage image, String... names) {
    List<Long> touched = new ArrayList<>();
    for (String name : names) {
      CodeView code = image.module(name).code();
      touched.add(code.offset());
      touched.add(code.names().offset());
      code.names().forEach(each -> touched.add(each.offset()));
    }
    return touched.stream().mapToLong(Long::longValue).toArray();
  }

  private static Map<String, Value> graphs(Path path) throws IOException {
    try (MarshalImage image = MarshalImage.map(path)) {
      return Graphs.of(image);
    }
  }

  private static Map<String, String> texts(Path path) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (MarshalImage image = MarshalImage.map(path)) {
      for (ImageModule module : image.modules()) {
        texts.put(module.name(), CanonicalJson.write(module.root().toValue()));
        texts.put(module.name() + " source", module.source() + " " + module.isPackage());
      }
    }
    return texts;
  }

  private static void assertSound(Path path) throws IOException {
    assertThat(MarshalImage.verify(path, 5).findings()).isEmpty();
  }

  @Test
  void rootsOfEveryPythonAreWhatTheyWere() throws IOException {
    for (PythonVersion version : PythonVersion.values()) {
      Path source = TestImages.ofFolder(directory, "pyc/" + version);
      ImageSummary summary = ImageWriter.repack(source, target(), TestImages::everyThird);
      assertSound(target());
      assertThat(texts(target())).as(version.toString()).isEqualTo(texts(source));
      try (MarshalImage before = MarshalImage.map(source);
          MarshalImage after = MarshalImage.map(target())) {
        assertThat(after.info().id()).isNotEqualTo(before.info().id()).isEqualTo(summary.id());
        assertThat(after.info().objects()).isEqualTo(before.info().objects());
        assertThat(after.info().strings()).isEqualTo(summary.strings());
        for (int number = 0; number < before.internedCount(); number++) {
          assertThat(after.intern(number)).hasToString(before.intern(number).toString());
          assertThat(after.internNumber(before.intern(number).toString()))
              .isEqualTo(before.internNumber(before.intern(number).toString()));
        }
      }
    }
  }

  @Test
  void stateIsWhatItWas() throws IOException {
    for (int width : new int[] {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH}) {
      try (ImageWriter writer = ImageWriter.create().pointerWidth(width).keepIdentity()) {
        Value shared = TestImages.state();
        writer.add("a", shared).add("b", SequenceValue.list(shared, TestImages.state()));
        writer.add("c", SequenceValue.tuple(shared, StrValue.of("\u20ac"))).write(source());
      }
      ImageWriter.repack(source(), target(), TestImages::everyThird);
      assertSound(target());
      assertThat(Graphs.difference(graphs(source()), graphs(target()))).isNull();
      try (MarshalImage image = MarshalImage.map(target())) {
        ListView list = (ListView) image.root("b");
        assertThat(list.get(0).offset()).isEqualTo(image.module("a").rootOffset());
      }
      ImageWriter.repack(target(), target(), null);
      assertThat(target()).hasSameBinaryContentAs(source());
    }
  }

  @Test
  void layoutWithoutAStartGivesTheVeryBytesBack() throws IOException {
    for (int width : new int[] {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH}) {
      Path source = modules(width);
      ImageWriter.repack(source, target(), TestImages::everyThird);
      assertThat(Files.mismatch(source, target())).isNotNegative();
      Path back = directory.resolve("back.img");
      ImageWriter.repack(target(), back, image -> new long[0]);
      assertThat(back).hasSameBinaryContentAs(source);
    }
  }

  @Test
  void numbersAndStringsOfAnOlderImageStay() throws IOException {
    Path older = modules();
    Path own = directory.resolve("own.img");
    try (ImageWriter writer = ImageWriter.create();
        MarshalImage table = MarshalImage.map(older)) {
      writer.internTable(table).separateBytecode();
      writer.addModule("slices", pyc("3.13", "slices"), false).write(own);
    }
    ImageWriter.repack(own, target(), TestImages::everyThird);
    assertSound(target());
    try (MarshalImage before = MarshalImage.map(own);
        MarshalImage after = MarshalImage.map(target())) {
      assertThat(after.internedCount()).isEqualTo(before.internedCount());
      for (int number = 0; number < before.internedCount(); number++) {
        assertThat(after.intern(number)).hasToString(before.intern(number).toString());
      }
    }
    ImageWriter.repack(target(), target(), null);
    assertThat(target()).hasSameBinaryContentAs(own);
  }

  @Test
  void sameStartGivesTheSameBytes() throws IOException {
    Path source = modules();
    ImageWriter.repack(source, target(), TestImages::everyThird);
    Path again = directory.resolve("again.img");
    for (int i = 0; i < 10; i++) {
      ImageWriter.repack(source, again, TestImages::everyThird);
      assertThat(again).hasSameBinaryContentAs(target());
    }
    // What is laid out by a start already has the same objects.
    StartupTrace trace = new StartupTrace();
    MapOptions traced = MapOptions.builder().observer(trace.observer()).build();
    try (MarshalImage image = MarshalImage.map(source, traced)) {
      image.module("closures").code().consts().forEach(each -> assertThat(each).isNotNull());
      trace.write(directory.resolve("start.trace"));
    }
    Trace start = Trace.read(directory.resolve("start.trace"));
    ImageWriter.repack(source, again, image -> start.findStart(image).offsets());
    ImageWriter.repack(target(), target(), image -> start.findStart(image).offsets());
    assertThat(target()).hasSameBinaryContentAs(again);
  }

  @Test
  void whatAStartTouchesIsOneRange() throws IOException {
    Path path = byReading("decorators", "classes");
    ByteBuffer bytes = bytes(path);
    long hot = bytes.getInt(HeaderLayout.SHARED_HOT_OFFSET) * 8L;
    try (MarshalImage image = MarshalImage.map(path)) {
      ImageModule first = image.module("decorators");
      ImageModule second = image.module("classes");
      assertThat(first.segmentOffset()).isEqualTo(sectionStart(bytes, SectionLayout.SEGMENTS));
      long firstHot = first.segmentLength() - first.coldLength();
      assertThat(second.segmentOffset()).isEqualTo(first.segmentOffset() + firstHot);
      long end = second.segmentOffset() + second.segmentLength() - second.coldLength();
      assertThat(first.coldOffset()).isEqualTo(end);
      assertThat(second.coldOffset()).isEqualTo(end + first.coldLength());
      for (String name : List.of("decorators", "classes")) {
        CodeView code = image.module(name).code();
        assertThat(code.offset()).isBetween(hot, end);
        // Of code that is executed, also what nobody was seen to read.
        assertThat(code.names().offset()).isBetween(hot, end);
        assertThat(code.consts().offset()).isBetween(hot, end);
        code.consts().forEach(each -> assertThat(each.offset()).isBetween(hot, end));
        assertThat(code.lineTable().offset()).matches(at -> at < hot || at >= end);
      }
      for (String name : List.of("closures", "constants_py3", "generators")) {
        assertThat(image.module(name).coldOffset()).isZero();
        assertThat(image.module(name).segmentOffset()).isGreaterThanOrEqualTo(end);
      }
      // Right behind the head of its segment.
      assertThat(first.rootOffset())
          .isEqualTo(first.segmentOffset() + SegmentLayout.headSize("decorators".length()));
      assertThat(image.info().id()).hasSize(64);
    }
  }

  @Test
  void documentationThatNobodyReadIsCold() throws IOException {
    Path path = byReading("classes");
    long hot = bytes(path).getInt(HeaderLayout.SHARED_HOT_OFFSET) * 8L;
    try (MarshalImage image = MarshalImage.map(path)) {
      ImageModule module = image.module("classes");
      long end = module.segmentOffset() + module.segmentLength() - module.coldLength();
      for (ImageObject each : module.code().consts()) {
        if (each instanceof CodeView inner) {
          // Its head is a constant of code that is executed; it is not executed itself.
          assertThat(inner.offset()).isBetween(hot, end);
          assertThat(inner.code().offset()).matches(at -> at < hot || at >= end);
        }
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void everyWayOfMappingReadsIt() throws IOException {
    for (int width : new int[] {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH}) {
      Path source = modules(width);
      Map<String, Value> graphs = graphs(source);
      ImageWriter.repack(source, target(), TestImages::everyThird);
      for (LinkMode mode : LinkMode.values()) {
        Path file = directory.resolve("mode.img");
        mode.prepare(target(), file, 70 + width);
        assertSound(file);
        try (MarshalImage image = mode.map(file)) {
          assertThat(Graphs.difference(graphs, Graphs.of(image))).as(mode.toString()).isNull();
          if (mode == LinkMode.IN_PLACE_ALL) {
            assertThat(image.linkReport().objectsLinked()).isEqualTo(image.info().objects());
          }
        }
        // Laid out anew, it is prelinked for the same.
        ImageWriter.repack(file, file, TestImages::everyThird);
        assertSound(file);
        try (MarshalImage image = mode.map(file);
            MarshalImage plain = MarshalImage.map(target())) {
          assertThat(image.info().typesFingerprint() != 0)
              .isEqualTo(mode.name().startsWith("PRELINKED"));
          assertThat(image.info().linkBase() != 0).isEqualTo(mode.name().startsWith("PRELINKED"));
          assertThat(image.info().properties()).isEqualTo(plain.info().properties());
          assertThat(Graphs.difference(graphs, Graphs.of(image))).as(mode.toString()).isNull();
        }
      }
    }
  }

  private static ByteBuffer bytes(Path path) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int sectionEntry(int kind) {
    return HeaderLayout.SECTIONS_OFFSET + (kind - 1) * SectionLayout.SIZE;
  }

  private static int sectionStart(ByteBuffer bytes, int kind) {
    return (int) bytes.getLong(sectionEntry(kind) + SectionLayout.START_OFFSET);
  }

  private static int entry(ByteBuffer bytes, String module) {
    return sectionStart(bytes, SectionLayout.MODULES) + MODULES.indexOf(module) * ModuleLayout.SIZE;
  }

  /** Writes a changed copy of an image. */
  private Path changed(Path path, boolean seals, Consumer<ByteBuffer> change) throws IOException {
    ByteBuffer bytes = bytes(path);
    change.accept(bytes);
    if (seals) {
      DamagedImages.seal(bytes.array());
    }
    Path file = directory.resolve("changed.img");
    Files.deleteIfExists(file);
    return Files.write(file, bytes.array());
  }

  @Test
  void checksumOfAModuleFindsDamageInBothStretches() throws IOException {
    Path path = byReading("decorators", "classes");
    for (boolean isCold : new boolean[] {false, true}) {
      Path file =
          changed(
              path,
              false,
              bytes -> {
                int entry = entry(bytes, "decorators");
                int field = isCold ? ModuleLayout.COLD_OFFSET : ModuleLayout.SEGMENT_OFFSET;
                int at = (int) bytes.getLong(entry + field) + 8 * 8;
                bytes.putInt(at, bytes.getInt(at) ^ 0x100);
              });
      try (MarshalImage image =
          MarshalImage.map(file, MapOptions.builder().checksums(true).build())) {
        image.module("classes").root();
        assertThatThrownBy(() -> image.module("decorators").root())
            .isInstanceOf(CorruptImageException.class)
            .hasMessageContaining(isCold ? "cold stretch" : "checksum of the module's segment");
      }
      assertThat(MarshalImage.verify(file, 50).findings())
          .anySatisfy(
              finding -> {
                assertThat(finding.path()).isEqualTo("module decorators");
                assertThat(finding.problem())
                    .isEqualTo(
                        isCold
                            ? "checksum of the cold stretch is off"
                            : "checksum of the segment is off");
              });
      assertThatThrownBy(() -> ImageWriter.repack(file, file, null))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("image is not sound")
          .hasMessageContaining(file.toString());
    }
  }

  /** Changes a field of an entry, checksums made to fit. */
  private void assertEntryRefused(String field, int offset, long value, String message)
      throws IOException {
    Path file =
        changed(target(), true, bytes -> bytes.putLong(entry(bytes, "decorators") + offset, value));
    for (MapOptions options :
        List.of(
            MapOptions.builder().checksums(true).build(), MapOptions.builder().inPlace().build())) {
      try (MarshalImage image = MarshalImage.map(file, options)) {
        assertThatThrownBy(() -> image.module("decorators").root())
            .as("%s=%s", field, value)
            .isInstanceOf(CorruptImageException.class)
            .hasMessageContaining(message)
            .hasMessageContaining(file.toString());
      }
    }
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThatThrownBy(() -> image.module("decorators").segmentLength())
          .hasMessageContaining(message);
      assertThatThrownBy(() -> image.module("decorators").coldLength())
          .hasMessageContaining(message);
    }
    assertThat(MarshalImage.verify(file, 5).isSound()).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void stretchesThatNoSegmentMayHaveAreRefused() throws IOException {
    ByteBuffer bytes = bytes(byReading("decorators", "classes"));
    int entry = entry(bytes, "decorators");
    long cold = bytes.getLong(entry + ModuleLayout.COLD_OFFSET);
    long segment = bytes.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
    long length = bytes.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
    String bad = "bad cold stretch of a module: start=0x";
    int at = ModuleLayout.COLD_OFFSET;
    for (long start :
        new long[] {
          0, // with a length
          8,
          sectionStart(bytes, SectionLayout.SHARED),
          segment,
          segment + length - 8,
          cold + 1,
          cold + 4,
          bytes.capacity(),
          bytes.capacity() - 16,
          1L << 40,
          Long.MAX_VALUE - 7,
          -8,
          Long.MIN_VALUE
        }) {
      assertEntryRefused("COLD", at, start, bad + Long.toHexString(start));
    }
    for (long wrong :
        new long[] {-8, 4, bytes.capacity(), Long.MAX_VALUE - 7, Long.MIN_VALUE, 1L << 32}) {
      assertEntryRefused(
          "COLD_LENGTH", ModuleLayout.COLD_LENGTH_OFFSET, wrong, ", length=" + wrong + ",");
    }
    // Whoever goes by segments alone must not read far more than there is.
    assertEntryRefused(
        "SEGMENT_LENGTH", ModuleLayout.SEGMENT_LENGTH_OFFSET, cold - segment + 8, bad);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void stretchesThatLieOverOneAnotherCostNoMoreThanTheImage() throws IOException {
    Path path = byReading(MODULES.toArray(new String[0]));
    Path file =
        changed(
            path,
            true,
            bytes -> {
              long end =
                  sectionStart(bytes, SectionLayout.SEGMENTS)
                      + bytes.getLong(
                          sectionEntry(SectionLayout.SEGMENTS) + SectionLayout.LENGTH_OFFSET);
              for (String name : MODULES) {
                int entry = entry(bytes, name);
                long cold = bytes.getLong(entry(bytes, "classes") + ModuleLayout.COLD_OFFSET);
                bytes.putLong(entry + ModuleLayout.COLD_OFFSET, cold);
                bytes.putLong(entry + ModuleLayout.COLD_LENGTH_OFFSET, end - cold);
              }
            });
    for (MapOptions options :
        List.of(
            MapOptions.builder().checksums(true).build(), MapOptions.builder().inPlace().build())) {
      try (MarshalImage image = MarshalImage.map(file, options)) {
        assertThatThrownBy(() -> MODULES.forEach(name -> image.module(name).root()))
            .isInstanceOf(CorruptImageException.class)
            .hasMessageContaining("objects overlap");
      }
    }
    assertThat(MarshalImage.verify(file, 50).findings())
        .anyMatch(finding -> finding.problem().equals("cold stretch is not behind the one before"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void imageWithoutAStartHasNoColdStretches() throws IOException {
    Files.copy(modules(), target());
    assertEntryRefused(
        "COLD", ModuleLayout.COLD_OFFSET, 1 << 12, "cold stretch in an image without any");
    assertEntryRefused(
        "COLD_LENGTH", ModuleLayout.COLD_LENGTH_OFFSET, 8, "cold stretch in an image without any");
  }

  private void assertFound(String problem, Consumer<ByteBuffer> change) throws IOException {
    Path file = changed(target(), true, change);
    assertThat(MarshalImage.verify(file, 1000).findings())
        .as(problem)
        .anyMatch(finding -> finding.problem().equals(problem));
    assertThatThrownBy(() -> ImageWriter.repack(file, file, null))
        .isInstanceOf(CorruptImageException.class);
  }

  @Test
  void verifyHoldsTheLayout() throws IOException {
    ByteBuffer bytes = bytes(byReading("decorators", "classes"));
    int hot = bytes.getInt(HeaderLayout.SHARED_HOT_OFFSET);
    int shared = sectionStart(bytes, SectionLayout.SHARED) / 8;
    assertFound(
        "hot part of SHARED starts with no object",
        each -> each.putInt(HeaderLayout.SHARED_HOT_OFFSET, hot + 1));
    assertFound(
        "hot part of SHARED starts before the names end",
        each -> each.putInt(HeaderLayout.SHARED_HOT_OFFSET, shared));
    assertFound(
        "cold stretch is not behind the one before",
        each -> {
          int entry = entry(each, "decorators") + ModuleLayout.COLD_OFFSET;
          each.putLong(entry, each.getLong(entry) + 8);
        });
    // Exchanged: in another order than the hot ones.
    assertFound(
        "cold stretch is not behind the one before",
        each -> {
          for (int field = 0; field <= 8; field += 8) {
            int one = entry(each, "decorators") + ModuleLayout.COLD_OFFSET + field;
            int other = entry(each, "classes") + ModuleLayout.COLD_OFFSET + field;
            long value = each.getLong(one);
            each.putLong(one, each.getLong(other));
            each.putLong(other, value);
          }
        });
    for (String name : MODULES) {
      assertFound(
          "first code number",
          each -> {
            int field = entry(each, name) + ModuleLayout.FIRST_CODE_OFFSET;
            each.putInt(field, each.getInt(field) + 1);
          });
      assertFound(
          "code objects",
          each -> {
            int field = entry(each, name) + ModuleLayout.CODE_COUNT_OFFSET;
            each.putInt(field, each.getInt(field) + 1);
          });
      assertFound(
          "index in the segment",
          each -> {
            long segment = each.getLong(entry(each, name) + ModuleLayout.SEGMENT_OFFSET);
            each.putInt((int) segment + SegmentLayout.INDEX_OFFSET, MODULES.size() - 1);
            each.putInt((int) segment + SegmentLayout.INDEX_OFFSET, MODULES.size());
          });
    }
  }

  @Test
  void codeNumbersOfAModuleAreConsecutive() throws IOException {
    ImageWriter.repack(modules(), target(), TestImages::everyThird);
    ByteBuffer bytes = bytes(target());
    int next = 0;
    try (MarshalImage image = MarshalImage.map(target())) {
      for (String name : MODULES) {
        int entry = entry(bytes, name);
        assertThat(bytes.getInt(entry + ModuleLayout.FIRST_CODE_OFFSET)).isEqualTo(next);
        int count = image.module(name).codeCount();
        assertThat(image.module(name).code().codeNumber()).isBetween(next, next + count - 1);
        next += count;
      }
      assertThat(image.info().codeObjects()).isEqualTo(next);
    }
  }

  @Test
  void writerLaysOutAsRepackingDoes() throws IOException {
    ImageWriter.repack(modules(), target(), TestImages::everyThird);
    Path own = directory.resolve("own.img");
    try (ImageWriter writer = ImageWriter.create()) {
      for (String name : MODULES) {
        writer.addModule(name, pyc("3.13", name), false);
      }
      writer.property("made.for", "tests").start(TestImages::everyThird).write(own);
      assertThat(own).hasSameBinaryContentAs(target());
      assertThatThrownBy(() -> writer.start(image -> new long[] {4}).write(own))
          .hasMessageContaining("no object starts there: offset=0x4");
      assertThat(own).hasSameBinaryContentAs(target());
      writer.start(null).prelink(1L << 45, TypeTable.standard()).write(own);
      ImageWriter.repack(own, own, TestImages::everyThird);
      assertSound(own);
      writer.start(TestImages::everyThird).write(target());
      assertThat(own).hasSameBinaryContentAs(target());
    }
    try (var files = Files.list(directory)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .containsExactlyInAnyOrder("source.img", "target.img", "own.img");
    }
  }

  @Test
  void traceOutlivesARebuildWithOtherModules() throws IOException {
    Path old = directory.resolve("old.img");
    Path rebuilt = directory.resolve("rebuilt.img");
    List<Path> files = TestData.files("pyc/3.11", ".pyc");
    try (ImageWriter one = ImageWriter.create();
        ImageWriter other = ImageWriter.create()) {
      for (int i = 0; i < files.size(); i++) {
        String name = TestImages.nameOf(files.get(i));
        one.addModule(name, PycFile.read(files.get(i)), false);
        // Every tenth is another one now.
        int changed = i % 10 == 3 ? i - 1 : i;
        other.addModule(name, PycFile.read(files.get(changed)), false);
      }
      one.write(old);
      other.write(rebuilt);
    }
    StartupTrace trace = new StartupTrace();
    MapOptions traced = MapOptions.builder().observer(trace.observer()).build();
    try (MarshalImage image = MarshalImage.map(old, traced)) {
      image.modules().forEach(module -> module.code().consts().forEach(each -> {}));
      trace.write(directory.resolve("start.trace"));
    }
    Trace start = Trace.read(directory.resolve("start.trace"));
    int[] passedOver = new int[1];
    ImageWriter.repack(
        rebuilt,
        target(),
        image -> {
          Trace.Found found = start.findStart(image);
          passedOver[0] = found.passedOver();
          assertThat(found.offsets()).hasSizeGreaterThan(start.objectCount() / 2);
          return found.offsets();
        });
    assertThat(passedOver[0]).isPositive();
    assertSound(target());
    assertThat(texts(target())).isEqualTo(texts(rebuilt));
    try (MarshalImage image = MarshalImage.map(target())) {
      assertThat(image.modules()).allMatch(module -> module.coldOffset() != 0);
    }
  }

  @Test
  void offsetOfNoObjectIsRefused() throws IOException {
    Path source = modules();
    byte[] before = Files.readAllBytes(source);
    Predicate<Path> isTemporary = path -> path.toString().endsWith(".tmp");
    assertThatThrownBy(
            () ->
                ImageWriter.repack(
                    source, source, image -> new long[] {image.module("classes").rootOffset() + 8}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no object starts there: offset=0x");
    assertThat(source).hasBinaryContent(before);
    try (var files = Files.list(directory)) {
      assertThat(files.filter(isTemporary)).isEmpty();
    }
  }
}
