package org.marshalimage.format.model;

import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.Numbered;

/** A tuple, list, set or frozenset: items in the order in which the stream has them. */
public final class SequenceValue extends Numbered implements Value {
  private static final Value[] NO_ITEMS = {};
  private static final int MIXED = -1;

  private final byte typeCode;
  private Value[] items;

  /** The type code of all items or {@link #MIXED}; 0 if not known. Threads find it alike. */
  private short itemType;

  private SequenceValue(int typeCode, Value[] items) {
    this.typeCode = (byte) typeCode;
    this.items = items;
  }

  /**
   * Makes a tuple.
   *
   * @param items copied
   * @return the value
   */
  public static SequenceValue tuple(Value... items) {
    return new SequenceValue(TypeCode.TUPLE, items.clone());
  }

  /**
   * Makes a list.
   *
   * @param items copied
   * @return the value
   */
  public static SequenceValue list(Value... items) {
    return new SequenceValue(TypeCode.LIST, items.clone());
  }

  /**
   * Makes a set.
   *
   * @param items copied; the caller sees to it that no two are equal
   * @return the value
   */
  public static SequenceValue set(Value... items) {
    return new SequenceValue(TypeCode.SET, items.clone());
  }

  /**
   * Makes a frozenset.
   *
   * @param items copied; the caller sees to it that no two are equal
   * @return the value
   */
  public static SequenceValue frozenset(Value... items) {
    return new SequenceValue(TypeCode.FROZENSET, items.clone());
  }

  /**
   * Makes a sequence whose items are not known yet, for readers of graphs with cycles.
   *
   * @param typeCode that of a tuple, list, set or frozenset
   * @return what fills it; until then the sequence is empty
   */
  public static Builder unfinished(int typeCode) {
    switch (typeCode) {
      case TypeCode.TUPLE:
      case TypeCode.LIST:
      case TypeCode.SET:
      case TypeCode.FROZENSET:
        return new Builder(new SequenceValue(typeCode, NO_ITEMS));
      default:
        throw new IllegalArgumentException("not a sequence: " + TypeCode.nameOf(typeCode));
    }
  }

  /**
   * Returns the number of items.
   *
   * @return items
   */
  public int size() {
    return items.length;
  }

  /**
   * Returns one item.
   *
   * @param index 0 to {@code size() - 1}
   * @return the item
   */
  public Value get(int index) {
    return items[index];
  }

  /**
   * Tells whether all items have a type code. Looks at them once, as one tuple of names may serve
   * very many code objects.
   */
  boolean holdsOnly(int type) {
    if (items.length == 0) {
      return true;
    }
    if (itemType == 0) {
      int first = items[0].typeCode();
      int found = first;
      for (Value item : items) {
        if (item.typeCode() != first) {
          found = MIXED;
          break;
        }
      }
      itemType = (short) found;
    }
    return itemType == type;
  }

  @Override
  public int childCount() {
    return items.length;
  }

  @Override
  public Value child(int index) {
    return items[index];
  }

  @Override
  public int typeCode() {
    return typeCode;
  }

  @Override
  public String toString() {
    return TypeCode.nameOf(typeCode) + " of " + items.length;
  }

  /** Fills one sequence, once. Not thread-safe. */
  public static final class Builder {
    private final SequenceValue value;
    private boolean finished;

    private Builder(SequenceValue value) {
      this.value = value;
    }

    /**
     * Returns the sequence, finished or not.
     *
     * @return always the same object
     */
    public SequenceValue value() {
      return value;
    }

    /**
     * Gives the sequence its items.
     *
     * @param items not copied; the caller leaves the array alone from then on
     * @return the sequence
     */
    public SequenceValue finish(Value[] items) {
      if (finished) {
        throw new IllegalStateException("already finished: " + value);
      }
      finished = true;
      value.items = items;
      return value;
    }
  }
}
