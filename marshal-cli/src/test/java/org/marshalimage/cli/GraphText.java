package org.marshalimage.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/**
 * Writes a graph, its sharing and cycles included, as the text that {@code random_graphs.py} writes
 * of CPython's objects and describes; unlike the canonical JSON it is the same only if the same
 * objects are in the same places.
 *
 * <p>The whole text has besides what CPython does not show: which strings are interned, and the
 * variables of a code object as they are stored.
 */
final class GraphText {
  /** Stream version from which on there are references. */
  static final int REF_VERSION = 3;

  private static final int BINARY_FLOAT_VERSION = 2;
  private static final int PYTHON_2_INTERNED_VERSION = 1;

  private final PythonVersion python;
  private final int version;
  private final boolean isWhole;
  private final StringBuilder out = new StringBuilder();
  private final Map<Value, Integer> numbers = new IdentityHashMap<>();
  private final Map<Value, Boolean> open = new IdentityHashMap<>();
  private final Set<String> kinds;
  private boolean isAlone;
  private boolean hasSharing;
  private boolean hasCycle;

  private GraphText(PythonVersion python, int version, boolean isWhole, Set<String> kinds) {
    this.python = python;
    this.version = version;
    this.isWhole = isWhole;
    this.kinds = kinds;
  }

  /** Writes what CPython writes of the same graph in a stream of that version. */
  static GraphText of(Value root, PythonVersion python, int version) {
    return write(root, python, version, false);
  }

  /** Writes all that a stream of that version keeps. */
  static GraphText whole(Value root, PythonVersion python, int version) {
    return write(root, python, version, true);
  }

  private static GraphText write(Value root, PythonVersion python, int version, boolean isWhole) {
    GraphText text = new GraphText(python, version, isWhole, new TreeSet<>());
    text.append(root);
    return text;
  }

  /** Tells whether any container is used twice; never so below version 3. */
  boolean hasSharing() {
    return hasSharing;
  }

  /** Tells whether any container holds itself. */
  boolean hasCycle() {
    return hasCycle;
  }

  /** Returns the names of the types that the graph has. */
  Set<String> kinds() {
    return kinds;
  }

  @Override
  public String toString() {
    return out.toString();
  }

  private void append(Value value) {
    kinds.add(TypeCode.nameOf(value.typeCode()));
    if (value instanceof Singleton) {
      out.append(TypeCode.nameOf(value.typeCode()).charAt(0));
    } else if (value instanceof IntValue integer) {
      out.append(integer.isPython2Long() ? 'l' : 'i').append(integer.bigValue().toString(16));
    } else if (value instanceof FloatValue number) {
      out.append('f');
      appendBits(number.bits());
    } else if (value instanceof ComplexValue complex) {
      out.append('c');
      appendBits(complex.realBits());
      out.append(',');
      appendBits(complex.imaginaryBits());
    } else if (value instanceof BytesValue bytes) {
      boolean keepsInterned = python.isPython2() && version >= PYTHON_2_INTERNED_VERSION;
      out.append(isWhole && keepsInterned && bytes.isInterned() ? 'B' : 'b');
      for (byte each : bytes.toByteArray()) {
        appendHexByte(each);
      }
    } else if (value instanceof StrValue string) {
      boolean keepsInterned = !python.isPython2() && version >= REF_VERSION;
      out.append(isWhole && keepsInterned && string.isInterned() ? 'U' : 'u');
      for (int i = 0; i < string.length(); i++) {
        out.append(i == 0 ? "" : ",").append(Integer.toHexString(string.codePointAt(i)));
      }
    } else if (!isMetAgain(value)) {
      open.put(value, true);
      appendContainer(value);
      open.remove(value);
    }
  }

  /** Numbers a container, or writes its number. */
  private boolean isMetAgain(Value value) {
    if (isAlone
        || version < REF_VERSION
        || value.typeCode() == TypeCode.FROZENDICT
        || value instanceof SequenceValue sequence && sequence.size() == 0
        || value instanceof DictValue dict && dict.size() == 0) {
      return false;
    }
    Integer number = numbers.putIfAbsent(value, numbers.size());
    if (number != null) {
      out.append('#').append(number);
      hasSharing = true;
      hasCycle |= open.containsKey(value);
    }
    return number != null;
  }

