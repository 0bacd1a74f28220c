package org.marshalimage.jcstress;

import org.jspecify.annotations.Nullable;
import org.marshalimage.internal.memory.InternedTexts;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Is an interned string the same Java string for all threads? An image has but one table of them,
 * so that the table is tried out by itself, in the way of {@code StrView.toString}.
 */
@JCStressTest
@Outcome(id = "3, 3, 1", expect = Expect.ACCEPTABLE, desc = "One whole string.")
@State
public class InternedTextsStress {
  private static final int NUMBER = 1;
  private static final long OFFSET = 64;

  private final InternedTexts texts = new InternedTexts(Images.BYTES, 2);
  private @Nullable String first;
  private @Nullable String second;

  private String text() {
    String text = texts.get(NUMBER, OFFSET);
    return text != null ? text : texts.add(NUMBER, OFFSET, new String(new char[] {'a', 'b', 'c'}));
  }

  /**
   * Asks.
   *
   * @param r the outcome
   */
  @Actor
  public void one(III_Result r) {
    first = text();
    r.r1 = first.length();
  }

  /**
   * Asks.
   *
   * @param r the outcome
   */
  @Actor
  public void two(III_Result r) {
    second = text();
    r.r2 = second.length();
  }

  /**
   * Compares.
   *
   * @param r the outcome
   */
  @Arbiter
  public void compare(III_Result r) {
    r.r3 = first == second && first.equals("abc") ? 1 : 0;
  }
}
