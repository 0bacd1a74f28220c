package org.marshalimage.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.LongLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** Objects one by one: each wrong in one way, and what is said of that and of nothing else. */
class ObjectVerifierTest {
  private static final int SIZE = ObjectLayout.SIZE_OFFSET;
  private static final int NUMBER = StrLayout.NUMBER_OFFSET;
  private static final int DIGITS = LongLayout.DIGITS_OFFSET;

  private static Forge list(Value... items) {
    return Forge.of(
        HeaderLayout.COMPACT_WIDTH, writer -> writer.add("r", SequenceValue.list(items)));
  }

  private static void assertFindings(Forge forge, int item, Edit edit, String... expected) {
    int at = forge.item(forge.root(0), item);
    String[] texts = new String[expected.length];
    for (int i = 0; i < texts.length; i++) {
      String[] parts = expected[i].split(" ", 2);
      texts[i] = "object at " + (at + Integer.parseInt(parts[0])) + ": " + parts[1];
    }
    forge.assertFindings(each -> edit.apply(each, at), texts);
  }

  private interface Edit {
    void apply(Forge forge, int at);
  }

  private static Edit put(int field, int value) {
    return (forge, at) -> forge.bytes.putInt(at + field, value);
  }

  private static Edit putLong(int field, long value) {
    return (forge, at) -> forge.bytes.putLong(at + field, value);
  }

  @Test
  void soundObjectsHaveNoFindings() {
    Forge forge =
        list(
            Singleton.NONE,
            IntValue.of(1),
            FloatValue.of(1.5),
            ComplexValue.ofBits(1, 2),
            IntValue.of(BigInteger.ONE.shiftLeft(64)),
            BytesValue.of(new byte[] {1}),
            StrValue.of("x"),
            SequenceValue.tuple());
    forge.assertFindings(each -> {});
    assertThat(Verifier.verify(forge.image(), new Findings(1)))
        .isEqualTo(forge.bytes.getLong(HeaderLayout.OBJECT_COUNT_OFFSET))
        .isEqualTo(10);
  }

  @Test
  void objectsWithoutASizeHaveNone() {
    Forge forge =
        list(Singleton.NONE, IntValue.of(1), FloatValue.of(1.5), ComplexValue.ofBits(1, 2));
    for (int item = 0; item < 4; item++) {
      assertFindings(forge, item, put(SIZE, 1), SIZE + " size, expected=0, found=1");
    }
  }

  @Test
  void numbersOfObjectsFollowEachOther() {
    Forge forge = list(IntValue.of(1), IntValue.of(2));
    assertFindings(
        forge,
        0,
        put(0, ObjectLayout.PINNED | 9),
        "0 count and number, expected=0xc0000002, found=0xc0000009");
    assertFindings(forge, 1, put(0, 3), "0 count and number, expected=0xc0000003, found=0x3");
    assertFindings(
        forge, 1, put(0, 0x80000003), "0 count and number, expected=0xc0000003, found=0x80000003");
  }

  @Test
  void flagsOfLongIntsAreThoseThatThereAre() {
    Forge forge =
        list(
            IntValue.of(BigInteger.ONE.shiftLeft(64)),
            IntValue.python2Long(BigInteger.ZERO),
            IntValue.python2Long(BigInteger.valueOf(-3)));
    assertFindings(
        forge,
        0,
        putLong(LongLayout.FLAGS_OFFSET, 4),
        LongLayout.FLAGS_OFFSET + " flags of a long int, found=4");
    assertFindings(
        forge,
        0,
        putLong(LongLayout.FLAGS_OFFSET, 1L << 40),
        LongLayout.FLAGS_OFFSET + " flags of a long int, found=" + (1L << 40));
    assertFindings(
        forge,
        1,
        putLong(LongLayout.FLAGS_OFFSET, LongLayout.FLAG_NEGATIVE | LongLayout.FLAG_PYTHON_2),
        LongLayout.FLAGS_OFFSET + " flags of a long int, found=3");
    assertFindings(forge, 1, putLong(LongLayout.FLAGS_OFFSET, 0), "0 long int that fits 64 bits");
    assertFindings(
        forge,
        2,
        putLong(LongLayout.FLAGS_OFFSET, LongLayout.FLAG_NEGATIVE),
        "0 long int that fits 64 bits");
    assertFindings(
        forge, 0, putLong(LongLayout.FLAGS_OFFSET, LongLayout.FLAG_NEGATIVE), new String[0]);
  }

