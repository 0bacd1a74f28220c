package org.marshalimage;

import java.util.Iterator;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;

/** A list. */
public final class ListView extends ImageObject implements Iterable<ImageObject> {
  private final int size;

  ListView(ImageBytes bytes, long offset) {
    super(bytes, offset);
    size = ObjectChecks.containerSize(bytes, offset, 1);
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new ListView(bytes, offset);
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
   * @param index 0 to {@code size() - 1}
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

  @Override
  public String toString() {
    return "list of " + size;
  }
}
