package org.marshalimage.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** One object for each immutable value, and what is kept apart. */
class DuplicateVerifierTest {
  private static Forge list(Value... items) {
    return Forge.of(
        HeaderLayout.COMPACT_WIDTH, writer -> writer.add("r", SequenceValue.list(items)));
  }

  private static int item(Forge forge, int index) {
    return forge.item(forge.root(0), index);
  }

  private static void assertTwice(Forge forge, Consumer<Forge> edit, int... items) {
    String[] expected =
        Arrays.stream(items)
            .map(each -> item(forge, each))
            .sorted()
            .mapToObj(at -> "object at " + at + ": another object has the same value")
            .toArray(String[]::new);
    forge.assertFindings(edit, expected);
  }

  @Test
  void numbersOfOneTypeAndTheSameBitsAreOne() {
    Forge forge =
        list(
            IntValue.of(1),
            IntValue.of(2),
            FloatValue.of(0.0),
            FloatValue.of(-0.0),
            FloatValue.of(Double.POSITIVE_INFINITY),
            ComplexValue.ofBits(1, 2),
            ComplexValue.ofBits(1, 3));
    assertTwice(forge, each -> {});
    assertTwice(forge, each -> each.bytes.putLong(item(each, 1) + 16, 1), 1);
    assertTwice(forge, each -> each.bytes.putLong(item(each, 3) + 16, 0), 3);
    assertTwice(
        forge,
        each ->
            each.bytes.putLong(
                item(each, 3) + 16, Double.doubleToRawLongBits(Double.POSITIVE_INFINITY)),
        4);
    assertTwice(forge, each -> each.bytes.putLong(item(each, 6) + 24, 2), 6);
    // Another type with the same bits.
    assertTwice(forge, each -> each.bytes.putLong(item(each, 1) + 16, 0));
  }

  @Test
  void numbersThatAreNoNumberMayBeKeptApart() {
    long nan = 0x7FF8000000000000L;
    Forge forge =
        list(
            FloatValue.of(1),
            FloatValue.of(2),
            ComplexValue.ofBits(1, 2),
            ComplexValue.ofBits(1, 3),
            SequenceValue.tuple(FloatValue.of(1), IntValue.of(5)),
            SequenceValue.tuple(FloatValue.of(1), IntValue.of(6)),
            IntValue.of(6),
            IntValue.of(5));
    for (long bits : new long[] {nan, nan | 1L << 63, 0x7FF0000000000001L, -1}) {
      Consumer<Forge> floats =
          each -> {
            each.bytes.putLong(item(each, 0) + 16, bits);
            each.bytes.putLong(item(each, 1) + 16, bits);
          };
      assertTwice(forge, floats);
      // And what holds them.
      assertTwice(
          forge,
          floats.andThen(each -> each.setSlot(each.slotAt(item(each, 5), 1), item(each, 7))));
      for (int part : new int[] {16, 24}) {
        assertTwice(
            forge,
            each -> {
              for (int i = 2; i < 4; i++) {
                each.bytes.putLong(item(each, i) + 40 - part, 9);
                each.bytes.putLong(item(each, i) + part, bits);
              }
            });
      }
    }
    // Without a NaN these are one.
    assertTwice(forge, each -> each.setSlot(each.slotAt(item(each, 5), 1), item(each, 7)), 5);
  }

  @Test
  void stringsAndBytesAreOneWhateverTheirNumbersAndFlags() {
    Forge forge =
        list(
            StrValue.of("one", true),
            StrValue.of("two"),
            BytesValue.of(new byte[] {1, 2, 3, 4, 5, 6}),
            BytesValue.of(new byte[] {1, 2, 3, 4, 5, 7}),
            StrValue.of("nothing like it"),
            BytesValue.of(new byte[0]),
            StrValue.of(""));
    assertTwice(forge, each -> {});
    assertTwice(
        forge,
        each -> {
          int from = item(each, 0);
          int to = item(each, 1);
          each.bytes.putInt(to + StrLayout.HASH_OFFSET, each.bytes.getInt(from + 20));
          each.bytes.putLong(to + 24, each.bytes.getLong(from + 24));
        },
        1);
    assertTwice(forge, each -> each.bytes.put(item(each, 3) + 25, (byte) 6), 3);
  }

