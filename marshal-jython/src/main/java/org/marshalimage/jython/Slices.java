package org.marshalimage.jython;

import org.jspecify.annotations.Nullable;
import org.python.core.PyObject;
import org.python.core.PySlice;

/**
 * Python 2's slices without a step. The opcode tells which bounds are there: the first of its kind
 * none, the next the lower, the next the upper, the last both.
 */
final class Slices {
  private static final int LOWER = 1;
  private static final int UPPER = 2;

  private Slices() {}

  static void get(Evaluation evaluation, int bounds) {
    PyObject upper = bound(evaluation, bounds & UPPER);
    PyObject lower = bound(evaluation, bounds & LOWER);
    PyObject sequence = evaluation.top();
    evaluation.setTop(
        areIndexes(lower, upper)
            ? sequence.__getslice__(lower, upper)
            : sequence.__getitem__(new PySlice(lower, upper, null)));
  }

  static void set(Evaluation evaluation, int bounds) {
    PyObject upper = bound(evaluation, bounds & UPPER);
    PyObject lower = bound(evaluation, bounds & LOWER);
    PyObject sequence = evaluation.pop();
    PyObject value = evaluation.pop();
    if (areIndexes(lower, upper)) {
      sequence.__setslice__(lower, upper, value);
    } else {
      sequence.__setitem__(new PySlice(lower, upper, null), value);
    }
  }

  static void delete(Evaluation evaluation, int bounds) {
    PyObject upper = bound(evaluation, bounds & UPPER);
    PyObject lower = bound(evaluation, bounds & LOWER);
    PyObject sequence = evaluation.pop();
    if (areIndexes(lower, upper)) {
      sequence.__delslice__(lower, upper);
    } else {
      sequence.__delitem__(new PySlice(lower, upper, null));
    }
  }

  private static @Nullable PyObject bound(Evaluation evaluation, int isThere) {
    return isThere == 0 ? null : evaluation.pop();
  }

  /** {@code __getslice__} and its like are for indexes; a class may take other bounds as items. */
  private static boolean areIndexes(@Nullable PyObject lower, @Nullable PyObject upper) {
    return (lower == null || lower.isIndex()) && (upper == null || upper.isIndex());
  }
}
