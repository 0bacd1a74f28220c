package org.marshalimage.internal.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.LongLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.memory.ImageBytes;

/** Objects at the very edges of what an image may hold, and just beyond. */
class ObjectChecksTest {
  private static final int LENGTH = 256;

  /** Where objects start and end. */
  private static final int START = 64;

  private static final int END = 192;

  private final ByteBuffer buffer = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
  private final ImageBytes image = image(HeaderLayout.COMPACT_WIDTH);

  private ImageBytes image(int pointerWidth) {
    ImageBytes bytes = ImageBytes.of(Path.of("x.img"), buffer, null);
    bytes.setLinking(pointerWidth, 0, START, END);
    return bytes;
  }

  private static void assertCorrupt(ThrowingCallable call, String problem, long offset) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CorruptImageException.class,
            e -> {
              assertThat(e.problem()).startsWith(problem);
              assertThat(e.offset()).isEqualTo(offset);
              assertThat(e.file()).isEqualTo("x.img");
            });
  }

  private void assertOutside(ThrowingCallable call, long offset, long length) {
    assertCorrupt(call, "range leaves the image: length=" + length + ", limit=" + LENGTH, offset);
  }

  @Test
  void slotLeadsToAnObjectBetweenStartAndEnd() {
    int last = END - ObjectLayout.HEAD_SIZE;
    for (int target : new int[] {START, START + 8, last}) {
      buffer.putInt(8, target / 8);
      buffer.putLong(16, target);
      assertThat(ObjectChecks.target(image, 8)).isEqualTo(target);
      assertThat(ObjectChecks.tableTarget(image, 16)).isEqualTo(target);
      assertThat(ObjectChecks.checkObject(image, target)).isEqualTo(target);
    }
    String problem = "slot leads to no object: target=0x";
    for (int target : new int[] {0, START - 8, last + 8, END, LENGTH}) {
      buffer.putInt(8, target / 8);
      buffer.putLong(16, target);
      assertCorrupt(() -> ObjectChecks.target(image, 8), problem + Integer.toHexString(target), 8);
      assertCorrupt(
          () -> ObjectChecks.tableTarget(image, 16), problem + Integer.toHexString(target), 16);
      assertThatThrownBy(() -> ObjectChecks.checkObject(image, target))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("not the offset of an object: 0x" + Integer.toHexString(target));
    }
    for (long target : new long[] {START + 1, START + 4, START + 7, -8, Long.MIN_VALUE}) {
      buffer.putLong(16, target);
      assertCorrupt(
          () -> ObjectChecks.tableTarget(image, 16), problem + Long.toHexString(target), 16);
      assertThatThrownBy(() -> ObjectChecks.checkObject(image, target))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void slotsFollowOneAnother() {
    ImageBytes wide = image(HeaderLayout.ADDRESS_WIDTH);
    assertThat(ObjectChecks.itemSlot(image, START, 3))
        .isEqualTo(START + ObjectLayout.SLOTS_OFFSET + 12);
    assertThat(ObjectChecks.itemSlot(wide, START, 3))
        .isEqualTo(START + ObjectLayout.SLOTS_OFFSET + 24);
    assertThat(ObjectChecks.codeSlot(image, START, 2))
        .isEqualTo(START + CodeLayout.SLOTS_OFFSET + 8);
    assertThat(ObjectChecks.codeSlot(wide, START, 2))
        .isEqualTo(START + CodeLayout.SLOTS_OFFSET + 16);
  }

  @Test
  void typeWordIsATypeCode() {
    for (long type : new long[] {0, TypeCode.STR, TypeCode.LIMIT - 1}) {
      buffer.putLong(START + ObjectLayout.TYPE_OFFSET, type);
      assertThat(ObjectChecks.kind(image, START)).isEqualTo((int) type);
      assertThat(ObjectChecks.kindWithoutLinking(image, START)).isEqualTo((int) type);
    }
    for (long type : new long[] {TypeCode.LIMIT, 1L << 32 | TypeCode.STR, -1, Long.MIN_VALUE}) {
      buffer.putLong(START + ObjectLayout.TYPE_OFFSET, type);
      String problem = "unknown type code: found=0x" + Long.toHexString(type);
      assertCorrupt(() -> ObjectChecks.kind(image, START), problem, START);
      assertCorrupt(() -> ObjectChecks.kindWithoutLinking(image, START), problem, START);
    }
  }

  @Test
  void fieldAllowsOneType() {
    buffer.putInt(8, START / 8);
    buffer.putLong(START + ObjectLayout.TYPE_OFFSET, TypeCode.TUPLE);
    assertThat(ObjectChecks.target(image, 8, TypeCode.TUPLE, "names")).isEqualTo(START);
    assertThat(ObjectChecks.checkKind(image, START, TypeCode.TUPLE, "names", 8)).isEqualTo(START);
    assertCorrupt(
        () -> ObjectChecks.target(image, 8, TypeCode.LIST, "names"),
        "bad type of names: expected=list, found=0x28 (tuple)",
        8);
  }

  @Test
  void objectNumberIsWhatThePinLeaves() {
    buffer.putInt(START, ObjectLayout.PINNED | 0x3FFF_FFFF);
    assertThat(ObjectChecks.objectNumber(image, START)).isEqualTo(0x3FFF_FFFF);
    buffer.putInt(START, ObjectLayout.PINNED);
    assertThat(ObjectChecks.objectNumber(image, START)).isZero();
    buffer.putInt(START, 5);
    assertThatThrownBy(() -> ObjectChecks.objectNumber(image, START))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("count is not pinned, number unknown: count=5, offset=0x40, file=x.img");
  }

  @Test
  void objectsEndWithTheFileAtTheLatest() {
    int number = LENGTH - ObjectLayout.NUMBER_SIZE;
    assertThatCode(() -> ObjectChecks.checkNumber(image, number, TypeCode.INT))
        .doesNotThrowAnyException();
    assertThatCode(() -> ObjectChecks.checkNumber(image, number, TypeCode.FLOAT))
        .doesNotThrowAnyException();
    assertOutside(
        () -> ObjectChecks.checkNumber(image, number + 8, TypeCode.INT),
        number + 8,
        ObjectLayout.NUMBER_SIZE);
    int complex = LENGTH - ObjectLayout.COMPLEX_SIZE;
    assertThatCode(() -> ObjectChecks.checkNumber(image, complex, TypeCode.COMPLEX))
        .doesNotThrowAnyException();
    assertOutside(
        () -> ObjectChecks.checkNumber(image, complex + 8, TypeCode.COMPLEX),
        complex + 8,
        ObjectLayout.COMPLEX_SIZE);
    int code = LENGTH - CodeLayout.COMPACT_SIZE;
    assertThatCode(() -> ObjectChecks.checkCode(image, code)).doesNotThrowAnyException();
    assertOutside(() -> ObjectChecks.checkCode(image, code + 8), code + 8, CodeLayout.COMPACT_SIZE);
    ImageBytes wide = image(HeaderLayout.ADDRESS_WIDTH);
    int wideCode = LENGTH - CodeLayout.ADDRESS_SIZE;
    assertThatCode(() -> ObjectChecks.checkCode(wide, wideCode)).doesNotThrowAnyException();
    assertOutside(
        () -> ObjectChecks.checkCode(wide, wideCode + 8), wideCode + 8, CodeLayout.ADDRESS_SIZE);
  }

  @Test
  void digitsAndBytesEndWithTheFileAtTheLatest() {
    size(START, 5);
    assertThat(ObjectChecks.longDigits(image, START)).isEqualTo(5);
    assertThat(ObjectChecks.bytesLength(image, START)).isEqualTo(5);
    int digits = (LENGTH - START - LongLayout.DIGITS_OFFSET) / Long.BYTES;
    size(START, digits);
    assertThat(ObjectChecks.longDigits(image, START)).isEqualTo(digits);
    size(START, digits + 1);
    assertOutside(() -> ObjectChecks.longDigits(image, START), START, LENGTH - START + 8);
    int bytes = LENGTH - START - BytesLayout.DATA_OFFSET;
    size(START, bytes);
    assertThat(ObjectChecks.bytesLength(image, START)).isEqualTo(bytes);
    size(START, bytes + 1);
    assertOutside(() -> ObjectChecks.bytesLength(image, START), START, LENGTH - START + 8);
  }

  private void size(int offset, int size) {
    buffer.putInt(offset + ObjectLayout.SIZE_OFFSET, size);
  }

  @Test
  void negativeSizesAreRefused() {
    size(START, -1);
    String problem = "bad size of an object: found=4294967295";
    assertCorrupt(() -> ObjectChecks.longDigits(image, START), problem, START);
    assertCorrupt(() -> ObjectChecks.bytesLength(image, START), problem, START);
    assertCorrupt(() -> ObjectChecks.strLength(image, START), problem, START);
    assertCorrupt(() -> ObjectChecks.containerSize(image, START, 1), problem, START);
    size(START, Integer.MIN_VALUE);
    assertCorrupt(
        () -> ObjectChecks.longDigits(image, START),
        "bad size of an object: found=2147483648",
        START);
    size(START, 0);
    assertThat(ObjectChecks.longDigits(image, START)).isZero();
  }

  @Test
  void stringsEndWithTheFileAtTheLatest() {
    int room = LENGTH - START - StrLayout.DATA_OFFSET;
    for (int shift = 0; shift <= 2; shift++) {
      int word = 0x7FFF_FFF0 | StrLayout.FLAG_INTERNED | StrLayout.FLAG_ASCII | shift;
      buffer.putInt(START + StrLayout.NUMBER_OFFSET, word);
      size(START, room >> shift);
      assertThat(ObjectChecks.strLength(image, START)).isEqualTo(room >> shift);
      assertThat(ObjectChecks.strWidthShift(image, START)).isEqualTo(shift);
      assertThat(ObjectChecks.strShape(image, START))
          .isEqualTo((long) (room >> shift) << ObjectChecks.SHAPE_LENGTH_SHIFT | shift);
      size(START, (room >> shift) + 1);
      assertOutside(() -> ObjectChecks.strShape(image, START), START, LENGTH - START + 8);
      size(START, 0);
      assertThat(ObjectChecks.strLength(image, START)).isZero();
      size(START, Integer.MAX_VALUE);
      long length = StrLayout.recordSize(Integer.MAX_VALUE, shift);
      assertOutside(() -> ObjectChecks.strShape(image, START), START, length);
    }
    size(START, 1);
    buffer.putInt(START + StrLayout.NUMBER_OFFSET, 3);
    assertCorrupt(() -> ObjectChecks.strShape(image, START), "bad width of a str: found=3", START);
    int head = LENGTH - StrLayout.DATA_OFFSET;
    assertThat(ObjectChecks.strLength(image, head)).isZero();
    assertOutside(() -> ObjectChecks.strShape(image, head + 8), head + 8, StrLayout.DATA_OFFSET);
  }

  @Test
  void codePointsAreUnsignedUnits() {
    buffer.put(100, (byte) 0xE9).put(101, (byte) 'x');
    assertThat(ObjectChecks.codePoint(image, 100, 0, 0)).isEqualTo(0xE9);
    assertThat(ObjectChecks.codePoint(image, 100, 0, 1)).isEqualTo('x');
    buffer.putShort(104, (short) 0x20AC).putShort(106, (short) 0xFFFE);
    assertThat(ObjectChecks.codePoint(image, 104, 1, 0)).isEqualTo(0x20AC);
    assertThat(ObjectChecks.codePoint(image, 104, 1, 1)).isEqualTo(0xFFFE);
    buffer.putInt(112, 0).putInt(116, 0x10FFFF).putInt(120, 0x110000).putInt(124, -1);
    assertThat(ObjectChecks.codePoint(image, 112, 2, 0)).isZero();
    assertThat(ObjectChecks.codePoint(image, 112, 2, 1)).isEqualTo(0x10FFFF);
    assertCorrupt(
        () -> ObjectChecks.codePoint(image, 112, 2, 2), "not a code point: found=1114112", 120);
    assertCorrupt(
        () -> ObjectChecks.codePoint(image, 112, 2, 3), "not a code point: found=4294967295", 124);
  }

  @Test
  void textIsComparedWithUtf16() {
    int[] points = {'a', 0x1F600, 'b'};
    for (int i = 0; i < points.length; i++) {
      buffer.putInt(START + 4 * i, points[i]);
    }
    assertText(2, 3, "a\ud83d\ude00b", true);
    for (String other :
        new String[] {
          "",
          "a",
          "a\ud83d",
          "a\ud83d\ude00",
          "a\ud83d\ude00bc",
          "a\ud83d\ude00c",
          "b\ud83d\ude00b",
          "a\ud83e\ude00b",
          "a\ud83d\ude01b",
          "axb",
          "axyb"
        }) {
      assertText(2, 3, other, false);
    }
    assertText(2, 1, "a", true);
    assertText(2, 0, "", true);
    // A text that ends between the halves of a code point, or at it.
    assertText(2, 2, "a\ud83d\ude00", true);
    assertText(2, 2, "a\ud83d", false);
    buffer.put(START, (byte) 'n').put(START + 1, (byte) 0xE9);
    assertText(0, 2, "n\u00e9", true);
    assertText(0, 2, "n", false);
    assertText(0, 2, "n\u00e9e", false);
    assertText(0, 2, "ne", false);
    buffer.putShort(START, (short) 0x20AC).putShort(START + 2, (short) 0xD800);
    assertText(1, 2, "\u20ac\ud800", true);
    assertText(1, 2, "\u20ac\ud801", false);
    assertText(1, 2, "\u20ac", false);
  }

  private void assertText(int shift, int length, String text, boolean expected) {
    assertThat(ObjectChecks.textEquals(image, START, length, shift, text))
        .as("%d code points of shift %d are %s", length, shift, text)
        .isEqualTo(expected);
  }

  @Test
  void segmentIsNamedByItsHead() {
    for (String name : new String[] {"", "a", "abc", "abcd", "abcde", "abcdefgh", "abcdefghi"}) {
      for (int i = START; i < END; i++) {
        buffer.put(i, (byte) 0);
      }
      buffer.putInt(START + SegmentLayout.NAME_LENGTH_OFFSET, name.length());
      for (int i = 0; i < name.length(); i++) {
        buffer.putChar(START + SegmentLayout.NAME_OFFSET + 2 * i, name.charAt(i));
      }
      assertThat(ObjectChecks.isNamed(image, START, name)).isTrue();
      assertThat(ObjectChecks.isNamed(image, START, name + "x")).isFalse();
      for (int i = 0; i < name.length(); i++) {
        char[] other = name.toCharArray();
        other[i] ^= 0x100;
        assertThat(ObjectChecks.isNamed(image, START, new String(other))).isFalse();
        assertThat(ObjectChecks.isNamed(image, START, name.substring(0, i))).isFalse();
      }
    }
    // The padding behind a name is zero.
    buffer.putChar(START + SegmentLayout.NAME_OFFSET + 18, 'z');
    assertThat(ObjectChecks.isNamed(image, START, "abcdefghi")).isFalse();
  }

  @Test
  void segmentsNameEndsWithTheFileAtTheLatest() {
    int room = LENGTH - SegmentLayout.NAME_OFFSET;
    buffer.putInt(room + SegmentLayout.NAME_LENGTH_OFFSET - 8, 4);
    assertThat(ObjectChecks.isNamed(image, room - 8, "\0\0\0\0")).isTrue();
    buffer.putInt(room + SegmentLayout.NAME_LENGTH_OFFSET - 8, 5);
    assertOutside(() -> ObjectChecks.isNamed(image, room - 8, "\0\0\0\0\0"), room - 8, 32);
  }

  @Test
  void containersEndWithTheFileAtTheLatest() {
    ImageBytes wide = image(HeaderLayout.ADDRESS_WIDTH);
    int room = LENGTH - START - ObjectLayout.SLOTS_OFFSET;
    assertLargest(image, 1, room / 4);
    assertLargest(image, 2, room / 8);
    assertLargest(wide, 1, room / 8);
    assertLargest(wide, 2, room / 16);
    size(START, 3);
    assertThatCode(() -> ObjectChecks.checkSlice(image, START)).doesNotThrowAnyException();
    for (int size : new int[] {0, 2, 4}) {
      size(START, size);
      assertCorrupt(
          () -> ObjectChecks.checkSlice(image, START),
          "bad size of a slice: expected=3, found=" + size,
          START);
      assertCorrupt(
          () -> ObjectChecks.shape(image, START, TypeCode.SLICE, ObjectLengths.of(4)),
          "bad size of a slice: expected=3, found=" + size,
          START);
      assertThat(ObjectChecks.containerSize(image, START, 1)).isEqualTo(size);
    }
  }

  private void assertLargest(ImageBytes bytes, int slotsPerUnit, int largest) {
    size(START, largest);
    assertThat(ObjectChecks.containerSize(bytes, START, slotsPerUnit)).isEqualTo(largest);
    size(START, largest + 1);
    assertThatThrownBy(() -> ObjectChecks.containerSize(bytes, START, slotsPerUnit))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("range leaves the image");
  }

  @Test
  void perfectHashLeadsIntoItsTableOrNowhere() {
    int buckets = 4;
    int count = 5;
    long hash = 0x7000_0000_1234_5678L;
    int bucket = HashLayout.bucket(hash, buckets);
    int redirect = START + (int) HashLayout.redirectOffset(bucket);
    assertThat(ObjectChecks.probe(image, START, hash, buckets, count)).isEqualTo(-1);
    for (int slot = 0; slot < count; slot++) {
      buffer.putInt(redirect, -1 - slot);
      assertThat(ObjectChecks.probe(image, START, hash, buckets, count))
          .isEqualTo(START + HashLayout.valueOffset(slot, buckets));
    }
    buffer.putInt(redirect, -1 - count);
    assertCorrupt(
        () -> ObjectChecks.probe(image, START, hash, buckets, count),
        "perfect hash leads outside its table: slot=5, texts=5",
        redirect);
    for (int seed = 1; seed < 20; seed++) {
      buffer.putInt(redirect, seed);
      assertThat(ObjectChecks.probe(image, START, hash, buckets, count))
          .isEqualTo(START + HashLayout.valueOffset(HashLayout.place(hash, seed, count), buckets));
    }
  }
}
