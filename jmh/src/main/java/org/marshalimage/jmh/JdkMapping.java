package org.marshalimage.jmh;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/** The floor: a file below 2 GiB mapped by the JDK alone, and one little-endian word of it read. */
final class JdkMapping {
  private static final boolean HAS_ARENAS = Runtime.version().feature() >= 22;

  private JdkMapping() {}

  /**
   * Maps a file into a buffer, which every JDK can do. The file is opened as a {@link
   * RandomAccessFile}, which is the cheapest way.
   */
  static int readByBuffer(Path path, int offset) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      FileChannel channel = file.getChannel();
      return word(channel.map(MapMode.READ_ONLY, 0, channel.size()), offset);
    }
  }

  /**
   * Maps a file into a shared arena, reads and unmaps it at once. JDKs below 22 have no arenas;
   * there this is {@link #readByBuffer}.
   */
  static int readByArena(Path path, int offset) throws Exception {
    if (!HAS_ARENAS) {
      return readByBuffer(path, offset);
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
        AutoCloseable arena = (AutoCloseable) Arenas.OF_SHARED.invoke(null)) {
      FileChannel channel = file.getChannel();
      Object segment = Arenas.MAP.invoke(channel, MapMode.READ_ONLY, 0L, channel.size(), arena);
      return word((ByteBuffer) Arenas.AS_BYTE_BUFFER.invoke(segment), offset);
    }
  }

  private static int word(ByteBuffer buffer, int offset) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
  }

  /**
   * {@code java.lang.foreign}, which release 17 does not know. Constants, so that calls are fast.
   */
  private static final class Arenas {
    static final Method OF_SHARED;
    static final Method MAP;
    static final Method AS_BYTE_BUFFER;

    static {
      try {
        Class<?> arena = Class.forName("java.lang.foreign.Arena");
        OF_SHARED = arena.getMethod("ofShared");
        MAP = FileChannel.class.getMethod("map", MapMode.class, long.class, long.class, arena);
        AS_BYTE_BUFFER = Class.forName("java.lang.foreign.MemorySegment").getMethod("asByteBuffer");
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }
}
