package org.marshalimage;

import java.util.Iterator;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;

/** A set or a frozenset, told apart by {@link #kind()}. */
public final class SetView extends ImageObject implements Iterable<ImageObject> {
  private final int size;

  SetView(ImageBytes bytes, long offset) {
    super(bytes, offset);
    size = ObjectChecks.containerSize(bytes, offset, 1);
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new SetView(bytes, offset);
  }

  /**
   * Returns the number of items.
   *
   * @return items
   */
  public int size() {
    return size;
  }

  /**
   * Returns the type of an item, without making a view of it.
   *
   * @param index 0 to {@code size() - 1}
   * @return a {@link org.marshalimage.format.TypeCode}
   */
  public int kind(int index) {
    return Views.itemKind(bytes, offset, index, size);
  }

  /**
   * Returns an item.
   *
   * @param index 0 to {@code size() - 1}, in stored order
   * @return a new view
   */
  public ImageObject get(int index) {
    return Views.item(bytes, offset, index, size);
  }

  /**
   * Goes through the items.
   *
   * @return a new iterator, for one thread, that cannot remove; each view is made when it is asked
   *     for
   */
  @Override
  public Iterator<ImageObject> iterator() {
    return new ItemIterator(this::get, size);
  }

  /**
   * Tells whether this is a frozenset.
   *
   * @return whether it is
   */
  public boolean isFrozen() {
    return kind() == TypeCode.FROZENSET;
  }

  @Override
  public String toString() {
    return TypeCode.nameOf(kind()) + " of " + size;
  }
}
