package org.marshalimage.internal.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Notes objects when their types are first read, which is before all else of them is. It stands
 * where a table of handles would, so that an image without it is read as fast as ever. Memory: a
 * bit for each 8 bytes of the image, and 4 bytes for each object that is read. Thread-safe.
 */
public final class Touches implements TypeWords {
  private static final int UNIT_SHIFT = 3;

  /** Type words below this, unsigned, are type codes. */
  private final long codeLimit;

  /** Knows all others; null if there are none. */
  private final @Nullable TypeWords handles;

  /** A bit for each object that was noted; read without a lock, so that one may be asked twice. */
  private final long[] seen;

  /** Offsets in units of 8 bytes. */
  private int[] order = new int[1024];

  private int count;
  private boolean isPaused;

  Touches(long length, long codeLimit, @Nullable TypeWords handles) {
    this.codeLimit = codeLimit;
    this.handles = handles;
    this.seen = new long[(int) (length >>> UNIT_SHIFT + 6) + 1];
  }

  @Override
  public int kind(long typeWord, long offset) {
    int unit = (int) (offset >>> UNIT_SHIFT);
    if ((seen[unit >>> 6] & 1L << unit) == 0) {
      note(unit);
    }
    if (typeWord + Long.MIN_VALUE < codeLimit + Long.MIN_VALUE) {
      return (int) typeWord;
    }
    return handles == null ? -1 : handles.kind(typeWord, offset);
  }

  @Override
  public int kindWithoutLinking(long typeWord, long offset) {
    if (typeWord + Long.MIN_VALUE < codeLimit + Long.MIN_VALUE) {
      return (int) typeWord;
    }
    return handles == null ? -1 : handles.kindWithoutLinking(typeWord, offset);
  }

  @Override
  public void awaitLinking() {
    if (handles != null) {
      handles.awaitLinking();
    }
  }

  private synchronized void note(int unit) {
    if (isPaused || (seen[unit >>> 6] & 1L << unit) != 0) {
      return;
    }
    seen[unit >>> 6] |= 1L << unit;
    if (count == order.length) {
      order = Arrays.copyOf(order, 2 * count);
    }
    order[count++] = unit;
  }

  /** Returns how many objects have been noted. */
  public synchronized int count() {
    return count;
  }

  /** Returns the offsets of the objects, in bytes, in the order in which they were first read. */
  public synchronized long[] offsets() {
    long[] offsets = new long[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = (long) order[i] << UNIT_SHIFT;
    }
    return offsets;
  }

  /** Notes nothing until it is resumed; what is first read meanwhile is noted when it is again. */
  public synchronized void pause() {
    isPaused = true;
  }

  /** Tells whether it notes nothing. */
  public synchronized boolean isPaused() {
    return isPaused;
  }

  /** Goes on. */
  public synchronized void resume() {
    isPaused = false;
  }
}
