package org.marshalimage.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

/** The hash that finds modules and strings of an image: a released image holds what it gives. */
class HashLayoutTest {
  private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

  private static BigInteger unsigned(long value) {
    return BigInteger.valueOf(value).mod(WORD);
  }

  /** FNV-1a by code points and MurmurHash3's finalizer, with integers that do not overflow. */
  private static long expected(int[] codePoints, long seed) {
    BigInteger hash = unsigned(seed).xor(new BigInteger("14695981039346656037"));
    for (int codePoint : codePoints) {
      hash =
          hash.xor(BigInteger.valueOf(codePoint))
              .multiply(new BigInteger("1099511628211"))
              .mod(WORD);
    }
    return expectedMix(hash).longValue();
  }

  private static BigInteger expectedMix(BigInteger hash) {
    BigInteger mixed = hash;
    for (String factor : new String[] {"ff51afd7ed558ccd", "c4ceb9fe1a85ec53"}) {
      mixed = mixed.xor(mixed.shiftRight(33)).multiply(new BigInteger(factor, 16)).mod(WORD);
    }
    return mixed.xor(mixed.shiftRight(33));
  }

  @Test
  void textIsHashedByItsCodePoints() {
    String[] texts = {
      "", "a", "os.path", "\u00e9\u20ac", "\ud83d\ude00", "x\ud83d\ude00y", "\udbff\udfff"
    };
    for (String text : texts) {
      for (long seed : new long[] {0, 1, -1, 0x123456789ABCDEFL}) {
        assertThat(HashLayout.hash(text, seed))
            .as(text)
            .isEqualTo(expected(text.codePoints().toArray(), seed));
      }
    }
  }

  @Test
  void unpairedSurrogateIsACodePoint() {
    int[][] all = {
      {0xD800},
      {0xDC00},
      {0xDFFF},
      {'a', 0xDBFF},
      {0xD800, 'a'},
      {0xD800, 0xD800, 'b'},
      {0xDC00, 0xD800},
      {0xD7FF, 0xDC00},
      {0xE000, 0xDC00}
    };
    for (int[] points : all) {
      String text = new String(points, 0, points.length);
      assertThat(HashLayout.hash(text, 5)).isEqualTo(expected(points, 5));
    }
  }

  @Test
  void textMayBeFoldedPointByPoint() {
    String text = "m\u00f6d\ud83d\ude00";
    long hash = HashLayout.start(42);
    for (int codePoint : text.codePoints().toArray()) {
      hash = HashLayout.fold(hash, codePoint);
    }
    assertThat(HashLayout.mix(hash)).isEqualTo(HashLayout.hash(text, 42));
  }

  /** The upper half of the hash, scaled to the number of buckets. */
  @Test
  void bucketIsThatPartOfAllBucketsThatTheUpperHalfIsOf() {
    assertThat(HashLayout.bucket(0, 10)).isZero();
    assertThat(HashLayout.bucket(-1, 10)).isEqualTo(9);
    assertThat(HashLayout.bucket(0xFFFF_FFFFL, 10)).isZero();
    assertThat(HashLayout.bucket(0x8000_0000_0000_0000L, 10)).isEqualTo(5);
    assertThat(HashLayout.bucket(0x7FFF_FFFF_FFFF_FFFFL, 10)).isEqualTo(4);
    assertThat(HashLayout.bucket(-1, Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE - 1);
  }

  @Test
  void slotIsTheBucketOfTheHashMixedWithTheSeed() {
    BigInteger golden = new BigInteger("9e3779b97f4a7c15", 16);
    for (long hash : new long[] {0, 1, -1, 0x123456789ABCDEFL}) {
      for (int seed : new int[] {1, 2, 77, Integer.MAX_VALUE}) {
        BigInteger mixed =
            expectedMix(unsigned(hash).add(golden.multiply(BigInteger.valueOf(seed))).mod(WORD));
        for (int count : new int[] {1, 3, 1000, Integer.MAX_VALUE}) {
          int slot =
              mixed.shiftRight(32).multiply(BigInteger.valueOf(count)).shiftRight(32).intValue();
          assertThat(HashLayout.place(hash, seed, count)).isEqualTo(slot);
        }
      }
    }
  }

  /** Eight bytes of seed, four for each bucket, four for each slot, padded to eight. */
  @Test
  void tableIsASeedAndTwoArrays() {
    assertThat(HashLayout.redirectOffset(0)).isEqualTo(8);
    assertThat(HashLayout.redirectOffset(3)).isEqualTo(20);
    assertThat(HashLayout.valueOffset(0, 3)).isEqualTo(20);
    assertThat(HashLayout.valueOffset(2, 3)).isEqualTo(28);
    assertThat(HashLayout.length(0, 0)).isEqualTo(8);
    assertThat(HashLayout.length(1, 1)).isEqualTo(16);
    assertThat(HashLayout.length(1, 2)).isEqualTo(24);
    assertThat(HashLayout.length(2, 2)).isEqualTo(24);
    assertThat(HashLayout.directoryLength(0)).isEqualTo(8);
    assertThat(HashLayout.directoryLength(1)).isEqualTo(24);
    assertThat(HashLayout.directoryLength(2)).isEqualTo(32);
    assertThat(HashLayout.directoryLength(3)).isEqualTo(48);
    for (int count = 1; count < 10; count++) {
      long first = HashLayout.valueOffset(0, count) + HashLayout.checkDistance(count);
      assertThat(first).isEqualTo(HashLayout.length(count, count));
    }
    int most = Integer.MAX_VALUE;
    assertThat(HashLayout.redirectOffset(most)).isEqualTo(8 + 4L * most);
    assertThat(HashLayout.valueOffset(most, most)).isEqualTo(8 + 8L * most);
  }

  @Test
  void checksumOfTheHeaderChangesWithEachWord() {
    BigInteger product =
        unsigned(5).xor(unsigned(-7)).multiply(new BigInteger("9e3779b97f4a7c15", 16)).mod(WORD);
    assertThat(HashLayout.foldChecksum(5, -7))
        .isEqualTo(product.xor(product.shiftRight(29)).longValue());
    assertThat(HashLayout.foldChecksum(0, 0)).isZero();
  }
}
