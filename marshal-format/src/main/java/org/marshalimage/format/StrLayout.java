package org.marshalimage.format;

/**
 * Python 3's {@code str} and Python 2's {@code unicode}; see the package description. SIZE is the
 * number of code points. Offsets and sizes in bytes.
 *
 * <p>The NUMBER word, which {@link BytesLayout} has too, holds the object's number in its upper
 * {@link #NUMBER_BITS} bits and flags in the others.
 */
public final class StrLayout {
  public static final int NUMBER_OFFSET = ObjectLayout.HEAD_SIZE;
  public static final int HASH_OFFSET = NUMBER_OFFSET + Integer.BYTES;
  public static final int DATA_OFFSET = HASH_OFFSET + Integer.BYTES;

  /**
   * Bits of the NUMBER word that hold the binary logarithm of the bytes a code point takes: 0 to 2.
   */
  public static final int WIDTH_MASK = 3;

  /** Bit of the NUMBER word: some occurrence of the string was interned. */
  public static final int FLAG_INTERNED = 4;

  /** Bit of the NUMBER word: every code point is below 0x80. */
  public static final int FLAG_ASCII = 8;

  /** Position of the number in the NUMBER word. */
  public static final int NUMBER_SHIFT = 4;

  /** Bits of the number. */
  public static final int NUMBER_BITS = Integer.SIZE - NUMBER_SHIFT;

  private StrLayout() {}

  /**
   * Folds one code point into HASH, as {@code String.hashCode} does with its UTF-16 units.
   *
   * @param hash so far; 0 at first
   * @param codePoint 0 to 0x10FFFF
   * @return the new hash
   */
  public static int foldHash(int hash, int codePoint) {
    if (Character.isBmpCodePoint(codePoint)) {
      return 31 * hash + codePoint;
    }
    int high = 31 * hash + Character.highSurrogate(codePoint);
    return 31 * high + Character.lowSurrogate(codePoint);
  }

  /**
   * Returns the bytes of an object, padding included.
   *
   * @param length number of code points
   * @param widthShift binary logarithm of the bytes a code point takes
   * @return a multiple of the alignment
   */
  public static long recordSize(long length, int widthShift) {
    return ObjectLayout.align(DATA_OFFSET + (length << widthShift));
  }
}
