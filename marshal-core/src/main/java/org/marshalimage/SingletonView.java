package org.marshalimage;

import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.memory.ImageBytes;

/** {@code None}, {@code True}, {@code False}, {@code Ellipsis} or {@code StopIteration}. */
public final class SingletonView extends ImageObject {
  SingletonView(ImageBytes bytes, long offset) {
    super(bytes, offset);
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new SingletonView(bytes, offset);
  }

  /** Returns for example {@code "None"}. */
  @Override
  public String toString() {
    return TypeCode.nameOf(kind());
  }
}
