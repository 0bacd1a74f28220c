package org.marshalimage.format.model;

import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.Numbered;

/** A dict or frozendict: keys and values in stored order. */
public final class DictValue extends Numbered implements Value {
  private static final Value[] NO_ENTRIES = {};

  private final int typeCode;
  private Value[] keysAndValues;

  private DictValue(int typeCode, Value[] keysAndValues) {
    this.typeCode = typeCode;
    this.keysAndValues = keysAndValues;
  }

  /**
   * Makes a dict.
   *
   * @param keysAndValues key and value in turn; copied; the caller sees to it that no two keys are
   *     equal
   * @return the value
   */
  public static DictValue dict(Value... keysAndValues) {
    return unfinished(TypeCode.DICT).finish(keysAndValues.clone());
  }

  /**
   * Makes a frozendict.
   *
   * @param keysAndValues key and value in turn; copied; the caller sees to it that no two keys are
   *     equal
   * @return the value
   */
  public static DictValue frozendict(Value... keysAndValues) {
    return unfinished(TypeCode.FROZENDICT).finish(keysAndValues.clone());
  }

  /**
   * Makes a dict whose entries are not known yet, for readers of graphs with cycles.
   *
   * @param typeCode that of a dict or a frozendict
   * @return what fills it; until then the dict is empty
   */
  public static Builder unfinished(int typeCode) {
    if (typeCode != TypeCode.DICT && typeCode != TypeCode.FROZENDICT) {
      throw new IllegalArgumentException("not a dict: " + TypeCode.nameOf(typeCode));
    }
    return new Builder(new DictValue(typeCode, NO_ENTRIES));
  }

  /**
   * Returns the number of entries.
   *
   * @return entries
   */
  public int size() {
    return keysAndValues.length / 2;
  }

  /**
   * Returns the key of one entry.
   *
   * @param index 0 to {@code size() - 1}
   * @return the key
   */
  public Value key(int index) {
    return keysAndValues[2 * index];
  }

  /**
   * Returns the value of one entry.
   *
   * @param index 0 to {@code size() - 1}
   * @return the value
   */
  public Value value(int index) {
    return keysAndValues[2 * index + 1];
  }

  @Override
  public int childCount() {
    return keysAndValues.length;
  }

  @Override
  public Value child(int index) {
    return keysAndValues[index];
  }

  @Override
  public int typeCode() {
    return typeCode;
  }

  @Override
  public String toString() {
    return TypeCode.nameOf(typeCode) + " of " + size();
  }

  /** Fills one dict, once. Not thread-safe. */
  public static final class Builder {
    private final DictValue value;
    private boolean finished;

    private Builder(DictValue value) {
      this.value = value;
    }

    /**
     * Returns the dict, finished or not.
     *
     * @return always the same object
     */
    public DictValue value() {
      return value;
    }

    /**
     * Gives the dict its entries.
     *
     * @param keysAndValues key and value in turn; not copied; the caller leaves the array alone
     *     from then on
     * @return the dict
     */
    public DictValue finish(Value[] keysAndValues) {
      if (finished) {
        throw new IllegalStateException("already finished: " + value);
      }
      if (keysAndValues.length % 2 != 0) {
        throw new IllegalArgumentException("a key without a value: length=" + keysAndValues.length);
      }
      finished = true;
      value.keysAndValues = keysAndValues;
      return value;
    }
  }
}
