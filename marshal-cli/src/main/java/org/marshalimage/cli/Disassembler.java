package org.marshalimage.cli;

import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.BytesView;
import org.marshalimage.CodeView;
import org.marshalimage.ImageObject;
import org.marshalimage.TupleView;
import org.marshalimage.cli.OpcodeTable.Argument;
import org.marshalimage.cli.OpcodeTable.Meaning;
import org.marshalimage.format.PythonVersion;

/**
 * Prints bytecode for a person: a line for each instruction, with the source line where that
 * changes, {@code >>} at jump targets and handlers, the offset, the opcode, its argument, and what
 * the argument means. Extended arguments are folded into the instruction that they extend, whose
 * offset is then that of the first of them; inline caches are left out.
 *
 * <p>Damaged bytecode and tables print too: what cannot be told shows as {@code ?}.
 */
final class Disassembler {
  /** Most chars of a constant or name. */
  private static final int MAX_MEANING = 60;

  private static final int MAX_BYTE = 0xFF;
  private static final String UNKNOWN = "?";
  private static final String[] CONVERSIONS = {"", "str", "repr", "ascii"};

  private static final int LINE_WIDTH = 5;
  private static final int OFFSET_WIDTH = 6;
  private static final int NAME_WIDTH = 24;
  private static final int ARGUMENT_WIDTH = 5;

  private final CodeView code;
  private final PythonVersion version;
  private final OpcodeTable table;
  private final ByteBuffer bytes;
  private final TupleView consts;
  private final TupleView names;
  private final TupleView locals;
  private final @Nullable TupleView cellvars;
  private final @Nullable TupleView freevars;

  // The instruction that next() has read.
  private int start;
  private int end;
  private OpcodeTable.Opcode opcode;
  private int argument;
  private boolean hasArgument;
  private boolean truncated;

  private Disassembler(CodeView code, PythonVersion version, OpcodeTable table) {
    this.code = code;
    this.version = version;
    this.table = table;
    this.opcode = table.opcode(0);
    bytes = code.bytecode();
    consts = code.consts();
    names = code.names();
    locals = code.localNames();
    // From 3.11 on the index of a cell or free variable is one of all variables.
    cellvars = version.hasLocalsPlus() ? null : code.cellvars();
    freevars = version.hasLocalsPlus() ? null : code.freevars();
  }

  /**
   * Prints the bytecode of a code object, and from 3.11 on its exception table. Prints one line
   * that says so if the opcodes of its Python version are not known.
   *
   * @param code a code object
   * @param out where to; not flushed
   * @param indent what each line begins with
   * @throws org.marshalimage.format.CorruptImageException if the image is damaged where the code
   *     object's fields lie
   */
  static void print(CodeView code, PrintWriter out, String indent) {
    PythonVersion version = code.pythonVersion().orElse(null);
    OpcodeTable table = version == null ? null : OpcodeTable.of(version);
    if (version == null || table == null) {
      out.println(indent + "(no disassembly: the opcodes of this Python version are not known)");
      return;
    }
    Disassembler disassembler = new Disassembler(code, version, table);
    disassembler.printInstructions(out, indent);
    disassembler.printExceptionTable(out, indent);
  }

  private void printInstructions(PrintWriter out, String indent) {
    BitSet targets = targets();
    LineTable lines = new LineTable(code, version);
    int line = LineTable.NONE;
    rewind();
    while (next()) {
      StringBuilder row = new StringBuilder(indent);
      int newLine = lines.lineAt(start);
      boolean startsLine = start == 0 || newLine != line;
      line = newLine;
      right(row, !startsLine ? "" : line == LineTable.NONE ? "--" : "" + line, LINE_WIDTH);
      row.append(targets.get(start) ? " >>" : "   ");
      right(row, "" + start, OFFSET_WIDTH);
      row.append("  ").append(opcode.name());
      if (hasArgument) {
        int column = indent.length() + LINE_WIDTH + OFFSET_WIDTH + NAME_WIDTH + 5;
        right(row, " " + argument, Math.max(0, column + ARGUMENT_WIDTH - row.length()));
        String meaning = meaning();
        row.append(meaning == null ? "" : " (" + meaning + ")");
      }
      row.append(truncated ? " <truncated>" : "");
      out.println(row);
    }
  }

