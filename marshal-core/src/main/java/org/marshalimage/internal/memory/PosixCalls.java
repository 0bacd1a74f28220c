package org.marshalimage.internal.memory;

import java.io.File;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * System calls through chronicle's posix, for JDKs without {@code java.lang.foreign}; by name,
 * since an embedder may do without it, and since it is no named module that this one could require.
 * Nothing stops a thread there from reading memory that another one unmaps: so it is unmapped when
 * the collector finds that no buffer over it is left.
 */
final class PosixCalls implements PrivateMapping.SystemCalls {
  private static final Cleaner CLEANER = Cleaner.create();

  private final Class<?> type = ByName.type("net.openhft.posix.PosixAPI");
  private final Object posix = ByName.callStatic(type, "posix");
  private final Class<?> memoryType = ByName.type("com.kenai.jffi.MemoryIO");

  /**
   * Finds the system's library.
   *
   * @throws UnsupportedOperationException if it is not to be had
   */
  PosixCalls() {
    try {
      // On Windows its mmap does nothing, and returns 0.
      if ((int) call("getpid") > 0 && File.separatorChar == '/') {
        return;
      }
    } catch (RuntimeException e) {
      // What posix throws if it comes without jnr-ffi.
      throw new UnsupportedOperationException("no system calls", e);
    }
    throw new UnsupportedOperationException("no system calls");
  }

  private Object call(String name, Object... typesAndArguments) {
    return ByName.call(type, posix, name, typesAndArguments);
  }

  @Override
  public int open(String path, int flags) {
    return (int) call("open", CharSequence.class, path, int.class, flags, int.class, 0);
  }

  @Override
  public int close(int descriptor) {
    return (int) call("close", int.class, descriptor);
  }

  @Override
  public long mmap(
      long address, long length, int protection, int flags, int descriptor, long offset) {
    try {
      return (long)
          call(
              "mmap",
              long.class,
              address,
              long.class,
              length,
              int.class,
              protection,
              int.class,
              flags,
              int.class,
              descriptor,
              long.class,
              offset);
    } catch (RuntimeException | LinkageError e) {
      // An address that is taken, or is no good; the caller asks for another. An Error, since posix
      // looks for the name of what went wrong, in a library that need not be there.
      return -1;
    }
  }

  @Override
  public ImageBytes wrap(Path path, long address, long length, boolean unmapOnClose) {
    Object memory = ByName.callStatic(memoryType, "getInstance");
    ByteBuffer buffer =
        (ByteBuffer)
            ByName.call(
                memoryType,
                memory,
                "newDirectByteBuffer",
                long.class,
                address,
                int.class,
                (int) length);
    // Slices and views of the buffer refer to it, so that it outlives them.
    CLEANER.register(buffer, () -> call("munmap", long.class, address, long.class, length));
    return ImageBytes.of(path, buffer, null);
  }
}
