package org.marshalimage.internal.memory;

import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/**
 * What the JDK does not say of direct buffers: by {@code java.lang.foreign} where there is one,
 * else by {@code sun.misc.Unsafe}; by name, since the compiler warns of that, and later JDKs when
 * it is used.
 */
public final class DirectBuffers {
  private static final String UNSAFE = "sun.misc.Unsafe";

  private DirectBuffers() {}

  /** Tells where the memory of a buffer that stands at 0 lies. */
  static long address(ByteBuffer buffer) {
    try {
      if (ImageBytes.hasArenas()) {
        Class<?> type = ByName.type("java.lang.foreign.MemorySegment");
        return (long)
            ByName.call(type, ByName.callStatic(type, "ofBuffer", Buffer.class, buffer), "address");
      }
      Field field = Buffer.class.getDeclaredField("address");
      Object offset = callUnsafe("objectFieldOffset", new Class<?>[] {Field.class}, field);
      return (long)
          callUnsafe("getLong", new Class<?>[] {Object.class, long.class}, buffer, offset);
    } catch (ReflectiveOperationException e) {
      throw new UnsupportedOperationException("this JVM does not tell addresses of buffers", e);
    }
  }

  /**
   * Unmaps a buffer that only its maker has seen, if this JDK has a way that does not need its
   * arena; else the arena does, or the collector.
   *
   * @param buffer not a slice; neither it nor a slice of it is used any more
   */
  public static void unmap(ByteBuffer buffer) {
    if (ImageBytes.hasArenas()) {
      return;
    }
    try {
      callUnsafe("invokeCleaner", new Class<?>[] {ByteBuffer.class}, buffer);
    } catch (ReflectiveOperationException | RuntimeException e) {
      // A run time image without jdk.unsupported: the memory goes later.
    }
  }

  private static Object callUnsafe(String name, Class<?>[] types, Object... arguments)
      throws ReflectiveOperationException {
    Class<?> type = Class.forName(UNSAFE);
    Field singleton = type.getDeclaredField("theUnsafe");
    singleton.setAccessible(true);
    return type.getMethod(name, types).invoke(singleton.get(null), arguments);
  }
}
