package org.marshalimage.format.model;

import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.Numbered;

/** A slice. Equal to itself alone, as every value is. */
public final class SliceValue extends Numbered implements Value {
  private final Value[] fields = new Value[ObjectLayout.SLICE_SLOTS];

  /**
   * Makes a slice.
   *
   * @param start any value
   * @param stop any value
   * @param step any value
   */
  public SliceValue(Value start, Value stop, Value step) {
    set(start, stop, step);
  }

  private SliceValue() {
    set(Singleton.NONE, Singleton.NONE, Singleton.NONE);
  }

  private void set(Value start, Value stop, Value step) {
    fields[0] = start;
    fields[1] = stop;
    fields[2] = step;
  }

  /**
   * Makes a slice whose fields are not known yet, for readers of graphs with cycles.
   *
   * @return what fills it; until then its fields are {@code None}
   */
  public static Builder unfinished() {
    return new Builder();
  }

  /**
   * Returns the start.
   *
   * @return any value
   */
  public Value start() {
    return fields[0];
  }

  /**
   * Returns the stop.
   *
   * @return any value
   */
  public Value stop() {
    return fields[1];
  }

  /**
   * Returns the step.
   *
   * @return any value
   */
  public Value step() {
    return fields[2];
  }

  @Override
  public int typeCode() {
    return TypeCode.SLICE;
  }

  @Override
  public int childCount() {
    return fields.length;
  }

  @Override
  public Value child(int index) {
    if (index < 0 || index >= fields.length) {
      throw new IndexOutOfBoundsException("no slot of a slice: index=" + index);
    }
    return fields[index];
  }

  @Override
  public String toString() {
    return "slice";
  }

  /** Fills one slice, once. Not thread-safe. */
  public static final class Builder {
    private final SliceValue value = new SliceValue();
    private boolean finished;

    private Builder() {}

    /**
     * Returns the slice, finished or not.
     *
     * @return always the same object
     */
    public SliceValue value() {
      return value;
    }

    /**
     * Gives the slice its fields.
     *
     * @param start any value
     * @param stop any value
     * @param step any value
     * @return the slice
     */
    public SliceValue finish(Value start, Value stop, Value step) {
      if (finished) {
        throw new IllegalStateException("already finished: " + value);
      }
      finished = true;
      value.set(start, stop, step);
      return value;
    }
  }
}
