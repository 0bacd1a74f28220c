package org.marshalimage.internal.memory;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Sees when types of objects are first read, which is before all else of them is. It stands where a
 * table of handles would, so that an image without it is read as fast as ever. It takes a bit for
 * each 8 bytes of the image. Thread-safe.
 */
final class Touches implements TypeWords {
  private static final int UNIT_SHIFT = 3;

  /** Type words below this, unsigned, are type codes. */
  private final long codeLimit;

  /** Knows all others; null if there are none. */
  private final @Nullable TypeWords handles;

  private final LongPredicate observer;

  /** A bit for each object that was seen. */
  private final AtomicLongArray seen;

  /**
   * Makes what sees them.
   *
   * @param observer is told of offsets; says whether once was enough
   */
  Touches(long length, long codeLimit, @Nullable TypeWords handles, LongPredicate observer) {
    this.codeLimit = codeLimit;
    this.handles = handles;
    this.observer = observer;
    this.seen = new AtomicLongArray((int) (length >>> UNIT_SHIFT + 6) + 1);
  }

  @Override
  public int kind(long typeWord, long offset) {
    int unit = (int) (offset >>> UNIT_SHIFT);
    if ((seen.getPlain(unit >>> 6) & 1L << unit) == 0) {
      see(unit);
    }
    return isCode(typeWord)
        ? (int) typeWord
        : handles == null ? -1 : handles.kind(typeWord, offset);
  }

  @Override
  public int kindWithoutLinking(long typeWord, long offset) {
    return isCode(typeWord)
        ? (int) typeWord
        : handles == null ? -1 : handles.kindWithoutLinking(typeWord, offset);
  }

  private boolean isCode(long typeWord) {
    return typeWord + Long.MIN_VALUE < codeLimit + Long.MIN_VALUE;
  }

  @Override
  public void awaitLinking() {
    if (handles != null) {
      handles.awaitLinking();
    }
  }

  /** Without a lock: it is called for each object that a start reads. */
  private void see(int unit) {
    if (set(unit, 1L << unit, 0) && !observer.test((long) unit << UNIT_SHIFT)) {
      set(unit, 0, 1L << unit);
    }
  }

  /** Sets a bit and clears one; says whether that has changed any. */
  private boolean set(int unit, long set, long clear) {
    long before;
    long after;
    do {
      before = seen.get(unit >>> 6);
      after = before & ~clear | set;
    } while (!seen.compareAndSet(unit >>> 6, before, after));
    return before != after;
  }
}