  @Test
  void topDigitOfALongIntIsNotZero() {
    Forge forge =
        list(
            IntValue.of(BigInteger.ONE.shiftLeft(64)),
            IntValue.python2Long(BigInteger.ONE.shiftLeft(64)));
    for (int item = 0; item < 2; item++) {
      assertFindings(forge, item, putLong(DIGITS + 8, 0), SIZE + " leading digit is zero");
      // A lower one may be.
      assertFindings(forge, item, putLong(DIGITS, 0), new String[0]);
    }
  }

  @Test
  void longIntsAreOutside64Bits() {
    BigInteger high = BigInteger.ONE.shiftLeft(63);
    Forge forge = list(IntValue.of(high), IntValue.of(high.negate().subtract(BigInteger.ONE)));
    assertFindings(forge, 0, putLong(DIGITS, Long.MAX_VALUE), "0 long int that fits 64 bits");
    assertFindings(forge, 0, putLong(DIGITS, 1), "0 long int that fits 64 bits");
    assertFindings(forge, 0, putLong(DIGITS, -1), new String[0]);
    assertFindings(forge, 1, putLong(DIGITS, Long.MIN_VALUE), "0 long int that fits 64 bits");
    assertFindings(forge, 1, putLong(DIGITS, 7), "0 long int that fits 64 bits");
    assertFindings(forge, 1, putLong(DIGITS, -2), new String[0]);
    // 2^63 does not fit, -2^63 does.
    assertFindings(
        forge,
        0,
        putLong(LongLayout.FLAGS_OFFSET, LongLayout.FLAG_NEGATIVE),
        "0 long int that fits 64 bits");
    Forge zero = list(IntValue.of(high));
    assertFindings(zero, 0, putLong(DIGITS, 0), SIZE + " leading digit is zero");
  }

  @Test
  void paddingIsZero() {
    Forge forge =
        list(
            BytesValue.of(new byte[] {1, 2}),
            StrValue.of("abc"),
            StrValue.of("\u0100"),
            SequenceValue.tuple(Singleton.NONE));
    assertFindings(
        forge,
        0,
        (each, at) -> each.bytes.put(at + 22, (byte) 5),
        "22 padding is not zero, expected=0, found=5");
    assertFindings(
        forge,
        0,
        (each, at) -> each.bytes.put(at + 23, (byte) 5),
        "23 padding is not zero, expected=0, found=5");
    // Once for each object.
    assertFindings(forge, 1, put(28, -1), "28 padding is not zero, expected=0, found=-1");
    assertFindings(
        forge,
        1,
        (each, at) -> each.bytes.put(at + 27, (byte) 1),
        "27 padding is not zero, expected=0, found=1");
    assertFindings(
        forge,
        2,
        (each, at) -> each.bytes.put(at + 26, (byte) 1),
        "26 padding is not zero, expected=0, found=1");
    assertFindings(forge, 3, put(20, 1), "20 padding is not zero, expected=0, found=1");
  }

  @Test
  void paddingBehindSlotsOfEightBytesAndOddNumbersOfThem() {
    Forge wide =
        Forge.of(
            HeaderLayout.ADDRESS_WIDTH,
            writer -> writer.add("r", SequenceValue.list(SequenceValue.tuple(Singleton.NONE))));
    wide.assertFindings(each -> {});
    Forge slice = list(new SliceValue(Singleton.NONE, Singleton.NONE, Singleton.NONE));
    assertFindings(slice, 0, put(28, 1), "28 padding is not zero, expected=0, found=1");
    assertFindings(slice, 0, put(28, 0), new String[0]);
  }