  private static void right(StringBuilder row, String text, int width) {
    row.append(" ".repeat(Math.max(0, width - text.length()))).append(text);
  }

  /** Finds the offsets that jumps and the exception table lead to. */
  private BitSet targets() {
    BitSet targets = new BitSet();
    rewind();
    while (next()) {
      long target = hasArgument ? jumpTarget() : -1;
      if (target >= 0) {
        targets.set((int) target);
      }
    }
    ExceptionTable exceptions = new ExceptionTable(code.exceptionTable());
    while (exceptions.next()) {
      if (exceptions.handler >= 0 && exceptions.handler < bytes.limit()) {
        targets.set((int) exceptions.handler);
      }
    }
    return targets;
  }

  private void rewind() {
    end = 0;
  }

  /** Reads the instruction behind the current one; false at the end. */
  private boolean next() {
    if (end >= bytes.limit()) {
      return false;
    }
    start = end;
    argument = 0;
    do {
      readOpcode();
    } while (isExtended() && !truncated);
    int caches = 2 * opcode.caches();
    truncated |= caches > bytes.limit() - end;
    end = Math.min(bytes.limit(), end + caches);
    return true;
  }

  private void readOpcode() {
    opcode = table.opcode(byteAt(end));
    boolean isWord = !version.isPython2();
    int size = isWord ? 2 : opcode.argument() == Argument.NONE ? 1 : 3;
    truncated = size > bytes.limit() - end;
    hasArgument = !truncated && opcode.argument() != Argument.NONE;
    if (truncated) {
      end = bytes.limit();
      return;
    }
    if (isWord) {
      argument = argument << 8 | byteAt(end + 1);
    } else if (size == 3) {
      argument = argument << 16 | byteAt(end + 2) << 8 | byteAt(end + 1);
    }
    end += size;
    // Nothing follows that it could extend.
    truncated = isExtended() && end == bytes.limit();
  }

  private int byteAt(int offset) {
    return bytes.get(offset) & MAX_BYTE;
  }

  private boolean isExtended() {
    return opcode.argument() == Argument.EXTENDED;
  }

  /** Returns what the current argument means; null if it is a number that means itself. */
  private @Nullable String meaning() {
    return switch (opcode.argument()) {
      case NONE, NUMBER, EXTENDED -> null;
      case CONST -> constant();
      case NAME -> name(names, argument);
      case GLOBAL_NAME -> name(names, argument >> 1) + (hasFlag(1) ? " + NULL" : "");
      case ATTRIBUTE_NAME -> name(names, argument >> 1) + (hasFlag(1) ? " + NULL|self" : "");
      case SUPER_NAME -> name(names, argument >> 2) + (hasFlag(1) ? " + NULL|self" : "");
      case IMPORT_NAME ->
          name(names, argument >> 2) + (hasFlag(1) ? " + lazy" : hasFlag(2) ? " + eager" : "");
      case LOCAL -> name(locals, argument);
      case LOCAL_PAIR -> name(locals, argument >> 4) + ", " + name(locals, argument & 15);
      case FREE -> freeName();
      case JUMP_ABSOLUTE, JUMP_FORWARD, JUMP_BACKWARD -> jump();
      case COMPARE -> comparison();
      case IS -> argument == 0 ? "is" : argument == 1 ? "is not" : UNKNOWN;
      case CONTAINS -> argument == 0 ? "in" : argument == 1 ? "not in" : UNKNOWN;
      case BINARY -> listed(Meaning.BINARY, argument);
      case INTRINSIC_1 -> listed(Meaning.INTRINSIC_1, argument);
      case INTRINSIC_2 -> listed(Meaning.INTRINSIC_2, argument);
      case COMMON_CONSTANT -> listed(Meaning.COMMON_CONSTANT, argument);
      case SPECIAL_METHOD -> listed(Meaning.SPECIAL_METHOD, argument);
      case FUNCTION_PARTS -> functionParts();
      case CONVERSION ->
          argument > 0 && argument < CONVERSIONS.length ? CONVERSIONS[argument] : UNKNOWN;
      case FORMAT -> format();
      case CALL ->
          (argument & MAX_BYTE) + " positional, " + (argument >> 8 & MAX_BYTE) + " keyword";
    };
  }

  private boolean hasFlag(int flag) {
    return (argument & flag) != 0;
  }

