package org.marshalimage.format.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final CodeFields[] ALL = new CodeFields[PythonVersion.values().length];

  static {
    for (PythonVersion version : PythonVersion.values()) {
      ALL[version.ordinal()] = new CodeFields(version);
    }
  }

  /** A field that is an object. */
  private enum ObjectField {
    CODE,
    CONSTS,
    NAMES,
    LOCAL_NAMES,
    KINDS,
    FREEVARS,
    CELLVARS,
    FILENAME,
    NAME,
    QUAL_NAME,
    LINE_TABLE,
    EXCEPTION_TABLE
  }

  /** A field that is a 32-bit int. */
  private enum IntField {
    ARG_COUNT,
    POS_ONLY_ARG_COUNT,
    KW_ONLY_ARG_COUNT,
    LOCAL_COUNT,
    STACK_SIZE,
    FLAGS,
    FIRST_LINE
  }

  private final ObjectField[] objects;

  /** What Python calls these. */
  private final String[] names;

  /** The ints that follow as many objects as the index says. */
  private final IntField[][] ints;

  private CodeFields(PythonVersion version) {
    List<IntField> head = new ArrayList<>();
    head.add(IntField.ARG_COUNT);
    if (version.hasPosOnlyArgs()) {
      head.add(IntField.POS_ONLY_ARG_COUNT);
    }
    if (!version.isPython2()) {
      head.add(IntField.KW_ONLY_ARG_COUNT);
    }
    if (!version.hasLocalsPlus()) {
      head.add(IntField.LOCAL_COUNT);
    }
    head.add(IntField.STACK_SIZE);
    head.add(IntField.FLAGS);

    boolean plus = version.hasLocalsPlus();
    Map<ObjectField, String> fields = new LinkedHashMap<>();
    fields.put(ObjectField.CODE, "code");
    fields.put(ObjectField.CONSTS, "consts");
    fields.put(ObjectField.NAMES, "names");
    fields.put(ObjectField.LOCAL_NAMES, plus ? "localsplusnames" : "varnames");
    if (plus) {
      fields.put(ObjectField.KINDS, "localspluskinds");
    } else {
      fields.put(ObjectField.FREEVARS, "freevars");
      fields.put(ObjectField.CELLVARS, "cellvars");
    }
    fields.put(ObjectField.FILENAME, "filename");
    fields.put(ObjectField.NAME, "name");
    if (plus) {
      fields.put(ObjectField.QUAL_NAME, "qualname");
    }
    int beforeFirstLine = fields.size();
    fields.put(ObjectField.LINE_TABLE, version.hasLineTable() ? "linetable" : "lnotab");
    if (plus) {
      fields.put(ObjectField.EXCEPTION_TABLE, "exceptiontable");
    }
    objects = fields.keySet().toArray(new ObjectField[0]);
    names = fields.values().toArray(new String[0]);
    ints = new IntField[objects.length + 1][0];
    ints[0] = head.toArray(new IntField[0]);
    ints[beforeFirstLine] = new IntField[] {IntField.FIRST_LINE};
  }

  static CodeFields of(PythonVersion version) {
    return ALL[version.ordinal()];
  }

  int objectCount() {
    return objects.length;
  }

  /** Returns how many ints stand between the first {@code objectCount} objects and the next. */
  int intsAfter(int objectCount) {
    return ints[objectCount].length;
  }

  /** Returns how many objects there are up to the constants, these included. */
  int constsEnd() {
    return Arrays.asList(objects).indexOf(ObjectField.CONSTS) + 1;
  }

  String nameOf(int index) {
    return names[index];
  }

  void setInt(CodeValue.Builder code, int objectCount, int index, int value) {
    switch (ints[objectCount][index]) {
      case ARG_COUNT -> code.argCount(value);
      case POS_ONLY_ARG_COUNT -> code.posOnlyArgCount(value);
      case KW_ONLY_ARG_COUNT -> code.kwOnlyArgCount(value);
      case LOCAL_COUNT -> code.localCount(value);
      case STACK_SIZE -> code.stackSize(value);
      case FLAGS -> code.flags(value);
      case FIRST_LINE -> code.firstLine(value);
    }
  }

  int getInt(CodeValue code, int objectCount, int index) {
    return switch (ints[objectCount][index]) {
      case ARG_COUNT -> code.argCount();
      case POS_ONLY_ARG_COUNT -> code.posOnlyArgCount();
      case KW_ONLY_ARG_COUNT -> code.kwOnlyArgCount();
      case LOCAL_COUNT -> code.localCount();
      case STACK_SIZE -> code.stackSize();
      case FLAGS -> code.flags();
      case FIRST_LINE -> code.firstLine();
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
      case EXCEPTION_TABLE -> code.exceptionTable(value);
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
      case EXCEPTION_TABLE -> code.exceptionTable();
    };
  }
}
