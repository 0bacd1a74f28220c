package org.marshalimage.format.stream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.Value;

/**
 * The fields of a version's code objects, in the order of the stream: objects, and between them
 * ints. Decoder and encoder both go by it. Switches, and not functions in a table, choose the
 * accessors: calls that the compiler cannot inline took 5 to 8 % of the time of decoding.
 *
 * <p>Source: {@code TYPE_CODE} in the {@code Python/marshal.c} of each version.
 */
final class CodeFields {
  /** How many objects there are up to the constants, these included, in each version. */
  static final int CONSTS_END = 2;

  private static final CodeFields[] ALL = new CodeFields[PythonVersion.values().length];

  static {
    for (PythonVersion version : PythonVersion.values()) {
      ALL[version.ordinal()] = new CodeFields(version);
    }
  }

  // Fields that are objects. Numbers and not enums, as each is chosen by one jump.
  private static final int CODE = 0;
  private static final int CONSTS = 1;
  private static final int NAMES = 2;
  private static final int LOCAL_NAMES = 3;
  private static final int KINDS = 4;
  private static final int FREEVARS = 5;
  private static final int CELLVARS = 6;
  private static final int FILENAME = 7;
  private static final int NAME = 8;
  private static final int QUAL_NAME = 9;
  private static final int LINE_TABLE = 10;
  private static final int EXCEPTION_TABLE = 11;

  // Fields that are 32-bit ints.
  private static final int ARG_COUNT = 0;
  private static final int POS_ONLY_ARG_COUNT = 1;
  private static final int KW_ONLY_ARG_COUNT = 2;
  private static final int LOCAL_COUNT = 3;
  private static final int STACK_SIZE = 4;
  private static final int FLAGS = 5;
  private static final int FIRST_LINE = 6;

  /** What Python calls the objects. */
  private final List<String> names = new ArrayList<>();

  private final byte[] objects = new byte[EXCEPTION_TABLE];

  /** The ints before all objects. */
  private final byte[] head;

  /** How many objects stand before the last int, the first line. */
  private final int beforeFirstLine;

  private CodeFields(PythonVersion version) {
    ByteBuffer ints = ByteBuffer.allocate(FIRST_LINE);
    ints.put((byte) ARG_COUNT);
    if (version.hasPosOnlyArgs()) {
      ints.put((byte) POS_ONLY_ARG_COUNT);
    }
    if (!version.isPython2()) {
      ints.put((byte) KW_ONLY_ARG_COUNT);
    }
    if (!version.hasLocalsPlus()) {
      ints.put((byte) LOCAL_COUNT);
    }
    ints.put((byte) STACK_SIZE).put((byte) FLAGS);
    head = Arrays.copyOf(ints.array(), ints.position());

    boolean plus = version.hasLocalsPlus();
    add(CODE, "code");
    add(CONSTS, "consts");
    add(NAMES, "names");
    add(LOCAL_NAMES, plus ? "localsplusnames" : "varnames");
    if (plus) {
      add(KINDS, "localspluskinds");
    } else {
      add(FREEVARS, "freevars");
      add(CELLVARS, "cellvars");
    }
    add(FILENAME, "filename");
    add(NAME, "name");
    if (plus) {
      add(QUAL_NAME, "qualname");
    }
    beforeFirstLine = names.size();
    add(LINE_TABLE, version.hasLineTable() ? "linetable" : "lnotab");
    if (plus) {
      add(EXCEPTION_TABLE, "exceptiontable");
    }
  }

  private void add(int object, String name) {
    objects[names.size()] = (byte) object;
    names.add(name);
  }

  static CodeFields of(PythonVersion version) {
    return ALL[version.ordinal()];
  }

  int objectCount() {
    return names.size();
  }

  /** Returns how many ints stand between the first {@code objectCount} objects and the next. */
  int intsAfter(int objectCount) {
    return objectCount == 0 ? head.length : objectCount == beforeFirstLine ? 1 : 0;
  }

  String nameOf(int index) {
    return names.get(index);
  }

  void setInt(CodeValue.Builder code, int objectCount, int index, int value) {
    switch (objectCount == 0 ? head[index] : FIRST_LINE) {
      case ARG_COUNT -> code.argCount(value);
      case POS_ONLY_ARG_COUNT -> code.posOnlyArgCount(value);
      case KW_ONLY_ARG_COUNT -> code.kwOnlyArgCount(value);
      case LOCAL_COUNT -> code.localCount(value);
      case STACK_SIZE -> code.stackSize(value);
      case FLAGS -> code.flags(value);
      default -> code.firstLine(value);
    }
  }

  int getInt(CodeValue code, int objectCount, int index) {
    return switch (objectCount == 0 ? head[index] : FIRST_LINE) {
      case ARG_COUNT -> code.argCount();
      case POS_ONLY_ARG_COUNT -> code.posOnlyArgCount();
      case KW_ONLY_ARG_COUNT -> code.kwOnlyArgCount();
      case LOCAL_COUNT -> code.localCount();
      case STACK_SIZE -> code.stackSize();
      case FLAGS -> code.flags();
      default -> code.firstLine();
    };
  }

  void setObject(CodeValue.Builder code, int index, Value value) {
    switch (objects[index]) {
      case CODE -> code.code(value);
      case CONSTS -> code.consts(value);
      case NAMES -> code.names(value);
      case LOCAL_NAMES -> code.localNames(value);
      case KINDS -> code.kinds(value);
      case FREEVARS -> code.freevars(value);
      case CELLVARS -> code.cellvars(value);
      case FILENAME -> code.filename(value);
      case NAME -> code.name(value);
      case QUAL_NAME -> code.qualName(value);
      case LINE_TABLE -> code.lineTable(value);
      default -> code.exceptionTable(value);
    }
  }

  @Nullable Value getObject(CodeValue code, int index) {
    return switch (objects[index]) {
      case CODE -> code.code();
      case CONSTS -> code.consts();
      case NAMES -> code.names();
      case LOCAL_NAMES -> code.localNames();
      case KINDS -> code.kinds();
      case FREEVARS -> code.storedFreevars();
      case CELLVARS -> code.storedCellvars();
      case FILENAME -> code.filename();
      case NAME -> code.name();
      case QUAL_NAME -> code.qualName();
      case LINE_TABLE -> code.lineTable();
      default -> code.exceptionTable();
    };
  }
}
