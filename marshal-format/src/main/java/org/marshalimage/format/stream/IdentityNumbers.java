package org.marshalimage.format.stream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A map from objects, by identity, to ints of at least 0. */
final class IdentityNumbers {
  static final int NONE = -1;

  private @Nullable Object[] keys = new Object[64];
  private int[] numbers = new int[64];
  private int size;

  int get(Object key) {
    int place = place(keys, key);
    return keys[place] == null ? NONE : numbers[place];
  }

  void put(Object key, int number) {
    int place = place(keys, key);
    if (keys[place] != null) {
      numbers[place] = number;
    } else {
      add(place, key, number);
    }
  }

  /** Gives a key a number unless it has one, which is returned, or else {@link #NONE}. */
  int putIfAbsent(Object key, int number) {
    int place = place(keys, key);
    if (keys[place] != null) {
      return numbers[place];
    }
    add(place, key, number);
    return NONE;
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
