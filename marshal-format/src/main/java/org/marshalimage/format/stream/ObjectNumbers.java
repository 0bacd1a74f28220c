package org.marshalimage.format.stream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.model.Value;

/**
 * Numbers objects, by identity, in the order in which they are added: 0, 1, 2 and so on. A table of
 * numbers alone, half of it empty or more, finds them: an object that is new is seldom compared
 * with another. Not thread-safe.
 */
final class ObjectNumbers {
  /** What an object has that has no number. */
  static final int NONE = -1;

  private @Nullable Value[] values = new Value[64];

  /** Of the objects, by number, so that a larger table is filled without a look at them. */
  private int[] hashes = new int[64];

  /** One more than the numbers; 0 where there is none. */
  private int[] table = new int[128];

  private int count;

  /** Returns how many numbers have been given. */
  int count() {
    return count;
  }

  /** Returns the number of an object, or {@link #NONE}. */
  int get(Value value) {
    return table[place(value, hash(value))] - 1;
  }

  /** Gives an object the next number, also if it has one. */
  void add(Value value) {
    int hash = hash(value);
    add(place(value, hash), value, hash);
  }

  /**
   * Gives an object the next number unless it has one.
   *
   * @return the number that it had and keeps, or else {@link #NONE}
   */
  int addIfAbsent(Value value) {
    int hash = hash(value);
    int place = place(value, hash);
    int number = table[place] - 1;
    if (number == NONE) {
      add(place, value, hash);
    }
    return number;
  }

  private void add(int place, Value value, int hash) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
      hashes = Arrays.copyOf(hashes, 2 * count);
    }
    values[count] = value;
    hashes[count] = hash;
    table[place] = ++count;
    if (2 * count > table.length) {
      grow();
    }
  }

  private void grow() {
    int[] larger = new int[4 * table.length];
    int mask = larger.length - 1;
    // In the order of the table, so that a number that an object no longer has is left out.
    for (int entry : table) {
      if (entry != 0) {
        int place = hashes[entry - 1] & mask;
        while (larger[place] != 0) {
          place = place + 1 & mask;
        }
        larger[place] = entry;
      }
    }
    table = larger;
  }

  private static int hash(Value value) {
    int product = System.identityHashCode(value) * 0x9E3779B9;
    return product ^ product >>> 16;
  }

  /** Linear probing in a power of two. */
  private int place(Value value, int hash) {
    int[] numbers = table;
    int mask = numbers.length - 1;
    int place = hash & mask;
    while (numbers[place] != 0 && values[numbers[place] - 1] != value) {
      place = place + 1 & mask;
    }
    return place;
  }
}
