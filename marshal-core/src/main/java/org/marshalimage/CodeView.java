package org.marshalimage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.bytecode.CodeFlag;
import org.marshalimage.format.bytecode.ExceptionTable;
import org.marshalimage.format.bytecode.Instructions;
import org.marshalimage.format.bytecode.LineTable;
import org.marshalimage.internal.layout.CodeTables;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * A code object with the fields of its Python version. In Python 2 names are bytes objects: the
 * methods that return one give a {@link StrView} all the same, and tuples of names hold {@link
 * BytesView}s.
 */
public final class CodeView extends ImageObject {
  private static final int[] NO_INDEXES = {};

  CodeView(ImageBytes bytes, long offset) {
    super(bytes, offset);
    ObjectChecks.checkCode(bytes, offset);
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new CodeView(bytes, offset);
  }

  /**
   * Returns the name.
   *
   * @return {@code co_name}
   */
  public StrView name() {
    return StrView.nameAtSlot(bytes, slot(CodeLayout.NAME_SLOT), "code name");
  }

  /**
   * Returns the qualified name.
   *
   * @return {@code co_qualname}; null before 3.11
   */
  public @Nullable StrView qualName() {
    long slot = slot(CodeLayout.QUALNAME_SLOT);
    return bytes.isEmptySlot(slot) ? null : StrView.nameAtSlot(bytes, slot, "code qualname");
  }

  /**
   * Returns the file name.
   *
   * @return {@code co_filename}
   */
  public StrView filename() {
    return StrView.nameAtSlot(bytes, slot(CodeLayout.FILENAME_SLOT), "code filename");
  }

  /**
   * Returns the constants.
   *
   * @return {@code co_consts}
   */
  public TupleView consts() {
    return tuple(CodeLayout.CONSTS_SLOT, "code consts");
  }

  /**
   * Returns the names of globals and attributes.
   *
   * @return {@code co_names}
   */
  public TupleView names() {
    return tuple(CodeLayout.NAMES_SLOT, "code names");
  }

  /**
   * Returns the names of all variables in the order of their slots.
   *
   * @return {@code co_localsplusnames}, before 3.11 {@code co_varnames}
   */
  public TupleView localNames() {
    return tuple(CodeLayout.LOCAL_NAMES_SLOT, "code local names");
  }

  /**
   * Returns the kind of each variable in {@link #localNames()}: bits {@link CodeLayout#KIND_LOCAL},
   * {@link CodeLayout#KIND_CELL}, {@link CodeLayout#KIND_FREE} and those of the version.
   *
   * @return {@code co_localspluskinds}; null before 3.11
   */
  public @Nullable BytesView localKinds() {
    return hasLocalsPlus()
        ? bytesObject(CodeLayout.KINDS_OR_FREEVARS_SLOT, "code local kinds")
        : null;
  }

  /**
   * Returns the names of local variables, arguments first.
   *
   * @return {@code co_varnames}
   */
  public TupleView varnames() {
    return hasLocalsPlus() ? ofKind(CodeLayout.KIND_LOCAL) : localNames();
  }

  /**
   * Returns the names of variables that inner functions use.
   *
   * @return {@code co_cellvars}
   */
  public TupleView cellvars() {
    return hasLocalsPlus()
        ? ofKind(CodeLayout.KIND_CELL)
        : tuple(CodeLayout.EXCEPTIONS_OR_CELLVARS_SLOT, "code cellvars");
  }

  /**
   * Returns the names of variables of outer functions.
   *
   * @return {@code co_freevars}
   */
  public TupleView freevars() {
    return hasLocalsPlus()
        ? ofKind(CodeLayout.KIND_FREE)
        : tuple(CodeLayout.KINDS_OR_FREEVARS_SLOT, "code freevars");
  }

  /**
   * Returns the bytecode where it lies. If the file is cut, {@link MarshalImage} tells what reading
   * gives.
   *
   * @return {@code co_code}: a new read-only little-endian buffer over the mapping
   */
  public ByteBuffer bytecode() {
    return code().buffer();
  }

