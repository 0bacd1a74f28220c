package org.marshalimage.internal.link;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/** Counts references to objects that are not pinned. */
public final class Counts {
  private static final VarHandle COUNT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Counts() {}

  /** Tells whether a count stays as it is. */
  public static boolean isPinned(ImageBytes image, long offset) {
    return isPinned(image.getInt(offset + ObjectLayout.COUNT_OFFSET));
  }

  private static boolean isPinned(int count) {
    return (count & ObjectLayout.PINNED) != 0;
  }

  /** Adds one. */
  public static void retain(ImageBytes image, long offset) {
    add(image, offset, 1);
  }

  /** Takes one; 1 is the least. */
  public static void release(ImageBytes image, long offset) {
    add(image, offset, -1);
  }

  private static void add(ImageBytes image, long offset, int change) {
    int at = (int) (offset + ObjectLayout.COUNT_OFFSET);
    if (isPinned(image.getInt(at))) {
      return;
    }
    // In place now: nothing unpins a count of a read-only image, and what is damaged stays.
    if (!image.isInPlace()) {
      throw Failures.corrupt(image, "count is not pinned: found=" + image.getInt(at), at);
    }
    int count;
    do {
      count = (int) COUNT.getVolatile(image.buffer(), at);
      if (isPinned(count) || count + change < 1) {
        return;
      }
    } while (!COUNT.compareAndSet(image.buffer(), at, count, count + change));
  }

  /** Returns a count that is not pinned, or 0. */
  public static int get(ImageBytes image, long offset) {
    if (!image.isInPlace()) {
      return 0;
    }
    int count = (int) COUNT.getVolatile(image.buffer(), (int) (offset + ObjectLayout.COUNT_OFFSET));
    return isPinned(count) ? 0 : count;
  }

  /** Writes a count that is not pinned. */
  public static void set(ImageBytes image, long offset, int count) {
    if (count < 1 || isPinned(count)) {
      throw new IllegalArgumentException("count is not 1 to 2^30 - 1: found=" + count);
    }
    COUNT.setVolatile(image.buffer(), (int) (offset + ObjectLayout.COUNT_OFFSET), count);
  }
}
