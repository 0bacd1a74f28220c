package org.marshalimage.compare;

import org.jspecify.annotations.Nullable;
import org.marshalimage.format.model.RecordValue;

/** Names the slots of an interpreter's records, for the paths of differences. */
@FunctionalInterface
public interface SlotNames {
  /**
   * The root of a snapshot that says what people call the fixed slots of its records: a dict from a
   * type's name, a space and its version to a tuple of str, empty where a slot has no name.
   */
  String ROOT = "snapshot.slots";

  /** Names none: paths have {@code slot[3]}. */
  SlotNames NONE = (record, slot) -> null;

  /**
   * Names a slot.
   *
   * @param record in A, or in B if it is there alone
   * @param slot 0 to the number of its slots, less 1
   * @return for a path as it is if it starts with a bracket, {@code ['x']}, else with a dot before
   *     it, {@code defaults}; null for {@code slot[3]}
   */
  @Nullable String name(RecordValue record, int slot);
}
