package org.marshalimage.jcstress;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.marshalimage.Attachments;
import org.marshalimage.ImageObject;
import org.marshalimage.StrView;
import org.marshalimage.TwoStepMaker;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Are objects that refer to one another made once, and seen by others only when all are filled? */
public final class TwoStepStress {
  private static final StrView STRING = Images.FIRST.intern(0);
  private static final StrView OTHER = Images.FIRST.intern(1);
  private static final int ABSENT = 0;
  private static final int WHOLE = 1;
  private static final int HALF_FILLED = -1;

  private TwoStepStress() {}

  /** One of two that hold each other. Its fields are plain: only publication makes them seen. */
  private static final class Node {
    @Nullable Node other;

    int state() {
      Node next = other;
      return next != null && next.other == this ? WHOLE : HALF_FILLED;
    }
  }

  /** What a race needs. */
  private abstract static class Table implements TwoStepMaker<ImageObject, Node> {
    final AtomicInteger allocations = new AtomicInteger();
    final Attachments<Node> table = Attachments.ofObjectsInTwoSteps(Images.FIRST, this);

    @Override
    public Node allocate(ImageObject object) {
      allocations.incrementAndGet();
      return new Node();
    }

    @Override
    public void fill(Node node, ImageObject object) {
      node.other = table.get(object.offset() == STRING.offset() ? OTHER : STRING);
    }
  }

  /** Two threads, each of which asks for another object of a cycle. */
  @JCStressTest
  @Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "Both whole, each made once.")
  @State
  public static class Cycle extends Table {
    /**
     * Asks.
     *
     * @param r the outcome
     */
    @Actor
    public void one(III_Result r) {
      r.r1 = table.get(STRING).state();
    }

    /**
     * Asks.
     *
     * @param r the outcome
     */
    @Actor
    public void two(III_Result r) {
      r.r2 = table.get(OTHER).state();
    }

    /**
     * Counts.
     *
     * @param r the outcome
     */
    @Arbiter
    public void count(III_Result r) {
      r.r3 = allocations.get();
    }
  }

  /** One thread that asks, another that looks at the object that comes with it. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "Nothing there yet.")
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The whole cycle.")
  @State
  public static class Look extends Table {
    private static final int NUMBER = OTHER.objectNumber();

    /**
     * Asks.
     *
     * @param r the outcome
     */
    @Actor
    public void ask(II_Result r) {
      r.r1 = table.get(STRING).state();
    }

    /**
     * Looks.
     *
     * @param r the outcome
     */
    @Actor
    public void look(II_Result r) {
      Node seen = table.getIfPresent(NUMBER);
      r.r2 = seen == null ? ABSENT : seen.state();
    }
  }
}
