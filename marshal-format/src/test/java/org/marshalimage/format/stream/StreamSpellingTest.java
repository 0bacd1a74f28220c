package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.marshalimage.format.PythonVersion;
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
 * Which type code the encoder chooses for each stream version. The expected bytes are those of
 * {@code marshal.dumps(value, version)} of CPython 2.7 and 3.13, less the flag 0x80, which depends
 * on who else holds the object there.
 */
class StreamSpellingTest {
  private static final PythonVersion V2_7 = PythonVersion.V2_7;
  private static final PythonVersion V3_13 = PythonVersion.V3_13;

  private static String hex(Value value, PythonVersion python, int version) {
    return HexFormat.of().formatHex(MarshalEncoder.encode(value, python, version));
  }

  /** The first bytes of an encoded value, in hex, and the length of all. */
  private static String start(Value value, int version) {
    byte[] stream = MarshalEncoder.encode(value, V3_13, version);
    return HexFormat.of().formatHex(stream, 0, Math.min(stream.length, 5)) + " " + stream.length;
  }

  @ParameterizedTest
  @CsvSource({
    "2147483647, 69ffffff7f, 69ffffff7f",
    "-2147483648, 6900000080, 6900000080",
    "2147483648, 490000008000000000, 6c03000000000000000200",
    "-2147483649, 49ffffff7fffffffff, 6cfdffffff010000000200",
    "4611686018427387904, 490000000000000040, 6c0500000000000000000000000400",
  })
  void intsBeyond32BitsAre64BitsInPython2AndDigitsInPython3(long value, String two, String three) {
    for (int version = 0; version <= 2; version++) {
      assertThat(hex(IntValue.of(value), V2_7, version)).isEqualTo(two);
    }
    for (int version = 0; version <= 4; version++) {
      assertThat(hex(IntValue.of(value), V3_13, version)).isEqualTo(three);
    }
  }

  @Test
  void floatsAreTextBelowVersion2() {
    Value number = FloatValue.of(1.5);
    Value complex = ComplexValue.ofBits(0, Double.doubleToRawLongBits(1.5));
    for (int version = 0; version <= 4; version++) {
      assertThat(hex(number, V3_13, version))
          .isEqualTo(version < 2 ? "6603312e35" : "67000000000000f83f");
      assertThat(hex(complex, V3_13, version))
          .isEqualTo(version < 2 ? "78013003312e35" : "790000000000000000000000000000f83f");
    }
  }

  @Test
  void tuplesOfUpTo255ItemsAreShortFromVersion4On() {
    Value[] nones = new Value[256];
    Arrays.fill(nones, Singleton.NONE);
    Value greatestShort = SequenceValue.tuple(Arrays.copyOf(nones, 255));
    for (int version = 0; version < 4; version++) {
      assertThat(start(greatestShort, version)).isEqualTo("28ff000000 260");
      assertThat(start(SequenceValue.tuple(), version)).isEqualTo("2800000000 5");
    }
    assertThat(start(greatestShort, 4)).isEqualTo("29ff4e4e4e 257");
    assertThat(start(SequenceValue.tuple(nones), 4)).isEqualTo("2800010000 261");
    assertThat(start(SequenceValue.tuple(), 4)).isEqualTo("2900 2");
  }

  @ParameterizedTest
  @CsvSource({
    // ASCII and not interned, ASCII and interned, Latin-1 and not interned, Latin-1 and interned
    "255, 0, 75ff000000 260, 75ff000000 260, 75fe010000 515, 75fe010000 515",
    "255, 2, 75ff000000 260, 75ff000000 260, 75fe010000 515, 75fe010000 515",
    "255, 3, 75ff000000 260, 74ff000000 260, 75fe010000 515, 74fe010000 515",
    "255, 4, 7aff616161 257, 5aff616161 257, 75fe010000 515, 74fe010000 515",
    "256, 2, 7500010000 261, 7500010000 261, 7500020000 517, 7500020000 517",
    "256, 3, 7500010000 261, 7400010000 261, 7500020000 517, 7400020000 517",
    "256, 4, 6100010000 261, 4100010000 261, 7500020000 517, 7400020000 517",
    "0, 4, 7a00 2, 5a00 2, 7a00 2, 5a00 2",
  })
  void stringsAreSpelledByVersionLengthAndInterning(
      int length,
      int version,
      String ascii,
      String internedAscii,
      String latin,
      String internedLatin) {
    String text = "a".repeat(length);
    String latin1 = "\u00e9".repeat(length);
    assertThat(start(StrValue.of(text), version)).isEqualTo(ascii);
    assertThat(start(StrValue.of(text, true), version)).isEqualTo(internedAscii);
    assertThat(start(StrValue.of(latin1), version)).isEqualTo(latin);
    assertThat(start(StrValue.of(latin1, true), version)).isEqualTo(internedLatin);
  }