  @Test
  void flagsOfBytesAreThatOfInternedOnes() {
    Forge forge = list(BytesValue.of(new byte[] {1}));
    for (int flag : new int[] {1, 2, 8}) {
      assertFindings(
          forge,
          0,
          (each, at) -> each.flip(at + NUMBER, flag),
          NUMBER + " flags of bytes, found=" + flag);
    }
  }

  @Test
  void stringsHaveTheLeastWidthTheirHashAndTheirFlag() {
    Forge forge =
        list(
            StrValue.of("ab"),
            StrValue.of("\u00e9"),
            StrValue.of("\u0100"),
            StrValue.of("\ud83d\ude00"));
    assertFindings(
        forge,
        0,
        (each, at) -> {
          each.bytes.put(at + 24, (byte) 0xE9);
        },
        NUMBER + " ASCII flag, expected=false, found=true",
        "20 hash, expected=" + "\u00e9b".hashCode() + ", found=" + "ab".hashCode());
    assertFindings(
        forge,
        1,
        (each, at) -> {
          each.bytes.put(at + 24, (byte) 0x7F);
          each.bytes.putInt(at + 20, 0x7F);
        },
        NUMBER + " ASCII flag, expected=true, found=false");
    assertFindings(
        forge,
        2,
        (each, at) -> {
          each.bytes.putShort(at + 24, (short) 0xFF);
          each.bytes.putInt(at + 20, 0xFF);
        },
        NUMBER + " width, expected=0, found=1");
    assertFindings(
        forge,
        3,
        (each, at) -> {
          each.bytes.putInt(at + 24, 0xFFFF);
          each.bytes.putInt(at + 20, 0xFFFF);
        },
        NUMBER + " width, expected=1, found=2");
    assertFindings(
        forge, 3, put(20, 5), "20 hash, expected=" + "\ud83d\ude00".hashCode() + ", found=5");
  }

  @Test
  void internedStringsHaveTheLowestNumbersEachItsOwn() {
    Forge forge =
        list(StrValue.of("a", true), StrValue.of("b", true), StrValue.of("c"), StrValue.of("d"));
    // 0 is the name of the root, 1 and 2 are interned.
    int number = 1 << StrLayout.NUMBER_SHIFT;
    assertThat(forge.bytes.getInt(forge.item(forge.root(0), 1) + NUMBER) / number).isEqualTo(2);
    Forge copy = forge.copy();
    int second = copy.item(copy.root(0), 1);
    copy.flip(second + NUMBER, 3 * number);
    assertThat(copy.findings())
        .contains(
            "object at " + (second + NUMBER) + ": number that another string has, found=1",
            "header at -1: string numbers, expected=5, found=4");
    copy = forge.copy();
    copy.flip(second + NUMBER, number);
    assertThat(copy.findings())
        .contains(
            "object at "
                + (second + NUMBER)
                + ": number of an interned string, expected=below 3,"
                + " found=3");
    copy = forge.copy();
    int third = copy.item(copy.root(0), 2);
    copy.bytes.putInt(third + NUMBER, copy.bytes.getInt(third + NUMBER) + number * 9);
    assertThat(copy.findings())
        .contains("object at " + (third + NUMBER) + ": number, expected=3, found=12");
  }

  @Test
  void bytesAreNumberedBehindStrings() {
    Forge forge =
        list(StrValue.of("s"), BytesValue.of(new byte[] {1}), BytesValue.of(new byte[] {2}));
    int number = 1 << StrLayout.NUMBER_SHIFT;
    int first = forge.item(forge.root(0), 1);
    int second = forge.item(forge.root(0), 2);
    forge.assertFindings(
        each -> each.flip(second + NUMBER, number * 3 ^ number * 7),
        "object at " + (second + NUMBER) + ": number, expected=3, found=7",
        "header at -1: string numbers, expected=4, found=3");
    Forge copy = forge.copy();
    copy.flip(first + NUMBER, number * 2 ^ number * 3);
    copy.flip(second + NUMBER, number * 3 ^ number * 4);
    assertThat(copy.findings())
        .containsExactly(
            "header at -1: string numbers, expected=4, found=3",
            "header at -1: number of the first bytes object that is not interned, expected=2,"
                + " found=3");
  }

