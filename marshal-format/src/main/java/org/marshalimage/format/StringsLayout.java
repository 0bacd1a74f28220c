package org.marshalimage.format;

import java.util.function.IntUnaryOperator;

/**
 * The STRINGS section; see the package description: a {@link HashLayout} from text to the number of
 * an interned string, then OFFSET, an array of 32-bit values: where the string of each number lies,
 * in units of {@link HeaderLayout#ALIGNMENT} bytes.
 */
public final class StringsLayout {
  /** Added to the hash of a text where the string is a bytes object, whose bytes are the text. */
  public static final long BYTES_SALT = 0x6A09E667F3BCC909L;

  private static final int TEXTS_PER_BUCKET = 4;

  private StringsLayout() {}

  /**
   * Hashes the text of an interned string.
   *
   * @param length code points of a str, bytes of a bytes object
   * @param codePoints from an index to the code point, or the byte, 0 to 255
   * @param isBytes whether it is a bytes object
   * @param seed the table's SEED
   * @return 64 bits
   */
  public static long hash(int length, IntUnaryOperator codePoints, boolean isBytes, long seed) {
    long hash = HashLayout.start(seed);
    for (int i = 0; i < length; i++) {
      hash = HashLayout.fold(hash, codePoints.applyAsInt(i));
    }
    return HashLayout.mix(hash) + (isBytes ? BYTES_SALT : 0);
  }

  /**
   * Returns the number of buckets of the perfect hash.
   *
   * @param count number of interned strings
   * @return buckets
   */
  public static int bucketCount(int count) {
    return (int) (((long) count + TEXTS_PER_BUCKET - 1) / TEXTS_PER_BUCKET);
  }

  /**
   * Returns where the offset of a string lies.
   *
   * @param number 0 to {@code count - 1}
   * @param count number of interned strings
   * @return bytes from the start of the section
   */
  public static long offsetOffset(int number, int count) {
    return HashLayout.length(bucketCount(count), count) + (long) number * Integer.BYTES;
  }

  /**
   * Returns the bytes of the section, padded to the alignment.
   *
   * @param count number of interned strings
   * @return bytes
   */
  public static long sectionLength(int count) {
    return ObjectLayout.align(offsetOffset(count, count));
  }
}
