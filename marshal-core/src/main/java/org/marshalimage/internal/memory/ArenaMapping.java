package org.marshalimage.internal.memory;

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
 *
 * <p>By default into an arena that the collector closes: a shared one that nobody closes is never
 * unmapped, and to close one takes 20 to 65 microseconds. Both are equally fast to read.
 */
final class ArenaMapping {
  /** Constants, so that compiled code calls what is behind them directly. */
  private static final MethodHandle OF_AUTO;

  private static final MethodHandle MAP;
  private static final MethodHandle AS_BYTE_BUFFER;

  static {
    try {
      Class<?> arenaType = arenaType();
      Class<?> segmentType = Class.forName("java.lang.foreign.MemorySegment");
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      OF_AUTO = lookup.findStatic(arenaType, "ofAuto", MethodType.methodType(arenaType));
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

  private static Class<?> arenaType() throws ClassNotFoundException {
    return Class.forName("java.lang.foreign.Arena");
  }

  /** Maps a file that is unmapped on close, or else when the collector finds no buffer over it. */
  static ImageBytes map(
      Path path, FileChannel channel, FileChannel.MapMode mode, long length, boolean unmapOnClose)
      throws IOException {
    try {
      if (!unmapOnClose) {
        return ImageBytes.of(path, map(channel, mode, length, OF_AUTO.invoke()), null);
      }
      AutoCloseable arena = (AutoCloseable) Shared.OF_SHARED.invoke();
      try {
        return ImageBytes.of(path, map(channel, mode, length, arena), arena);
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

  private static ByteBuffer map(
      FileChannel channel, FileChannel.MapMode mode, long length, Object arena) throws Throwable {
    return (ByteBuffer) AS_BYTE_BUFFER.invoke(MAP.invoke(channel, mode, 0L, length, arena));
  }

  /** Looked up when it is asked for: the default way of mapping need not. */
  private static final class Shared {
    static final MethodHandle OF_SHARED;

    static {
      try {
        Class<?> type = arenaType();
        OF_SHARED =
            MethodHandles.publicLookup().findStatic(type, "ofShared", MethodType.methodType(type));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }
}
