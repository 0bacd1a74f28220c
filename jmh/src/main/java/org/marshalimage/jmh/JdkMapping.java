package org.marshalimage.jmh;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The floor: a file mapped by the JDK alone, and one word of it read. */
final class JdkMapping {
  private static final boolean HAS_ARENAS = Runtime.version().feature() >= 22;

  private JdkMapping() {}

  /**
   * Maps a file into a buffer, which every JDK can do. The file is opened as a {@link
   * RandomAccessFile}, which is the cheapest way.
   *
   * @param path the file, below 2 GiB
   * @param offset where the word is, bytes from the start
   * @return the word, little-endian
   */
  static int readByBuffer(Path path, int offset) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      FileChannel channel = file.getChannel();
      return word(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()), offset);
    }
  }

  /**
   * Maps a file into a shared arena, reads and unmaps it at once. JDKs below 22 have no arenas;
   * there this is {@link #readByBuffer}.
   *
   * @param path the file, below 2 GiB
   * @param offset where the word is, bytes from the start
   * @return the word, little-endian
   */
  static int readByArena(Path path, int offset) throws IOException {
    if (!HAS_ARENAS) {
      return readByBuffer(path, offset);
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      FileChannel channel = file.getChannel();
      // Arena.close() throws nothing that is checked, but at release 17 only AutoCloseable is
      // known.
      AutoCloseable arena = (AutoCloseable) (Object) Handles.OF_SHARED.invokeExact();
      try {
        Object segment =
            (Object)
                Handles.MAP.invokeExact(
                    channel, FileChannel.MapMode.READ_ONLY, 0L, channel.size(), (Object) arena);
        return word((ByteBuffer) Handles.AS_BYTE_BUFFER.invokeExact(segment), offset);
      } finally {
        arena.close();
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static int word(ByteBuffer buffer, int offset) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
  }

  /** Constants, so that compiled code calls {@code java.lang.foreign} directly. */
  private static final class Handles {
    static final MethodHandle OF_SHARED;
    static final MethodHandle MAP;
    static final MethodHandle AS_BYTE_BUFFER;

    static {
      try {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Class<?> arena = Class.forName("java.lang.foreign.Arena");
        Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        OF_SHARED =
            lookup
                .findStatic(arena, "ofShared", MethodType.methodType(arena))
                .asType(MethodType.methodType(Object.class));
        MAP =
            lookup
                .findVirtual(
                    FileChannel.class,
                    "map",
                    MethodType.methodType(
                        segment, FileChannel.MapMode.class, long.class, long.class, arena))
                .asType(
                    MethodType.methodType(
                        Object.class,
                        FileChannel.class,
                        FileChannel.MapMode.class,
                        long.class,
                        long.class,
                        Object.class));
        AS_BYTE_BUFFER =
            lookup
                .findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class))
                .asType(MethodType.methodType(ByteBuffer.class, Object.class));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }
}