  @Test
  void internedBytesAreCountedWithInternedStrings() {
    Forge forge = list(BytesValue.of(new byte[] {65}, 0, 1, true), BytesValue.of(new byte[] {66}));
    forge.assertFindings(each -> {});
    assertThat(forge.bytes.getInt(HeaderLayout.INTERNED_COUNT_OFFSET)).isEqualTo(2);
    Forge copy = forge.copy();
    int at = copy.item(copy.root(0), 0);
    copy.flip(at + NUMBER, StrLayout.FLAG_INTERNED);
    assertThat(copy.findings()).contains("header at -1: interned strings, expected=2, found=1");
  }

  @Test
  void headersCountTheirObjects() {
    Forge forge = list(StrValue.of("s"), BytesValue.of(new byte[] {1}));
    Consumer<Forge> one =
        each ->
            each.bytes.putLong(
                HeaderLayout.OBJECT_COUNT_OFFSET,
                each.bytes.getLong(HeaderLayout.OBJECT_COUNT_OFFSET) + 1);
    forge.assertFindings(one, "header at -1: objects, expected=5, found=4");
    forge.assertFindings(
        each -> each.bytes.putInt(HeaderLayout.CODE_COUNT_OFFSET, 2),
        "header at -1: code objects, expected=2, found=0");
    Forge copy = forge.copy();
    copy.bytes.putInt(HeaderLayout.STR_COUNT_OFFSET, 3);
    assertThat(copy.findings())
        .contains(
            "header at -1: str objects, expected=3, found=2",
            "header at -1: string numbers, expected=4, found=3");
    copy = forge.copy();
    copy.bytes.putInt(HeaderLayout.BYTES_COUNT_OFFSET, 2);
    assertThat(copy.findings()).contains("header at -1: bytes objects, expected=2, found=1");
  }

  private static Value code(String name) {
    Value empty = BytesValue.of(new byte[0]);
    return CodeValue.builder(PythonVersion.V3_13)
        .code(empty)
        .consts(SequenceValue.tuple())
        .names(SequenceValue.tuple())
        .localNames(SequenceValue.tuple())
        .kinds(empty)
        .filename(StrValue.of("f.py"))
        .name(StrValue.of(name))
        .qualName(StrValue.of(name))
        .lineTable(empty)
        .exceptionTable(empty)
        .build();
  }

  @Test
  void codeObjectsAreNumberedAndTheirReservedFieldIsZero() {
    Forge forge = list(code("a"), code("b"));
    assertFindings(forge, 0, put(SIZE, 4), SIZE + " code number, expected=0, found=4");
    assertFindings(forge, 1, put(SIZE, 4), SIZE + " code number, expected=1, found=4");
    assertFindings(
        forge,
        1,
        (each, at) -> each.bytes.putShort(at + CodeLayout.RESERVED_OFFSET, (short) 2),
        CodeLayout.RESERVED_OFFSET + " reserved field, expected=0, found=2");
    assertFindings(
        forge,
        1,
        (each, at) -> each.bytes.putShort(at + CodeLayout.MAGIC_OFFSET, (short) 3495),
        new String[0]);
    Forge copy = forge.copy();
    int at = copy.item(copy.root(0), 1);
    copy.bytes.putShort(at + CodeLayout.MAGIC_OFFSET, (short) 65000);
    assertThat(copy.findings())
        .contains(
            "object at "
                + (at + CodeLayout.MAGIC_OFFSET)
                + ": magic number of no known Python, found=65000");
    int newer = PythonVersion.newest().magicNumber() + 50;
    copy.bytes.putShort(at + CodeLayout.MAGIC_OFFSET, (short) newer);
    assertThat(copy.findings())
        .contains(
            "object at "
                + (at + CodeLayout.MAGIC_OFFSET)
                + ": magic number of no known Python"
                + PythonVersion.hintOnUnknown(newer)
                + ", found="
                + newer);
  }

