package org.marshalimage.format;

/**
 * The head that every object has, and the layouts that need no class of their own; see the package
 * description. Offsets and sizes in bytes, from the start of the object.
 */
public final class ObjectLayout {
  public static final int COUNT_OFFSET = 0;
  public static final int SIZE_OFFSET = 4;
  public static final int TYPE_OFFSET = 8;

  /** Bytes of the head. */
  public static final int HEAD_SIZE = 16;

  /**
   * Set in the count of every object in a file: immortal in the sense of PEP 683. An interpreter
   * that counts references leaves a count alone while either of these two bits is set. The other
   * bits then hold the object's number.
   */
  public static final int PINNED = 0xC0000000;

  /** Value of an int (64 bits, signed), bits of a float, real part of a complex. */
  public static final int VALUE_OFFSET = HEAD_SIZE;

  /** Imaginary part of a complex. */
  public static final int IMAGINARY_OFFSET = VALUE_OFFSET + Long.BYTES;

  /** Bytes of an int or a float. */
  public static final int NUMBER_SIZE = VALUE_OFFSET + Long.BYTES;

  /** Bytes of a complex. */
  public static final int COMPLEX_SIZE = IMAGINARY_OFFSET + Long.BYTES;

  /** First slot of a tuple, list, set, frozenset, slice, dict or frozendict. */
  public static final int SLOTS_OFFSET = HEAD_SIZE;

  /** Number of slots, and value of SIZE, of a slice: start, stop, step. */
  public static final int SLICE_SLOTS = 3;

  private ObjectLayout() {}

  /**
   * Rounds up to the alignment of objects.
   *
   * @param length bytes, at least 0
   * @return the next multiple of {@link HeaderLayout#ALIGNMENT}
   */
  public static long align(long length) {
    return length + HeaderLayout.ALIGNMENT - 1 & -HeaderLayout.ALIGNMENT;
  }

  /**
   * Returns how much of an image a container takes.
   *
   * @param slotCount number of slots, at least 0
   * @param pointerWidth bytes of a slot
   * @return bytes, a multiple of {@link HeaderLayout#ALIGNMENT}
   */
  public static long containerSize(long slotCount, int pointerWidth) {
    return align(SLOTS_OFFSET + slotCount * pointerWidth);
  }
}
