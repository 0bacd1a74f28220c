package org.marshalimage.format.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.StrValue;

/**
 * The bytes of a stream that is being encoded, and what in it may be referred to. One is kept, for
 * one encoder after the other; encoders that find it taken have their own.
 */
final class StreamOutput {
  private static final AtomicReference<@Nullable StreamOutput> FREE =
      new AtomicReference<>(new StreamOutput(ObjectNumbers.inObjects()));

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int BITS_PER_DIGIT = 15;

  private final ObjectNumbers numbers;

  private byte[] out = new byte[1 << 12];
  private int length;

  /** Where the type codes of objects lie that may be referred to. */
  private int[] starts = new int[64];

  private int startCount;

  /** Where the numbers of references lie: until the end they are indices of {@link #starts}. */
  private int[] references = new int[64];

  private int referenceCount;

  /** Makes one that is not kept. */
  StreamOutput() {
    this(ObjectNumbers.inTable());
  }

  private StreamOutput(ObjectNumbers numbers) {
    this.numbers = numbers;
  }

  /** Returns what is kept, or another if an encoder has it. */
  static StreamOutput take() {
    StreamOutput kept = FREE.getAndSet(null);
    return kept != null ? kept : new StreamOutput();
  }

  /** Lets the next encoder have what is kept: at most 1 MiB, and no object is reachable by it. */
  void release() {
    if (!numbers.areInObjects()) {
      return;
    }
    numbers.clear();
    int kept = ObjectNumbers.KEPT;
    out = out.length > Integer.BYTES * kept ? new byte[Integer.BYTES * kept] : out;
    starts = starts.length > kept ? new int[kept] : starts;
    references = references.length > kept ? new int[kept] : references;
    length = 0;
    startCount = 0;
    referenceCount = 0;
    FREE.set(this);
  }

  /** Returns the numbers of the objects that may be referred to. */
  ObjectNumbers numbers() {
    return numbers;
  }

  /** Returns the bytes. Now all is known that is referred to: nothing more is put. */
  byte[] toByteArray() {
    numberReferences();
    return Arrays.copyOf(out, length);
  }

  /** Notes that the next object has the next number, by which it may be referred to. */
  void addStart() {
    if (startCount == starts.length) {
      starts = Arrays.copyOf(starts, 2 * startCount);
    }
    starts[startCount++] = length;
  }

  /** Refers to an object and flags it. */
  void putReference(int number) {
    out[starts[number]] |= (byte) TypeCode.FLAG_REF;
    if (referenceCount == references.length) {
      references = Arrays.copyOf(references, 2 * referenceCount);
    }
    reserve(1 + Integer.BYTES);
    out[length] = (byte) TypeCode.REF;
    references[referenceCount++] = length + 1;
    INT.set(out, length + 1, number);
    length += 1 + Integer.BYTES;
  }

  /**
   * Gives references the numbers that a reader will count: only objects that were flagged have one,
   * and that an object is used again is known only when it is.
   */
  private void numberReferences() {
    if (referenceCount == 0) {
      return;
    }
    int[] numbers = starts;
    int count = 0;
    for (int i = 0; i < startCount; i++) {
      if ((out[starts[i]] & TypeCode.FLAG_REF) != 0) {
        numbers[i] = count++;
      }
    }
    for (int i = 0; i < referenceCount; i++) {
      INT.set(out, references[i], numbers[(int) INT.get(out, references[i])]);
    }
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

  void putBytes(int code, BytesValue bytes) {
    putByte(code);
    putBytes(bytes);
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
