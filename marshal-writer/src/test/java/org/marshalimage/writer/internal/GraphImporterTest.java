package org.marshalimage.writer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.LongLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.internal.verify.Forge;
import org.marshalimage.writer.ImageWriter;

/** What a graph that was refused leaves behind, which is nothing, and how its fault is named. */
class GraphImporterTest {
  private static Value unhashable() {
    return DictValue.dict(SequenceValue.list(), IntValue.of(1));
  }

  private static void assertRefused(ImageWriter writer, Value root, String message) {
    assertThatThrownBy(() -> writer.add("bad", root))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("root bad: " + message);
  }

  private static void assertRefused(ImageWriter writer, Value root) {
    assertThatThrownBy(() -> writer.add("bad", root)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Value list(Value... items) {
    return SequenceValue.list(items);
  }

  @Test
  void stringsOfARefusedGraphAreNotInterned() {
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer -> {
              assertRefused(writer, list(StrValue.of("x", true), unhashable()));
              writer.add("good", list(StrValue.of("x", false)));
            });
    // The name alone.
    assertThat(forge.bytes.getInt(HeaderLayout.INTERNED_COUNT_OFFSET)).isEqualTo(1);
    forge.assertFindings(each -> {});
  }

  @Test
  void typesOfRecordsOfARefusedGraphAreFree() {
    Value refused = RecordValue.of(new RecordType("r", 1, 0, 0, false));
    Value other = RecordValue.of(new RecordType("r", 1, 1, 0, false), IntValue.of(1));
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer -> {
              assertRefused(writer, list(refused, unhashable()));
              writer.add("good", list(other));
            });
    forge.assertFindings(each -> {});
    Forge none =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer -> {
              assertRefused(writer, list(refused, unhashable()));
              writer.add("good", list());
            });
    assertThat(none.bytes.getInt(HeaderLayout.SECTION_COUNT_OFFSET)).isEqualTo(SectionLayout.COUNT);
    none.assertFindings(each -> {});
  }

  @Test
  void graphThatWasRefusedIsRefusedAgainWhateverLeadsToIt() {
    Value bad = list(IntValue.of(1), unhashable());
    Forge.of(
        HeaderLayout.COMPACT_WIDTH,
        writer -> {
          writer.keepIdentity();
          assertRefused(writer, bad);
          assertRefused(writer, bad);
          assertRefused(writer, list(bad));
        });
  }

  @Test
  void refusedGraphTakesNoIdentityFromThoseBefore() {
    Value shared = list(IntValue.of(1));
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer -> {
              writer.keepIdentity().add("a", list(shared));
              assertRefused(writer, list(list(), unhashable()));
              writer.add("b", list(shared));
            });
    assertThat(forge.item(forge.root(0), 0)).isEqualTo(forge.item(forge.root(1), 0));
    forge.assertFindings(each -> {});
  }

  private static CodeValue code(Value... consts) {
    Value none = BytesValue.of(new byte[0]);
    return CodeValue.builder(PythonVersion.V3_13)
        .code(none)
        .consts(SequenceValue.tuple(consts))
        .names(SequenceValue.tuple())
        .localNames(SequenceValue.tuple())
        .kinds(none)
        .filename(StrValue.of("f.py"))
        .name(StrValue.of("f"))
        .qualName(StrValue.of("f"))
        .lineTable(none)
        .exceptionTable(none)
        .build();
  }

  @Test
  void faultIsNamedByTheWayToIt() {
    Value one = IntValue.of(1);
    Value key = DictValue.dict(IntValue.of(5), one, IntValue.of(6), one, SequenceValue.set(), one);
    try (ImageWriter writer = ImageWriter.create()) {
      String problem = ": unhashable key in a dict: set";
      assertRefused(writer, key, ".key[2]" + problem);
      assertRefused(
          writer, list(one, DictValue.dict(one, list(key))), "[1].value[0][0].key[2]" + problem);
      assertRefused(
          writer, list(one, code(one, code(key))), "[1].consts[1].consts[0].key[2]" + problem);
      assertRefused(
          writer,
          list(SequenceValue.set(one, IntValue.of(2), list())),
          "[0][2]: unhashable item in a set: list");
    }
  }

  @Test
  void textAtTheEdgesOfAsciiAndOfWidthsIsMarkedForWhatItIs() {
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer.add(
                    "r",
                    list(
                        StrValue.of("\u007f"),
                        StrValue.of("\u0080"),
                        StrValue.of("\u00ff"),
                        StrValue.of("\u0100"),
                        StrValue.of("\uffff"),
                        StrValue.of("\ud800\udc00"))));
    forge.assertFindings(each -> {});
  }

  @Test
  void longIntHasAsManyDigitsOf64BitsAsItNeeds() {
    BigInteger one = BigInteger.ONE;
    BigInteger[] values = {
      one.shiftLeft(63),
      one.shiftLeft(64).subtract(one),
      one.shiftLeft(64),
      one.shiftLeft(64).negate(),
      one.shiftLeft(127).add(BigInteger.valueOf(0x1234)),
      one.shiftLeft(128).subtract(one),
      one.shiftLeft(128),
      BigInteger.valueOf(Long.MIN_VALUE).subtract(one)
    };
    Value[] items = new Value[values.length + 2];
    for (int i = 0; i < values.length; i++) {
      items[i] = IntValue.of(values[i]);
    }
    items[values.length] = IntValue.python2Long(BigInteger.ZERO);
    items[values.length + 1] = IntValue.python2Long(BigInteger.valueOf(-5));
    Forge forge = Forge.of(HeaderLayout.COMPACT_WIDTH, writer -> writer.add("r", list(items)));
    forge.assertFindings(each -> {});
    for (int i = 0; i < items.length; i++) {
      int at = forge.item(forge.root(0), i);
      int digits = forge.bytes.getInt(at + ObjectLayout.SIZE_OFFSET);
      BigInteger found = BigInteger.ZERO;
      for (int digit = digits - 1; digit >= 0; digit--) {
        long word = forge.bytes.getLong(at + LongLayout.DIGITS_OFFSET + 8 * digit);
        found = found.shiftLeft(64).or(new BigInteger(Long.toUnsignedString(word)));
      }
      long flags = forge.bytes.getLong(at + LongLayout.FLAGS_OFFSET);
      BigInteger value = ((IntValue) items[i]).bigValue();
      assertThat(digits).isEqualTo((value.abs().bitLength() + 63) / 64);
      assertThat((flags & LongLayout.FLAG_NEGATIVE) != 0 ? found.negate() : found).isEqualTo(value);
      assertThat((flags & LongLayout.FLAG_PYTHON_2) != 0).isEqualTo(i >= values.length);
    }
  }
}
