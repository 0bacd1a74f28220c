package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/**
 * Streams of sets and dicts that list equal items: what is kept of them. The expected numbers are
 * those of CPython 2.7 and 3.6 to 3.13, {@code len(set(items))}.
 */
class EqualItemsTest {
  private static final PythonVersion V2_7 = PythonVersion.V2_7;
  private static final PythonVersion V3_13 = PythonVersion.V3_13;

  /** 2 to the 63rd, the least int that takes more than 64 bits. */
  private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(63);

  private static Value number(PythonVersion version, BigInteger value) {
    return version.isPython2() ? IntValue.python2Long(value) : IntValue.of(value);
  }

  private static Value complex(double real, double imaginary) {
    return ComplexValue.ofBits(
        Double.doubleToRawLongBits(real), Double.doubleToRawLongBits(imaginary));
  }

  private static Value bytes(String latin1) {
    byte[] bytes = new byte[latin1.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) latin1.charAt(i);
    }
    return BytesValue.of(bytes);
  }

  /** Decodes a container of items that are written one by one; none may hold an object twice. */
  private static Value decode(PythonVersion version, int typeCode, List<Value> items) {
    StreamOutput out = new StreamOutput();
    out.putByte(typeCode);
    if (typeCode == TypeCode.SET) {
      out.putInt(items.size());
    }
    for (Value item : items) {
      for (byte b : MarshalEncoder.encode(item, version)) {
        out.putByte(b);
      }
    }
    if (typeCode == TypeCode.DICT) {
      out.putByte(TypeCode.NULL);
    }
    byte[] stream = out.toByteArray();
    return MarshalDecoder.decode(stream, 0, stream.length, version, null);
  }

  private static List<Value> kept(PythonVersion version, Value... items) {
    SequenceValue set = (SequenceValue) decode(version, TypeCode.SET, List.of(items));
    List<Value> kept = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      kept.add(set.get(i));
    }
    return kept;
  }

  private static void assertEqual(PythonVersion version, Value... items) {
    assertThat(kept(version, items))
        .as(version + ": " + List.of(items))
        .singleElement()
        .matches(first -> first.typeCode() == items[0].typeCode(), "the first item stays");
  }

  private static void assertDistinct(PythonVersion version, Value... items) {
    assertThat(kept(version, items)).as(version + ": " + List.of(items)).hasSameSizeAs(items);
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void numbersAreEqualWhateverTheirType(PythonVersion version) {
    assertEqual(
        version,
        IntValue.of(1),
        FloatValue.of(1.0),
        Singleton.TRUE,
        complex(1, 0),
        complex(1, -0.0));
    assertEqual(
        version,
        Singleton.FALSE,
        IntValue.of(0),
        FloatValue.of(0.0),
        FloatValue.of(-0.0),
        complex(0, 0),
        complex(-0.0, -0.0));
    assertEqual(version, FloatValue.of(1.5), complex(1.5, 0));
    assertEqual(version, complex(1.5, -0.0), FloatValue.of(1.5));
    assertDistinct(
        version, IntValue.of(1), IntValue.of(-1), FloatValue.of(1.5), FloatValue.of(-1.5));
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void complexNumbersAreEqualIfBothPartsAre(PythonVersion version) {
    assertEqual(version, complex(1, 2), complex(1, 2));
    assertEqual(version, complex(-0.0, 2), complex(0.0, 2));
    double infinity = Double.POSITIVE_INFINITY;
    assertEqual(version, complex(infinity, 1), complex(infinity, 1));
    assertEqual(version, FloatValue.of(infinity), complex(infinity, 0));
    assertDistinct(
        version,
        complex(1, 2),
        complex(2, 1),
        complex(1, -2),
        complex(1, 0),
        complex(0, 1),
        FloatValue.of(2));
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void floatEqualsTheIntOfItsValueAbove64Bits(PythonVersion version) {
    BigInteger limit = LIMIT;
    assertEqual(version, number(version, limit), FloatValue.of(0x1p63));
    assertEqual(version, number(version, limit.negate()), FloatValue.of(-0x1p63));
    assertDistinct(version, number(version, limit.subtract(BigInteger.ONE)), FloatValue.of(0x1p63));
    // The greatest float below 2 ** 63.
    assertEqual(
        version,
        IntValue.of(9_223_372_036_854_774_784L),
        FloatValue.of(9_223_372_036_854_774_784.0));
    BigInteger three = BigInteger.valueOf(3).shiftLeft(70);
    assertEqual(version, number(version, three), FloatValue.of(3 * 0x1p70));
    assertEqual(version, FloatValue.of(-3 * 0x1p70), number(version, three.negate()));
    BigInteger huge = BigInteger.ONE.shiftLeft(1000);
    assertEqual(version, FloatValue.of(0x1p1000), number(version, huge), complex(0x1p1000, 0));
    assertDistinct(
        version,
        number(version, huge.add(BigInteger.ONE)),
        FloatValue.of(0x1p1000),
        FloatValue.of(-0x1p1000),
        FloatValue.of(0x1p999),
        FloatValue.of(Double.POSITIVE_INFINITY),
        FloatValue.of(Double.NEGATIVE_INFINITY));
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void eachNanEqualsItselfAlone(PythonVersion version) {
    assertDistinct(version, FloatValue.of(Double.NaN), FloatValue.of(Double.NaN));
    assertDistinct(version, complex(1, Double.NaN), complex(1, Double.NaN));
    assertDistinct(version, complex(Double.NaN, 0), complex(Double.NaN, 0));
    assertDistinct(version, complex(Double.NaN, 1), complex(Double.NaN, 1));
  }

  @Test
  void nanThatIsReferredToIsOneItem() {
    // n = float('nan'); len({n, n}) is 1.
    byte[] stream = {
      '<',
      2,
      0,
      0,
      0,
      (byte) ('g' | TypeCode.FLAG_REF),
      0,
      0,
      0,
      0,
      0,
      0,
      (byte) 0xF8,
      0x7F,
      'r',
      0,
      0,
      0,
      0
    };
    SequenceValue set =
        (SequenceValue) MarshalDecoder.decode(stream, 0, stream.length, V3_13, null);
    assertThat(set.size()).isEqualTo(1);
  }

  @Test
  void asciiBytesEqualTextInPython2Alone() {
    Value[] same = {bytes("a\u007f"), StrValue.of("a\u007f")};
    assertEqual(V2_7, same);
    assertDistinct(V3_13, same);
    assertEqual(V2_7, StrValue.of(""), bytes(""));
    assertDistinct(V3_13, StrValue.of(""), bytes(""));
    assertDistinct(V2_7, bytes("a\u0080"), StrValue.of("a\u0080"));
    assertDistinct(V3_13, bytes("a\u0080"), StrValue.of("a\u0080"));
    assertEqual(V2_7, bytes("a\u0080"), bytes("a\u0080"));
    assertEqual(V2_7, SequenceValue.tuple(bytes("a")), SequenceValue.tuple(StrValue.of("a")));
    assertDistinct(V3_13, SequenceValue.tuple(bytes("a")), SequenceValue.tuple(StrValue.of("a")));
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void longTextsAndIntsAreComparedWhole(PythonVersion version) {
    for (int length : new int[] {31, 32, 33, 34, 100}) {
      String text = "x".repeat(length);
      assertEqual(version, StrValue.of(text), StrValue.of(text));
      assertEqual(version, bytes(text), bytes(text));
      assertDistinct(version, StrValue.of(text + "y"), StrValue.of(text + "z"), StrValue.of(text));
      assertDistinct(version, bytes(text + "y"), bytes(text + "z"), bytes(text));
    }
    Value big = number(version, LIMIT.shiftLeft(40));
    assertEqual(version, big, number(version, LIMIT.shiftLeft(40)));
    assertDistinct(version, big, number(version, LIMIT.shiftLeft(40).add(BigInteger.ONE)));
  }

  @Test
  void surrogatesAreNotTheCodePointThatTheyWouldEncode() {
    Value pair = StrValue.ofCodePoints(new int[] {0xD83D, 0xDE00}, 0, 2, false);
    Value samePair = StrValue.ofCodePoints(new int[] {0xD83D, 0xDE00}, 0, 2, false);
    Value other = StrValue.ofCodePoints(new int[] {0xD83D, 0xDE01}, 0, 2, false);
    assertEqual(V3_13, pair, samePair);
    assertDistinct(V3_13, pair, other, StrValue.of("\ud83d\ude00"));
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void containersAreEqualIfTheirItemsAre(PythonVersion version) {
    Value one = IntValue.of(1);
    Value two = IntValue.of(2);
    assertEqual(
        version,
        SequenceValue.tuple(one, SequenceValue.tuple(two)),
        SequenceValue.tuple(Singleton.TRUE, SequenceValue.tuple(FloatValue.of(2))));
    assertDistinct(
        version,
        SequenceValue.tuple(one, two),
        SequenceValue.tuple(two, one),
        SequenceValue.tuple(one),
        SequenceValue.tuple(one, two, IntValue.of(2)),
        SequenceValue.frozenset(one, two));
    assertEqual(version, SequenceValue.frozenset(one, two), SequenceValue.frozenset(two, one));
    assertDistinct(version, SequenceValue.frozenset(one), SequenceValue.frozenset(two));
    assertDistinct(version, SequenceValue.tuple(), SequenceValue.frozenset());
    assertEqual(version, SequenceValue.tuple(), SequenceValue.tuple());
    assertDistinct(version, Singleton.NONE, Singleton.ELLIPSIS, Singleton.STOP_ITERATION);
    assertEqual(version, Singleton.NONE, Singleton.NONE);
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void containersInContainersAreComparedByWhatTheyHold(PythonVersion version) {
    assertDistinct(
        version,
        SequenceValue.tuple(SequenceValue.tuple(IntValue.of(2))),
        SequenceValue.tuple(SequenceValue.tuple(IntValue.of(3))),
        SequenceValue.tuple(SequenceValue.tuple(SequenceValue.tuple(IntValue.of(2)))),
        SequenceValue.tuple(SequenceValue.frozenset(IntValue.of(2))),
        SequenceValue.tuple(SequenceValue.tuple()));
    assertEqual(
        version,
        SequenceValue.tuple(SequenceValue.frozenset(IntValue.of(2), SequenceValue.tuple())),
        SequenceValue.tuple(SequenceValue.frozenset(SequenceValue.tuple(), IntValue.of(2))));
  }

  /** Numbers of values one by one, and in a leap. */
  @Test
  void setsHaveAnyNumberOfItems() {
    Value[] ints = new Value[100];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = IntValue.of(i);
    }
    assertDistinct(V3_13, ints);
    assertDistinct(V3_13, SequenceValue.tuple(ints), SequenceValue.tuple());
  }

  /** {@code [{'y', s}, {'y', s}]}, where s is one string of 40 letters. */
  @Test
  void longTextThatIsReferredToKeepsItsNumber() {
    StreamOutput out = new StreamOutput();
    out.putByte('[');
    out.putInt(2);
    for (int i = 0; i < 2; i++) {
      out.putByte('<');
      out.putInt(2);
      out.putByte('z');
      out.putShortText("y");
      if (i == 0) {
        out.putByte('z' | TypeCode.FLAG_REF);
        out.putShortText("x".repeat(40));
      } else {
        out.putByte('r');
        out.putInt(0);
      }
    }
    byte[] stream = out.toByteArray();
    SequenceValue list =
        (SequenceValue) MarshalDecoder.decode(stream, 0, stream.length, V3_13, null);
    assertThat(texts((SequenceValue) list.get(0))).containsExactly("y", "x".repeat(40));
    assertThat(texts((SequenceValue) list.get(1))).containsExactly("y", "x".repeat(40));
  }

  @Test
  void largeTupleIsComparedWithEachOfMany() {
    List<Value> items = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      items.add(SequenceValue.tuple(IntValue.of(i / 2), IntValue.of(7)));
    }
    SequenceValue set = (SequenceValue) decode(V3_13, TypeCode.SET, items);
    assertThat(set.size()).isEqualTo(250);
    for (int i = 0; i < set.size(); i++) {
      SequenceValue tuple = (SequenceValue) set.get(i);
      assertThat(((IntValue) tuple.get(0)).longValue()).isEqualTo(i);
    }
  }

  @Test
  void dictKeepsTheFirstKeyWithTheLastValue() {
    // {1: 'a', 2: 'b', True: 'c', 1.0: 'd', 2.0: 'e', 3: 'f'} prints {1: 'd', 2: 'e', 3: 'f'}.
    DictValue dict =
        (DictValue)
            decode(
                V3_13,
                TypeCode.DICT,
                List.of(
                    IntValue.of(1),
                    StrValue.of("a"),
                    IntValue.of(2),
                    StrValue.of("b"),
                    Singleton.TRUE,
                    StrValue.of("c"),
                    FloatValue.of(1),
                    StrValue.of("d"),
                    FloatValue.of(2),
                    StrValue.of("e"),
                    IntValue.of(3),
                    StrValue.of("f")));
    assertThat(dict.size()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(dict.key(i).typeCode()).isEqualTo(TypeCode.INT);
      assertThat(((IntValue) dict.key(i)).longValue()).isEqualTo(i + 1);
      assertThat(dict.value(i)).hasToString(List.of("d", "e", "f").get(i));
    }
  }

  /** One object keeps the numbers of all sets and dicts of a stream. */
  @Test
  void itemsOfOneContainerAreNotThoseOfTheNext() {
    // [{1, 2, 1}, {1, 3, 3}, {3: 3, 1: 1, 3: 4}, {2, 1}]
    byte[] stream = {
      '[', 4, 0, 0, 0, //
      '<', 3, 0, 0, 0, 'i', 1, 0, 0, 0, 'i', 2, 0, 0, 0, 'i', 1, 0, 0, 0, //
      '<', 3, 0, 0, 0, 'i', 1, 0, 0, 0, 'i', 3, 0, 0, 0, 'i', 3, 0, 0, 0, //
      '{', 'i', 3, 0, 0, 0, 'i', 3, 0, 0, 0, 'i', 1, 0, 0, 0, 'i', 1, 0, 0, 0, //
      'i', 3, 0, 0, 0, 'i', 4, 0, 0, 0, '0', //
      '<', 2, 0, 0, 0, 'i', 2, 0, 0, 0, 'i', 1, 0, 0, 0
    };
    SequenceValue list =
        (SequenceValue) MarshalDecoder.decode(stream, 0, stream.length, V3_13, null);
    assertThat(texts((SequenceValue) list.get(0))).containsExactly("1", "2");
    assertThat(texts((SequenceValue) list.get(1))).containsExactly("1", "3");
    DictValue dict = (DictValue) list.get(2);
    assertThat(dict.size()).isEqualTo(2);
    assertThat(dict.key(0)).hasToString("3");
    assertThat(dict.value(0)).hasToString("4");
    assertThat(dict.value(1)).hasToString("1");
    assertThat(texts((SequenceValue) list.get(3))).containsExactly("2", "1");
  }

  private static List<String> texts(SequenceValue set) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      texts.add(set.get(i).toString());
    }
    return texts;
  }

  /** CPython 3.15: {@code hash(slice(1, 2))} and {@code hash(frozendict({1: 2}))} are there. */
  @Test
  void slicesAndFrozendictsAreComparedByWhatTheyHold() {
    PythonVersion version = PythonVersion.V3_15;
    SliceValue slice = new SliceValue(IntValue.of(1), IntValue.of(2), Singleton.NONE);
    SliceValue equal = new SliceValue(Singleton.TRUE, FloatValue.of(2), Singleton.NONE);
    SliceValue stop = new SliceValue(IntValue.of(1), IntValue.of(3), Singleton.NONE);
    SliceValue step = new SliceValue(IntValue.of(1), IntValue.of(2), IntValue.of(1));
    Value frozen =
        DictValue.frozendict(IntValue.of(1), IntValue.of(2), IntValue.of(3), IntValue.of(4));
    Value turned =
        DictValue.frozendict(IntValue.of(3), IntValue.of(4), IntValue.of(1), IntValue.of(2));
    Value swapped =
        DictValue.frozendict(IntValue.of(2), IntValue.of(1), IntValue.of(4), IntValue.of(3));
    assertEqual(version, slice, equal);
    assertDistinct(version, slice, stop, step);
    assertEqual(version, frozen, turned);
    assertDistinct(version, frozen, swapped, DictValue.frozendict());
    assertDistinct(
        version,
        DictValue.frozendict(IntValue.of(1), IntValue.of(2)),
        DictValue.frozendict(IntValue.of(3), IntValue.of(2)),
        DictValue.frozendict(IntValue.of(1), IntValue.of(3)));
    assertEqual(version, DictValue.frozendict(), DictValue.frozendict());
  }
}
