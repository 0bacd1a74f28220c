package org.marshalimage.internal.layout;

/**
 * A set of numbers below a limit. Unlike {@link java.util.BitSet} it keeps no account of its
 * greatest number, which {@code clear} would look for anew. Not thread-safe.
 */
public final class Bits {
  private final long[] words;

  public Bits(int limit) {
    words = new long[(limit >>> 6) + 1];
  }

  public boolean get(int number) {
    return (words[number >>> 6] & 1L << number) != 0;
  }

  public void set(int number) {
    words[number >>> 6] |= 1L << number;
  }

  public void clear(int number) {
    words[number >>> 6] &= ~(1L << number);
  }

  /** Returns the least number of the set from another one on, or -1. */
  public int next(int from) {
    int at = from >>> 6;
    if (at >= words.length) {
      return -1;
    }
    long bits = words[at] & -1L << from;
    while (bits == 0) {
      if (++at == words.length) {
        return -1;
      }
      bits = words[at];
    }
    return (at << 6) + Long.numberOfTrailingZeros(bits);
  }

  /** Returns how many numbers of the set lie in the block of 64 of another number, before that. */
  public int countInBlock(int number) {
    return Long.bitCount(words[number >>> 6] & (1L << number) - 1);
  }

  /** Returns, for each block of 64 numbers, how many numbers of the set lie before it. */
  public int[] counts() {
    int[] counts = new int[words.length];
    for (int i = 1; i < counts.length; i++) {
      counts[i] = counts[i - 1] + Long.bitCount(words[i - 1]);
    }
    return counts;
  }
}
