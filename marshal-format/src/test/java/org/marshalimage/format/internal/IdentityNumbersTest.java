package org.marshalimage.format.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Numbers of objects, which are told apart by identity. */
class IdentityNumbersTest {
  private final IdentityNumbers numbers = new IdentityNumbers();

  @Test
  void equalObjectsHaveNumbersOfTheirOwn() {
    String first = new String("text");
    String second = new String("text");
    assertThat(numbers.get(first)).isEqualTo(IdentityNumbers.NONE);
    numbers.put(first, 0);
    assertThat(numbers.get(second)).isEqualTo(IdentityNumbers.NONE);
    numbers.put(second, 7);
    assertThat(numbers.get(first)).isZero();
    assertThat(numbers.get(second)).isEqualTo(7);
  }

  @Test
  void numberThatIsPutAgainReplacesTheFirst() {
    Object key = new Object();
    numbers.put(key, 1);
    numbers.put(key, 2);
    assertThat(numbers.get(key)).isEqualTo(2);
  }

  @Test
  void numberThatIsThereStays() {
    Object key = new Object();
    assertThat(numbers.putIfAbsent(key, 5)).isEqualTo(IdentityNumbers.NONE);
    assertThat(numbers.putIfAbsent(key, 6)).isEqualTo(5);
    assertThat(numbers.get(key)).isEqualTo(5);
  }

  @Test
  void manyObjectsKeepTheirNumbersWhileTheTableGrows() {
    Object[] keys = new Object[1000];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = new Object();
      if (i % 2 == 0) {
        numbers.put(keys[i], i);
      } else {
        assertThat(numbers.putIfAbsent(keys[i], i)).isEqualTo(IdentityNumbers.NONE);
      }
      assertThat(numbers.get(new Object())).isEqualTo(IdentityNumbers.NONE);
      for (int k = 0; k <= i; k++) {
        if (numbers.get(keys[k]) != k) {
          assertThat(numbers.get(keys[k])).as("after " + i).isEqualTo(k);
        }
      }
    }
  }

  @Test
  void nothingHasANumberInAClearedTable() {
    Object key = new Object();
    numbers.clear();
    numbers.put(key, 1);
    numbers.clear();
    assertThat(numbers.get(key)).isEqualTo(IdentityNumbers.NONE);
    assertThat(numbers.putIfAbsent(key, 3)).isEqualTo(IdentityNumbers.NONE);
    assertThat(numbers.get(key)).isEqualTo(3);
  }

  @Test
  void removedObjectsAreForgottenAndAllOthersAreFound() {
    Object[] keys = new Object[1000];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = new Object();
      numbers.put(keys[i], i);
    }
    for (int i = 0; i < keys.length; i += 3) {
      numbers.remove(keys[i]);
      numbers.remove(keys[i]);
    }
    for (int i = 0; i < keys.length; i++) {
      assertThat(numbers.get(keys[i])).isEqualTo(i % 3 == 0 ? IdentityNumbers.NONE : i);
    }
    assertThat(numbers.putIfAbsent(keys[0], 7)).isEqualTo(IdentityNumbers.NONE);
    assertThat(numbers.get(keys[0])).isEqualTo(7);
  }
}