  @Test
  void modulesCountTheirCodeObjects() {
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer -> writer.add("a", code("a")).add("b", code("b")).add("c", Singleton.NONE));
    int entry = forge.module(1);
    forge.assertFindings(
        each -> each.bytes.putInt(entry + ModuleLayout.FIRST_CODE_OFFSET, 0),
        "module 1 at "
            + (entry + ModuleLayout.FIRST_CODE_OFFSET)
            + ": first code number,"
            + " expected=1, found=0");
    forge.assertFindings(
        each -> each.bytes.putInt(entry + ModuleLayout.CODE_COUNT_OFFSET, 2),
        "module 1 at "
            + (entry + ModuleLayout.CODE_COUNT_OFFSET)
            + ": code objects,"
            + " expected=1, found=2");
    int last = forge.module(2);
    assertThat(forge.bytes.getInt(last + ModuleLayout.FIRST_CODE_OFFSET)).isEqualTo(2);
  }

  @Test
  void objectThatEndsBehindItsSegmentHidesNoOther() {
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer
                    .add("a", SequenceValue.list(IntValue.of(1)))
                    .add("b", SequenceValue.list(IntValue.of(2))));
    int at = forge.item(forge.root(0), 0);
    int other = forge.item(forge.root(1), 0);
    forge.assertFindings(
        each -> {
          each.bytes.putLong(at + ObjectLayout.TYPE_OFFSET, TypeCode.COMPLEX);
          each.bytes.putInt(other + SIZE, 3);
        },
        "object at " + at + ": object is cut by the end of its segment",
        "object at " + (other + SIZE) + ": size, expected=0, found=3",
        "object at "
            + forge.slotAt(forge.root(0), 0)
            + ": slot leads to no object, found=0x"
            + Integer.toHexString(at));
  }

  @Test
  void segmentThatEndsWithinAHeadAndUnknownTypes() {
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer -> writer.add("a", SequenceValue.list(IntValue.of(1))));
    int at = forge.item(forge.root(0), 0);
    int length = forge.module(0) + ModuleLayout.SEGMENT_LENGTH_OFFSET;
    Forge copy = forge.copy();
    copy.bytes.putLong(length, copy.bytes.getLong(length) - 16);
    assertThat(copy.findings())
        .contains("object at " + at + ": object is cut by the end of its segment");
    for (long type : new long[] {0, 'z', -1, 0x100 + 'i', 1L << 32 | 'i'}) {
      copy = forge.copy();
      copy.bytes.putLong(at + ObjectLayout.TYPE_OFFSET, type);
      assertThat(copy.findings().get(0))
          .startsWith("object at " + at + ": unknown type code: found=");
    }
  }

  @Test
  void sizesThatAreNegativeAndSlicesOfOtherSizes() {
    Forge forge =
        list(
            new SliceValue(Singleton.NONE, Singleton.NONE, Singleton.NONE),
            StrValue.of("x"),
            BytesValue.of(new byte[1]),
            IntValue.of(BigInteger.ONE.shiftLeft(70)));
    Forge copy = forge.copy();
    int slice = copy.item(copy.root(0), 0);
    copy.bytes.putInt(slice + SIZE, 4);
    assertThat(copy.findings().get(0))
        .isEqualTo("object at " + slice + ": bad size of a slice: expected=3, found=4");
    for (int item = 0; item < 4; item++) {
      copy = forge.copy();
      int at = copy.item(copy.root(0), item);
      copy.bytes.putInt(at + SIZE, -1);
      assertThat(copy.findings().get(0))
          .startsWith("object at " + at + ": bad size of an object: found=4294967295");
    }
    copy = forge.copy();
    int text = copy.item(copy.root(0), 1);
    copy.flip(text + NUMBER, 3);
    assertThat(copy.findings().get(0)).startsWith("object at " + text + ": bad width of a str");
  }
}
