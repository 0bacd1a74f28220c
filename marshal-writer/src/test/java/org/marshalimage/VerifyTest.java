package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.StringsLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;

/** What {@code verify} finds: damage as it happens, and damage with checksums made to fit. */
class VerifyTest {
  @TempDir Path directory;
  private Path path;
  private byte[] sound;
  private long shop;
  private long consts;
  private long names;
  private long name;

  @BeforeEach
  void copyImage() throws Exception {
    path = directory.resolve("x.img");
    sound = Files.readAllBytes(TestData.path(ImageFiles.SOUND));
    Files.write(path, sound);
    try (MarshalImage image = MarshalImage.map(path)) {
      CodeView code = image.module("shop").code();
      shop = code.offset();
      consts = code.consts().offset();
      names = code.names().offset();
      name = code.name().offset();
    }
  }

  /** Returns where a slot of the module's code lies: the image has slots of 8 bytes. */
  private int slot(int index) {
    return (int) shop + CodeLayout.SLOTS_OFFSET + HeaderLayout.ADDRESS_WIDTH * index;
  }

  /** Deletes first: to cut a file and write it again waits for the disk, some milliseconds. */
  private void replace(byte[] bytes) throws IOException {
    Files.delete(path);
    Files.write(path, bytes);
  }

  private VerifyReport forge(Consumer<ByteBuffer> edit) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(sound.clone()).order(ByteOrder.LITTLE_ENDIAN);
    edit.accept(bytes);
    ImageFiles.sealAll(bytes);
    replace(bytes.array());
    return MarshalImage.verify(path, 50);
  }

  private void assertFound(String problem, Consumer<ByteBuffer> edit) throws IOException {
    VerifyReport report = forge(edit);
    assertThat(report.isSound()).as(problem).isFalse();
    assertThat(report.findings())
        .as(problem)
        .anySatisfy(finding -> assertThat(finding.toString()).contains(problem));
  }

  private int entry(ByteBuffer bytes, int kind) {
    return HeaderLayout.SECTIONS_OFFSET + (kind - 1) * SectionLayout.SIZE;
  }

  private int start(ByteBuffer bytes, int kind) {
    return (int) bytes.getLong(entry(bytes, kind) + SectionLayout.START_OFFSET);
  }

  @Test
  void soundImagesHaveNoFindings() throws Exception {
    VerifyReport report = MarshalImage.verify(path, 10);
    assertThat(report.findings()).isEmpty();
    assertThat(report.isSound()).isTrue();
    assertThat(report.length()).isEqualTo(sound.length);
    try (MarshalImage image = MarshalImage.map(path)) {
      assertThat(report.objects()).isEqualTo(image.info().objects());
      assertThat(image.verify().isSound()).isTrue();
    }
    for (PythonVersion version : PythonVersion.values()) {
      String folder = "pyc/" + version;
      if (Files.isDirectory(TestData.path(folder))) {
        Path image = TestImages.ofFolder(directory, folder);
        assertThat(MarshalImage.verify(image, 10).findings()).as(folder).isEmpty();
        ImageWriter.prelink(image, image, 0x2000_0000_0000L, TypeTable.standard());
        assertThat(MarshalImage.verify(image, 10).findings()).as(folder).isEmpty();
      }
    }
    Path streams = TestImages.ofFolder(directory, "streams");
    assertThat(MarshalImage.verify(streams, 10).findings()).isEmpty();
  }

  @Test
  void whatWasWrittenInPlaceDoesNotCount() throws Exception {
    try (MarshalImage image =
        MarshalImage.map(path, MapOptions.builder().inPlace().linkAll().build())) {
      image.module("shop").code().writableBytecode().put(0, (byte) 1);
      assertThat(image.verify().isSound()).isTrue();
    }
  }

  @Test
  void tableOfInternedStringsThatNothingNamesIsSound() throws Exception {
    Path next = directory.resolve("next.img");
    try (MarshalImage older = MarshalImage.map(path);
        ImageWriter writer = ImageWriter.create()) {
      writer.internTable(older).add("f", TestImages.code("f")).write(next);
    }
    assertThat(MarshalImage.verify(next, 10).findings()).isEmpty();
  }

  @Tag("exhaustive")
  @Test
  void everyByteCounts() throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = bytes.getInt(HeaderLayout.HEADER_LENGTH_OFFSET);
    for (int at = 0; at < sound.length; at += 7) {
      // What comes before the header's checksum is told as what it is.
      String guard =
          at < HeaderLayout.IMAGE_ID_OFFSET
              ? ".+"
              : at < headerLength
                  ? "(checksum of header is off|bad number of sections|length of properties is).*"
                  : "checksum is off";
      byte[] damaged = sound.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      replace(damaged);
      assertThat(MarshalImage.verify(path, 50).findings())
          .as("byte " + at)
          .anyMatch(finding -> finding.problem().matches(guard));
    }
  }

  @Test
  void findingsSayWhereAndAreCounted() throws Exception {
    VerifyReport report =
        forge(
            bytes -> {
              for (int i = 0; i < 5; i++) {
                bytes.put((int) name + StrLayout.HASH_OFFSET, (byte) ~sound[(int) name + 20]);
              }
            });
    assertThat(report.findings()).isNotEmpty();
    assertThat(report.findings().get(0).offset()).isEqualTo(name + StrLayout.HASH_OFFSET);
    assertThat(report.findings().get(0).path()).contains(": ").contains("name");
    assertThat(report.findings().get(0).problem()).isEqualTo("hash");
    assertThat(report.findings().get(0).expected()).isNotEqualTo(report.findings().get(0).found());
    report =
        forge(
            bytes -> {
              for (int i = 0; i < 9; i++) {
                bytes.putInt(slot(i), 1);
              }
            });
    long total = report.total();
    assertThat(total).isGreaterThan(8);
    assertThat(MarshalImage.verify(path, 3).findings()).hasSize(3);
    assertThat(MarshalImage.verify(path, 3).total()).isEqualTo(total);
  }

  @Test
  void headersAreHeld() throws Exception {
    Files.write(path, new byte[10]);
    VerifyReport report = MarshalImage.verify(path, 5);
    assertThat(report.findings()).hasSize(1);
    assertThat(report.findings().get(0).path()).isEqualTo("header");
    assertFound(
        "objects, expected=",
        bytes ->
            bytes.putLong(
                HeaderLayout.OBJECT_COUNT_OFFSET,
                bytes.getLong(HeaderLayout.OBJECT_COUNT_OFFSET) + 1));
    assertCountFound("header: str objects, expected=", HeaderLayout.STR_COUNT_OFFSET);
    assertCountFound("header: bytes objects, expected=", HeaderLayout.BYTES_COUNT_OFFSET);
    assertCountFound("header: code objects, expected=", HeaderLayout.CODE_COUNT_OFFSET);
    assertCountFound("header: interned strings, expected=", HeaderLayout.INTERNED_COUNT_OFFSET);
    assertCountFound(
        "header: number of the first bytes object that is not interned",
        HeaderLayout.INTERNED_COUNT_OFFSET);
    assertFound(
        "section STRINGS: length",
        bytes -> {
          int field = HeaderLayout.INTERNED_COUNT_OFFSET;
          bytes.putInt(field, bytes.getInt(field) - 9);
        });
  }

  private void assertCountFound(String problem, int field) throws IOException {
    assertFound(problem, bytes -> bytes.putInt(field, bytes.getInt(field) - 1));
  }

  @Test
  void objectsAreHeld() throws Exception {
    assertFound("count and number", bytes -> bytes.putInt((int) shop, 1));
    assertFound("count and number", bytes -> bytes.putInt((int) shop, ObjectLayout.PINNED));
    assertFound("unknown type code", bytes -> bytes.putLong((int) shop + 8, 'z'));
    assertFound("unknown type code", bytes -> bytes.putLong((int) shop + 8, 0));
    assertFound("code number", bytes -> bytes.putInt((int) shop + 4, 77));
    assertFound("reserved field", bytes -> bytes.putShort((int) shop + 46, (short) 1));
    assertFound("magic number", bytes -> bytes.putShort((int) shop + 44, (short) 1));
    assertFound("local variables", bytes -> bytes.putInt((int) shop + 28, 99));
    assertFound("slot leads to no object", bytes -> bytes.putLong(slot(CodeLayout.NAMES_SLOT), 0));
    assertFound(
        "slot leads to no object", bytes -> bytes.putLong(slot(CodeLayout.NAMES_SLOT), names + 8));
    assertFound("type of a field", bytes -> bytes.putLong(slot(CodeLayout.NAMES_SLOT), name));
    assertFound(
        "nothing leads to the object", bytes -> bytes.putLong(slot(CodeLayout.NAMES_SLOT), consts));
    assertFound("argcount: expected at least 0", bytes -> bytes.putInt((int) shop + 16, -1));
    assertFound("one for each argument", bytes -> bytes.putInt((int) shop + 16, 1000));
    assertFound("expected at most argcount", bytes -> bytes.putInt((int) shop + 20, 1000));
    assertFound("hash", bytes -> bytes.put((int) name + 24, (byte) '?'));
    assertFound("ASCII flag", bytes -> bytes.put((int) name + 24, (byte) 0xE9));
    assertFound("width", bytes -> bytes.putInt((int) name + 16, bytes.getInt((int) name + 16) | 3));
    assertFound(
        "number", bytes -> bytes.putInt((int) name + 16, bytes.getInt((int) name + 16) ^ 1 << 4));
    VerifyReport cut =
        forge(bytes -> bytes.putInt((int) name + 16, bytes.getInt((int) name + 16) | 1));
    assertThat(cut.findings()).hasSizeBetween(1, 8);
    assertFound("size", bytes -> bytes.putInt((int) names + 4, -1));
    assertFound("range leaves the image", bytes -> bytes.putInt((int) names + 4, 1000));
  }

  @Test
  void countsOfCodeObjectsAreHeld() throws Exception {
    assertFound("argcount: expected at least 0", bytes -> bytes.putInt((int) shop + 16, -1));
    assertFound("expected at most argcount", bytes -> bytes.putInt((int) shop + 20, 1000));
    assertFound("kwonlyargcount: expected at least 0", bytes -> bytes.putInt((int) shop + 24, -1));
    assertFound("one for each argument", bytes -> bytes.putInt((int) shop + 16, 1000));
    assertFound("stacksize: expected at least 0", bytes -> bytes.putInt((int) shop + 32, -1));
    assertFound("flags: expected at least 0", bytes -> bytes.putInt((int) shop + 36, -1));
    assertFound(
        "expected an even length",
        bytes -> {
          int size = (int) bytes.getLong(slot(CodeLayout.CODE_SLOT)) + 4;
          bytes.putInt(size, bytes.getInt(size) - 1);
        });
  }

  @Test
  void modulesAreHeld() throws Exception {
    int top = Integer.BYTES;
    assertFieldFound("name is not the next in SHARED", ModuleLayout.NAME_OFFSET);
    assertFieldFound("name is not the next in SHARED", ModuleLayout.NAME_OFFSET + top);
    assertFieldFound("segment is not behind the one before", ModuleLayout.SEGMENT_OFFSET + top);
    assertFieldFound(
        "segment is not behind the one before", ModuleLayout.SEGMENT_LENGTH_OFFSET + top);
    assertFieldFound("flags make no sense", ModuleLayout.FLAGS_OFFSET);
    assertFieldFound("magic number of no known Python", ModuleLayout.MAGIC_OFFSET);
    assertFieldFound("first code number", ModuleLayout.FIRST_CODE_OFFSET);
    assertFieldFound("code objects", ModuleLayout.CODE_COUNT_OFFSET);
    assertFieldFound("reserved field", ModuleLayout.COLD_CHECKSUM_OFFSET);
    assertFieldFound("cold stretch in an image without any", ModuleLayout.COLD_OFFSET);
    assertFieldFound("cold stretch in an image without any", ModuleLayout.COLD_LENGTH_OFFSET);
    for (int length : new int[] {-8, 8}) {
      assertFound(
          length < 0 ? "object is cut by the end of its segment" : "bytes left free before",
          bytes -> {
            int field = start(bytes, SectionLayout.MODULES) + ModuleLayout.SEGMENT_LENGTH_OFFSET;
            bytes.putLong(field, bytes.getLong(field) + length);
          });
    }
  }

  private void assertFieldFound(String problem, int field) throws IOException {
    assertFound(
        ": " + problem,
        bytes -> {
          int at = start(bytes, SectionLayout.MODULES) + field;
          bytes.putInt(at, bytes.getInt(at) ^ 0x80);
        });
  }

  @Test
  void headsOfSegmentsAreHeld() throws Exception {
    ByteBuffer image = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN);
    int entry = start(image, SectionLayout.MODULES);
    int segment = (int) image.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
    int length = image.getInt(segment + SegmentLayout.NAME_LENGTH_OFFSET);
    int end = segment + (int) SegmentLayout.headSize(length);
    assertFound("root is no object of the module", bytes -> bytes.putLong(segment, segment));
    assertFound(
        "index in the segment", bytes -> bytes.putInt(segment + SegmentLayout.INDEX_OFFSET, 1));
    assertFound(
        "name in the segment is another",
        bytes -> bytes.putInt(segment + SegmentLayout.NAME_LENGTH_OFFSET, length - 1));
    assertFound(
        "name in the segment is another",
        bytes -> bytes.putChar(segment + SegmentLayout.NAME_OFFSET, 'x'));
    for (int at = segment; at < end; at++) {
      int place = at;
      int field = at - segment;
      String problem =
          field < SegmentLayout.INDEX_OFFSET
              ? "root is no object of the module"
              : field < SegmentLayout.NAME_LENGTH_OFFSET
                  ? "index in the segment"
                  : field < SegmentLayout.NAME_OFFSET + 2 * length
                      ? "name in the segment is another"
                      : "padding is not zero";
      assertFound(problem, bytes -> bytes.put(place, (byte) ~bytes.get(place)));
    }
    assertFound(
        "section DIRECTORY: text leads to another value",
        bytes -> {
          int values = start(bytes, SectionLayout.DIRECTORY);
          int count = bytes.getInt(HeaderLayout.MODULE_COUNT_OFFSET);
          bytes.putInt(values + (int) HashLayout.valueOffset(0, count), -1);
        });
  }

  @Test
  void emptyNamesOfModulesAreFindingsAndEveryFindingSaysWhere() throws Exception {
    assertFound(
        "name is empty",
        bytes -> {
          int field = start(bytes, SectionLayout.MODULES) + ModuleLayout.NAME_OFFSET;
          bytes.putInt((int) bytes.getLong(field) + ObjectLayout.SIZE_OFFSET, 0);
          bytes.putLong((int) shop + ObjectLayout.TYPE_OFFSET, 'z');
        });
    assertThat(MarshalImage.verify(path, 50).findings())
        .allMatch(finding -> !finding.path().isEmpty());
  }

  @Test
  void tablesAreHeld() throws Exception {
    assertFound(
        "SEGMENTS",
        bytes -> {
          int entry = entry(bytes, SectionLayout.SEGMENTS);
          bytes.putLong(
              entry + SectionLayout.LENGTH_OFFSET,
              bytes.getLong(entry + SectionLayout.LENGTH_OFFSET) - 8);
        });
    for (int kind : new int[] {SectionLayout.DIRECTORY, SectionLayout.STRINGS}) {
      String section = kind == SectionLayout.DIRECTORY ? "section DIRECTORY" : "section STRINGS";
      assertFound(
          section + ": text leads to another value",
          bytes -> bytes.put(start(bytes, kind) + HashLayout.SEED_OFFSET, (byte) 9));
      assertFound(
          section
              + (kind == SectionLayout.DIRECTORY
                  ? ": perfect hash leads outside its table"
                  : ": text leads to another value"),
          bytes -> {
            int at = start(bytes, kind) + (int) HashLayout.redirectOffset(0);
            while (bytes.getInt(at) == 0) {
              at += Integer.BYTES;
            }
            bytes.putInt(at, bytes.getInt(at) ^ 1 << 3);
          });
    }
    assertFound(
        "not the string of number 0",
        bytes -> {
          int count = bytes.getInt(HeaderLayout.INTERNED_COUNT_OFFSET);
          int at = start(bytes, SectionLayout.STRINGS) + (int) StringsLayout.offsetOffset(0, count);
          bytes.putInt(at, bytes.getInt(at + 4));
        });
    assertFound(
        "entry of",
        bytes -> {
          int at = start(bytes, SectionLayout.TYPES) + TypesLayout.OBJECTS_OFFSET;
          bytes.putInt(at, bytes.getInt(at) + 1);
        });
  }

  @Test
  void keysAreHeld() throws Exception {
    DictValue.Builder dict = DictValue.unfinished(TypeCode.DICT);
    Value list = SequenceValue.list();
    sound =
        Files.readAllBytes(
            TestImages.withAddresses(
                directory,
                dict.finish(
                    new Value[] {StrValue.of("a"), list, StrValue.of("b"), Singleton.TRUE})));
    long offset;
    long listOffset;
    Files.write(path, sound);
    try (MarshalImage image = MarshalImage.map(path)) {
      DictView view = (DictView) image.root("0");
      offset = view.offset();
      listOffset = view.value(0).offset();
    }
    int slots = (int) offset + ObjectLayout.SLOTS_OFFSET;
    assertFound("key that has no hash", bytes -> bytes.putLong(slots, listOffset));
    assertFound("key stands twice", bytes -> bytes.putLong(slots + 16, bytes.getLong(slots)));
  }

  @Test
  void compactSlotsAreHeld() throws Exception {
    sound = Files.readAllBytes(TestData.path(ImageFiles.COMPACT));
    Files.write(path, sound);
    assertThat(MarshalImage.verify(path, 5).findings()).isEmpty();
    long tuple;
    Set<Long> texts = new HashSet<>();
    try (MarshalImage image = MarshalImage.map(path)) {
      for (int number = 0; number < image.internedCount(); number++) {
        texts.add(image.intern(number).offset());
      }
      assertThat(image.info().pointerWidth()).isEqualTo(HeaderLayout.COMPACT_WIDTH);
      TupleView odd = image.module("closures").code().names();
      assertThat(odd.size() % 2).isEqualTo(1);
      tuple = odd.offset() + ObjectLayout.SLOTS_OFFSET;
      long end = tuple + 4L * odd.size();
      assertFound("padding is not zero", bytes -> bytes.putInt((int) end, 1));
    }
    int slot = (int) tuple;
    assertFound("slot leads to no object", bytes -> bytes.putInt(slot, 0));
    assertFound("slot leads to no object", bytes -> bytes.putInt(slot, -1));
    assertFound("slot leads to no object", bytes -> bytes.putInt(slot, bytes.getInt(slot) + 1));
    for (int bit = 0; bit < 32; bit++) {
      int flip = 1 << bit;
      VerifyReport report = forge(bytes -> bytes.putInt(slot, bytes.getInt(slot) ^ flip));
      long target = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getInt(slot) ^ flip;
      if (texts.contains((target & 0xFFFFFFFFL) * HeaderLayout.ALIGNMENT)) {
        // Another name, which will do as well.
        continue;
      }
      assertThat(report.findings())
          .as("bit " + bit)
          .anyMatch(
              finding ->
                  finding.problem().matches("slot leads to (no|another module's) object")
                      || finding.problem().matches("type of name [0-9]+")
                      || finding.problem().equals("nothing leads to the object"));
    }
  }
}
