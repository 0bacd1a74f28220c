package org.marshalimage;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * A tuple.
 *
 * <p>From Python 3.11 on, what {@link CodeView#varnames()}, {@link CodeView#cellvars()} and {@link
 * CodeView#freevars()} return is a choice of the items of {@link CodeView#localNames()}, and has
 * that tuple's offset.
 */
public final class TupleView extends ImageObject implements Iterable<ImageObject> {
  private final int stored;

  /** Indexes of the items that show, or null if all do. */
  private final int @Nullable [] picked;

  TupleView(ImageBytes bytes, long offset) {
    this(bytes, offset, null);
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new TupleView(bytes, offset);
  }

  TupleView(ImageBytes bytes, long offset, int @Nullable [] picked) {
    super(bytes, offset);
    this.stored = ObjectChecks.containerSize(bytes, offset, 1);
    this.picked = picked;
  }

  /**
   * Returns the number of items.
   *
   * @return items
   */
  public int size() {
    return picked == null ? stored : picked.length;
  }

  /**
   * Returns the type of an item, without making a view of it.
   *
   * @param index 0 to {@code size() - 1}
   * @return a {@link TypeCode}
   */
  public int kind(int index) {
    return Views.itemKind(bytes, offset, storedIndex(index), stored);
  }

  /**
   * Returns an item.
   *
   * @param index 0 to {@code size() - 1}
   * @return a new view
   */
  public ImageObject get(int index) {
    return Views.item(bytes, offset, storedIndex(index), stored);
  }

  /**
   * Goes through the items.
   *
   * @return a new iterator, for one thread, that cannot remove; each view is made when it is asked
   *     for
   */
  @Override
  public Iterator<ImageObject> iterator() {
    return new ItemIterator(this::get, size());
  }

  /** Returns where an item lies. */
  long offsetOf(int index) {
    return Views.itemOffset(bytes, offset, storedIndex(index), stored);
  }

  private int storedIndex(int index) {
    if (picked == null) {
      return index;
    }
    if (index < 0 || index >= picked.length) {
      throw Failures.index(index, picked.length);
    }
    return picked[index];
  }

  @Override
  public String toString() {
    return "tuple of " + size();
  }
}
