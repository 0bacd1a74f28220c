package org.marshalimage.internal.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.PropertiesLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.UnsupportedImageVersionException;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.internal.verify.Forge;

/** Header and section table, each wrong in one way, or right at its very edge. */
class ImageHeaderTest {
  private static final int HEADER_LENGTH =
      HeaderLayout.SECTIONS_OFFSET + SectionLayout.COUNT * SectionLayout.SIZE;
  private static final long NO_OFFSET = MarshalFormatException.NO_OFFSET;

  private final Forge forge = forge();
  private final int length = forge.bytes.capacity();

  private static Forge forge() {
    return Forge.of(
        HeaderLayout.COMPACT_WIDTH,
        writer ->
            writer
                .add("a", SequenceValue.list(StrValue.of("x", true), IntValue.of(1)))
                .add("b", SequenceValue.list(BytesValue.of(new byte[5]), StrValue.of("y"))));
  }

  private static ImageHeader read(Forge forge) {
    return new ImageHeader(forge.image());
  }

  private static Forge sealHeader(Forge forge) {
    ByteBuffer bytes = forge.bytes;
    long sum = 0;
    for (int at = 0; at < bytes.getInt(HeaderLayout.HEADER_LENGTH_OFFSET); at += 8) {
      if (at != HeaderLayout.CHECKSUM_OFFSET) {
        sum = HashLayout.foldChecksum(sum, bytes.getLong(at));
      }
    }
    bytes.putLong(HeaderLayout.CHECKSUM_OFFSET, sum);
    return forge;
  }

  private static void assertRefused(
      ThrowingCallable use,
      Class<? extends MarshalFormatException> type,
      String problem,
      long offset) {
    assertThatThrownBy(use)
        .isInstanceOf(type)
        .isInstanceOfSatisfying(
            MarshalFormatException.class,
            e -> {
              assertThat(e.problem()).isEqualTo(problem);
              assertThat(e.offset()).isEqualTo(offset);
              assertThat(e.file()).isEqualTo(Forge.PATH.toString());
            });
  }

  private static void assertCorrupt(ThrowingCallable use, String problem, long offset) {
    assertRefused(use, CorruptImageException.class, problem, offset);
  }

  /** Changes a copy, its checksum made to fit, which is then refused. */
  private void assertCorrupt(Consumer<ByteBuffer> edit, String problem, long offset) {
    Forge copy = forge.copy();
    edit.accept(copy.bytes);
    sealHeader(copy);
    assertCorrupt(() -> read(copy), problem, offset);
  }

  private void assertUnsupported(int offset, int value, String problem) {
    Forge copy = forge.copy();
    copy.bytes.putInt(offset, value);
    assertRefused(() -> read(copy), UnsupportedImageVersionException.class, problem, offset);
  }

  /** Changes a copy, its checksum made to fit, which is read. */
  private ImageHeader accept(Consumer<ByteBuffer> edit) {
    Forge copy = forge.copy();
    edit.accept(copy.bytes);
    return read(sealHeader(copy));
  }

  private void assertCut(int length, String problem, long offset) {
    Forge cut = Forge.of(Arrays.copyOf(forge.bytes.array(), length));
    assertCorrupt(() -> read(cut), problem, offset);
  }

  @Test
  void fileIsNotShorterThanItsHeader() {
    assertCut(0, "empty, expected an image", NO_OFFSET);
    for (int cut : new int[] {1, 7, 8, HeaderLayout.SECTIONS_OFFSET - 1}) {
      assertCut(
          cut, "too short for an image: length=" + cut + ", expected at least 128", NO_OFFSET);
    }
    for (int cut : new int[] {HeaderLayout.SECTIONS_OFFSET, HEADER_LENGTH - 1}) {
      assertCut(cut, "range leaves the image: length=" + HEADER_LENGTH + ", limit=" + cut, 0);
    }
    for (int cut : new int[] {HEADER_LENGTH, length - 1}) {
      assertCut(
          cut,
          "image is cut, or has grown: expected length=" + length + ", found length=" + cut,
          HeaderLayout.LENGTH_OFFSET);
    }
    assertCut(
        length + 8,
        "image is cut, or has grown: expected length=" + length + ", found length=" + (length + 8),
        HeaderLayout.LENGTH_OFFSET);
  }

