package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.Value;

/** Graphs without an end, and such as are too deep: what is said of them, and of which place. */
class EncoderDepthTest {
  private static final PythonVersion V3_13 = PythonVersion.V3_13;
  private static final Value ONE = IntValue.of(1);

  private static void assertRefused(Value root, String message) {
    assertThatThrownBy(() -> MarshalEncoder.encode(root, V3_13, 2))
        .isInstanceOf(MarshalEncodeException.class)
        .hasMessage(message);
  }

  private static String endless(String type) {
    return ": nested too deep: limit=2000 levels, for a "
        + type
        + " holds itself, and marshal version 2 has no references";
  }

  /** The path is the shortest that leads to an object that is on it already. */
  @Test
  void objectThatHoldsItselfIsNamedWhereItComesAgain() {
    SequenceValue.Builder direct = SequenceValue.unfinished(TypeCode.LIST);
    direct.finish(new Value[] {ONE, direct.value()});
    assertRefused(direct.value(), "[1]" + endless("list"));
    assertRefused(SequenceValue.tuple(direct.value()), "[0][1]" + endless("list"));

    SequenceValue.Builder list = SequenceValue.unfinished(TypeCode.LIST);
    Value dict = DictValue.dict(ONE, list.value());
    list.finish(new Value[] {dict});
    // The object at the limit is the one that is told: after an even number of levels the dict.
    assertRefused(list.value(), "[0].value[0][0]" + endless("dict"));
    assertRefused(SequenceValue.tuple(ONE, list.value()), "[1][0].value[0]" + endless("list"));
  }

  @Test
  void graphThatIsOnlyDeepIsNotSaidToHoldItself() {
    Value value = Singleton.NONE;
    for (int i = 0; i < MarshalDecoder.MAX_DEPTH; i++) {
      value = SequenceValue.list(value);
    }
    String path = "[0]".repeat(10) + " ...1980 more... " + "[0]".repeat(10);
    assertRefused(value, path + ": nested too deep: limit=2000 levels");
    Value deepest = ((SequenceValue) value).get(0);
    assertThat(MarshalEncoder.encode(deepest, V3_13, 2)).hasSize(5 * 1999 + 1);
  }

  @Test
  void objectsOnEitherSideOfADeepOneAreNotPartOfItsPath() {
    Value deep = SequenceValue.list();
    for (int i = 0; i < 40; i++) {
      deep = SequenceValue.list(ONE, deep, ONE);
    }
    Value root = SequenceValue.list(deep, IntValue.python2Long(java.math.BigInteger.ONE));
    assertRefused(root, "[1]: Python 3.13 has no long");
  }

  @Test
  void objectThatIsMissingIsNamed() {
    assertRefused(null, "nothing where an object is needed");
    assertRefused(SequenceValue.list(ONE, null), "[1]: nothing where an object is needed");
    assertRefused(DictValue.dict(ONE, null), ".value[0]: nothing where an object is needed");
  }
}
