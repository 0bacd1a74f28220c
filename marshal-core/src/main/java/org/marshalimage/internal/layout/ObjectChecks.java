package org.marshalimage.internal.layout;

import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.LongLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * Follows slots and proves that objects lie whole in the image. Views and cursors read an object
 * only after the method for its type here has returned.
 */
public final class ObjectChecks {
  private static final int LARGEST_WIDTH_SHIFT = 2;

  private static final int LATIN_1_MASK = 0xFF;

  /** Bits of the width in what {@link #strShape} returns. */
  public static final int SHAPE_LENGTH_SHIFT = 2;

  private ObjectChecks() {}

  /**
   * Returns where a slot leads.
   *
   * @param slotOffset offset of a slot that lies in the image
   * @return offset of an object's head, which lies in the image
   */
  public static long target(ImageBytes image, long slotOffset) {
    return checkTarget(image, image.getSlot(slotOffset), slotOffset);
  }

  /** Follows a slot that may be empty; returns the offset of the object's head, or 0. */
  public static long targetOrEmpty(ImageBytes image, long slotOffset) {
    long target = image.getSlotOrEmpty(slotOffset);
    return target == 0 ? 0 : checkTarget(image, target, slotOffset);
  }

  /** Returns where a field of the module table leads, which is no slot but an offset. */
  public static long tableTarget(ImageBytes image, long fieldOffset) {
    return checkTarget(image, image.getLong(fieldOffset), fieldOffset);
  }

  private static long checkTarget(ImageBytes image, long target, long at) {
    if (target < image.objectsStart()
        || target > image.objectsEnd() - ObjectLayout.HEAD_SIZE
        || (target & 7) != 0) {
      throw Failures.slot(image, target, at);
    }
    return target;
  }

  /**
   * Proves that an offset from outside may be that of an object.
   *
   * @return the offset
   */
  public static long checkObject(ImageBytes image, long offset) {
    if (offset < image.objectsStart()
        || offset > image.objectsEnd() - ObjectLayout.HEAD_SIZE
        || (offset & 7) != 0) {
      throw new IllegalArgumentException(
          "not the offset of an object: 0x" + Long.toHexString(offset));
    }
    return offset;
  }

  /** Returns the offset of a slot of a container: its slots come behind the head. */
  public static long itemSlot(ImageBytes image, long container, int index) {
    return image.slotOffset(container + ObjectLayout.SLOTS_OFFSET, index);
  }

  /** Returns the offset of a slot of a code object. */
  public static long codeSlot(ImageBytes image, long code, int index) {
    return image.slotOffset(code + CodeLayout.SLOTS_OFFSET, index);
  }

  /**
   * Returns the type code of an object whose head lies in the image, of which the caller has seen
   * that it is open.
   */
  public static int kind(ImageBytes image, long offset) {
    long type = image.readLong(offset + ObjectLayout.TYPE_OFFSET);
    // Unsigned comparison: a handle may be negative.
    if (type + Long.MIN_VALUE >= image.typeWordLimit() + Long.MIN_VALUE) {
      return image.kindOf(type, offset);
    }
    return (int) type;
  }

  /** Returns the type code of an object that is not linked for it, as what finds objects needs. */
  public static int kindWithoutLinking(ImageBytes image, long offset) {
    long type = image.readLong(offset + ObjectLayout.TYPE_OFFSET);
    if (type + Long.MIN_VALUE >= image.typeWordLimit() + Long.MIN_VALUE) {
      return image.kindWithoutLinking(type, offset);
    }
    return (int) type;
  }

  /** Follows a slot to an object that must have one type; returns its offset. */
  public static long target(ImageBytes image, long slotOffset, int kind, String field) {
    return checkKind(image, target(image, slotOffset), kind, field, slotOffset);
  }

  /** Proves that an object has the one type that a field allows; returns its offset. */
  public static long checkKind(
      ImageBytes image, long target, int kind, String field, long fieldOffset) {
    int found = kind(image, target);
    if (found != kind) {
      throw Failures.type(image, field, kind, found, fieldOffset);
    }
    return target;
  }

  /**
   * Returns the number of an object whose head lies in the image, of which the caller has seen that
   * it is open.
   */
  public static int objectNumber(ImageBytes image, long offset) {
    int count = image.readInt(offset + ObjectLayout.COUNT_OFFSET);
    if ((count & ObjectLayout.PINNED) == 0) {
      throw Failures.notPinned(image, count, offset);
    }
    return count & ~ObjectLayout.PINNED;
  }

  private static int size(ImageBytes image, long offset) {
    return checkSize(image, offset, foundSize(image, offset));
  }

  /**
   * Returns SIZE, unchecked, of an object whose type has been read.
   *
   * <p>By {@code readInt}, as code points are: that it is called for every object tells the JIT of
   * which class the buffer is. Where it knows only from the few strings that have four bytes a code
   * point, it compiles their case as a call, and loops over code points of all other strings take
   * three times as long.
   */
  private static int foundSize(ImageBytes image, long offset) {
    return image.readInt(offset + ObjectLayout.SIZE_OFFSET);
  }

