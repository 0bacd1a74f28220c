package org.marshalimage.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.marshalimage.compare.Compared.side;
import static org.marshalimage.compare.Compared.str;
import static org.marshalimage.compare.Compared.texts;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycHeader;

/** Each kind of difference between graphs, and what is none. */
class ComparisonTest {
  private static final RecordType POINT = new RecordType("point", 1, 2, 0, false);
  private static final RecordType SPACE = new RecordType("space", 1, 1, 2, true);
  private static final Value ONE = IntValue.of(1);
  private static final Value TWO = IntValue.of(2);

  private static Value list(Value... items) {
    return SequenceValue.list(items);
  }

  private static Value tuple(Value... items) {
    return SequenceValue.tuple(items);
  }

  @Test
  void leavesOfOneTypeAreComparedByTheirBits() throws Exception {
    Value[][] pairs = {
      {ONE, TWO},
      {ONE, IntValue.of(BigInteger.TWO.pow(70))},
      {IntValue.python2Long(BigInteger.ONE), IntValue.python2Long(BigInteger.TWO)},
      {FloatValue.of(0.0), FloatValue.of(-0.0)},
      {FloatValue.ofBits(0x7FF8000000000000L), FloatValue.ofBits(0x7FF8000000000001L)},
      {ComplexValue.ofBits(0, 0), ComplexValue.ofBits(0, 1L << 63)},
      {BytesValue.of(new byte[] {1}), BytesValue.of(new byte[] {1, 2})},
      {str("a"), str("b")},
      {ExternalValue.of("sys.stdin"), ExternalValue.of("sys.stdout")},
    };
    for (Value[] pair : pairs) {
      assertThat(Compared.differences(pair[0], pair[1]))
          .singleElement()
          .satisfies(
              found -> {
                assertThat(found.what()).isEqualTo(Difference.What.VALUE);
                assertThat(found.path()).isEmpty();
              });
      assertThat(texts(pair[0], pair[0])).isEmpty();
    }
    assertThat(texts(ONE, TWO)).containsExactly("r: 1 in A, 2 in B");
    assertThat(texts(pairs[8][0], pairs[8][1]))
        .containsExactly("r: <external sys.stdin> in A, <external sys.stdout> in B");
    Value nan = FloatValue.of(Double.NaN);
    assertThat(texts(nan, FloatValue.of(Double.NaN))).isEmpty();
    assertThat(texts(ONE, IntValue.of(1))).isEmpty();
  }

  @Test
  void typesAreToldWithTheirValues() throws Exception {
    assertThat(texts(ONE, str("1"))).containsExactly("r: int 1 in A, str '1' in B");
    assertThat(texts(ONE, Singleton.TRUE)).containsExactly("r: int 1 in A, True in B");
    assertThat(texts(ONE, IntValue.python2Long(BigInteger.ONE)))
        .containsExactly("r: int 1 in A, long int 1L in B");
    assertThat(texts(list(ONE), tuple(ONE))).containsExactly("r: list [1] in A, tuple (1,) in B");
  }

  @Test
  void thatAStringIsInternedIsNoDifference() throws Exception {
    assertThat(texts(StrValue.of("a", true), StrValue.of("a", false))).isEmpty();
  }

  @Test
  void longTextsAreShownWhereTheyDiffer() throws Exception {
    String start = "x".repeat(1000);
    assertThat(texts(str(start + "a"), str(start + "b")))
        .containsExactly("r: 'xxxxxxa' in A, 'xxxxxxb' in B; both from [994]");
    byte[] bytes = new byte[100];
    byte[] others = bytes.clone();
    others[99] = 'y';
    assertThat(texts(BytesValue.of(bytes), BytesValue.of(others)))
        .singleElement()
        .asString()
        .endsWith("\\x00y' in B; both from [93]");
  }

