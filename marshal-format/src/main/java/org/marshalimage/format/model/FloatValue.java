package org.marshalimage.format.model;

import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.Numbered;

/** A Python float: the 64 bits of an IEEE 754 double, kept as they are. */
public final class FloatValue extends Numbered implements Value {
  private final long bits;

  private FloatValue(long bits) {
    this.bits = bits;
  }

  /**
   * Makes a float.
   *
   * @param bits IEEE 754 bits; those of a NaN are kept
   * @return the value
   */
  public static FloatValue ofBits(long bits) {
    return new FloatValue(bits);
  }

  /**
   * Makes a float.
   *
   * @param value its value
   * @return the value
   */
  public static FloatValue of(double value) {
    return new FloatValue(Double.doubleToRawLongBits(value));
  }

  /**
   * Returns the bits.
   *
   * @return IEEE 754 bits
   */
  public long bits() {
    return bits;
  }

  /**
   * Returns the value.
   *
   * @return the value
   */
  public double doubleValue() {
    return Double.longBitsToDouble(bits);
  }

  /**
   * Tells whether this is a NaN, which Python takes for equal to itself alone: the same object.
   *
   * @return whether it is
   */
  public boolean isNaN() {
    return Double.isNaN(doubleValue());
  }

  @Override
  public int typeCode() {
    return TypeCode.FLOAT;
  }

  @Override
  public String toString() {
    return Double.toString(doubleValue());
  }
}