  @Test
  void imageOfAnotherKindIsRefusedByName() {
    assertCorrupt(
        bytes -> bytes.putLong(HeaderLayout.MAGIC_OFFSET, 0x0807060504030201L),
        "not an image: expected magic 0x894d494d470d0a1a, found 0x102030405060708",
        HeaderLayout.MAGIC_OFFSET);
    assertCorrupt(
        bytes -> bytes.putInt(HeaderLayout.BYTE_ORDER_OFFSET, 5),
        "bad byte order mark: expected=16909060, found=5",
        HeaderLayout.BYTE_ORDER_OFFSET);
    assertUnsupported(
        HeaderLayout.BYTE_ORDER_OFFSET,
        0x04030201,
        "byte order is not supported: expected little-endian, found big-endian");
    String version = "format version is not supported: expected 1 to 1, found ";
    assertUnsupported(HeaderLayout.VERSION_OFFSET, 0, version + "0");
    assertUnsupported(
        HeaderLayout.VERSION_OFFSET,
        2,
        version + "2, of a later release of Marshal Image: see help/versions.md");
    assertUnsupported(HeaderLayout.VERSION_OFFSET, -1, version + "4294967295");
    String width = "pointer width is not supported: expected 4 or 8, found ";
    assertUnsupported(HeaderLayout.POINTER_WIDTH_OFFSET, 5, width + "5");
    assertUnsupported(HeaderLayout.POINTER_WIDTH_OFFSET, 16, width + "16");
    assertUnsupported(HeaderLayout.POINTER_WIDTH_OFFSET, -1, width + "4294967295");
  }

  @Test
  void lengthOfTheHeaderIsThatOfItsParts() {
    int count = HeaderLayout.SECTION_COUNT_OFFSET;
    String sections = "bad number of sections: expected 6 to 64, found ";
    assertCorrupt(bytes -> bytes.putInt(count, 5), sections + "5", count);
    assertCorrupt(bytes -> bytes.putInt(count, 65), sections + "65", count);
    assertCorrupt(bytes -> bytes.putInt(count, -1), sections + "4294967295", count);
    int field = HeaderLayout.HEADER_LENGTH_OFFSET;
    String header = "bad header length: expected=";
    assertCorrupt(
        bytes -> bytes.putInt(count, 64), header + (128 + 64 * 32) + ", found=320", field);
    assertCorrupt(bytes -> bytes.putInt(count, 7), header + "352, found=320", field);
    assertCorrupt(bytes -> bytes.putInt(field, 312), header + "320, found=312", field);
    int properties = HeaderLayout.PROPERTIES_LENGTH_OFFSET;
    String absurd = "length of properties is absurd: found=";
    assertCorrupt(bytes -> bytes.putInt(properties, -8), absurd + "4294967288", properties);
    assertCorrupt(bytes -> bytes.putInt(properties, 4), absurd + "4", properties);
    int most = PropertiesLayout.MAX_LENGTH;
    assertCorrupt(bytes -> bytes.putInt(properties, most + 8), absurd + (most + 8), properties);
    assertCorrupt(
        bytes -> bytes.putInt(properties, most), header + (320 + most) + ", found=320", field);
  }

  @Test
  void checksumIsCompared() {
    long sound = forge.bytes.getLong(HeaderLayout.CHECKSUM_OFFSET);
    assertThat(ImageHeader.checksum(forge.image())).isEqualTo(sound);
    Forge copy = forge.copy();
    copy.bytes.putLong(HeaderLayout.CHECKSUM_OFFSET, sound ^ 1);
    assertCorrupt(
        () -> read(copy),
        "checksum of header is off: expected=0x"
            + Long.toHexString(sound ^ 1)
            + ", found=0x"
            + Long.toHexString(sound),
        HeaderLayout.CHECKSUM_OFFSET);
  }

