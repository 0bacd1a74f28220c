package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/**
 * Streams in spellings that CPython reads but would not choose itself: written again byte by byte.
 */
class StreamFormsTest {
  private static final PythonVersion V2_7 = PythonVersion.V2_7;
  private static final PythonVersion V3_13 = PythonVersion.V3_13;
  private static final char FLAG = TypeCode.FLAG_REF;

  /** Makes bytes of characters, and of ints of four bytes. */
  private static byte[] stream(Object... parts) {
    StreamOutput out = new StreamOutput();
    for (Object part : parts) {
      if (part instanceof Integer number) {
        out.putInt(number);
      } else {
        part.toString().chars().forEach(out::putByte);
      }
    }
    return out.toByteArray();
  }

  private static DecodedStream decode(PythonVersion version, Object... parts) {
    byte[] in = stream(parts);
    return MarshalDecoder.decodeExactly(in, 0, in.length, version, null);
  }

  private static void assertSameAgain(PythonVersion version, Object... parts) {
    DecodedStream decoded = decode(version, parts);
    assertThat(decoded.forms().isExact()).isTrue();
    byte[] in = stream(parts);
    assertThat(decoded.end()).isEqualTo(in.length);
    assertThat(MarshalEncoder.encodeExactly(decoded.root(), version, decoded.forms()))
        .isEqualTo(in);
  }

  private static char flagged(char code) {
    return (char) (code | FLAG);
  }

  @Test
  void longSpellingsOfShortObjectsStay() {
    assertSameAgain(V3_13, "(", 3, "a", 1, "x", "A", 1, "y", "u", 1, "z");
    assertSameAgain(V3_13, "[", 3, "t", 1, "x", "z\1x", "Z\1x");
    assertSameAgain(V3_13, "[", 3, "l", 0, "I", 5, 0, "l", 1, "\5\0");
    assertSameAgain(V2_7, "[", 2, "l", 1, "\5\0", "I", 5, 0);
    assertSameAgain(V3_13, ")\2", "f\0051.500", "x\0021.\003+2.");
    assertSameAgain(V3_13, ")\3", "f\00501.50", "f\0031.5", "f\0041.50");
  }

  @Test
  void flagsOfObjectsThatNothingRefersToStay() {
    assertSameAgain(V3_13, flagged('('), 3, flagged('i'), 7, flagged('N'), flagged('['), 1, "r", 1);
    assertSameAgain(V3_13, "{", flagged('z'), "\1x", flagged('T'), flagged('0'));
    assertSameAgain(V3_13, "[", 2, flagged('g'), 0, 0, "r", 0);
  }

  @Test
  void interningAndReferencesOfPython2Stay() {
    assertSameAgain(V2_7, "[", 4, "t", 1, "a", "t", 1, "a", "R", 1, "R", 0);
    assertSameAgain(V2_7, "{", "N", "t", 1, "a", "R", 0, "N", "0");
  }

  @Test
  void moreFormsThanTheTableFirstHolds() {
    int count = 700;
    Object[] parts = new Object[2 + count];
    parts[0] = "[";
    parts[1] = count;
    for (int i = 0; i < count; i++) {
      parts[2 + i] = i % 3 == 0 ? "N" : i % 3 == 1 ? flagged('N') : "T";
    }
    assertSameAgain(V3_13, parts);
    assertThat(decode(V3_13, parts).forms().count()).isEqualTo(count + 1);
  }

  @Test
  void formsAreCountedWithReferencesAndEndsOfDicts() {
    assertThat(decode(V3_13, "N").forms().count()).isEqualTo(1);
    assertThat(decode(V3_13, "{", "0").forms().count()).isEqualTo(2);
    assertThat(decode(V3_13, "[", 2, flagged('['), 0, "r", 0).forms().count()).isEqualTo(3);
  }

