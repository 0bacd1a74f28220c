package org.marshalimage.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** Compares graphs, of any depth and with cycles. */
public final class Graphs {
  private Graphs() {}

  /**
   * Copies the graphs of all roots.
   *
   * @param image to be read
   * @return by the names of the roots
   */
  public static Map<String, Value> of(MarshalImage image) {
    Map<String, Value> graphs = new TreeMap<>();
    for (ImageModule module : image.modules()) {
      graphs.put(module.name(), module.root().toValue());
    }
    return graphs;
  }

  /**
   * Says where graphs by name differ.
   *
   * @param left some
   * @param right others
   * @return null if nowhere
   */
  public static String difference(Map<String, Value> left, Map<String, Value> right) {
    if (!left.keySet().equals(right.keySet())) {
      return "roots " + left.keySet() + " and " + right.keySet();
    }
    for (Map.Entry<String, Value> each : left.entrySet()) {
      String difference = difference(each.getValue(), right.get(each.getKey()));
      if (difference != null) {
        return each.getKey() + ": " + difference;
      }
    }
    return null;
  }

  /**
   * Says where two graphs differ: in the types and values of their objects, or in which of them are
   * one object.
   *
   * @param left one
   * @param right another
   * @return null if nowhere
   */
  public static String difference(Value left, Value right) {
    Map<Value, Value> matched = new IdentityHashMap<>();
    Map<Value, Value> back = new IdentityHashMap<>();
    Deque<Value> open = new ArrayDeque<>(List.of(left, right));
    while (!open.isEmpty()) {
      Value a = open.poll();
      Value b = open.poll();
      if (a.typeCode() != b.typeCode()) {
        return TypeCode.nameOf(a.typeCode()) + " and " + TypeCode.nameOf(b.typeCode());
      }
      Value known = matched.putIfAbsent(a, b);
      Value owner = back.putIfAbsent(b, a);
      if (known == b && owner == a) {
        continue;
      }
      if (known != null || owner != null) {
        return "one object in one graph, two in the other: " + a;
      }
      List<Object> leaves = new ArrayList<>();
      List<Object> otherLeaves = new ArrayList<>();
      List<Value> items = new ArrayList<>();
      List<Value> otherItems = new ArrayList<>();
      take(a, leaves, items);
      take(b, otherLeaves, otherItems);
      if (!leaves.equals(otherLeaves) || items.size() != otherItems.size()) {
        return a + " " + leaves + " and " + b + " " + otherLeaves;
      }
      for (int i = 0; i < items.size(); i++) {
        open.add(items.get(i));
        open.add(otherItems.get(i));
      }
    }
    return null;
  }

  /** Takes a value apart. */
  private static void take(Value value, List<Object> leaves, List<Value> items) {
    if (value instanceof IntValue integer) {
      leaves.addAll(List.of(integer.bigValue(), integer.isPython2Long()));
    } else if (value instanceof FloatValue number) {
      leaves.add(number.bits());
    } else if (value instanceof ComplexValue number) {
      leaves.addAll(List.of(number.realBits(), number.imaginaryBits()));
    } else if (value instanceof BytesValue bytes) {
      leaves.addAll(List.of(bytes.isInterned(), Arrays.toString(bytes.toByteArray())));
    } else if (value instanceof StrValue text) {
      byte[] bytes = new byte[text.byteLength()];
      text.copyTo(bytes, 0);
      leaves.addAll(List.of(text.isInterned(), text.widthShift(), Arrays.toString(bytes)));
    } else if (value instanceof SequenceValue sequence) {
      for (int i = 0; i < sequence.size(); i++) {
        items.add(sequence.get(i));
      }
    } else if (value instanceof DictValue dict) {
      for (int i = 0; i < dict.size(); i++) {
        items.add(dict.key(i));
        items.add(dict.value(i));
      }
    } else if (value instanceof SliceValue slice) {
      items.addAll(List.of(slice.start(), slice.stop(), slice.step()));
    } else if (value instanceof ExternalValue external) {
      leaves.add(external.name());
    } else if (value instanceof RecordValue record) {
      leaves.add(record.type());
      for (int i = 0; i < record.childCount(); i++) {
        Value slot = record.child(i);
        leaves.add(slot != null);
        if (slot != null) {
          items.add(slot);
        }
      }
    } else if (value instanceof CodeValue code) {
      takeCode(code, leaves, items);
    } else if (!(value instanceof Singleton)) {
      throw new AssertionError("value of an unknown class: " + value.getClass());
    }
  }

  private static void takeCode(CodeValue code, List<Object> leaves, List<Value> items) {
    leaves.addAll(
        List.of(
            code.version(),
            code.argCount(),
            code.posOnlyArgCount(),
            code.kwOnlyArgCount(),
            code.localCount(),
            code.stackSize(),
            code.flags(),
            code.firstLine()));
    items.addAll(
        List.of(code.code(), code.consts(), code.names(), code.localNames(), code.filename()));
    items.addAll(List.of(code.name(), code.lineTable()));
    Value[] some = {
      code.kinds(),
      code.storedFreevars(),
      code.storedCellvars(),
      code.qualName(),
      code.exceptionTable()
    };
    for (Value each : some) {
      leaves.add(each != null);
      if (each != null) {
        items.add(each);
      }
    }
  }
}
