package org.marshalimage.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** Numbers of code objects of each Python, and what is not said where a field leads nowhere. */
class CodeVerifierTest {
  private static Forge of(Value... items) {
    return Forge.of(
        HeaderLayout.COMPACT_WIDTH, writer -> writer.add("r", SequenceValue.list(items)));
  }

  private static CodeValue.Builder code(PythonVersion version) {
    Value name = version.isPython2() ? BytesValue.of(new byte[] {'n'}) : StrValue.of("n");
    CodeValue.Builder code =
        CodeValue.builder(version)
            .code(BytesValue.of(new byte[] {9, 0}))
            .consts(SequenceValue.tuple())
            .names(SequenceValue.tuple())
            .localNames(SequenceValue.tuple(name))
            .localCount(1)
            .filename(name)
            .name(name)
            .lineTable(BytesValue.of(new byte[] {3, 3, 3}));
    return version.hasLocalsPlus()
        ? code.kinds(BytesValue.of(new byte[] {CodeLayout.KIND_LOCAL}))
            .qualName(name)
            .exceptionTable(BytesValue.of(new byte[] {4, 4, 4}))
        : code.freevars(SequenceValue.tuple()).cellvars(SequenceValue.tuple());
  }

  @Test
  void argumentsOfOlderCodeHaveNames() {
    for (PythonVersion version : PythonVersion.values()) {
      if (version.hasLocalsPlus()) {
        continue;
      }
      Forge forge = of(code(version).argCount(1).build());
      forge.assertFindings(each -> {});
      int at = forge.item(forge.root(0), 0) + CodeLayout.ARG_COUNT_OFFSET;
      // CPython 2.7 does not look.
      String[] said =
          version.isPython2()
              ? new String[0]
              : new String[] {
                "object at "
                    + at
                    + ": varnames: expected at least 2 locals, one for each argument, found 1"
              };
      forge.assertFindings(each -> each.bytes.putInt(at, 2), said);
    }
  }

  @Test
  void countsOfOlderCodeAreNotNegative() {
    for (PythonVersion version : new PythonVersion[] {PythonVersion.V2_7, PythonVersion.V3_8}) {
      Forge forge = of(code(version).build());
      int code = forge.item(forge.root(0), 0);
      forge.assertFindings(
          each -> each.bytes.putInt(code + CodeLayout.LOCAL_COUNT_OFFSET, -2),
          "object at "
              + (code + CodeLayout.ARG_COUNT_OFFSET)
              + ": nlocals: expected at least 0, found -2");
    }
  }

  @Test
  void ofACodeObjectWhoseFieldsAreOfAnotherTypeNoNumbersAreHeld() {
    Forge forge = of(code(PythonVersion.V3_13).build(), Singleton.NONE);
    int code = forge.item(forge.root(0), 0);
    int none = forge.item(forge.root(0), 1);
    for (int field : new int[] {CodeLayout.CODE_SLOT, CodeLayout.LOCAL_NAMES_SLOT}) {
      for (int target : new int[] {none, none + 8}) {
        assertThat(
                forge
                    .copy()
                    .edit(each -> each.setSlot(each.codeSlotAt(code, field), target))
                    .edit(each -> each.bytes.putInt(code + CodeLayout.ARG_COUNT_OFFSET, -1))
                    .findings())
            .noneMatch(finding -> finding.contains("argcount"))
            .noneMatch(finding -> finding.contains("even length"))
            .noneMatch(finding -> finding.contains("kinds of variables"));
      }
    }
    int kinds = forge.codeSlotAt(code, CodeLayout.KINDS_OR_FREEVARS_SLOT);
    assertThat(forge.copy().edit(each -> each.setSlot(kinds, none)).findings())
        .contains("object at " + kinds + ": type of a field, expected=bytes, found=None")
        .noneMatch(finding -> finding.contains("local variables"));
  }

  @Test
  void bytesOfRecordsOfTheFirstTypeAreHeld() {
    RecordType type = new RecordType("t", 1, 0, 0, true);
    Forge forge = of(RecordValue.of(type, BytesValue.of(new byte[] {1})), IntValue.of(1));
    int record = forge.item(forge.root(0), 0);
    int number = forge.item(forge.root(0), 1);
    int slot = record + RecordLayout.SLOTS_OFFSET;
    assertThat(forge.copy().edit(each -> each.setSlot(slot, number)).findings())
        .contains(
            "object at " + slot + ": type of the bytes of a record, expected=bytes, found=int");
    assertThat(forge.copy().edit(each -> each.setSlot(slot, 0)).findings())
        .contains("object at " + slot + ": slot leads to no object, found=0x0");
    // Of a type that there is not the last slot may be empty.
    int field = record + RecordLayout.RECORD_TYPE_OFFSET;
    assertThat(
            forge
                .copy()
                .edit(each -> each.setSlot(slot, 0))
                .edit(each -> each.bytes.putInt(field, 1))
                .findings())
        .contains("object at " + field + ": unknown type of record: expected below 1, found=1")
        .noneMatch(finding -> finding.contains("slot leads"));
  }

  @Test
  void keysThatCannotBeToldApartAreNotSaidToStandTwice() {
    Forge forge = of(SequenceValue.set(IntValue.of(1), IntValue.of(2), IntValue.of(3)));
    int set = forge.item(forge.root(0), 0);
    int first = forge.item(set, 0);
    assertThat(forge.item(set, 1)).isGreaterThan(first);
    forge.assertFindings(
        each -> each.bytes.putLong(first + ObjectLayout.TYPE_OFFSET, 'z'),
        "object at " + first + ": unknown type code: found=0x7a (str)",
        "object at "
            + forge.slotAt(set, 0)
            + ": slot leads to no object, found=0x"
            + Integer.toHexString(first));
  }

  /** What a root is counts as data, so that what follows it may be data, too. */
  @Test
  void tableThatIsARootStandsWithTheData() {
    Value table = BytesValue.of(new byte[] {3, 3, 3});
    Value data = BytesValue.of(new byte[] {5, 5, 5});
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer
                    .add("a", SequenceValue.list(code(PythonVersion.V3_13).build()))
                    .add("b", table)
                    .add("c", SequenceValue.list(data, IntValue.of(1)))
                    .add("d", SequenceValue.list(data, IntValue.of(2))));
    forge.assertFindings(each -> {});
    assertThat(forge.root(1)).isLessThan(forge.item(forge.root(2), 0));
    assertThat(forge.bytes.getInt(forge.root(1) + ObjectLayout.SIZE_OFFSET)).isEqualTo(3);
  }
}
