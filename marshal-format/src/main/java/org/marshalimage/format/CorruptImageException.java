package org.marshalimage.format;

import org.jspecify.annotations.Nullable;

/** An image whose bytes break the format. */
public final class CorruptImageException extends MarshalFormatException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param problem what is wrong, with expected and actual values
   * @param offset bytes from the start of the file, or {@link #NO_OFFSET}
   * @param file the file's name; null if the bytes came from memory
   */
  public CorruptImageException(String problem, long offset, @Nullable String file) {
    super(problem, offset, file);
  }
}
