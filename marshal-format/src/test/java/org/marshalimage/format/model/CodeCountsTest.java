package org.marshalimage.format.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.EnumSource.Mode.MATCH_ANY;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;

/**
 * Which numbers and names a code object may have. Each refusal is one of CPython 2.7 and 3.6 to
 * 3.13: {@code marshal.loads} of a code object with this one field changed raises SystemError or
 * ValueError, or ends the process.
 */
class CodeCountsTest {
  private static final int VARARGS = 0x4;
  private static final int VARKEYWORDS = 0x8;

  private static Value name(PythonVersion version, String name) {
    return version.isPython2() ? BytesValue.of(name.getBytes()) : StrValue.of(name);
  }

  /** A code object whose variables are all plain locals. */
  private static CodeValue.Builder code(PythonVersion version, int locals) {
    Value[] names = new Value[locals];
    byte[] kinds = new byte[locals];
    for (int i = 0; i < locals; i++) {
      names[i] = name(version, "v" + i);
      kinds[i] = CodeLayout.KIND_LOCAL;
    }
    Value none = BytesValue.of(new byte[0]);
    CodeValue.Builder code =
        CodeValue.builder(version)
            .code(BytesValue.of(new byte[] {100, 0, 83, 0}))
            .consts(SequenceValue.tuple(Singleton.NONE))
            .names(SequenceValue.tuple())
            .localNames(SequenceValue.tuple(names))
            .filename(name(version, "x.py"))
            .name(name(version, "f"))
            .lineTable(none);
    return version.hasLocalsPlus()
        ? code.kinds(BytesValue.of(kinds)).qualName(name(version, "f")).exceptionTable(none)
        : code.localCount(locals).freevars(SequenceValue.tuple()).cellvars(SequenceValue.tuple());
  }

