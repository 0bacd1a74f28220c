package org.marshalimage.format.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.Numbered;

/**
 * A code object with the fields of its Python version. Names are {@link StrValue}s, in 2.7 {@link
 * BytesValue}s.
 *
 * <p>Source: CPython's {@code Objects/codeobject.c}, and the order of fields in {@code
 * Python/marshal.c}.
 */
public final class CodeValue extends Numbered implements Value {
  private static final int FLAG_VARARGS = 0x4;
  private static final int FLAG_VARKEYWORDS = 0x8;

  /** Bytes of an instruction unit from 3.6 on. */
  private static final int CODE_UNIT = 2;

  private Builder fields;
  private int localCount;

  private CodeValue(Builder fields) {
    this.fields = fields;
  }

  private void fill(Builder filled) {
    fields = filled;
    localCount =
        filled.kinds == null ? filled.localCount : ((BytesValue) filled.kinds).localCount();
  }

  /**
   * Starts a code object.
   *
   * @param version the version whose fields it has
   * @return a builder with all counts 0 and no objects
   */
  public static Builder builder(PythonVersion version) {
    return new Builder(version);
  }

  /**
   * Returns the version whose fields this code object has.
   *
   * @return the version
   */
  public PythonVersion version() {
    return fields.version;
  }

  /**
   * Returns the number of positional arguments.
   *
   * @return {@code co_argcount}
   */
  public int argCount() {
    return fields.argCount;
  }

  /**
   * Returns the number of positional-only arguments.
   *
   * @return {@code co_posonlyargcount}; 0 before 3.8
   */
  public int posOnlyArgCount() {
    return fields.posOnlyArgCount;
  }

  /**
   * Returns the number of keyword-only arguments.
   *
   * @return {@code co_kwonlyargcount}; 0 in 2.7
   */
  public int kwOnlyArgCount() {
    return fields.kwOnlyArgCount;
  }

  /**
   * Returns the number of local variables.
   *
   * @return {@code co_nlocals}
   */
  public int localCount() {
    return localCount;
  }

  /**
   * Returns the depth of the evaluation stack.
   *
   * @return {@code co_stacksize}
   */
  public int stackSize() {
    return fields.stackSize;
  }

  /**
   * Returns the flags.
   *
   * @return {@code co_flags}
   */
  public int flags() {
    return fields.flags;
  }

  /**
   * Returns the first line.
   *
   * @return {@code co_firstlineno}
   */
  public int firstLine() {
    return fields.firstLine;
  }

  /**
   * Returns the bytecode.
   *
   * @return {@code co_code}
   */
  public BytesValue code() {
    return (BytesValue) fields.code;
  }

  /**
   * Returns the constants.
   *
   * @return {@code co_consts}, a tuple
   */
  public SequenceValue consts() {
    return (SequenceValue) fields.consts;
  }

  /**
   * Returns the names of globals and attributes.
   *
   * @return {@code co_names}, a tuple
   */
  public SequenceValue names() {
    return (SequenceValue) fields.names;
  }

  /**
   * Returns the names of all variables in the order of their slots.
   *
   * @return {@code co_localsplusnames}, before 3.11 {@code co_varnames}, a tuple
   */
  public SequenceValue localNames() {
    return (SequenceValue) fields.localNames;
  }

  /**
   * Returns the kind of each variable in {@link #localNames()}.
   *
   * @return {@code co_localspluskinds}; null before 3.11
   */
  public @Nullable BytesValue kinds() {
    return (BytesValue) fields.kinds;
  }

  /**
   * Returns the stored tuple of free variables.
   *
   * @return {@code co_freevars}; null from 3.11 on, where {@link #freevars()} finds them by kind
   */
  public @Nullable SequenceValue storedFreevars() {
    return (SequenceValue) fields.freevars;
  }

  /**
   * Returns the stored tuple of cell variables.
   *
   * @return {@code co_cellvars}; null from 3.11 on, where {@link #cellvars()} finds them by kind
   */
  public @Nullable SequenceValue storedCellvars() {
    return (SequenceValue) fields.cellvars;
  }

  /**
   * Returns the names of local variables.
   *
   * @return the items of {@code co_varnames}
   */
  public List<Value> varnames() {
    return fields.kinds == null ? items(fields.localNames) : ofKind(CodeLayout.KIND_LOCAL);
  }

  /**
   * Returns the names of cell variables.
   *
   * @return the items of {@code co_cellvars}
   */
  public List<Value> cellvars() {
    return fields.kinds == null ? items(fields.cellvars) : ofKind(CodeLayout.KIND_CELL);
  }

