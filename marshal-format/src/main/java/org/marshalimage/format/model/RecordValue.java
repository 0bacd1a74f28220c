package org.marshalimage.format.model;

import org.jspecify.annotations.Nullable;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.Numbered;

/**
 * An object of a type that an interpreter defines. Each is itself alone: two with the same slots
 * differ, and as keys, too. Its slots may lead to anything, the record itself included.
 */
public final class RecordValue extends Numbered implements Value {
  private static final @Nullable Value[] NO_SLOTS = {};

  private final RecordType type;
  private @Nullable Value[] slots = NO_SLOTS;

  private RecordValue(RecordType type) {
    this.type = type;
  }

  /**
   * Makes a record.
   *
   * @param type its type
   * @param slots copied; what a slot leads to, or null if it is empty
   * @return the value
   * @throws IllegalArgumentException if its type has not so many slots, or the last one has to lead
   *     to bytes and does not
   */
  public static RecordValue of(RecordType type, @Nullable Value... slots) {
    return unfinished(type).finish(slots.clone());
  }

  /**
   * Makes a record whose slots are not known yet, for graphs with cycles.
   *
   * @param type its type
   * @return what fills it; until then the record has no slots
   */
  public static Builder unfinished(RecordType type) {
    return new Builder(new RecordValue(type));
  }

  /**
   * Returns the type.
   *
   * @return as it was given
   */
  public RecordType type() {
    return type;
  }

  @Override
  public int typeCode() {
    return TypeCode.RECORD;
  }

  @Override
  public int childCount() {
    return slots.length;
  }

  @Override
  public @Nullable Value child(int index) {
    return slots[index];
  }

  @Override
  public String toString() {
    return "record " + type + " of " + slots.length;
  }

  /** Fills one record, once. Not thread-safe. */
  public static final class Builder {
    private final RecordValue value;
    private boolean finished;

    private Builder(RecordValue value) {
      this.value = value;
    }

    /**
     * Returns the record, finished or not.
     *
     * @return always the same object
     */
    public RecordValue value() {
      return value;
    }

    /**
     * Gives the record its slots.
     *
     * @param slots not copied; the caller leaves the array alone from then on
     * @return the record
     * @throws IllegalArgumentException as of {@link RecordValue#of}
     */
    public RecordValue finish(@Nullable Value[] slots) {
      if (finished) {
        throw new IllegalStateException("already finished: " + value);
      }
      Value last = slots.length == 0 ? null : slots[slots.length - 1];
      value.type.checkSlots(slots.length, last == null ? 0 : last.typeCode());
      finished = true;
      value.slots = slots;
      return value;
    }
  }
}
