package org.marshalimage.jcstress;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.marshalimage.Attachments;
import org.marshalimage.Interner;
import org.marshalimage.StrView;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Do threads get one object for one interned string? */
public final class InternerStress {
  private static final StrView STRING = Images.FIRST.intern(0);
  private static final StrView SAME = Images.SECOND.intern(0);

  private InternerStress() {}

  /** Two images with the same string, each asked by a thread. */
  @JCStressTest
  @Outcome(id = "7, 7, 1", expect = Expect.ACCEPTABLE, desc = "One object, made once.")
  @State
  public static class TwoImages {
    private final AtomicInteger calls = new AtomicInteger();
    private final Interner<Payload> interner = Interner.create(this::make);
    private final Attachments<Payload> ofFirst = interner.attachments(Images.FIRST);
    private final Attachments<Payload> ofSecond = interner.attachments(Images.SECOND);
    private @Nullable Payload first;
    private @Nullable Payload second;

    private Payload make(StrView string) {
      calls.incrementAndGet();
      return Payload.of(string);
    }

    /**
     * Asks the first image.
     *
     * @param r the outcome
     */
    @Actor
    public void one(III_Result r) {
      first = ofFirst.get(STRING);
      r.r1 = first.sum();
    }

    /**
     * Asks the second image.
     *
     * @param r the outcome
     */
    @Actor
    public void two(III_Result r) {
      second = ofSecond.get(SAME);
      r.r2 = second.sum();
    }

    /**
     * Compares.
     *
     * @param r the outcome
     */
    @Arbiter
    public void compare(III_Result r) {
      r.r3 = first == second ? calls.get() : -1;
    }
  }
}
