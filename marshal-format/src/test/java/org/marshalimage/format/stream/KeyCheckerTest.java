package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.marshalimage.format.PythonVersion.V2_7;
import static org.marshalimage.format.PythonVersion.V3_10;
import static org.marshalimage.format.PythonVersion.V3_13;
import static org.marshalimage.format.PythonVersion.V3_15;
import static org.marshalimage.format.PythonVersion.V3_8;
import static org.marshalimage.format.model.DictValue.dict;
import static org.marshalimage.format.model.SequenceValue.frozenset;
import static org.marshalimage.format.model.SequenceValue.list;
import static org.marshalimage.format.model.SequenceValue.set;
import static org.marshalimage.format.model.SequenceValue.tuple;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

class KeyCheckerTest {
  private static final Value ONE = IntValue.of(1);
  private static final Value TWO = IntValue.of(2);

  private static String problem(PythonVersion version, Value container) {
    KeyChecker.Fault fault = new KeyChecker(version).check(container);
    return fault == null ? "" : fault.index() + ": " + fault.problem();
  }

  private static boolean areEqual(PythonVersion version, Value left, Value right) {
    boolean areEqual = !problem(version, set(left, right)).isEmpty();
    assertThat(problem(version, dict(left, ONE, right, ONE)).isEmpty()).isEqualTo(!areEqual);
    assertThat(problem(version, set(tuple(left), tuple(right))).isEmpty()).isEqualTo(!areEqual);
    return areEqual;
  }

