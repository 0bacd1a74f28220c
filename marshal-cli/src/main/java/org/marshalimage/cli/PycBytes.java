package org.marshalimage.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads {@code .pyc} files, which may be anything. */
final class PycBytes {
  /**
   * Bytes of the longest file that is read; the longest of CPython's own libraries has 2 MB. It
   * keeps a file, or an entry of an archive, from filling the heap.
   */
  static final int MAX_LENGTH = 64 << 20;

  private PycBytes() {}

  /**
   * Reads a file.
   *
   * @throws IOException also if it is longer than {@link #MAX_LENGTH}
   */
  static byte[] read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("is a directory, expected a .pyc file: " + file);
    }
    long length = Files.size(file);
    if (length > MAX_LENGTH) {
      throw tooLong(length, file);
    }
    try (InputStream in = Files.newInputStream(file)) {
      // A device has no length.
      byte[] bytes = in.readNBytes(MAX_LENGTH + 1);
      if (bytes.length > MAX_LENGTH) {
        throw tooLong(bytes.length, file);
      }
      return bytes;
    }
  }

  private static IOException tooLong(long length, Path file) {
    return new IOException(
        "file is too long for a .pyc: length=" + length + ", max=" + MAX_LENGTH + ", file=" + file);
  }
}
