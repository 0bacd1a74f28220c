package org.marshalimage.jmh.peer;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Sums up what a walk reads. The sum depends on the order: an object's kind, then its own fields,
 * then all that its first slot leads to, and so on.
 */
abstract class Walk {
  private static final int FACTOR = 31;

  private long sum;

  /** Reads all that the root of a module leads to. */
  abstract void walk(int module);

  /** Counts the objects that the roots lead to, each once. */
  abstract int count();

  final void add(long value) {
    sum = sum * FACTOR + value;
  }

  final void add(long first, long second) {
    add(first);
    add(second);
  }

  final void add(long first, long second, long third) {
    add(first, second);
    add(third);
  }

  final long sum() {
    return sum;
  }

  /** A walk over what lies in a mapped file, where a number names each object. */
  abstract static class Handles extends Walk {
    private final long[] roots;
    private long[] stack = new long[256];
    private int depth;

    Handles(long[] roots) {
      this.roots = roots;
    }

    /** Reads one object and pushes what its slots name, the last first. */
    abstract void visit(long handle);

    final void push(long handle) {
      if (depth == stack.length) {
        stack = Arrays.copyOf(stack, 2 * depth);
      }
      stack[depth++] = handle;
    }

    @Override
    final void walk(int module) {
      push(roots[module]);
      while (depth > 0) {
        visit(stack[--depth]);
      }
    }

    @Override
    final int count() {
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

  /** A walk over Java objects. */
  abstract static class Objects extends Walk {
    private final Object[] roots;
    private Object[] stack = new Object[256];
    private int depth;

    Objects(Object[] roots) {
      this.roots = roots;
    }

    /** Reads one object and pushes what its slots name, the last first. */
    abstract void visit(Object object);

    final void push(Object object) {
      if (depth == stack.length) {
        stack = Arrays.copyOf(stack, 2 * depth);
      }
      stack[depth++] = object;
    }

    @Override
    final void walk(int module) {
      push(roots[module]);
      while (depth > 0) {
        visit(stack[--depth]);
      }
    }

    @Override
    final int count() {
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
}