  @Test
  void longIntsAndContainersAreOne() {
    Value big = IntValue.of(java.math.BigInteger.ONE.shiftLeft(64));
    Value bigger = IntValue.of(java.math.BigInteger.ONE.shiftLeft(65));
    Value x = StrValue.of("x");
    Value y = StrValue.of("y");
    Value[] kinds = {
      SequenceValue.tuple(x, y),
      SequenceValue.tuple(x, x),
      SequenceValue.frozenset(x, y),
      SequenceValue.frozenset(y, x),
      DictValue.frozendict(x, y),
      DictValue.frozendict(x, x),
      new SliceValue(x, y, x),
      new SliceValue(x, y, y),
      big,
      bigger,
      x,
      y
    };
    Forge forge = list(kinds);
    assertTwice(forge, each -> {});
    for (int i = 0; i < 8; i += 2) {
      int twin = i;
      assertTwice(
          forge,
          each -> {
            int from = item(each, twin) + 16;
            int to = item(each, twin + 1) + 16;
            each.bytes.putLong(to, each.bytes.getLong(from));
            if (twin == 6) {
              each.bytes.putLong(to + 8, each.bytes.getLong(from + 8));
            }
          },
          twin + 1);
    }
    assertTwice(
        forge,
        each -> each.bytes.putLong(item(each, 9) + 32, each.bytes.getLong(item(each, 8) + 32)),
        9);
    // Bits of another type: a tuple as frozenset is another value, and a list is no value at all.
    assertTwice(
        forge,
        each -> each.bytes.putLong(item(each, 3) + 16, each.bytes.getLong(item(each, 0) + 16)),
        3);
  }

  @Test
  void whatHoldsAListADictASetOrCodeIsKeptApartAtAnyDepth() {
    Value code =
        CodeValue.builder(PythonVersion.V3_13)
            .code(BytesValue.of(new byte[0]))
            .consts(SequenceValue.tuple())
            .names(SequenceValue.tuple())
            .localNames(SequenceValue.tuple())
            .kinds(BytesValue.of(new byte[0]))
            .filename(StrValue.of("f"))
            .name(StrValue.of("f"))
            .qualName(StrValue.of("f"))
            .lineTable(BytesValue.of(new byte[0]))
            .exceptionTable(BytesValue.of(new byte[0]))
            .build();
    List<Value> items = new ArrayList<>();
    for (Value mutable :
        new Value[] {SequenceValue.list(), SequenceValue.set(), DictValue.dict(), code}) {
      for (int i = 0; i < 2; i++) {
        items.add(SequenceValue.tuple(IntValue.of(1), mutable));
        items.add(SequenceValue.tuple(mutable, IntValue.of(1)));
        Value inner = SequenceValue.tuple(mutable);
        items.add(SequenceValue.tuple(SequenceValue.tuple(inner, IntValue.of(1))));
        items.add(SequenceValue.tuple(SequenceValue.tuple(inner, IntValue.of(1))));
      }
    }
    list(items.toArray(new Value[0])).assertFindings(each -> {});
  }

  @Test
  void deepContainersAreLookedThroughToTheEnd() {
    Value mutable = SequenceValue.list();
    for (Value last : new Value[] {mutable, IntValue.of(3)}) {
      Value deep = SequenceValue.tuple(last);
      for (int i = 0; i < 300; i++) {
        deep = SequenceValue.tuple(IntValue.of(1), deep, IntValue.of(2));
      }
      Forge forge =
          list(
              SequenceValue.tuple(IntValue.of(1), deep, IntValue.of(4)),
              SequenceValue.tuple(IntValue.of(1), deep, IntValue.of(5)),
              SequenceValue.tuple(IntValue.of(1), deep, IntValue.of(5), deep),
              IntValue.of(4),
              IntValue.of(5));
      Consumer<Forge> edit = each -> each.setSlot(each.slotAt(item(each, 1), 2), item(each, 3));
      if (last == mutable) {
        assertTwice(forge, edit);
      } else {
        assertTwice(forge, edit, 1);
      }
    }
  }

