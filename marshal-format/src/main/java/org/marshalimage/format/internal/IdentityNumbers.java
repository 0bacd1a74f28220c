package org.marshalimage.format.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A map from objects, by identity, to ints of at least 0. Not thread-safe. */
public final class IdentityNumbers {
  /** What an object has that has no number. */
  public static final int NONE = -1;

  private @Nullable Object[] keys = new Object[64];
  private int[] numbers = new int[64];
  private int size;

  /** Makes a small table, which grows. */
  public IdentityNumbers() {}

  /**
   * Returns the number of an object.
   *
   * @param key the object
   * @return its number, or {@link #NONE}
   */
  public int get(Object key) {
    int place = place(keys, key);
    return keys[place] == null ? NONE : numbers[place];
  }

  /**
   * Gives an object a number, also if it has one.
   *
   * @param key the object
   * @param number at least 0
   */
  public void put(Object key, int number) {
    int place = place(keys, key);
    if (keys[place] != null) {
      numbers[place] = number;
    } else {
      add(place, key, number);
    }
  }

  /**
   * Gives an object a number unless it has one.
   *
   * @param key the object
   * @param number at least 0
   * @return the number that it had and keeps, or else {@link #NONE}
   */
  public int putIfAbsent(Object key, int number) {
    int place = place(keys, key);
    if (keys[place] != null) {
      return numbers[place];
    }
    add(place, key, number);
    return NONE;
  }

  /**
   * Forgets an object.
   *
   * @param key the object, with a number or without
   */
  public void remove(Object key) {
    int place = place(keys, key);
    if (keys[place] == null) {
      return;
    }
    keys[place] = null;
    size--;
    // What lies behind it may have been pushed there by it.
    int mask = keys.length - 1;
    for (int next = place + 1 & mask; keys[next] != null; next = next + 1 & mask) {
      Object moved = keys[next];
      keys[next] = null;
      place = place(keys, moved);
      keys[place] = moved;
      numbers[place] = numbers[next];
    }
  }

  /** Forgets all. */
  public void clear() {
    if (size > 0) {
      Arrays.fill(keys, null);
      size = 0;
    }
  }

  private void add(int place, Object key, int number) {
    keys[place] = key;
    numbers[place] = number;
    if (4 * ++size > 3 * keys.length) {
      grow();
    }
  }

  private void grow() {
    Object[] oldKeys = keys;
    int[] oldNumbers = numbers;
    keys = new Object[2 * oldKeys.length];
    numbers = Arrays.copyOf(oldNumbers, keys.length);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != null) {
        int place = place(keys, oldKeys[i]);
        keys[place] = oldKeys[i];
        numbers[place] = oldNumbers[i];
      }
    }
  }

  /** Linear probing in a power of two, a quarter of it empty. */
  private static int place(@Nullable Object[] keys, Object key) {
    int mask = keys.length - 1;
    int place = System.identityHashCode(key) * 0x9E3779B9 >>> 8 & mask;
    while (keys[place] != null && keys[place] != key) {
      place = place + 1 & mask;
    }
    return place;
  }
}
