package org.marshalimage.internal;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/** Tells where the memory of a direct buffer that stands at 0 lies. */
final class BufferAddress {
  private BufferAddress() {}

  static long of(ByteBuffer buffer) {
    try {
      return ImageBytes.hasArenas() ? bySegment(buffer) : byUnsafe(buffer);
    } catch (ReflectiveOperationException e) {
      throw new UnsupportedOperationException("this JVM does not tell addresses of buffers", e);
    }
  }

  private static long bySegment(ByteBuffer buffer) throws ReflectiveOperationException {
    Class<?> type = Class.forName("java.lang.foreign.MemorySegment");
    Object segment = type.getMethod("ofBuffer", Buffer.class).invoke(null, buffer);
    return (long) type.getMethod("address").invoke(segment);
  }

  /** By name, since the compiler warns of sun.misc.Unsafe, and later JDKs do when it is used. */
  private static long byUnsafe(ByteBuffer buffer) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Unsafe");
    Field singleton = type.getDeclaredField("theUnsafe");
    singleton.setAccessible(true);
    Object unsafe = singleton.get(null);
    Method offsetOf = type.getMethod("objectFieldOffset", Field.class);
    Method getLong = type.getMethod("getLong", Object.class, long.class);
    Object offset = offsetOf.invoke(unsafe, Buffer.class.getDeclaredField("address"));
    return (long) getLong.invoke(unsafe, buffer, offset);
  }
}
