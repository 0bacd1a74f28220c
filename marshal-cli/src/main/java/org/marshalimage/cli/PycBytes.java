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
    checkLength(Files.size(file), file);
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file);
    }
  }

  /**
   * Reads what a stream has left, whose length nothing tells beforehand.
   *
   * @param file its name, for messages
   */
  static byte[] read(InputStream in, Path file) throws IOException {
    byte[] bytes = in.readNBytes(MAX_LENGTH + 1);
    checkLength(bytes.length, file);
    return bytes;
  }

  /** Refuses what is too long. */
  static void checkLength(long length, Path file) throws IOException {
    if (length > MAX_LENGTH) {
      throw new IOException(
          "file is too long for a .pyc: length="
              + length
              + ", max="
              + MAX_LENGTH
              + ", file="
              + file);
    }
  }
}