  /**
   * Returns the bytecode for an interpreter that writes into it. In place alone. Code objects with
   * equal bytecode have one bytes object between them, and what is written must suit all of them,
   * unless the image was made with {@code ImageWriter.separateBytecode()}.
   *
   * @return {@code co_code}: a new writable little-endian buffer over the mapping
   * @throws UnsupportedOperationException if the image is mapped read-only
   */
  public ByteBuffer writableBytecode() {
    if (!bytes.isInPlace()) {
      throw Failures.notInPlace(bytes, "writable bytecode");
    }
    BytesView code = code();
    return bytes.writableSlice(code.offset + BytesLayout.DATA_OFFSET, code.length());
  }

  /**
   * Returns the bytecode as the bytes object that it is.
   *
   * @return {@code co_code}
   */
  public BytesView code() {
    return bytesObject(CodeLayout.CODE_SLOT, "bytecode");
  }

  /**
   * Returns the line table.
   *
   * @return {@code co_linetable}, before 3.10 {@code co_lnotab}
   */
  public BytesView lineTable() {
    return bytesObject(CodeLayout.LINE_TABLE_SLOT, "code line table");
  }

  /**
   * Returns the exception table.
   *
   * @return {@code co_exceptiontable}; null before 3.11
   */
  public @Nullable BytesView exceptionTable() {
    return hasLocalsPlus()
        ? bytesObject(CodeLayout.EXCEPTIONS_OR_CELLVARS_SLOT, "code exception table")
        : null;
  }

  /**
   * Makes a cursor over the instructions. It reads the bytecode where it lies.
   *
   * @return a new cursor before the first instruction
   * @throws IllegalStateException if the Python version is not known
   */
  public Instructions instructions() {
    return Instructions.of(CodeTables.version(bytes, offset), bytecode());
  }

  /**
   * Makes a cursor over the ranges of the line table, for all lines, or for columns. It reads the
   * table where it lies.
   *
   * @return a new cursor before the first range
   * @throws IllegalStateException if the Python version is not known
   */
  public LineTable lines() {
    PythonVersion version = CodeTables.version(bytes, offset);
    return LineTable.of(version, lineTable().buffer(), firstLine(), code().length());
  }

  /**
   * Makes a cursor over the entries of the exception table. It reads the table where it lies.
   *
   * @return a new cursor before the first entry; there is none before 3.11
   */
  public ExceptionTable handlers() {
    BytesView table = exceptionTable();
    return ExceptionTable.of(table == null ? ByteBuffer.allocate(0) : table.buffer());
  }

  /**
   * Returns the source line of an instruction: for a traceback, a trace event, or a sample. Nothing
   * is allocated; it takes time that grows with the line table, about a microsecond for a long
   * function. Who asks for every instruction walks {@link #lines()} beside them.
   *
   * @param offset bytes in the bytecode, of an instruction's opcode or of anything that belongs to
   *     it (CPython's {@code f_lasti})
   * @return the line; {@link LineTable#NONE} if the instruction has none
   * @throws IndexOutOfBoundsException if the offset is not one of the bytecode
   * @throws IllegalStateException if the Python version is not known
   */
  public int lineAt(int offset) {
    return CodeTables.lineAt(bytes, this.offset, offset);
  }

  /**
   * Returns where an exception goes that an instruction raises. Nothing is allocated; it takes time
   * that grows with the exception table.
   *
   * <pre>{@code
   * long handler = code.handlerAt(offset);
   * if (handler == ExceptionTable.NO_HANDLER) {
   *   return leaveFrame(exception);
   * }
   * stack.popTo(ExceptionTable.depthOf(handler));
   * if (ExceptionTable.pushesOffsetOf(handler)) {
   *   stack.push(offset);
   * }
   * stack.push(exception);
   * next = ExceptionTable.targetOf(handler);
   * }</pre>
   *
   * @param offset bytes in the bytecode, of the instruction
   * @return {@link ExceptionTable#NO_HANDLER} if there is none, as always before 3.11, where blocks
   *     are set up by instructions; else a handler inside the bytecode
   * @throws IndexOutOfBoundsException if the offset is not one of the bytecode
   * @throws IllegalStateException if the Python version is not known
   * @throws org.marshalimage.format.CorruptImageException if the table is malformed up to there, or
   *     names a handler outside the bytecode
   */
  public long handlerAt(int offset) {
    return CodeTables.handlerAt(bytes, this.offset, offset);
  }

