package org.marshalimage.internal;

import java.lang.reflect.Field;
import java.nio.ByteBuffer;

/** Gives back a mapping that only its maker has seen, on JDKs whose mappings cannot be closed. */
final class Unmapper {
  private Unmapper() {}

  /**
   * Unmaps a buffer, if this JDK has a way; else the collector does.
   *
   * @param buffer not a slice; neither it nor a slice of it is used any more
   */
  static void unmap(ByteBuffer buffer) {
    if (ImageBytes.hasArenas()) {
      // Its arena does that.
      return;
    }
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field field = type.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      type.getMethod("invokeCleaner", ByteBuffer.class).invoke(field.get(null), buffer);
    } catch (ReflectiveOperationException | RuntimeException e) {
      // A run time image without jdk.unsupported: the memory goes later.
    }
  }
}
