package org.marshalimage.format.stream;

import java.util.ArrayList;
import java.util.List;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.Value;

/**
 * The fields of a version's code objects, in the order of the stream: objects, and between them
 * ints.
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
  @FunctionalInterface
  interface ObjectField {
    CodeValue.Builder set(CodeValue.Builder code, Value value);
  }

  /** A field that is a 32-bit int. */
  @FunctionalInterface
  interface IntField {
    CodeValue.Builder set(CodeValue.Builder code, int value);
  }

  private final ObjectField[] objects;

  /** The ints that follow as many objects as the index says. */
  private final IntField[][] ints;

  private CodeFields(PythonVersion version) {
    List<IntField> head = new ArrayList<>();
    head.add(CodeValue.Builder::argCount);
    if (version.hasPosOnlyArgs()) {
      head.add(CodeValue.Builder::posOnlyArgCount);
    }
    if (!version.isPython2()) {
      head.add(CodeValue.Builder::kwOnlyArgCount);
    }
    if (!version.hasLocalsPlus()) {
      head.add(CodeValue.Builder::localCount);
    }
    head.add(CodeValue.Builder::stackSize);
    head.add(CodeValue.Builder::flags);

    List<ObjectField> fields = new ArrayList<>();
    fields.add(CodeValue.Builder::code);
    fields.add(CodeValue.Builder::consts);
    fields.add(CodeValue.Builder::names);
    fields.add(CodeValue.Builder::localNames);
    if (version.hasLocalsPlus()) {
      fields.add(CodeValue.Builder::kinds);
    } else {
      fields.add(CodeValue.Builder::freevars);
      fields.add(CodeValue.Builder::cellvars);
    }
    fields.add(CodeValue.Builder::filename);
    fields.add(CodeValue.Builder::name);
    if (version.hasLocalsPlus()) {
      fields.add(CodeValue.Builder::qualName);
    }
    int beforeFirstLine = fields.size();
    fields.add(CodeValue.Builder::lineTable);
    if (version.hasLocalsPlus()) {
      fields.add(CodeValue.Builder::exceptionTable);
    }
    objects = fields.toArray(new ObjectField[0]);
    ints = new IntField[objects.length + 1][0];
    ints[0] = head.toArray(new IntField[0]);
    ints[beforeFirstLine] = new IntField[] {CodeValue.Builder::firstLine};
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
    ints[objectCount][index].set(code, value);
  }

  void setObject(CodeValue.Builder code, int index, Value value) {
    objects[index].set(code, value);
  }
}
