package org.marshalimage.compare;

import org.jspecify.annotations.Nullable;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.Value;

/**
 * Some of what a value holds.
 *
 * @param owner the value
 * @param start its first child that belongs to them
 * @param end the first behind
 * @param places the numbers of those that are meant; null for all from start to end
 * @param field the field that has the value, if its items are spelled as those of it
 */
record Items(Value owner, int start, int end, int @Nullable [] places, @Nullable String field) {
  /** Takes all children. */
  static Items of(Value owner) {
    return between(owner, 0, owner.childCount());
  }

  /** Takes children that follow one another. */
  static Items between(Value owner, int start, int end) {
    return new Items(owner, start, end, null, null);
  }

  /** Takes children of the value of a field. */
  static Items ofField(String field, Value owner, int[] places) {
    return new Items(owner, 0, places.length, places, field);
  }

  int count() {
    return end - start;
  }

  private int place(int index) {
    return places == null ? start + index : places[index];
  }

  @Nullable Value get(int index) {
    return owner.child(place(index));
  }

  /** Goes into one of them. */
  Step step(Step from, int index) {
    if (field != null) {
      return from.item(field, place(index));
    }
    return owner instanceof RecordValue record
        ? from.slot(record, place(index))
        : from.item(place(index));
  }

  /** Goes to all of them together. */
  Step step(Step from) {
    return field == null ? from : from.field(field);
  }

  /** Says how many there are. */
  String describe() {
    return count() + (owner instanceof RecordValue ? " slot" : " item") + (count() == 1 ? "" : "s");
  }
}
