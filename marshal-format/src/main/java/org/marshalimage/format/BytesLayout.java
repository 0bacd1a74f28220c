package org.marshalimage.format;

/**
 * Python 3's {@code bytes} and Python 2's {@code str}; see the package description. SIZE is the
 * number of bytes. Offsets and sizes in bytes.
 */
public final class BytesLayout {
  public static final int NUMBER_OFFSET = ObjectLayout.HEAD_SIZE;
  public static final int DATA_OFFSET = NUMBER_OFFSET + Integer.BYTES;

  private BytesLayout() {}

  /**
   * Returns the bytes of an object, padding included.
   *
   * @param length number of data bytes
   * @return a multiple of the alignment
   */
  public static long recordSize(long length) {
    return ObjectLayout.align(DATA_OFFSET + length);
  }
}