  /**
   * Returns the names of free variables.
   *
   * @return the items of {@code co_freevars}
   */
  public List<Value> freevars() {
    return fields.kinds == null ? items(fields.freevars) : ofKind(CodeLayout.KIND_FREE);
  }

  /**
   * Returns the file name.
   *
   * @return {@code co_filename}
   */
  public Value filename() {
    return fields.filename;
  }

  /**
   * Returns the name.
   *
   * @return {@code co_name}
   */
  public Value name() {
    return fields.name;
  }

  /**
   * Returns the qualified name.
   *
   * @return {@code co_qualname}; null before 3.11
   */
  public @Nullable Value qualName() {
    return fields.qualName;
  }

  /**
   * Returns the line table.
   *
   * @return {@code co_linetable}, before 3.10 {@code co_lnotab}
   */
  public BytesValue lineTable() {
    return (BytesValue) fields.lineTable;
  }

  /**
   * Returns the exception table.
   *
   * @return {@code co_exceptiontable}; null before 3.11
   */
  public @Nullable BytesValue exceptionTable() {
    return (BytesValue) fields.exceptionTable;
  }

  @Override
  public int childCount() {
    return CodeLayout.SLOTS;
  }

  @Override
  public @Nullable Value child(int index) {
    return CodeSlots.get(this, index);
  }

  @Override
  public int typeCode() {
    return TypeCode.CODE;
  }

  @Override
  public String toString() {
    return "code object " + fields.name;
  }

  private List<Value> ofKind(int kind) {
    List<Value> names = new ArrayList<>();
    for (int i = 0; i < localNames().size(); i++) {
      if ((kinds().byteAt(i) & kind) != 0) {
        names.add(localNames().get(i));
      }
    }
    return names;
  }

  private static List<Value> items(Value tuple) {
    SequenceValue sequence = (SequenceValue) tuple;
    List<Value> items = new ArrayList<>(sequence.size());
    for (int i = 0; i < sequence.size(); i++) {
      items.add(sequence.get(i));
    }
    return items;
  }

  /**
   * Holds the numbers of a code object against each other.
   *
   * @param version of the code object
   * @param argCount {@code co_argcount}
   * @param posOnlyArgCount {@code co_posonlyargcount}
   * @param kwOnlyArgCount {@code co_kwonlyargcount}
   * @param localCount {@code co_nlocals}
   * @param stackSize {@code co_stacksize}
   * @param flags {@code co_flags}
   * @throws IllegalArgumentException if CPython of that version would refuse them
   */
  public static void checkCounts(
      PythonVersion version,
      int argCount,
      int posOnlyArgCount,
      int kwOnlyArgCount,
      int localCount,
      int stackSize,
      int flags) {
    if (!version.hasPosOnlyArgs() && posOnlyArgCount != 0) {
      throw new IllegalArgumentException(
          "posonlyargcount: Python " + version + " has none, found " + posOnlyArgCount);
    }
    if (version.isPython2() && kwOnlyArgCount != 0) {
      throw new IllegalArgumentException(
          "kwonlyargcount: Python " + version + " has none, found " + kwOnlyArgCount);
    }
    checkNotNegative("argcount", argCount);
    checkNotNegative("posonlyargcount", posOnlyArgCount);
    checkNotNegative("kwonlyargcount", kwOnlyArgCount);
    checkNotNegative("nlocals", localCount);
    if (version.hasPosOnlyArgs()) {
      checkNotNegative("stacksize", stackSize);
      checkNotNegative("flags", flags);
    }
    if (posOnlyArgCount > argCount) {
      throw new IllegalArgumentException(
          "posonlyargcount: expected at most argcount, " + argCount + ", found " + posOnlyArgCount);
    }
  }

