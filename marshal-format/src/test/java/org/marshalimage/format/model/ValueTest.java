package org.marshalimage.format.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;

class ValueTest {
  private static final Value EMPTY = BytesValue.of(new byte[0]);

  private static CodeValue.Builder code(PythonVersion version) {
    Value name = version.isPython2() ? EMPTY : StrValue.of("f");
    CodeValue.Builder code =
        CodeValue.builder(version)
            .code(EMPTY)
            .consts(SequenceValue.tuple())
            .names(SequenceValue.tuple())
            .localNames(SequenceValue.tuple())
            .filename(name)
            .name(name)
            .lineTable(EMPTY);
    return version.hasLocalsPlus()
        ? code.kinds(EMPTY).qualName(name).exceptionTable(EMPTY)
        : code.freevars(SequenceValue.tuple()).cellvars(SequenceValue.tuple());
  }

  @Test
  void strTakesTheLeastWidthThatWillDo() {
    assertThat(StrValue.of("\u00ff").widthShift()).isZero();
    assertThat(StrValue.of("\u0100").widthShift()).isEqualTo(1);
    StrValue astral = StrValue.of("a\ud83d\ude00b");
    assertThat(astral.widthShift()).isEqualTo(2);
    assertThat(astral.length()).isEqualTo(3);
    assertThat(astral.codePointAt(1)).isEqualTo(0x1F600);
    assertThat(astral.toString()).isEqualTo("a\ud83d\ude00b");
  }

  @Test
  void intKnowsItsTypeCode() {
    BigInteger limit = BigInteger.ONE.shiftLeft(63);
    assertThat(IntValue.of(limit.negate()).typeCode()).isEqualTo(TypeCode.INT);
    assertThat(IntValue.of(limit).typeCode()).isEqualTo(TypeCode.LONG);
    assertThat(IntValue.python2Long(BigInteger.ONE).typeCode()).isEqualTo(TypeCode.LONG);
  }

  @Test
  void codeOfEveryVersionTakesItsFieldsAndNoOther() {
    for (PythonVersion version : PythonVersion.values()) {
      assertThat(code(version).build().version()).isEqualTo(version);
    }
    assertThatThrownBy(() -> code(PythonVersion.V3_13).freevars(SequenceValue.tuple()).build())
        .hasMessage("freevars: expected none in Python 3.13, found tuple");
    assertThatThrownBy(() -> code(PythonVersion.V3_8).consts(SequenceValue.list()).build())
        .hasMessage("consts: expected tuple, found list");
    assertThatThrownBy(() -> code(PythonVersion.V2_7).posOnlyArgCount(1).build())
        .hasMessage("posonlyargcount: Python 2.7 has none, found 1");
    assertThatThrownBy(
            () ->
                code(PythonVersion.V3_13).localNames(SequenceValue.tuple(StrValue.of("x"))).build())
        .hasMessage("localspluskinds: expected a byte for each of 1 names, found 0");
  }

  @Test
  void builtCodeDoesNotChangeWithItsBuilder() {
    CodeValue.Builder builder = code(PythonVersion.V3_13);
    CodeValue code = builder.build();
    builder.flags(3);
    assertThat(code.flags()).isZero();
  }

  @Test
  void unfinishedSequenceIsFinishedOnce() {
    SequenceValue.Builder list = SequenceValue.unfinished(TypeCode.LIST);
    list.finish(new Value[] {Singleton.NONE});
    assertThatThrownBy(() -> list.finish(new Value[0])).isInstanceOf(IllegalStateException.class);
    assertThat(list.value().size()).isEqualTo(1);
  }
}
