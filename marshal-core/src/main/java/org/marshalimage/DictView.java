package org.marshalimage;

import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * A dict or a frozendict, told apart by {@link #kind()}: entries in stored order.
 *
 * <p>It has no look-up by key: that takes Python's {@code __hash__} and {@code __eq__}, which are
 * the interpreter's.
 */
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
    return Views.item(bytes, offset, slotIndex(index, 0), 2 * size);
  }

  /**
   * Returns the value of an entry.
   *
   * @param index 0 to {@code size() - 1}
   * @return a new view
   */
  public ImageObject value(int index) {
    return Views.item(bytes, offset, slotIndex(index, 1), 2 * size);
  }

  /**
   * Returns the type of the key of an entry, without making a view of it.
   *
   * @param index 0 to {@code size() - 1}
   * @return a {@link TypeCode}
   */
  public int keyKind(int index) {
    return Views.itemKind(bytes, offset, slotIndex(index, 0), 2 * size);
  }

  /**
   * Returns the type of the value of an entry, without making a view of it.
   *
   * @param index 0 to {@code size() - 1}
   * @return a {@link TypeCode}
   */
  public int kind(int index) {
    return Views.itemKind(bytes, offset, slotIndex(index, 1), 2 * size);
  }

  /**
   * Tells whether this is a frozendict.
   *
   * @return whether it is
   */
  public boolean isFrozen() {
    return kind() == TypeCode.FROZENDICT;
  }

  private int slotIndex(int index, int part) {
    if (index < 0 || index >= size) {
      throw Failures.index(index, size);
    }
    // An index that has been checked, so that this one cannot overflow: the slots lie in the file.
    return 2 * index + part;
  }

  @Override
  public String toString() {
    return TypeCode.nameOf(kind()) + " of " + size;
  }
}
