package org.marshalimage.format.model;

import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.Numbered;

/** A Python complex: two IEEE 754 doubles whose bits are kept as they are. */
public final class ComplexValue extends Numbered implements Value {
  private final long realBits;
  private final long imaginaryBits;

  private ComplexValue(long realBits, long imaginaryBits) {
    this.realBits = realBits;
    this.imaginaryBits = imaginaryBits;
  }

  /**
   * Makes a complex.
   *
   * @param realBits IEEE 754 bits of the real part
   * @param imaginaryBits IEEE 754 bits of the imaginary part
   * @return the value
   */
  public static ComplexValue ofBits(long realBits, long imaginaryBits) {
    return new ComplexValue(realBits, imaginaryBits);
  }

  /**
   * Returns the bits of the real part.
   *
   * @return IEEE 754 bits
   */
  public long realBits() {
    return realBits;
  }

  /**
   * Returns the bits of the imaginary part.
   *
   * @return IEEE 754 bits
   */
  public long imaginaryBits() {
    return imaginaryBits;
  }

  /**
   * Tells whether a part is a NaN, so that Python takes this for equal to itself alone: the same
   * object.
   *
   * @return whether one is
   */
  public boolean isNaN() {
    return Double.isNaN(Double.longBitsToDouble(realBits))
        || Double.isNaN(Double.longBitsToDouble(imaginaryBits));
  }

  @Override
  public int typeCode() {
    return TypeCode.COMPLEX;
  }

  @Override
  public String toString() {
    return "("
        + Double.longBitsToDouble(realBits)
        + ", "
        + Double.longBitsToDouble(imaginaryBits)
        + "j)";
  }
}
