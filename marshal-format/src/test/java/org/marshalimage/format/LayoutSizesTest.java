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
  void dictHasTwoSlotsForEachEntry() {
    assertThat(ObjectLayout.slotCount(TypeCode.DICT, 5)).isEqualTo(10);
    assertThat(ObjectLayout.slotCount(TypeCode.FROZENDICT, 5)).isEqualTo(10);
    assertThat(ObjectLayout.slotCount(TypeCode.TUPLE, 5)).isEqualTo(5);
    assertThat(ObjectLayout.slotCount(TypeCode.SLICE, 3)).isEqualTo(3);
  }

  @Test
  void everyTypeCodeIsOneOfAnImageOrOneOfAStreamAlone() {
    String containers = "([<>{}:";
    String others = "NTF.Silgysuc";
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      boolean isContainer = containers.indexOf(code) >= 0;
      assertThat(ObjectLayout.isContainer(code)).as("code=" + code).isEqualTo(isContainer);
      assertThat(ObjectLayout.isImageType(code))
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