  @Test
  void whatHoldsItselfIsKeptApartAndWhatHoldsThat() {
    SequenceValue.Builder self = SequenceValue.unfinished(TypeCode.TUPLE);
    Value ring = self.finish(new Value[] {self.value()});
    Forge forge = list(ring, SequenceValue.tuple(ring), SequenceValue.tuple(ring));
    forge.assertFindings(each -> {});
    SequenceValue.Builder outer = SequenceValue.unfinished(TypeCode.TUPLE);
    Value inner = SequenceValue.tuple(outer.value(), IntValue.of(1));
    Value wide = outer.finish(new Value[] {inner, IntValue.of(1)});
    list(
            wide,
            SequenceValue.tuple(inner, IntValue.of(1)),
            SequenceValue.tuple(wide, IntValue.of(1)),
            SequenceValue.tuple(IntValue.of(7), IntValue.of(7)))
        .assertFindings(each -> {});
  }

  @Test
  void bytecodeMayStandTwiceAndOtherBytesMayNot() {
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer
                    .separateBytecode()
                    .add(
                        "r",
                        SequenceValue.list(
                            code(new byte[] {1, 2}),
                            code(new byte[] {1, 2}),
                            BytesValue.of(new byte[] {1, 2}),
                            BytesValue.of(new byte[] {1, 3}))));
    int first = forge.slot(forge.codeSlotAt(item(forge, 0), CodeLayout.CODE_SLOT));
    int second = forge.slot(forge.codeSlotAt(item(forge, 1), CodeLayout.CODE_SLOT));
    assertThat(first).isNotEqualTo(second);
    assertTwice(forge, each -> {});
    assertTwice(forge, each -> each.bytes.put(item(each, 3) + 21, (byte) 2), 3);
  }

  private static Value code(byte[] bytecode) {
    Value empty = BytesValue.of(new byte[0]);
    return CodeValue.builder(PythonVersion.V3_13)
        .code(BytesValue.of(bytecode))
        .consts(SequenceValue.tuple())
        .names(SequenceValue.tuple())
        .localNames(SequenceValue.tuple())
        .kinds(empty)
        .filename(StrValue.of("f"))
        .name(StrValue.of("f"))
        .qualName(StrValue.of("f"))
        .lineTable(empty)
        .exceptionTable(empty)
        .build();
  }

  /** More values than the table holds at a time: they are looked for in parts. */
  @Test
  void manyValuesAreHeldAgainstEachOther() {
    int count = 150_000;
    Value[] items = new Value[count];
    for (int i = 0; i < count; i++) {
      items[i] = IntValue.of(1L << 40 | i);
    }
    Forge forge = list(items);
    assertTwice(forge, each -> {});
    int[] twice = {1, 77, 5_000, 149_999};
    assertTwice(
        forge,
        each -> {
          for (int index : twice) {
            int from = item(each, index - 1) + ObjectLayout.VALUE_OFFSET;
            int to = item(each, index) + ObjectLayout.VALUE_OFFSET;
            each.bytes.putLong(to, each.bytes.getLong(from));
          }
        },
        twice);
    // All the same: each but the first is found.
    Forge same = forge.copy();
    for (int i = 0; i < count; i++) {
      same.bytes.putLong(item(same, i) + ObjectLayout.VALUE_OFFSET, 3);
    }
    same.seal();
    Findings findings = new Findings(1);
    Verifier.verify(same.image(), findings);
    assertThat(findings.total()).isEqualTo(count - 1);
  }
}
