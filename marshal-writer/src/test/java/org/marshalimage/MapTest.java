package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.UnsupportedImageVersionException;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;
import org.marshalimage.writer.ImageWriter;

class MapTest {
  @TempDir Path directory;
  private Path path;
  private byte[] image;

  @BeforeEach
  void writeImage() throws Exception {
    path = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      for (String name : List.of("closures", "strings_text", "ints")) {
        PycFile pyc = PycFile.read(TestData.path("pyc/3.13/" + name + ".pyc"));
        writer.addModule(name, pyc, name.equals("ints"));
      }
      writer.add("values", SequenceValue.list(StrValue.of("\u20ac"), Singleton.TRUE));
      writer.write(path);
    }
    image = Files.readAllBytes(path);
  }

  private void change(Consumer<ByteBuffer> edit) throws IOException {
    byte[] copy = image.clone();
    edit.accept(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
    replace(copy);
  }

  /** Deletes first: to cut a file and write it again waits for the disk, some milliseconds. */
  private void replace(byte[] bytes) throws IOException {
    Files.delete(path);
    Files.write(path, bytes);
  }

  private void assertRefused(Class<? extends RuntimeException> type, String... parts) {
    assertThatThrownBy(() -> MarshalImage.map(path).close())
        .isInstanceOf(type)
        .hasMessageContaining(path.toString())
        .satisfies(e -> assertThat(List.of(parts)).allMatch(e.getMessage()::contains));
  }

  @Test
  void findsModulesAndNamesTheNearestOfThoseThatAreNot() throws Exception {
    try (MarshalImage mapped = MarshalImage.map(path)) {
      assertThat(mapped.moduleCount()).isEqualTo(4);
      assertThat(mapped.modules().stream().map(ImageModule::name))
          .containsExactly("closures", "ints", "strings_text", "values");
      assertThat(mapped.module("ints").isPackage()).isTrue();
      assertThat(mapped.module("closures").isPackage()).isFalse();
      assertThat(mapped.module("closures").pythonVersion()).contains(PythonVersion.V3_13);
      assertThat(mapped.findModule("closure")).isEmpty();
      assertThatThrownBy(() -> mapped.module("closure"))
          .isInstanceOf(NoSuchElementException.class)
          .hasMessageContaining("no module named 'closure' among 4, nearest: closures");
    }
  }

  @Test
  void findsEveryNameOfManyAndNoOther() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      // "Aa" and "BB" have one String.hashCode, and so have all that differ only in these.
      names.add("pkg" + i / 2 + (i % 2 == 0 ? ".Aa" : ".BB"));
    }
    try (ImageWriter writer = ImageWriter.create()) {
      for (int i = 0; i < names.size(); i++) {
        writer.add(names.get(i), IntValue.of(i));
      }
      writer.write(path);
    }
    try (MarshalImage mapped = MarshalImage.map(path)) {
      for (int i = 0; i < names.size(); i++) {
        assertThat(((IntView) mapped.root(names.get(i))).longValue()).isEqualTo(i);
        assertThat(mapped.findModule(names.get(i) + "x")).isEmpty();
      }
    }
  }

  @Test
  void rootsMayBeOfAnyType() throws Exception {
    try (MarshalImage mapped = MarshalImage.map(path)) {
      assertThat(mapped.root("values")).isInstanceOf(ListView.class);
      assertThat(mapped.module("values").source()).isEmpty();
      assertThatThrownBy(() -> mapped.module("values").code())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("found=list");
    }
  }

  @Test
  void keepsWhatThePycFileRecordsOfItsSource() throws Exception {
    Path cache = TestData.path("pyc/3.13-headers");
    Path python2 = TestData.path("pyc/2.7-headers/timestamp/tiny.pyc");
    List<Path> files =
        List.of(
            cache.resolve("timestamp/__pycache__/tiny.cpython-313.pyc"),
            cache.resolve("checked-hash/__pycache__/tiny.cpython-313.pyc"),
            cache.resolve("unchecked-hash/__pycache__/tiny.cpython-313.pyc"),
            python2);
    try (ImageWriter writer = ImageWriter.create()) {
      for (Path file : files) {
        writer.addModule(file.toString(), PycFile.read(file), false);
      }
      writer.write(path);
    }
    try (MarshalImage mapped = MarshalImage.map(path)) {
      for (Path file : files) {
        PycHeader expected = PycFile.read(file).header();
        assertThat(mapped.module(file.toString()).source()).contains(expected);
      }
    }
  }

  @Test
  void cursorMeetsTheObjectsThatViewsMeet() throws Exception {
    try (MarshalImage mapped = MarshalImage.map(path)) {
      for (ImageModule module : mapped.modules()) {
        AtomicLong viewed = new AtomicLong();
        Walks.views(module.root(), object -> viewed.incrementAndGet());
        assertThat(Walks.cursor(mapped, module.rootOffset())).isEqualTo(viewed.get());
      }
    }
  }

  @Test
  void cursorRefusesWhatIsNoObject() throws Exception {
    try (MarshalImage mapped = MarshalImage.map(path)) {
      ImageCursor cursor = mapped.cursor();
      for (long offset : new long[] {-8, 0, 8, 129, image.length, Long.MAX_VALUE, Long.MIN_VALUE}) {
        assertThatThrownBy(() -> cursor.moveTo(offset))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void closedImageRefusesEverything() throws Exception {
    MarshalImage mapped = MarshalImage.map(path);
    ImageModule module = mapped.module("closures");
    CodeView code = module.code();
    StrView name = code.name();
    TupleView consts = code.consts();
    ImageCursor cursor = mapped.cursor().moveTo(code);
    mapped.close();
    mapped.close();
    List<Runnable> uses =
        List.of(
            () -> mapped.module("closures"),
            () -> mapped.modules().get(0),
            module::code,
            code::flags,
            code::bytecode,
            name::toString,
            () -> name.codePointAt(0),
            () -> consts.get(0),
            () -> cursor.slot(0),
            () -> cursor.moveTo(code));
    for (Runnable use : uses) {
      assertThatThrownBy(use::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("image is closed: " + path);
    }
  }

  @Test
  void refusesFilesThatAreNoImages() throws Exception {
    Files.write(path, new byte[0]);
    assertRefused(CorruptImageException.class, "empty, expected an image");
    Files.writeString(path, "#!/usr/bin/env python\n".repeat(20));
    assertRefused(CorruptImageException.class, "not an image", "expected magic", "offset=0x0");
    assertThatThrownBy(() -> MarshalImage.map(directory.resolve("missing.img")))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("missing.img");
    assertThatThrownBy(() -> MarshalImage.map(directory)).isInstanceOf(IOException.class);
  }

  @Test
  void refusesEveryCut() throws Exception {
    for (int length = 0; length < image.length; length += length < 4096 ? 1 : 97) {
      replace(Arrays.copyOf(image, length));
      assertRefused(CorruptImageException.class);
    }
    Files.write(path, Arrays.copyOf(image, image.length + 8));
    assertRefused(CorruptImageException.class, "has grown");
  }

  @Test
  void refusesOtherVersionsByteOrdersAndWidthsByName() throws Exception {
    change(bytes -> bytes.putInt(HeaderLayout.VERSION_OFFSET, 2));
    assertRefused(UnsupportedImageVersionException.class, "expected 1 to 1, found 2", "offset=0xc");
    change(
        bytes ->
            bytes.putInt(
                HeaderLayout.BYTE_ORDER_OFFSET,
                Integer.reverseBytes(HeaderLayout.BYTE_ORDER_MARK)));
    assertRefused(
        UnsupportedImageVersionException.class, "expected little-endian, found big-endian");
    change(bytes -> bytes.putInt(HeaderLayout.POINTER_WIDTH_OFFSET, 2));
    assertRefused(
        UnsupportedImageVersionException.class, "pointer width", "expected 4 or 8, found 2");
  }

  @Test
  void refusesEveryBitFlipOfTheHeader() throws Exception {
    int length = HeaderLayout.SECTIONS_OFFSET + SectionLayout.COUNT * SectionLayout.SIZE;
    for (int bit = 0; bit < length * Byte.SIZE; bit++) {
      int place = bit / Byte.SIZE;
      byte flipped = (byte) (image[place] ^ 1 << bit % Byte.SIZE);
      change(bytes -> bytes.put(place, flipped));
      assertRefused(MarshalFormatException.class);
    }
  }

  @Test
  void checksWhatTheHeaderSaysEvenIfItsChecksumIsRight() throws Exception {
    int shared = HeaderLayout.SECTIONS_OFFSET + 2 * SectionLayout.SIZE;
    List<Consumer<ByteBuffer>> edits =
        List.of(
            bytes -> bytes.putLong(shared + SectionLayout.START_OFFSET, image.length + 8),
            bytes -> bytes.putLong(shared + SectionLayout.START_OFFSET, 16),
            bytes -> bytes.putLong(shared + SectionLayout.LENGTH_OFFSET, Long.MAX_VALUE),
            bytes -> bytes.putLong(shared + SectionLayout.LENGTH_OFFSET, -8),
            bytes -> bytes.putInt(shared + SectionLayout.KIND_OFFSET, 1),
            bytes -> bytes.putInt(shared + SectionLayout.KIND_OFFSET, 77),
            bytes -> bytes.putInt(shared + SectionLayout.RESERVED_OFFSET, 1),
            bytes -> bytes.putInt(HeaderLayout.MODULE_COUNT_OFFSET, 5),
            bytes -> bytes.putLong(HeaderLayout.LINK_BASE_OFFSET, 1),
            bytes -> bytes.putLong(HeaderLayout.LINK_BASE_OFFSET, -4096),
            bytes -> bytes.putLong(HeaderLayout.LINK_BASE_OFFSET, 1L << 47),
            bytes -> bytes.putLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET, 1),
            bytes -> bytes.putInt(HeaderLayout.MODULE_COUNT_OFFSET, -1),
            bytes -> bytes.putInt(HeaderLayout.STR_COUNT_OFFSET, Integer.MAX_VALUE),
            bytes -> bytes.putLong(HeaderLayout.OBJECT_COUNT_OFFSET, -1),
            bytes -> bytes.putInt(HeaderLayout.INTERNED_COUNT_OFFSET, -1),
            bytes -> bytes.putLong(HeaderLayout.SHARED_HOT_OFFSET, 1));
    for (Consumer<ByteBuffer> edit : edits) {
      change(edit.andThen(ImageFiles::seal));
      assertRefused(CorruptImageException.class);
    }
  }

  @Test
  @EnabledIfSystemProperty(
      named = "org.marshalimage.leastMapped",
      matches = "0",
      disabledReason = "what is written to the file is to show in the mapping")
  void survivesEveryByteFlipBehindTheHeader() throws Exception {
    Path small = directory.resolve("small.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.addModule("closures", PycFile.read(TestData.path("pyc/3.13/closures.pyc")), false);
      writer.addModule("py2", PycFile.read(TestData.path("pyc/2.7/closures.pyc")), false);
      writer.add("values", PycFile.read(TestData.path("streams/3.13/v4-everything.pyc")).root());
      writer.write(small);
    }
    byte[] bytes = Files.readAllBytes(small);
    int header = HeaderLayout.SECTIONS_OFFSET + SectionLayout.COUNT * SectionLayout.SIZE;
    int refused = 0;
    // The mapping is shared: what is written to the file shows in it at once.
    try (FileChannel file = FileChannel.open(small, StandardOpenOption.WRITE);
        MarshalImage mapped = MarshalImage.map(small)) {
      for (int place = header; place < bytes.length; place++) {
        for (int change : new int[] {0x01, 0x80, 0xFF}) {
          write(file, place, bytes[place] ^ change);
          try {
            readAll(mapped);
          } catch (MarshalFormatException | IllegalStateException e) {
            refused++;
          }
        }
        write(file, place, bytes[place]);
      }
      readAll(mapped);
    }
    assertThat(refused).isGreaterThan(bytes.length / 10);
  }

  private static void write(FileChannel file, int place, int value) throws IOException {
    file.write(ByteBuffer.wrap(new byte[] {(byte) value}), place);
  }

  private static void readAll(MarshalImage mapped) {
    for (ImageModule module : mapped.modules()) {
      Walks.cursor(mapped, module.rootOffset());
      Walks.views(module.root(), Object::toString);
      module.root().toValue();
    }
    mapped.findModule("closures");
  }

  @Test
  void checksumsFindEveryChangedByteOfAModule() throws Exception {
    MapOptions options = MapOptions.builder().checksums(true).build();
    try (MarshalImage mapped = MarshalImage.map(path, options)) {
      assertThat(mapped.module("closures").code().name().toString()).isEqualTo("<module>");
    }
    long segments;
    try (MarshalImage mapped = MarshalImage.map(path)) {
      segments = mapped.info().length() - mapped.info().segmentsLength();
    }
    int place = (int) segments + 200;
    change(bytes -> bytes.put(place, (byte) ~bytes.get(place)));
    try (MarshalImage mapped = MarshalImage.map(path, options)) {
      assertThatThrownBy(() -> mapped.module("closures").code())
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("checksum of the module's segment is off");
      mapped.module("ints").code();
    }
  }

  @Test
  void valuesWithoutSlotsShareNothingWithTheirNeighbours() throws Exception {
    Value empty = SequenceValue.tuple();
    try (MarshalImage mapped =
        MarshalImage.map(TestImages.of(directory, List.of(empty, StrValue.of(""))))) {
      assertThat(((TupleView) mapped.root("0")).size()).isZero();
      assertThat(((StrView) mapped.root("1")).length()).isZero();
      assertThatThrownBy(() -> ((TupleView) mapped.root("0")).get(0))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("no such item: index=0, size=0");
    }
  }

  @Test
  void rootsAreFoundWithoutViews() throws Exception {
    Path path = TestImages.of(directory, List.of(StrValue.of("a"), IntValue.of(7)));
    try (MarshalImage image = MarshalImage.map(path)) {
      assertThat(image.rootOffset("1")).isEqualTo(image.module("1").rootOffset());
      assertThat(image.cursor().moveTo(image.rootOffset("1")).longValue()).isEqualTo(7);
      assertThat(image.rootOffset("2")).isEqualTo(-1);
      assertThat(image.rootOffset("")).isEqualTo(-1);
    }
  }

  @Test
  void dataIsReadByWords() throws Exception {
    byte[] bytes = new byte[19];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (200 + i);
    }
    List<Value> roots = new ArrayList<>();
    for (int length = 0; length <= bytes.length; length++) {
      roots.add(BytesValue.of(bytes, 0, length, false));
    }
    roots.add(StrValue.of("\u20ac1234"));
    roots.add(IntValue.of(1));
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, roots))) {
      ImageCursor cursor = image.cursor();
      for (int length = 0; length <= bytes.length; length++) {
        cursor.moveTo(image.rootOffset(Integer.toString(length)));
        int words = (length + 7) / 8;
        ByteBuffer read = ByteBuffer.allocate(8 * words).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < words; i++) {
          read.putLong(cursor.dataWord(i));
        }
        assertThat(read.array()).isEqualTo(Arrays.copyOf(Arrays.copyOf(bytes, length), 8 * words));
        assertThatThrownBy(() -> cursor.dataWord(words))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> cursor.dataWord(-1)).isInstanceOf(IndexOutOfBoundsException.class);
      }
      cursor.moveTo(image.rootOffset("20"));
      assertThat(cursor.dataLength()).isEqualTo(10);
      assertThat(cursor.dataWord(0)).isEqualTo(0x0033_0032_0031_20acL);
      assertThat(cursor.dataWord(1)).isEqualTo('4');
      cursor.moveTo(image.rootOffset("21"));
      assertThatThrownBy(() -> cursor.dataWord(0)).isInstanceOf(IllegalStateException.class);
    }
  }
}
