package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.Value;

/** Consecutive numbers of objects, which are told apart by identity; in the objects or beside. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class ObjectNumbersTest {
  private final boolean isInObjects;
  private final ObjectNumbers numbers;

  ObjectNumbersTest(boolean isInObjects) {
    this.isInObjects = isInObjects;
    numbers = isInObjects ? ObjectNumbers.inObjects() : ObjectNumbers.inTable();
  }

  @Test
  void equalObjectsHaveNumbersOfTheirOwn() {
    Value first = IntValue.of(1000);
    Value second = IntValue.of(1000);
    numbers.add(first);
    assertThat(numbers.get(second)).isEqualTo(ObjectNumbers.NONE);
    assertThat(numbers.addIfAbsent(second)).isEqualTo(ObjectNumbers.NONE);
    assertThat(numbers.get(first)).isZero();
    assertThat(numbers.get(second)).isEqualTo(1);
    assertThat(numbers.addIfAbsent(first)).isZero();
    assertThat(numbers.count()).isEqualTo(2);
  }

  @Test
  void numberThatAnotherLeftBehindTheLastMeansNothing() {
    ObjectNumbers other = ObjectNumbers.inObjects();
    Value last = IntValue.of(1000);
    for (int i = 0; i < 64; i++) {
      other.add(IntValue.of(i));
      numbers.add(IntValue.of(i));
    }
    other.add(last);
    assertThat(numbers.get(last)).isEqualTo(ObjectNumbers.NONE);
    assertThat(numbers.areInObjects()).isEqualTo(isInObjects);
  }

  @Test
  void singletonsHaveNoNumber() {
    numbers.add(IntValue.of(1));
    for (Singleton singleton : Singleton.values()) {
      assertThat(numbers.get(singleton)).isEqualTo(ObjectNumbers.NONE);
    }
  }

  @Test
  void objectThatIsAddedAgainHasTheLastNumber() {
    Value again = IntValue.of(7);
    List<Value> others = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      numbers.add(again);
      others.add(IntValue.of(i));
      numbers.add(others.get(i));
      assertThat(numbers.get(again)).isEqualTo(2 * i);
    }
    assertThat(numbers.count()).isEqualTo(2000);
    for (int i = 0; i < 1000; i++) {
      assertThat(numbers.get(others.get(i))).isEqualTo(2 * i + 1);
    }
  }

  @Test
  void manyObjectsKeepTheirNumbersWhileMoreAreAdded() {
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      all.add(IntValue.of(0));
      assertThat(numbers.addIfAbsent(all.get(i))).isEqualTo(ObjectNumbers.NONE);
      for (int k = 0; k <= i; k++) {
        if (numbers.get(all.get(k)) != k) {
          assertThat(numbers.get(all.get(k))).as("after " + i).isEqualTo(k);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100, (1 << 14) + 1})
  void whatWasNumberedBeforeIsNew(int count) {
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(IntValue.of(i));
      numbers.add(all.get(i));
    }
    numbers.clear();
    assertThat(numbers.count()).isZero();
    for (int i = count - 1; i >= 0; i--) {
      assertThat(numbers.get(all.get(i))).isEqualTo(ObjectNumbers.NONE);
      assertThat(numbers.addIfAbsent(all.get(i))).isEqualTo(ObjectNumbers.NONE);
      assertThat(numbers.get(all.get(i))).isEqualTo(count - 1 - i);
    }
  }
}
