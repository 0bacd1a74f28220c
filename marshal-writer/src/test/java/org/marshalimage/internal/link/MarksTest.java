package org.marshalimage.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A set of small numbers. */
class MarksTest {
  @Test
  void numbersAreInTheSetOnceTheyAreSet() {
    int[] limits = {1, 63, 64, 65, 128, 1000};
    for (int limit : limits) {
      Marks marks = new Marks(limit);
      for (int number = 0; number < limit; number++) {
        assertThat(marks.get(number)).isFalse();
      }
      for (int number = 0; number < limit; number += 3) {
        marks.set(number);
        marks.set(number);
      }
      for (int number = 0; number < limit; number++) {
        assertThat(marks.get(number)).as("%d of %d", number, limit).isEqualTo(number % 3 == 0);
      }
    }
  }

  @Test
  void setTakesNoMoreWordsThanItNeeds() {
    assertThatThrownBy(() -> new Marks(64).get(64)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new Marks(0).get(0)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
