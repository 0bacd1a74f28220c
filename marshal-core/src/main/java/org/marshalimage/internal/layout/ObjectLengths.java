package org.marshalimage.internal.layout;

import java.util.Arrays;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.LongLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;

/**
 * How much of an image objects take, as their heads tell, and how many slots they have. By tables,
 * for linking, which goes through all objects: branches on types that alternate would cost more
 * than all the rest. Immutable.
 */
public final class ObjectLengths {
  /** Of each type code, the bytes of an object without what its SIZE counts. */
  private final int[] fixedLengths = new int[TypeCode.LIMIT];

  /** Of each type code, the binary logarithm of the bytes that a unit of SIZE takes. */
  private final int[] unitShifts = new int[TypeCode.LIMIT];

  /** Of each type code, ones if SIZE counts units. */
  private final int[] sizeMasks = new int[TypeCode.LIMIT];

  /** Of each type code, the bits of the NUMBER word that hold the width of a unit. */
  private final int[] widthMasks = new int[TypeCode.LIMIT];

  /** Of each type code, the slots that a unit of SIZE takes. */
  private final int[] unitSlots = new int[TypeCode.LIMIT];

  /** Makes the tables for a width of slots in bytes. */
  public ObjectLengths(int pointerWidth) {
    Arrays.fill(fixedLengths, ObjectLayout.HEAD_SIZE);
    fixedLengths[TypeCode.INT] = ObjectLayout.NUMBER_SIZE;
    fixedLengths[TypeCode.FLOAT] = ObjectLayout.NUMBER_SIZE;
    fixedLengths[TypeCode.COMPLEX] = ObjectLayout.COMPLEX_SIZE;
    fixedLengths[TypeCode.CODE] = CodeLayout.recordSize(pointerWidth);
    setSized(TypeCode.BYTES, BytesLayout.DATA_OFFSET, 1);
    setSized(TypeCode.STR, StrLayout.DATA_OFFSET, 1);
    widthMasks[TypeCode.STR] = StrLayout.WIDTH_MASK;
    setSized(TypeCode.LONG, LongLayout.DIGITS_OFFSET, Long.BYTES);
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      if (ObjectLayout.isContainer(code)) {
        unitSlots[code] = (int) ObjectLayout.slotCount(code, 1);
        setSized(code, ObjectLayout.SLOTS_OFFSET, unitSlots[code] * pointerWidth);
      }
    }
  }

  private void setSized(int code, int fixedLength, int unit) {
    fixedLengths[code] = fixedLength;
    unitShifts[code] = Integer.numberOfTrailingZeros(unit);
    sizeMasks[code] = -1;
  }

  /**
   * Returns the bytes of an object, padding included; nonsense if its head is.
   *
   * @param code its type code
   * @param size its SIZE
   * @param number what follows its head, the NUMBER word of a str
   */
  public long length(int code, int size, int number) {
    int shift = unitShifts[code] | number & widthMasks[code];
    return fixedLengths[code] + ((long) (size & sizeMasks[code]) << shift) + 7 & -8;
  }

  /** Returns the slots of an object of that type and SIZE, whose length has been proven. */
  public int slotCount(int code, int size) {
    return code == TypeCode.CODE ? CodeLayout.SLOTS : size * unitSlots[code];
  }
}