  @Test
  void countsAreNotNegativeAndFitTheFile() {
    assertCount("root count", HeaderLayout.MODULE_COUNT_OFFSET, ModuleLayout.SIZE);
    assertCount("str count", HeaderLayout.STR_COUNT_OFFSET, 8);
    assertCount("bytes count", HeaderLayout.BYTES_COUNT_OFFSET, 8);
    assertCount("code count", HeaderLayout.CODE_COUNT_OFFSET, 8);
    assertCount("interned count", HeaderLayout.INTERNED_COUNT_OFFSET, 8);
    int objects = HeaderLayout.OBJECT_COUNT_OFFSET;
    for (long bad : new long[] {-1, length / 8 + 1, Long.MAX_VALUE}) {
      assertCorrupt(
          bytes -> bytes.putLong(objects, bad), "object count is absurd: found=" + bad, objects);
    }
    assertThat(accept(bytes -> bytes.putLong(objects, length / 8)).objectCount())
        .isEqualTo(length / 8);
    assertThat(accept(bytes -> bytes.putLong(objects, 0)).objectCount()).isZero();
  }

  private void assertCount(String field, int offset, int leastSize) {
    for (int bad : new int[] {-1, length / leastSize + 1, Integer.MIN_VALUE}) {
      assertCorrupt(
          bytes -> bytes.putInt(offset, bad),
          field + " is absurd: found=" + (bad & 0xFFFFFFFFL),
          offset);
    }
    // As many as there could be.
    int most = length / leastSize;
    if (offset == HeaderLayout.MODULE_COUNT_OFFSET) {
      assertCorrupt(
          bytes -> bytes.putInt(offset, most),
          "bad length of section 1: expected="
              + HashLayout.directoryLength(most)
              + ", found="
              + forge.length(SectionLayout.DIRECTORY),
          forge.entry(SectionLayout.DIRECTORY));
    } else {
      accept(bytes -> bytes.putInt(offset, most));
    }
  }

  @Test
  void linkBaseIsThatOfAPageBelowTheLimitOfAddresses() {
    int base = HeaderLayout.LINK_BASE_OFFSET;
    long last = HeaderLayout.ADDRESS_LIMIT - 4096;
    for (long bad : new long[] {-4096, 1, 8, 4095, last + 4096, Long.MIN_VALUE}) {
      assertCorrupt(
          bytes -> bytes.putLong(base, bad),
          "link base is absurd: found=0x" + Long.toHexString(bad),
          base);
    }
    assertThat(length).isLessThan(4096);
    for (long good : new long[] {0, 4096, last}) {
      accept(bytes -> bytes.putLong(base, good));
    }
    // An image of just a page fits there, one of 8 bytes more does not.
    for (int more : new int[] {0, 8}) {
      Forge page = Forge.of(Arrays.copyOf(forge.bytes.array(), 4096 + more));
      page.bytes.putLong(HeaderLayout.LENGTH_OFFSET, 4096 + more).putLong(base, last);
      sealHeader(page);
      if (more == 0) {
        read(page);
      } else {
        assertCorrupt(
            () -> read(page), "link base is absurd: found=0x" + Long.toHexString(last), base);
      }
    }
  }

  @Test
  void hotPartOfSharedLiesInIt() {
    int start = forge.start(SectionLayout.SHARED);
    int end = start + forge.length(SectionLayout.SHARED);
    for (int hot : new int[] {8, start - 8, end + 8}) {
      assertCorrupt(
          bytes -> bytes.putInt(HeaderLayout.SHARED_HOT_OFFSET, hot / 8),
          "hot part of SHARED lies outside of it: start=0x"
              + Integer.toHexString(hot)
              + ", limit=0x"
              + Integer.toHexString(end),
          HeaderLayout.SHARED_HOT_OFFSET);
    }
    assertCorrupt(
        bytes -> bytes.putInt(HeaderLayout.SHARED_HOT_OFFSET, -1),
        "hot part of SHARED lies outside of it: start=0x7fffffff8, limit=0x"
            + Integer.toHexString(end),
        HeaderLayout.SHARED_HOT_OFFSET);
  }

  @Test
  void reservedFieldsAreZero() {
    for (int kind = 1; kind <= SectionLayout.COUNT; kind++) {
      int field = forge.entry(kind) + SectionLayout.RESERVED_OFFSET;
      assertCorrupt(
          bytes -> bytes.putInt(field, 7), "bad reserved field: expected=0, found=7", field);
    }
  }

