package org.marshalimage.jmh.peer;

import java.io.Serializable;

/**
 * An object of a compiled module of Python 3.11 or newer, as an interpreter on the JVM has it. What
 * serializers write and read.
 *
 * <p>Fields are neither private nor final, because that is what serializers are fastest with.
 */
@SuppressWarnings("serial")
abstract class Node implements Serializable {
  private static final long serialVersionUID = 1;

  /** Takes the fields of a code object one by one, and gives what is to stand there. */
  interface Fields {
    int number(int value);

    <T extends Node> T node(Class<T> type, T value);
  }

  /** All modules. */
  static final class Modules implements Serializable {
    private static final long serialVersionUID = 1;

    String[] names;
    Node[] roots;

    Modules(String[] names, Node[] roots) {
      this.names = names;
      this.roots = roots;
    }
  }

  /** {@code None}, {@code True}, {@code False} and {@code Ellipsis}. */
  static final class Single extends Node {
    private static final long serialVersionUID = 1;

    int kind;

    Single(int kind) {
      this.kind = kind;
    }
  }

  /** An int of 64 bits. */
  static final class Int extends Node {
    private static final long serialVersionUID = 1;

    long value;

    Int(long value) {
      this.value = value;
    }
  }

  /** An int outside 64 bits. */
  static final class Long extends Node {
    private static final long serialVersionUID = 1;

    boolean isNegative;

    /** The absolute value, lowest digit first. */
    long[] digits;

    Long(boolean isNegative, long[] digits) {
      this.isNegative = isNegative;
      this.digits = digits;
    }
  }

  /** A float. Its bits, as some serializers make all NaNs one. */
  static final class Float extends Node {
    private static final long serialVersionUID = 1;

    long bits;

    Float(long bits) {
      this.bits = bits;
    }
  }

  /** A complex. */
  static final class Complex extends Node {
    private static final long serialVersionUID = 1;

    long realBits;
    long imaginaryBits;

    Complex(long realBits, long imaginaryBits) {
      this.realBits = realBits;
      this.imaginaryBits = imaginaryBits;
    }
  }

  /** A str. */
  static final class Str extends Node {
    private static final long serialVersionUID = 1;

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

  /** A bytes object. */
  static final class Bytes extends Node {
    private static final long serialVersionUID = 1;

    byte[] data;

    Bytes(byte[] data) {
      this.data = data;
    }
  }

  /** A tuple or a frozenset. */
  static final class Tuple extends Node {
    private static final long serialVersionUID = 1;

    boolean isSet;
    Node[] items;

    Tuple(boolean isSet, Node[] items) {
      this.isSet = isSet;
      this.items = items;
    }
  }

  /** A code object. */
  static final class Code extends Node {
    private static final long serialVersionUID = 1;

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

    /** Has all fields written or read, in an order that all peers share. */
    void each(Fields fields) {
      argCount = fields.number(argCount);
      posOnlyArgCount = fields.number(posOnlyArgCount);
      kwOnlyArgCount = fields.number(kwOnlyArgCount);
      localCount = fields.number(localCount);
      stackSize = fields.number(stackSize);
      flags = fields.number(flags);
      firstLine = fields.number(firstLine);
      code = fields.node(Bytes.class, code);
      consts = fields.node(Tuple.class, consts);
      names = fields.node(Tuple.class, names);
      localNames = fields.node(Tuple.class, localNames);
      localKinds = fields.node(Bytes.class, localKinds);
      exceptionTable = fields.node(Bytes.class, exceptionTable);
      filename = fields.node(Str.class, filename);
      name = fields.node(Str.class, name);
      qualName = fields.node(Str.class, qualName);
      lineTable = fields.node(Bytes.class, lineTable);
    }
  }
}
