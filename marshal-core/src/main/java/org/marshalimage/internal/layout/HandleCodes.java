package org.marshalimage.internal.layout;

import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.memory.TypeWords;

/** Type codes by the handles that stand for them in type words. Immutable. */
public final class HandleCodes implements TypeWords {
  /** Places of the table: a power of two, three times the type codes there are. */
  private static final int SIZE_BITS = 6;

  private static final int MASK = (1 << SIZE_BITS) - 1;

  private final long[] handles = new long[MASK + 1];
  private final int[] codes = new int[MASK + 1];

  /**
   * Makes a table.
   *
   * @param handleOf handles by type code; 0 where there is none
   * @throws IllegalArgumentException if two are the same
   */
  public HandleCodes(long[] handleOf) {
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      long handle = handleOf[code];
      if (handle == 0) {
        continue;
      }
      int at = start(handle);
      while (handles[at] != 0) {
        if (handles[at] == handle) {
          throw new IllegalArgumentException(
              "one handle for two types: "
                  + TypeCode.nameOf(codes[at])
                  + " and "
                  + TypeCode.nameOf(code)
                  + " are both 0x"
                  + Long.toHexString(handle)
                  + ", but in place the type word is all that tells them apart");
        }
        at = at + 1 & MASK;
      }
      handles[at] = handle;
      codes[at] = code;
    }
  }

  private static int start(long handle) {
    return (int) (handle * 0x9E3779B97F4A7C15L >>> Long.SIZE - SIZE_BITS);
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
      at = at + 1 & MASK;
    }
    return codes[at];
  }
}
