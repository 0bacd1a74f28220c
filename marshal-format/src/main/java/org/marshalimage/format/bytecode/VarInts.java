package org.marshalimage.format.bytecode;

import java.nio.ByteBuffer;

/**
 * Reads numbers of 6 bits a byte, of which bit 6 says that another byte follows; bit 7 is not part
 * of the number. Returns the number in the lower half of a word and in the upper half where the
 * next byte lies, so that nothing is allocated.
 */
final class VarInts {
  private static final int MORE = 0x40;
  private static final int BITS = 6;
  private static final int MASK = MORE - 1;

  /** No whole number below 2^31. */
  static final long NONE = -1;

  private VarInts() {}

  static int value(long read) {
    return (int) read;
  }

  static int next(long read) {
    return (int) (read >>> Integer.SIZE);
  }

  /** Reads a number whose highest bits come first; {@link #NONE} if it is cut or too large. */
  static long highFirst(ByteBuffer bytes, int position, int limit) {
    int value = 0;
    for (int at = position; at < limit; at++) {
      int next = bytes.get(at);
      if (value > Integer.MAX_VALUE >> BITS) {
        return NONE;
      }
      value = value << BITS | next & MASK;
      if ((next & MORE) == 0) {
        return pack(value, at + 1);
      }
    }
    return NONE;
  }

  /**
   * Reads a number whose lowest bits come first. Ends at the limit; drops bits that an int has no
   * room for.
   */
  static long lowFirst(ByteBuffer bytes, int position, int limit) {
    int value = 0;
    int at = position;
    for (int shift = 0; at < limit; shift += BITS) {
      int next = bytes.get(at++);
      value |= shift < Integer.SIZE ? (next & MASK) << shift : 0;
      if ((next & MORE) == 0) {
        break;
      }
    }
    return pack(value, at);
  }

  /** Returns a number whose lowest bit is its sign. */
  static int signed(int value) {
    return (value & 1) != 0 ? -(value >>> 1) : value >>> 1;
  }

  private static long pack(int value, int next) {
    return (long) next << Integer.SIZE | value & 0xFFFFFFFFL;
  }
}
