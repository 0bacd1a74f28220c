package org.marshalimage.format.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.marshalimage.format.TypeCode;

class CanonicalJsonTest {
  @Test
  void escapesAllThatIsNotPrintableAscii() {
    assertThat(
            CanonicalJson.write(StrValue.of("a\"\\\n\r\t\f\b\u0001\u007f\u00e9\u20ac\ud83d\ude00")))
        .isEqualTo(
            "{\"str\":\"a\\\"\\\\\\n\\r\\t\\f\\b\\u0001\\u007f\\u00e9\\u20ac\\ud83d\\ude00\"}");
  }

  @Test
  void writesSurrogatesAsWtf8() {
    assertThat(CanonicalJson.write(StrValue.of("a\ud800"))).isEqualTo("{\"wtf8\":\"61eda080\"}");
  }

  @Test
  void sortsSetsByTheTextOfTheirItems() {
    Value nested = SequenceValue.frozenset(IntValue.of(3), IntValue.of(20));
    assertThat(
            CanonicalJson.write(
                SequenceValue.set(StrValue.of("b"), nested, IntValue.of(10), StrValue.of("a"))))
        .isEqualTo(
            "{\"set\":[{\"frozenset\":[{\"int\":\"20\"},{\"int\":\"3\"}]},"
                + "{\"int\":\"10\"},{\"str\":\"a\"},{\"str\":\"b\"}]}");
  }

  @Test
  void keepsTheOrderOfDicts() {
    assertThat(
            CanonicalJson.write(
                DictValue.dict(
                    IntValue.of(2), Singleton.NONE, IntValue.of(1), SequenceValue.tuple())))
        .isEqualTo("{\"dict\":[[{\"int\":\"2\"},\"None\"],[{\"int\":\"1\"},{\"tuple\":[]}]]}");
    assertThat(CanonicalJson.write(DictValue.frozendict())).isEqualTo("{\"frozendict\":[]}");
  }

  @Test
  void refusesCyclesAndExplosions() {
    SequenceValue.Builder list = SequenceValue.unfinished(TypeCode.LIST);
    list.finish(new Value[] {list.value()});
    assertThatThrownBy(() -> CanonicalJson.write(list.value()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cycle");
    Value doubling = SequenceValue.tuple();
    for (int i = 0; i < 60; i++) {
      doubling = SequenceValue.tuple(doubling, doubling);
    }
    Value huge = doubling;
    assertThatThrownBy(() -> CanonicalJson.write(huge, 1 << 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limit=1048576");
  }

  @Test
  void writesDeepNestingWithoutRecursion() {
    Value deep = SequenceValue.tuple();
    for (int i = 0; i < 200_000; i++) {
      deep = SequenceValue.tuple(deep);
    }
    assertThat(CanonicalJson.write(deep)).hasSizeGreaterThan(200_000 * 10);
  }
}
