package org.marshalimage.format.bytecode;

import java.nio.ByteBuffer;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.CodeValue;

/**
 * Walks a line table, which says what place in the source each instruction came from. It has one of
 * four forms: {@code co_lnotab} of 2.7; that of 3.6 to 3.9, whose lines may also go back; {@code
 * co_linetable} of 3.10; that of 3.11 and newer, which has columns.
 *
 * <pre>{@code
 * LineTable lines = code.lines();
 * while (lines.next()) {
 *   print(lines.start(), lines.end(), lines.line());
 * }
 * }</pre>
 *
 * <p>Ranges come in order, have no gaps between them, are not empty, and lie within the bytecode.
 * Neighbours may have the same line: ranges are those of the table. Behind the last one, if there
 * is more bytecode, no line is known.
 *
 * <p>Who needs the line of one offset, as for a traceback, asks {@link #lineAt}, which needs no
 * object. Who samples often keeps a cursor, or a table of its own made by one walk.
 *
 * <p>Not thread-safe.
 */
public final class LineTable {
  /** No line, or no column: the compiler made the instruction up, or the table is silent. */
  public static final int NONE = -1;

  private static final int NO_LINE_DELTA = -128;
  private static final int MAX_BYTE = 0xFF;
  private static final int PAIR = 2;
  private static final int SHORT_COLUMN_BITS = 3;

  private final PythonVersion version;
  private ByteBuffer bytes;
  private int first;
  private int limit;
  private int position;
  private int firstLine;
  private int codeLength;

  /** What the next difference counts from. */
  private int lineSoFar;

  private int start;
  private int end;
  private int line;
  private int endLine;
  private int column;
  private int endColumn;

  private LineTable(PythonVersion version, ByteBuffer table, int firstLine, int codeLength) {
    this.version = version;
    bytes = table;
    wrap(table, firstLine, codeLength);
  }

  /**
   * Makes a cursor before the first range of a table.
   *
   * @param version the version of its code object
   * @param table {@code co_linetable}, before 3.10 {@code co_lnotab}, from position to limit; not
   *     copied
   * @param firstLine {@code co_firstlineno}
   * @param codeLength number of bytes of the bytecode
   * @return a new cursor
   */
  public static LineTable of(
      PythonVersion version, ByteBuffer table, int firstLine, int codeLength) {
    return new LineTable(version, table, firstLine, codeLength);
  }

  /**
   * Makes a cursor before the first range of a code object's table.
   *
   * @param code a code object
   * @return a new cursor
   */
  public static LineTable of(CodeValue code) {
    ByteBuffer table = ByteBuffer.wrap(code.lineTable().toByteArray());
    return of(code.version(), table, code.firstLine(), code.code().length());
  }

  /**
   * Sets this cursor before the first range of another table of the same version.
   *
   * @param table as for {@link #of(PythonVersion, ByteBuffer, int, int)}
   * @param newFirstLine {@code co_firstlineno}
   * @param newCodeLength number of bytes of the bytecode
   * @return this
   */
  public LineTable wrap(ByteBuffer table, int newFirstLine, int newCodeLength) {
    bytes = table;
    first = table.position();
    limit = table.limit();
    firstLine = newFirstLine;
    codeLength = newCodeLength;
    rewind();
    return this;
  }

  /** Sets this cursor before the first range. */
  public void rewind() {
    position = first;
    lineSoFar = firstLine;
    start = 0;
    end = 0;
    setPlace(NONE, NONE, NONE, NONE);
  }

  /**
   * Moves to the next range.
   *
   * @return false at the end; then the range is an empty one without a line
   */
  public boolean next() {
    do {
      start = end;
      if (end >= codeLength || !readEntry()) {
        setPlace(NONE, NONE, NONE, NONE);
        return false;
      }
    } while (start == end);
    return true;
  }

  /**
   * Moves to the range that an offset lies in. Walks on from where it is, or anew from the first
   * range if that is behind the offset: offsets in order take one walk in all.
   *
   * @param offset an offset in the bytecode
   * @return false if the table has none; then the cursor is at the end
   */
  public boolean seek(int offset) {
    if (offset < start) {
      rewind();
    }
    while (offset >= end) {
      if (!next()) {
        return false;
      }
    }
    return start < end;
  }

  private boolean readEntry() {
    return version.hasLocalsPlus()
        ? readLocation()
        : version.hasLineTable() ? readRange() : readStep();
  }

  /** A pair says how far the line so far reaches, then how the next one differs. */
  private boolean readStep() {
    setLine(lineSoFar);
    if (limit - position < PAIR) {
      end = codeLength;
      return true;
    }
    advance(bytes.get(position) & MAX_BYTE);
    lineSoFar += stepDelta(version, bytes, position);
    position += PAIR;
    return true;
  }

  /** A pair says how long the range is, and how its line differs from the one before. */
  private boolean readRange() {
    if (limit - position < PAIR) {
      return false;
    }
    advance(bytes.get(position) & MAX_BYTE);
    int delta = bytes.get(position + 1);
    lineSoFar += delta == NO_LINE_DELTA ? 0 : delta;
    setLine(delta == NO_LINE_DELTA ? NONE : lineSoFar);
    position += PAIR;
    return true;
  }

