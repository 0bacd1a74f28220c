package org.marshalimage.format.stream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.IdentityNumbers;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.Value;

/**
 * Holds the keys of dicts and frozendicts, and the items of sets and frozensets, to Python's rule:
 * each can be hashed, and no two are equal. The decoder, which meets values before they are
 * complete, has the same rule: it refuses what cannot be hashed and, as Python does, keeps one of
 * two that are equal.
 *
 * <ul>
 *   <li>Lists, dicts and sets cannot be hashed; nor can what would have to hash one: a tuple, a
 *       frozenset, a frozendict, a slice, a code object by its constants; nor what would have to
 *       hash itself.
 *   <li>Values are equal if Python says so: 1, 1.0, True and, in Python 2, 1L; 0.0 and -0.0; a
 *       string whether it is interned or not; in Python 2 ASCII text and the same bytes; code
 *       objects with the same name, counts, flags, first line, bytecode, names of variables, and
 *       constants of the same types, from 3.11 on also the same line and exception tables. A NaN
 *       equals itself alone: the same object. So does a record, which can always be hashed.
 *       Externals are equal if their names are.
 * </ul>
 *
 * <p>The values are complete. One object serves one graph and looks at each value once, however
 * often it is shared. Not thread-safe.
 */
public final class KeyChecker {
  private static final int HASHABLE = 0;
  private static final int UNHASHABLE = 1;
  private static final int OPEN = 2;

  private final PythonEquality equality;

  /** What is known of containers. */
  private final IdentityNumbers states = new IdentityNumbers();

  private Value[] path = new Value[16];

  /** Of each value of the path, which of its items comes next. */
  private int[] next = new int[16];

  private int depth;

  /**
   * Starts on a graph.
   *
   * @param version the Python whose graph it is
   */
  public KeyChecker(PythonVersion version) {
    equality = new PythonEquality(version);
  }

  /**
   * A key, or an item of a set, that breaks the rule.
   *
   * @param index which key or item it is, from 0
   * @param problem what is wrong with it
   */
  public record Fault(int index, String problem) {}

  /**
   * Checks the keys of one dict, or the items of one set.
   *
   * @param container any value; one without keys is sound
   * @return the first fault; null if there is none
   */
  public @Nullable Fault check(Value container) {
    if (!container.kind().hasKeys()) {
      return null;
    }
    int step = container.kind().slotsPerUnit();
    int count = childCount(container);
    for (int i = 0; i < count; i += step) {
      Value key = child(container, i);
      if (key == null) {
        return new Fault(i / step, "nothing where an object is needed");
      }
      if (!isHashable(key)) {
        return new Fault(i / step, problem("unhashable", container, key));
      }
    }
    int repeated = count > step ? equality.firstRepeated(container) : -1;
    return repeated < 0
        ? null
        : new Fault(repeated, problem("repeated", container, child(container, step * repeated)));
  }

  private static String problem(String what, Value container, Value key) {
    return what
        + (container instanceof DictValue ? " key" : " item")
        + " in a "
        + TypeCode.nameOf(container.typeCode())
        + ": "
        + TypeCode.nameOf(key.typeCode());
  }

  /** Iterative: what can be hashed may be nested to any depth. */
  private boolean isHashable(Value value) {
    if (!isContainer(value)) {
      return true;
    }
    if (states.get(value) != IdentityNumbers.NONE) {
      return states.get(value) == HASHABLE;
    }
    open(value);
    while (depth > 0) {
      Value last = path[depth - 1];
      boolean isUnhashable = last.kind().isMutable();
      Value child = null;
      while (!isUnhashable && child == null && next[depth - 1] < childCount(last)) {
        Value each = child(last, next[depth - 1]++);
        if (each != null && isContainer(each)) {
          int state = states.get(each);
          isUnhashable = state == UNHASHABLE || state == OPEN;
          child = state == IdentityNumbers.NONE ? each : null;
        }
      }
      if (isUnhashable) {
        while (depth > 0) {
          close(UNHASHABLE);
        }
        return false;
      }
      if (child != null) {
        open(child);
      } else {
        close(HASHABLE);
      }
    }
    return true;
  }

  private void open(Value value) {
    if (depth == path.length) {
      path = Arrays.copyOf(path, 2 * depth);
      next = Arrays.copyOf(next, 2 * depth);
    }
    states.put(value, OPEN);
    path[depth] = value;
    next[depth++] = 0;
  }

  private void close(int state) {
    states.put(path[--depth], state);
    path[depth] = Singleton.NONE;
  }

  /** What a record holds takes no part in its hash, which is that of its identity. */
  private static boolean isContainer(Value value) {
    return value.kind().hasSlots() && value.kind() != Kind.RECORD;
  }

  /** Returns how many values take part in the hash of a container. */
  private static int childCount(Value container) {
    return container instanceof CodeValue ? 1 : container.childCount();
  }

  private static @Nullable Value child(Value container, int index) {
    // The names and the bytecode of a code object are strings, and can always be hashed.
    return container instanceof CodeValue code ? code.consts() : container.child(index);
  }
}
