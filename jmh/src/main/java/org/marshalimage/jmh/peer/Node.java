package org.marshalimage.jmh.peer;

import java.io.Serializable;
import java.util.List;

/**
 * An object of a compiled module of Python 3.11 or newer, as an interpreter on the JVM has it. What
 * serializers write and read.
 *
 * <p>Fields are neither private nor final, because that is what serializers are fastest with.
 */
@SuppressWarnings("serial")
abstract class Node implements Serializable {
  /** All types, in the order in which serializers number them. */
  static final List<Class<? extends Node>> TYPES =
      List.of(
          Single.class, Int.class, Number.class, Str.class, Bytes.class, Tuple.class, Code.class);

  /** {@code None}, {@code True}, {@code False} and {@code Ellipsis}. */
  static final class Single extends Node {
    int kind;

    Single(int kind) {
      this.kind = kind;
    }
  }

  static final class Int extends Node {
    long value;

    Int(long value) {
      this.value = value;
    }
  }

  /** Other numbers, which are rare. */
  static final class Number extends Node {
    int kind;

    /** Of an int. */
    boolean isNegative;

    /**
     * Of an int the absolute value, lowest digit first; of a float or a complex its bits, as some
     * serializers make all NaNs one.
     */
    long[] words;

    Number(int kind, boolean isNegative, long... words) {
      this.kind = kind;
      this.isNegative = isNegative;
      this.words = words;
    }
  }

  static final class Str extends Node {
    String text;
    boolean isInterned;

    Str(String text, boolean isInterned) {
      this.text = text;
      this.isInterned = isInterned;
    }

    /** Tells whether all code points are below a limit. */
    boolean isBelow(int limit) {
      return text.chars().allMatch(unit -> unit < limit);
    }
  }

  static final class Bytes extends Node {
    byte[] data;

    Bytes(byte[] data) {
      this.data = data;
    }
  }

  /** A tuple or a frozenset. */
  static final class Tuple extends Node {
    boolean isSet;
    Node[] items;

    Tuple(boolean isSet, Node[] items) {
      this.isSet = isSet;
      this.items = items;
    }
  }

  static final class Code extends Node {
    static final int NUMBERS = 7;
    static final int SLOTS = 10;

    int argCount;
    int posOnlyArgCount;
    int kwOnlyArgCount;
    int localCount;
    int stackSize;
    int flags;
    int firstLine;
    Bytes code;
    Tuple consts;
    Tuple names;
    Tuple localNames;
    Bytes localKinds;
    Bytes exceptionTable;
    Str filename;
    Str name;
    Str qualName;
    Bytes lineTable;

    /** Takes all fields in the order that all peers share. */
    Code(int[] numbers, Node[] slots) {
      argCount = numbers[0];
      posOnlyArgCount = numbers[1];
      kwOnlyArgCount = numbers[2];
      localCount = numbers[3];
      stackSize = numbers[4];
      flags = numbers[5];
      firstLine = numbers[6];
      code = (Bytes) slots[0];
      consts = (Tuple) slots[1];
      names = (Tuple) slots[2];
      localNames = (Tuple) slots[3];
      localKinds = (Bytes) slots[4];
      exceptionTable = (Bytes) slots[5];
      filename = (Str) slots[6];
      name = (Str) slots[7];
      qualName = (Str) slots[8];
      lineTable = (Bytes) slots[9];
    }

    int[] numbers() {
      return new int[] {
        argCount, posOnlyArgCount, kwOnlyArgCount, localCount, stackSize, flags, firstLine
      };
    }

    Node[] slots() {
      return new Node[] {
        code,
        consts,
        names,
        localNames,
        localKinds,
        exceptionTable,
        filename,
        name,
        qualName,
        lineTable
      };
    }
  }

  /** All modules, as Java objects: either {@link Node}s, or the values that a decoder makes. */
  static final class Modules implements Peer.Loaded, Serializable {
    String[] names;
    Object[] roots;

    Modules(String[] names, Object[] roots) {
      this.names = names;
      this.roots = roots;
    }

    @Override
    public int size() {
      return names.length;
    }

    @Override
    public String name(int module) {
      return names[module];
    }

    @Override
    public Walk newWalk() {
      return roots[0] instanceof Node ? new NodeWalk(roots) : new ValueWalk(roots);
    }
  }
}
