package org.marshalimage.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HeaderLayout;

/**
 * The bytes of a mapped image: the one class that knows how bytes are read. Read-only,
 * little-endian.
 *
 * <p>An accessor's offset must lie in a range that {@link #checkRange} has proven; the narrowing to
 * the buffer's {@code int} happens here alone. Safe for use by many threads.
 */
public final class ImageBytes {
  /** The first JDK whose {@code FileChannel} maps into an arena that can be closed. */
  private static final int FIRST_JDK_WITH_ARENAS = 22;

  private final Path path;
  private final long length;
  private final @Nullable AutoCloseable arena;

  /** Null when closed. On JDKs without arenas the mapping goes when the last view has gone. */
  private @Nullable ByteBuffer buffer;

  private long linkBase;
  private long objectsStart;
  private long objectsEnd;
  private volatile @Nullable InternedTexts internedTexts;

  private ImageBytes(Path path, ByteBuffer buffer, @Nullable AutoCloseable arena) {
    this.path = path;
    this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
    this.length = buffer.capacity();
    this.arena = arena;
  }

  /**
   * Maps a file, shared and read-only.
   *
   * @param path a file of the default file system
   * @return its bytes
   * @throws IOException if it cannot be opened or mapped
   */
  public static ImageBytes map(Path path) throws IOException {
    // Not FileChannel.open: on JDK 17 that costs 2 ms more in a fresh JVM.
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
    try {
      FileChannel channel = file.getChannel();
      long length = channel.size();
      if (length > Integer.MAX_VALUE) {
        throw Failures.tooLarge(path, length);
      }
      if (hasArenas()) {
        return ArenaMapping.map(path, channel, length);
      }
      return new ImageBytes(path, channel.map(FileChannel.MapMode.READ_ONLY, 0, length), null);
    } finally {
      file.close();
    }
  }

  static ImageBytes of(Path path, ByteBuffer buffer, AutoCloseable arena) {
    return new ImageBytes(path, buffer, arena);
  }

  private static boolean hasArenas() {
    String version = System.getProperty("java.specification.version");
    // "1.8" and the like are below 17 and do not run this library.
    return Integer.parseInt(version) >= FIRST_JDK_WITH_ARENAS;
  }

  /**
   * Tells what the header says of slots, which is needed to follow them.
   *
   * @param linkBase what is added to an offset in a slot
   * @param objectsStart offset of the first object
   * @param objectsEnd offset behind the last object
   */
  public void setLinking(long linkBase, long objectsStart, long objectsEnd) {
    this.linkBase = linkBase;
    this.objectsStart = objectsStart;
    this.objectsEnd = objectsEnd;
  }

  /** Returns the file. */
  public Path path() {
    return path;
  }

  /** Returns the length of the file in bytes. */
  public long length() {
    return length;
  }

  /** Returns what is added to an offset in a slot. */
  public long linkBase() {
    return linkBase;
  }

  /** Returns the offset of the first object. */
  public long objectsStart() {
    return objectsStart;
  }

  /** Returns the offset behind the last object. */
  public long objectsEnd() {
    return objectsEnd;
  }

  /** Returns a byte. */
  public byte getByte(long offset) {
    return buffer().get((int) offset);
  }

  /** Returns two bytes. */
  public short getShort(long offset) {
    return buffer().getShort((int) offset);
  }

  /** Returns four bytes. */
  public int getInt(long offset) {
    return buffer().getInt((int) offset);
  }

  /** Returns eight bytes. */
  public long getLong(long offset) {
    return buffer().getLong((int) offset);
  }

  /** Copies bytes out. */
  public void getBytes(long offset, byte[] target, int from, int count) {
    buffer().get((int) offset, target, from, count);
  }

  /** Returns a read-only little-endian view of a range, without copying it. */
  public ByteBuffer slice(long offset, long count) {
    return buffer().slice((int) offset, (int) count).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Proves that a range lies in the image.
   *
   * @param offset bytes from the start
   * @param count bytes, at least 0
   * @throws org.marshalimage.format.CorruptImageException if it does not
   */
  public void checkRange(long offset, long count) {
    if (offset < 0 || count < 0 || offset > length - count) {
      throw Failures.range(this, offset, count);
    }
  }

  /** Returns the Java strings that there are of interned strings. */
  public InternedTexts internedTexts() {
    InternedTexts made = internedTexts;
    return made != null ? made : makeInternedTexts();
  }

  private synchronized InternedTexts makeInternedTexts() {
    InternedTexts made = internedTexts;
    if (made == null) {
      made = new InternedTexts(this, getInt(HeaderLayout.INTERNED_COUNT_OFFSET));
      internedTexts = made;
    }
    return made;
  }

  /** Ends all access; unmaps at once on JDKs that can. Idempotent. */
  public void close() {
    synchronized (this) {
      if (buffer == null) {
        return;
      }
      buffer = null;
    }
    if (arena != null) {
      try {
        arena.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  private ByteBuffer buffer() {
    ByteBuffer current = buffer;
    if (current == null) {
      throw Failures.closed(this);
    }
    return current;
  }
}
