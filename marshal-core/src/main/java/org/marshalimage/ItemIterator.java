package org.marshalimage;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;

/** The items of a container, one view after another. Not thread-safe. */
final class ItemIterator implements Iterator<ImageObject> {
  private final IntFunction<ImageObject> items;
  private final int size;
  private int next;

  ItemIterator(IntFunction<ImageObject> items, int size) {
    this.items = items;
    this.size = size;
  }

  @Override
  public boolean hasNext() {
    return next < size;
  }

  @Override
  public ImageObject next() {
    if (next >= size) {
      throw new NoSuchElementException("no item left: size=" + size);
    }
    return items.apply(next++);
  }
}
