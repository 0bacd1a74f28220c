package org.marshalimage.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** The order of objects in SHARED and in segments. */
class OrderVerifierTest {
  private static final Value TABLE = BytesValue.of(new byte[] {3, 3, 3});

  private static CodeValue code(Value... consts) {
    Value empty = BytesValue.of(new byte[0]);
    return CodeValue.builder(PythonVersion.V3_13)
        .code(empty)
        .consts(SequenceValue.tuple(consts))
        .names(SequenceValue.tuple())
        .localNames(SequenceValue.tuple())
        .kinds(empty)
        .filename(StrValue.of("f"))
        .name(StrValue.of("f"))
        .qualName(StrValue.of("f"))
        .lineTable(TABLE)
        .exceptionTable(BytesValue.of(new byte[] {4, 4, 4}))
        .build();
  }

  private static String outOfOrder(int at, String expected, String found) {
    return "object at " + at + ": object out of order, expected=" + expected + ", found=" + found;
  }

  @Test
  void tablesStandLast() {
    Value data = BytesValue.of(new byte[] {5, 5, 5});
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer -> writer.add("r", SequenceValue.list(code(data), data)));
    forge.assertFindings(each -> {});
    int code = forge.item(forge.root(0), 0);
    int lines = forge.codeSlotAt(code, CodeLayout.LINE_TABLE_SLOT);
    int item = forge.slotAt(forge.root(0), 1);
    int table = forge.slot(lines);
    int exceptions = forge.slot(forge.codeSlotAt(code, CodeLayout.EXCEPTIONS_OR_CELLVARS_SLOT));
    // Exceptions come before lines. If the list holds the lines, something else follows a table.
    assertThat(exceptions).isLessThan(table);
    forge.assertFindings(
        each -> each.setSlot(item, table),
        outOfOrder(table, "line and exception tables", "other objects"));
  }

  @Test
  void rootCountsAsSomethingThatIsNamedOtherwise() {
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer -> writer.add("a", SequenceValue.list(code())).add("b", TABLE));
    forge.assertFindings(each -> {});
  }

  @Test
  void objectsWithSlotsStandFirst() {
    Value tuple = SequenceValue.tuple(IntValue.of(1), IntValue.of(1));
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer.add(
                    "r", SequenceValue.list(SequenceValue.tuple(), tuple, SequenceValue.list())));
    // A tuple or list of nothing has no slots.
    forge.assertFindings(each -> {});
    int root = forge.root(0);
    assertThat(forge.item(root, 0)).isGreaterThan(forge.item(root, 1));
  }

  @Test
  void onceForEachRange() {
    Value shared = StrValue.of("shared", true);
    Value tuple = SequenceValue.tuple(shared, shared);
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer
                    .add("a", SequenceValue.list(tuple, IntValue.of(1)))
                    .add("b", SequenceValue.list(tuple, IntValue.of(1))));
    forge.assertFindings(each -> {});
  }

  @Test
  void stringsThatNothingNamesAreInternedAndStandAtTheEndOfShared() {
    Value one = StrValue.of("one", true);
    Value two = StrValue.of("two", true);
    Value three = StrValue.of("three");
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer
                    .add("a", SequenceValue.list(one, two, three))
                    .add("b", SequenceValue.list(one, two, three)));
    int first = forge.item(forge.root(0), 0);
    int second = forge.item(forge.root(0), 1);
    int last = forge.item(forge.root(0), 2);
    assertThat(first).isLessThan(second);
    assertThat(second).isLessThan(last);
    // The first is no longer named, and interned: so the next is behind it. Said once.
    forge.assertFindings(
        each -> redirect(each, 0, second),
        outOfOrder(second, "strings that nothing names", "other objects"));
    // The last is no longer named, and not interned.
    forge.assertFindings(
        each -> redirect(each, 2, second), "object at " + last + ": nothing leads to the object");
    // At the end an interned one may stand.
    Forge interned =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer
                    .add("a", SequenceValue.list(one, two))
                    .add("b", SequenceValue.list(one, two)));
    interned.assertFindings(each -> redirect(each, 1, each.item(each.root(0), 0)));
    assertThat(
            interned.bytes.getInt(interned.item(interned.root(0), 1) + StrLayout.NUMBER_OFFSET)
                & StrLayout.FLAG_INTERNED)
        .isNotZero();
  }

  private static void redirect(Forge forge, int index, int target) {
    for (int module = 0; module < 2; module++) {
      forge.setSlot(forge.slotAt(forge.root(module), index), target);
    }
  }

  @Test
  void internedStringOfASegmentThatNothingNamesIsFound() {
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer.add(
                    "r", SequenceValue.list(StrValue.of("x", true), StrValue.of("y", true))));
    int second = forge.item(forge.root(0), 1);
    forge.assertFindings(
        each -> each.setSlot(each.slotAt(each.root(0), 1), each.item(each.root(0), 0)),
        "object at " + second + ": nothing leads to the object");
  }
}
