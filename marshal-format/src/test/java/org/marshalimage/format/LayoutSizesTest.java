package org.marshalimage.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes of records, and which types are in an image: what the specification says of them. */
class LayoutSizesTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 8", "7, 8", "8, 8", "9, 16", "4294967297, 4294967304"})
  void recordsStartOnMultiplesOfEight(long length, long aligned) {
    assertThat(ObjectLayout.align(length)).isEqualTo(aligned);
  }

  @ParameterizedTest
  @CsvSource({"0, 8, 16", "1, 8, 24", "3, 8, 40", "0, 4, 16", "1, 4, 24", "2, 4, 24", "3, 4, 32"})
  void containerIsItsHeadAndItsSlots(long slots, int pointerWidth, long size) {
    assertThat(ObjectLayout.containerSize(slots, pointerWidth)).isEqualTo(size);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 24",
    "1, 0, 32",
    "8, 0, 32",
    "9, 0, 40",
    "4, 1, 32",
    "5, 1, 40",
    "2, 2, 32",
    "3, 2, 40"
  })
  void stringIsItsHeadAndItsUnits(long length, int widthShift, long size) {
    assertThat(StrLayout.recordSize(length, widthShift)).isEqualTo(size);
  }

  @Test
  void bytesAndLongIntsAreTheirHeadsAndWhatTheyHold() {
    assertThat(BytesLayout.recordSize(0)).isEqualTo(ObjectLayout.align(BytesLayout.DATA_OFFSET));
    assertThat(BytesLayout.recordSize(100))
        .isEqualTo(ObjectLayout.align(BytesLayout.DATA_OFFSET + 100));
    assertThat(LongLayout.recordSize(0)).isEqualTo(LongLayout.DIGITS_OFFSET);
    assertThat(LongLayout.recordSize(3)).isEqualTo(LongLayout.DIGITS_OFFSET + 24);
    assertThat(CodeLayout.recordSize(4)).isEqualTo(CodeLayout.COMPACT_SIZE);
    assertThat(CodeLayout.recordSize(8)).isEqualTo(CodeLayout.ADDRESS_SIZE);
  }

  @Test
  void segmentStartsWithTheNameOfItsRoot() {
    assertThat(SegmentLayout.headSize(0)).isEqualTo(16);
    assertThat(SegmentLayout.headSize(1)).isEqualTo(24);
    assertThat(SegmentLayout.headSize(4)).isEqualTo(24);
    assertThat(SegmentLayout.headSize(5)).isEqualTo(32);
    assertThat(SegmentLayout.headSize(Integer.MAX_VALUE)).isEqualTo(16 + (2L << 31));
  }

  /** A segment moves to the next page if it fits there, not here, and an eighth of it pays. */
  @ParameterizedTest
  @CsvSource({
    "12288, 4096, 0",
    "16288, 96, 0",
    "16288, 97, 0",
    "16288, 767, 0",
    "16288, 768, 96",
    "16288, 4096, 96",
    "16288, 4097, 0",
    "3584, 4096, 512",
    "3583, 4096, 0",
    "4294970880, 4096, 512",
    "0, 0, 0",
  })
  void smallSegmentLiesInOnePageIfThatCostsLittle(long end, long length, long gap) {
    assertThat(SegmentLayout.gapBefore(end, length)).isEqualTo(gap);
  }

  /** A perfect hash with a bucket for each four texts, then the strings' offsets. */
  @Test
  void sectionOfStringsIsAHashAndOffsets() {
    assertThat(StringsLayout.bucketCount(0)).isZero();
    assertThat(StringsLayout.bucketCount(1)).isEqualTo(1);
    assertThat(StringsLayout.bucketCount(4)).isEqualTo(1);
    assertThat(StringsLayout.bucketCount(5)).isEqualTo(2);
    assertThat(StringsLayout.bucketCount(Integer.MAX_VALUE)).isEqualTo(1 << 29);
    assertThat(StringsLayout.offsetOffset(0, 1)).isEqualTo(16);
    assertThat(StringsLayout.offsetOffset(3, 4)).isEqualTo(32 + 12);
    assertThat(StringsLayout.sectionLength(1)).isEqualTo(24);
    assertThat(StringsLayout.sectionLength(4)).isEqualTo(48);
  }

  @Test
  void dictHasTwoSlotsForEachEntry() {
    assertThat(Kind.of(TypeCode.DICT).slotCount(5)).isEqualTo(10);
    assertThat(Kind.of(TypeCode.FROZENDICT).slotCount(5)).isEqualTo(10);
    assertThat(Kind.of(TypeCode.TUPLE).slotCount(5)).isEqualTo(5);
    assertThat(Kind.of(TypeCode.SLICE).slotCount(3)).isEqualTo(3);
  }

  @Test
  void everyTypeCodeIsOneOfAnImageOrOneOfAStreamAlone() {
    String containers = "([<>{}:";
    String others = "NTF.Silgysucoe";
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      boolean isContainer = containers.indexOf(code) >= 0;
      assertThat(Kind.isKind(code) && Kind.of(code).hasSlots())
          .as("code=" + code)
          .isEqualTo(isContainer || code == TypeCode.CODE || code == TypeCode.RECORD);
      assertThat(Kind.isKind(code))
          .as("code=" + code)
          .isEqualTo(isContainer || others.indexOf(code) >= 0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, null",
    "N, None",
    "T, True",
    "F, False",
    "S, StopIteration",
    "., Ellipsis",
    "iI, int",
    "l, long int",
    "fg, float",
    "xy, complex",
    "s, bytes",
    "t, interned string",
    "R, string reference",
    "r, reference",
    "uaAzZ, str",
    "(), tuple",
    "[, list",
    "{, dict",
    "}, frozendict",
    "<, set",
    ">, frozenset",
    ":, slice",
    "c, code object",
  })
  void namesOfTypesAreThosePeopleUse(String codes, String name) {
    for (char code : codes.toCharArray()) {
      assertThat(TypeCode.nameOf(code)).isEqualTo(name);
    }
  }

  @Test
  void whatIsNoTypeCodeHasNoName() {
    for (long none : new long[] {1, 'b', -1, TypeCode.LIMIT, (1L << 32) + TypeCode.TUPLE}) {
      assertThat(TypeCode.nameOf(none)).isEqualTo(TypeCode.UNKNOWN);
    }
  }
}
