package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.marshalimage.format.TypeCode;

class TypeTableTest {
  @Test
  void standardTableBindsAllTypesToHandlesOfTheirOwn() {
    TypeTable table = TypeTable.standard();
    int last = 0;
    for (int code : TypeTable.imageTypes()) {
      assertThat(code).isGreaterThan(last);
      last = code;
      assertThat(table.handle(code)).isEqualTo(0x100 + code);
      assertThat(table.type(code)).isNull();
    }
    assertThat(table.isBound('0')).isFalse();
    assertThat(table.isBound(-1)).isFalse();
    assertThat(table.isBound(1000)).isFalse();
    assertThatThrownBy(() -> table.handle('0'))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("null");
  }

  @Test
  void fingerprintIsOfHandlesAlone() {
    TypeTable one = TypeTable.builder().bind(TypeCode.STR, 0x1000).build();
    TypeTable withObject = TypeTable.builder().bind(TypeCode.STR, 0x1000, "str").build();
    TypeTable otherHandle = TypeTable.builder().bind(TypeCode.STR, 0x1001).build();
    TypeTable otherCode = TypeTable.builder().bind(TypeCode.BYTES, 0x1000).build();
    assertThat(withObject.fingerprint()).isEqualTo(one.fingerprint()).isNotZero();
    assertThat(otherHandle.fingerprint()).isNotEqualTo(one.fingerprint());
    assertThat(otherCode.fingerprint()).isNotEqualTo(one.fingerprint());
    assertThat(TypeTable.builder().build().fingerprint()).isZero();
    assertThat(withObject.type(TypeCode.STR)).isEqualTo("str");
  }

  @Test
  void objectAloneGetsAHandle() {
    TypeTable table = TypeTable.builder().bind(TypeCode.STR, "str").build();
    assertThat(table.handle(TypeCode.STR)).isEqualTo(0x100 + TypeCode.STR);
  }

  @Test
  void textIsReadBack() {
    TypeTable.Builder builder = TypeTable.builder();
    for (int code : TypeTable.imageTypes()) {
      builder.bind(code, 0xFFFF_8000_0000_0000L + code * 8L);
    }
    TypeTable table = builder.build();
    assertThat(TypeTable.parse(table.toString())).hasToString(table.toString());
    assertThat(TypeTable.parse(table.toString()).fingerprint()).isEqualTo(table.fingerprint());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|hex digits",
        "xyz|hex digits",
        "0,75|CODE=HANDLE",
        "0,75=|hex digits",
        "0,75=1000,75=1000|bound twice: 0x75",
        "0,75=1000|fingerprint of type table is off: expected=0, found=",
        "0,75=99|at least 0x100",
        "0,30=1000|no type code",
        "0,100=1000|no type code",
        "0,ffffffffffffffff=1000|no type code",
        "0,75=11111111111111111|hex digits",
      })
  void badTextIsRefused(String text, String message) {
    assertThatThrownBy(() -> TypeTable.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void handlesThatLookLikeTypeCodesAreRefused() {
    TypeTable.Builder builder = TypeTable.builder();
    for (long handle : new long[] {0, 1, 0xFF}) {
      assertThatThrownBy(() -> builder.bind(TypeCode.STR, handle))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least 0x100");
    }
    builder.bind(TypeCode.STR, 0x100).bind(TypeCode.BYTES, -1);
    assertThatThrownBy(() -> builder.bind(TypeCode.REF, 0x1000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MapOptions.builder().linkAll().build())
        .isInstanceOf(IllegalStateException.class);
  }
}
