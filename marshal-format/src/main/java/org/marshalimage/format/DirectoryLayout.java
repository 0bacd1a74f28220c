package org.marshalimage.format;

/**
 * The perfect hash from a root's name to its entry; see the package description.
 *
 * <p>Two arrays of as many 32-bit values as there are roots. REDIRECT: the bucket {@code hash(name,
 * 0)} holds 0 for "no such name", {@code -1 - slot} where the bucket has one name, else a seed
 * greater than 0, and then {@code hash(name, seed)} is the slot. INDEX: the ordinal of the entry at
 * a slot. The name found is compared with the name sought in any case.
 */
public final class DirectoryLayout {
  /** Bytes of a value in either array. */
  public static final int ENTRY_SIZE = 4;

  private DirectoryLayout() {}

  /**
   * Returns where the redirect of a bucket lies.
   *
   * @param bucket 0 to {@code count - 1}
   * @return bytes from the start of the section
   */
  public static long redirectOffset(int bucket) {
    return (long) bucket * ENTRY_SIZE;
  }

  /**
   * Returns where the entry ordinal of a slot lies.
   *
   * @param slot 0 to {@code count - 1}
   * @param count number of roots
   * @return bytes from the start of the section
   */
  public static long indexOffset(int slot, int count) {
    return ((long) count + slot) * ENTRY_SIZE;
  }

  /**
   * Returns the bytes of the section, padded to the alignment.
   *
   * @param count number of roots
   * @return bytes
   */
  public static long sectionLength(int count) {
    return 2L * ENTRY_SIZE * count;
  }

  /**
   * Hashes a name to one of {@code count} places.
   *
   * @param name the UTF-16 units of a root's name
   * @param seed 0 for the bucket, else the redirect of the bucket
   * @param count number of roots, at least 1
   * @return 0 to {@code count - 1}
   */
  public static int hash(CharSequence name, int seed, int count) {
    int hash = seed * 0x9E3779B9 + 0x7F4A7C15;
    for (int i = 0, length = name.length(); i < length; i++) {
      hash = (hash ^ name.charAt(i)) * 0x01000193;
    }
    hash ^= hash >>> 16;
    hash *= 0x85EBCA6B;
    hash ^= hash >>> 13;
    hash *= 0xC2B2AE35;
    hash ^= hash >>> 16;
    return (int) ((hash & 0xFFFFFFFFL) * count >>> 32);
  }
}
