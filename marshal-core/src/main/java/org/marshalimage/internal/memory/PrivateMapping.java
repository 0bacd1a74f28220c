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
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HeaderLayout;

/**
 * Maps a file privately and writable. Where any address will do and the file may be written, the
 * JDK maps it, which takes a fresh JVM half of the time or less; else {@code mmap(2)}, by way of
 * what the JVM at hand has: it takes an address, and needs no writable file.
 */
public final class PrivateMapping {
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE = 2;

  /** Linux, from 4.17 on; older ones take it for a hint, and so do systems that do not know it. */
  private static final int MAP_FIXED_NOREPLACE = 0x100000;

  private static final int O_RDONLY = 0;

  /**
   * Pages are copied at once from so many on: to find the system calls takes a fresh JVM 0.1 s, and
   * a copy that a write asks for 1 to 20 microseconds.
   */
  private static final int LEAST_PAGES = 8192;

  /** How long the collector's thread gets to unmap what it was handed. */
  private static final long COLLECTION_NANOS = 100_000_000;

  private final ImageBytes bytes;
  private final long address;

  /** What has mapped it; null if the JDK has. */
  private final @Nullable NativeCalls calls;

  private PrivateMapping(ImageBytes bytes, long address, @Nullable NativeCalls calls) {
    this.bytes = bytes;
    this.address = address;
    this.calls = calls;
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
    long desired = desiredAddress(path);
    if (desired == 0 && path.toFile().canWrite()) {
      return mapByJdk(path, unmapOnClose);
    }
    return map(path, desired, unmapOnClose, desired < 0 ? null : NativeCalls.AT_HAND);
  }

  /**
   * Maps a file by system calls.
   *
   * @param path the image
   * @param desired what {@link #desiredAddress} says of it
   * @param calls null where they are not to be had
   */
  static PrivateMapping map(
      Path path, long desired, boolean unmapOnClose, @Nullable NativeCalls calls)
      throws IOException {
    if (desired < 0) {
      // No image; refused when its header is read.
      return new PrivateMapping(ImageBytes.map(path), 0, null);
    }
    if (calls == null) {
      return mapByJdk(path, unmapOnClose);
    }
    // Less than all of a file that has grown since, which is refused when the header is read.
    long length = Math.min(path.toFile().length(), Integer.MAX_VALUE);
    int descriptor = calls.open(path.toAbsolutePath().toString(), O_RDONLY);
    if (descriptor < 0) {
      throw new IOException("cannot open for mapping in place: " + path);
    }
    long address = NativeCalls.MAP_FAILED;
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
      for (int tries = 0; address == NativeCalls.MAP_FAILED && tries < 2; tries++) {
        if (tries > 0) {
          // The collector may find images that nobody uses any more: what the JDK does, too, when
          // there is no room for another mapping.
          System.gc();
          LockSupport.parkNanos(COLLECTION_NANOS);
        }
        address = calls.mmap(0, length, PROT_READ_WRITE, MAP_PRIVATE, descriptor, 0);
      }
    } finally {
      calls.close(descriptor);
    }
    if (address == NativeCalls.MAP_FAILED) {
      throw new IOException(
          "cannot map in place, mmap failed: length=" + length + ", file=" + path);
    }
    return new PrivateMapping(calls.wrap(path, address, length, unmapOnClose), address, calls);
  }

  /**
   * Reads where a file wants to lie, not by a channel, which a thread that is interrupted would
   * close.
   *
   * @return an address; 0 if anywhere, or if it is absurd, which is refused when the header is
   *     read; -1 if the file is too short for an image
   */
  static long desiredAddress(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(ImageBytes.toFile(path), "r");
    try {
      long length = file.length();
      if (length > Integer.MAX_VALUE) {
        throw Failures.tooLarge(path, length);
      }
      byte[] base = new byte[Long.BYTES];
      file.seek(HeaderLayout.LINK_BASE_OFFSET);
      if (length < HeaderLayout.SECTIONS_OFFSET || file.read(base) < base.length) {
        return -1;
      }
      return Math.max(0, ByteBuffer.wrap(base).order(ByteOrder.LITTLE_ENDIAN).getLong());
    } finally {
      file.close();
    }
  }

  private static PrivateMapping mapByJdk(Path path, boolean unmapOnClose) throws IOException {
    ImageBytes bytes;
    try {
      bytes = mapWritable(path, unmapOnClose);
    } catch (FileSystemException e) {
      throw new IOException(
          "cannot map in place: mmap(2) is not to be had, and without it the file must be"
              + " writable. Map it read-only, or make it writable, or use JDK 22 or newer with native"
              + " access, or an older one with com.github.jnr:jffi and its native jar: "
              + path,
          e);
    }
    return new PrivateMapping(bytes, DirectBuffers.address(bytes.buffer()), null);
  }

  /**
   * Not by a RandomAccessFile: of a file that somebody deletes just now it would make an empty one.
   */
  private static ImageBytes mapWritable(Path path, boolean unmapOnClose) throws IOException {
    boolean isInterrupted = false;
    try {
      while (true) {
        FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
          return ImageBytes.map(path, channel, FileChannel.MapMode.PRIVATE, unmapOnClose);
        } catch (ClosedByInterruptException e) {
          isInterrupted |= Thread.interrupted();
        } finally {
          channel.close();
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

  /** Returns the bytes, which are writable. */
  public ImageBytes bytes() {
    return bytes;
  }

  /** Returns where the first byte lies. */
  public long address() {
    return address;
  }

  /** Tells whether the system was asked for an address, and not the JDK for any. */
  public boolean isByAddress() {
    return calls != null;
  }

  /**
   * Has the system copy the pages of a range that is about to be written, on Linux: at once, where
   * a write to each of them would enter the system once for reading and once for writing. Does
   * nothing for a small range, or if the JVM would warn of it.
   *
   * @param start offset of its first byte
   * @param end offset behind its last byte
   * @return whether all have been copied
   */
  public boolean copyPages(long start, long end) {
    long first = address + start & -HeaderLayout.PAGE_SIZE;
    long length = address + end - first;
    if (length / HeaderLayout.PAGE_SIZE < LEAST_PAGES || !isLinux()) {
      return false;
    }
    boolean isSilent =
        !ImageBytes.hasArenas()
            || (boolean) ByName.call(Module.class, getClass().getModule(), "isNativeAccessEnabled");
    NativeCalls at = calls == null && isSilent ? NativeCalls.AT_HAND : calls;
    return at != null && at.copyPages(first, length);
  }
}
