package org.marshalimage.format;

/**
 * An int outside 64 bits, or Python 2's {@code long}; see the package description. SIZE is the
 * number of 64-bit digits; the last one is not zero. Offsets and sizes in bytes.
 */
public final class LongLayout {
  public static final int FLAGS_OFFSET = ObjectLayout.HEAD_SIZE;
  public static final int DIGITS_OFFSET = FLAGS_OFFSET + Long.BYTES;

  /** The value is below zero. */
  public static final long FLAG_NEGATIVE = 1;

  /** A Python 2 {@code long}, whatever its value. */
  public static final long FLAG_PYTHON_2 = 2;

  private LongLayout() {}

  /**
   * Returns the bytes of an object.
   *
   * @param digits number of 64-bit digits
   * @return bytes
   */
  public static long recordSize(long digits) {
    return DIGITS_OFFSET + digits * Long.BYTES;
  }
}
