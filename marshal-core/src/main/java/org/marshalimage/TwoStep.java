package org.marshalimage;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.marshalimage.internal.memory.Failures;

/**
 * Makes the elements of tables in two steps. One thread at a time does, in all tables, since what
 * it makes may refer across tables; it publishes all of it when all of it is filled. Iterative: the
 * depth of a graph does not matter.
 */
final class TwoStep {
  /** What is being made; others wait for it as they do for one who makes an element. */
  private static final AtomicReference<@Nullable Batch> HOLDER = new AtomicReference<>();

  private TwoStep() {}

  /** What one thread makes before it publishes anything. Only that thread touches it. */
  private static final class Batch extends OnceArray.Claim {
    /**
     * What has been allocated, in order, linked: an array that is kept would be old, and the
     * collector would have to be told of each object in it.
     */
    private @Nullable Unpublished first;

    private @Nullable Unpublished last;

    /** Why nothing can be published. */
    private @Nullable Throwable failure;

    void add(Unpublished unpublished) {
      if (last == null) {
        first = unpublished;
      } else {
        last.next = unpublished;
      }
      last = unpublished;
    }

    void fillAll(ImageObject view) {
      // Also those that are allocated meanwhile.
      for (Unpublished each = first; each != null; each = each.next) {
        each.fill();
      }
      if (failure != null) {
        RuntimeException failed =
            Failures.attaching(view.bytes, "filling has failed: " + failure, view.offset);
        failed.initCause(failure);
        throw failed;
      }
    }

    void publish(boolean isDone) {
      for (Unpublished each = first; each != null; each = each.next) {
        OnceArray.set(each.elements, each.index, isDone ? each.made : null);
      }
    }
  }

  /** What an element holds while its object is being made. */
  private static final class Unpublished extends OnceArray.Pending {
    private final Batch batch;

    /** That of the batch: elements are asked for it at each slot that leads to one. */
    private final Thread owner = Thread.currentThread();

    private final TwoStepMaker<ImageObject, Object> maker;
    private final @Nullable Object[] elements;
    private final int index;
    private final ImageObject view;
    private boolean hadItsTurn;

    /** Null while it is being allocated. */
    private @Nullable Object made;

    private @Nullable Unpublished next;

    Unpublished(
        Batch batch,
        TwoStepMaker<ImageObject, Object> maker,
        @Nullable Object[] elements,
        int index,
        ImageObject view) {
      this.batch = batch;
      this.maker = maker;
      this.elements = elements;
      this.index = index;
      this.view = view;
    }

    /** Returns the object. */
    Object made(boolean isFilled) {
      Object object = made;
      if (object == null) {
        throw Failures.attaching(
            view.bytes, "recursive: allocation asks for its own object", view.offset);
      }
      if (isFilled) {
        fill();
      }
      return object;
    }

    void fill() {
      if (hadItsTurn) {
        return;
      }
      hadItsTurn = true;
      try {
        maker.fill(made, view);
      } catch (Throwable e) {
        // Whoever catches it: this object is half made, and others refer to it.
        batch.failure = e;
        throw e;
      }
    }
  }

  /**
   * Returns the object of an element that is pending, to the thread that has allocated it; null to
   * all others, and if it is not allocated.
   *
   * @param isFilledFirst as for {@link #getOrMake}
   */
  static @Nullable Object unpublished(Object element, boolean isFilledFirst) {
    if (!(element instanceof Unpublished)) {
      return null;
    }
    Unpublished unpublished = (Unpublished) element;
    return unpublished.owner == Thread.currentThread() ? unpublished.made(isFilledFirst) : null;
  }

  /**
   * Returns an element, which is made if it is not there; to the thread that is making objects also
   * one that is not filled yet.
   *
   * @param isFilledFirst whether it is filled at once, unless it is being filled already
   * @throws IllegalStateException if the maker gives null, or waits for itself by way of other
   *     threads
   */
  static Object getOrMake(
      @Nullable Object[] elements,
      int index,
      ImageObject view,
      TwoStepMaker<ImageObject, Object> maker,
      boolean isFilledFirst) {
    while (true) {
      Batch holder = HOLDER.get();
      if (holder == null) {
        Batch batch = new Batch();
        if (HOLDER.compareAndSet(null, batch)) {
          return hold(batch, elements, index, view, maker);
        }
      } else if (holder.isOfCurrentThread()) {
        return made(holder, elements, index, view, maker, isFilledFirst);
      } else {
        holder.awaitEnd(view);
        Object current = OnceArray.get(elements, index);
        if (current != null) {
          return current;
        }
      }
    }
  }

  private static Object hold(
      Batch batch,
      @Nullable Object[] elements,
      int index,
      ImageObject view,
      TwoStepMaker<ImageObject, Object> maker) {
    boolean isDone = false;
    try {
      Object made = made(batch, elements, index, view, maker, false);
      batch.fillAll(view);
      isDone = true;
      return made;
    } finally {
      batch.publish(isDone);
      HOLDER.set(null);
      batch.end();
    }
  }

  private static Object made(
      Batch batch,
      @Nullable Object[] elements,
      int index,
      ImageObject view,
      TwoStepMaker<ImageObject, Object> maker,
      boolean isFilledFirst) {
    Object current = OnceArray.peek(elements, index);
    if (current == null) {
      current = allocate(batch, elements, index, view, maker);
    }
    return current instanceof Unpublished ? ((Unpublished) current).made(isFilledFirst) : current;
  }

  private static Unpublished allocate(
      Batch batch,
      @Nullable Object[] elements,
      int index,
      ImageObject view,
      TwoStepMaker<ImageObject, Object> maker) {
    Unpublished unpublished = new Unpublished(batch, maker, elements, index, view);
    OnceArray.set(elements, index, unpublished);
    try {
      Object made = maker.allocate(view);
      if (made == null) {
        throw Failures.attaching(view.bytes, "maker gave null", view.offset);
      }
      unpublished.made = made;
      batch.add(unpublished);
      return unpublished;
    } finally {
      if (unpublished.made == null) {
        OnceArray.set(elements, index, null);
      }
    }
  }
}
