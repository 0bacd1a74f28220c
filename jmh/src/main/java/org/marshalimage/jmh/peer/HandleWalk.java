package org.marshalimage.jmh.peer;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** A walk over what lies in a mapped file, where a number names each object. */
abstract class HandleWalk extends Walk {
  private long[] stack = new long[256];
  private int depth;

  /** Reads one object and pushes what its slots name, the last first. */
  abstract void visit(long handle);

  final void push(long handle) {
    if (depth == stack.length) {
      stack = Arrays.copyOf(stack, 2 * depth);
    }
    stack[depth++] = handle;
  }

  /** Reads all that a root leads to. */
  final void walk(long root) {
    push(root);
    while (depth > 0) {
      visit(stack[--depth]);
    }
  }

  /** Counts the objects that roots lead to, each once. */
  final int count(long[] roots) {
    Set<Long> seen = new HashSet<>();
    for (long root : roots) {
      push(root);
      while (depth > 0) {
        long handle = stack[--depth];
        if (seen.add(handle)) {
          visit(handle);
        }
      }
    }
    return seen.size();
  }
}
