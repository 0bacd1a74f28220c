package org.marshalimage.internal.memory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HeaderLayout;

/**
 * Maps a file privately and writable. Where any address will do and the file may be written, the
 * JDK maps it, which takes a fresh JVM a quarter of the time; else {@code mmap(2)}, by way of what
 * the JVM at hand has: it takes an address, and needs no writable file.
 */
public final class PrivateMapping {
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE = 2;

  /** Linux, from 4.17 on; older ones take it for a hint, and so do systems that do not know it. */
  private static final int MAP_FIXED_NOREPLACE = 0x100000;

  private static final long MAP_FAILED = -1;
  private static final int O_RDONLY = 0;

  /**
   * Pages that are copied at once only from so many on, if the system calls have to be found for
   * it: that takes a fresh JVM 0.1 s, and a copy that a write asks for 1 to 20 microseconds.
   */
  private static final int LEAST_PAGES = 8192;

  /** How long the collector's thread gets to unmap what it was handed. */
  private static final long COLLECTION_MILLIS = 100;

  /** Whether the system calls have been looked for. */
  private static volatile boolean areCallsLookedFor;

  private final ImageBytes bytes;
  private final long address;
  private final long desired;

  /** What has mapped it; null if the JDK has. */
  private final @Nullable SystemCalls calls;

  private PrivateMapping(
      ImageBytes bytes, long address, long desired, @Nullable SystemCalls calls) {
    this.bytes = bytes;
    this.address = address;
    this.desired = desired;
    this.calls = calls;
  }

  /** The system calls, and what makes a buffer of the memory that they return. */
  interface SystemCalls {
    /** Returns a file descriptor, or a negative number. */
    int open(String path, int flags);

    int close(int descriptor);

    /** Returns an address, or {@link #MAP_FAILED}. */
    long mmap(long address, long length, int protection, int flags, int descriptor, long offset);

    /**
     * Has the system copy all pages of a range of a private mapping now, at once. Does nothing
     * where it cannot.
     *
     * @param address of the first byte, the start of a page
     * @param length bytes
     */
    void copyPages(long address, long length);

    /**
     * Wraps memory, which is unmapped when the collector finds that no buffer over it is left, or
     * when the bytes are closed.
     *
     * @param unmapOnClose whether the latter, which needs a JDK that {@link ImageBytes#hasArenas}
     * @return its bytes
     */
    ImageBytes wrap(Path path, long address, long length, boolean unmapOnClose);
  }

  /**
   * Maps a file at the address that its header asks for, if that is free, else anywhere.
   *
   * @param path the image
   * @param unmapOnClose as of {@link ImageBytes#map(Path, boolean)}
   * @return the mapping
   * @throws IOException if it cannot be opened or mapped
   * @throws IllegalArgumentException if the path is of another file system
   */
  public static PrivateMapping map(Path path, boolean unmapOnClose) throws IOException {
    Wish wish = Wish.of(path);
    if (wish.length >= HeaderLayout.SECTIONS_OFFSET
        && wish.address == 0
        && path.toFile().canWrite()) {
      return mapByJdk(path, wish, unmapOnClose);
    }
    return map(path, wish, unmapOnClose, Calls.AT_HAND);
  }

  /**
   * Maps a file by system calls.
   *
   * @param path the image
   * @param calls null where they are not to be had
   */
  static PrivateMapping map(Path path, boolean unmapOnClose, @Nullable SystemCalls calls)
      throws IOException {
    return map(path, Wish.of(path), unmapOnClose, calls);
  }

  private static PrivateMapping map(
      Path path, Wish wish, boolean unmapOnClose, @Nullable SystemCalls calls) throws IOException {
    long length = wish.length;
    long desired = wish.address;
    if (length < HeaderLayout.SECTIONS_OFFSET) {
      // No image; refused when its header is read.
      return new PrivateMapping(ImageBytes.map(path), 0, 0, null);
    }
    if (calls == null) {
      return mapByJdk(path, wish, unmapOnClose);
    }
    int descriptor = calls.open(path.toAbsolutePath().toString(), O_RDONLY);
    if (descriptor < 0) {
      throw new IOException("cannot open for mapping in place: " + path);
    }
    long address = MAP_FAILED;
    try {
      if (desired != 0) {
        address =
            calls.mmap(
                desired,
                length,
                PROT_READ_WRITE,
                MAP_PRIVATE | (isLinux() ? MAP_FIXED_NOREPLACE : 0),
                descriptor,
                0);
      }
      if (address == MAP_FAILED) {
        address = calls.mmap(0, length, PROT_READ_WRITE, MAP_PRIVATE, descriptor, 0);
      }
      if (address == MAP_FAILED) {
        awaitUnmapping();
        address = calls.mmap(0, length, PROT_READ_WRITE, MAP_PRIVATE, descriptor, 0);
      }
    } finally {
      calls.close(descriptor);
    }
    if (address == MAP_FAILED) {
      throw new IOException(
          "cannot map in place, mmap failed: length=" + length + ", file=" + path);
    }
    return new PrivateMapping(
        calls.wrap(path, address, length, unmapOnClose), address, desired, calls);
  }

