package org.marshalimage.internal.memory;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** System calls as functions of the C library. */
final class NativeCalls implements PrivateMapping.SystemCalls {
  private static final int MADV_POPULATE_WRITE = 23;

  private final Functions functions;
  private final Object open;
  private final Object close;
  private final Object mmap;
  private final Object munmap;
  private final Object madvise;

  /**
   * Calls functions of the C library, all of them as one that takes six longs and returns one.
   * Systems of 64 bits pass that many in registers, and a function that takes fewer or narrower
   * ones does not look at the rest. So the JVM makes only once what calls them.
   */
  interface Functions {
    /** Parameters of each function. */
    int PARAMETERS = 6;

    /**
     * Finds a function.
     *
     * @throws UnsupportedOperationException if the system has none of the name
     */
    Object find(String name);

    /** Calls what has been found. */
    long call(Object function, long a, long b, long c, long d, long e, long f);

    /** Wraps memory as {@link PrivateMapping.SystemCalls#wrap} does. */
    ImageBytes wrap(Path path, long length, boolean unmapOnClose, Unmapping unmapping);
  }

  /** Unmaps memory. No lambda: to make one takes milliseconds in a fresh JVM. */
  record Unmapping(NativeCalls calls, long address, long length)
      implements Runnable, Consumer<Object> {
    @Override
    public void run() {
      long result = calls.functions.call(calls.munmap, address, length, 0, 0, 0, 0);
      assert (int) result == 0;
    }

    @Override
    public void accept(Object segment) {
      run();
    }
  }

  /**
   * Finds what is called.
   *
   * @throws UnsupportedOperationException if the system does not have it
   */
  NativeCalls(Functions functions) {
    this.functions = functions;
    open = functions.find("open");
    close = functions.find("close");
    mmap = functions.find("mmap");
    munmap = functions.find("munmap");
    madvise = functions.find("madvise");
  }

  /** Returns what to throw if the system has no function of a name. */
  static UnsupportedOperationException none(String name) {
    return new UnsupportedOperationException("no system call " + name);
  }

  @Override
  public int open(String path, int flags) {
    byte[] name = (path + '\0').getBytes(StandardCharsets.UTF_8);
    ByteBuffer memory = ByteBuffer.allocateDirect(name.length).put(name).clear();
    try {
      return (int) functions.call(open, DirectBuffers.address(memory), flags, 0, 0, 0, 0);
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  @Override
  public int close(int descriptor) {
    return (int) functions.call(close, descriptor, 0, 0, 0, 0, 0);
  }

  @Override
  public long mmap(
      long address, long length, int protection, int flags, int descriptor, long offset) {
    return functions.call(mmap, address, length, protection, flags, descriptor, offset);
  }

  @Override
  public void copyPages(long address, long length) {
    // Linux before 5.14 does not know the advice, and a file that was cut has no such pages: then
    // each is copied when it is written, or cannot be.
    functions.call(madvise, address, length, MADV_POPULATE_WRITE, 0, 0, 0);
  }

  @Override
  public ImageBytes wrap(Path path, long address, long length, boolean unmapOnClose) {
    return functions.wrap(path, length, unmapOnClose, new Unmapping(this, address, length));
  }
}
