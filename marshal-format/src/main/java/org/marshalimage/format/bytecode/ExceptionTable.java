package org.marshalimage.format.bytecode;

import java.nio.ByteBuffer;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;

/**
 * Walks an exception table (3.11 and newer), which says where an exception goes that is raised in a
 * range of instructions. The entries are sorted, and their ranges do not overlap.
 *
 * <pre>{@code
 * ExceptionTable table = code.handlers();
 * while (table.next()) {
 *   print(table.start(), table.end(), table.target(), table.depth(), table.pushesOffset());
 * }
 * }</pre>
 *
 * <p>Who only unwinds asks {@link #handlerAt}, which needs no object.
 *
 * <p>Not thread-safe.
 */
public final class ExceptionTable {
  /** No handler: the exception leaves the frame. */
  public static final long NO_HANDLER = -1;

  /** The table is damaged before an entry was found. */
  public static final long MALFORMED = -2;

  /** Bytes of a code unit, which the table counts by. */
  private static final int UNIT = 2;

  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private ByteBuffer bytes = NONE;
  private int first;
  private int limit;
  private int position;

  private int start;
  private int end;
  private int target;
  private int depthAndOffset;

  private ExceptionTable() {}

  /**
   * Makes a cursor before the first entry of a table.
   *
   * @param table {@code co_exceptiontable}, from position to limit; not copied
   * @return a new cursor
   */
  public static ExceptionTable of(ByteBuffer table) {
    return new ExceptionTable().wrap(table);
  }

  /**
   * Makes a cursor before the first entry of a code object's table.
   *
   * @param code a code object; one of a version before 3.11 has no entries
   * @return a new cursor
   */
  public static ExceptionTable of(CodeValue code) {
    BytesValue table = code.exceptionTable();
    return of(table == null ? NONE : ByteBuffer.wrap(table.toByteArray()));
  }

  /**
   * Sets this cursor before the first entry of another table.
   *
   * @param table as for {@link #of(ByteBuffer)}
   * @return this
   */
  public ExceptionTable wrap(ByteBuffer table) {
    bytes = table;
    first = table.position();
    limit = table.limit();
    rewind();
    return this;
  }

  /** Sets this cursor before the first entry. */
  public void rewind() {
    position = first;
    end = 0;
  }

  /**
   * Moves to the next entry.
   *
   * @return false at the end, and if the rest is no whole entry, which {@link #hasMore()} tells
   */
  public boolean next() {
    long read = VarInts.highFirst(bytes, position, limit);
    long size = follow(bytes, read, limit);
    long handler = follow(bytes, size, limit);
    long depth = follow(bytes, handler, limit);
    if (depth == VarInts.NONE || !fits(read, size, handler)) {
      return false;
    }
    start = UNIT * VarInts.value(read);
    end = start + UNIT * VarInts.value(size);
    target = UNIT * VarInts.value(handler);
    depthAndOffset = VarInts.value(depth);
    position = VarInts.next(depth);
    return true;
  }

  /**
   * Moves to the entry whose range an instruction lies in.
   *
   * @param offset of the instruction
   * @return false if there is none; then the cursor is at the end
   */
  public boolean seek(int offset) {
    rewind();
    while (next()) {
      if (offset < end && offset >= start) {
        return true;
      }
    }
    return false;
  }

  /**
   * Tells whether bytes are left behind the current entry. If there are after {@link #next()}
   * returned false, the table is damaged: these are no whole entry, or one with an offset of 2 GiB
   * or more.
   *
   * @return whether there are
   */
  public boolean hasMore() {
    return position < limit;
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
   * @return offset behind its last instruction
   */
  public int end() {
    return end;
  }

  /**
   * Returns where the handler is. A damaged table may name any place.
   *
   * @return offset of its first instruction
   */
  public int target() {
    return target;
  }

  /**
   * Returns how much of the stack the handler finds.
   *
   * @return number of values; what lies above is popped
   */
  public int depth() {
    return depthAndOffset >>> 1;
  }

  /**
   * Tells whether the offset of the instruction that raised is pushed before the exception (called
   * {@code lasti} in CPython).
   *
   * @return whether it is
   */
  public boolean pushesOffset() {
    return (depthAndOffset & 1) != 0;
  }

  /**
   * Finds the handler of an instruction, without allocating anything. Takes time that grows with
   * the table.
   *
   * @param table has {@code co_exceptiontable} in it
   * @param from where that begins
   * @param limit where it ends
   * @param offset of the instruction that raised
   * @return a handler for {@link #targetOf}, {@link #depthOf} and {@link #pushesOffsetOf}; {@link
   *     #NO_HANDLER} if there is none, {@link #MALFORMED} if the table is damaged; only those two
   *     are negative
   */
  public static long handlerAt(ByteBuffer table, int from, int limit, int offset) {
    int unit = Math.floorDiv(offset, UNIT);
    int position = from;
    while (position < limit) {
      long read = VarInts.highFirst(table, position, limit);
      if (read != VarInts.NONE && VarInts.value(read) > unit) {
        return NO_HANDLER;
      }
      long size = follow(table, read, limit);
      long handler = follow(table, size, limit);
      long depth = follow(table, handler, limit);
      if (depth == VarInts.NONE || !fits(read, size, handler)) {
        return MALFORMED;
      }
      if (unit - VarInts.value(read) < VarInts.value(size)) {
        return (long) (UNIT * VarInts.value(handler)) << Integer.SIZE | VarInts.value(depth);
      }
      position = VarInts.next(depth);
    }
    return NO_HANDLER;
  }

  /**
   * Returns where a handler is.
   *
   * @param handler from {@link #handlerAt}, not negative
   * @return as {@link #target()}
   */
  public static int targetOf(long handler) {
    return (int) (handler >>> Integer.SIZE);
  }

  /**
   * Returns how much of the stack a handler finds.
   *
   * @param handler from {@link #handlerAt}, not negative
   * @return as {@link #depth()}
   */
  public static int depthOf(long handler) {
    return (int) handler >>> 1;
  }

  /**
   * Tells whether the offset of the instruction that raised is pushed before the exception.
   *
   * @param handler from {@link #handlerAt}, not negative
   * @return as {@link #pushesOffset()}
   */
  public static boolean pushesOffsetOf(long handler) {
    return (handler & 1) != 0;
  }

  /** Reads the number behind another. */
  private static long follow(ByteBuffer bytes, long read, int limit) {
    return read == VarInts.NONE ? read : VarInts.highFirst(bytes, VarInts.next(read), limit);
  }

  /** Tells whether the offsets of an entry are ints. */
  private static boolean fits(long read, long size, long handler) {
    int limit = Integer.MAX_VALUE / UNIT;
    return VarInts.value(handler) <= limit
        && VarInts.value(read) <= limit
        && VarInts.value(size) <= limit - VarInts.value(read);
  }
}
