package org.marshalimage.format.model;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.Numbered;

/** A Python int, or a Python 2 {@code long}. */
public final class IntValue extends Numbered implements Value {
  private static final int LONG_BITS = 63;

  private final long value;

  /** The longest number that is shown in decimal. */
  private static final int MAX_DECIMAL_BITS = 4096;

  private final @Nullable BigInteger big;
  private final boolean python2Long;

  private IntValue(long value, @Nullable BigInteger big, boolean python2Long) {
    this.value = value;
    this.big = big;
    this.python2Long = python2Long;
  }

  /**
   * Makes an int.
   *
   * @param value its value
   * @return the value
   */
  public static IntValue of(long value) {
    return new IntValue(value, null, false);
  }

  /**
   * Makes an int of any size.
   *
   * @param value its value
   * @return the value
   */
  public static IntValue of(BigInteger value) {
    return of(value, false);
  }

  /**
   * Makes a Python 2 {@code long}, which differs from an int of the same value.
   *
   * @param value its value
   * @return the value
   */
  public static IntValue python2Long(BigInteger value) {
    return of(value, true);
  }

  private static IntValue of(BigInteger value, boolean python2Long) {
    return value.bitLength() <= LONG_BITS
        ? new IntValue(value.longValue(), null, python2Long)
        : new IntValue(0, value, python2Long);
  }

  /**
   * Tells whether the value fits in 64 bits.
   *
   * @return whether {@link #longValue()} may be called
   */
  public boolean isLong() {
    return big == null;
  }

  /**
   * Returns the value of an int that fits in 64 bits.
   *
   * @return the value
   * @throws ArithmeticException if it does not fit
   */
  public long longValue() {
    return big == null ? value : big.longValueExact();
  }

  /**
   * Returns the value.
   *
   * @return the value
   */
  public BigInteger bigValue() {
    return big == null ? BigInteger.valueOf(value) : big;
  }

  /**
   * Tells whether this is a Python 2 {@code long}.
   *
   * @return false for Python 2's {@code int} and for everything in Python 3
   */
  public boolean isPython2Long() {
    return python2Long;
  }

  @Override
  public int typeCode() {
    return python2Long || big != null ? TypeCode.LONG : TypeCode.INT;
  }

  /**
   * Returns the value for a reader: in decimal; beyond 4,096 bits, which take long to write so, the
   * highest and the lowest 64 bits in hexadecimal, and how many bits there are. {@link #bigValue()}
   * has all of it.
   */
  @Override
  public String toString() {
    return (big == null ? Long.toString(value) : shown(big)) + (python2Long ? "L" : "");
  }

  private static String shown(BigInteger number) {
    BigInteger magnitude = number.abs();
    int bits = magnitude.bitLength();
    if (bits <= MAX_DECIMAL_BITS) {
      return number.toString();
    }
    String lowest = Long.toHexString(magnitude.longValue());
    return (number.signum() < 0 ? "-0x" : "0x")
        + magnitude.shiftRight((bits - 1) / Long.SIZE * Long.SIZE).toString(16)
        + "..."
        + "0".repeat(Long.SIZE / 4 - lowest.length())
        + lowest
        + " ("
        + bits
        + " bits)";
  }
}
