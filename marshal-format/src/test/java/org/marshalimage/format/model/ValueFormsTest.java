package org.marshalimage.format.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.marshalimage.format.TypeCode;

/** Each kind of value: what it is made of, what it says of itself, and what is none. */
class ValueFormsTest {
  private static StrValue points(int... codePoints) {
    return StrValue.ofCodePoints(codePoints, 0, codePoints.length, false);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, true, false",
    "7f, 0, true, false",
    "80, 0, false, false",
    "ff, 0, false, false",
    "100, 1, false, false",
    "d7ff, 1, false, false",
    "d800, 1, false, true",
    "dfff, 1, false, true",
    "e000, 1, false, false",
    "ffff, 1, false, false",
    "10000, 2, false, false",
    "10ffff, 2, false, false",
  })
  void strKnowsItsWidthAndWhatItsCodePointsAre(
      String hex, int shift, boolean isAscii, boolean hasSurrogates) {
    int codePoint = Integer.parseInt(hex, 16);
    StrValue string = points('a', codePoint, 'b');
    assertThat(string.widthShift()).isEqualTo(shift);
    assertThat(string.byteLength()).isEqualTo(3 << shift);
    assertThat(string.length()).isEqualTo(3);
    assertThat(string.codePointAt(1)).isEqualTo(codePoint);
    assertThat(string.isAscii()).isEqualTo(isAscii);
    assertThat(string.hasSurrogates()).isEqualTo(hasSurrogates);
    assertThat(string.isInterned()).isFalse();
    byte[] units = new byte[(3 << shift) + 2];
    string.copyTo(units, 1);
    assertThat(units[0]).isZero();
    assertThat(units[1]).isEqualTo((byte) 'a');
    assertThat(units[1 + (1 << shift)]).isEqualTo((byte) codePoint);
    assertThat(units[1 + (2 << shift)]).isEqualTo((byte) 'b');
    assertThat(units[units.length - 1]).isZero();
    assertThat(string.toString()).isEqualTo("a" + Character.toString(codePoint) + "b");
  }

  @Test
  void strIsMadeOfARangeOfCodePoints() {
    int[] all = {0x110000, 'x', 'y', -1};
    assertThat(StrValue.ofCodePoints(all, 1, 3, true)).hasToString("xy");
    assertThat(StrValue.ofCodePoints(all, 1, 3, true).isInterned()).isTrue();
    assertThatThrownBy(() -> StrValue.ofCodePoints(all, 1, 4, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a code point: value=-1, index=2");
    assertThatThrownBy(() -> StrValue.ofCodePoints(all, 0, 1, false))
        .hasMessage("not a code point: value=1114112, index=0");
    byte[] latin1 = {'a', (byte) 0xE9, 'b'};
    StrValue string = StrValue.ofLatin1(latin1, 1, 2, true);
    latin1[1] = 0;
    assertThat(string).hasToString("\u00e9");
    assertThat(string.isInterned()).isTrue();
    assertThat(StrValue.of("i", true).isInterned()).isTrue();
    assertThat(StrValue.of("i").isInterned()).isFalse();
  }

  @Test
  void bytesAreCopiedInAndOut() {
    byte[] source = {1, 2, 3, 4};
    BytesValue value = BytesValue.of(source, 1, 3, true);
    source[1] = 9;
    value.toByteArray()[0] = 9;
    assertThat(value.toByteArray()).containsExactly(2, 3);
    assertThat(value.length()).isEqualTo(2);
    assertThat(value.byteAt(1)).isEqualTo((byte) 3);
    assertThat(value.isInterned()).isTrue();
    assertThat(BytesValue.of(source).isInterned()).isFalse();
    byte[] target = new byte[4];
    value.copyTo(target, 1);
    assertThat(target).containsExactly(0, 2, 3, 0);
    assertThat(value.typeCode()).isEqualTo(TypeCode.BYTES);
    assertThat(BytesValue.of(new byte[] {'a', (byte) 0xFF})).hasToString("a\u00ff");
  }

  @Test
  void intIsLongOrBig() {
    BigInteger limit = BigInteger.ONE.shiftLeft(63);
    IntValue least = IntValue.of(limit.negate());
    assertThat(least.isLong()).isTrue();
    assertThat(least.longValue()).isEqualTo(Long.MIN_VALUE);
    assertThat(least.bigValue()).isEqualTo(limit.negate());
    assertThat(least).hasToString("-9223372036854775808");
    IntValue big = IntValue.of(limit);
    assertThat(big.isLong()).isFalse();
    assertThat(big.bigValue()).isEqualTo(limit);
    assertThat(big).hasToString("9223372036854775808");
    assertThatThrownBy(big::longValue).isInstanceOf(ArithmeticException.class);
    assertThat(big.isPython2Long()).isFalse();
    IntValue python2 = IntValue.python2Long(BigInteger.TEN);
    assertThat(python2.isPython2Long()).isTrue();
    assertThat(python2.longValue()).isEqualTo(10);
    assertThat(python2).hasToString("10L");
    assertThat(IntValue.python2Long(limit)).hasToString("9223372036854775808L");
    assertThat(IntValue.of(-5)).hasToString("-5");
  }

  /** Beyond 4,096 bits the ends are shown, in hexadecimal. */
  @Test
  void intOfVeryManyDigitsIsShownByItsEnds() {
    BigInteger first = BigInteger.ONE.shiftLeft(4096);
    BigInteger last = first.subtract(BigInteger.ONE);
    assertThat(IntValue.of(last)).hasToString(last.toString());
    assertThat(IntValue.of(last.negate())).hasToString("-" + last);
    assertThat(IntValue.of(first)).hasToString("0x1...0000000000000000 (4097 bits)");
    BigInteger ones = BigInteger.ONE.shiftLeft(4160).subtract(BigInteger.ONE);
    assertThat(IntValue.of(ones.negate()))
        .hasToString("-0xffffffffffffffff...ffffffffffffffff (4160 bits)");
    assertThat(IntValue.python2Long(ones.add(BigInteger.valueOf(0x123))))
        .hasToString("0x1...0000000000000122 (4161 bits)L");
  }

  @Test
  void floatsKeepTheirBits() {
    long nan = 0x7FF8000000000123L;
    assertThat(FloatValue.ofBits(nan).bits()).isEqualTo(nan);
    assertThat(FloatValue.of(-0.0).bits()).isEqualTo(Long.MIN_VALUE);
    assertThat(FloatValue.of(1.5).doubleValue()).isEqualTo(1.5);
    assertThat(FloatValue.of(1.5)).hasToString("1.5");
    assertThat(FloatValue.of(1.5).typeCode()).isEqualTo(TypeCode.FLOAT);
    ComplexValue complex = ComplexValue.ofBits(nan, Double.doubleToRawLongBits(2));
    assertThat(complex.realBits()).isEqualTo(nan);
    assertThat(complex.imaginaryBits()).isEqualTo(Double.doubleToRawLongBits(2));
    assertThat(complex).hasToString("(NaN, 2.0j)");
    assertThat(complex.typeCode()).isEqualTo(TypeCode.COMPLEX);
  }

  @Test
  void nanIsKnownWhateverItsBits() {
    long one = Double.doubleToRawLongBits(1);
    for (long nan : new long[] {0x7FF8000000000000L, 0xFFF8000000000000L, 0x7FF0000000000001L}) {
      assertThat(FloatValue.ofBits(nan).isNaN()).isTrue();
      assertThat(ComplexValue.ofBits(nan, one).isNaN()).isTrue();
      assertThat(ComplexValue.ofBits(one, nan).isNaN()).isTrue();
    }
    assertThat(FloatValue.of(Double.POSITIVE_INFINITY).isNaN()).isFalse();
    assertThat(ComplexValue.ofBits(one, 0).isNaN()).isFalse();
  }

  @Test
  void sequencesKnowTheirType() {
    Value one = IntValue.of(1);
    assertSequence(SequenceValue.tuple(one, one), TypeCode.TUPLE, "tuple of 2");
    assertSequence(SequenceValue.list(one, one), TypeCode.LIST, "list of 2");
    assertSequence(SequenceValue.set(one, one), TypeCode.SET, "set of 2");
    assertSequence(SequenceValue.frozenset(one, one), TypeCode.FROZENSET, "frozenset of 2");
    assertThatThrownBy(() -> SequenceValue.unfinished(TypeCode.DICT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a sequence: dict");
  }

  private static void assertSequence(SequenceValue value, int type, String text) {
    assertThat(value.typeCode()).isEqualTo(type);
    assertThat(value).hasToString(text);
    SequenceValue.Builder builder = SequenceValue.unfinished(type);
    assertThat(builder.value().size()).isZero();
    assertThat(builder.finish(new Value[] {value})).isSameAs(builder.value());
    assertThat(builder.value().typeCode()).isEqualTo(type);
    assertThat(builder.value().get(0)).isSameAs(value);
    assertThatThrownBy(() -> builder.finish(new Value[0]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("already finished: " + TypeCode.nameOf(type) + " of 1");
  }

  @Test
  void dictsHoldPairs() {
    Value one = IntValue.of(1);
    Value two = IntValue.of(2);
    Value[] entries = {one, two, two, one};
    DictValue dict = DictValue.dict(entries);
    entries[0] = two;
    assertThat(dict.size()).isEqualTo(2);
    assertThat(dict.key(0)).isSameAs(one);
    assertThat(dict.value(0)).isSameAs(two);
    assertThat(dict.key(1)).isSameAs(two);
    assertThat(dict.value(1)).isSameAs(one);
    assertThat(dict).hasToString("dict of 2");
    assertThat(DictValue.frozendict(one, two).typeCode()).isEqualTo(TypeCode.FROZENDICT);
    assertThat(DictValue.frozendict(one, two)).hasToString("frozendict of 1");
    assertThatThrownBy(() -> DictValue.dict(one, two, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a key without a value: length=3");
    assertThatThrownBy(() -> DictValue.unfinished(TypeCode.SET))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a dict: set");
    DictValue.Builder builder = DictValue.unfinished(TypeCode.DICT);
    assertThat(builder.finish(new Value[] {one, two})).isSameAs(builder.value());
    assertThatThrownBy(() -> builder.finish(new Value[0]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("already finished: dict of 1");
  }

  @Test
  void valuesAreEqualByIdentityAlone() {
    SliceValue slice = new SliceValue(Singleton.NONE, Singleton.NONE, Singleton.NONE);
    SliceValue same = new SliceValue(Singleton.NONE, Singleton.NONE, Singleton.NONE);
    assertThat(slice).isEqualTo(slice).isNotEqualTo(same);
    assertThat(slice.hashCode()).isEqualTo(System.identityHashCode(slice));
    assertThat(slice.typeCode()).isEqualTo(TypeCode.SLICE);
  }

  @Test
  void singletonsAreFoundByTheirTypeCode() {
    for (Singleton singleton : Singleton.values()) {
      assertThat(Singleton.of(singleton.typeCode())).isSameAs(singleton);
    }
    assertThatThrownBy(() -> Singleton.of(TypeCode.LIST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not the type code of a singleton: list");
  }
}