  @Test
  void sectionsLieInTheFileOneBehindTheOther() {
    int entry = forge.entry(SectionLayout.SHARED);
    int start = forge.start(SectionLayout.SHARED);
    int bytesOfIt = forge.length(SectionLayout.SHARED);
    for (long bad : new long[] {start - 8, start + 4, 0}) {
      assertCorrupt(
          bytes -> bytes.putLong(entry + SectionLayout.START_OFFSET, bad),
          "section overlaps the one before it, or is not aligned: start=0x"
              + Long.toHexString(bad)
              + ", length="
              + bytesOfIt
              + ", previous end=0x"
              + Integer.toHexString(start),
          entry);
    }
    assertCorrupt(
        bytes -> bytes.putLong(entry + SectionLayout.LENGTH_OFFSET, bytesOfIt - 4),
        "section overlaps the one before it, or is not aligned: start=0x"
            + Integer.toHexString(start)
            + ", length="
            + (bytesOfIt - 4)
            + ", previous end=0x"
            + Integer.toHexString(start),
        entry);
    assertCorrupt(
        bytes -> bytes.putLong(entry + SectionLayout.LENGTH_OFFSET, bytesOfIt + 8),
        "section overlaps the one before it, or is not aligned: start=0x"
            + Integer.toHexString(start + bytesOfIt)
            + ", length="
            + forge.length(SectionLayout.SEGMENTS)
            + ", previous end=0x"
            + Integer.toHexString(start + bytesOfIt + 8),
        forge.entry(SectionLayout.SEGMENTS));
    for (long bad : new long[] {-8, length - start + 8, Long.MAX_VALUE}) {
      assertCorrupt(
          bytes -> bytes.putLong(entry + SectionLayout.LENGTH_OFFSET, bad),
          "range leaves the image: length=" + bad + ", limit=" + length,
          start);
    }
    // The first may not lie in the header.
    int first = forge.entry(SectionLayout.DIRECTORY);
    assertCorrupt(
        bytes -> bytes.putLong(first + SectionLayout.START_OFFSET, HEADER_LENGTH - 8),
        "section overlaps the one before it, or is not aligned: start=0x138, length="
            + forge.length(SectionLayout.DIRECTORY)
            + ", previous end=0x140",
        first);
  }

  @Test
  void sectionsThatEveryImageHasStandInTheirOrder() {
    for (int kind = 1; kind <= SectionLayout.COUNT; kind++) {
      int entry = forge.entry(kind);
      for (int bad = 1; bad <= SectionLayout.LAST; bad++) {
        if (bad != kind) {
          int found = bad;
          assertCorrupt(
              bytes -> bytes.putInt(entry, found),
              "bad section kind: expected=" + kind + ", found=" + bad,
              entry);
        }
      }
      for (int unknown : new int[] {0, -1, SectionLayout.LAST + 1}) {
        int expected = kind;
        if (kind < SectionLayout.COUNT) {
          assertCorrupt(
              bytes -> bytes.putInt(entry, unknown),
              "bad section kind: expected=" + expected + ", found=" + (expected + 1),
              forge.entry(expected + 1));
        } else {
          assertCorrupt(
              bytes -> bytes.putInt(entry, unknown),
              "missing section: expected kind 6",
              HeaderLayout.SECTIONS_OFFSET);
        }
      }
    }
    assertCorrupt(
        bytes -> bytes.putLong(forge.entry(SectionLayout.MODULES) + 16, ModuleLayout.SIZE),
        "bad length of section 2: expected=144, found=72",
        forge.entry(SectionLayout.MODULES));
  }

