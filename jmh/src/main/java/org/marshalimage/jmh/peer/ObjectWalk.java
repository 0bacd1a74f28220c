package org.marshalimage.jmh.peer;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** A walk over Java objects. */
abstract class ObjectWalk extends Walk {
  private Object[] stack = new Object[256];
  private int depth;

  /** Reads one object and pushes what its slots name, the last first. */
  abstract void visit(Object object);

  final void push(Object object) {
    if (depth == stack.length) {
      stack = Arrays.copyOf(stack, 2 * depth);
    }
    stack[depth++] = object;
  }

  /** Reads all that a root leads to. */
  final void walk(Object root) {
    push(root);
    while (depth > 0) {
      visit(stack[--depth]);
    }
  }

  /** Counts the objects that roots lead to, each once. */
  final int count(Object[] roots) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Object root : roots) {
      push(root);
      while (depth > 0) {
        Object object = stack[--depth];
        if (seen.add(object)) {
          visit(object);
        }
      }
    }
    return seen.size();
  }
}