  /**
   * What a file says of itself.
   *
   * @param length bytes
   * @param address where it wants to lie; 0 if anywhere. What is no image is refused once it is
   *     mapped
   */
  private record Wish(long length, long address) {
    /** Reads it, not by a channel, which a thread that is interrupted would close. */
    static Wish of(Path path) throws IOException {
      try (RandomAccessFile file = new RandomAccessFile(ImageBytes.toFile(path), "r")) {
        long length = file.length();
        if (length > Integer.MAX_VALUE) {
          throw Failures.tooLarge(path, length);
        }
        byte[] base = new byte[Long.BYTES];
        file.seek(HeaderLayout.LINK_BASE_OFFSET);
        if (length < HeaderLayout.SECTIONS_OFFSET || file.read(base) < base.length) {
          return new Wish(length, 0);
        }
        return new Wish(length, ByteBuffer.wrap(base).order(ByteOrder.LITTLE_ENDIAN).getLong());
      }
    }
  }

  /**
   * Runs the collector, which may find images that nobody uses any more: what the JDK does, too,
   * when there is no room for another mapping.
   */
  private static void awaitUnmapping() {
    System.gc();
    try {
      Thread.sleep(COLLECTION_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static PrivateMapping mapByJdk(Path path, Wish wish, boolean unmapOnClose)
      throws IOException {
    ImageBytes bytes;
    try {
      bytes = mapWritable(path, unmapOnClose);
    } catch (FileSystemException e) {
      throw new IOException(
          "cannot map in place: mmap(2) is not to be had, and without it the file must be"
              + " writable. Map it read-only; or make it writable; or run on JDK 22 or newer, with"
              + " native access enabled; or, on an older one, add com.github.jnr:jffi, and its jar of"
              + " native code, to the class path: "
              + path,
          e);
    }
    return new PrivateMapping(bytes, DirectBuffers.address(bytes.buffer()), wish.address, null);
  }

  /**
   * Not by a RandomAccessFile: of a file that somebody deletes just now it would make an empty one.
   */
  private static ImageBytes mapWritable(Path path, boolean unmapOnClose) throws IOException {
    boolean isInterrupted = false;
    try {
      while (true) {
        try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
          return ImageBytes.map(path, channel, FileChannel.MapMode.PRIVATE, unmapOnClose);
        } catch (ClosedByInterruptException e) {
          isInterrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").equals("Linux");
  }

  /** To find the system's library costs milliseconds, once. */
  private static final class Calls {
    static final @Nullable SystemCalls AT_HAND = find();

    static void load() {}

    private static @Nullable SystemCalls find() {
      areCallsLookedFor = true;
      try {
        return new NativeCalls(
            ImageBytes.hasArenas() ? new ForeignFunctions() : new JffiFunctions());
      } catch (LinkageError | UnsupportedOperationException | IllegalCallerException e) {
        return null;
      }
    }
  }

  /** Returns the bytes, which are writable. */
  public ImageBytes bytes() {
    return bytes;
  }

  /** Returns where the first byte lies. */
  public long address() {
    return address;
  }

  /** Returns the address that the header asks for, or 0. */
  public long desired() {
    return desired;
  }

  /** Tells whether the system was asked for an address, and not the JDK for any. */
  public boolean isByAddress() {
    return calls != null;
  }

  /**
   * Tells how much of the mapping is about to be written.
   *
   * @param length bytes
   */
  public void prepareWriting(long length) {
    if (length / HeaderLayout.PAGE_SIZE >= LEAST_PAGES && mayCallSilently()) {
      Calls.load();
    }
  }

  /**
   * Has the system copy the pages of a range that is about to be written, on Linux: at once, where
   * a write to each of them would enter the system once for reading and once for writing.
   *
   * @param start offset of its first byte
   * @param end offset behind its last byte
   */
  public void copyPages(long start, long end) {
    SystemCalls at = calls == null && areCallsLookedFor ? Calls.AT_HAND : calls;
    if (at != null && isLinux()) {
      long first = address + start & -HeaderLayout.PAGE_SIZE;
      at.copyPages(first, address + end - first);
    }
  }

  /** Tells whether the JVM makes system calls for this library without a warning. */
  private static boolean mayCallSilently() {
    return !ImageBytes.hasArenas()
        || (boolean)
            ByName.call(Module.class, PrivateMapping.class.getModule(), "isNativeAccessEnabled");
  }
}