  @Test
  void whatAShortTextDoesNotShowIsToldOtherwise() throws Exception {
    String smile = "\uD83D\uDE00\u200B";
    assertThat(texts(str("\u200B".repeat(20) + "a"), str("\u200B".repeat(20) + "b")))
        .singleElement()
        .asString()
        .contains("a' in A", "b' in B; both from [14]");
    assertThat(texts(ExternalValue.of("x".repeat(99)), ExternalValue.of("x".repeat(98) + smile)))
        .singleElement()
        .asString()
        .contains("'xxxxxxx' in A, 'xxxxxx\uD83D\uDE00\\u200b' in B; both from [92]");
    Value quiet = FloatValue.ofBits(0x7FF8000000000000L);
    Value other = FloatValue.ofBits(0x7FF8000000000001L);
    assertThat(texts(quiet, other))
        .containsExactly(
            "r: nan in A, nan in B; bits 0x7ff8000000000000 in A, 0x7ff8000000000001 in B");
    assertThat(
            texts(
                ComplexValue.ofBits(0x7FF8000000000000L, 0),
                ComplexValue.ofBits(0x7FF8000000000001L, 0)))
        .singleElement()
        .asString()
        .endsWith("in A, 0x7ff8000000000001 in B, imaginary bits 0x0 in A, 0x0 in B");
    BigInteger large = BigInteger.TWO.pow(5000);
    assertThat(texts(IntValue.of(large), IntValue.of(large.setBit(77))))
        .containsExactly(
            "r: <int of 5001 bits> in A, <int of 5001 bits> in B; lowest bit that differs: 77");
  }

  @Test
  void valuesAreShortAndHaveNothingThatATerminalObeys() throws Exception {
    assertThat(texts(str("\u001b[1m"), ONE)).containsExactly("r: str '\\x1b[1m' in A, int 1 in B");
    Value[] many = new Value[100_000];
    java.util.Arrays.fill(many, ONE);
    assertThat(texts(list(many), ONE)).singleElement().asString().hasSizeLessThan(120);
  }

  @Test
  void itemsOfOneMoreAreComparedWithThoseTheyAreLike() throws Exception {
    Value a = Compared.names("a", "b", "c", "d");
    Value b = Compared.names("a", "x", "b", "C", "d");
    assertThat(texts(a, b))
        .containsExactly(
            "r: 4 items in A, 5 items in B",
            "r: [1]: 'b' in A, 'x' in B",
            "r: [2]: 'c' in A, 'b' in B",
            "r: [3]: only in B: 'C'");
    assertThat(texts(Compared.names("b", "c"), Compared.names("a", "b", "c")))
        .containsExactly("r: 2 items in A, 3 items in B", "r: [0]: only in B: 'a'");
    assertThat(texts(list(ONE), list())).hasSize(2).contains("r: [0]: only in A: 1");
  }

  @Test
  void slicesAreComparedByTheirFields() throws Exception {
    Value none = Singleton.NONE;
    assertThat(texts(new SliceValue(none, ONE, none), new SliceValue(none, TWO, none)))
        .containsExactly("r: [1]: 1 in A, 2 in B");
  }

  @Test
  void setsAreComparedByContent() throws Exception {
    Value nested = tuple(ONE, SequenceValue.frozenset(str("x"), str("y")));
    Value turned = tuple(ONE, SequenceValue.frozenset(str("y"), str("x")));
    assertThat(texts(SequenceValue.set(ONE, TWO, nested), SequenceValue.set(turned, TWO, ONE)))
        .isEmpty();
    assertThat(texts(SequenceValue.frozenset(ONE, TWO), SequenceValue.frozenset(str("1"), TWO)))
        .containsExactly("r: only in A: 1", "r: only in B: '1'");
  }

  @Test
  void keysThatLookAlikeInUtf16AreKeptApart() throws Exception {
    Value pair = StrValue.ofCodePoints(new int[] {0x1F600}, 0, 1, false);
    Value halves = StrValue.ofCodePoints(new int[] {0xD83D, 0xDE00}, 0, 2, false);
    Value last = StrValue.ofCodePoints(new int[] {0xFFFF, 1, 0xF600}, 0, 3, false);
    for (Value other : List.of(halves, last)) {
      assertThat(texts(SequenceValue.set(ONE, pair), SequenceValue.set(other, ONE))).hasSize(2);
    }
  }

  @Test
  void itemsThatHoldObjectsWithAnIdentityAreComparedByOrder() throws Exception {
    Value a = SequenceValue.set(RecordValue.of(POINT, ONE, ONE), str("x"));
    Value b = SequenceValue.set(str("x"), RecordValue.of(POINT, ONE, TWO));
    assertThat(texts(a, b)).containsExactly("r: [0].slot[1]: 1 in A, 2 in B");
    Value more =
        SequenceValue.set(RecordValue.of(POINT, ONE, ONE), RecordValue.of(POINT, ONE, ONE));
    assertThat(texts(SequenceValue.set(RecordValue.of(POINT, ONE, ONE)), more))
        .containsExactly("r: only in B: <point(1, 1)>");
  }

