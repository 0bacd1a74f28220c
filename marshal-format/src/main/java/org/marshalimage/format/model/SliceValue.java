package org.marshalimage.format.model;

import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.TypeCode;

/**
 * A slice.
 *
 * @param start any value
 * @param stop any value
 * @param step any value
 */
public record SliceValue(Value start, Value stop, Value step) implements Value {
  @Override
  public int typeCode() {
    return TypeCode.SLICE;
  }

  @Override
  public int childCount() {
    return ObjectLayout.SLICE_SLOTS;
  }

  @Override
  public Value child(int index) {
    return switch (index) {
      case 0 -> start;
      case 1 -> stop;
      case 2 -> step;
      default -> throw new IndexOutOfBoundsException("no slot of a slice: index=" + index);
    };
  }

  /** Identity, as for every value. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  /** Identity, as for every value. */
  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
