package org.marshalimage.jmh.peer;

/**
 * Sums up what a walk reads. The sum depends on the order: an object's kind, then its own fields,
 * then all that its first slot leads to, and so on.
 */
abstract class Walk {
  private static final int FACTOR = 31;

  private long sum;

  final void add(long value) {
    sum = sum * FACTOR + value;
  }

  final void addName(String module) {
    add(module.hashCode());
  }

  final void add(long first, long second) {
    add(first);
    add(second);
  }

  final void add(long first, long second, long third) {
    add(first, second);
    add(third);
  }

  final long sum() {
    return sum;
  }
}
