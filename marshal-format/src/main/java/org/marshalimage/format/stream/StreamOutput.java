package org.marshalimage.format.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.StrValue;

/** The bytes of a stream that is being encoded. */
final class StreamOutput {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int BITS_PER_DIGIT = 15;

  private byte[] out = new byte[1 << 12];
  private int length;

  /** Returns the number of bytes that have been put. */
  int length() {
    return length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(out, length);
  }

  /** Flags the type code at an offset as that of an object that is referred to. */
  void flag(int offset) {
    out[offset] |= (byte) TypeCode.FLAG_REF;
  }

  boolean isFlagged(int offset) {
    return (out[offset] & TypeCode.FLAG_REF) != 0;
  }

  int getInt(int offset) {
    return (int) INT.get(out, offset);
  }

  void setInt(int offset, int value) {
    INT.set(out, offset, value);
  }

  /** Writes Latin-1 text behind its length, which is a byte. */
  void putShortText(String text) {
    byte[] latin1 = text.getBytes(StandardCharsets.ISO_8859_1);
    putByte(latin1.length);
    reserve(latin1.length);
    System.arraycopy(latin1, 0, out, length, latin1.length);
    length += latin1.length;
  }

  /** Writes an int as digits of 15 bits. */
  void putDigits(BigInteger value) {
    byte[] magnitude = value.abs().toByteArray();
    int bits = value.abs().bitLength();
    int digits = (bits + BITS_PER_DIGIT - 1) / BITS_PER_DIGIT;
    putInt(value.signum() < 0 ? -digits : digits);
    reserve(2L * digits);
    for (int i = 0; i < digits; i++) {
      int digit = 0;
      // The bytes that the 15 bits of a digit lie in, three at the most.
      int bit = BITS_PER_DIGIT * i;
      for (int k = 2; k >= 0; k--) {
        int place = magnitude.length - 1 - (bit / Byte.SIZE + k);
        digit = digit << Byte.SIZE | (place < 0 ? 0 : magnitude[place] & 0xFF);
      }
      digit = digit >>> bit % Byte.SIZE & 0x7FFF;
      out[length++] = (byte) digit;
      out[length++] = (byte) (digit >>> Byte.SIZE);
    }
  }

  void putBytes(BytesValue bytes) {
    int count = bytes.length();
    reserve(Integer.BYTES + (long) count);
    INT.set(out, length, count);
    bytes.copyTo(out, length + Integer.BYTES);
    length += Integer.BYTES + count;
  }

  /** Writes a type code, a length that is a byte, and text of that length. */
  void putShortText(int code, StrValue latin1) {
    int count = latin1.byteLength();
    reserve(2L + count);
    out[length] = (byte) code;
    out[length + 1] = (byte) count;
    latin1.copyTo(out, length + 2);
    length += 2 + count;
  }

  void putLatin1(StrValue string) {
    reserve(string.byteLength());
    string.copyTo(out, length);
    length += string.byteLength();
  }

  /** Writes UTF-8 with surrogates, Python's "surrogatepass". */
  void putUtf8(StrValue string) {
    if (string.isAscii()) {
      putInt(string.length());
      putLatin1(string);
      return;
    }
    int start = length;
    putInt(0);
    for (int i = 0, count = string.length(); i < count; i++) {
      int point = string.codePointAt(i);
      reserve(4);
      if (point < 0x80) {
        out[length++] = (byte) point;
      } else if (point < 0x800) {
        out[length++] = (byte) (0xC0 | point >> 6);
        out[length++] = (byte) (0x80 | point & 0x3F);
      } else if (point < 0x10000) {
        out[length++] = (byte) (0xE0 | point >> 12);
        out[length++] = (byte) (0x80 | point >> 6 & 0x3F);
        out[length++] = (byte) (0x80 | point & 0x3F);
      } else {
        out[length++] = (byte) (0xF0 | point >> 18);
        out[length++] = (byte) (0x80 | point >> 12 & 0x3F);
        out[length++] = (byte) (0x80 | point >> 6 & 0x3F);
        out[length++] = (byte) (0x80 | point & 0x3F);
      }
    }
    int end = length;
    length = start;
    putInt(end - start - Integer.BYTES);
    length = end;
  }

  void putByte(int value) {
    reserve(1);
    out[length++] = (byte) value;
  }

  void putInt(int value) {
    reserve(Integer.BYTES);
    INT.set(out, length, value);
    length += Integer.BYTES;
  }

  void putLong(long value) {
    putInt((int) value);
    putInt((int) (value >>> Integer.SIZE));
  }

  private void reserve(long more) {
    if (length + more > out.length) {
      long needed = length + more;
      if (needed > Integer.MAX_VALUE - 8) {
        throw new MarshalEncodeException("", "stream would exceed 2 GiB");
      }
      out =
          Arrays.copyOf(out, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * length)));
    }
  }
}