  private static Value bytes(String text) {
    return BytesValue.of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static CodeValue code(PythonVersion version, Value... consts) {
    return code(version, code -> code.consts(tuple(consts)));
  }

  private static CodeValue code(PythonVersion version, UnaryOperator<CodeValue.Builder> change) {
    Value none = bytes("");
    Value name = version.isPython2() ? bytes("f") : StrValue.of("f");
    CodeValue.Builder code = CodeValue.builder(version).stackSize(1).firstLine(1);
    code.code(none).consts(tuple()).names(tuple()).localNames(tuple());
    code.filename(name).name(name).lineTable(none);
    if (version.hasLocalsPlus()) {
      code.kinds(none).qualName(name).exceptionTable(none);
    } else {
      code.freevars(tuple()).cellvars(tuple());
    }
    return change.apply(code).build();
  }

  @Test
  void namesTheFirstKeyThatCannotBeHashed() {
    assertThat(problem(V3_13, set(ONE, list()))).isEqualTo("1: unhashable item in a set: list");
    assertThat(problem(V3_13, dict(ONE, list(), tuple(list()), ONE)))
        .isEqualTo("1: unhashable key in a dict: tuple");
    assertThat(problem(V3_13, frozenset(tuple(tuple(set())))))
        .isEqualTo("0: unhashable item in a frozenset: tuple");
    assertThat(problem(V3_13, DictValue.frozendict(dict(), ONE)))
        .isEqualTo("0: unhashable key in a frozendict: dict");
    assertThat(problem(V3_13, set(DictValue.frozendict(ONE, list())))).contains("unhashable");
    assertThat(problem(V3_13, set(new SliceValue(ONE, list(), ONE)))).contains("unhashable");
    assertThat(problem(V3_13, set(code(V3_13, tuple(list())))))
        .isEqualTo("0: unhashable item in a set: code object");
    assertThat(problem(V3_13, list(list()))).isEmpty();
  }

  @Test
  void whatWouldHaveToHashItselfCannotBeHashed() {
    SequenceValue.Builder tuple = SequenceValue.unfinished(TypeCode.TUPLE);
    tuple.finish(new Value[] {ONE, tuple(tuple.value())});
    assertThat(problem(V3_13, set(tuple.value()))).isEqualTo("0: unhashable item in a set: tuple");
    SequenceValue.Builder consts = SequenceValue.unfinished(TypeCode.TUPLE);
    CodeValue code = code(V3_13, builder -> builder.consts(consts.value()));
    consts.finish(new Value[] {code});
    assertThat(problem(V3_13, set(code))).contains("unhashable");
  }

  @Test
  void onePathToAnUnhashableValueMakesAllThatLeadThereUnhashable() {
    Value bad = tuple(list());
    Value good = tuple(ONE);
    KeyChecker checker = new KeyChecker(V3_13);
    assertThat(checker.check(set(tuple(good, bad)))).isNotNull();
    assertThat(checker.check(set(bad))).isNotNull();
    assertThat(checker.check(set(good, tuple(good)))).isNull();
    assertThat(checker.check(set(good, tuple(good, good)))).isNull();
  }

  @Test
  void everyPartThatIsHashedMustBeHashable() {
    Value bad = list();
    for (Value slice :
        new Value[] {
          new SliceValue(bad, ONE, ONE),
          new SliceValue(ONE, bad, ONE),
          new SliceValue(ONE, ONE, bad)
        }) {
      assertThat(problem(V3_15, set(slice))).isEqualTo("0: unhashable item in a set: slice");
    }
    assertThat(problem(V3_15, set(new SliceValue(ONE, ONE, ONE)))).isEmpty();
    String frozendict = "0: unhashable item in a set: frozendict";
    assertThat(problem(V3_15, set(DictValue.frozendict(ONE, ONE, TWO, bad)))).isEqualTo(frozendict);
    assertThat(problem(V3_15, set(DictValue.frozendict(ONE, bad, TWO, ONE)))).isEqualTo(frozendict);
    assertThat(problem(V3_15, set(DictValue.frozendict(tuple(bad), ONE)))).isEqualTo(frozendict);
    assertThat(problem(V3_15, set(DictValue.frozendict(ONE, TWO)))).isEmpty();
    assertThat(problem(V3_13, set(tuple(ONE, ONE, bad)))).contains("unhashable");
    assertThat(problem(V3_13, set(frozenset(ONE, tuple(bad))))).contains("unhashable");
    assertThat(problem(V3_13, set(code(V3_13, ONE, bad)))).contains("unhashable");
    assertThat(problem(V3_13, set(code(V3_13, ONE, tuple())))).isEmpty();
  }

  /** The values of a dict are never hashed. */
  @Test
  void keysAloneAreHashed() {
    assertThat(problem(V3_13, dict(ONE, list(), TWO, dict(list(), ONE)))).isEmpty();
    assertThat(problem(V3_13, dict(ONE, ONE, TWO, ONE, list(), ONE)))
        .isEqualTo("2: unhashable key in a dict: list");
    assertThat(problem(V3_13, tuple(set(list())))).isEmpty();
  }

  @Test
  void nestingHasNoLimit() {
    KeyChecker checker = new KeyChecker(V3_13);
    for (int levels : new int[] {15, 16, 17, 33, 50_000}) {
      Value good = ONE;
      Value bad = list();
      for (int i = 0; i < levels; i++) {
        good = tuple(TWO, good);
        bad = tuple(TWO, bad, ONE);
      }
      assertThat(checker.check(set(good))).as("levels=" + levels).isNull();
      assertThat(checker.check(set(ONE, bad)))
          .isEqualTo(new KeyChecker.Fault(1, "unhashable item in a set: tuple"));
      assertThat(checker.check(set(good, bad)).index()).isEqualTo(1);
    }
  }

  @Test
  void containersWithoutKeysAreSound() {
    for (Value value : new Value[] {ONE, tuple(list()), list(set()), code(V3_13, set(list()))}) {
      assertThat(value.kind().hasKeys()).isFalse();
      assertThat(problem(V3_13, value)).isEmpty();
    }
    assertThat(problem(V3_13, set())).isEmpty();
    assertThat(problem(V3_13, dict())).isEmpty();
    assertThat(problem(V3_13, set(ONE))).isEmpty();
  }

  @Test
  void objectThatIsMissingIsNoKey() {
    assertThat(problem(V3_13, set(ONE, null))).isEqualTo("1: nothing where an object is needed");
    assertThat(problem(V3_13, dict(ONE, ONE, null, ONE)))
        .isEqualTo("1: nothing where an object is needed");
    assertThat(problem(V3_13, dict(ONE, null))).isEmpty();
  }

  @Test
  void equalityIsThatOfPython() {
    assertThat(areEqual(V3_13, ONE, Singleton.TRUE)).isTrue();
    assertThat(areEqual(V3_13, ONE, FloatValue.of(1))).isTrue();
    assertThat(areEqual(V3_13, Singleton.FALSE, ComplexValue.ofBits(0, 0))).isTrue();
    assertThat(areEqual(V3_13, FloatValue.of(0.0), FloatValue.of(-0.0))).isTrue();
    assertThat(areEqual(V3_13, StrValue.of("a", true), StrValue.of("a"))).isTrue();
    assertThat(areEqual(V3_13, bytes("a"), StrValue.of("a"))).isFalse();
    assertThat(areEqual(V2_7, bytes("a"), StrValue.of("a"))).isTrue();
    assertThat(areEqual(V2_7, ONE, IntValue.python2Long(BigInteger.ONE))).isTrue();
    assertThat(areEqual(V3_13, frozenset(ONE, bytes("a")), frozenset(bytes("a"), ONE))).isTrue();
    assertThat(areEqual(V3_13, tuple(ONE), list(ONE).get(0))).isFalse();
    assertThat(problem(V3_13, dict(ONE, ONE, StrValue.of("a"), ONE, Singleton.TRUE, ONE)))
        .isEqualTo("2: repeated key in a dict: True");
  }

  @Test
  void aNaNEqualsItselfAlone() {
    Value nan = FloatValue.of(Double.NaN);
    assertThat(areEqual(V3_13, nan, nan)).isTrue();
    assertThat(areEqual(V3_13, nan, FloatValue.of(Double.NaN))).isFalse();
    long bits = Double.doubleToRawLongBits(Double.NaN);
    Value complex = ComplexValue.ofBits(0, bits);
    assertThat(areEqual(V3_13, complex, complex)).isTrue();
    assertThat(areEqual(V3_13, complex, ComplexValue.ofBits(0, bits))).isFalse();
  }

  @Test
  void codeObjectsAreComparedByTheFieldsThatCPythonCompares() {
    Value name = StrValue.of("other");
    Value tuple = tuple(StrValue.of("x"));
    for (PythonVersion version : new PythonVersion[] {V3_8, V3_10, V3_13}) {
      CodeValue code = code(version);
      assertThat(areEqual(version, code, code(version))).isTrue();
      assertThat(areEqual(version, code, code(version, c -> c.filename(name)))).isTrue();
      assertThat(areEqual(version, code, code(version, c -> c.stackSize(5)))).isTrue();
      assertThat(areEqual(version, code, code(version, c -> c.name(name)))).isFalse();
      assertThat(areEqual(version, code, code(version, c -> c.flags(2)))).isFalse();
      assertThat(areEqual(version, code, code(version, c -> c.firstLine(2)))).isFalse();
      assertThat(areEqual(version, code, code(version, c -> c.code(bytes("ab"))))).isFalse();
      assertThat(areEqual(version, code, code(version, c -> c.names(tuple)))).isFalse();
      assertThat(areEqual(version, code, code(version, c -> c.lineTable(bytes("ab")))))
          .isEqualTo(!version.hasLocalsPlus());
      // NOFREE, which CPython sets by the variables up to 3.10.
      assertThat(areEqual(version, code, code(version, c -> c.flags(0x40))))
          .isEqualTo(!version.hasLocalsPlus());
    }
    assertThat(areEqual(V3_8, code(V3_8), code(V3_8, c -> c.localNames(tuple)))).isFalse();
    assertThat(areEqual(V3_8, code(V3_8), code(V3_8, c -> c.localCount(3)))).isFalse();
    assertThat(areEqual(V3_8, code(V3_8), code(V3_8, c -> c.freevars(tuple)))).isFalse();
    assertThat(areEqual(V3_13, code(V3_13), code(V3_13, c -> c.qualName(name)))).isTrue();
    assertThat(areEqual(V3_13, code(V3_13), code(V3_13, c -> c.exceptionTable(bytes("a")))))
        .isFalse();
    assertThat(areEqual(V3_13, code(V3_13), code(V3_8))).isFalse();
  }

  @Test
  void eachCountOfACodeObjectIsCompared() {
    Value names = tuple(StrValue.of("x"), StrValue.of("y"));
    for (PythonVersion version : new PythonVersion[] {V3_8, V3_10, V3_13}) {
      UnaryOperator<CodeValue.Builder> two =
          c ->
              version.hasLocalsPlus()
                  ? c.localNames(names).kinds(BytesValue.of(new byte[] {0x20, 0x20}))
                  : c.localNames(names).localCount(2);
      CodeValue code = code(version, c -> two.apply(c).argCount(1));
      assertThat(areEqual(version, code, code(version, c -> two.apply(c).argCount(1)))).isTrue();
      assertThat(areEqual(version, code, code(version, two))).isFalse();
      assertThat(areEqual(version, code, code(version, c -> two.apply(c).argCount(2)))).isFalse();
      assertThat(
              areEqual(
                  version, code, code(version, c -> two.apply(c).argCount(1).posOnlyArgCount(1))))
          .isFalse();
      assertThat(
              areEqual(
                  version, code, code(version, c -> two.apply(c).argCount(1).kwOnlyArgCount(1))))
          .isFalse();
    }
  }

  /** CPython sets it by the variables up to 3.10, and not at all in 2.7 when it loads. */
  @Test
  void flagOfNoFreeVariablesIsNotCompared() {
    Value free = tuple(StrValue.of("x"));
    CodeValue code = code(V3_8, c -> c.freevars(free));
    assertThat(areEqual(V3_8, code, code(V3_8, c -> c.freevars(free).flags(0x40)))).isTrue();
    assertThat(areEqual(V3_8, code, code(V3_8, c -> c.freevars(free).flags(2)))).isFalse();
    assertThat(areEqual(V3_8, code, code(V3_8, c -> c.cellvars(free)))).isFalse();
    assertThat(areEqual(V2_7, code(V2_7), code(V2_7, c -> c.flags(0x40)))).isFalse();
  }

  @Test
  void complexConstantsAreComparedBySignsOfZerosAndEmptyOnesByType() {
    long minus = Long.MIN_VALUE;
    Value zero = ComplexValue.ofBits(0, 0);
    Value nan = ComplexValue.ofBits(0, Double.doubleToRawLongBits(Double.NaN));
    Value sameNan = ComplexValue.ofBits(0, Double.doubleToRawLongBits(Double.NaN));
    assertThat(areEqual(V3_13, code(V3_13, zero), code(V3_13, ComplexValue.ofBits(0, 0)))).isTrue();
    for (Value other :
        new Value[] {ComplexValue.ofBits(minus, 0), ComplexValue.ofBits(0, minus), ONE, nan}) {
      assertThat(areEqual(V3_13, code(V3_13, zero), code(V3_13, other))).isFalse();
    }
    assertThat(areEqual(V3_13, code(V3_13, nan), code(V3_13, nan))).isTrue();
    assertThat(areEqual(V3_13, code(V3_13, nan), code(V3_13, sameNan))).isFalse();
    assertThat(areEqual(V3_13, code(V3_13, tuple()), code(V3_13, tuple()))).isTrue();
    assertThat(areEqual(V3_13, code(V3_13, tuple()), code(V3_13, frozenset()))).isFalse();
  }

  @Test
  void constantsOfEqualCodeObjectsHaveTheSameTypes() {
    assertThat(areEqual(V3_13, code(V3_13, ONE), code(V3_13, IntValue.of(1)))).isTrue();
    assertThat(areEqual(V3_13, code(V3_13, ONE), code(V3_13, Singleton.TRUE))).isFalse();
    assertThat(areEqual(V3_13, code(V3_13, ONE), code(V3_13, FloatValue.of(1)))).isFalse();
    assertThat(areEqual(V3_13, code(V3_13, tuple(ONE)), code(V3_13, tuple(Singleton.TRUE))))
        .isFalse();
    assertThat(
            areEqual(
                V3_13,
                code(V3_13, frozenset(ONE, Singleton.NONE)),
                code(V3_13, frozenset(Singleton.NONE, ONE))))
        .isTrue();
    assertThat(areEqual(V3_13, code(V3_13, FloatValue.of(0.0)), code(V3_13, FloatValue.of(-0.0))))
        .isFalse();
    assertThat(areEqual(V3_13, code(V3_13, code(V3_13, ONE)), code(V3_13, code(V3_13, ONE))))
        .isTrue();
    assertThat(
            areEqual(
                V3_13, code(V3_13, code(V3_13, ONE)), code(V3_13, code(V3_13, Singleton.TRUE))))
        .isFalse();
    Value nan = FloatValue.of(Double.NaN);
    assertThat(areEqual(V3_13, code(V3_13, nan), code(V3_13, nan))).isTrue();
    assertThat(areEqual(V3_13, code(V3_13, nan), code(V3_13, FloatValue.of(Double.NaN)))).isFalse();
    assertThat(areEqual(V2_7, code(V2_7, bytes("a")), code(V2_7, StrValue.of("a")))).isFalse();
    assertThat(areEqual(V2_7, code(V2_7, ONE), code(V2_7, IntValue.python2Long(BigInteger.ONE))))
        .isFalse();
  }

  @Test
  void encoderNamesThePathToABadKey() {
    assertThatThrownBy(() -> MarshalEncoder.encode(tuple(ONE, set(ONE, list())), V3_13))
        .isInstanceOf(MarshalEncodeException.class)
        .hasMessage("[1][1]: unhashable item in a set: list");
    assertThatThrownBy(
            () -> MarshalEncoder.encode(code(V3_13, dict(ONE, ONE, tuple(list()), ONE)), V3_13))
        .hasMessage("consts[0].key[1]: unhashable key in a dict: tuple");
    assertThatThrownBy(() -> MarshalEncoder.encode(dict(ONE, ONE, TWO, ONE, list(), ONE), V3_13))
        .hasMessage(".key[2]: unhashable key in a dict: list");
    assertThatThrownBy(() -> MarshalEncoder.encode(list(set(ONE, Singleton.TRUE)), V3_13))
        .hasMessage("[0][1]: repeated item in a set: True");
    assertThatThrownBy(() -> MarshalEncoder.encode(set(bytes("a"), StrValue.of("a")), V2_7))
        .hasMessage("[1]: repeated item in a set: str");
  }

  @Test
  void encoderRefusesTuplesThatACodeObjectFindsIncomplete() {
    SequenceValue.Builder direct = SequenceValue.unfinished(TypeCode.TUPLE);
    direct.finish(new Value[] {ONE, code(V3_13, c -> c.consts(direct.value()))});
    assertThatThrownBy(() -> MarshalEncoder.encode(direct.value(), V3_13))
        .isInstanceOf(MarshalEncodeException.class)
        .hasMessageStartingWith("[1].consts: a tuple that holds a code object whose field it is");

    SequenceValue.Builder inner = SequenceValue.unfinished(TypeCode.TUPLE);
    inner.finish(new Value[] {code(V3_8, ONE, tuple(ONE, inner.value()))});
    assertThatThrownBy(() -> MarshalEncoder.encode(list(inner.value()), V3_8))
        .hasMessageStartingWith("[0][0].consts: constants with a tuple that is not complete yet");

    SequenceValue.Builder cycle = SequenceValue.unfinished(TypeCode.TUPLE);
    cycle.finish(new Value[] {cycle.value()});
    assertThatThrownBy(() -> MarshalEncoder.encode(list(code(V3_8, cycle.value())), V3_8))
        .hasMessageStartingWith("[0].consts: constants with a tuple that holds itself");
  }

  @Test
  void encoderWritesCyclesThroughCodeObjectsThatCPythonReads() {
    SequenceValue.Builder tuple = SequenceValue.unfinished(TypeCode.TUPLE);
    tuple.finish(new Value[] {code(V3_13, list(tuple.value()), tuple(list(tuple.value())))});
    byte[] stream = MarshalEncoder.encode(tuple.value(), V3_13);
    Value copy = MarshalDecoder.decode(stream, 0, stream.length, V3_13, null);
    CodeValue code = (CodeValue) ((SequenceValue) copy).get(0);
    assertThat(((SequenceValue) code.consts().get(0)).get(0)).isSameAs(copy);

    SequenceValue.Builder cycle = SequenceValue.unfinished(TypeCode.TUPLE);
    cycle.finish(new Value[] {list(cycle.value())});
    assertThat(MarshalEncoder.encode(code(V3_13, cycle.value()), V3_13)).isNotEmpty();
  }

  @Test
  void messagesLeaveOutTheMiddleOfALongPath() {
    Value value = set(list());
    for (int i = 0; i < 1000; i++) {
      value = i % 2 == 0 ? tuple(ONE, value) : dict(ONE, value);
    }
    Value root = value;
    assertThatThrownBy(() -> MarshalEncoder.encode(root, V3_13))
        .isInstanceOfSatisfying(
            MarshalEncodeException.class, e -> assertThat(e.path()).hasSizeGreaterThan(5000))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeBetween(160, 300))
        .hasMessageStartingWith(".value[0][1].value[0][1]")
        .hasMessageMatching(
            ".* \\.\\.\\.981 more\\.\\.\\. [.\\[].*\\[1\\]\\[0\\]: unhashable item in a set: list");
  }
}