  @Test
  void whatIsDroppedIsNotWrittenAgain() {
    Object[][] streams = {
      {"<", 2, "i", 1, "T"},
      {">", 2, "N", "N"},
      {"{", "N", "T", "N", "F", "0"},
      {"{", "i", 1, "0"},
    };
    for (Object[] parts : streams) {
      DecodedStream decoded = decode(V3_13, parts);
      assertThat(decoded.forms().isExact()).isFalse();
      assertThatThrownBy(() -> MarshalEncoder.encodeExactly(decoded.root(), V3_13, decoded.forms()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the stream had keys or items that the graph has not: its bytes are lost");
    }
    assertThat(decode(V3_13, "<", 2, "i", 1, "F").forms().isExact()).isTrue();
    assertThat(decode(V3_13, "{", "N", "T", "T", "F", "0").forms().isExact()).isTrue();
  }

  private static void assertOther(Value value, PythonVersion version, Object... parts) {
    StreamForms forms = decode(version, parts).forms();
    assertThatThrownBy(() -> MarshalEncoder.encodeExactly(value, version, forms))
        .as(value + " as " + parts[0])
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("forms of another graph");
  }

  @Test
  void valueOfAnotherTypeIsNotWrittenInAForm() {
    Value one = IntValue.of(1);
    Value big = IntValue.of(BigInteger.ONE.shiftLeft(80));
    Value text = StrValue.of("x");
    Value bytes = BytesValue.of(new byte[] {'x'});
    assertOther(text, V3_13, "i", 1);
    assertOther(big, V3_13, "i", 1);
    assertOther(big, V3_13, "I", 1, 0);
    assertOther(text, V3_13, "I", 1, 0);
    assertOther(text, V3_13, "l", 1, "\1\0");
    assertOther(one, V3_13, "g", 0, 0);
    assertOther(one, V3_13, "f\0011");
    assertOther(one, V3_13, "x\0011\0011");
    assertOther(FloatValue.of(1), V3_13, "y", 0, 0, 0, 0);
    assertOther(bytes, V3_13, "t", 1, "x");
    assertOther(text, V2_7, "t", 1, "x");
    for (String code : new String[] {"u", "a", "A"}) {
      assertOther(bytes, V3_13, code, 1, "x");
    }
    assertOther(bytes, V3_13, "z\1x");
    assertOther(bytes, V3_13, "Z\1x");
    assertOther(SequenceValue.list(), V3_13, ")\0");
    assertOther(SequenceValue.list(), V3_13, "(", 0);
    assertOther(SequenceValue.tuple(), V3_13, "[", 0);
    assertOther(SequenceValue.tuple(), V3_13, "<", 0);
    assertOther(Singleton.TRUE, V3_13, "N");
  }

  @Test
  void graphOfAnotherShapeIsRefused() {
    Value list = SequenceValue.list(Singleton.NONE);
    assertOther(list, V3_13, "[", 0);
    assertOther(list, V3_13, "[", 2, "N", "N");
    assertOther(DictValue.dict(), V3_13, "{", "N", "N", "0");
    assertOther(DictValue.dict(list, list), V3_13, "{", "0");
    // A reference names what was written with a flag, and nothing else.
    Value other = SequenceValue.list();
    assertOther(SequenceValue.list(other, list), V3_13, "[", 2, flagged('['), 0, "r", 0);
    BytesValue a = BytesValue.of(new byte[] {'a'}, 0, 1, true);
    BytesValue b = BytesValue.of(new byte[] {'a'}, 0, 1, true);
    assertOther(SequenceValue.list(a, b), V2_7, "[", 2, "t", 1, "a", "R", 0);
  }

  /** CPython's {@code w_ref} and {@code r_ref}: any number of objects may be referred to. */
  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 300})
  void anyNumberOfObjectsMayBeShared(int count) {
    Value[] items = new Value[3 * count];
    for (int i = 0; i < count; i++) {
      items[i] = SequenceValue.list(IntValue.of(i));
      items[2 * count - 1 - i] = items[i];
      items[2 * count + i] = items[i];
    }
    byte[] out = MarshalEncoder.encode(SequenceValue.tuple(items), V3_13);
    SequenceValue again = (SequenceValue) MarshalDecoder.decode(out, 0, out.length, V3_13, null);
    for (int i = 0; i < count; i++) {
      assertThat(((SequenceValue) again.get(i)).get(0)).hasToString("" + i);
      assertThat(again.get(2 * count - 1 - i)).isSameAs(again.get(i));
      assertThat(again.get(2 * count + i)).isSameAs(again.get(i));
    }
  }
}
