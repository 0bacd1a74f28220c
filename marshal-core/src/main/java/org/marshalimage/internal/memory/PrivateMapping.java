package org.marshalimage.internal.memory;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HeaderLayout;

/**
 * Maps a file privately and writable, at an address that it asks for: {@code mmap(2)}, by way of
 * what the JVM at hand has. Unlike {@code FileChannel.map(PRIVATE)} this needs no writable file.
 */
public final class PrivateMapping {
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE = 2;

  /** Linux, from 4.17 on; older ones take it for a hint, and so do systems that do not know it. */
  private static final int MAP_FIXED_NOREPLACE = 0x100000;

  private static final long MAP_FAILED = -1;
  private static final int O_RDONLY = 0;

  /** How long the collector's thread gets to unmap what it was handed. */
  private static final long COLLECTION_MILLIS = 100;

  private final ImageBytes bytes;
  private final long address;
  private final long desired;
  private final boolean isByAddress;

  private PrivateMapping(ImageBytes bytes, long address, long desired, boolean isByAddress) {
    this.bytes = bytes;
    this.address = address;
    this.desired = desired;
    this.isByAddress = isByAddress;
  }

  /** The system calls, and what makes a buffer of the memory that they return. */
  interface SystemCalls {
    /** Returns a file descriptor, or a negative number. */
    int open(String path, int flags);

    int close(int descriptor);

    /** Returns an address, or {@link #MAP_FAILED}. */
    long mmap(long address, long length, int protection, int flags, int descriptor, long offset);

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
   * @param unmapOnClose as of {@link ImageBytes#map(Path, FileChannel.MapMode, boolean)}
   * @return the mapping
   * @throws IOException if it cannot be opened or mapped
   * @throws IllegalArgumentException if the path is of another file system
   */
  public static PrivateMapping map(Path path, boolean unmapOnClose) throws IOException {
    return map(path, unmapOnClose, Calls.AT_HAND);
  }

  /**
   * Maps a file.
   *
   * @param path the image
   * @param calls null where the system calls are not to be had
   */
  static PrivateMapping map(Path path, boolean unmapOnClose, @Nullable SystemCalls calls)
      throws IOException {
    long length;
    long desired;
    try (RandomAccessFile file = new RandomAccessFile(ImageBytes.toFile(path), "r")) {
      length = file.length();
      if (length > Integer.MAX_VALUE) {
        throw Failures.tooLarge(path, length);
      }
      desired = length < HeaderLayout.SECTIONS_OFFSET ? 0 : desiredAddress(file);
    }
    if (length < HeaderLayout.SECTIONS_OFFSET) {
      // No image; refused when its header is read.
      return new PrivateMapping(ImageBytes.map(path), 0, 0, false);
    }
    if (calls == null) {
      return mapByJdk(path, desired, unmapOnClose);
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
        calls.wrap(path, address, length, unmapOnClose), address, desired, true);
  }

  /**
   * Reads where an image wants to lie; what is no image is refused once it is mapped. Not by a
   * channel, which a thread that is interrupted would close.
   */
  private static long desiredAddress(RandomAccessFile file) throws IOException {
    byte[] base = new byte[Long.BYTES];
    file.seek(HeaderLayout.LINK_BASE_OFFSET);
    if (file.read(base) < base.length) {
      return 0;
    }
    return ByteBuffer.wrap(base).order(ByteOrder.LITTLE_ENDIAN).getLong();
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

  private static PrivateMapping mapByJdk(Path path, long desired, boolean unmapOnClose)
      throws IOException {
    ImageBytes bytes;
    try {
      bytes = ImageBytes.map(path, FileChannel.MapMode.PRIVATE, unmapOnClose);
    } catch (FileNotFoundException e) {
      throw new IOException(
          "cannot map in place: mmap(2) is not to be had, and without it the file must be"
              + " writable. Map it read-only; or make it writable; or run on JDK 22 or newer, with"
              + " native access enabled; or, on an older one, add net.openhft:posix and"
              + " com.github.jnr:jnr-ffi to the class path: "
              + path,
          e);
    }
    return new PrivateMapping(bytes, DirectBuffers.address(bytes.buffer()), desired, false);
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").equals("Linux");
  }

  /** To find the system's library costs milliseconds, once. */
  private static final class Calls {
    static final @Nullable SystemCalls AT_HAND = find();

    private static @Nullable SystemCalls find() {
      try {
        return ImageBytes.hasArenas() ? new ForeignCalls() : new PosixCalls();
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
    return isByAddress;
  }
}