  @Test
  void dictsAreComparedByKey() throws Exception {
    Value a = DictValue.dict(str("x"), ONE, str("y"), TWO, str("z"), ONE, tuple(ONE), ONE);
    Value b = DictValue.dict(str("x"), ONE, str("y"), ONE, str("w"), ONE, tuple(ONE), TWO);
    assertThat(texts(a, b))
        .containsExactlyInAnyOrder(
            "r: ['y']: 2 in A, 1 in B",
            "r: ['z']: only in A: 1",
            "r: ['w']: only in B: 1",
            "r: [(1,)]: 1 in A, 2 in B");
  }

  @Test
  void orderOfKeysIsADifferenceOfItsOwn() throws Exception {
    Value a = DictValue.dict(str("x"), ONE, str("y"), TWO, str("z"), ONE);
    Value b = DictValue.dict(str("x"), ONE, str("z"), ONE, str("y"), TWO);
    assertThat(texts(a, b)).containsExactly("r: order of keys: 'y' in A, 'z' in B; at 1");
    // One key more leaves the others in their order.
    Value more = DictValue.dict(str("n"), ONE, str("x"), ONE, str("y"), TWO, str("z"), ONE);
    assertThat(texts(a, more)).containsExactly("r: ['n']: only in B: 1");
  }

  @Test
  void severalKeysThatAreNoNumberAreComparedInTheirOrder() throws Exception {
    Value a =
        DictValue.dict(TWO, ONE, FloatValue.of(Double.NaN), ONE, FloatValue.of(Double.NaN), TWO);
    Value b =
        DictValue.dict(
            FloatValue.of(Double.NaN), ONE, FloatValue.of(Double.NaN), ONE, str("k"), ONE);
    assertThat(texts(a, b))
        .containsExactlyInAnyOrder(
            "r: [2]: only in A: 1", "r: ['k']: only in B: 1", "r: [nan]: 2 in A, 1 in B");
  }

  @Test
  void keysThatHoldObjectsWithAnIdentityAreComparedByOrder() throws Exception {
    Value a = DictValue.dict(RecordValue.of(POINT, ONE, ONE), ONE, str("x"), ONE);
    Value b = DictValue.dict(str("x"), ONE, RecordValue.of(POINT, TWO, ONE), TWO);
    assertThat(texts(a, b))
        .containsExactlyInAnyOrder(
            "r: value[0]: 1 in A, 2 in B", "r: key[0].slot[0]: 1 in A, 2 in B");
  }

  @Test
  void recordsAreComparedByTypeAndSlots() throws Exception {
    Value other = RecordValue.of(new RecordType("point", 2, 2, 0, false), ONE, ONE);
    Value a = RecordValue.of(POINT, ONE, null);
    assertThat(texts(a, other))
        .containsExactly(
            "r: record of point version 1 with 2 slots in A, record of point version 2 with 2 slots"
                + " in B");
    assertThat(texts(a, RecordValue.of(POINT, TWO, ONE)))
        .containsExactly("r: slot[0]: 1 in A, 2 in B", "r: slot[1]: empty in A, 1 in B");
  }

  @Test
  void repeatedSlotsAndBytesAreCompared() throws Exception {
    Value bytes = BytesValue.of(new byte[] {1});
    Value a = RecordValue.of(SPACE, ONE, str("x"), ONE, str("y"), ONE, bytes);
    Value b = RecordValue.of(SPACE, ONE, str("y"), TWO, BytesValue.of(new byte[] {2}));
    assertThat(texts(a, b))
        .containsExactly(
            "r: 4 slots in A, 2 slots in B",
            "r: slot[1]: 'x' in A, 'y' in B",
            "r: ['x']: 1 in A, 2 in B",
            "r: slot[3]: only in A: 'y'",
            "r: ['y']: only in A: 1",
            "r: slot[5]: b'\\x01' in A, b'\\x02' in B");
  }