  private String constant() {
    ImageObject value = item(consts, argument);
    return value == null ? UNKNOWN : ConstantRepr.of(value, version.isPython2(), MAX_MEANING);
  }

  private String comparison() {
    String operator = listed(Meaning.COMPARE, argument >> table.compareShift());
    // From 3.13 on the highest flag asks for a bool.
    boolean isBool = table.compareShift() > 4 && hasFlag(16);
    return isBool ? "bool(" + operator + ")" : operator;
  }

  private @Nullable String format() {
    String conversion = CONVERSIONS[argument & 3];
    String format = hasFlag(4) ? "with format" : "";
    String separator = conversion.isEmpty() || format.isEmpty() ? "" : ", ";
    return emptyToNull(conversion + separator + format);
  }

  private @Nullable String functionParts() {
    StringBuilder parts = new StringBuilder();
    for (int bits = argument; bits != 0; bits &= bits - 1) {
      parts.append(parts.length() == 0 ? "" : ", ");
      parts.append(listed(Meaning.FUNCTION_PART, Integer.numberOfTrailingZeros(bits)));
    }
    return emptyToNull(parts.toString());
  }

  private String listed(Meaning meaning, int index) {
    String name = table.meaning(meaning, index);
    return name == null ? UNKNOWN : name;
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private String freeName() {
    if (cellvars == null || freevars == null) {
      return name(locals, argument);
    }
    int cells = cellvars.size();
    return argument >= 0 && argument < cells
        ? name(cellvars, argument)
        : name(freevars, argument - cells);
  }

  private static String name(TupleView names, int index) {
    ImageObject name = item(names, index);
    return name == null ? UNKNOWN : ConstantRepr.ofName(name, MAX_MEANING);
  }

  private static @Nullable ImageObject item(TupleView tuple, int index) {
    return index >= 0 && index < tuple.size() ? tuple.get(index) : null;
  }

  private String jump() {
    long target = jumpTarget();
    // Its argument is no jump: it says where the loop began that the instruction ends.
    String direction = opcode.name().equals("END_ASYNC_FOR") ? "from " : "to ";
    return target < 0 ? UNKNOWN : direction + target;
  }

  /** Returns where the current instruction jumps to; -1 if nowhere, or outside the bytecode. */
  private long jumpTarget() {
    long distance = (long) argument * table.jumpUnit();
    long target;
    switch (opcode.argument()) {
      case JUMP_ABSOLUTE:
        target = distance;
        break;
      case JUMP_FORWARD:
        target = end + distance;
        break;
      case JUMP_BACKWARD:
        target = end - distance;
        break;
      default:
        return -1;
    }
    return target >= 0 && target < bytes.limit() ? target : -1;
  }

  private void printExceptionTable(PrintWriter out, String indent) {
    ExceptionTable exceptions = new ExceptionTable(code.exceptionTable());
    if (exceptions.isAtEnd()) {
      return;
    }
    out.println(indent + "exceptions (from, up to, handler, stack depth):");
    while (exceptions.next()) {
      StringBuilder row = new StringBuilder(indent);
      right(row, "" + exceptions.from, LINE_WIDTH);
      row.append(" up to ").append(exceptions.to).append(" -> ").append(exceptions.handler);
      row.append(" [").append(exceptions.depth).append(']');
      out.println(row.append(exceptions.pushesOffset ? " lasti" : ""));
    }
    if (!exceptions.isAtEnd()) {
      out.println(indent + "  <truncated>");
    }
  }

  /** Numbers of 6 bits a byte, of which bit 6 says that another follows. */
  private abstract static class VarInts {
    private static final int MORE = 0x40;
    private static final int BITS = 6;
    private static final int MASK = MORE - 1;

    final @Nullable BytesView bytes;
    final int limit;
    int position;

    VarInts(@Nullable BytesView bytes) {
      this.bytes = bytes;
      limit = bytes == null ? 0 : bytes.length();
    }

    /** Reads a byte; 0 behind the end. */
    final int read() {
      return bytes == null || position >= limit ? 0 : bytes.byteAt(position++) & MAX_BYTE;
    }

    /** Reads a number whose highest bits come first. A damaged one may overflow. */
    final long readHighFirst() {
      int next = read();
      long value = next & MASK;
      while ((next & MORE) != 0) {
        next = read();
        value = value << BITS | next & MASK;
      }
      return value;
    }

    /** Reads a number whose lowest bits come first, the very lowest being its sign. */
    final int readSignedLowFirst() {
      int next = read();
      int value = next & MASK;
      for (int shift = BITS; (next & MORE) != 0; shift += BITS) {
        next = read();
        value |= shift < Integer.SIZE ? (next & MASK) << shift : 0;
      }
      return (value & 1) != 0 ? -(value >>> 1) : value >>> 1;
    }
  }

  /** Walks an exception table (3.11 and newer). */
  private static final class ExceptionTable extends VarInts {
    // The entry that next() has read: offsets in bytes.
    long from;
    long to;
    long handler;
    long depth;
    boolean pushesOffset;

    ExceptionTable(@Nullable BytesView table) {
      super(table);
    }

    boolean isAtEnd() {
      return position >= limit;
    }

    /** Reads an entry; false at the end, and if the rest is no whole entry. */
    boolean next() {
      int entry = position;
      long[] fields = new long[4];
      for (int i = 0; i < fields.length; i++) {
        if (isAtEnd() || !isWhole()) {
          position = entry;
          return false;
        }
        fields[i] = readHighFirst();
      }
      from = 2 * fields[0];
      to = from + 2 * fields[1];
      handler = 2 * fields[2];
      depth = fields[3] >> 1;
      pushesOffset = (fields[3] & 1) != 0;
      return true;
    }

    private boolean isWhole() {
      int number = position;
      while (!isAtEnd()) {
        if ((read() & VarInts.MORE) == 0) {
          position = number;
          return true;
        }
      }
      return false;
    }
  }

  /** Walks a line table, of whatever version, beside the instructions. */
  private static final class LineTable extends VarInts {
    /** No line: the compiler made the instruction up. */
    static final int NONE = Integer.MIN_VALUE;

    private static final int NO_LINE_DELTA = -128;
    private static final int ENTRY_START = 0x80;
    private static final int CODE_NO_LOCATION = 15;
    private static final int CODE_LONG = 14;
    private static final int CODE_NO_COLUMNS = 13;
    private static final int CODE_ONE_LINE = 10;

    private final PythonVersion version;

    /** Where the range of the entry ends that was read last. */
    private long end;

    /** Line of that range. */
    private int shown = NONE;

    /** What the next difference counts from. */
    private int line;

    LineTable(CodeView code, PythonVersion version) {
      super(code.lineTable());
      this.version = version;
      this.line = code.firstLine();
    }

    /** Returns the line of an offset that is no lower than the one before; or NONE. */
    int lineAt(int offset) {
      while (end <= offset) {
        if (version.hasLocalsPlus()) {
          readLocation();
        } else if (version.hasLineTable()) {
          readRange();
        } else {
          readStep();
        }
      }
      return shown;
    }

    private void rest(int restLine) {
      end = Long.MAX_VALUE;
      shown = restLine;
    }

    /** Up to 3.9 a pair says how far the line so far reaches, then how the next one differs. */
    private void readStep() {
      if (limit - position < 2) {
        rest(line);
        return;
      }
      shown = line;
      end += read();
      int delta = read();
      line += version.isPython2() ? delta : (byte) delta;
    }

    /** In 3.10 a pair says how long a range is, and how its line differs from the one before. */
    private void readRange() {
      if (limit - position < 2) {
        rest(NONE);
        return;
      }
      end += read();
      int delta = (byte) read();
      if (delta == NO_LINE_DELTA) {
        shown = NONE;
      } else {
        line += delta;
        shown = line;
      }
    }

    /** From 3.11 on entries of several forms tell columns too; only first bytes have bit 7. */
    private void readLocation() {
      if (position >= limit) {
        rest(NONE);
        return;
      }
      int first = read();
      end += 2 * ((first & 7) + 1);
      int form = first >> 3 & 15;
      if (form == CODE_LONG || form == CODE_NO_COLUMNS) {
        line += readSignedLowFirst();
      } else if (form >= CODE_ONE_LINE && form < CODE_NO_COLUMNS) {
        line += form - CODE_ONE_LINE;
      }
      shown = form == CODE_NO_LOCATION ? NONE : line;
      while (position < limit && (bytes.byteAt(position) & ENTRY_START) == 0) {
        position++;
      }
    }
  }
}
