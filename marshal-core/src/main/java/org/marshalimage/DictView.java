package org.marshalimage;

import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/** A dict or a frozendict, told apart by {@link #kind()}: entries in stored order. */
public final class DictView extends ImageObject {
  private final int size;

  DictView(ImageBytes bytes, long offset) {
    super(bytes, offset);
    size = ObjectChecks.containerSize(bytes, offset, 2);
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new DictView(bytes, offset);
  }

  /**
   * Returns the number of entries.
   *
   * @return entries
   */
  public int size() {
    return size;
  }

  /**
   * Returns the key of an entry.
   *
   * @param index 0 to {@code size() - 1}
   * @return a new view
   */
  public ImageObject key(int index) {
    return slot(index, 0);
  }

  /**
   * Returns the value of an entry.
   *
   * @param index 0 to {@code size() - 1}
   * @return a new view
   */
  public ImageObject value(int index) {
    return slot(index, 1);
  }

  /**
   * Tells whether this is a frozendict.
   *
   * @return whether it is
   */
  public boolean isFrozen() {
    return kind() == TypeCode.FROZENDICT;
  }

  private ImageObject slot(int index, int part) {
    if (index < 0 || index >= size) {
      throw Failures.index(index, size);
    }
    // An index that has been checked, so that this one cannot overflow: the slots lie in the file.
    return Views.item(bytes, offset, 2 * index + part, 2 * size);
  }

  @Override
  public String toString() {
    return TypeCode.nameOf(kind()) + " of " + size;
  }
}