  /** {@code marshal.dumps((s, s), 2)} where {@code s = intern('qz')}. */
  @Test
  void internedBytesOfPython2AreWrittenOnceAndNamed() {
    BytesValue interned = BytesValue.of(new byte[] {'q', 'z'}, 0, 2, true);
    Value pair = SequenceValue.tuple(interned, interned);
    String once = "02000000717a";
    assertThat(hex(pair, V2_7, 0)).isEqualTo("2802000000" + "73" + once + "73" + once);
    assertThat(hex(pair, V2_7, 1)).isEqualTo("2802000000" + "74" + once + "5200000000");
    assertThat(hex(pair, V2_7, 2)).isEqualTo("2802000000" + "74" + once + "5200000000");
    BytesValue plain = BytesValue.of(new byte[] {'q', 'z'});
    assertThat(hex(SequenceValue.tuple(plain, plain), V2_7, 2))
        .isEqualTo("2802000000" + "73" + once + "73" + once);
    // What Python 3 reads as "interned" is text.
    assertThat(hex(interned, V3_13, 2)).isEqualTo("73" + once);
    assertThat(hex(interned, V3_13, 4)).isEqualTo("73" + once);
    // Python 2's unicode is never interned.
    assertThat(hex(StrValue.of("qz", true), V2_7, 2)).isEqualTo("75" + once);
  }

  @Test
  void secondInternedStringOfPython2HasTheNextNumber() {
    BytesValue a = BytesValue.of(new byte[] {'a'}, 0, 1, true);
    BytesValue b = BytesValue.of(new byte[] {'b'}, 0, 1, true);
    assertThat(hex(SequenceValue.list(a, b, b, a), V2_7, 2))
        .isEqualTo("5b04000000" + "740100000061" + "740100000062" + "5201000000" + "5200000000");
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void streamVersionsThatAPythonLacksAreRefused(PythonVersion python) {
    for (int version : new int[] {-1, python.marshalVersion() + 1}) {
      assertThatThrownBy(() -> MarshalEncoder.encode(Singleton.NONE, python, version))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "no such stream version: expected 0 to "
                  + python.marshalVersion()
                  + " for Python "
                  + python
                  + ", found "
                  + version);
    }
    assertThat(hex(Singleton.NONE, python, 0)).isEqualTo("4e");
    assertThat(hex(Singleton.NONE, python, python.marshalVersion())).isEqualTo("4e");
  }

  @Test
  void messagesNameTheWayToWhatCannotBeWritten() {
    Value bad = IntValue.python2Long(java.math.BigInteger.ONE);
    Value one = IntValue.of(1);
    assertPath(SequenceValue.list(one, bad), "[1]");
    assertPath(DictValue.dict(one, one, IntValue.of(2), bad), ".value[1]");
    assertPath(DictValue.dict(one, one, bad, one), ".key[1]");
    assertPath(SequenceValue.tuple(DictValue.dict(bad, one)), "[0].key[0]");
    assertThatThrownBy(() -> MarshalEncoder.encode(new SliceValue(one, one, one), V3_13))
        .isInstanceOf(MarshalEncodeException.class)
        .hasMessage("slice needs stream version 5, asked for 4");
    assertThatThrownBy(
            () -> MarshalEncoder.encode(new SliceValue(one, one, bad), PythonVersion.V3_14, 5))
        .hasMessage("[2]: Python 3.14 has no long");
  }

  private static void assertPath(Value root, String path) {
    assertThatThrownBy(() -> MarshalEncoder.encode(root, V3_13))
        .isInstanceOf(MarshalEncodeException.class)
        .hasMessage(path + ": Python 3.13 has no long");
  }
}