  /** An image of no root with sections more, which are empty and lie behind the others. */
  private static Forge withSections(int... kinds) {
    byte[] old = Forge.of(HeaderLayout.COMPACT_WIDTH, writer -> {}).bytes.array();
    int more = kinds.length * SectionLayout.SIZE;
    ByteBuffer bytes = ByteBuffer.allocate(old.length + more).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(old, 0, HEADER_LENGTH);
    for (int kind : kinds) {
      bytes.putInt(kind).putInt(0).putLong(bytes.capacity()).putLong(0).putLong(kind * 100L);
    }
    bytes.put(old, HEADER_LENGTH, old.length - HEADER_LENGTH);
    bytes.putInt(HeaderLayout.HEADER_LENGTH_OFFSET, HEADER_LENGTH + more);
    bytes.putInt(HeaderLayout.SECTION_COUNT_OFFSET, SectionLayout.COUNT + kinds.length);
    bytes.putLong(HeaderLayout.LENGTH_OFFSET, bytes.capacity());
    for (int kind = 1; kind <= SectionLayout.COUNT; kind++) {
      int start =
          HeaderLayout.SECTIONS_OFFSET
              + (kind - 1) * SectionLayout.SIZE
              + SectionLayout.START_OFFSET;
      bytes.putLong(start, bytes.getLong(start) + more);
    }
    return sealHeader(Forge.of(bytes.array()));
  }

  @Test
  void sectionsThatNotEveryImageHasStandBehindThoseInTheirOrder() {
    int records = SectionLayout.RECORD_TYPES;
    int externals = SectionLayout.EXTERNALS;
    int end = withSections(records).bytes.capacity();
    ImageHeader header = read(withSections(records));
    assertThat(header.hasSection(records)).isTrue();
    assertThat(header.sectionStart(records)).isEqualTo(end);
    assertThat(header.sectionLength(records)).isZero();
    assertThat(header.sectionChecksum(records)).isEqualTo(700);
    assertThat(header.hasSection(externals)).isFalse();
    assertThat(read(withSections(externals)).hasSection(records)).isFalse();
    assertThat(read(withSections(externals)).hasSection(externals)).isTrue();
    header = read(withSections(99, records, -5, 0, externals, 9));
    assertThat(header.hasSection(records)).isTrue();
    assertThat(header.sectionChecksum(externals)).isEqualTo(800);
    int next = HEADER_LENGTH + SectionLayout.SIZE;
    assertCorrupt(
        () -> read(withSections(externals, records)),
        "bad section kind: expected=9, found=7",
        next);
    assertCorrupt(
        () -> read(withSections(externals, externals)),
        "bad section kind: expected=9, found=8",
        next);
    assertCorrupt(
        () -> read(withSections(SectionLayout.STRINGS)),
        "bad section kind: expected=7, found=6",
        HEADER_LENGTH);
  }

  @Test
  void whatItSaysIsWhatTheFileHas() {
    ImageHeader header = read(forge);
    assertThat(header.moduleCount()).isEqualTo(2);
    // The names a and b, the strings x and y.
    assertThat(header.strCount()).isEqualTo(4);
    assertThat(header.internedCount()).isEqualTo(3);
    assertThat(header.bytesCount()).isEqualTo(1);
    assertThat(header.codeCount()).isZero();
    assertThat(header.objectCount()).isEqualTo(8);
    for (int kind = 1; kind <= SectionLayout.COUNT; kind++) {
      assertThat(header.hasSection(kind)).isTrue();
      assertThat(header.sectionStart(kind)).isEqualTo(forge.start(kind));
      assertThat(header.sectionLength(kind)).isEqualTo(forge.length(kind));
      assertThat(header.sectionChecksum(kind))
          .isEqualTo(forge.bytes.getLong(forge.entry(kind) + SectionLayout.CHECKSUM_OFFSET));
    }
    assertThat(header.hasSection(SectionLayout.RECORD_TYPES)).isFalse();
    assertThat(accept(bytes -> bytes.putInt(HeaderLayout.CODE_COUNT_OFFSET, 9)).codeCount())
        .isEqualTo(9);
  }

