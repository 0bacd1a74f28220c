package org.marshalimage.internal.link;

import java.util.concurrent.atomic.AtomicLongArray;

/** A set of small numbers. Read by any thread, changed by one at a time. */
final class Marks {
  private final AtomicLongArray words;

  Marks(long limit) {
    words = new AtomicLongArray((int) (limit + Long.SIZE - 1 >>> 6));
  }

  boolean get(long number) {
    return (words.get((int) (number >>> 6)) & 1L << number) != 0;
  }

  /** Adds a number; all that was written before is seen by whoever sees it. */
  void set(long number) {
    int word = (int) (number >>> 6);
    words.setRelease(word, words.getPlain(word) | 1L << number);
  }
}