  private static int checkSize(ImageBytes image, long offset, int size) {
    if (size < 0) {
      throw Failures.corrupt(
          image, "bad size of an object: found=" + Integer.toUnsignedString(size), offset);
    }
    return size;
  }

  /** Proves an int, float or complex. */
  public static void checkNumber(ImageBytes image, long offset, int kind) {
    image.checkRange(
        offset, kind == TypeCode.COMPLEX ? ObjectLayout.COMPLEX_SIZE : ObjectLayout.NUMBER_SIZE);
  }

  /** Proves an int outside 64 bits; returns the number of its digits. */
  public static int longDigits(ImageBytes image, long offset) {
    int digits = size(image, offset);
    image.checkRange(offset, LongLayout.recordSize(digits));
    return digits;
  }

  /** Proves a bytes object; returns the number of its bytes. */
  public static int bytesLength(ImageBytes image, long offset) {
    int length = size(image, offset);
    image.checkRange(offset, BytesLayout.recordSize(length));
    return length;
  }

  /** Proves a str; returns the number of its code points. */
  public static int strLength(ImageBytes image, long offset) {
    return (int) (strShape(image, offset) >>> SHAPE_LENGTH_SHIFT);
  }

  /**
   * Proves a str; returns its length and its width, each read once: the file may change meanwhile.
   *
   * @return number of code points, above {@link #SHAPE_LENGTH_SHIFT} bits of width
   */
  public static long strShape(ImageBytes image, long offset) {
    int length = size(image, offset);
    image.checkRange(offset, StrLayout.DATA_OFFSET);
    int shift = strWidthShift(image, offset);
    if (shift > LARGEST_WIDTH_SHIFT) {
      throw Failures.corrupt(image, "bad width of a str: found=" + shift, offset);
    }
    // Not StrLayout.recordSize: two classes less to load when a name is read.
    image.checkRange(offset, StrLayout.DATA_OFFSET + ((long) length << shift) + 7 & -8);
    return (long) length << SHAPE_LENGTH_SHIFT | shift;
  }

  /** Returns the width of a str whose head has been proven. */
  public static int strWidthShift(ImageBytes image, long offset) {
    return image.readInt(offset + StrLayout.NUMBER_OFFSET) & StrLayout.WIDTH_MASK;
  }

  /** Returns the code point of a str that has been proven, at an index that has been checked. */
  public static int codePoint(ImageBytes image, long dataOffset, int widthShift, int index) {
    if (widthShift == 0 && !ImageBytes.hasArenas()) {
      // JITs before 22 make better code of loops over this than over what follows. Later ones leave
      // the rare case a call, and a loop with a call in it takes twice as long.
      return image.readByte(dataOffset + index) & 0xFF;
    }
    // The four bytes that end with the code point: before the text is the head.
    long end = dataOffset + ((long) (index + 1) << widthShift);
    int codePoint = image.readInt(end - Integer.BYTES) >>> Integer.SIZE - (Byte.SIZE << widthShift);
    if (codePoint < 0 || codePoint > Character.MAX_CODE_POINT) {
      throw Failures.codePoint(image, codePoint, end - Integer.BYTES);
    }
    return codePoint;
  }

  /**
   * Compares the text of a str that has been proven, or the Latin-1 text of a bytes object, with
   * UTF-16.
   */
  public static boolean textEquals(
      ImageBytes image, long data, int length, int widthShift, CharSequence text) {
    int units = text.length();
    if (widthShift < 2 && units != length) {
      return false;
    }
    if (widthShift == 0) {
      return latin1Equals(image, data, text);
    }
    int unit = 0;
    for (int i = 0; i < length; i++) {
      int codePoint = codePoint(image, data, widthShift, i);
      if (Character.isBmpCodePoint(codePoint)) {
        if (unit >= units || text.charAt(unit++) != codePoint) {
          return false;
        }
      } else if (unit + 1 >= units
          || text.charAt(unit++) != Character.highSurrogate(codePoint)
          || text.charAt(unit++) != Character.lowSurrogate(codePoint)) {
        return false;
      }
    }
    return unit == units;
  }

  /** Compares by words of eight bytes, the last by what is left of it: objects end with a word. */
  private static boolean latin1Equals(ImageBytes image, long data, CharSequence text) {
    int length = text.length();
    for (int i = 0; i < length; i += Long.BYTES) {
      int last = Math.min(i + Long.BYTES, length) - 1;
      long word = 0;
      int all = 0;
      for (int j = last; j >= i; j--) {
        char unit = text.charAt(j);
        all |= unit;
        word = word << Byte.SIZE | unit;
      }
      int unused = Long.SIZE - Byte.SIZE * (last + 1 - i);
      if (all > LATIN_1_MASK || (image.readLong(data + i) ^ word) << unused != 0) {
        return false;
      }
    }
    return true;
  }

