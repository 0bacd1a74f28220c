package org.marshalimage.internal.layout;

import java.util.SplittableRandom;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.memory.TypeWords;

/** Type codes by the handles that stand for them in type words. Immutable. */
public final class HandleCodes implements TypeWords {
  /** Places for the handles of type codes alone: a power of two, three times what there are. */
  private static final int LEAST_SIZE_BITS = 6;

  private static final long HASH_FACTOR = 0x9E3779B97F4A7C15L;

  private final int sizeBits;
  private final int mask;
  private final long factor;
  private final long[] handles;
  private final int[] codes;

  /**
   * Makes a table.
   *
   * @param handleOf handles by type code; 0 where there is none
   * @param recordHandles those of types of records, which may share them; if there are any, what
   *     type codes have for a record does not count
   * @throws IllegalArgumentException if two kinds have the same
   */
  public HandleCodes(long[] handleOf, long[] recordHandles) {
    int bits = LEAST_SIZE_BITS;
    while (1 << bits - 1 < recordHandles.length + (1 << LEAST_SIZE_BITS - 1)) {
      bits++;
    }
    sizeBits = bits;
    mask = (1 << bits) - 1;
    handles = new long[mask + 1];
    codes = new int[mask + 1];
    // With many, by chance, so that no file can be made whose handles all start at one place.
    factor = bits == LEAST_SIZE_BITS ? HASH_FACTOR : new SplittableRandom().nextLong() | 1;
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      if (handleOf[code] != 0 && (code != TypeCode.RECORD || recordHandles.length == 0)) {
        put(handleOf[code], code);
      }
    }
    for (long handle : recordHandles) {
      if (handle != 0) {
        put(handle, TypeCode.RECORD);
      }
    }
  }

  private void put(long handle, int code) {
    int at = start(handle);
    while (handles[at] != 0) {
      if (handles[at] == handle) {
        if (code == TypeCode.RECORD && codes[at] == TypeCode.RECORD) {
          return;
        }
        throw new IllegalArgumentException(
            "one handle for two types: "
                + TypeCode.nameOf(codes[at])
                + " and "
                + TypeCode.nameOf(code)
                + " are both 0x"
                + Long.toHexString(handle)
                + ", but in place the type word is all that tells them apart");
      }
      at = at + 1 & mask;
    }
    handles[at] = handle;
    codes[at] = code;
  }

  private int start(long handle) {
    return (int) (handle * factor >>> Long.SIZE - sizeBits);
  }

  @Override
  public int kind(long typeWord, long offset) {
    return code(typeWord);
  }

  @Override
  public int kindWithoutLinking(long typeWord, long offset) {
    return code(typeWord);
  }

  /** Returns the type code that a handle stands for, or -1. */
  public int code(long handle) {
    int at = start(handle);
    while (handles[at] != handle) {
      if (handles[at] == 0) {
        return -1;
      }
      at = at + 1 & mask;
    }
    return codes[at];
  }
}