  private boolean readLocation() {
    if (position >= limit) {
      return false;
    }
    int firstByte = bytes.get(position);
    advance(Locations.length(firstByte));
    lineSoFar += Locations.lineDelta(bytes, position, limit);
    int form = Locations.form(firstByte);
    if (form == Locations.NO_LOCATION) {
      setLine(NONE);
    } else if (form == Locations.NO_COLUMNS) {
      setLine(lineSoFar);
    } else if (form == Locations.LONG) {
      long read = VarInts.lowFirst(bytes, position + 1, limit);
      read = VarInts.lowFirst(bytes, VarInts.next(read), limit);
      final int lastLine = lineSoFar + VarInts.value(read);
      read = VarInts.lowFirst(bytes, VarInts.next(read), limit);
      final int from = VarInts.value(read) - 1;
      read = VarInts.lowFirst(bytes, VarInts.next(read), limit);
      setPlace(lineSoFar, lastLine, from, VarInts.value(read) - 1);
    } else if (form >= Locations.ONE_LINE) {
      setPlace(lineSoFar, lineSoFar, byteAt(position + 1), byteAt(position + 2));
    } else {
      int columns = byteAt(position + 1);
      int from = form << SHORT_COLUMN_BITS | columns >> 4;
      setPlace(lineSoFar, lineSoFar, from, from + (columns & 15));
    }
    position = Locations.next(bytes, position, limit);
    return true;
  }

  private int byteAt(int at) {
    return at < limit ? bytes.get(at) & MAX_BYTE : 0;
  }

  private void advance(int length) {
    end = length < codeLength - end ? end + length : codeLength;
  }

  private void setLine(int newLine) {
    setPlace(newLine, newLine, NONE, NONE);
  }

  private void setPlace(int newLine, int newEndLine, int newColumn, int newEndColumn) {
    line = newLine;
    endLine = newEndLine;
    column = newColumn;
    endColumn = newEndColumn;
  }

  /**
   * Returns where the range begins.
   *
   * @return offset of its first instruction
   */
  public int start() {
    return start;
  }

  /**
   * Returns where the range ends.
   *
   * @return offset behind its last instruction, or the last one's caches
   */
  public int end() {
    return end;
  }

  /**
   * Returns the line.
   *
   * @return the first one of the source text; {@link #NONE} if there is none
   */
  public int line() {
    return line;
  }

  /**
   * Returns the last line.
   *
   * @return at least {@link #line()}; the same before 3.11
   */
  public int endLine() {
    return endLine;
  }

  /**
   * Returns where in its first line the source text begins.
   *
   * @return bytes of UTF-8, from 0; {@link #NONE} if that is not known, as before 3.11
   */
  public int column() {
    return column;
  }

  /**
   * Returns where in its last line the source text ends.
   *
   * @return bytes of UTF-8 up to the first one behind the text; {@link #NONE} if that is not known
   */
  public int endColumn() {
    return endColumn;
  }

  /**
   * Finds the line of an offset, without allocating anything. Takes time that grows with the table.
   *
   * @param version the version of the code object
   * @param table has {@code co_linetable}, before 3.10 {@code co_lnotab}, in it
   * @param from where that begins
   * @param limit where it ends
   * @param firstLine {@code co_firstlineno}
   * @param offset an offset in the bytecode; one behind its end has the last line before 3.10, and
   *     none since
   * @return the line; {@link #NONE} if there is none
   */
  public static int lineAt(
      PythonVersion version, ByteBuffer table, int from, int limit, int firstLine, int offset) {
    if (version.hasLocalsPlus()) {
      return lineInLocations(table, from, limit, firstLine, offset);
    }
    return version.hasLineTable()
        ? lineInRanges(table, from, limit, firstLine, offset)
        : lineInSteps(version, table, from, limit, firstLine, offset);
  }

  private static int lineInSteps(
      PythonVersion version, ByteBuffer table, int from, int limit, int firstLine, int offset) {
    int line = firstLine;
    int left = offset;
    for (int position = from; limit - position >= PAIR; position += PAIR) {
      left -= table.get(position) & MAX_BYTE;
      if (left < 0) {
        break;
      }
      line += stepDelta(version, table, position);
    }
    return line;
  }

  private static int lineInRanges(
      ByteBuffer table, int from, int limit, int firstLine, int offset) {
    int line = firstLine;
    int left = offset;
    for (int position = from; limit - position >= PAIR; position += PAIR) {
      left -= table.get(position) & MAX_BYTE;
      int delta = table.get(position + 1);
      line += delta == NO_LINE_DELTA ? 0 : delta;
      if (left < 0) {
        return delta == NO_LINE_DELTA ? NONE : line;
      }
    }
    return NONE;
  }

  private static int lineInLocations(
      ByteBuffer table, int from, int limit, int firstLine, int offset) {
    int line = firstLine;
    int left = offset;
    for (int position = from; position < limit; position = Locations.next(table, position, limit)) {
      int firstByte = table.get(position);
      line += Locations.lineDelta(table, position, limit);
      left -= Locations.length(firstByte);
      if (left < 0) {
        return Locations.form(firstByte) == Locations.NO_LOCATION ? NONE : line;
      }
    }
    return NONE;
  }

  /** Returns the second half of a pair; 2.7 has no negative ones. */
  private static int stepDelta(PythonVersion version, ByteBuffer table, int position) {
    int delta = table.get(position + 1);
    return version.isPython2() ? delta & MAX_BYTE : delta;
  }
}
