package org.marshalimage.internal;

import com.kenai.jffi.MemoryIO;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import net.openhft.posix.PosixAPI;
import net.openhft.posix.PosixRuntimeException;

/**
 * System calls through chronicle's posix, for JDKs without {@code java.lang.foreign}. Nothing stops
 * a thread there from reading memory that another one unmaps: so it is unmapped when the collector
 * finds that no buffer over it is left.
 */
final class PosixCalls implements PrivateMapping.SystemCalls {
  private static final Cleaner CLEANER = Cleaner.create();

  private final PosixAPI posix = PosixAPI.posix();

  /**
   * Finds the system's library.
   *
   * @throws UnsupportedOperationException if it is not to be had
   */
  PosixCalls() {
    try {
      if (posix.getpid() > 0) {
        return;
      }
    } catch (PosixRuntimeException e) {
      // What posix throws if it comes without jnr-ffi, as chronicle-bytes brings it.
      throw new UnsupportedOperationException("no system calls", e);
    }
    throw new UnsupportedOperationException("no system calls");
  }

  @Override
  public int open(String path, int flags) {
    return posix.open(path, flags, 0);
  }

  @Override
  public int close(int descriptor) {
    return posix.close(descriptor);
  }

  @Override
  public long mmap(
      long address, long length, int protection, int flags, int descriptor, long offset) {
    try {
      return posix.mmap(address, length, protection, flags, descriptor, offset);
    } catch (RuntimeException | LinkageError e) {
      // An address that is taken, or is no good; the caller asks for another. An Error, since posix
      // looks for the name of what went wrong, in a library that need not be there.
      return -1;
    }
  }

  @Override
  public ImageBytes wrap(Path path, long address, long length, boolean unmapOnClose) {
    ByteBuffer buffer = MemoryIO.getInstance().newDirectByteBuffer(address, (int) length);
    PosixAPI api = posix;
    // Slices and views of the buffer refer to it, so that it outlives them.
    CLEANER.register(buffer, () -> api.munmap(address, length));
    return ImageBytes.of(path, buffer, null);
  }
}
