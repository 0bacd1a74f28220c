package org.marshalimage.format.stream;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages a {@code .pyc} file in a way that its seed decides. */
final class StreamMutator {
  /** All type codes of {@code marshal.c}. */
  static final String TYPE_CODES = "0NFTS.iIfgxylstRu(){[<>cAaZzr:}";

  private static final int FLAG_REF = 0x80;
  private static final int MAX_EDITS = 4;
  private static final int MAX_BLOCK = 40;
  private static final int TRIES = 64;
  private static final int KINDS = 9;

  /** Behind the magic number, which is left alone: nothing else can be reached without it. */
  private static final int FIRST = 4;

  private static final int[] INTERESTING = {
    0, 1, -1, 2, 255, 256, 65_535, 1 << 20, 1 << 28, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private final SplittableRandom random;
  private final List<byte[]> files;
  private byte[] bytes;

  StreamMutator(long seed, List<byte[]> files) {
    this.random = new SplittableRandom(seed);
    this.files = files;
    this.bytes = new byte[0];
  }

  /** Returns one of the files with one edit or some. */
  byte[] mutant() {
    bytes = files.get(random.nextInt(files.size())).clone();
    int edits = random.nextInt(1, MAX_EDITS + 1);
    for (int i = 0; i < edits; i++) {
      edit();
    }
    return bytes;
  }

  private void edit() {
    if (bytes.length <= FIRST + Integer.BYTES) {
      return;
    }
    int at = random.nextInt(FIRST, bytes.length - Integer.BYTES);
    switch (random.nextInt(KINDS)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> replace(at, at, randomBytes());
      case 3 -> replace(at, Math.min(bytes.length, at + block()), new byte[0]);
      case 4 -> splice(at);
      case 5 -> putInt(at, INTERESTING[random.nextInt(INTERESTING.length)]);
      case 6 -> putInt(at, lengthLike());
      case 7 -> changeTypeCode(at);
      default -> changeReference(at);
    }
  }

  private int block() {
    return random.nextInt(1, MAX_BLOCK);
  }

  private byte[] randomBytes() {
    byte[] block = new byte[block()];
    random.nextBytes(block);
    return block;
  }

  /** Puts a part of another file here, over as many bytes or between two. */
  private void splice(int at) {
    byte[] other = files.get(random.nextInt(files.size()));
    int from = random.nextInt(other.length);
    byte[] part = Arrays.copyOfRange(other, from, Math.min(other.length, from + 4 * block()));
    int end = random.nextBoolean() ? at : Math.min(bytes.length, at + part.length);
    replace(at, end, part);
  }

  private int lengthLike() {
    int left = bytes.length;
    return random.nextInt(4) == 0 ? left + random.nextInt(-20, 20) : random.nextInt(left);
  }

  /** Makes the next byte that may be a type code another one, and its flag as it comes. */
  private void changeTypeCode(int start) {
    int at = find(start, TYPE_CODES);
    int code = TYPE_CODES.charAt(random.nextInt(TYPE_CODES.length()));
    int flag = random.nextInt(3) == 0 ? random.nextInt(2) * FLAG_REF : bytes[at] & FLAG_REF;
    bytes[at] = (byte) (code | flag);
  }

  private void changeReference(int start) {
    int at = find(start, "rR");
    if (at + Integer.BYTES < bytes.length) {
      putInt(at + 1, random.nextInt(8) == 0 ? lengthLike() : random.nextInt(64));
    }
  }

  private int find(int start, String codes) {
    for (int at = start; at < Math.min(bytes.length, start + TRIES); at++) {
      if (codes.indexOf(bytes[at] & ~FLAG_REF & 0xFF) >= 0) {
        return at;
      }
    }
    return start;
  }

  private void putInt(int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[at + i] = (byte) (value >>> Byte.SIZE * i);
    }
  }

  private void replace(int from, int to, byte[] part) {
    byte[] changed = new byte[from + part.length + bytes.length - to];
    System.arraycopy(bytes, 0, changed, 0, from);
    System.arraycopy(part, 0, changed, from, part.length);
    System.arraycopy(bytes, to, changed, from + part.length, bytes.length - to);
    bytes = changed;
  }
}
