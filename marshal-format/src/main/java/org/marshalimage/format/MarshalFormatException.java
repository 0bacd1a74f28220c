package org.marshalimage.format;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that are not what they should be. The message says what is wrong, with expected and actual
 * values, then the offset in hex, then the file.
 */
public abstract sealed class MarshalFormatException extends RuntimeException
    permits CorruptImageException, UnsupportedImageVersionException, MarshalStreamException {
  private static final long serialVersionUID = 1L;

  /** Value of {@link #offset()} where no one place is at fault. */
  public static final long NO_OFFSET = -1;

  private final String problem;
  private final long offset;
  private final @Nullable String file;

  MarshalFormatException(String problem, long offset, @Nullable String file) {
    super(
        problem
            + (offset == NO_OFFSET ? "" : ", offset=0x" + Long.toHexString(offset))
            + (file == null ? "" : ", file=" + file));
    this.problem = problem;
    this.offset = offset;
    this.file = file;
  }

  /**
   * Returns the message without offset and file.
   *
   * @return what is wrong
   */
  public String problem() {
    return problem;
  }

  /**
   * Returns where the fault lies.
   *
   * @return bytes from the start of the file, or {@link #NO_OFFSET}
   */
  public long offset() {
    return offset;
  }

  /**
   * Returns the file, or the entry of an archive.
   *
   * @return its name as the caller gave it; null if the bytes came from memory
   */
  public @Nullable String file() {
    return file;
  }
}
