package org.marshalimage.format.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.Value;

/**
 * The fields of a version's code objects, in the order of the stream: objects, and between them
 * ints. Decoder and encoder both go by it.
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
  private record ObjectField(
      String name,
      BiFunction<CodeValue.Builder, Value, CodeValue.Builder> setter,
      Function<CodeValue, @Nullable Value> getter) {}

  /** A field that is a 32-bit int. */
  private record IntField(
      ObjIntConsumer<CodeValue.Builder> setter, ToIntFunction<CodeValue> getter) {}

  private final ObjectField[] objects;

  /** The ints that follow as many objects as the index says. */
  private final IntField[][] ints;

  private CodeFields(PythonVersion version) {
    List<IntField> head = new ArrayList<>();
    head.add(new IntField(CodeValue.Builder::argCount, CodeValue::argCount));
    if (version.hasPosOnlyArgs()) {
      head.add(new IntField(CodeValue.Builder::posOnlyArgCount, CodeValue::posOnlyArgCount));
    }
    if (!version.isPython2()) {
      head.add(new IntField(CodeValue.Builder::kwOnlyArgCount, CodeValue::kwOnlyArgCount));
    }
    if (!version.hasLocalsPlus()) {
      head.add(new IntField(CodeValue.Builder::localCount, CodeValue::localCount));
    }
    head.add(new IntField(CodeValue.Builder::stackSize, CodeValue::stackSize));
    head.add(new IntField(CodeValue.Builder::flags, CodeValue::flags));

    boolean plus = version.hasLocalsPlus();
    List<ObjectField> fields = new ArrayList<>();
    fields.add(new ObjectField("code", CodeValue.Builder::code, CodeValue::code));
    fields.add(new ObjectField("consts", CodeValue.Builder::consts, CodeValue::consts));
    fields.add(new ObjectField("names", CodeValue.Builder::names, CodeValue::names));
    fields.add(
        new ObjectField(
            plus ? "localsplusnames" : "varnames",
            CodeValue.Builder::localNames,
            CodeValue::localNames));
    if (plus) {
      fields.add(new ObjectField("localspluskinds", CodeValue.Builder::kinds, CodeValue::kinds));
    } else {
      fields.add(
          new ObjectField("freevars", CodeValue.Builder::freevars, CodeValue::storedFreevars));
      fields.add(
          new ObjectField("cellvars", CodeValue.Builder::cellvars, CodeValue::storedCellvars));
    }
    fields.add(new ObjectField("filename", CodeValue.Builder::filename, CodeValue::filename));
    fields.add(new ObjectField("name", CodeValue.Builder::name, CodeValue::name));
    if (plus) {
      fields.add(new ObjectField("qualname", CodeValue.Builder::qualName, CodeValue::qualName));
    }
    int beforeFirstLine = fields.size();
    fields.add(
        new ObjectField(
            version.hasLineTable() ? "linetable" : "lnotab",
            CodeValue.Builder::lineTable,
            CodeValue::lineTable));
    if (plus) {
      fields.add(
          new ObjectField(
              "exceptiontable", CodeValue.Builder::exceptionTable, CodeValue::exceptionTable));
    }
    objects = fields.toArray(new ObjectField[0]);
    ints = new IntField[objects.length + 1][0];
    ints[0] = head.toArray(new IntField[0]);
    ints[beforeFirstLine] =
        new IntField[] {new IntField(CodeValue.Builder::firstLine, CodeValue::firstLine)};
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

  void setInt(CodeValue.Builder code, int objectCount, int index, int value) {
    ints[objectCount][index].setter.accept(code, value);
  }

  int getInt(CodeValue code, int objectCount, int index) {
    return ints[objectCount][index].getter.applyAsInt(code);
  }

  void setObject(CodeValue.Builder code, int index, Value value) {
    objects[index].setter.apply(code, value);
  }

  @Nullable Value getObject(CodeValue code, int index) {
    return objects[index].getter.apply(code);
  }

  String nameOf(int index) {
    return objects[index].name;
  }
}
