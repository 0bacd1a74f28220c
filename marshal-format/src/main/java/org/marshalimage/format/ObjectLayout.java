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
   * Tells whether objects of a type are a head and slots and nothing else.
   *
   * @param typeCode a type code
   * @return whether it is that of a tuple, list, set, frozenset, dict, frozendict or slice
   */
  public static boolean isContainer(int typeCode) {
    switch (typeCode) {
      case TypeCode.TUPLE:
      case TypeCode.LIST:
      case TypeCode.SET:
      case TypeCode.FROZENSET:
      case TypeCode.DICT:
      case TypeCode.FROZENDICT:
      case TypeCode.SLICE:
        return true;
      default:
        return false;
    }
  }

  /**
   * Tells whether an image may have objects of a type.
   *
   * @param typeCode any value
   * @return whether it is one of the type codes of an image
   */
  public static boolean isImageType(int typeCode) {
    switch (typeCode) {
      case TypeCode.NONE:
      case TypeCode.TRUE:
      case TypeCode.FALSE:
      case TypeCode.ELLIPSIS:
      case TypeCode.STOP_ITERATION:
      case TypeCode.INT:
      case TypeCode.LONG:
      case TypeCode.FLOAT:
      case TypeCode.COMPLEX:
      case TypeCode.BYTES:
      case TypeCode.STR:
      case TypeCode.CODE:
        return true;
      default:
        return isContainer(typeCode);
    }
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

  /**
   * Returns the number of slots behind the head of a container.
   *
   * @param typeCode the type code of a container
   * @param size its SIZE field, unsigned
   * @return slots
   */
  public static long slotCount(int typeCode, long size) {
    return typeCode == TypeCode.DICT || typeCode == TypeCode.FROZENDICT ? 2 * size : size;
  }
}
