package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.marshalimage.format.model.SequenceValue.frozenset;
import static org.marshalimage.format.model.SequenceValue.list;
import static org.marshalimage.format.model.SequenceValue.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;

/** Which constants of code objects CPython dies of: tuples that are open, or hold themselves. */
class ConstantTuplesTest {
  private static final String OPEN =
      "constants with a tuple that is not complete yet, as it holds the code object";
  private static final String CYCLE = "constants with a tuple that holds itself";
  private static final Value ONE = IntValue.of(1);

  /** Returns the fault of constants while the first tuples are complete and the others are not. */
  private static String fault(Value consts, List<Value> complete, List<Value> open) {
    ConstantTuples tuples = new ConstantTuples();
    complete.forEach(tuples::refer);
    open.forEach(tuples::refer);
    complete.forEach(tuples::complete);
    String fault = tuples.fault(consts);
    if (fault == null) {
      assertThat(tuples.fault(consts)).as("asked again").isNull();
    }
    return fault;
  }

  private static SequenceValue holdingItself() {
    SequenceValue.Builder cycle = SequenceValue.unfinished(TypeCode.TUPLE);
    return cycle.finish(new Value[] {ONE, tuple(ONE, cycle.value())});
  }

  private static Value nested(Value innermost, int levels) {
    Value value = innermost;
    for (int i = 0; i < levels; i++) {
      value = tuple(ONE, value, ONE);
    }
    return value;
  }

  @Test
  void tupleThatIsOpenIsFoundHoweverDeep() {
    Value open = tuple(ONE);
    for (int levels = 0; levels < 70; levels++) {
      assertThat(fault(nested(open, levels), List.of(), List.of(open)))
          .as("levels=" + levels)
          .isEqualTo(OPEN);
    }
  }

  @Test
  void tupleThatIsCompleteIsSound() {
    Value first = tuple(ONE);
    Value second = tuple(ONE);
    assertThat(fault(tuple(first, first), List.of(first), List.of(second))).isNull();
    assertThat(fault(tuple(first, second), List.of(first), List.of(second))).isEqualTo(OPEN);
    assertThat(fault(tuple(second, first, second), List.of(first, second), List.of())).isNull();
    assertThat(fault(nested(first, 70), List.of(first), List.of())).isNull();
  }

  @Test
  void tupleThatHoldsItselfByTuplesAloneIsFound() {
    Value cycle = holdingItself();
    for (int levels = 0; levels < 40; levels++) {
      assertThat(fault(nested(cycle, levels), List.of(cycle), List.of())).isEqualTo(CYCLE);
    }
    assertThat(fault(tuple(tuple(ONE), tuple(ONE, cycle)), List.of(cycle), List.of()))
        .isEqualTo(CYCLE);
  }

  @Test
  void wayThroughAnythingButATupleIsNotTaken() {
    Value open = tuple(ONE);
    assertThat(fault(tuple(list(open)), List.of(), List.of(open))).isNull();
    assertThat(fault(tuple(frozenset(open), ONE), List.of(), List.of(open))).isNull();
    assertThat(fault(list(open), List.of(), List.of(open))).isNull();
    SequenceValue.Builder tuple = SequenceValue.unfinished(TypeCode.TUPLE);
    Value list = list(tuple.value());
    tuple.finish(new Value[] {list});
    assertThat(fault(tuple.value(), List.of(tuple.value()), List.of())).isNull();
  }

  /** Without a reference to an open tuple there is no way to either fault. */
  @Test
  void constantsAreNotLookedAtBeforeAnOpenTupleIsReferredTo() {
    ConstantTuples tuples = new ConstantTuples();
    Value tuple = holdingItself();
    assertThat(tuples.fault(tuple)).isNull();
    tuples.complete(tuple);
    assertThat(tuples.fault(tuple)).isNull();
    tuples.refer(tuple);
    assertThat(tuples.fault(tuple)).isEqualTo(OPEN);
  }
}
