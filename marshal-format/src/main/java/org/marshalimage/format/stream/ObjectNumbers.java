package org.marshalimage.format.stream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.internal.IdentityNumbers;
import org.marshalimage.format.internal.Numbered;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.Value;

/**
 * Numbers objects, by identity, in the order in which they are added: 0, 1, 2 and so on. Singletons
 * have no numbers. Not thread-safe.
 *
 * <p>One in a JVM keeps the numbers in the objects, which takes half of the time: an object that is
 * looked up is read anyway. A number that is found there counts if the object at it is the same.
 */
final class ObjectNumbers {
  /** What an object has that has no number. */
  static final int NONE = -1;

  /** Most objects that there is room for in what is kept from one stream to the next. */
  static final int KEPT = 1 << 16;

  private final @Nullable IdentityNumbers table;
  private @Nullable Value[] values = new Value[64];
  private int count;

  private ObjectNumbers(@Nullable IdentityNumbers table) {
    this.table = table;
  }

  /** Makes the one that keeps numbers in the objects. */
  static ObjectNumbers inObjects() {
    return new ObjectNumbers(null);
  }

  /** Makes one that keeps numbers beside the objects. */
  static ObjectNumbers inTable() {
    return new ObjectNumbers(new IdentityNumbers());
  }

  /** Returns how many numbers have been given. */
  int count() {
    return count;
  }

  /** Returns the number of an object, or {@link #NONE}. */
  int get(Value value) {
    if (value instanceof Singleton) {
      return NONE;
    }
    if (table != null) {
      return table.get(value);
    }
    int number = ((Numbered) value).number;
    return number < count && values[number] == value ? number : NONE;
  }

  /** Gives an object the next number, also if it has one. */
  void add(Value value) {
    if (table != null) {
      table.put(value, count++);
      return;
    }
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count] = value;
    ((Numbered) value).number = count++;
  }

  /**
   * Gives an object the next number unless it has one.
   *
   * @return the number that it had and keeps, or else {@link #NONE}
   */
  int addIfAbsent(Value value) {
    int number = get(value);
    if (number == NONE) {
      add(value);
    }
    return number;
  }

  /** Tells whether this is the one that keeps numbers in the objects. */
  boolean areInObjects() {
    return table == null;
  }

  /** Forgets all objects. */
  void clear() {
    if (table != null) {
      table.clear();
    } else if (values.length > KEPT) {
      values = new Value[KEPT];
    } else {
      Arrays.fill(values, 0, count, null);
    }
    count = 0;
  }
}
