package org.marshalimage.snapshot;

/**
 * Says what an interpreter's objects are, so that a {@link SnapshotBuilder} can write them. It is
 * asked once for each object, by identity, in the order in which objects are reached from the
 * roots; never for a root that is reached from elsewhere, nor for a {@link
 * org.marshalimage.format.model.Value}.
 */
@FunctionalInterface
public interface Describer {
  /**
   * Describes an object: calls exactly one of {@link Description#value}, {@link
   * Description#container}, {@link Description#record}, {@link Description#recipe}, {@link
   * Description#external} and {@link Description#refuse}, then says what it leads to. An object
   * that is not described is refused.
   *
   * @param object of the interpreter; it has to stay as it is while the snapshot is made
   * @param description takes what it is; not to be kept
   */
  void describe(Object object, Description description);
}
