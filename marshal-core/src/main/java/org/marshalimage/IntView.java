package org.marshalimage;

import java.math.BigInteger;
import org.marshalimage.format.LongLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/** An int, or a Python 2 {@code long}. */
public final class IntView extends ImageObject {
  /** What a BigInteger holds, in digits of 64 bits. */
  private static final int MAX_DIGITS = (1 << 25) - 1;

  private static final long LOW_DIGIT_SIGN = Long.MIN_VALUE;

  /** The longest number that is shown in decimal, in digits of 64 bits: 1,234 decimal ones. */
  private static final int MAX_SHOWN_DIGITS = 64;

  /** Number of 64-bit digits, or -1 for the form with one signed word. */
  private final int digits;

  IntView(ImageBytes bytes, long offset, int kind) {
    super(bytes, offset);
    if (kind == TypeCode.INT) {
      ObjectChecks.checkNumber(bytes, offset, kind);
      digits = -1;
    } else {
      digits = ObjectChecks.longDigits(bytes, offset);
    }
  }

  static ImageObject view(ImageBytes bytes, long offset, int kind) {
    return new IntView(bytes, offset, kind);
  }

  /**
   * Tells whether the value fits in 64 bits.
   *
   * @return whether {@link #longValue()} may be called
   */
  public boolean isLong() {
    return digits <= 0
        || digits == 1 && (digit(0) >= 0 || isNegative() && digit(0) == LOW_DIGIT_SIGN);
  }

  /**
   * Returns the value of an int that fits in 64 bits.
   *
   * @return the value
   * @throws ArithmeticException if it does not fit
   */
  public long longValue() {
    if (digits < 0) {
      return bytes.getLong(offset + ObjectLayout.VALUE_OFFSET);
    }
    if (!isLong()) {
      throw new ArithmeticException("int does not fit in 64 bits: digits=" + digits);
    }
    long value = digits == 0 ? 0 : digit(0);
    return isNegative() ? -value : value;
  }

  /**
   * Returns the value.
   *
   * @return the value
   * @throws org.marshalimage.format.CorruptImageException if it has more than 2^31 - 64 bits, which
   *     a BigInteger does not hold
   */
  public BigInteger bigValue() {
    if (digits < 0) {
      return BigInteger.valueOf(longValue());
    }
    if (digits > MAX_DIGITS) {
      throw Failures.corrupt(
          bytes, "int is too large for Java: digits=" + digits + ", max=" + MAX_DIGITS, offset);
    }
    byte[] magnitude = new byte[digits * Long.BYTES];
    bytes.getBytes(offset + LongLayout.DIGITS_OFFSET, magnitude, 0, magnitude.length);
    for (int i = 0, j = magnitude.length - 1; i < j; i++, j--) {
      byte swapped = magnitude[i];
      magnitude[i] = magnitude[j];
      magnitude[j] = swapped;
    }
    return new BigInteger(isNegative() ? -1 : 1, magnitude);
  }

  /**
   * Tells whether this is a Python 2 {@code long}.
   *
   * @return false for Python 2's {@code int} and for everything in Python 3
   */
  public boolean isPython2Long() {
    return digits >= 0 && (flags() & LongLayout.FLAG_PYTHON_2) != 0;
  }

  private boolean isNegative() {
    return (flags() & LongLayout.FLAG_NEGATIVE) != 0;
  }

  private long flags() {
    return bytes.getLong(offset + LongLayout.FLAGS_OFFSET);
  }

  private long digit(int index) {
    return bytes.getLong(offset + LongLayout.DIGITS_OFFSET + (long) index * Long.BYTES);
  }

  /**
   * Returns the value for a reader: in decimal; beyond 4,096 bits, which take long to write so, the
   * highest and the lowest 64-bit digit in hexadecimal, and how many bits there are, for example
   * {@code 0x1f...00000000000000ff (8000000 bits)}. {@link #bigValue()} has all of it.
   */
  @Override
  public String toString() {
    if (isLong()) {
      return Long.toString(longValue());
    }
    if (digits <= MAX_SHOWN_DIGITS) {
      return bigValue().toString();
    }
    long highest = digit(digits - 1);
    String lowest = Long.toHexString(digit(0));
    return (isNegative() ? "-0x" : "0x")
        + Long.toHexString(highest)
        + "..."
        + "0".repeat(Long.SIZE / 4 - lowest.length())
        + lowest
        + " ("
        + ((long) digits * Long.SIZE - Long.numberOfLeadingZeros(highest))
        + " bits)";
  }
}
