package org.marshalimage.compare;

import java.util.IdentityHashMap;
import java.util.Map;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.model.Value;

/**
 * Which objects of A and B were met together. Objects that have an identity are in pairs: each is
 * the partner of the one that it was first met with. Others, of which an image has one for each
 * content, may be met with several.
 */
final class Partners {
  /** Pairs of objects without identity that may be met at least, and for each such object. */
  private static final long MOST_PAIRS = 1_000_000;

  private static final long MOST_PAIRS_EACH = 4;

  private static final int ID_BITS = 32;

  /**
   * What an object was first met with.
   *
   * @param partner on the other side
   * @param step the way to both
   * @param place the root that the way starts from
   */
  record Met(Value partner, Step step, Difference.Place place) {}

  private final Map<Value, Met> inA = new IdentityHashMap<>();
  private final Map<Value, Met> inB = new IdentityHashMap<>();
  private final Map<Value, Integer> idsInA = new IdentityHashMap<>();
  private final Map<Value, Integer> idsInB = new IdentityHashMap<>();
  private final LongHashSet pairs = new LongHashSet();

  /** Returns what an object of A was first met with; null if it is new. */
  @Nullable Met ofA(Value a) {
    return inA.get(a);
  }

  /** Returns what an object of B was first met with; null if it is new. */
  @Nullable Met ofB(Value b) {
    return inB.get(b);
  }

  /** Remembers what a new object of A was first met with. */
  void addToA(Value a, Met met) {
    inA.put(a, met);
  }

  /** Remembers what a new object of B was first met with. */
  void addToB(Value b, Met met) {
    inB.put(b, met);
  }

  /** Remembers a pair of objects without identity; tells whether it is new. */
  boolean meetEqual(Value a, Value b) {
    long left = id(idsInA, a);
    return pairs.add(left << ID_BITS | id(idsInB, b));
  }

  private static int id(Map<Value, Integer> ids, Value value) {
    Integer id = ids.get(value);
    if (id == null) {
      id = ids.size();
      ids.put(value, id);
    }
    return id;
  }

  /**
   * Tells whether more pairs were met than graphs give that are alike: of n tuples within tuples
   * there can be n squared.
   */
  boolean areEntangled() {
    return pairs.size() > MOST_PAIRS + MOST_PAIRS_EACH * (idsInA.size() + idsInB.size());
  }
}
