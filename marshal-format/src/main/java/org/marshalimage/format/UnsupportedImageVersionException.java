package org.marshalimage.format;

import org.jspecify.annotations.Nullable;

/**
 * An image that is sound as far as can be told, but of a format version, byte order or pointer
 * width that this library does not read.
 */
public final class UnsupportedImageVersionException extends MarshalFormatException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param problem what is wrong, with expected and actual values
   * @param offset bytes from the start of the file, or {@link #NO_OFFSET}
   * @param file the file's name; null if the bytes came from memory
   */
  public UnsupportedImageVersionException(String problem, long offset, @Nullable String file) {
    super(problem, offset, file);
  }
}