  @Test
  void segmentLiesInItsSectionBeforeTheNext() {
    ImageHeader header = read(forge);
    int segments = forge.start(SectionLayout.SEGMENTS);
    int end = segments + forge.length(SectionLayout.SEGMENTS);
    int[] limits = {forge.segment(1), end};
    for (int index = 0; index < 2; index++) {
      int entry = forge.module(index);
      int field = entry + ModuleLayout.SEGMENT_OFFSET;
      int limit = limits[index];
      long[][] good = {{segments, 0}, {segments, limit - segments}, {limit - 8, 8}, {limit, 0}};
      long[][] bad = {
        {segments - 8, 8},
        {segments + 4, 8},
        {segments, 4},
        {segments, -8},
        {segments, limit - segments + 8},
        {limit, 8},
        {limit + 8, 0},
        {Long.MAX_VALUE - 7, 8},
        {-8, 8}
      };
      for (long[] each : good) {
        setSegment(field, each);
        header.checkSegment(entry);
      }
      for (long[] each : bad) {
        setSegment(field, each);
        assertCorrupt(
            () -> header.checkSegment(entry),
            "bad segment of a module: start=0x"
                + Long.toHexString(each[0])
                + ", length="
                + each[1]
                + ", limit=0x"
                + Integer.toHexString(limit),
            field);
      }
      setSegment(field, new long[] {index == 0 ? segments : limits[0], limit - segments});
    }
    // What the next one says counts no further than the section.
    forge.bytes.putLong(forge.module(1) + ModuleLayout.SEGMENT_OFFSET, end + 4096);
    int first = forge.module(0) + ModuleLayout.SEGMENT_OFFSET;
    setSegment(first, new long[] {segments, end - segments});
    header.checkSegment(forge.module(0));
    setSegment(first, new long[] {segments, end - segments + 8});
    assertCorrupt(
        () -> header.checkSegment(forge.module(0)),
        "bad segment of a module: start=0x"
            + Integer.toHexString(segments)
            + ", length="
            + (end - segments + 8)
            + ", limit=0x"
            + Integer.toHexString(end),
        first);
  }

  private void setSegment(int field, long[] startAndLength) {
    forge.bytes.putLong(field, startAndLength[0]).putLong(field + 8, startAndLength[1]);
  }

  @Test
  void headOfASegmentLiesInItsSection() {
    ImageHeader header = read(forge);
    int segments = forge.start(SectionLayout.SEGMENTS);
    int last = segments + forge.length(SectionLayout.SEGMENTS) - SegmentLayout.NAME_OFFSET;
    for (long good : new long[] {segments, segments + 8, last}) {
      assertThat(header.checkSegmentHead(good, 77)).isEqualTo(good);
    }
    for (long bad : new long[] {segments - 8, segments + 4, last + 8, -8, Long.MAX_VALUE - 7}) {
      assertCorrupt(
          () -> header.checkSegmentHead(bad, 77),
          "segment lies outside its section: start=0x"
              + Long.toHexString(bad)
              + ", limit=0x"
              + Integer.toHexString(last + SegmentLayout.NAME_OFFSET),
          77);
    }
  }

  @Test
  void objectsOfASegmentStartBehindItsHead() {
    ImageHeader header = read(forge);
    int entry = forge.module(0);
    int segment = forge.segment(0);
    int lengthField = entry + ModuleLayout.SEGMENT_LENGTH_OFFSET;
    int nameField = segment + SegmentLayout.NAME_LENGTH_OFFSET;
    assertThat(header.segmentObjects(entry)).isEqualTo(segment + 24);
    forge.bytes.putInt(nameField, 0).putLong(lengthField, 16);
    assertThat(header.segmentObjects(entry)).isEqualTo(segment + 16);
    forge.bytes.putInt(nameField, 5).putLong(lengthField, 32);
    assertThat(header.segmentObjects(entry)).isEqualTo(segment + 32);
    long[][] bad = {{5, 24}, {1, 16}, {-1, 32}, {Integer.MIN_VALUE, 32}, {Integer.MAX_VALUE, 32}};
    for (long[] each : bad) {
      forge.bytes.putInt(nameField, (int) each[0]).putLong(lengthField, each[1]);
      assertCorrupt(
          () -> header.segmentObjects(entry),
          "head of a segment is cut: name length=" + each[0] + ", segment length=" + each[1],
          segment);
    }
    // Too short to have a name: its length is not read.
    forge.bytes.putInt(nameField, 0).putLong(lengthField, 8);
    assertCorrupt(
        () -> header.segmentObjects(entry),
        "head of a segment is cut: name length=-1, segment length=8",
        segment);
  }
}
