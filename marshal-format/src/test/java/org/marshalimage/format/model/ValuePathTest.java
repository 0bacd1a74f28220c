package org.marshalimage.format.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Ways to values, as messages tell them. */
class ValuePathTest {
  private static final Value LIST = SequenceValue.list();
  private static final Value DICT = DictValue.dict();

  @Test
  void fieldsHaveADotBetweenThem() {
    ValuePath path = new ValuePath();
    assertThat(path).hasToString("");
    path.field("consts");
    path.item(LIST, 3);
    path.field("consts");
    path.field("names");
    assertThat(path).hasToString("consts[3].consts.names");
  }

  @Test
  void keysAndValuesOfADictAreCountedApart() {
    for (int entry = 0; entry < 3; entry++) {
      ValuePath key = new ValuePath();
      key.item(DICT, 2 * entry);
      key.item(LIST, 0);
      assertThat(key).hasToString(".key[" + entry + "][0]");
      ValuePath value = new ValuePath();
      value.item(DICT, 2 * entry + 1);
      assertThat(value).hasToString(".value[" + entry + "]");
    }
  }

  @Test
  void problemOfTheRootHasNoPath() {
    assertThat(ValuePath.message("", "too deep")).isEqualTo("too deep");
    assertThat(ValuePath.message("[1]", "too deep")).isEqualTo("[1]: too deep");
    assertThat(ValuePath.message("[1]".repeat(21), "too deep"))
        .isEqualTo("[1]".repeat(10) + " ...1 more... " + "[1]".repeat(10) + ": too deep");
  }

  @Test
  void pathsOf20StepsAreShownWhole() {
    assertThat(ValuePath.shorten("")).isEmpty();
    for (String step : new String[] {"[1]", "[100000]", ".consts[2]", ".key[3]"}) {
      String whole = step.repeat(20);
      assertThat(ValuePath.shorten(whole)).isEqualTo(whole);
      assertThat(ValuePath.shorten(step.repeat(21)))
          .isEqualTo(step.repeat(10) + " ...1 more... " + step.repeat(10));
      assertThat(ValuePath.shorten(step.repeat(1020)))
          .isEqualTo(step.repeat(10) + " ...1000 more... " + step.repeat(10));
    }
  }

  /** A field takes the index behind it along; a second index is a step of its own. */
  @Test
  void whatIsLeftOutIsWholeSteps() {
    String head = "consts[0][1].consts[2].names[3].key[4][5][6].value[7].a.b";
    String tail = "[7][8].z[9].y.x[1][2].w[3][4].v[5].u";
    assertThat(ValuePath.shorten(head + ".out.left[1]" + tail))
        .isEqualTo(head + " ...2 more... " + tail);
  }
}
