package org.marshalimage.format;

import java.nio.ByteBuffer;

/**
 * A perfect hash from texts to values; see the package description. It finds the value of a text
 * that is in the table, and some value or none for any other: what it leads to is compared with the
 * text that is sought.
 *
 * <p>SEED, eight bytes, opens the table; then come two arrays of 32-bit values. REDIRECT, one for
 * each bucket: 0 for "no such text", {@code -1 - place} where the bucket has one text, else a seed
 * greater than 0 that gives the place. VALUE, one for each place.
 */
public final class HashLayout {
  /** What the hash of every text starts from: u64. */
  public static final int SEED_OFFSET = 0;

  private static final int REDIRECT_OFFSET = SEED_OFFSET + Long.BYTES;
  private static final int SURROGATE_MASK = 0xFC00;
  private static final long FNV_PRIME = 0x100000001B3L;
  private static final long FNV_BASIS = 0xCBF29CE484222325L;

  private HashLayout() {}

  /**
   * Returns where the redirect of a bucket lies.
   *
   * @param bucket 0 to {@code buckets - 1}
   * @return bytes from the start of the table
   */
  public static long redirectOffset(int bucket) {
    return REDIRECT_OFFSET + (long) bucket * Integer.BYTES;
  }

  /**
   * Returns where the value of a place lies.
   *
   * @param place 0 to {@code count - 1}
   * @param buckets number of buckets
   * @return bytes from the start of the table
   */
  public static long valueOffset(int place, int buckets) {
    return REDIRECT_OFFSET + ((long) buckets + place) * Integer.BYTES;
  }

  /**
   * Returns the bytes of the table, padded to the alignment.
   *
   * @param buckets number of buckets
   * @param count number of texts
   * @return bytes
   */
  public static long length(int buckets, int count) {
    // Not ObjectLayout.align: one class less to load when an image is opened.
    return valueOffset(count, buckets) + HeaderLayout.ALIGNMENT - 1 & -HeaderLayout.ALIGNMENT;
  }

  /**
   * Returns the bytes of DIRECTORY: a table with as many buckets as texts, then CHECK, for each
   * place the lower half of the hash of its text, padded to the alignment. So a name that is not
   * there is known without a look at the segment that it leads to.
   *
   * @param count number of roots
   * @return bytes
   */
  public static long directoryLength(int count) {
    return length(count, count)
        + ((long) count * Integer.BYTES + HeaderLayout.ALIGNMENT - 1 & -HeaderLayout.ALIGNMENT);
  }

  /**
   * Returns how far behind its value in DIRECTORY the CHECK of a place lies.
   *
   * @param count number of roots
   * @return bytes
   */
  public static long checkDistance(int count) {
    return length(count, count) - valueOffset(0, count);
  }

  /**
   * Hashes a text by its code points: FNV-1a with a code point for a byte, then mixed. An unpaired
   * surrogate is a code point.
   *
   * @param text UTF-16
   * @param seed the table's SEED
   * @return 64 bits
   */
  public static long hash(CharSequence text, long seed) {
    long hash = start(seed);
    for (int i = 0, length = text.length(); i < length; i++) {
      int codePoint = text.charAt(i);
      // Without calls, for a JVM that still interprets this.
      if ((codePoint & SURROGATE_MASK) == Character.MIN_HIGH_SURROGATE
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        codePoint = Character.toCodePoint((char) codePoint, text.charAt(++i));
      }
      hash = (hash ^ codePoint) * FNV_PRIME;
    }
    return mix(hash);
  }

  /**
   * Folds one code point into the hash of a text; {@link #hash} starts from {@link #start}, does
   * this for each, and mixes.
   *
   * @param hash so far
   * @param codePoint 0 to 0x10FFFF
   * @return the new hash
   */
  public static long fold(long hash, int codePoint) {
    return (hash ^ codePoint) * FNV_PRIME;
  }

  /**
   * Returns what the hash of a text starts from.
   *
   * @param seed the table's SEED
   * @return 64 bits
   */
  public static long start(long seed) {
    return seed ^ FNV_BASIS;
  }

  /**
   * Spreads each bit over all others; a bijection.
   *
   * @param hash 64 bits
   * @return 64 bits
   */
  public static long mix(long hash) {
    long mixed = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ mixed >>> 33;
  }

  /**
   * Returns the bucket of a text.
   *
   * @param hash of the text
   * @param buckets number of buckets, at least 1
   * @return 0 to {@code buckets - 1}
   */
  public static int bucket(long hash, int buckets) {
    return (int) ((hash >>> Integer.SIZE) * buckets >>> Integer.SIZE);
  }

  /**
   * Returns the place of a text whose bucket has a seed.
   *
   * @param hash of the text
   * @param seed the bucket's redirect, greater than 0
   * @param count number of texts, at least 1
   * @return 0 to {@code count - 1}
   */
  public static int place(long hash, int seed, int count) {
    long mixed = mix(hash + seed * 0x9E3779B97F4A7C15L);
    return (int) ((mixed >>> Integer.SIZE) * count >>> Integer.SIZE);
  }

  /**
   * Returns what CHECKSUM of a header must be.
   *
   * @param header an image from its start, in little-endian order
   * @param length bytes of header and section table
   * @return 64 bits
   */
  public static long headerChecksum(ByteBuffer header, int length) {
    long sum = 0;
    for (int at = 0; at < length; at += Long.BYTES) {
      if (at != HeaderLayout.CHECKSUM_OFFSET) {
        sum = foldChecksum(sum, header.getLong(at));
      }
    }
    return sum;
  }

  /**
   * Folds one 64-bit word of the header into its checksum. Here, because a reader that has this
   * class anyway need not load that of the header. Each step is a bijection of the word and of the
   * sum, so that a change of any one word always changes the result.
   *
   * @param sum the sum so far; 0 at first
   * @param word the next word
   * @return the new sum
   */
  public static long foldChecksum(long sum, long word) {
    long mixed = (sum ^ word) * 0x9E3779B97F4A7C15L;
    return mixed ^ (mixed >>> 29);
  }
}
