package org.marshalimage;

import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;

/** A float. */
public final class FloatView extends ImageObject {
  FloatView(ImageBytes bytes, long offset) {
    super(bytes, offset);
    ObjectChecks.checkNumber(bytes, offset, TypeCode.FLOAT);
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new FloatView(bytes, offset);
  }

  /**
   * Returns the value.
   *
   * @return the value
   */
  public double doubleValue() {
    return Double.longBitsToDouble(bits());
  }

  /**
   * Returns the bits, which tell one NaN from another.
   *
   * @return IEEE 754 bits
   */
  public long bits() {
    return bytes.getLong(offset + ObjectLayout.VALUE_OFFSET);
  }

  @Override
  public String toString() {
    return Double.toString(doubleValue());
  }
}
