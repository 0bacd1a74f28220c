package org.marshalimage;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.internal.link.JfrEvents;
import org.marshalimage.internal.memory.ImageBytes;

/** Sees when each root of an image is first asked for. Thread-safe. */
final class FirstUses {
  private final @Nullable ReadObserver observer;
  private final BitSet seen = new BitSet();

  private FirstUses(@Nullable ReadObserver observer) {
    this.observer = observer;
  }

  /** Starts on an image; returns null if nobody wants to know. */
  static @Nullable FirstUses of(MarshalImage image, @Nullable ReadObserver observer) {
    if (observer != null) {
      observer.mapped(image);
      image.bytes().observe(observer::read);
    }
    return observer == null && !ImageBytes.isFlightRecorded() ? null : new FirstUses(observer);
  }

  /**
   * Is told that a root may be read.
   *
   * @param index of the root in the module table
   * @param length bytes of its segment
   * @param start {@code System.nanoTime()} when it was asked for
   */
  synchronized void use(ImageBytes bytes, int index, String name, long length, long start) {
    if (!seen.get(index) && (observer == null || observer.root(name, start))) {
      seen.set(index);
      if (ImageBytes.isFlightRecorded()) {
        JfrEvents.use(bytes.file(), name, length, System.nanoTime() - start);
      }
    }
  }
}
