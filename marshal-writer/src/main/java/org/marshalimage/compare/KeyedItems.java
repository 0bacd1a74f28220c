package org.marshalimage.compare;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.marshalimage.compare.Difference.What;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.Value;

/**
 * Compares sets by their items and dicts by their keys, as far as these are equal by content; the
 * rest, records among them, by its order.
 */
final class KeyedItems {
  private final GraphComparer comparer;
  private final Value a;
  private final Value b;
  private final Step step;

  /**
   * Numbers of items of A, or of entries, and of those of B that have the same key; -1 for none.
   */
  private final List<int[]> matches = new ArrayList<>();

  /** Numbers of those that are not equal by content. */
  private final List<Integer> restOfA = new ArrayList<>();

  private final List<Integer> restOfB = new ArrayList<>();

  KeyedItems(GraphComparer comparer, Value a, Value b, Step step) {
    this.comparer = comparer;
    this.a = a;
    this.b = b;
    this.step = step;
  }

  void compareSets() {
    match(1);
    for (int[] match : matches) {
      if (match[1] < 0) {
        comparer.report(step, What.ONLY_IN_A, a.child(match[0]), null);
      } else if (match[0] < 0) {
        comparer.report(step, What.ONLY_IN_B, null, b.child(match[1]));
      }
    }
    int common = compareRests(1);
    for (int i = 0; i < common; i++) {
      int at = restOfA.get(i);
      comparer.visit(a.child(at), b.child(restOfB.get(i)), step.item(at));
    }
  }

  void compareDicts(DictValue left, DictValue right) {
    match(2);
    compareOrder(left, right);
    for (int[] match : matches) {
      if (match[1] < 0) {
        int at = match[0];
        comparer.report(step.value(left.key(at)), What.ONLY_IN_A, left.value(at), null);
      } else if (match[0] < 0) {
        int at = match[1];
        comparer.report(step.value(right.key(at)), What.ONLY_IN_B, null, right.value(at));
      } else {
        Value key = left.key(match[0]);
        comparer.visit(left.value(match[0]), right.value(match[1]), step.value(key));
      }
    }
    int common = compareRests(2);
    for (int i = 0; i < common; i++) {
      int inA = restOfA.get(i);
      int inB = restOfB.get(i);
      comparer.visit(left.key(inA), right.key(inB), step.item("key", inA));
      comparer.visit(left.value(inA), right.value(inB), step.item("value", inA));
    }
  }

  /** Reports what one rest has more than the other; returns how many are to be compared. */
  private int compareRests(int unit) {
    int common = Math.min(restOfA.size(), restOfB.size());
    for (int i = common; i < restOfA.size(); i++) {
      comparer.report(step, What.ONLY_IN_A, a.child(unit * restOfA.get(i)), null);
    }
    for (int i = common; i < restOfB.size(); i++) {
      comparer.report(step, What.ONLY_IN_B, null, b.child(unit * restOfB.get(i)));
    }
    return common;
  }

  /**
   * Finds what has the same key.
   *
   * @param unit children of an item or entry, the first of which is its key
   */
  private void match(int unit) {
    int countA = a.childCount() / unit;
    int countB = b.childCount() / unit;
    int same = 0;
    // Mostly all are in the same order, and no table is needed.
    while (same < Math.min(countA, countB)
        && isSameLeaf(a.child(unit * same), b.child(unit * same))) {
      matches.add(new int[] {same, same});
      same++;
    }
    Map<String, Queue<Integer>> inB = new HashMap<>();
    for (int i = same; i < countB; i++) {
      String key = Leaves.key(child(b, unit * i));
      if (key == null) {
        restOfB.add(i);
      } else {
        // Several NaNs may be keys of one dict.
        inB.computeIfAbsent(key, each -> new ArrayDeque<>(2)).add(i);
      }
    }
    boolean[] isMatched = new boolean[countB];
    for (int i = same; i < countA; i++) {
      String key = Leaves.key(child(a, unit * i));
      if (key == null) {
        restOfA.add(i);
        continue;
      }
      Queue<Integer> found = inB.get(key);
      Integer match = found == null ? null : found.poll();
      matches.add(new int[] {i, match == null ? -1 : match});
      if (match != null) {
        isMatched[match] = true;
      }
    }
    for (Integer rest : restOfB) {
      isMatched[rest] = true;
    }
    for (int i = same; i < countB; i++) {
      if (!isMatched[i]) {
        matches.add(new int[] {-1, i});
      }
    }
  }

  private static Value child(Value value, int index) {
    Value child = value.child(index);
    if (child == null) {
      throw new AssertionError("empty item: " + value);
    }
    return child;
  }

  private static boolean isSameLeaf(@Nullable Value left, @Nullable Value right) {
    return left != null
        && right != null
        && Leaves.isLeaf(left)
        && Leaves.isSameType(left, right)
        && Leaves.isSame(left, right);
  }

  /** Reports the first key that both have and that stands before another one in B. */
  private void compareOrder(DictValue left, DictValue right) {
    List<int[]> both = new ArrayList<>(matches);
    both.removeIf(match -> match[0] < 0 || match[1] < 0);
    int[] inB = both.stream().mapToInt(match -> match[1]).sorted().toArray();
    for (int i = 0; i < inB.length; i++) {
      if (inB[i] != both.get(i)[1]) {
        comparer.report(step, What.ORDER, left.key(both.get(i)[0]), right.key(inB[i]), "at " + i);
        return;
      }
    }
  }
}
