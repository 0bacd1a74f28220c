package org.marshalimage.format.model;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A type of record, which an interpreter defines. A record has its fixed slots, then slots that
 * repeat, as often as it likes, then, if it has bytes, one slot that leads to a bytes object.
 *
 * @param name the interpreter's name for it; not empty
 * @param version of that name: another number where slots mean something else; at least 0
 * @param fixedSlots slots that each record of it has; at least 0
 * @param repeatedSlots slots of one repetition; 0 if nothing repeats
 * @param hasBytes whether the last slot leads to a bytes object
 */
public record RecordType(
    String name, int version, int fixedSlots, int repeatedSlots, boolean hasBytes) {
  /**
   * Makes a type.
   *
   * @throws IllegalArgumentException if the name is empty or has a surrogate that stands alone, or
   *     a number is negative
   */
  public RecordType {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("type of record without a name");
    }
    try {
      StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "name of a type of record has a surrogate that stands alone", e);
    }
    if ((version | fixedSlots | repeatedSlots) < 0) {
      throw new IllegalArgumentException(
          "type of record with a negative number: name="
              + name
              + ", version="
              + version
              + ", fixed slots="
              + fixedSlots
              + ", repeated slots="
              + repeatedSlots);
    }
  }

  /**
   * Tells whether a record of this type may have a number of slots.
   *
   * @param slots slots in all
   * @return whether it may
   */
  public boolean allows(int slots) {
    long others = (long) slots - fixedSlots - (hasBytes ? 1 : 0);
    return others >= 0 && (repeatedSlots == 0 ? others == 0 : others % repeatedSlots == 0);
  }

  /** Returns what messages call the type. */
  @Override
  public String toString() {
    return name + " version " + version;
  }
}
