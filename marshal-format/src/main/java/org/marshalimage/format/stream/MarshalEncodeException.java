package org.marshalimage.format.stream;

import org.marshalimage.format.model.ValuePath;

/**
 * A graph that a marshal stream of the version asked for cannot hold. The message begins with the
 * path from the root to the object, for example {@code consts[3].consts[0]: }; of a long one it
 * leaves out the middle.
 */
public final class MarshalEncodeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String path;

  MarshalEncodeException(String path, String problem) {
    super(ValuePath.message(path, problem));
    this.path = path;
  }

  /**
   * Returns where the object lies.
   *
   * @return fields and indexes from the root on; empty for the root itself
   */
  public String path() {
    return path;
  }
}
