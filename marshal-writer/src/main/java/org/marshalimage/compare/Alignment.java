package org.marshalimage.compare;

import org.marshalimage.compare.Difference.What;

/**
 * Compares items by place. If there are more of them on one side, what is alike at both ends is
 * compared with one another, so that one more does not make all behind it differ.
 */
final class Alignment {
  private final GraphComparer comparer;
  private final Items a;
  private final Items b;
  private final Step step;

  Alignment(GraphComparer comparer, Items a, Items b, Step step) {
    this.comparer = comparer;
    this.a = a;
    this.b = b;
    this.step = step;
  }

  /**
   * Compares.
   *
   * @param unit how many items belong together
   */
  void compare(int unit) {
    int common = Math.min(a.count(), b.count());
    int tail = 0;
    if (a.count() != b.count()) {
      comparer.report(a.step(step), What.LENGTH, a.describe(), b.describe());
      tail = commonTail(unit, common);
    }
    int middle = common - tail;
    for (int i = 0; i < middle; i++) {
      comparer.visit(a.get(i), b.get(i), a.step(step, i));
    }
    for (int i = middle; i < a.count() - tail; i++) {
      comparer.report(a.step(step, i), What.ONLY_IN_A, orEmpty(a, i), null);
    }
    for (int i = middle; i < b.count() - tail; i++) {
      comparer.report(b.step(step, i), What.ONLY_IN_B, null, orEmpty(b, i));
    }
    for (int i = tail; i > 0; i--) {
      int at = a.count() - i;
      comparer.visit(a.get(at), b.get(b.count() - i), a.step(step, at));
    }
  }

  /** Counts what is alike at the end, leaving what is alike at the start. */
  private int commonTail(int unit, int common) {
    int head = 0;
    while (head < common && isAlike(head, head, unit)) {
      head += unit;
    }
    int tail = 0;
    while (tail < common - head
        && isAlike(a.count() - tail - unit, b.count() - tail - unit, unit)) {
      tail += unit;
    }
    return tail;
  }

  private boolean isAlike(int inA, int inB, int unit) {
    for (int i = 0; i < unit; i++) {
      if (!GraphComparer.isAlike(a.get(inA + i), b.get(inB + i))) {
        return false;
      }
    }
    return true;
  }

  private static Object orEmpty(Items items, int index) {
    Object item = items.get(index);
    return item == null ? "empty" : item;
  }
}