  private void appendContainer(Value value) {
    if (value instanceof SequenceValue sequence) {
      switch (value.typeCode()) {
        case TypeCode.TUPLE -> appendAll("(", items(sequence), ")");
        case TypeCode.LIST -> appendAll("[", items(sequence), "]");
        case TypeCode.SET -> appendAll("s<", sorted(items(sequence)), ">");
        default -> appendAll("z<", sorted(items(sequence)), ">");
      }
    } else if (value instanceof DictValue dict) {
      appendDict(dict);
    } else if (value instanceof SliceValue slice) {
      appendAll(":(", List.of(slice.start(), slice.stop(), slice.step()), ")");
    } else {
      appendCode((CodeValue) value);
    }
  }

  private static List<Value> items(SequenceValue sequence) {
    List<Value> items = new ArrayList<>();
    for (int i = 0; i < sequence.size(); i++) {
      items.add(sequence.get(i));
    }
    return items;
  }

  private void appendAll(String start, List<Value> values, String end) {
    out.append(start);
    for (Value value : values) {
      append(value);
      out.append(' ');
    }
    out.append(end);
  }

  private void appendDict(DictValue dict) {
    Map<Value, Value> entries = new IdentityHashMap<>();
    List<Value> keys = new ArrayList<>();
    for (int i = 0; i < dict.size(); i++) {
      keys.add(dict.key(i));
      entries.put(dict.key(i), dict.value(i));
    }
    out.append(dict.typeCode() == TypeCode.DICT ? "{" : "d{");
    for (Value key : python.isPython2() ? sorted(keys) : keys) {
      append(key);
      out.append(' ');
      append(entries.get(key));
      out.append(' ');
    }
    out.append('}');
  }

  /** Sorts what can be hashed, and so has no cycle, by the text that it has on its own. */
  private List<Value> sorted(List<Value> values) {
    Map<Value, String> texts = new IdentityHashMap<>();
    for (Value value : values) {
      GraphText text = new GraphText(python, version, false, new HashSet<>());
      text.isAlone = true;
      text.append(value);
      texts.put(value, text.toString());
    }
    List<Value> sorted = new ArrayList<>(values);
    sorted.sort(Comparator.comparing(texts::get));
    return sorted;
  }

  private void appendCode(CodeValue code) {
    List<Value> ints = new ArrayList<>();
    ints.add(IntValue.of(code.argCount()));
    if (python.hasPosOnlyArgs()) {
      ints.add(IntValue.of(code.posOnlyArgCount()));
    }
    if (!python.isPython2()) {
      ints.add(IntValue.of(code.kwOnlyArgCount()));
    }
    ints.add(IntValue.of(code.localCount()));
    ints.add(IntValue.of(code.stackSize()));
    ints.add(IntValue.of(code.flags()));
    ints.add(IntValue.of(code.firstLine()));
    appendAll("C(", ints, "");
    appendAll("", List.of(code.code(), code.consts(), code.names()), "");
    if (!python.hasLocalsPlus()) {
      appendAll("", List.of(code.localNames(), code.storedFreevars(), code.storedCellvars()), "");
    } else if (isWhole) {
      appendAll("", List.of(code.localNames(), code.kinds()), "");
    } else {
      // CPython makes these tuples when it is asked for them.
      appendAll("(", code.varnames(), ") ");
      appendAll("(", code.freevars(), ") ");
      appendAll("(", code.cellvars(), ") ");
    }
    appendAll("", List.of(code.filename(), code.name()), "");
    if (python.hasLocalsPlus()) {
      appendAll("", List.of(code.qualName(), code.lineTable(), code.exceptionTable()), ")");
    } else {
      appendAll("", List.of(code.lineTable()), ")");
    }
  }

  private void appendBits(long bits) {
    if (version < BINARY_FLOAT_VERSION && Double.isNaN(Double.longBitsToDouble(bits))) {
      out.append("nan");
      return;
    }
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      appendHexByte((int) (bits >>> shift));
    }
  }

  private void appendHexByte(int value) {
    out.append(Character.forDigit(value >> 4 & 0xF, 16))
        .append(Character.forDigit(value & 0xF, 16));
  }
}
