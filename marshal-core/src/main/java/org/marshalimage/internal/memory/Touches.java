package org.marshalimage.internal.memory;

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

  /** A bit for each object that was seen; read without a lock, so that one may be asked twice. */
  private final long[] seen;

  /**
   * Makes what sees them.
   *
   * @param observer is told of offsets; says whether once was enough
   */
  Touches(long length, long codeLimit, @Nullable TypeWords handles, LongPredicate observer) {
    this.codeLimit = codeLimit;
    this.handles = handles;
    this.observer = observer;
    this.seen = new long[(int) (length >>> UNIT_SHIFT + 6) + 1];
  }

  @Override
  public int kind(long typeWord, long offset) {
    int unit = (int) (offset >>> UNIT_SHIFT);
    if ((seen[unit >>> 6] & 1L << unit) == 0) {
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

  private synchronized void see(int unit) {
    if ((seen[unit >>> 6] & 1L << unit) == 0 && observer.test((long) unit << UNIT_SHIFT)) {
      seen[unit >>> 6] |= 1L << unit;
    }
  }
}
