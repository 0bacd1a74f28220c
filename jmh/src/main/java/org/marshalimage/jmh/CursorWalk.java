package org.marshalimage.jmh;

import java.util.Arrays;
import org.marshalimage.ImageCursor;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.TypeCode;

/**
 * Visits every object that a root leads to, once, by an {@link ImageCursor}: follows every slot and
 * reads every number, and every string and bytes object to its last byte, by code points as {@link
 * ViewWalk} does or by words of eight bytes. Makes no Java object.
 */
final class CursorWalk {
  private final ImageCursor cursor;

  private final SeenObjects seen;

  private final boolean byWords;

  /** Offsets of objects that are seen but not visited. */
  private long[] stack = new long[1 << 10];

  private int depth;

  CursorWalk(MarshalImage image, boolean byWords) {
    cursor = image.cursor();
    seen = new SeenObjects(image);
    this.byWords = byWords;
  }

  void reset() {
    seen.clear();
  }

  /** Returns the number of objects visited since the last reset. */
  int visited() {
    return seen.count();
  }

  /** Visits what has not been seen before; returns a sum, which is that of {@link ViewWalk}. */
  long walk(long root) {
    long sum = 0;
    push(root);
    while (depth > 0) {
      cursor.moveTo(stack[--depth]);
      int kind = cursor.kind();
      sum += kind;
      switch (kind) {
        case TypeCode.INT, TypeCode.FLOAT -> sum += cursor.longValue();
        case TypeCode.COMPLEX -> sum += cursor.longValue() + cursor.imaginaryBits();
        case TypeCode.LONG -> {
          for (int i = 0; i < cursor.size(); i++) {
            sum += cursor.digit(i);
          }
        }
        case TypeCode.STR, TypeCode.BYTES -> sum += byWords ? words() : codePoints();
        default -> {
          for (int i = 0; i < cursor.slotCount(); i++) {
            long target = cursor.slot(i);
            if (target != 0) {
              sum += target;
              push(target);
            }
          }
        }
      }
    }
    return sum;
  }

  private long words() {
    long sum = 0;
    for (int i = 0, count = (int) (cursor.dataLength() + 7 >>> 3); i < count; i++) {
      sum += cursor.dataWord(i);
    }
    return sum;
  }

  private long codePoints() {
    long sum = 0;
    for (int i = 0; i < cursor.size(); i++) {
      sum += cursor.codePointAt(i);
    }
    return sum;
  }

  private void push(long object) {
    if (seen.add(object)) {
      if (depth == stack.length) {
        stack = Arrays.copyOf(stack, 2 * depth);
      }
      stack[depth++] = object;
    }
  }

  /** The objects of an image that a walk has seen. */
  static final class SeenObjects {
    /** A bit for each multiple of 8 in the image. */
    private final long[] seen;

    private long[] offsets = new long[1 << 10];
    private int count;

    SeenObjects(MarshalImage image) {
      seen = new long[(int) ((image.info().length() >>> 9) + 1)];
    }

    /** Adds an object, and tells whether it is new. */
    boolean add(long offset) {
      int word = (int) (offset >>> 9);
      long bit = 1L << (offset >>> 3);
      if ((seen[word] & bit) != 0) {
        return false;
      }
      seen[word] |= bit;
      if (count == offsets.length) {
        offsets = Arrays.copyOf(offsets, 2 * count);
      }
      offsets[count++] = offset;
      return true;
    }

    int count() {
      return count;
    }

    /** Forgets what was seen, in time proportional to that and not to the image. */
    void clear() {
      for (int i = 0; i < count; i++) {
        seen[(int) (offsets[i] >>> 9)] = 0;
      }
      count = 0;
    }
  }
}
