package org.marshalimage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.marshalimage.internal.memory.Failures;

/**
 * Arrays whose elements are each filled once at most, by the first thread that asks. While that
 * thread makes the object, the element holds its claim, and others wait for that claim alone: no
 * lock is held while a maker runs, so that makers may ask for other objects.
 */
final class OnceArray {
  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(Object[].class);

  /**
   * What each thread that waits waits for. Guarded by itself; no thread waits while it holds it.
   */
  private static final Map<Thread, Claim> WAITING = new HashMap<>();

  private OnceArray() {}

  /** Returns what an element was filled with, or null; null also while it is being made. */
  static @Nullable Object get(@Nullable Object[] elements, int index) {
    Object current = ELEMENT.getAcquire(elements, index);
    return current instanceof Pending ? null : current;
  }

  /** Returns what an element holds, be it pending. */
  static @Nullable Object peek(@Nullable Object[] elements, int index) {
    return ELEMENT.getAcquire(elements, index);
  }

  /** Sets an element; whoever sees that sees what was done before. */
  static void set(@Nullable Object[] elements, int index, @Nullable Object value) {
    ELEMENT.setRelease(elements, index, value);
  }

  /** Fills an element, unless it is filled already; returns what it holds then. */
  static Object putIfAbsent(@Nullable Object[] elements, int index, Object value) {
    Object first = ELEMENT.compareAndExchange(elements, index, (Object) null, value);
    return first == null ? value : first;
  }

  /**
   * Returns what an element is filled with; fills it with what the maker makes of a view, if it is
   * empty.
   *
   * @throws IllegalStateException if the maker waits for itself, on this thread or by way of
   *     others; or if it gives null
   */
  static <V extends ImageObject> Object getOrMake(
      @Nullable Object[] elements, int index, V view, Function<? super V, ?> maker) {
    while (true) {
      Object current = ELEMENT.getAcquire(elements, index);
      if (current instanceof Claim) {
        ((Claim) current).awaitEnd(view);
      } else if (current != null) {
        return current;
      } else {
        Claim claim = new Claim();
        if (ELEMENT.compareAndSet(elements, index, (Object) null, (Object) claim)) {
          return make(elements, index, view, maker, claim);
        }
      }
    }
  }

  private static <V extends ImageObject> Object make(
      @Nullable Object[] elements, int index, V view, Function<? super V, ?> maker, Claim claim) {
    Object made = null;
    try {
      made = maker.apply(view);
      if (made == null) {
        throw Failures.attaching(view.bytes, "maker gave null", view.offset);
      }
      return made;
    } finally {
      // Null if it failed: then the element is empty again, and those who wait try for themselves.
      ELEMENT.setRelease(elements, index, made);
      claim.end();
    }
  }

  /**
   * What an element holds while its object is being made. No interface: what is there is asked each
   * time whether it is one, and classes tell in a tenth of the time.
   */
  abstract static class Pending {}

  /** Holds the place of an object while a thread makes it. */
  static class Claim extends Pending {
    private final Thread owner = Thread.currentThread();
    private final CountDownLatch latch = new CountDownLatch(1);

    void end() {
      latch.countDown();
    }

    boolean isOfCurrentThread() {
      return owner == Thread.currentThread();
    }

    void awaitEnd(ImageObject view) {
      Thread current = Thread.currentThread();
      if (owner == current) {
        throw Failures.attaching(
            view.bytes, "recursive: maker asks for its own object", view.offset);
      }
      synchronized (WAITING) {
        checkAcyclic(current, view);
        WAITING.put(current, this);
      }
      boolean interrupted = false;
      while (true) {
        try {
          latch.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      synchronized (WAITING) {
        WAITING.remove(current);
      }
      if (interrupted) {
        current.interrupt();
      }
    }

    /**
     * Follows the threads that wait for one another. A claim that has ended holds up nobody, though
     * a thread that waited for it may not have woken yet.
     */
    private void checkAcyclic(Thread current, ImageObject view) {
      Claim next = this;
      while (next != null && next.latch.getCount() != 0) {
        if (next.owner == current) {
          throw Failures.attaching(
              view.bytes, "recursive: makers on several threads wait for one another", view.offset);
        }
        next = WAITING.get(next.owner);
      }
    }
  }
}
