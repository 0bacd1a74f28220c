package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.writer.ImageWriter;

/** In-place mapping and prelinking: every way of mapping an image reads to the same graphs. */
@EnabledOnOs(OS.LINUX)
class LinkTest {
  /**
   * Where the next test's images are to lie; on JDKs before 22 those of earlier tests may still lie
   * where they were.
   */
  private static final AtomicLong NEXT_BASE = new AtomicLong(0x2345_0000_0000L);

  private final long base = NEXT_BASE.getAndAdd(0x1_0000_0000L);

  @TempDir Path directory;
  private Path path;
  private byte[] before;
  private Map<String, String> expected;

  @BeforeEach
  void copyImage() throws Exception {
    path = directory.resolve("x.img");
    before = Files.readAllBytes(TestData.path(ImageFiles.SOUND));
    // On the disk: pages that are still to be written count as dirty in every mapping.
    Files.write(
        path,
        before,
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.DSYNC,
        StandardOpenOption.WRITE);
    try (MarshalImage image = MarshalImage.map(path)) {
      expected = graphs(image);
    }
  }

  private static Map<String, String> graphs(MarshalImage image) {
    Map<String, String> graphs = new TreeMap<>();
    for (ImageModule module : image.modules()) {
      graphs.put(module.name(), CanonicalJson.write(module.root().toValue()));
    }
    return graphs;
  }

  private static MapOptions.Builder inPlace() {
    return MapOptions.builder().inPlace();
  }

  /** A table whose handles look like addresses. */
  private static TypeTable table(long first) {
    TypeTable.Builder builder = TypeTable.builder();
    for (int code : TypeTable.imageTypes()) {
      builder.bind(code, first + 0x40L * code);
    }
    return builder.build();
  }

  private Path prelinked(long address, TypeTable types) throws IOException {
    Path target = directory.resolve("prelinked.img");
    ImageWriter.prelink(path, target, address, types);
    return target;
  }

  private LinkReport assertReads(MarshalImage image) {
    assertThat(graphs(image)).isEqualTo(expected);
    return image.linkReport();
  }