  /**
   * Returns the number of positional arguments.
   *
   * @return {@code co_argcount}
   */
  public int argCount() {
    return bytes.getInt(offset + CodeLayout.ARG_COUNT_OFFSET);
  }

  /**
   * Returns the number of positional-only arguments.
   *
   * @return {@code co_posonlyargcount}; 0 before 3.8
   */
  public int posOnlyArgCount() {
    return bytes.getInt(offset + CodeLayout.POS_ONLY_ARG_COUNT_OFFSET);
  }

  /**
   * Returns the number of keyword-only arguments.
   *
   * @return {@code co_kwonlyargcount}; 0 in 2.7
   */
  public int kwOnlyArgCount() {
    return bytes.getInt(offset + CodeLayout.KW_ONLY_ARG_COUNT_OFFSET);
  }

  /**
   * Returns the number of local variables.
   *
   * @return {@code co_nlocals}
   */
  public int localCount() {
    return bytes.getInt(offset + CodeLayout.LOCAL_COUNT_OFFSET);
  }

  /**
   * Returns the depth of the evaluation stack.
   *
   * @return {@code co_stacksize}
   */
  public int stackSize() {
    return bytes.getInt(offset + CodeLayout.STACK_SIZE_OFFSET);
  }

  /**
   * Returns the flags.
   *
   * @return {@code co_flags}
   */
  public int flags() {
    return bytes.getInt(offset + CodeLayout.FLAGS_OFFSET);
  }

  /**
   * Tells whether a flag is set, whose bit the code object's version decides.
   *
   * @param flag for example {@link CodeFlag#GENERATOR}
   * @return whether {@link #flags()} has it; false if the version has no such flag
   * @throws IllegalStateException if the Python version is not known
   */
  public boolean has(CodeFlag flag) {
    return (flags() & flag.mask(CodeTables.version(bytes, offset))) != 0;
  }

  /**
   * Returns the first line.
   *
   * @return {@code co_firstlineno}
   */
  public int firstLine() {
    return bytes.getInt(offset + CodeLayout.FIRST_LINE_OFFSET);
  }

  /**
   * Returns the code object's number; the numbers of an image are dense, and those of a module
   * consecutive.
   *
   * @return 0 to the number of code objects of the image, less 1
   */
  public int codeNumber() {
    return bytes.getInt(offset + ObjectLayout.SIZE_OFFSET);
  }

  /**
   * Returns the Python version whose fields this code object has.
   *
   * @return nothing if this library does not know it
   */
  public Optional<PythonVersion> pythonVersion() {
    int magic = bytes.getShort(offset + CodeLayout.MAGIC_OFFSET) & 0xFFFF;
    return Optional.ofNullable(PythonVersion.ofMagicNumber(magic));
  }

  @Override
  public String toString() {
    return "code object " + name();
  }

  /** Only code objects of 3.11 and newer have a qualified name. */
  private boolean hasLocalsPlus() {
    return !bytes.isEmptySlot(slot(CodeLayout.QUALNAME_SLOT));
  }

  private long slot(int index) {
    return ObjectChecks.codeSlot(bytes, offset, index);
  }

  private TupleView tuple(int slot, String name) {
    return new TupleView(bytes, ObjectChecks.target(bytes, slot(slot), TypeCode.TUPLE, name));
  }

  private BytesView bytesObject(int slot, String name) {
    return new BytesView(bytes, ObjectChecks.target(bytes, slot(slot), TypeCode.BYTES, name));
  }

  private TupleView ofKind(int kind) {
    TupleView all = localNames();
    BytesView kinds = localKinds();
    if (kinds.length() != all.size()) {
      throw Failures.field(
          bytes, "number of local kinds", all.size(), kinds.length(), kinds.offset());
    }
    int[] indexes = NO_INDEXES;
    int count = 0;
    for (int i = 0; i < kinds.length(); i++) {
      if ((kinds.byteAt(i) & kind) != 0) {
        if (count == indexes.length) {
          indexes = Arrays.copyOf(indexes, Math.max(8, 2 * count));
        }
        indexes[count++] = i;
      }
    }
    return count == all.size()
        ? all
        : new TupleView(bytes, all.offset(), Arrays.copyOf(indexes, count));
  }
}
