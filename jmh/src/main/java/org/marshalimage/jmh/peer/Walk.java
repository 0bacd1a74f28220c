package org.marshalimage.jmh.peer;

import org.marshalimage.format.TypeCode;

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

  /** Adds a str or bytes object, or the like, of which the values are summed up already. */
  final void addText(int kind, int length, long values) {
    add(kind);
    add(length);
    add(values);
  }

  final void addInt(long value) {
    add(TypeCode.INT);
    add(value);
  }

  final void addFloat(long bits) {
    add(TypeCode.FLOAT);
    add(bits);
  }

  final void addComplex(long realBits, long imaginaryBits) {
    add(TypeCode.COMPLEX);
    add(realBits);
    add(imaginaryBits);
  }

  /** Opens an int outside 64 bits; its digits are added next. */
  final void addLong(boolean isNegative, int digits) {
    add(TypeCode.LONG);
    add(isNegative ? 1 : 0);
    add(digits);
  }

  /** Opens a tuple or frozenset; what it leads to is added next. */
  final void addTuple(int kind, int size) {
    add(kind);
    add(size);
  }

  final long sum() {
    return sum;
  }
}