  @Test
  void readOnly() throws Exception {
    try (MarshalImage image = MarshalImage.map(path)) {
      LinkReport report = assertReads(image);
      assertThat(report.mode()).isEqualTo(LinkReport.Mode.READ_ONLY);
      assertThat(report.pagesWritten()).isZero();
      assertThat(report.mapNanos()).isPositive();
      assertThat(Memory.kilobytes(path, "Private_Dirty")).isZero();
      assertThatThrownBy(image::linkAll).isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(image::address).isInstanceOf(UnsupportedOperationException.class);
      CodeView code = image.module("shop").code();
      assertThatThrownBy(code::address)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("MapOptions");
      assertThatThrownBy(code::writableBytecode).isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(code::typeHandle).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void inPlaceEachModuleIsLinkedOnFirstUse() throws Exception {
    try (MarshalImage image = MarshalImage.map(path, inPlace().build())) {
      assertThat(image.linkReport().objectsLinked()).isZero();
      image.module("shop").code();
      LinkReport one = image.linkReport();
      assertThat(one.modulesLinked()).isEqualTo(1);
      assertThat(one.objectsLinked()).isBetween(10L, image.info().objects() - 1);
      image.module("shop").code();
      assertThat(image.linkReport().objectsLinked()).isEqualTo(one.objectsLinked());
      LinkReport all = assertReads(image);
      assertThat(all.mode()).isEqualTo(LinkReport.Mode.IN_PLACE);
      assertThat(all.desiredAddress()).isZero();
      assertThat(all.address()).isEqualTo(image.address()).isNotZero();
      assertThat(all.modulesLinked()).isEqualTo(image.moduleCount());
      assertThat(all.slotsRelocated()).isPositive();
      assertThat(all.typeWordsPatched()).isEqualTo(all.objectsLinked());
      assertThat(all.pagesWritten()).isPositive();
      assertThat(all.isPrelinked()).isFalse();
    }
    assertThat(path).hasBinaryContent(before);
  }

  @Test
  void inPlaceAllAtOnce() throws Exception {
    try (MarshalImage image = MarshalImage.map(path, inPlace().linkAll().build())) {
      assertThat(image.linkReport().objectsLinked()).isEqualTo(image.info().objects());
      assertThat(assertReads(image).objectsLinked()).isEqualTo(image.info().objects());
    }
  }

  @Test
  void prelinkedAndMatchingTouchesNothing() throws Exception {
    TypeTable types = table(0x7000_0000L);
    Path prelinked = prelinked(base, types);
    try (MarshalImage image =
        MarshalImage.map(prelinked, inPlace().types(types).linkAll().build())) {
      LinkReport report = assertReads(image);
      assertThat(report.address()).isEqualTo(base).isEqualTo(report.desiredAddress());
      assertThat(report.isPrelinked()).isTrue();
      assertThat(report.imageTypes()).isEqualTo(report.types()).isEqualTo(types.fingerprint());
      assertThat(report.objectsLinked()).isZero();
      assertThat(report.pagesWritten()).isZero();
      assertThat(Memory.kilobytes(prelinked, "Private_Dirty")).isZero();
      assertThat(image.module("shop").code().typeHandle()).isEqualTo(types.handle(TypeCode.CODE));
    }
  }

  @Test
  void takenAddressGivesAnother() throws Exception {
    TypeTable types = table(0x7000_0000L);
    Path prelinked = prelinked(base, types);
    MapOptions options = inPlace().types(types).build();
    try (MarshalImage first = MarshalImage.map(prelinked, options);
        MarshalImage second = MarshalImage.map(prelinked, options)) {
      assertThat(first.address()).isEqualTo(base);
      assertThat(second.address()).isNotEqualTo(base);
      assertThat(assertReads(first).objectsLinked()).isZero();
      LinkReport report = assertReads(second);
      assertThat(report.isPrelinked()).isFalse();
      assertThat(report.slotsRelocated()).isPositive();
      assertThat(report.typeWordsPatched()).isZero();
      assertThat(report.toString())
          .contains("in place at 0x" + Long.toHexString(second.address()))
          .contains("asked for 0x" + Long.toHexString(base))
          .contains(report.pagesWritten() + " pages");
      assertReads(first);
    }
  }

  @Test
  void otherTypesAreCorrected() throws Exception {
    // The second table has handles of the first for other types.
    Path prelinked = prelinked(base, table(0x7000_0000L));
    TypeTable other = table(0x7000_0040L);
    try (MarshalImage image = MarshalImage.map(prelinked, inPlace().types(other).build())) {
      LinkReport report = assertReads(image);
      assertThat(report.isPrelinked()).isFalse();
      assertThat(report.slotsRelocated()).isZero();
      assertThat(report.typeWordsPatched()).isEqualTo(report.objectsLinked()).isPositive();
      assertThat(image.module("shop").code().typeHandle()).isEqualTo(other.handle(TypeCode.CODE));
    }
  }

  @Test
  void prelinkedImageIsReadReadOnlyAsEver() throws Exception {
    Path prelinked = prelinked(base, table(0x7000_0000L));
    try (MarshalImage image = MarshalImage.map(prelinked)) {
      assertThat(assertReads(image).desiredAddress()).isEqualTo(base);
      assertThat(Memory.kilobytes(prelinked, "Private_Dirty")).isZero();
    }
    MapOptions checked = MapOptions.builder().checksums(true).types(TypeTable.standard()).build();
    try (MarshalImage image = MarshalImage.map(prelinked, checked)) {
      assertReads(image);
      assertThat(image.module("shop").code().typeHandle()).isEqualTo(0x100 + TypeCode.CODE);
    }
  }

  @Test
  void prelinkingIsUndoneToTheSameBytes() throws Exception {
    Path prelinked = prelinked(base, table(0x7000_0000L));
    assertThat(Files.mismatch(path, prelinked)).isNotEqualTo(-1);
    try (MarshalImage image = MarshalImage.map(prelinked);
        MarshalImage original = MarshalImage.map(path)) {
      assertThat(image.info().id()).isEqualTo(original.info().id());
    }
    Path again = directory.resolve("again.img");
    ImageWriter.prelink(prelinked, again, base + 0x1000_0000L, table(0x7000_0040L));
    ImageWriter.prelink(again, again, 0, null);
    assertThat(again).hasBinaryContent(before);
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("x", TestImages.code("f")).prelink(base, table(0x7000_0000L)).write(again);
    }
    try (MarshalImage image =
        MarshalImage.map(again, inPlace().types(table(0x7000_0000L)).build())) {
      assertThat(image.module("x").code().name()).hasToString("f");
      assertThat(image.linkReport().isPrelinked()).isTrue();
    }
  }

  @Test
  void badPrelinkingIsRefusedAndLeavesNothing() throws Exception {
    Path target = directory.resolve("y.img");
    for (long address : new long[] {-4096, 1, 4095, 1L << 47, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> ImageWriter.prelink(path, target, address, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("multiple of 4096");
    }
    TypeTable few = TypeTable.builder().bind(TypeCode.NONE, 0x1000).build();
    assertThatThrownBy(() -> ImageWriter.prelink(path, target, 0, few))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tuple, Ellipsis")
        .hasMessageContaining("code object");
    Files.write(path, new byte[100]);
    assertThatThrownBy(() -> ImageWriter.prelink(path, target, 0, null))
        .isInstanceOf(CorruptImageException.class);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void compactSlotsNeedNoRelocation() throws Exception {
    Files.copy(TestData.path(ImageFiles.COMPACT), path, StandardCopyOption.REPLACE_EXISTING);
    TypeTable types = table(0x7000_0000L);
    try (MarshalImage image = MarshalImage.map(path, inPlace().types(types).build())) {
      LinkReport report = assertReads(image);
      assertThat(report.objectsLinked()).isPositive();
      assertThat(report.slotsRelocated()).isZero();
      CodeView code = image.module("shop").code();
      long slot = code.address() + CodeLayout.SLOTS_OFFSET + 4 * CodeLayout.CONSTS_SLOT;
      assertThat(image.address() + 8 * ((int) Memory.getLong(slot) & 0xFFFFFFFFL))
          .isEqualTo(code.consts().address());
      assertThat(Memory.getLong(code.address() + ObjectLayout.TYPE_OFFSET))
          .isEqualTo(types.handle(TypeCode.CODE));
    }
    for (long address : new long[] {0, base}) {
      Path target = prelinked(address, types);
      try (MarshalImage image = MarshalImage.map(target, inPlace().types(types).build());
          MarshalImage elsewhere = MarshalImage.map(target, inPlace().types(types).build())) {
        assertThat(elsewhere.address()).isNotEqualTo(image.address());
        assertThat(assertReads(image).isPrelinked()).isTrue();
        assertThat(assertReads(elsewhere).isPrelinked()).isTrue();
      }
      assertThat(MarshalImage.verify(target, 5).findings()).isEmpty();
    }
    ImageWriter.prelink(directory.resolve("prelinked.img"), path, 0, null);
    assertThat(path).hasSameBinaryContentAs(TestData.path(ImageFiles.COMPACT));
  }

  @Test
  void memoryIsWhatNativeCodeExpects() throws Exception {
    TypeTable types = table(0x7000_0000L);
    try (MarshalImage image = MarshalImage.map(path, inPlace().types(types).build())) {
      CodeView code = image.module("shop").code();
      long address = code.address();
      assertThat(address).isEqualTo(image.address() + code.offset());
      assertThat(Memory.getLong(address + ObjectLayout.TYPE_OFFSET))
          .isEqualTo(types.handle(TypeCode.CODE));
      assertThat(Memory.getLong(address + CodeLayout.SLOTS_OFFSET + 8 * CodeLayout.CODE_SLOT))
          .isEqualTo(code.code().address());
      assertThat(Memory.getLong(address + CodeLayout.SLOTS_OFFSET + 8 * CodeLayout.CONSTS_SLOT))
          .isEqualTo(code.consts().address());
      long names = Memory.getLong(address + CodeLayout.SLOTS_OFFSET + 8 * CodeLayout.NAMES_SLOT);
      assertThat(Memory.getLong(names + ObjectLayout.TYPE_OFFSET))
          .isEqualTo(types.handle(TypeCode.TUPLE));
      assertThat(Memory.getLong(names + ObjectLayout.SLOTS_OFFSET))
          .isEqualTo(code.names().get(0).address());
      assertThat((int) Memory.getLong(names) & ObjectLayout.PINNED).isEqualTo(ObjectLayout.PINNED);
    }
  }

  @Test
  void bytecodeIsWrittenInThisProcessAlone() throws Exception {
    try (MarshalImage image = MarshalImage.map(path, inPlace().build());
        MarshalImage other = MarshalImage.map(path, inPlace().build())) {
      CodeView code = image.module("shop").code();
      byte first = code.bytecode().get(0);
      code.writableBytecode().put(0, (byte) ~first);
      assertThat(code.bytecode().get(0)).isEqualTo((byte) ~first);
      assertThat(code.bytecode().isReadOnly()).isTrue();
      assertThat(other.module("shop").code().bytecode().get(0)).isEqualTo(first);
    }
    assertThat(path).hasBinaryContent(before);
  }

  @Test
  void countsOfPinnedObjectsStay() throws Exception {
    try (MarshalImage image = MarshalImage.map(path);
        MarshalImage inPlace = MarshalImage.map(path, inPlace().build())) {
      for (MarshalImage each : List.of(image, inPlace)) {
        CodeView code = each.module("shop").code();
        int number = code.objectNumber();
        each.retain(code);
        each.release(code);
        assertThat(each.isPinned(code)).isTrue();
        assertThat(code.objectNumber()).isEqualTo(number);
      }
      CodeView readOnly = image.module("shop").code();
      assertThatThrownBy(() -> image.setCount(readOnly, 1))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> inPlace.isPinned(readOnly))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void countsAreKeptAndNeverReachZero() throws Exception {
    try (MarshalImage image = MarshalImage.map(path, inPlace().build())) {
      CodeView code = image.module("shop").code();
      image.setCount(code, 1);
      assertThat(image.isPinned(code)).isFalse();
      assertThatThrownBy(code::objectNumber)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("not pinned");
      inParallel(
          8,
          () -> {
            for (int i = 0; i < 10_000; i++) {
              image.retain(code);
              image.release(code);
            }
          });
      assertThat((int) Memory.getLong(code.address())).isEqualTo(1);
      image.release(code);
      assertThat((int) Memory.getLong(code.address())).isEqualTo(1);
      image.setCount(code, ~ObjectLayout.PINNED);
      image.retain(code);
      assertThat(image.isPinned(code)).isTrue();
      for (int count : new int[] {0, -1, ObjectLayout.PINNED, Integer.MIN_VALUE, 1 << 30}) {
        assertThatThrownBy(() -> image.setCount(code, count))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void inParallel(int threads, Work work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(
            pool.submit(
                () -> {
                  work.run();
                  return null;
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void eightThreadsLinkInRandomOrder() throws Exception {
    Path many = TestImages.ofFolder(directory, "pyc/3.13");
    Path elsewhere = directory.resolve("elsewhere.img");
    ImageWriter.prelink(many, elsewhere, base, TypeTable.standard());
    Map<String, String> graphs;
    try (MarshalImage image = MarshalImage.map(many)) {
      graphs = graphs(image);
    }
    Random random = new Random(4);
    for (int round = 0; round < 20; round++) {
      MapOptions options =
          inPlace().types(round % 2 == 0 ? table(0x7000_0000L) : TypeTable.standard()).build();
      try (MarshalImage image = MarshalImage.map(round % 4 < 2 ? many : elsewhere, options)) {
        List<String> names = new ArrayList<>(graphs.keySet());
        long seed = random.nextLong();
        inParallel(
            8,
            () -> {
              List<String> order = new ArrayList<>(names);
              Collections.shuffle(order, new Random(seed + Thread.currentThread().getId()));
              for (String name : order) {
                // Straight to objects that another thread may just be linking.
                int string = order.size() % image.internedCount();
                assertThat(image.intern(string).internNumber()).isEqualTo(string);
                assertThat(CanonicalJson.write(image.root(name).toValue()))
                    .isEqualTo(graphs.get(name));
              }
            });
        assertThat(image.linkReport().modulesLinked()).isIn(0, image.moduleCount());
      }
    }
  }

  @Test
  void objectsReachedWithoutTheirModuleAreLinked() throws Exception {
    long shop;
    try (MarshalImage image = MarshalImage.map(path)) {
      shop = image.module("shop").rootOffset();
    }
    try (MarshalImage image = MarshalImage.map(path, inPlace().build())) {
      ImageCursor cursor = image.cursor().moveTo(shop);
      assertThat(cursor.kind()).isEqualTo(TypeCode.CODE);
      assertThat(cursor.typeHandle()).isEqualTo(0x100 + TypeCode.CODE);
      assertThat(image.linkReport().modulesLinked()).isZero();
      long objects = image.linkReport().objectsLinked();
      assertThat(objects).isGreaterThan(10);
      image.module("shop").code();
      assertThat(image.linkReport().objectsLinked()).isGreaterThanOrEqualTo(objects);
      assertReads(image);
    }
  }

  @Test
  void readOnlyFileIsMappedInPlace() throws Exception {
    path.toFile().setReadOnly();
    try (MarshalImage image = MarshalImage.map(path, inPlace().build())) {
      assertReads(image);
    }
  }

  @Test
  void sixtyFourImagesOfOneDesiredAddress() throws Exception {
    TypeTable types = table(0x7000_0000L);
    Path prelinked = prelinked(base, types);
    List<MarshalImage> images = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        images.add(MarshalImage.map(prelinked, inPlace().types(types).build()));
      }
      assertThat(images.stream().map(MarshalImage::address).distinct()).hasSize(64);
      assertThat(images.stream().filter(image -> image.linkReport().isPrelinked())).hasSize(1);
      for (MarshalImage image : images) {
        assertReads(image);
      }
    } finally {
      images.forEach(MarshalImage::close);
      images.clear();
    }
    assertThat(Memory.mappingsAfterCollection(prelinked)).isZero();
  }

  @Test
  void unboundTypesAreReportedAtOnce() {
    TypeTable few = TypeTable.builder().bind(TypeCode.CODE, "code").build();
    for (boolean place : new boolean[] {false, true}) {
      MapOptions.Builder options = MapOptions.builder().types(few);
      MapOptions built = (place ? options.inPlace() : options).build();
      assertThatThrownBy(() -> MarshalImage.map(path, built))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tuple, Ellipsis")
          .hasMessageContaining("str")
          .hasMessageContaining(path.toString());
    }
    TypeTable.Builder alike = TypeTable.builder();
    for (int code : TypeTable.imageTypes()) {
      alike.bind(code, code == TypeCode.TRUE ? 0x1000 + TypeCode.FALSE : 0x1000 + code);
    }
    assertThatThrownBy(() -> MarshalImage.map(path, inPlace().types(alike.build()).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("False and True");
  }

  @Test
  void viewsAnswerTheInterpretersTypes() throws Exception {
    TypeTable.Builder builder = TypeTable.builder();
    for (int code : TypeTable.imageTypes()) {
      builder.bind(code, -code * 0x1000L, "type " + (char) code);
    }
    // Read-only, two types may be one.
    TypeTable same = builder.bind(TypeCode.TRUE, 0x5000, "bool").build();
    for (boolean place : new boolean[] {false, true}) {
      MapOptions.Builder options = MapOptions.builder().types(same);
      try (MarshalImage image =
          MarshalImage.map(path, (place ? options.inPlace() : options).build())) {
        CodeView code = image.module("shop").code();
        assertThat(code.typeHandle()).isEqualTo(-TypeCode.CODE * 0x1000L);
        assertThat(code.type()).isEqualTo("type c");
        assertThat(code.consts().typeHandle()).isEqualTo(-TypeCode.TUPLE * 0x1000L);
        ImageCursor cursor = image.cursor();
        assertThatThrownBy(cursor::typeHandle).isInstanceOf(IllegalStateException.class);
        assertThat(cursor.moveTo(code).typeHandle()).isEqualTo(code.typeHandle());
        assertReads(image);
      }
    }
  }

  @Test
  void damagedModuleIsRefusedAndOthersAreNot() throws Exception {
    long consts;
    try (MarshalImage image = MarshalImage.map(path)) {
      consts = image.module("python2").code().consts().offset();
    }
    for (int word = 0; word < 3; word++) {
      byte[] damaged = before.clone();
      ByteBuffer bytes = ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putLong((int) consts + 8 + 8 * word, 0x7FFF_FFFF_FFF8L);
      Files.write(path, damaged);
      try (MarshalImage image = MarshalImage.map(path, inPlace().build())) {
        for (int attempt = 0; attempt < 2; attempt++) {
          assertThatThrownBy(() -> image.module("python2").code().consts())
              .isInstanceOf(CorruptImageException.class)
              .hasMessageContaining(path.toString());
          assertThat(CanonicalJson.write(image.root("shop").toValue()))
              .isEqualTo(expected.get("shop"));
        }
        assertThatThrownBy(image::linkAll).isInstanceOf(CorruptImageException.class);
      }
      MapOptions checked = inPlace().checksums(true).build();
      assertThatThrownBy(() -> MarshalImage.map(path, checked))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("checksum");
    }
  }

  @Test
  void closedImageRefuses() throws Exception {
    MarshalImage image = MarshalImage.map(path, inPlace().build());
    CodeView code = image.module("shop").code();
    ImageModule unlinked = image.module("python2");
    ByteBuffer bytecode = code.bytecode();
    image.close();
    image.close();
    assertThatThrownBy(code::name).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(unlinked::code).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(image::linkAll).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> image.retain(code)).isInstanceOf(IllegalStateException.class);
    // The address range is not handed back while this buffer may still read it.
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(50);
    }
    assertThat(Memory.mappings(path)).isEqualTo(1);
    bytecode.get(0);
  }

  @Test
  void memoryOfAClosedImageGoes() throws Exception {
    for (int i = 0; i < 10; i++) {
      try (MarshalImage image = MarshalImage.map(path, inPlace().linkAll().build())) {
        assertReads(image);
      }
    }
    assertThat(Memory.mappingsAfterCollection(path)).isZero();
  }
}
