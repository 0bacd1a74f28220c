package org.marshalimage.internal;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Maps through {@code java.lang.foreign} on JDK 22 and newer, called by name because the bytecode
 * of this library is that of 17. It is loaded there alone. On JDK 25 it starts faster than {@code
 * FileChannel.map(mode, position, size)}, whose buffer is made by reflection, and it can unmap.
 */
final class ArenaMapping {
  /** Constants, so that compiled code calls what is behind them directly. */
  private static final MethodHandle OF_SHARED;

  private static final MethodHandle MAP;
  private static final MethodHandle AS_BYTE_BUFFER;

  static {
    try {
      Class<?> arenaType = Class.forName("java.lang.foreign.Arena");
      Class<?> segmentType = Class.forName("java.lang.foreign.MemorySegment");
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      OF_SHARED = lookup.findStatic(arenaType, "ofShared", MethodType.methodType(arenaType));
      MAP =
          lookup.findVirtual(
              FileChannel.class,
              "map",
              MethodType.methodType(
                  segmentType, FileChannel.MapMode.class, long.class, long.class, arenaType));
      AS_BYTE_BUFFER =
          lookup.findVirtual(segmentType, "asByteBuffer", MethodType.methodType(ByteBuffer.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private ArenaMapping() {}

  static ImageBytes map(Path path, FileChannel channel, FileChannel.MapMode mode, long length)
      throws IOException {
    try {
      AutoCloseable arena = (AutoCloseable) OF_SHARED.invoke();
      try {
        Object segment = MAP.invoke(channel, mode, 0L, length, arena);
        return ImageBytes.of(path, (ByteBuffer) AS_BYTE_BUFFER.invoke(segment), arena);
      } catch (Throwable e) {
        arena.close();
        throw e;
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("java.lang.foreign is not as documented", e);
    }
  }
}
