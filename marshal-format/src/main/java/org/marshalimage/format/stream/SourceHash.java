package org.marshalimage.format.stream;

import org.marshalimage.format.PythonVersion;

/**
 * The hash of a source by which a {@code .pyc} file is compared with it.
 *
 * <p>Source: PEP 552, and {@code _Py_KeyedHash} in CPython's {@code Python/pyhash.c}: SipHash with
 * the magic word as key, SipHash-2-4 to 3.10 and SipHash-1-3 from 3.11 on.
 */
public final class SourceHash {
  private SourceHash() {}

  /**
   * Hashes a source.
   *
   * @param source the bytes of the source file
   * @param version the Python whose files the hash is for; 3.7 or newer
   * @return what {@code importlib.util.source_hash} gives, its first byte lowest
   * @throws IllegalArgumentException if that Python's files hold no hash
   */
  public static long of(byte[] source, PythonVersion version) {
    if (!version.hasPycFlags()) {
      throw new IllegalArgumentException(
          "a .pyc file of Python " + version + " holds no hash: that came with 3.7");
    }
    SipHash hash = new SipHash(version.magicWord(), version.hasLocalsPlus() ? 1 : 2);
    int words = source.length / Long.BYTES;
    for (int i = 0; i < words; i++) {
      hash.add(word(source, i * Long.BYTES, Long.BYTES));
    }
    int rest = source.length % Long.BYTES;
    hash.add(
        word(source, words * Long.BYTES, rest) | (long) source.length << Long.SIZE - Byte.SIZE);
    return hash.finish(version.hasLocalsPlus() ? 3 : 4);
  }

  private static long word(byte[] bytes, int from, int count) {
    long word = 0;
    for (int i = count - 1; i >= 0; i--) {
      word = word << Byte.SIZE | bytes[from + i] & 0xFF;
    }
    return word;
  }

  /** The state of SipHash (Aumasson and Bernstein 2012), with the upper half of its key zero. */
  private static final class SipHash {
    private final int rounds;
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    SipHash(long key, int rounds) {
      this.rounds = rounds;
      v0 = key ^ 0x736f6d6570736575L;
      v1 = 0x646f72616e646f6dL;
      v2 = key ^ 0x6c7967656e657261L;
      v3 = 0x7465646279746573L;
    }

    void add(long word) {
      v3 ^= word;
      rounds(rounds);
      v0 ^= word;
    }

    long finish(int lastRounds) {
      v2 ^= 0xFF;
      rounds(lastRounds);
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void rounds(int count) {
      for (int i = 0; i < count; i++) {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
    }
  }
}
