package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/**
 * Texts and numbers of a stream, byte for byte. What is read and what is refused is what {@code
 * marshal.loads} of CPython 2.7, 3.6 and 3.13 reads and refuses, for example {@code
 * marshal.loads(b'u\2\0\0\0\xc0\x80')}.
 */
class StreamTextTest {
  private static final PythonVersion V3_13 = PythonVersion.V3_13;

  /** Bytes that the first buffer of a stream takes. */
  private static final int BUFFER = 1 << 12;

  private static Value decode(PythonVersion version, byte[] in) {
    return MarshalDecoder.decode(in, 0, in.length, version, null);
  }

  private static byte[] utf8Stream(String hex) {
    byte[] text = HexFormat.of().parseHex(hex);
    StreamOutput out = new StreamOutput();
    out.putByte('u');
    out.putBytes(BytesValue.of(text));
    return out.toByteArray();
  }

  private static byte[] floatStream(String text) {
    StreamOutput out = new StreamOutput();
    out.putByte('f');
    out.putShortText(text);
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "c280, 80",
    "dfbf, 7ff",
    "e0a080, 800",
    "eda080, d800",
    "edbfbf, dfff",
    "efbfbf, ffff",
    "f0908080, 10000",
    "f1808080, 40000",
    "f48fbfbf, 10ffff",
  })
  void leastAndGreatestUtf8OfEachLengthIsReadAndWritten(String hex, String codePoint) {
    for (String before : new String[] {"", "41", "41c2a2"}) {
      String all = before + hex + "42";
      StrValue string = (StrValue) decode(V3_13, utf8Stream(all));
      int at = string.length() - 2;
      assertThat(Integer.toHexString(string.codePointAt(at))).isEqualTo(codePoint);
      assertThat(string.codePointAt(at + 1)).isEqualTo('B');
      assertThat(MarshalEncoder.encode(string, V3_13)).isEqualTo(utf8Stream(all));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "c080, byte=0xc0, 5",
    "c1bf, byte=0xc1, 5",
    "e08080, code point=0x0, 5",
    "e09fbf, code point=0x7ff, 5",
    "f0808080, code point=0x0, 5",
    "f08fbfbf, code point=0xffff, 5",
    "f4908080, code point=0x110000, 5",
    "f5808080, byte=0xf5, 5",
    "ff, byte=0xff, 5",
    "80, byte=0x80, 5",
    "bf, byte=0xbf, 5",
    "41c2, byte=0xc2, 6",
    "e0a0, byte=0xe0, 5",
    "f09080, byte=0xf0, 5",
    "c280e282, byte=0xe2, 7",
    "c241, byte=0x41, 6",
    "c2c2, byte=0xc2, 6",
    "e18041, byte=0x41, 7",
    "f1808041, byte=0x41, 8",
    "41c2a2c0, byte=0xc0, 8",
  })
  void whatIsNoUtf8IsRefusedWhereItStands(String hex, String found, long offset) {
    assertThatThrownBy(() -> decode(V3_13, utf8Stream(hex)))
        .isInstanceOfSatisfying(
            MarshalStreamException.class,
            e -> {
              assertThat(e.problem()).isEqualTo("not UTF-8: " + found);
              assertThat(e.offset()).isEqualTo(offset);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "+1, 1",
    "-1, -1",
    ".5, 0.5",
    "5., 5",
    "-.5e-3, -0.0005",
    "1E5, 100000",
    "1e+5, 100000",
    "09, 9",
    "inf, Infinity",
    "+inf, Infinity",
    "INF, Infinity",
    "-Infinity, -Infinity",
    "1e400, Infinity",
    "-1e400, -Infinity",
    "1e-400, 0",
  })
  void textOfFloatIsReadAsCPythonReadsIt(String text, double expected) {
    for (PythonVersion version : new PythonVersion[] {PythonVersion.V2_7, V3_13}) {
      FloatValue value = (FloatValue) decode(version, floatStream(text));
      assertThat(Double.compare(value.doubleValue(), expected)).as(version + ": " + value).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "+", "-", "+-1", ".", ".e5", "e5", "1e", "1e+", "1e5.", "1e5e5", "1..2", "1.5.", " 1",
        "1 ", "1d", "1f", "0x1p3", "1_0", "1:", "1/", "infin", "-nan1", "1nan"
      })
  void textThatIsNoFloatIsRefused(String text) {
    assertThatThrownBy(() -> decode(V3_13, floatStream(text)))
        .isInstanceOfSatisfying(
            MarshalStreamException.class,
            e -> {
              assertThat(e.problem()).isEqualTo("not a float: text=\"" + text + '"');
              assertThat(e.offset()).isEqualTo(2);
            });
  }

  /** {@code struct.pack('>d', marshal.loads(b'f\4-nan'))} on x86-64. */
  @ParameterizedTest
  @CsvSource({
    "nan, fff8000000000000, 7ff8000000000000",
    "+nan, fff8000000000000, 7ff8000000000000",
    "-nan, 7ff8000000000000, fff8000000000000",
    "NaN, fff8000000000000, 7ff8000000000000"
  })
  void nanHasTheSignThatCPythonGivesIt(String text, String python2, String python3) {
    FloatValue two = (FloatValue) decode(PythonVersion.V2_7, floatStream(text));
    FloatValue three = (FloatValue) decode(V3_13, floatStream(text));
    assertThat(Long.toHexString(two.bits())).isEqualTo(python2);
    assertThat(Long.toHexString(three.bits())).isEqualTo(python3);
  }

  @Test
  void messageOfABadFloatShowsNoMoreThanItsStart() {
    String text = "1" + "\n\u00ff~ ".repeat(20);
    assertThatThrownBy(() -> decode(V3_13, floatStream(text)))
        .hasMessageContaining("text=\"1" + "??~ ".repeat(9) + "??~...\"");
    String shown = "x".repeat(40);
    assertThatThrownBy(() -> decode(V3_13, floatStream(shown)))
        .hasMessageContaining("text=\"" + shown + '"');
  }

  /** CPython's {@code '%.17g' % x}, which streams of version 1 hold. */
  @ParameterizedTest
  @CsvSource({
    "123456789012345678, 1.2345678901234568e+17",
    "12345678901234567, 12345678901234568",
    "0.00012, 0.00012",
    "0.000099, 9.8999999999999994e-05",
    "1e-9, 1.0000000000000001e-09",
    "1e-10, 1e-10",
    "2e22, 2e+22",
    "-3e100, -2.9999999999999999e+100"
  })
  void floatsAreWrittenAsCPythonWritesThem(double value, String text) {
    byte[] stream = MarshalEncoder.encode(FloatValue.of(value), V3_13, 1);
    assertThat(new String(stream, 2, stream.length - 2, StandardCharsets.ISO_8859_1))
        .isEqualTo(text);
  }

  @Test
  void complexNumbersAreTwoTextsBelowVersion2() {
    Value value =
        ComplexValue.ofBits(Double.doubleToRawLongBits(-0.0), Double.doubleToRawLongBits(2.5));
    byte[] stream = MarshalEncoder.encode(value, V3_13, 1);
    assertThat(new String(stream, StandardCharsets.ISO_8859_1)).isEqualTo("x\2-0\0032.5");
    ComplexValue again = (ComplexValue) decode(V3_13, stream);
    assertThat(again.realBits()).isEqualTo(Double.doubleToRawLongBits(-0.0));
    assertThat(again.imaginaryBits()).isEqualTo(Double.doubleToRawLongBits(2.5));
  }

  /** {@code marshal.dumps(2 ** 63)} is {@code 6c 05 00 00 00, 00 00 (4 times), 08 00}. */
  @Test
  void intsAreDigitsOf15Bits() {
    assertThat(HexFormat.of().formatHex(MarshalEncoder.encode(big(1, 63), V3_13)))
        .isEqualTo("6c05000000" + "0000000000000000" + "0800");
    assertThat(HexFormat.of().formatHex(MarshalEncoder.encode(big(-1, 75), V3_13)))
        .isEqualTo("6cfaffffff" + "00000000000000000000" + "0100");
    for (int bits = 1; bits < 200; bits++) {
      for (int sign : new int[] {1, -1}) {
        BigInteger power = BigInteger.valueOf(sign).shiftLeft(bits);
        for (BigInteger value :
            new BigInteger[] {
              power, power.subtract(BigInteger.ONE), power.divide(BigInteger.valueOf(3))
            }) {
          IntValue again =
              (IntValue) decode(V3_13, MarshalEncoder.encode(IntValue.of(value), V3_13));
          assertThat(again.bigValue()).isEqualTo(value);
          IntValue python2 =
              (IntValue)
                  decode(
                      PythonVersion.V2_7,
                      MarshalEncoder.encode(IntValue.python2Long(value), PythonVersion.V2_7));
          assertThat(python2.bigValue()).isEqualTo(value);
        }
      }
    }
  }

  private static Value big(int sign, int bits) {
    return IntValue.of(BigInteger.valueOf(sign).shiftLeft(bits));
  }

  @Test
  void badDigitsAreRefused() {
    // 15 bits and no more; no zero on top; no count that has no negative.
    assertThat(decode(V3_13, new byte[] {'l', 1, 0, 0, 0, (byte) 0xFF, 0x7F})).hasToString("32767");
    assertProblem(
        new byte[] {'l', 1, 0, 0, 0, 0, (byte) 0x80},
        5,
        "digit of an int out of range: digit=32768, max=32767");
    assertProblem(
        new byte[] {'l', 2, 0, 0, 0, 1, 0, 0, 0}, 0, "int with a leading zero digit: digits=2");
    assertProblem(
        new byte[] {'l', 0, 0, 0, (byte) 0x80}, 0, "bad number of digits: count=-2147483648");
    assertProblem(
        new byte[] {'l', 2, 0, 0, 0, 1, 0, 1}, 5, "stream ends inside a int: needed=4, left=3");
  }

  private static void assertProblem(byte[] stream, long offset, String problem) {
    assertThatThrownBy(() -> decode(V3_13, stream))
        .isInstanceOfSatisfying(
            MarshalStreamException.class,
            e -> {
              assertThat(e.problem()).isEqualTo(problem);
              assertThat(e.offset()).isEqualTo(offset);
            });
  }

  @Test
  void negativeLengthsAndCutNumbersAreRefused() {
    assertProblem(new byte[] {'s', -1, -1, -1, -1}, 1, "negative length: bytes of -1");
    assertProblem(new byte[] {'(', -1, -1, -1, -1}, 1, "negative size: tuple of -1");
    assertProblem(new byte[] {'i', 1, 2, 3}, 1, "stream ends inside a number: needed=4, left=3");
    assertProblem(
        new byte[] {'g', 1, 2, 3, 4, 5, 6, 7}, 1, "stream ends inside a number: needed=8, left=7");
    assertProblem(
        new byte[] {'z', 3, 'a', 'b'}, 2, "stream ends inside a string: needed=3, left=2");
    assertProblem(
        new byte[] {'s', 2, 0, 0, 0, 'a'}, 5, "stream ends inside a bytes: needed=2, left=1");
    assertProblem(new byte[] {'f', 2, '1'}, 2, "stream ends inside a float: needed=2, left=1");
    assertProblem(new byte[] {}, 0, "stream ends where an object is needed");
    assertThat(decode(V3_13, new byte[] {'s', 0, 0, 0, 0})).hasToString("");
  }

  /** What is written last starts at each of the last bytes of the first buffer. */
  @ParameterizedTest
  @EnumSource(
      value = PythonVersion.class,
      names = {"V2_7", "V3_13"})
  void everyKindOfObjectMayCrossTheEndOfTheBuffer(PythonVersion version) {
    BigInteger digits = BigInteger.ONE.shiftLeft(300).subtract(BigInteger.ONE);
    Value[] values = {
      FloatValue.of(0.1),
      FloatValue.of(Double.MIN_VALUE),
      version.isPython2() ? IntValue.python2Long(digits) : IntValue.of(digits),
      IntValue.of(0x01020304),
      BytesValue.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}),
      StrValue.of("abcdefghi"),
      StrValue.of("a\u00e9\u20ac\ud83d\ude00"),
    };
    for (Value value : values) {
      for (int streamVersion : new int[] {1, version.marshalVersion()}) {
        byte[] alone = MarshalEncoder.encode(value, version, streamVersion);
        for (int left = 0; left <= alone.length + 2; left++) {
          Value filler = BytesValue.of(new byte[BUFFER - 10 - left]);
          byte[] stream =
              MarshalEncoder.encode(SequenceValue.list(filler, value), version, streamVersion);
          assertThat(Arrays.copyOfRange(stream, stream.length - alone.length, stream.length))
              .as(value + ", bytes left=" + left)
              .isEqualTo(alone);
          SequenceValue list = (SequenceValue) decode(version, stream);
          assertThat(list.size()).isEqualTo(2);
        }
      }
    }
  }
}
