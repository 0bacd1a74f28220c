package org.marshalimage.format.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** The bytes of a stream that is being decoded, and what can be read without knowing of others. */
final class StreamInput {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int BITS_PER_DIGIT = 15;

  /** Digits of 15 bits that fit in a long whatever they are. */
  private static final int LONG_DIGITS = 4;

  private final byte[] in;
  private final int end;
  private final @Nullable String file;
  private int at;

  StreamInput(byte[] in, int start, int end, @Nullable String file) {
    this.in = in;
    this.at = start;
    this.end = end;
    this.file = file;
  }

  /** Returns the offset of the next byte. */
  int position() {
    return at;
  }

  /** Returns the number of bytes left. */
  int remaining() {
    return end - at;
  }

  /** Reads a bytes object behind its length. */
  Value readBytes(boolean interned) {
    int length = readLength(interned ? "string" : "bytes");
    Value value = BytesValue.of(in, at, at + length, interned);
    at += length;
    return value;
  }

  /** Reads a string of Latin-1 bytes. */
  Value readLatin1(int length, boolean interned) {
    need(length, "string");
    Value value = StrValue.ofLatin1(in, at, at + length, interned);
    at += length;
    return value;
  }

  /** Reads UTF-8 with surrogates, Python's "surrogatepass". */
  Value readUtf8(boolean interned) {
    int length = readLength("string");
    int start = at;
    int stop = start + length;
    at = stop;
    int ascii = start;
    while (ascii < stop && in[ascii] >= 0) {
      ascii++;
    }
    if (ascii == stop) {
      return StrValue.ofLatin1(in, start, stop, interned);
    }
    int[] codePoints = new int[length];
    int count = 0;
    for (int i = start; i < stop; ) {
      int lead = in[i] & 0xFF;
      int more =
          lead < 0x80
              ? 0
              : lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : -1;
      if (more < 0 || i + more >= stop) {
        throw bad("not UTF-8: byte=0x" + Integer.toHexString(lead), i);
      }
      int codePoint = more == 0 ? lead : lead & 0x3F >> more;
      for (int k = 1; k <= more; k++) {
        int next = in[i + k];
        if ((next & 0xC0) != 0x80) {
          throw bad("not UTF-8: byte=0x" + Integer.toHexString(next & 0xFF), i + k);
        }
        codePoint = codePoint << 6 | next & 0x3F;
      }
      boolean tooLong = more == 2 && codePoint < 0x800 || more == 3 && codePoint < 0x10000;
      if (tooLong || codePoint > Character.MAX_CODE_POINT) {
        throw bad("not UTF-8: code point=0x" + Integer.toHexString(codePoint), i);
      }
      codePoints[count++] = codePoint;
      i += more + 1;
    }
    return StrValue.ofCodePoints(codePoints, 0, count, interned);
  }

  /** Reads an int as digits of 15 bits; of Python 2 it is a long. */
  Value readDigits(PythonVersion version) {
    int start = at - 1;
    int signedCount = readInt();
    if (signedCount == Integer.MIN_VALUE) {
      throw bad("bad number of digits: count=" + signedCount, start);
    }
    int count = Math.abs(signedCount);
    need(2L * count, "int");
    long small = 0;
    byte[] big =
        count > LONG_DIGITS ? new byte[(int) ((long) count * BITS_PER_DIGIT / 8 + 1)] : null;
    int digit = 0;
    for (int i = 0; i < count; i++) {
      digit = in[at] & 0xFF | (in[at + 1] & 0xFF) << 8;
      if (digit >>> BITS_PER_DIGIT != 0) {
        throw bad("digit of an int out of range: digit=" + digit + ", max=32767", at);
      }
      at += 2;
      if (big == null) {
        small |= (long) digit << BITS_PER_DIGIT * i;
      } else {
        long bit = (long) BITS_PER_DIGIT * i;
        int place = big.length - 1 - (int) (bit / 8);
        int shifted = digit << bit % 8;
        big[place] |= (byte) shifted;
        if (place > 0) {
          big[place - 1] |= (byte) (shifted >>> 8);
        }
        if (place > 1) {
          big[place - 2] |= (byte) (shifted >>> 16);
        }
      }
    }
    if (count > 0 && digit == 0) {
      throw bad("int with a leading zero digit: digits=" + count, start);
    }
    BigInteger value = null;
    if (big != null) {
      value = new BigInteger(signedCount < 0 ? -1 : 1, big);
    } else if (signedCount < 0) {
      small = -small;
    }
    if (version.isPython2()) {
      return IntValue.python2Long(value == null ? BigInteger.valueOf(small) : value);
    }
    return value == null ? IntValue.of(small) : IntValue.of(value);
  }

  /** Reads Latin-1 text behind its length, which is a byte. */
  String readShortText(String what) {
    int length = readByte();
    need(length, what);
    String text = new String(in, at, length, StandardCharsets.ISO_8859_1);
    at += length;
    return text;
  }

  int readSize(int typeCode) {
    int size = readInt();
    if (size < 0) {
      throw bad("negative size: " + TypeCode.nameOf(typeCode) + " of " + size, at - Integer.BYTES);
    }
    return size;
  }

  int readLength(String what) {
    int length = readInt();
    if (length < 0) {
      throw bad("negative length: " + what + " of " + length, at - Integer.BYTES);
    }
    need(length, what);
    return length;
  }

  private void need(long length, String what) {
    if (length > end - at) {
      throw bad("stream ends inside a " + what + ": needed=" + length + ", left=" + (end - at), at);
    }
  }

  int readByte() {
    if (at >= end) {
      throw bad("stream ends where an object is needed", at);
    }
    return in[at++] & 0xFF;
  }

  int readInt() {
    need(Integer.BYTES, "number");
    int value = (int) INT.get(in, at);
    at += Integer.BYTES;
    return value;
  }

  long readLong() {
    need(Long.BYTES, "number");
    long value = (long) LONG.get(in, at);
    at += Long.BYTES;
    return value;
  }

  MarshalStreamException bad(String problem, int offset) {
    return new MarshalStreamException(problem, offset, file);
  }
}
