package org.marshalimage.jcstress;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.marshalimage.Attachments;
import org.marshalimage.StrView;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Is each object made once, does every thread see it whole, and does none wait for ever? */
public final class AttachmentsStress {
  private static final StrView STRING = Images.FIRST.intern(0);
  private static final StrView OTHER = Images.FIRST.intern(1);
  private static final int FAILED = -1;

  private AttachmentsStress() {}

  /** What a race needs. */
  private abstract static class Table {
    final AtomicInteger calls = new AtomicInteger();
    final Attachments<Payload> table = Attachments.ofStrings(Images.FIRST, this::make);
    @Nullable Payload first;
    @Nullable Payload second;

    Payload make(StrView string) {
      calls.incrementAndGet();
      return Payload.of(string);
    }

    /** Returns what is seen of an object, or that the maker failed. */
    int get(StrView string) {
      try {
        return table.get(string).sum();
      } catch (IllegalStateException e) {
        return FAILED;
      }
    }
  }

  /** Two threads that ask for the same object. */
  @JCStressTest
  @Outcome(id = "7, 7, 1", expect = Expect.ACCEPTABLE, desc = "One object, made once.")
  @State
  public static class Once extends Table {
    /**
     * Asks.
     *
     * @param r the outcome
     */
    @Actor
    public void one(III_Result r) {
      first = table.get(STRING);
      r.r1 = first.sum();
    }

    /**
     * Asks.
     *
     * @param r the outcome
     */
    @Actor
    public void two(III_Result r) {
      second = table.get(STRING);
      r.r2 = second.sum();
    }

    /**
     * Compares.
     *
     * @param r the outcome
     */
    @Arbiter
    public void compare(III_Result r) {
      r.r3 = first == second ? calls.get() : FAILED;
    }
  }

  /** One thread that asks, another that looks. */
  @JCStressTest
  @Outcome(id = "7, 0", expect = Expect.ACCEPTABLE, desc = "Nothing there yet.")
  @Outcome(id = "7, 7", expect = Expect.ACCEPTABLE, desc = "The whole object.")
  @State
  public static class Look extends Table {
    /**
     * Asks.
     *
     * @param r the outcome
     */
    @Actor
    public void ask(II_Result r) {
      r.r1 = get(STRING);
    }

    /**
     * Looks.
     *
     * @param r the outcome
     */
    @Actor
    public void look(II_Result r) {
      Payload found = table.getIfPresent(0);
      r.r2 = found == null ? 0 : found.sum();
    }
  }

  /** A maker that fails at first. */
  @JCStressTest
  @Outcome(id = "-1, 7, 2", expect = Expect.ACCEPTABLE, desc = "The first thread's call failed.")
  @Outcome(id = "7, -1, 2", expect = Expect.ACCEPTABLE, desc = "The second thread's call failed.")
  @State
  public static class Retry extends Table {
    @Override
    Payload make(StrView string) {
      if (calls.get() == 0) {
        calls.set(1);
        throw new IllegalStateException("the first call fails");
      }
      return super.make(string);
    }

    /**
     * Asks.
     *
     * @param r the outcome
     */
    @Actor
    public void one(III_Result r) {
      r.r1 = get(STRING);
    }

    /**
     * Asks.
     *
     * @param r the outcome
     */
    @Actor
    public void two(III_Result r) {
      r.r2 = get(STRING);
    }

    /**
     * Counts calls.
     *
     * @param r the outcome
     */
    @Arbiter
    public void count(III_Result r) {
      r.r3 = table.getIfPresent(0) == null ? FAILED : calls.get();
    }
  }

  /** Makers that need one another. */
  @JCStressTest
  @Outcome(id = "-1, -1, 0", expect = Expect.ACCEPTABLE, desc = "Both are told.")
  @State
  public static class Circle extends Table {
    @Override
    Payload make(StrView string) {
      return table.get(string.internNumber() == 0 ? OTHER : STRING);
    }

    /**
     * Asks for one.
     *
     * @param r the outcome
     */
    @Actor
    public void one(III_Result r) {
      r.r1 = get(STRING);
    }

    /**
     * Asks for the other.
     *
     * @param r the outcome
     */
    @Actor
    public void two(III_Result r) {
      r.r2 = get(OTHER);
    }

    /**
     * Looks for what is left behind.
     *
     * @param r the outcome
     */
    @Arbiter
    public void look(III_Result r) {
      r.r3 = table.getIfPresent(0) == null && table.getIfPresent(1) == null ? 0 : FAILED;
    }
  }

  /** Threads that wait for one another in turn, which is no circle. */
  @JCStressTest
  @Outcome(id = "7, 7, 2", expect = Expect.ACCEPTABLE, desc = "Each object is made once.")
  @State
  public static class Chain extends Table {
    @Override
    Payload make(StrView string) {
      if (string.internNumber() == 0) {
        table.get(OTHER);
      }
      return super.make(string);
    }

    /**
     * Asks for the one that needs the other.
     *
     * @param r the outcome
     */
    @Actor
    public void one(III_Result r) {
      r.r1 = get(STRING);
    }

    /**
     * Asks for the other, and then for the one that needs it.
     *
     * @param r the outcome
     */
    @Actor
    public void two(III_Result r) {
      r.r2 = get(OTHER) & get(STRING);
    }

    /**
     * Counts calls.
     *
     * @param r the outcome
     */
    @Arbiter
    public void count(III_Result r) {
      r.r3 = calls.get();
    }
  }
}
