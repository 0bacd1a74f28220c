package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.testkit.DamagedImages;
import org.marshalimage.writer.ImageWriter;

/** Images whose objects, segments or names lie inside one another: work stays linear. */
@Timeout(60)
class OverlapTest {
  private static final int ITEMS = 100_000;

  @TempDir Path directory;

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int section(ByteBuffer bytes, int kind) {
    int entry = HeaderLayout.SECTIONS_OFFSET + (kind - 1) * SectionLayout.SIZE;
    return (int) bytes.getLong(entry + SectionLayout.START_OFFSET);
  }

  @Test
  void overlappingObjectsAreReadOnceInTheirLength() throws Exception {
    Path path =
        TestImages.withAddresses(
            directory, SequenceValue.list(BytesValue.of(new byte[ITEMS * 24])));
    byte[] image = Files.readAllBytes(path);
    ByteBuffer bytes = wrap(image);
    int list;
    int data;
    try (MarshalImage mapped = MarshalImage.map(path)) {
      list = (int) mapped.root("0").offset();
      data = (int) ((ListView) mapped.root("0")).get(0).offset() + 32;
    }
    // A tuple in the data of the bytes object, and its items behind it: bytes objects every 16
    // bytes, each about as long as the image.
    int count = 1000;
    bytes.putLong(list + ObjectLayout.SLOTS_OFFSET, data);
    bytes.putLong(data, 0xC0000000L | (long) count << Integer.SIZE);
    bytes.putLong(data + 8, TypeCode.TUPLE);
    int leaves = data + 16 + 8 * count;
    for (int i = 0; i < count; i++) {
      int leaf = leaves + 16 * i;
      bytes.putLong(data + 16 + 8 * i, leaf);
      bytes.putLong(leaf, 0xC0000000L | (long) (ITEMS * 23 - 32_000) << Integer.SIZE);
      bytes.putLong(leaf + 8, TypeCode.BYTES);
    }
    DamagedImages.seal(image);
    Files.write(path, image);
    try (MarshalImage mapped = MarshalImage.map(path)) {
      ListView root = (ListView) mapped.root("0");
      assertThatThrownBy(root::toValue)
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("objects overlap: expected at most ")
          .hasMessageContaining("found=");
      assertThat(((TupleView) root.get(0)).size()).isEqualTo(count);
    }
    VerifyReport report = MarshalImage.verify(path, 100);
    assertThat(report.isSound()).isFalse();
  }

