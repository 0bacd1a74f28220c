package org.marshalimage.format.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;

/** What a program's state is made of beside Python's values: records, externals, slots of code. */
class StateValuesTest {
  private static final Value BYTES = BytesValue.of(new byte[] {1});

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void typeHasANameAndNoNegativeNumber() {
    assertRefused(() -> new RecordType("", 1, 1, 1, false), "type of record without a name");
    assertRefused(
        () -> new RecordType("a\ud800", 1, 1, 1, false),
        "name of a type of record has a surrogate that stands alone");
    int[][] bad = {{-1, 2, 4}, {1, -2, 4}, {1, 2, -4}, {Integer.MIN_VALUE, 0, 0}};
    for (int[] each : bad) {
      assertRefused(
          () -> new RecordType("t", each[0], each[1], each[2], true),
          "type of record with a negative number: name=t, version="
              + each[0]
              + ", fixed slots="
              + each[1]
              + ", repeated slots="
              + each[2]);
    }
    assertThat(new RecordType("\ud83d\ude00", 0, 0, 0, false))
        .hasToString("\ud83d\ude00 version 0");
    assertThat(new RecordType("t", Integer.MAX_VALUE, 0, 0, false).version())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void typeAllowsItsSlotsAndWholeRepetitions() {
    assertAllowed(new RecordType("t", 1, 2, 0, false), 2);
    assertAllowed(new RecordType("t", 1, 2, 0, true), 3);
    assertAllowed(new RecordType("t", 1, 0, 0, false), 0);
    assertAllowed(new RecordType("t", 1, 1, 3, false), 1, 4, 7);
    assertAllowed(new RecordType("t", 1, 2, 3, true), 3, 6, 9);
    assertAllowed(new RecordType("t", 1, 8, 1, false), 8, 9);
    // No sum of these is one of 32 bits.
    RecordType large = new RecordType("t", 1, Integer.MAX_VALUE, 0, true);
    assertThat(large.allows(Integer.MIN_VALUE)).isFalse();
    assertThat(large.allows(Integer.MAX_VALUE)).isFalse();
  }

  private static void assertAllowed(RecordType type, int... slots) {
    for (int count = 0; count < 10; count++) {
      int each = count;
      assertThat(type.allows(count))
          .as("%s, %d slots", type, count)
          .isEqualTo(java.util.Arrays.stream(slots).anyMatch(slot -> slot == each));
    }
  }

  @Test
  void recordHasTheSlotsOfItsType() {
    RecordType type = new RecordType("t", 3, 1, 2, false);
    RecordValue record = RecordValue.of(type, BYTES, null, Singleton.NONE);
    assertThat(record.type()).isSameAs(type);
    assertThat(record.typeCode()).isEqualTo(TypeCode.RECORD);
    assertThat(record.kind()).isEqualTo(Kind.RECORD);
    assertThat(record.childCount()).isEqualTo(3);
    assertThat(record.child(0)).isSameAs(BYTES);
    assertThat(record.child(1)).isNull();
    assertThat(record.child(2)).isSameAs(Singleton.NONE);
    assertThat(record).hasToString("record t version 3 of 3");
    assertRefused(
        () -> RecordValue.of(type, BYTES, BYTES),
        "record of t version 3 cannot have so many slots: found=2");
  }

  @Test
  void recordDoesNotKeepTheArrayItIsMadeOf() {
    Value[] slots = {BYTES};
    RecordValue record = RecordValue.of(new RecordType("t", 1, 1, 0, false), slots);
    slots[0] = null;
    assertThat(record.child(0)).isSameAs(BYTES);
  }

  @Test
  void lastSlotOfATypeWithBytesLeadsToBytes() {
    RecordType type = new RecordType("t", 1, 1, 0, true);
    assertThat(RecordValue.of(type, null, BYTES).child(1)).isSameAs(BYTES);
    String problem = "last slot of a record of t version 1 has to lead to bytes: found=";
    assertRefused(() -> RecordValue.of(type, BYTES, null), problem + "none");
    assertRefused(() -> RecordValue.of(type, BYTES, Singleton.NONE), problem + "None");
    assertRefused(
        () -> RecordValue.of(type), "record of t version 1 cannot have so many slots: found=0");
  }

  @Test
  void recordIsFinishedOnce() {
    RecordValue.Builder builder = RecordValue.unfinished(new RecordType("t", 1, 1, 0, false));
    assertThat(builder.value().childCount()).isZero();
    assertRefused(
        () -> builder.finish(new Value[2]),
        "record of t version 1 cannot have so many slots: found=2");
    assertThat(builder.finish(new Value[] {builder.value()})).isSameAs(builder.value());
    assertThat(builder.value().child(0)).isSameAs(builder.value());
    assertThatThrownBy(() -> builder.finish(new Value[1]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("already finished: record t version 1 of 1");
  }

  @Test
  void externalHasAName() {
    ExternalValue external = ExternalValue.of("builtins.l\u00e9n");
    assertThat(external.name()).isEqualTo("builtins.l\u00e9n");
    assertThat(external.typeCode()).isEqualTo(TypeCode.EXTERNAL);
    assertThat(external.kind()).isEqualTo(Kind.EXTERNAL);
    assertThat(external.childCount()).isZero();
    assertThat(external).hasToString("external builtins.l\u00e9n");
    assertRefused(() -> ExternalValue.of(""), "external without a name");
    assertRefused(
        () -> ExternalValue.of("\udc00"), "name of an external has a surrogate that stands alone");
  }

  private static Value tuple(int number) {
    return SequenceValue.tuple(StrValue.of("n" + number));
  }

  private static Value bytes(int length) {
    return BytesValue.of(new byte[length]);
  }

  @Test
  void slotsOfCodeHoldItsFieldsInTheOrderOfTheLayout() {
    Value[] modern = {
      bytes(2),
      tuple(1),
      tuple(2),
      tuple(3),
      bytes(1),
      bytes(5),
      StrValue.of("f.py"),
      StrValue.of("f"),
      StrValue.of("C.f"),
      bytes(7)
    };
    CodeValue code =
        CodeValue.builder(PythonVersion.V3_13)
            .code(modern[0])
            .consts(modern[1])
            .names(modern[2])
            .localNames(modern[3])
            .kinds(modern[4])
            .exceptionTable(modern[5])
            .filename(modern[6])
            .name(modern[7])
            .qualName(modern[8])
            .lineTable(modern[9])
            .build();
    assertSlots(code, modern);
    Value[] old = {
      bytes(2),
      tuple(1),
      tuple(2),
      tuple(3),
      tuple(4),
      tuple(5),
      StrValue.of("f.py"),
      StrValue.of("f"),
      null,
      bytes(7)
    };
    assertSlots(
        CodeValue.builder(PythonVersion.V3_8)
            .code(old[0])
            .consts(old[1])
            .names(old[2])
            .localNames(old[3])
            .localCount(1)
            .freevars(old[4])
            .cellvars(old[5])
            .filename(old[6])
            .name(old[7])
            .lineTable(old[9])
            .build(),
        old);
    for (int bad : new int[] {-1, CodeLayout.SLOTS}) {
      assertThatThrownBy(() -> code.child(bad))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("no slot of a code object: index=" + bad);
    }
  }

  private static void assertSlots(CodeValue code, Value[] expected) {
    assertThat(code.childCount()).isEqualTo(CodeLayout.SLOTS).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(code.child(i)).as("slot %d", i).isSameAs(expected[i]);
    }
  }
}
