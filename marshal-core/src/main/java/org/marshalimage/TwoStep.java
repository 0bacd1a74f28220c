package org.marshalimage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.marshalimage.internal.memory.Failures;

/**
 * Makes the elements of tables in two steps. One thread at a time does, in all tables, since what
 * it makes may refer across tables; it publishes all of it when all of it is filled. Iterative: the
 * depth of a graph does not matter.
 */
final class TwoStep {
  /** Held by the thread that makes; others wait for it as they do for one who makes an element. */
  private static final AtomicReference<OnceArray.@Nullable Claim> HOLDER = new AtomicReference<>();

  /** What the holder has allocated, in order. Only the holder touches it, as all that follows. */
  private static final List<Unpublished> BATCH = new ArrayList<>();

  /** How many of these have been filled, or had their turn. */
  private static int turns;

  /** Why nothing of the batch can be published. */
  private static @Nullable Throwable failure;

  private TwoStep() {}

  /** What an element holds while its object is being made. */
  private static final class Unpublished extends OnceArray.Pending {
    private final TwoStepMaker<ImageObject, Object> maker;
    private final @Nullable Object[] elements;
    private final int index;
    private final ImageObject view;
    private boolean hadItsTurn;

    /** Null while it is being allocated. */
    private @Nullable Object made;

    Unpublished(
        TwoStepMaker<ImageObject, Object> maker,
        @Nullable Object[] elements,
        int index,
        ImageObject view) {
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
        failure = e;
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
    OnceArray.Claim holder = HOLDER.get();
    if (holder == null || !holder.isOfCurrentThread()) {
      return null;
    }
    return ((Unpublished) element).made(isFilledFirst);
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
      OnceArray.Claim holder = HOLDER.get();
      if (holder == null) {
        OnceArray.Claim claim = new OnceArray.Claim();
        if (HOLDER.compareAndSet(null, claim)) {
          return hold(claim, elements, index, view, maker);
        }
      } else if (holder.isOfCurrentThread()) {
        return made(elements, index, view, maker, isFilledFirst);
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
      OnceArray.Claim claim,
      @Nullable Object[] elements,
      int index,
      ImageObject view,
      TwoStepMaker<ImageObject, Object> maker) {
    boolean isDone = false;
    try {
      Object made = made(elements, index, view, maker, false);
      while (turns < BATCH.size()) {
        BATCH.get(turns++).fill();
      }
      if (failure != null) {
        RuntimeException failed =
            Failures.attaching(view.bytes, "filling has failed: " + failure, view.offset);
        failed.initCause(failure);
        throw failed;
      }
      isDone = true;
      return made;
    } finally {
      for (Unpublished each : BATCH) {
        OnceArray.set(each.elements, each.index, isDone ? each.made : null);
      }
      BATCH.clear();
      turns = 0;
      failure = null;
      HOLDER.set(null);
      claim.end();
    }
  }

  private static Object made(
      @Nullable Object[] elements,
      int index,
      ImageObject view,
      TwoStepMaker<ImageObject, Object> maker,
      boolean isFilledFirst) {
    Object current = OnceArray.peek(elements, index);
    if (current == null) {
      current = allocate(elements, index, view, maker);
    }
    return current instanceof Unpublished ? ((Unpublished) current).made(isFilledFirst) : current;
  }

  private static Unpublished allocate(
      @Nullable Object[] elements,
      int index,
      ImageObject view,
      TwoStepMaker<ImageObject, Object> maker) {
    Unpublished unpublished = new Unpublished(maker, elements, index, view);
    OnceArray.set(elements, index, unpublished);
    try {
      Object made = maker.allocate(view);
      if (made == null) {
        throw Failures.attaching(view.bytes, "maker gave null", view.offset);
      }
      unpublished.made = made;
      BATCH.add(unpublished);
      return unpublished;
    } finally {
      if (unpublished.made == null) {
        OnceArray.set(elements, index, null);
      }
    }
  }
}
