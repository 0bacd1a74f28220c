package org.marshalimage.internal.layout;

import java.util.Arrays;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;

/**
 * How much of an image objects take, as their heads tell, and where their slots and data are: what
 * {@link Kind} says, by tables, for what goes through all objects. Branches on types that alternate
 * would cost more than all the rest. Immutable.
 */
public final class ObjectLengths {
  private static final ObjectLengths COMPACT = new ObjectLengths(HeaderLayout.COMPACT_WIDTH);
  private static final ObjectLengths ADDRESS = new ObjectLengths(HeaderLayout.ADDRESS_WIDTH);

  // Of the word that each type code has: bits 0 to 10 the bytes of an object without what its SIZE
  // counts, bit 11 whether slots may be empty, then where slots and data start (0 for no kind), the
  // slots that every object has, those of a unit of SIZE, the binary logarithm of the bytes of a
  // unit, whether SIZE affects the length, and whether units have a width.
  private static final int LENGTH_MASK = 0x7FF;
  private static final int EMPTY_SHIFT = 11;
  private static final int BODY_SHIFT = 12;
  private static final int FIXED_SLOTS_SHIFT = 20;
  private static final int UNIT_SLOTS_SHIFT = 25;
  private static final int UNIT_SHIFT = 27;
  private static final int SIZED_SHIFT = 30;
  private static final int WIDTH_SHIFT = 31;

  /** One word for each type code: a look-up takes one load. */
  private final int[] words = new int[TypeCode.LIMIT];

  private ObjectLengths(int pointerWidth) {
    // What is no kind has the length of a head.
    Arrays.fill(words, ObjectLayout.HEAD_SIZE);
    for (Kind kind : Kind.values()) {
      int unit = kind.slotsPerUnit() * pointerWidth + kind.bytesPerUnit();
      words[kind.typeCode()] =
          kind.bodyOffset() + kind.fixedSlots() * pointerWidth
              | (kind.hasEmptySlots() ? 1 << EMPTY_SHIFT : 0)
              | kind.bodyOffset() << BODY_SHIFT
              | kind.fixedSlots() << FIXED_SLOTS_SHIFT
              | kind.slotsPerUnit() << UNIT_SLOTS_SHIFT
              | (kind.isSized() ? Integer.numberOfTrailingZeros(unit) << UNIT_SHIFT : 0)
              | (kind.isSized() ? 1 << SIZED_SHIFT : 0)
              | (kind.hasWidth() ? 1 << WIDTH_SHIFT : 0);
    }
  }

  /** Returns the tables for a width of slots in bytes. */
  public static ObjectLengths of(int pointerWidth) {
    return pointerWidth == HeaderLayout.COMPACT_WIDTH ? COMPACT : ADDRESS;
  }

  /** Tells whether an image may have objects of a type code, 0 to 255. */
  public boolean isKind(int code) {
    return bodyOffset(code) != 0;
  }

  /** Tells whether the length of an object depends on its SIZE. */
  public boolean isSized(int code) {
    return (words[code] & 1 << SIZED_SHIFT) != 0;
  }

  /** Returns SIZE if the length of an object depends on it, else 0. */
  public int countedSize(int code, int size) {
    // The bit becomes 0 or -1, by shifts with sign.
    return size & words[code] << 31 - SIZED_SHIFT >> 31;
  }

  /**
   * Returns the bytes of an object, padding included; nonsense if its head is.
   *
   * @param code its type code
   * @param size its SIZE
   * @param number what follows its head, the NUMBER word of a str, or the width in that
   */
  public long length(int code, int size, int number) {
    return unpadded(code, size, number) + 7 & -8;
  }

  /** Returns the bytes of an object without padding. */
  public long unpadded(int code, int size, int number) {
    int word = words[code];
    int widthMask = word >> WIDTH_SHIFT & StrLayout.WIDTH_MASK;
    int shift = word >> UNIT_SHIFT & 7 | number & widthMask;
    return (word & LENGTH_MASK) + ((long) countedSize(code, size) << shift);
  }

  /** Returns the bytes of text, bytes or digits of an object. */
  public long dataLength(int code, int size, int number) {
    int word = words[code];
    boolean hasItems = (word >> UNIT_SLOTS_SHIFT & 3) != 0;
    return hasItems ? 0 : unpadded(code, size, number) - (word & LENGTH_MASK);
  }

  /** Returns where slots and data start, from the start of the object. */
  public int bodyOffset(int code) {
    return words[code] >> BODY_SHIFT & 0xFF;
  }

  /** Returns the slots of an object of that type and SIZE, whose length has been proven. */
  public int slotCount(int code, int size) {
    int word = words[code];
    return (word >> FIXED_SLOTS_SHIFT & 0x1F) + size * (word >> UNIT_SLOTS_SHIFT & 3);
  }

  /** Tells whether slots may be empty, as {@link Kind#hasEmptySlots} does. */
  public boolean hasEmptySlots(int code) {
    return (words[code] & 1 << EMPTY_SHIFT) != 0;
  }
}
