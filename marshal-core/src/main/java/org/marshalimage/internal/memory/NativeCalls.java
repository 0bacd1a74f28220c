package org.marshalimage.internal.memory;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * System calls as functions of the C library, all of them called as one that takes six longs and
 * returns one. Systems of 64 bits pass that many in registers, and a function that takes fewer or
 * narrower ones does not look at the rest. So the JVM makes only once what calls them.
 */
abstract class NativeCalls {
  /** Null where they are not to be had. To find the system's library costs milliseconds, once. */
  static final @Nullable NativeCalls AT_HAND = atHand();

  static final long MAP_FAILED = -1;

  static final int PARAMETERS = 6;

  private static final int MADV_POPULATE_WRITE = 23;

  private static @Nullable NativeCalls atHand() {
    try {
      NativeCalls calls = ImageBytes.hasArenas() ? new ForeignCalls() : new JffiCalls();
      calls.find("mmap");
      return calls;
    } catch (LinkageError | UnsupportedOperationException | IllegalCallerException e) {
      return null;
    }
  }

  /**
   * Finds a function.
   *
   * @throws UnsupportedOperationException if the system has none of the name
   */
  abstract Object find(String name);

  /** Calls what has been found. */
  abstract long call(Object function, long a, long b, long c, long d, long e, long f);

  /** Returns what to throw if the system has no function of a name. */
  static UnsupportedOperationException none(String name) {
    return new UnsupportedOperationException("no system call " + name);
  }

  /** Returns a file descriptor, or a negative number. */
  int open(String path, int flags) {
    byte[] name = (path + '\0').getBytes(StandardCharsets.UTF_8);
    ByteBuffer memory = ByteBuffer.allocateDirect(name.length).put(name).clear();
    try {
      return (int) call(find("open"), DirectBuffers.address(memory), flags, 0, 0, 0, 0);
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  int close(int descriptor) {
    return (int) call(find("close"), descriptor, 0, 0, 0, 0, 0);
  }

  /** Returns an address, or {@link #MAP_FAILED}. */
  long mmap(long address, long length, int protection, int flags, int descriptor, long offset) {
    return call(find("mmap"), address, length, protection, flags, descriptor, offset);
  }

  /**
   * Has the system copy all pages of a range of a private mapping now, at once.
   *
   * @param address of the first byte, the start of a page
   * @param length bytes
   * @return whether it has
   */
  boolean copyPages(long address, long length) {
    // Linux before 5.14 does not know the advice, and a file that was cut has no such pages.
    return (int) call(find("madvise"), address, length, MADV_POPULATE_WRITE, 0, 0, 0) == 0;
  }

  /**
   * Wraps memory, which is unmapped when the collector finds that no buffer over it is left, or
   * when the bytes are closed.
   *
   * @param unmapOnClose whether the latter, which needs a JDK that {@link ImageBytes#hasArenas}
   * @return its bytes
   */
  abstract ImageBytes wrap(Path path, long address, long length, boolean unmapOnClose);

  /** Calls munmap, which has been found before, as the collector's thread may do. */
  void munmap(Object function, long address, long length) {
    call(function, address, length, 0, 0, 0, 0);
  }
}