  @Test
  void callerNamesSlots() throws Exception {
    SlotNames names =
        (record, slot) ->
            slot == 0
                ? "na\u001bme"
                : slot % 2 == 0 ? "[" + ((StrValue) record.child(slot - 1)) + "]" : null;
    BytesValue bytes = BytesValue.of(new byte[0]);
    Value a = RecordValue.of(SPACE, ONE, str("x"), list(ONE), bytes);
    Value b = RecordValue.of(SPACE, TWO, str("x"), list(TWO), bytes);
    assertThat(
            Compared.differences(
                Comparison.create().slotNames(names), side(Map.of("r", a)), side(Map.of("r", b))))
        .map(Difference::toText)
        .containsExactly("r: na\\x1bme: 1 in A, 2 in B", "r: [x][0]: 1 in A, 2 in B");
  }

  @Test
  void rootsOfOneSideAreNotRead() throws Exception {
    assertThat(
            Compared.differences(
                Comparison.create(),
                side(Map.of("a", ONE, "both", ONE)),
                side(Map.of("both", TWO, "b\n", ONE))))
        .map(Difference::toText)
        .containsExactly("a: only in A", "b\\n: only in B", "both: 1 in A, 2 in B");
  }

  /** A side that says of its roots what the tests want. */
  private record Facts(@Nullable Root root, @Nullable Map<String, String> properties)
      implements Side {
    @Override
    public SortedSet<String> names() {
      return new TreeSet<>(List.of("r"));
    }

    @Override
    public @Nullable Root read(String name) {
      return root;
    }
  }

  @Test
  void packagesAreComparedAndStampsIfThatIsAskedFor() throws Exception {
    Side a = new Facts(new Side.Root(ONE, true, Optional.of(PycHeader.timestamp(7, 8))), Map.of());
    Side b = new Facts(new Side.Root(ONE, false, Optional.of(PycHeader.hash(1, true))), null);
    assertThat(Compared.differences(Comparison.create(), a, b))
        .map(Difference::toText)
        .containsExactly("r: <package>: a package in A, no package in B");
    assertThat(Compared.differences(Comparison.create().sourceStamps(true), a, b))
        .map(Difference::toText)
        .containsExactly(
            "r: <package>: a package in A, no package in B",
            "r: <source>: time 7 size 8 in A, checked hash 1 in B");
  }

  @Test
  void propertiesAreComparedWhereBothCanHaveThem() throws Exception {
    Side.Root root = new Side.Root(ONE, false, Optional.empty());
    Side a = new Facts(root, Map.of("made.by", "Jython", "x", "1"));
    Side b = new Facts(root, Map.of("made.by", "other", "y\u001b", "1"));
    assertThat(Compared.differences(Comparison.create(), a, b))
        .map(Difference::toText)
        .containsExactly(
            "<property made.by>: 'Jython' in A, 'other' in B",
            "<property x>: only in A: '1'",
            "<property y\\x1b>: only in B: '1'");
    assertThat(Compared.differences(Comparison.create(), a, new Facts(root, null))).isEmpty();
  }

  @Test
  void rootThatASideCannotReadIsPassedOver() throws Exception {
    Side a = new Facts(new Side.Root(ONE, false, Optional.empty()), null);
    assertThat(Compared.differences(Comparison.create(), a, new Facts(null, null))).isEmpty();
  }

  @Test
  void jsonHasWhatTextHas() throws Exception {
    Difference found = Compared.differences(list(ONE), list(str("x"))).get(0);
    assertThat(found.what()).hasToString("type");
    assertThat(List.of(found.root(), found.path(), found.a(), found.b()))
        .containsExactly("r", "[0]", "int 1", "str 'x'");
    assertThat(found.detail()).isNull();
    assertThat(found.where()).isEqualTo("r: [0]");
  }

  @Test
  void everyContainerThatIsEmptyEqualsItself() throws Exception {
    for (int type : new int[] {TypeCode.TUPLE, TypeCode.LIST, TypeCode.SET, TypeCode.FROZENSET}) {
      Value empty = SequenceValue.unfinished(type).value();
      assertThat(texts(empty, SequenceValue.unfinished(type).value())).isEmpty();
    }
    assertThat(texts(DictValue.dict(), DictValue.dict())).isEmpty();
    assertThat(texts(DictValue.frozendict(), DictValue.frozendict())).isEmpty();
  }
}