  @Test
  void budgetsHold() throws Exception {
    Value deep = IntValue.of(7);
    for (int i = 0; i < 50; i++) {
      deep = SequenceValue.list(deep);
    }
    Path path = TestImages.of(directory, deep);
    for (boolean place : new boolean[] {false, true}) {
      if (place && !OS.LINUX.isCurrentOs()) {
        continue;
      }
      assertThatCode(() -> read(path, 51, 50, place)).doesNotThrowAnyException();
      assertThatThrownBy(() -> read(path, 50, 50, place))
          .isInstanceOf(ImageLimitException.class)
          .hasMessageContaining("maxObjects=50")
          .hasMessageContaining("file=" + path);
      assertThatThrownBy(() -> read(path, 51, 49, place))
          .isInstanceOf(ImageLimitException.class)
          .hasMessageContaining("maxDepth=49");
    }
    assertThatThrownBy(() -> MapOptions.builder().maxObjects(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MapOptions.builder().maxDepth(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(MapOptions.defaults().maxObjects()).isEqualTo(Long.MAX_VALUE);
    assertThat(MapOptions.defaults().maxDepth()).isEqualTo(Integer.MAX_VALUE);
  }

  private static void read(Path path, long objects, int depth, boolean inPlace) throws IOException {
    MapOptions.Builder options = MapOptions.builder().maxObjects(objects).maxDepth(depth);
    try (MarshalImage image =
        MarshalImage.map(path, (inPlace ? options.inPlace() : options).build())) {
      image.root("0").toValue();
    }
  }

  /**
   * Handles of a hostile image may be numbers that are slots, too, so that linking accepts type
   * words of some objects as slots of others.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  void linkingOverlappingObjectsIsLinear() throws Exception {
    Path path =
        TestImages.withAddresses(
            directory,
            SequenceValue.list(
                BytesValue.of(new byte[ITEMS * 16]), SequenceValue.tuple(Singleton.NONE)));
    int data;
    int list;
    int none;
    try (MarshalImage mapped = MarshalImage.map(path)) {
      ListView root = (ListView) mapped.root("0");
      list = (int) root.offset();
      data = (int) root.get(0).offset() + 32;
      none = (int) ((TupleView) root.get(1)).get(0).offset();
    }
    int size = 30_000;
    long base = (long) size << Integer.SIZE;
    // A tuple's handle is the slot that leads to None.
    TypeTable.Builder types = TypeTable.builder();
    for (int code : TypeTable.imageTypes()) {
      types.bind(code, code == TypeCode.TUPLE ? base + none : 0x100 + code);
    }
    ImageWriter.prelink(path, path, base, types.build());
    byte[] image = Files.readAllBytes(path);
    ByteBuffer bytes = wrap(image);
    int tuples = ITEMS - size / 2 - 8;
    for (int i = 0; i < ITEMS - 4; i++) {
      // Its upper half is the size of the tuple, and all of it a slot of the tuples before.
      int next = data + 16 * Math.min(i + 1, tuples - 1);
      bytes.putLong(data + 16 * i, base + next);
      bytes.putLong(data + 16 * i + 8, base + none);
    }
    bytes.putLong(list + ObjectLayout.SLOTS_OFFSET, base + data);
    DamagedImages.seal(image);
    Files.write(path, image);
    MapOptions options = MapOptions.builder().inPlace().types(TypeTable.standard()).build();
    try (MarshalImage mapped = MarshalImage.map(path, options)) {
      assertThat(mapped.address()).isEqualTo(base);
      assertThatThrownBy(() -> ((ListView) mapped.root("0")).get(0))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("objects overlap: expected at most ");
      // Far fewer than the tuples that there are: what fits, at 30,000 slots each.
      assertThat(mapped.linkReport().objectsLinked()).isLessThan(100);
    }
  }

  @Test
  void overlappingSegmentsAreRefused() throws Exception {
    byte[] image = Files.readAllBytes(TestData.path(ImageFiles.SOUND));
    ByteBuffer bytes = wrap(image);
    int entry = section(bytes, SectionLayout.MODULES);
    long length = bytes.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
    bytes.putLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET, length + 8192);
    DamagedImages.seal(image);
    Path path = directory.resolve("x.img");
    Files.write(path, image);
    try (MarshalImage mapped =
        MarshalImage.map(path, MapOptions.builder().checksums(true).build())) {
      assertThatThrownBy(() -> mapped.modules().get(0).root())
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("bad segment of a module");
    }
    if (OS.LINUX.isCurrentOs()) {
      assertThatThrownBy(
              () -> MarshalImage.map(path, MapOptions.builder().inPlace().linkAll().build()))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("bad segment of a module");
    }
  }

  @Test
  void oneLongNameForAllModulesIsRefused() throws Exception {
    Path path = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("!".repeat(1_000_000), FloatValue.of(0));
      for (int i = 0; i < 20_000; i++) {
        writer.add("m" + i, FloatValue.of(i));
      }
      writer.write(path);
    }
    byte[] image = Files.readAllBytes(path);
    ByteBuffer bytes = wrap(image);
    int modules = section(bytes, SectionLayout.MODULES);
    long name = bytes.getLong(modules + ModuleLayout.NAME_OFFSET);
    for (int i = 1; i <= 20_000; i++) {
      bytes.putLong(modules + i * ModuleLayout.SIZE + ModuleLayout.NAME_OFFSET, name);
    }
    DamagedImages.seal(image);
    Files.write(path, image);
    try (MarshalImage mapped = MarshalImage.map(path)) {
      assertThatThrownBy(() -> mapped.modules().get(0))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("name of a module overlaps the next");
      assertThatThrownBy(() -> mapped.module("m")).isInstanceOf(NoSuchElementException.class);
    }
    assertThat(MarshalImage.verify(path, 100).isSound()).isFalse();
  }

  @Test
  void namesThatManyCodeObjectsShareAreVerifiedOnce() throws Exception {
    Value[] names = new Value[100_000];
    for (int i = 0; i < names.length; i++) {
      names[i] = StrValue.of("n" + i);
    }
    SequenceValue tuple = SequenceValue.tuple(names);
    Value[] codes = new Value[20_000];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = TestImages.codeWithNames("f" + i, tuple);
    }
    Path path = TestImages.of(directory, SequenceValue.list(codes));
    assertThat(MarshalImage.verify(path, 10).isSound()).isTrue();
  }

  @Test
  void verifyOfManySetsWithKeysAtTheEndIsLinear() throws Exception {
    Value[] sets = new Value[300_000];
    Value last = SequenceValue.frozenset(FloatValue.of(1));
    for (int i = 0; i < sets.length; i++) {
      sets[i] = SequenceValue.set(last);
    }
    Path path = TestImages.of(directory, SequenceValue.list(sets));
    assertThat(MarshalImage.verify(path, 10).isSound()).isTrue();
  }

  @Test
  void verifyOfADeepGraphNamesItsPathInShort() throws Exception {
    Value deep = StrValue.of("x");
    for (int i = 0; i < 200_000; i++) {
      deep = SequenceValue.list(deep);
    }
    Path path = TestImages.of(directory, deep);
    byte[] image = Files.readAllBytes(path);
    ByteBuffer bytes = wrap(image);
    // The hash of the str at the end: its only object with one.
    try (MarshalImage mapped = MarshalImage.map(path)) {
      ImageCursor cursor = mapped.cursor().moveTo(mapped.root("0"));
      while (cursor.kind() == TypeCode.LIST) {
        cursor.moveToSlot(0);
      }
      int hash = (int) cursor.offset() + 20;
      bytes.putInt(hash, bytes.getInt(hash) + 1);
    }
    DamagedImages.seal(image);
    Files.write(path, image);
    VerifyReport report = MarshalImage.verify(path, 10);
    assertThat(report.total()).isEqualTo(1);
    assertThat(report.findings().get(0).path())
        .hasSizeLessThan(1000)
        .contains("[0] ...199980 more... [0]");
  }

  @Test
  void typesThatNoImageHasAreDamageAndNoMissingBinding() throws Exception {
    byte[] image = Files.readAllBytes(TestData.path(ImageFiles.SOUND));
    ByteBuffer bytes = wrap(image);
    bytes.putInt(section(bytes, SectionLayout.TYPES) + TypesLayout.CODE_OFFSET, 1);
    DamagedImages.seal(image);
    Path path = directory.resolve("x.img");
    Files.write(path, image);
    assertThatThrownBy(
            () -> MarshalImage.map(path, MapOptions.builder().types(TypeTable.standard()).build()))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("unknown type code");
  }
}
