package org.marshalimage.format.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecordTypeTest {
  @Test
  void typesAreEqualIfAllOfThemIs() {
    RecordType type = new RecordType("cell", 1, 2, 3, true);
    RecordType same = new RecordType(new String("cell"), 1, 2, 3, true);
    assertThat(type).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(null);
    assertThat(type.equals((Object) "cell")).isFalse();
    assertThat(type)
        .isNotIn(
            new RecordType("call", 1, 2, 3, true),
            new RecordType("cell", 0, 2, 3, true),
            new RecordType("cell", 1, 1, 3, true),
            new RecordType("cell", 1, 2, 2, true),
            new RecordType("cell", 1, 2, 3, false));
  }

  @Test
  void hashCodesOfNamesAndVersionsDiffer() {
    assertThat(new RecordType("a", 1, 0, 0, false).hashCode())
        .isNotEqualTo(new RecordType("a", 2, 0, 0, false).hashCode())
        .isNotEqualTo(new RecordType("b", 1, 0, 0, false).hashCode());
  }
}