  /** The numbers that CPython of a version refuses if they are negative. */
  private static Map<String, ObjIntConsumer<CodeValue.Builder>> checkedNumbers(
      PythonVersion version) {
    Map<String, ObjIntConsumer<CodeValue.Builder>> numbers = new LinkedHashMap<>();
    numbers.put("argcount", CodeValue.Builder::argCount);
    if (version.hasPosOnlyArgs()) {
      numbers.put("posonlyargcount", CodeValue.Builder::posOnlyArgCount);
      numbers.put("stacksize", CodeValue.Builder::stackSize);
      numbers.put("flags", CodeValue.Builder::flags);
    }
    if (!version.isPython2()) {
      numbers.put("kwonlyargcount", CodeValue.Builder::kwOnlyArgCount);
    }
    if (!version.hasLocalsPlus()) {
      numbers.put("nlocals", CodeValue.Builder::localCount);
    }
    return numbers;
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void negativeNumbersAreRefusedByTheNameOfTheirField(PythonVersion version) {
    checkedNumbers(version)
        .forEach(
            (field, setter) -> {
              CodeValue.Builder code = code(version, 0);
              setter.accept(code, -1);
              assertThatThrownBy(code::build)
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessage(field + ": expected at least 0, found -1");
            });
  }

  @Test
  void negativeStackSizeAndFlagsPassBefore38() {
    for (PythonVersion version :
        List.of(PythonVersion.V2_7, PythonVersion.V3_6, PythonVersion.V3_7)) {
      CodeValue code = code(version, 0).stackSize(-1).flags(Integer.MIN_VALUE).build();
      assertThat(code.stackSize()).isEqualTo(-1);
      assertThat(code.flags()).isEqualTo(Integer.MIN_VALUE);
    }
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void numbersOfFieldsThatAVersionLacksAreRefused(PythonVersion version) {
    if (!version.hasPosOnlyArgs()) {
      assertThatThrownBy(() -> code(version, 1).argCount(1).posOnlyArgCount(1).build())
          .hasMessage("posonlyargcount: Python " + version + " has none, found 1");
    }
    if (version.isPython2()) {
      assertThatThrownBy(() -> code(version, 1).kwOnlyArgCount(1).build())
          .hasMessage("kwonlyargcount: Python 2.7 has none, found 1");
    }
  }

  @ParameterizedTest
  @EnumSource(value = PythonVersion.class, names = "V3_(8|9|1.)", mode = MATCH_ANY)
  void positionalOnlyArgumentsAreSomeOfTheArguments(PythonVersion version) {
    assertThat(code(version, 2).argCount(2).posOnlyArgCount(2).build().posOnlyArgCount())
        .isEqualTo(2);
    assertThatThrownBy(() -> code(version, 2).argCount(1).posOnlyArgCount(2).build())
        .hasMessage("posonlyargcount: expected at most argcount, 1, found 2");
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void everyArgumentFitsIntoTheLocals(PythonVersion version) {
    assertThat(code(version, 1).argCount(1).build().argCount()).isEqualTo(1);
    assertThat(code(version, 1).flags(VARARGS).build().flags()).isEqualTo(VARARGS);
    assertThat(code(version, 1).flags(VARKEYWORDS).build().flags()).isEqualTo(VARKEYWORDS);
    int both = VARARGS | VARKEYWORDS;
    CodeValue.Builder all = code(version, 4).argCount(1).flags(both);
    assertThat((version.isPython2() ? all : all.kwOnlyArgCount(1)).build().localCount())
        .isEqualTo(4);
  }

  /** CPython 3.11: {@code ValueError: code: co_varnames is too small}. */
  @ParameterizedTest
  @EnumSource(value = PythonVersion.class, names = "V3_1[1-9]", mode = MATCH_ANY)
  void moreArgumentsThanLocalsAreRefused(PythonVersion version) {
    int both = VARARGS | VARKEYWORDS;
    assertTooFew(code(version, 1).argCount(2), 2);
    assertTooFew(code(version, 1).kwOnlyArgCount(2), 2);
    assertTooFew(code(version, 1).argCount(1).kwOnlyArgCount(1), 2);
    assertTooFew(code(version, 0).flags(VARARGS), 1);
    assertTooFew(code(version, 0).flags(VARKEYWORDS), 1);
    assertTooFew(code(version, 1).flags(both), 2);
    assertTooFew(code(version, 3).argCount(1).kwOnlyArgCount(1).flags(both), 4);
    assertTooFew(
        code(version, 1).argCount(Integer.MAX_VALUE).kwOnlyArgCount(Integer.MAX_VALUE).flags(both),
        2L * Integer.MAX_VALUE + 2);
  }

  private static void assertTooFew(CodeValue.Builder code, long arguments) {
    assertTooFew("localspluskinds", code, arguments);
  }

  private static void assertTooFew(String field, CodeValue.Builder code, long arguments) {
    assertThatThrownBy(code::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(field + ": expected at least " + arguments + " locals");
  }

  /** The names in {@code co_varnames} count, whatever {@code co_nlocals} says. */
  @ParameterizedTest
  @EnumSource(value = PythonVersion.class, names = "V3_([6-9]|10)", mode = MATCH_ANY)
  void moreArgumentsThanVarnamesAreRefusedBefore311(PythonVersion version) {
    int both = VARARGS | VARKEYWORDS;
    assertTooFew("varnames", code(version, 1).argCount(2), 2);
    assertTooFew("varnames", code(version, 1).argCount(2).localCount(9), 2);
    assertTooFew("varnames", code(version, 1).argCount(1).kwOnlyArgCount(1), 2);
    assertTooFew("varnames", code(version, 0).flags(VARARGS), 1);
    assertTooFew("varnames", code(version, 0).flags(VARKEYWORDS), 1);
    assertTooFew("varnames", code(version, 3).argCount(1).kwOnlyArgCount(1).flags(both), 4);
    assertThat(code(version, 2).argCount(2).localCount(0).build().argCount()).isEqualTo(2);
  }

  /** CPython 2.7 looks at neither. */
  @Test
  void moreArgumentsThanVarnamesPassIn27() {
    CodeValue code = code(PythonVersion.V2_7, 1).argCount(5).flags(VARARGS).build();
    assertThat(code.argCount()).isEqualTo(5);
  }

  /** CPython: half an instruction is a ValueError from 3.11 on; before, nobody looks. */
  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void bytecodeIsWholeInstructionsFrom311On(PythonVersion version) {
    CodeValue.Builder odd = code(version, 0).code(BytesValue.of(new byte[3]));
    if (version.hasLocalsPlus()) {
      assertThatThrownBy(odd::build).hasMessage("code: expected an even length, found 3");
    } else {
      assertThat(odd.build().code().length()).isEqualTo(3);
    }
  }

  /** CPython: {@code SystemError: non-string found in code slot}; before 3.9 the process ends. */
  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void everyNameIsAStr(PythonVersion version) {
    Value good = name(version, "good");
    Value bad = version.isPython2() ? StrValue.of("bad") : BytesValue.of(new byte[] {'b'});
    String found = version.isPython2() ? "expected bytes, found str" : "expected str, found bytes";
    Value last = SequenceValue.tuple(good, bad);
    Value first = SequenceValue.tuple(bad, good);
    Value ints = SequenceValue.tuple(IntValue.of(1));
    assertRefused(code(version, 0).names(last), "names[1]: " + found);
    assertRefused(code(version, 0).names(first), "names[0]: " + found);
    assertRefused(code(version, 0).names(SequenceValue.tuple(bad)), "names[0]: " + found);
    // Looked at twice: what was found the first time is remembered.
    assertRefused(code(version, 0).names(last), "names[1]: " + found);
    if (version.hasLocalsPlus()) {
      byte[] kinds = {CodeLayout.KIND_LOCAL, CodeLayout.KIND_LOCAL};
      assertRefused(
          code(version, 2).localNames(last).kinds(BytesValue.of(kinds)),
          "localsplusnames[1]: " + found);
    } else {
      assertRefused(code(version, 2).localNames(last), "varnames[1]: " + found);
      assertRefused(code(version, 0).freevars(last), "freevars[1]: " + found);
      assertRefused(code(version, 0).cellvars(last), "cellvars[1]: " + found);
      assertRefused(
          code(version, 0).cellvars(ints),
          "cellvars[0]: expected " + (version.isPython2() ? "bytes" : "str") + ", found int");
    }
  }

  private static void assertRefused(CodeValue.Builder code, String message) {
    assertThatThrownBy(code::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void everyFieldThatIsMissingIsNamed(PythonVersion version) {
    String type = version.isPython2() ? "bytes" : "str";
    boolean plus = version.hasLocalsPlus();
    assertRefused(code(version, 0).code(null), "code: expected bytes, found none");
    assertRefused(code(version, 0).consts(null), "consts: expected tuple, found none");
    assertRefused(code(version, 0).names(null), "names: expected tuple, found none");
    assertRefused(
        code(version, 0).localNames(null),
        (plus ? "localsplusnames" : "varnames") + ": expected tuple, found none");
    assertRefused(code(version, 0).filename(null), "filename: expected " + type + ", found none");
    assertRefused(code(version, 0).name(null), "name: expected " + type + ", found none");
    assertRefused(
        code(version, 0).lineTable(null),
        (version.hasLineTable() ? "linetable" : "lnotab") + ": expected bytes, found none");
    if (plus) {
      assertRefused(code(version, 0).kinds(null), "localspluskinds: expected bytes, found none");
      assertRefused(code(version, 0).qualName(null), "qualname: expected str, found none");
      assertRefused(
          code(version, 0).exceptionTable(null), "exceptiontable: expected bytes, found none");
    } else {
      assertRefused(code(version, 0).freevars(null), "freevars: expected tuple, found none");
      assertRefused(code(version, 0).cellvars(null), "cellvars: expected tuple, found none");
    }
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void fieldsThatAVersionLacksAreRefused(PythonVersion version) {
    Value bytes = BytesValue.of(new byte[0]);
    String none = ": expected none in Python " + version + ", found ";
    if (version.hasLocalsPlus()) {
      assertRefused(code(version, 0).freevars(SequenceValue.tuple()), "freevars" + none + "tuple");
      assertRefused(code(version, 0).cellvars(SequenceValue.tuple()), "cellvars" + none + "tuple");
    } else {
      assertRefused(code(version, 0).kinds(bytes), "localspluskinds" + none + "bytes");
      assertRefused(code(version, 0).qualName(StrValue.of("f")), "qualname" + none + "str");
      assertRefused(code(version, 0).exceptionTable(bytes), "exceptiontable" + none + "bytes");
    }
  }

  /** {@code def f(a): b = a; return lambda: b} in a function whose variable c it captures. */
  @Test
  void variablesAreFoundByTheirKind() {
    byte[] kinds = {
      CodeLayout.KIND_LOCAL,
      CodeLayout.KIND_LOCAL | CodeLayout.KIND_CELL,
      CodeLayout.KIND_CELL,
      (byte) CodeLayout.KIND_FREE
    };
    CodeValue code = code(PythonVersion.V3_13, 4).argCount(1).kinds(BytesValue.of(kinds)).build();
    assertThat(code.localCount()).isEqualTo(2);
    assertThat(code.varnames()).hasToString("[v0, v1]");
    assertThat(code.cellvars()).hasToString("[v1, v2]");
    assertThat(code.freevars()).hasToString("[v3]");
    assertThat(code.storedFreevars()).isNull();
    assertThat(code.storedCellvars()).isNull();
    assertThat(code.kinds().toByteArray()).isEqualTo(kinds);
  }

  @Test
  void variablesAreStoredByKindBefore311() {
    Value free = SequenceValue.tuple(StrValue.of("x"));
    Value cell = SequenceValue.tuple(StrValue.of("y"), StrValue.of("z"));
    CodeValue code = code(PythonVersion.V3_10, 1).freevars(free).cellvars(cell).build();
    assertThat(code.varnames()).hasToString("[v0]");
    assertThat(code.freevars()).hasToString("[x]");
    assertThat(code.cellvars()).hasToString("[y, z]");
    assertThat(code.storedFreevars()).isSameAs(free);
    assertThat(code.storedCellvars()).isSameAs(cell);
    assertThat(code.kinds()).isNull();
    assertThat(code.qualName()).isNull();
    assertThat(code.exceptionTable()).isNull();
    assertThat(code.typeCode()).isEqualTo(TypeCode.CODE);
    assertThat(code).hasToString("code object f");
  }
}
