package org.marshalimage.cli;

import java.io.PrintWriter;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.CodeView;
import org.marshalimage.ImageObject;
import org.marshalimage.TupleView;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.bytecode.ArgumentKind;
import org.marshalimage.format.bytecode.ExceptionTable;
import org.marshalimage.format.bytecode.Instructions;
import org.marshalimage.format.bytecode.LineTable;
import org.marshalimage.format.bytecode.Opcodes;

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
  private final Opcodes opcodes;
  private final Instructions at;
  private final TupleView consts;
  private final TupleView names;
  private final TupleView locals;
  private final @Nullable TupleView cellvars;
  private final @Nullable TupleView freevars;

  private Disassembler(CodeView code, PythonVersion version) {
    this.code = code;
    this.version = version;
    opcodes = Opcodes.of(version);
    at = code.instructions();
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
    if (version == null) {
      out.println(indent + "(no disassembly: the opcodes of this Python version are not known)");
      return;
    }
    Disassembler disassembler = new Disassembler(code, version);
    disassembler.printInstructions(out, indent);
    disassembler.printExceptionTable(out, indent);
  }

  private void printInstructions(PrintWriter out, String indent) {
    BitSet targets = targets();
    LineTable lines = code.lines();
    int line = LineTable.NONE;
    at.seek(0);
    while (at.next()) {
      StringBuilder row = new StringBuilder(indent);
      int start = at.startOffset();
      int newLine = lines.seek(start) ? lines.line() : LineTable.NONE;
      boolean startsLine = start == 0 || newLine != line;
      line = newLine;
      right(row, !startsLine ? "" : line == LineTable.NONE ? "--" : "" + line, LINE_WIDTH);
      row.append(targets.get(start) ? " >>" : "   ");
      right(row, "" + start, OFFSET_WIDTH);
      row.append("  ").append(at.opcode().name());
      if (at.hasArgument()) {
        int column = indent.length() + LINE_WIDTH + OFFSET_WIDTH + NAME_WIDTH + 5;
        right(row, " " + at.argument(), Math.max(0, column + ARGUMENT_WIDTH - row.length()));
        String meaning = meaning();
        row.append(meaning == null ? "" : " (" + meaning + ")");
      }
      row.append(at.isTruncated() ? " <truncated>" : "");
      out.println(row);
    }
  }

  private static void right(StringBuilder row, String text, int width) {
    row.append(" ".repeat(Math.max(0, width - text.length()))).append(text);
  }

  /** Finds the offsets that jumps and the exception table lead to. */
  private BitSet targets() {
    BitSet targets = new BitSet();
    while (at.next()) {
      int target = at.jumpTarget();
      if (target != Instructions.NO_TARGET) {
        targets.set(target);
      }
    }
    ExceptionTable exceptions = code.handlers();
    while (exceptions.next()) {
      if (exceptions.target() < code.code().length()) {
        targets.set(exceptions.target());
      }
    }
    return targets;
  }

  /** Returns what the current argument means; null if it is a number that means itself. */
  private @Nullable String meaning() {
    int argument = at.argument();
    ArgumentKind kind = at.opcode().argument();
    return switch (kind) {
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
      case BINARY, INTRINSIC_1, INTRINSIC_2, COMMON_CONSTANT, SPECIAL_METHOD ->
          listed(kind, argument);
      case FUNCTION_PARTS -> functionParts();
      case CONVERSION ->
          argument > 0 && argument < CONVERSIONS.length ? CONVERSIONS[argument] : UNKNOWN;
      case FORMAT -> format();
      case CALL ->
          (argument & MAX_BYTE) + " positional, " + (argument >> 8 & MAX_BYTE) + " keyword";
    };
  }

  private boolean hasFlag(int flag) {
    return (at.argument() & flag) != 0;
  }

  private String constant() {
    ImageObject value = item(consts, at.argument());
    return value == null ? UNKNOWN : ConstantRepr.of(value, version.isPython2(), MAX_MEANING);
  }

  private String comparison() {
    String operator = listed(ArgumentKind.COMPARE, at.argument() >> opcodes.compareShift());
    // From 3.13 on the highest flag asks for a bool.
    boolean isBool = opcodes.compareShift() > 4 && hasFlag(16);
    return isBool ? "bool(" + operator + ")" : operator;
  }

  private @Nullable String format() {
    String conversion = CONVERSIONS[at.argument() & 3];
    String format = hasFlag(4) ? "with format" : "";
    String separator = conversion.isEmpty() || format.isEmpty() ? "" : ", ";
    return emptyToNull(conversion + separator + format);
  }

  private @Nullable String functionParts() {
    StringBuilder parts = new StringBuilder();
    for (int bits = at.argument(); bits != 0; bits &= bits - 1) {
      parts.append(parts.length() == 0 ? "" : ", ");
      parts.append(listed(ArgumentKind.FUNCTION_PARTS, Integer.numberOfTrailingZeros(bits)));
    }
    return emptyToNull(parts.toString());
  }

  private String listed(ArgumentKind kind, int index) {
    String name = opcodes.meaning(kind, index);
    return name == null ? UNKNOWN : name;
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private String freeName() {
    int argument = at.argument();
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
    int target = at.jumpTarget();
    // Its argument is no jump: it says where the loop began that the instruction ends.
    String direction = at.opcode().name().equals("END_ASYNC_FOR") ? "from " : "to ";
    return target == Instructions.NO_TARGET ? UNKNOWN : direction + target;
  }

  private void printExceptionTable(PrintWriter out, String indent) {
    ExceptionTable exceptions = code.handlers();
    if (!exceptions.hasMore()) {
      return;
    }
    out.println(indent + "exceptions (from, up to, handler, stack depth):");
    while (exceptions.next()) {
      StringBuilder row = new StringBuilder(indent);
      right(row, "" + exceptions.start(), LINE_WIDTH);
      row.append(" up to ").append(exceptions.end()).append(" -> ").append(exceptions.target());
      row.append(" [").append(exceptions.depth()).append(']');
      out.println(row.append(exceptions.pushesOffset() ? " lasti" : ""));
    }
    if (exceptions.hasMore()) {
      out.println(indent + "  <truncated>");
    }
  }
}
