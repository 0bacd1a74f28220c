package org.marshalimage.snapshot;

import org.marshalimage.format.model.ExternalValue;

/** What a snapshot starts from. Not thread-safe. */
final class SnapshotRoot {
  final String name;
  final Object object;

  /** Whether it is no module, but something that holds for the whole interpreter. */
  final boolean isOutside;

  /** What is written where something else leads to it. */
  final ExternalValue reference;

  /** Whether it leads to something that cannot be kept. */
  boolean isFallen;

  SnapshotRoot(String name, Object object, boolean isOutside) {
    this.name = name;
    this.object = object;
    this.isOutside = isOutside;
    this.reference = ExternalValue.of(SnapshotBuilder.ROOT_PREFIX + name);
  }
}
