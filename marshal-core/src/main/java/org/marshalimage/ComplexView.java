package org.marshalimage;

import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;

/** A complex. */
public final class ComplexView extends ImageObject {
  ComplexView(ImageBytes bytes, long offset) {
    super(bytes, offset);
    ObjectChecks.checkNumber(bytes, offset, TypeCode.COMPLEX);
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new ComplexView(bytes, offset);
  }

  /**
   * Returns the real part.
   *
   * @return the value
   */
  public double real() {
    return Double.longBitsToDouble(realBits());
  }

  /**
   * Returns the imaginary part.
   *
   * @return the value
   */
  public double imaginary() {
    return Double.longBitsToDouble(imaginaryBits());
  }

  /**
   * Returns the bits of the real part.
   *
   * @return IEEE 754 bits
   */
  public long realBits() {
    return bytes.getLong(offset + ObjectLayout.VALUE_OFFSET);
  }

  /**
   * Returns the bits of the imaginary part.
   *
   * @return IEEE 754 bits
   */
  public long imaginaryBits() {
    return bytes.getLong(offset + ObjectLayout.IMAGINARY_OFFSET);
  }

  @Override
  public String toString() {
    return "(" + real() + ", " + imaginary() + "j)";
  }
}
