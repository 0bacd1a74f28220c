package org.marshalimage.jython;

import org.marshalimage.BytesView;

/** Python 2's table of lines: pairs of bytes, how far the bytecode and the line go on. */
final class LineTable {
  private LineTable() {}

  /**
   * Returns the line of an instruction.
   *
   * @param table {@code co_lnotab}
   * @param firstLine {@code co_firstlineno}
   * @param instruction index into {@code co_code}
   * @return the line
   */
  static int line(BytesView table, int firstLine, int instruction) {
    int line = firstLine;
    int start = 0;
    for (int i = 0; i + 1 < table.length(); i += 2) {
      start += table.byteAt(i) & 0xFF;
      if (start > instruction) {
        break;
      }
      line += table.byteAt(i + 1) & 0xFF;
    }
    return line;
  }
}