  /** Tells whether a segment, whose head lies in the image but for its name, is that of a name. */
  public static boolean isNamed(ImageBytes image, long segment, String name) {
    int length = name.length();
    if (image.readInt(segment + SegmentLayout.NAME_LENGTH_OFFSET) != length) {
      return false;
    }
    // Not SegmentLayout.headSize: one class less to load when an image is opened.
    image.checkRange(segment, SegmentLayout.NAME_OFFSET + (2L * length + 7 & -8));
    // By words of four units, the last padded with zeros: in a fresh JVM, which interprets this,
    // each access to the mapping costs half a microsecond.
    for (int i = 0; i < length; i += 4) {
      long word = 0;
      for (int j = Math.min(i + 4, length) - 1; j >= i; j--) {
        word = word << Character.SIZE | name.charAt(j);
      }
      if (image.readLong(segment + SegmentLayout.NAME_OFFSET + (long) i * Character.BYTES)
          != word) {
        return false;
      }
    }
    return true;
  }

  /**
   * Proves a container other than a slice; returns its size.
   *
   * @param slotsPerUnit slots of an item: 2 in a dict
   */
  public static int containerSize(ImageBytes image, long offset, int slotsPerUnit) {
    int size = size(image, offset);
    image.checkRange(
        offset, ObjectLayout.containerSize((long) size * slotsPerUnit, image.pointerWidth()));
    return size;
  }

  /** Proves a slice. */
  public static void checkSlice(ImageBytes image, long offset) {
    checkSliceSize(image, offset, size(image, offset));
    image.checkRange(
        offset, ObjectLayout.containerSize(ObjectLayout.SLICE_SLOTS, image.pointerWidth()));
  }

  private static void checkSliceSize(ImageBytes image, long offset, int size) {
    if (size != ObjectLayout.SLICE_SLOTS) {
      throw Failures.field(image, "size of a slice", ObjectLayout.SLICE_SLOTS, size, offset);
    }
  }

  /**
   * Proves an object of any kind; returns its SIZE, or 0 if that does not affect its length, and
   * its width, as {@link #strShape} does.
   *
   * @throws org.marshalimage.format.CorruptImageException if there is no such kind, too
   */
  public static long shape(ImageBytes image, long offset, int kind, ObjectLengths lengths) {
    if (kind == TypeCode.STR) {
      return strShape(image, offset);
    }
    // Read before the tables are: a read from the mapping between two of those hinders the JIT.
    int found = foundSize(image, offset);
    if (!lengths.isKind(kind)) {
      throw Failures.unknownType(image, kind, offset);
    }
    int size = checkSize(image, offset, lengths.countedSize(kind, found));
    if (kind == TypeCode.SLICE) {
      checkSliceSize(image, offset, size);
    }
    image.checkRange(offset, lengths.length(kind, size, 0));
    if (kind == TypeCode.RECORD) {
      image.state().recordTypes().check(offset, size);
    }
    return (long) size << SHAPE_LENGTH_SHIFT;
  }

  /** Proves a record, but for its type; returns the number of its slots. */
  public static int recordSlots(ImageBytes image, long offset) {
    int size = size(image, offset);
    image.checkRange(offset, RecordLayout.recordSize(size, image.pointerWidth()));
    return size;
  }

  /** Returns the offset of a slot of a record. */
  public static long recordSlot(ImageBytes image, long record, int index) {
    return image.slotOffset(record + RecordLayout.SLOTS_OFFSET, index);
  }

  /** Proves a code object. */
  public static void checkCode(ImageBytes image, long offset) {
    // Not CodeLayout.recordSize: one class less to load when an image is opened.
    image.checkRange(
        offset,
        image.pointerWidth() == HeaderLayout.COMPACT_WIDTH
            ? CodeLayout.COMPACT_SIZE
            : CodeLayout.ADDRESS_SIZE);
  }

  /**
   * Returns where a perfect hash, which lies in the image, has its value for the hash of a text.
   *
   * @return offset of the value, a u32; -1 for nothing
   */
  public static long probe(ImageBytes image, long table, long hash, int buckets, int count) {
    long redirectOffset = table + HashLayout.redirectOffset(HashLayout.bucket(hash, buckets));
    int redirect = image.readInt(redirectOffset);
    if (redirect == 0) {
      return -1;
    }
    int slot = redirect < 0 ? -1 - redirect : HashLayout.place(hash, redirect, count);
    if (slot >= count) {
      throw Failures.corrupt(
          image,
          "perfect hash leads outside its table: slot=" + slot + ", texts=" + count,
          redirectOffset);
    }
    return table + HashLayout.valueOffset(slot, buckets);
  }
}
