package org.marshalimage.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of kinds against the layouts, the specification and the type codes. */
class KindTest {
  private static final int[] WIDTHS = {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH};
  private static final int[] SIZES = {0, 1, 2, 3, 7, 8, 9, 1000, Integer.MAX_VALUE};

  /** The length of an object, by the formula that the layout of its kind has. */
  private static long layoutLength(Kind kind, int size, int shift, int pointerWidth) {
    return switch (kind) {
      case NONE, TRUE, FALSE, ELLIPSIS, STOP_ITERATION, EXTERNAL -> ObjectLayout.HEAD_SIZE;
      case INT, FLOAT -> ObjectLayout.NUMBER_SIZE;
      case COMPLEX -> ObjectLayout.COMPLEX_SIZE;
      case LONG -> LongLayout.recordSize(size);
      case BYTES -> BytesLayout.recordSize(size);
      case STR -> StrLayout.recordSize(size, shift);
      case TUPLE, LIST, SET, FROZENSET, SLICE -> ObjectLayout.containerSize(size, pointerWidth);
      case DICT, FROZENDICT -> ObjectLayout.containerSize(2L * size, pointerWidth);
      case CODE -> CodeLayout.recordSize(pointerWidth);
      case RECORD -> RecordLayout.recordSize(size, pointerWidth);
    };
  }

  @ParameterizedTest
  @EnumSource
  void lengthIsThatOfTheLayout(Kind kind) {
    for (int pointerWidth : WIDTHS) {
      for (int size : SIZES) {
        for (int shift = 0; shift <= (kind.hasWidth() ? 2 : 0); shift++) {
          assertThat(kind.length(size, shift, pointerWidth))
              .as("size %d, width %d, slots of %d", size, shift, pointerWidth)
              .isEqualTo(layoutLength(kind, size, shift, pointerWidth));
        }
      }
    }
  }

  /** What goes through all objects by words of 8 bytes, and by shifts, counts on it. */
  @ParameterizedTest
  @EnumSource
  void slotsStartAtAWordAndUnitsArePowersOfTwo(Kind kind) {
    assertThat(kind.bodyOffset()).isGreaterThanOrEqualTo(ObjectLayout.HEAD_SIZE);
    if (kind.hasSlots()) {
      assertThat(kind.bodyOffset() % HeaderLayout.ALIGNMENT).isZero();
    }
    if (kind.isSized()) {
      for (int pointerWidth : WIDTHS) {
        int unit = kind.slotsPerUnit() * pointerWidth + kind.bytesPerUnit();
        assertThat(Integer.bitCount(unit)).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsTypeCode(Kind kind) {
    assertThat(Kind.isKind(kind.typeCode())).isTrue();
    assertThat(Kind.of(kind.typeCode())).isSameAs(kind);
    assertThat(TypeCode.nameOf(kind.typeCode())).isEqualTo(kind.typeName());
  }

  @ParameterizedTest
  @EnumSource
  void standsInTheSpecification(Kind kind) throws Exception {
    String text =
        Files.readString(
            TestData.root()
                .resolve("marshal-format/src/main/java/org/marshalimage/format/package-info.java"));
    String code = String.valueOf((char) kind.typeCode());
    String spelt = code.replace("{", "&#123;").replace("}", "&#125;");
    assertThat(text.substring(text.indexOf("<h2>Objects</h2>"))).contains("{@code " + spelt + "}");
  }

  @Test
  void othersAreNone() {
    Set<String> names = new HashSet<>();
    for (Kind kind : Kind.values()) {
      assertThat(names.add(kind.typeName())).as(kind.typeName()).isTrue();
    }
    int kinds = 0;
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      kinds += Kind.isKind(code) ? 1 : 0;
    }
    assertThat(kinds).isEqualTo(Kind.values().length);
    for (int code : new int[] {-1, 0, TypeCode.REF, TypeCode.SMALL_TUPLE, TypeCode.LIMIT}) {
      assertThat(Kind.isKind(code)).isFalse();
      assertThatThrownBy(() -> Kind.of(code))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no type code of an image: 0x" + Integer.toHexString(code));
    }
  }

  /** Opening an image does not load the class that has the alignment of objects. */
  @Test
  void perfectHashEndsAtTheAlignmentOfObjects() {
    for (int buckets = 0; buckets < 4; buckets++) {
      for (int count = 0; count < 4; count++) {
        assertThat(HashLayout.length(buckets, count))
            .isEqualTo(ObjectLayout.align(HashLayout.valueOffset(count, buckets)));
      }
    }
  }

  @Test
  void hashOfAStrIsThatOfItsUtf16() {
    String text = "a\u00e9\u20ac\ud83d\ude00\ud800z";
    int hash = 0;
    for (int codePoint : text.codePoints().toArray()) {
      hash = StrLayout.foldHash(hash, codePoint);
    }
    assertThat(hash).isEqualTo(text.hashCode());
  }

  @Test
  void hashOfAnInternedStringIsThatOfItsText() {
    String text = "n\u00e4m\ud83d\ude00";
    int[] codePoints = text.codePoints().toArray();
    long hash = StringsLayout.hash(codePoints.length, i -> codePoints[i], false, 5);
    assertThat(hash).isEqualTo(HashLayout.hash(text, 5));
    assertThat(StringsLayout.hash(codePoints.length, i -> codePoints[i], true, 5))
        .isEqualTo(hash + StringsLayout.BYTES_SALT);
  }
}