  private static void checkNotNegative(String field, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(field + ": expected at least 0, found " + value);
    }
  }

  /**
   * Holds more numbers of a code object of 3.11 or newer against each other.
   *
   * @param argCount {@code co_argcount}
   * @param kwOnlyArgCount {@code co_kwonlyargcount}
   * @param localCount {@code co_nlocals}, as the kinds tell
   * @param flags {@code co_flags}
   * @param codeLength bytes of {@code co_code}
   * @throws IllegalArgumentException if CPython would refuse them
   */
  public static void checkLocalsPlus(
      int argCount, int kwOnlyArgCount, int localCount, int flags, int codeLength) {
    if (codeLength % CODE_UNIT != 0) {
      throw new IllegalArgumentException("code: expected an even length, found " + codeLength);
    }
    checkArguments("localspluskinds", argCount, kwOnlyArgCount, localCount, flags);
  }

  /**
   * Holds the number of arguments of a code object of 3.6 to 3.10 against that of its variables.
   *
   * @param argCount {@code co_argcount}
   * @param kwOnlyArgCount {@code co_kwonlyargcount}
   * @param varnameCount names in {@code co_varnames}
   * @param flags {@code co_flags}
   * @throws IllegalArgumentException if CPython would refuse them
   */
  public static void checkVarnames(int argCount, int kwOnlyArgCount, int varnameCount, int flags) {
    checkArguments("varnames", argCount, kwOnlyArgCount, varnameCount, flags);
  }

  /**
   * CPython 3.11 and newer subtract in 32 bits, so that two counts near 2<sup>31</sup> pass there.
   */
  private static void checkArguments(
      String field, int argCount, int kwOnlyArgCount, int localCount, int flags) {
    long arguments =
        (long) argCount
            + kwOnlyArgCount
            + ((flags & FLAG_VARARGS) != 0 ? 1 : 0)
            + ((flags & FLAG_VARKEYWORDS) != 0 ? 1 : 0);
    if (arguments > localCount) {
      throw new IllegalArgumentException(
          field
              + ": expected at least "
              + arguments
              + " locals, one for each argument, found "
              + localCount);
    }
  }

  /** Collects the fields of a code object; {@link #build()} checks them. Not thread-safe. */
  public static final class Builder implements Cloneable {
    private final PythonVersion version;
    private int argCount;
    private int posOnlyArgCount;
    private int kwOnlyArgCount;
    private int localCount;
    private int stackSize;
    private int flags;
    private int firstLine;
    private @Nullable Value code;
    private @Nullable Value consts;
    private @Nullable Value names;
    private @Nullable Value localNames;
    private @Nullable Value kinds;
    private @Nullable Value freevars;
    private @Nullable Value cellvars;
    private @Nullable Value filename;
    private @Nullable Value name;
    private @Nullable Value qualName;
    private @Nullable Value lineTable;
    private @Nullable Value exceptionTable;
    private @Nullable CodeValue unfinished;

    private Builder(PythonVersion version) {
      this.version = version;
    }

    /** Sets {@code co_argcount}. */
    public Builder argCount(int count) {
      argCount = count;
      return this;
    }

    /** Sets {@code co_posonlyargcount}; 3.8 and newer. */
    public Builder posOnlyArgCount(int count) {
      posOnlyArgCount = count;
      return this;
    }

    /** Sets {@code co_kwonlyargcount}; Python 3. */
    public Builder kwOnlyArgCount(int count) {
      kwOnlyArgCount = count;
      return this;
    }

    /** Sets {@code co_nlocals}; before 3.11, since then the kinds tell. */
    public Builder localCount(int count) {
      localCount = count;
      return this;
    }

    /** Sets {@code co_stacksize}. */
    public Builder stackSize(int size) {
      stackSize = size;
      return this;
    }

    /** Sets {@code co_flags}. */
    public Builder flags(int value) {
      flags = value;
      return this;
    }

    /** Sets {@code co_firstlineno}. */
    public Builder firstLine(int line) {
      firstLine = line;
      return this;
    }

    /** Sets {@code co_code}, a bytes object. */
    public Builder code(Value value) {
      code = value;
      return this;
    }

    /** Sets {@code co_consts}, a tuple. */
    public Builder consts(Value value) {
      consts = value;
      return this;
    }

    /** Sets {@code co_names}, a tuple of names. */
    public Builder names(Value value) {
      names = value;
      return this;
    }

    /** Sets {@code co_localsplusnames}, before 3.11 {@code co_varnames}; a tuple of names. */
    public Builder localNames(Value value) {
      localNames = value;
      return this;
    }

    /** Sets {@code co_localspluskinds}, a bytes object; 3.11 and newer. */
    public Builder kinds(Value value) {
      kinds = value;
      return this;
    }

    /** Sets {@code co_freevars}, a tuple of names; before 3.11. */
    public Builder freevars(Value value) {
      freevars = value;
      return this;
    }

    /** Sets {@code co_cellvars}, a tuple of names; before 3.11. */
    public Builder cellvars(Value value) {
      cellvars = value;
      return this;
    }

    /** Sets {@code co_filename}, a name. */
    public Builder filename(Value value) {
      filename = value;
      return this;
    }

    /** Sets {@code co_name}, a name. */
    public Builder name(Value value) {
      name = value;
      return this;
    }

    /** Sets {@code co_qualname}, a name; 3.11 and newer. */
    public Builder qualName(Value value) {
      qualName = value;
      return this;
    }

    /** Sets {@code co_linetable}, before 3.10 {@code co_lnotab}; a bytes object. */
    public Builder lineTable(Value value) {
      lineTable = value;
      return this;
    }

    /** Sets {@code co_exceptiontable}, a bytes object; 3.11 and newer. */
    public Builder exceptionTable(Value value) {
      exceptionTable = value;
      return this;
    }

    /**
     * Returns the code object that the next {@link #build} makes, for readers of graphs with
     * cycles. Until then it has a version, and nothing else may be asked of it.
     *
     * @return the same object until it is made
     */
    public CodeValue unfinished() {
      if (unfinished == null) {
        unfinished = new CodeValue(new Builder(version));
      }
      return unfinished;
    }

    /**
     * Checks that every field of the version is there, has its type, and that there is no other.
     *
     * @return the code object
     * @throws IllegalArgumentException if not; the message starts with the name of the field
     */
    public CodeValue build() {
      boolean localsPlus = version.hasLocalsPlus();
      int nameType = version.isPython2() ? TypeCode.BYTES : TypeCode.STR;
      checkCounts(version, argCount, posOnlyArgCount, kwOnlyArgCount, localCount, stackSize, flags);
      require("code", code, TypeCode.BYTES, true);
      require("consts", consts, TypeCode.TUPLE, true);
      require("names", names, TypeCode.TUPLE, true);
      require(localsPlus ? "localsplusnames" : "varnames", localNames, TypeCode.TUPLE, true);
      require("localspluskinds", kinds, TypeCode.BYTES, localsPlus);
      require("freevars", freevars, TypeCode.TUPLE, !localsPlus);
      require("cellvars", cellvars, TypeCode.TUPLE, !localsPlus);
      require("filename", filename, nameType, true);
      require("name", name, nameType, true);
      require("qualname", qualName, nameType, localsPlus);
      require(version.hasLineTable() ? "linetable" : "lnotab", lineTable, TypeCode.BYTES, true);
      require("exceptiontable", exceptionTable, TypeCode.BYTES, localsPlus);
      requireNames("names", names, nameType);
      requireNames(localsPlus ? "localsplusnames" : "varnames", localNames, nameType);
      requireNames("freevars", freevars, nameType);
      requireNames("cellvars", cellvars, nameType);
      CodeValue built = unfinished();
      unfinished = null;
      built.fill(copy());
      if (localsPlus) {
        checkLocalsPlus(built);
      } else if (!version.isPython2()) {
        checkVarnames(argCount, kwOnlyArgCount, built.localNames().size(), flags);
      }
      return built;
    }

    private static void checkLocalsPlus(CodeValue built) {
      int expected = built.localNames().size();
      int found = built.kinds().length();
      if (expected != found) {
        throw new IllegalArgumentException(
            "localspluskinds: expected a byte for each of " + expected + " names, found " + found);
      }
      CodeValue.checkLocalsPlus(
          built.argCount(),
          built.kwOnlyArgCount(),
          built.localCount(),
          built.flags(),
          built.code().length());
    }

    private static void requireNames(String field, @Nullable Value tuple, int nameType) {
      if (tuple == null) {
        return;
      }
      SequenceValue names = (SequenceValue) tuple;
      if (names.holdsOnly(nameType)) {
        return;
      }
      for (int i = 0; i < names.size(); i++) {
        if (names.get(i).typeCode() != nameType) {
          throw new IllegalArgumentException(
              field
                  + "["
                  + i
                  + "]: expected "
                  + TypeCode.nameOf(nameType)
                  + ", found "
                  + TypeCode.nameOf(names.get(i).typeCode()));
        }
      }
    }

    /** A builder that is used again must not change what it built. */
    private Builder copy() {
      try {
        return (Builder) clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }

    private void require(String field, @Nullable Value value, int typeCode, boolean present) {
      if (present ? value == null || value.typeCode() != typeCode : value != null) {
        throw new IllegalArgumentException(
            field
                + ": expected "
                + (present ? TypeCode.nameOf(typeCode) : "none in Python " + version)
                + ", found "
                + (value == null ? "none" : TypeCode.nameOf(value.typeCode())));
      }
    }
  }
}
