package org.marshalimage.format.model;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.TypeCode;

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

  /**
   * Checks the slots of a record of this type.
   *
   * @param slots their number
   * @param lastCode type code of what the last one leads to; 0 if it leads nowhere
   * @throws IllegalArgumentException if a record cannot have so many, or its last has to lead to
   *     bytes and does not
   */
  public void checkSlots(int slots, int lastCode) {
    if (!allows(slots)) {
      throw new IllegalArgumentException(
          "record of " + this + " cannot have so many slots: found=" + slots);
    }
    if (hasBytes && lastCode != TypeCode.BYTES) {
      throw new IllegalArgumentException(
          "last slot of a record of "
              + this
              + " has to lead to bytes: found="
              + (lastCode == 0 ? "none" : TypeCode.nameOf(lastCode)));
    }
  }

  // Written out, since the methods that a record has by itself are made when they are first called,
  // by machinery of the JDK that costs a process 30 ms: as long as an interpreter takes to read all
  // of its types.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordType that
        && version == that.version
        && fixedSlots == that.fixedSlots
        && repeatedSlots == that.repeatedSlots
        && hasBytes == that.hasBytes
        && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + version;
  }

  /** Returns what messages call the type. */
  @Override
  public String toString() {
    return name + " version " + version;
  }
}
