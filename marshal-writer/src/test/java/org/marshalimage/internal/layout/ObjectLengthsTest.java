package org.marshalimage.internal.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * Tables by type code against the table of kinds; and formulas that are typed again, since a class
 * less is loaded that way when an image is opened, against those of the layouts.
 */
class ObjectLengthsTest {
  private static final int[] WIDTHS = {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH};
  private static final int LIMIT = 512;

  private static ImageBytes image(ByteBuffer buffer, int length, int pointerWidth) {
    ByteBuffer part = buffer.slice(0, length).order(ByteOrder.LITTLE_ENDIAN);
    ImageBytes bytes = ImageBytes.of(Path.of("x.img"), part, null);
    bytes.setLinking(pointerWidth, 0, 0, length);
    return bytes;
  }

  /** Returns the length of the shortest image, a multiple of 8, in which a check passes. */
  private static long needed(ByteBuffer buffer, int pointerWidth, Consumer<ImageBytes> check) {
    for (int length = ObjectLayout.HEAD_SIZE; length <= LIMIT; length += Long.BYTES) {
      try {
        check.accept(image(buffer, length, pointerWidth));
        return length;
      } catch (CorruptImageException e) {
        assertThat(e.problem()).startsWith("range leaves the image: ");
      }
    }
    throw new AssertionError("does not pass in " + LIMIT + " bytes");
  }

  private static ByteBuffer object(Kind kind, int size, int shift) {
    return ByteBuffer.allocate(LIMIT)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(ObjectLayout.SIZE_OFFSET, size)
        .putLong(ObjectLayout.TYPE_OFFSET, kind.typeCode())
        .putInt(StrLayout.NUMBER_OFFSET, shift);
  }

  private interface Shape {
    void accept(int size, int shift, int pointerWidth);
  }

  private static void forShapes(Kind kind, Shape shape) {
    for (int pointerWidth : WIDTHS) {
      for (int size = 0; size < 20; size++) {
        for (int shift = 0; shift <= (kind.hasWidth() ? 2 : 0); shift++) {
          shape.accept(size, shift, pointerWidth);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void tablesSayWhatTheKindSays(Kind kind) {
    int code = kind.typeCode();
    forShapes(
        kind,
        (size, shift, pointerWidth) -> {
          ObjectLengths lengths = ObjectLengths.of(pointerWidth);
          assertThat(lengths.isKind(code)).isTrue();
          assertThat(lengths.isSized(code)).isEqualTo(kind.isSized());
          assertThat(lengths.bodyOffset(code)).isEqualTo(kind.bodyOffset());
          assertThat(lengths.hasEmptySlots(code)).isEqualTo(kind.hasEmptySlots());
          assertThat((long) lengths.slotCount(code, size)).isEqualTo(kind.slotCount(size));
          // Of a NUMBER word only the width counts, and of what is no str nothing.
          int number = kind.hasWidth() ? 0x7FFF_FFFC | shift : -1;
          long length = kind.length(size, shift, pointerWidth);
          assertThat(lengths.length(code, size, number)).isEqualTo(length);
          long data = (long) size * kind.bytesPerUnit() << shift;
          assertThat(lengths.dataLength(code, size, number)).isEqualTo(data);
          assertThat(lengths.unpadded(code, size, number))
              .isEqualTo(kind.bodyOffset() + kind.slotCount(size) * pointerWidth + data);
        });
  }

  @Test
  void othersAreNoKinds() {
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      assertThat(ObjectLengths.of(4).isKind(code)).isEqualTo(Kind.isKind(code));
    }
  }

  @ParameterizedTest
  @EnumSource
  void objectIsProvenWholeAndNoFurther(Kind kind) {
    forShapes(
        kind,
        (size, shift, pointerWidth) -> {
          int fit = kind == Kind.SLICE ? ObjectLayout.SLICE_SLOTS : size;
          ByteBuffer buffer = object(kind, fit, shift);
          ObjectLengths lengths = ObjectLengths.of(pointerWidth);
          assertThat(needed(buffer, pointerWidth, image -> prove(image, kind, lengths)))
              .isEqualTo(kind.length(fit, shift, pointerWidth));
        });
  }

  /** Of a record without its type, which these images do not have. */
  private static void prove(ImageBytes image, Kind kind, ObjectLengths lengths) {
    if (kind == Kind.RECORD) {
      ObjectChecks.recordSlots(image, 0);
    } else {
      ObjectChecks.shape(image, 0, kind.typeCode(), lengths);
    }
  }

  @Test
  void strTakesWhatItsLayoutSays() {
    for (int shift = 0; shift <= 2; shift++) {
      for (int size = 0; size < 40; size++) {
        assertThat(
                needed(object(Kind.STR, size, shift), 4, image -> ObjectChecks.strShape(image, 0)))
            .isEqualTo(StrLayout.recordSize(size, shift));
      }
    }
  }

  @Test
  void codeObjectTakesWhatItsLayoutSays() {
    for (int pointerWidth : WIDTHS) {
      assertThat(
              needed(
                  object(Kind.CODE, 0, 0), pointerWidth, image -> ObjectChecks.checkCode(image, 0)))
          .isEqualTo(CodeLayout.recordSize(pointerWidth));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 9})
  void headOfASegmentTakesWhatItsLayoutSays(int length) {
    String name = "n".repeat(length);
    ByteBuffer buffer = ByteBuffer.allocate(LIMIT).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(SegmentLayout.NAME_LENGTH_OFFSET, length);
    for (int i = 0; i < length; i++) {
      buffer.putChar(SegmentLayout.NAME_OFFSET + 2 * i, name.charAt(i));
    }
    Consumer<ImageBytes> check = image -> assertThat(ObjectChecks.isNamed(image, 0, name)).isTrue();
    assertThat(needed(buffer, 4, check)).isEqualTo(SegmentLayout.headSize(length));
  }
}
