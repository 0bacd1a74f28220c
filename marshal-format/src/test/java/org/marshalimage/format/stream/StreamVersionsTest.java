package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.Value;

/**
 * Which type codes the {@code r_object} of each CPython knows, and what Python 2's strings name.
 */
class StreamVersionsTest {
  /** Streams with a type code that not all versions know. */
  private static byte[] stream(int code) {
    StreamOutput out = new StreamOutput();
    out.putByte('[');
    out.putInt(1);
    out.putByte(code);
    switch (code) {
      case TypeCode.ASCII, TypeCode.ASCII_INTERNED -> out.putInt(0);
      case TypeCode.SHORT_ASCII, TypeCode.SHORT_ASCII_INTERNED, TypeCode.SMALL_TUPLE ->
          out.putByte(0);
      case TypeCode.SLICE -> {
        out.putByte('N');
        out.putByte('N');
        out.putByte('N');
      }
      case TypeCode.FROZENDICT -> out.putByte('0');
      default -> out.putInt(0);
    }
    return out.toByteArray();
  }

  private static boolean knows(PythonVersion version, int code) {
    switch (code) {
      case TypeCode.SLICE:
        return version.compareTo(PythonVersion.V3_14) >= 0;
      case TypeCode.FROZENDICT:
        return version.compareTo(PythonVersion.V3_15) >= 0;
      default:
        return !version.isPython2();
    }
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void typeCodesOfOtherVersionsAreUnknown(PythonVersion version) {
    for (char code : "aAzZ):}".toCharArray()) {
      byte[] in = stream(code);
      if (knows(version, code)) {
        SequenceValue list = (SequenceValue) MarshalDecoder.decode(in, 0, in.length, version, null);
        assertThat(list.get(0).typeCode())
            .isEqualTo(
                code == ')' ? TypeCode.TUPLE : ":}".indexOf(code) >= 0 ? code : TypeCode.STR);
      } else {
        assertUnknown(version, code, in);
      }
    }
    int reference = version.isPython2() ? TypeCode.REF : TypeCode.STRING_REF;
    assertUnknown(version, (char) reference, stream(reference));
  }

  private static void assertUnknown(PythonVersion version, char code, byte[] in) {
    assertThatThrownBy(() -> MarshalDecoder.decode(in, 0, in.length, version, null))
        .isInstanceOfSatisfying(
            MarshalStreamException.class, e -> assertThat(e.offset()).isEqualTo(5))
        .hasMessageStartingWith(
            "unknown type code: found 0x"
                + Integer.toHexString(code)
                + " '"
                + code
                + "', in a stream of Python "
                + version);
  }

  /** In Python 2 the highest bit is no flag but a part of the code. */
  @Test
  void python2HasNoFlags() {
    byte[] in = {(byte) ('N' | TypeCode.FLAG_REF)};
    assertThatThrownBy(() -> MarshalDecoder.decode(in, 0, 1, PythonVersion.V2_7, null))
        .hasMessage("unknown type code: found 0xce, in a stream of Python 2.7, offset=0x0");
    assertThat(MarshalDecoder.decode(in, 0, 1, PythonVersion.V3_6, null)).isSameAs(Singleton.NONE);
  }

  private static byte[] stringReferences(int strings, int reference) {
    StreamOutput out = new StreamOutput();
    out.putByte('(');
    out.putInt(strings + 1);
    for (int i = 0; i < strings; i++) {
      out.putByte('t');
      out.putInt(1);
      out.putByte('0' + i);
    }
    out.putByte('R');
    out.putInt(reference);
    return out.toByteArray();
  }

  @Test
  void stringReferenceNamesOneOfTheInternedStringsBeforeIt() {
    for (int strings : new int[] {1, 15, 16, 17, 33, 40}) {
      for (int i = 0; i < strings; i++) {
        byte[] in = stringReferences(strings, i);
        SequenceValue tuple =
            (SequenceValue) MarshalDecoder.decode(in, 0, in.length, PythonVersion.V2_7, null);
        Value named = tuple.get(strings);
        assertThat(named).isSameAs(tuple.get(i)).hasToString("" + (char) ('0' + i));
      }
      for (int nowhere : new int[] {-1, strings, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        byte[] in = stringReferences(strings, nowhere);
        assertThatThrownBy(() -> MarshalDecoder.decode(in, 0, in.length, PythonVersion.V2_7, null))
            .isInstanceOfSatisfying(
                MarshalStreamException.class,
                e -> {
                  assertThat(e.problem())
                      .isEqualTo(
                          "string reference to nowhere: index=" + nowhere + ", strings=" + strings);
                  assertThat(e.offset()).isEqualTo(in.length - 5);
                });
      }
    }
  }
}
