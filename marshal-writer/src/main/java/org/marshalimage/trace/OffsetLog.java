package org.marshalimage.trace;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Offsets in the order in which threads have added them. Thread-safe, and without a lock: a program
 * adds one for each object that it reads for the first time.
 */
final class OffsetLog {
  private static final int BLOCK_SHIFT = 14;
  private static final int BLOCK = 1 << BLOCK_SHIFT;

  private final AtomicInteger size = new AtomicInteger();
  private volatile AtomicIntegerArray[] blocks = {};

  /**
   * Adds an offset.
   *
   * @param offset in bytes, a multiple of 8 and not 0
   */
  void add(long offset) {
    int index = size.getAndIncrement();
    block(index).setRelease(index % BLOCK, (int) (offset / Long.BYTES));
  }

  int size() {
    return size.get();
  }

  /** Returns all; 0 for one that its thread is about to write. */
  long[] toArray() {
    long[] offsets = new long[size()];
    Arrays.setAll(offsets, this::get);
    return offsets;
  }

  private long get(int index) {
    return (long) block(index).getAcquire(index % BLOCK) * Long.BYTES;
  }

  private AtomicIntegerArray block(int index) {
    AtomicIntegerArray[] known = blocks;
    int number = index >>> BLOCK_SHIFT;
    return number < known.length ? known[number] : grow(number);
  }

  private synchronized AtomicIntegerArray grow(int number) {
    AtomicIntegerArray[] grown = blocks;
    while (grown.length <= number) {
      grown = Arrays.copyOf(grown, grown.length + 1);
      grown[grown.length - 1] = new AtomicIntegerArray(BLOCK);
    }
    blocks = grown;
    return grown[number];
  }
}
