package org.marshalimage.format.stream;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.IdentityNumbers;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;

/**
 * Keeps from code objects the constants that CPython dies of. When it makes a code object, it looks
 * for strings to intern in the tuple of constants and in tuples among them, and so on. A tuple that
 * is still being read has nothing in it yet, where a pointer is expected; in one that holds itself
 * by way of tuples alone CPython goes round until its stack is full. Frozensets are looked into as
 * well, but what they hold has been hashed, so that it is neither.
 *
 * <p>Both come of a reference to a tuple that is being read; without one there is nothing to do.
 * Looks at each tuple once. Not thread-safe.
 *
 * <p>Source: {@code intern_string_constants}, from 3.13 on {@code intern_constants}, in CPython's
 * {@code Objects/codeobject.c}.
 */
final class ConstantTuples {
  private static final int SOUND = 0;
  private static final int ON_PATH = 1;

  /** Tuples that were referred to and are not complete yet. */
  private final Set<Value> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private @Nullable IdentityNumbers states;
  private SequenceValue[] path = new SequenceValue[16];
  private int[] next = new int[16];
  private int depth;

  /** Notes a reference to a tuple that is not complete yet. */
  void refer(Value openTuple) {
    open.add(openTuple);
    if (states == null) {
      states = new IdentityNumbers();
    }
  }

  /** Notes that a tuple is complete. */
  void complete(Value tuple) {
    if (!open.isEmpty()) {
      open.remove(tuple);
    }
  }

  /** Returns what is wrong with the constants of a code object, or null. */
  @Nullable String fault(Value consts) {
    if (states == null || consts.typeCode() != TypeCode.TUPLE) {
      return null;
    }
    String fault = enter(consts);
    while (fault == null && depth > 0) {
      SequenceValue last = path[depth - 1];
      if (next[depth - 1] < last.size()) {
        fault = enter(last.get(next[depth - 1]++));
      } else {
        states.put(last, SOUND);
        depth--;
      }
    }
    return fault;
  }

  private @Nullable String enter(Value value) {
    if (value.typeCode() != TypeCode.TUPLE) {
      return null;
    }
    if (open.contains(value)) {
      return "constants with a tuple that is not complete yet, as it holds the code object";
    }
    int state = states.get(value);
    if (state == ON_PATH) {
      return "constants with a tuple that holds itself";
    }
    if (state == IdentityNumbers.NONE) {
      if (depth == path.length) {
        path = Arrays.copyOf(path, 2 * depth);
        next = Arrays.copyOf(next, 2 * depth);
      }
      states.put(value, ON_PATH);
      path[depth] = (SequenceValue) value;
      next[depth++] = 0;
    }
    return null;
  }
}
