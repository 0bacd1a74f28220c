package org.marshalimage.format.bytecode;

import java.nio.ByteBuffer;

/**
 * Reads single entries of a location table (3.11 and newer). The first byte of an entry, alone with
 * bit 7 set, has its form in bits 3 to 6 and its number of code units, less 1, in bits 0 to 2.
 *
 * <p>Source: CPython's {@code Objects/locations.md}.
 */
final class Locations {
  /** Forms below this have one byte: columns, in the line before. */
  static final int ONE_LINE = 10;

  /** A number: lines from the line before. No columns. */
  static final int NO_COLUMNS = 13;

  /** Four numbers: lines from the line before, lines to the last one, columns plus 1. */
  static final int LONG = 14;

  /** Nothing: the instructions are in no line. */
  static final int NO_LOCATION = 15;

  private static final int ENTRY_START = 0x80;
  private static final int UNIT = 2;

  private Locations() {}

  static int form(int firstByte) {
    return firstByte >> 3 & 15;
  }

  /** Returns how many bytes of bytecode an entry is for. */
  static int length(int firstByte) {
    return UNIT * ((firstByte & 7) + 1);
  }

  /** Returns how many lines an entry is below the one before. */
  static int lineDelta(ByteBuffer bytes, int entry, int limit) {
    int form = form(bytes.get(entry));
    if (form < ONE_LINE || form == NO_LOCATION) {
      return 0;
    }
    return form < NO_COLUMNS
        ? form - ONE_LINE
        : VarInts.signed(VarInts.value(VarInts.lowFirst(bytes, entry + 1, limit)));
  }

  /** Returns where the entry behind another one begins. */
  static int next(ByteBuffer bytes, int entry, int limit) {
    int position = entry + 1;
    while (position < limit && (bytes.get(position) & ENTRY_START) == 0) {
      position++;
    }
    return position;
  }
}
