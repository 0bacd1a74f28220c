package org.marshalimage.format.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.PythonVersion;

/**
 * Writes a graph as canonical JSON: the same text for the same graph, whatever it was read from.
 * ASCII only, no spaces, no line break. It is what tests compare with CPython.
 *
 * <p>{@code "None"}, {@code "True"}, … stand for themselves; other values are objects with one key:
 * {@code int} and {@code long} (decimal text), {@code float} (hex of the IEEE 754 bits, high byte
 * first), {@code complex}, {@code bytes} (hex), {@code str}, or {@code wtf8} (hex) if it has
 * surrogates, {@code tuple}, {@code list}, {@code dict}, {@code frozendict} (in stored order),
 * {@code set} and {@code frozenset} (sorted by the text of the items), {@code slice}, {@code code},
 * {@code record} (its type and its slots, {@code null} where one is empty), {@code external}.
 */
public final class CanonicalJson {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final StringBuilder out = new StringBuilder();
  private final int limit;
  private final Deque<Frame> stack = new ArrayDeque<>();
  private final Map<Value, Boolean> open = new IdentityHashMap<>();

  private CanonicalJson(int limit) {
    this.limit = limit;
  }

  /**
   * Writes a graph.
   *
   * @param root any value
   * @return its text
   * @throws IllegalArgumentException if the graph has a cycle, or its text, in which a shared
   *     object stands as often as it is used, would exceed 1 GiB
   */
  public static String write(Value root) {
    return write(root, 1 << 30);
  }

  /**
   * Writes a graph whose text has a limit.
   *
   * @param root any value
   * @param limit most characters
   * @return its text
   * @throws IllegalArgumentException if the graph has a cycle or its text exceeds the limit
   */
  public static String write(Value root, int limit) {
    CanonicalJson json = new CanonicalJson(limit);
    json.begin(root);
    while (!json.stack.isEmpty()) {
      json.step();
    }
    return json.out.toString();
  }

  /** A container that is being written. */
  private static final class Frame {
    final Value value;
    final List<? extends @Nullable Value> items;
    final List<String> keys;
    final String end;
    final List<Integer> starts = new ArrayList<>();
    int next;

    Frame(Value value, List<? extends @Nullable Value> items, List<String> keys, String end) {
      this.value = value;
      this.items = items;
      this.keys = keys;
      this.end = end;
    }

    boolean isSorted() {
      return value.kind() == Kind.SET || value.kind() == Kind.FROZENSET;
    }
  }

  private void step() {
    Frame frame = stack.peek();
    if (frame.next == frame.items.size()) {
      if (frame.isSorted()) {
        sort(frame.starts);
      }
      out.append(frame.end);
      stack.pop();
      open.remove(frame.value);
      return;
    }
    int index = frame.next++;
    boolean isDict = frame.value instanceof DictValue;
    if (isDict && index % 2 == 1) {
      out.append(',');
    } else {
      if (index > 0) {
        out.append(isDict ? "]," : ",");
      }
      if (isDict) {
        out.append('[');
      }
    }
    if (frame.isSorted()) {
      frame.starts.add(out.length());
    }
    if (!frame.keys.isEmpty()) {
      out.append(frame.keys.get(index));
    }
    Value item = frame.items.get(index);
    if (item == null) {
      out.append("null");
    } else {
      begin(item);
    }
    if (out.length() > limit) {
      throw new IllegalArgumentException("canonical JSON exceeds its limit: limit=" + limit);
    }
  }

  /** Sorts the texts of a set's items, which run from each start to the comma before the next. */
  private void sort(List<Integer> starts) {
    if (starts.isEmpty()) {
      return;
    }
    List<String> texts = new ArrayList<>(starts.size());
    for (int i = 0; i < starts.size(); i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1) - 1 : out.length();
      texts.add(out.substring(starts.get(i), end));
    }
    Collections.sort(texts);
    out.setLength(starts.get(0));
    out.append(String.join(",", texts));
  }

  /** Writes a leaf, or what a container begins with; returns the text so far. */
  private StringBuilder begin(Value value) {
    Kind kind = value.kind();
    return switch (kind) {
      case NONE, TRUE, FALSE, ELLIPSIS, STOP_ITERATION ->
          out.append('"').append(kind.typeName()).append('"');
      case INT, LONG -> integer((IntValue) value);
      case FLOAT -> number((FloatValue) value);
      case COMPLEX -> complex((ComplexValue) value);
      case BYTES -> bytes((BytesValue) value);
      case STR -> string((StrValue) value);
      case TUPLE, LIST, SET, FROZENSET, SLICE -> items(value, "]}");
      case DICT, FROZENDICT -> items(value, value.childCount() == 0 ? "]}" : "]]}");
      case CODE -> code((CodeValue) value);
      case RECORD -> record((RecordValue) value);
      case EXTERNAL -> external((ExternalValue) value);
    };
  }

  private StringBuilder integer(IntValue integer) {
    return out.append(integer.isPython2Long() ? "{\"long\":\"" : "{\"int\":\"")
        .append(integer.isLong() ? Long.toString(integer.longValue()) : integer.bigValue())
        .append("\"}");
  }

  private StringBuilder number(FloatValue number) {
    out.append("{\"float\":");
    return bits(number.bits()).append('}');
  }

  private StringBuilder complex(ComplexValue complex) {
    out.append("{\"complex\":[");
    bits(complex.realBits()).append(',');
    return bits(complex.imaginaryBits()).append("]}");
  }

  private StringBuilder bytes(BytesValue bytes) {
    out.append("{\"bytes\":\"");
    for (int i = 0; i < bytes.length(); i++) {
      hexByte(bytes.byteAt(i));
    }
    return out.append("\"}");
  }

  private StringBuilder items(Value value, String end) {
    List<Value> items = new ArrayList<>(value.childCount());
    for (int i = 0; i < value.childCount(); i++) {
      items.add(value.child(i));
    }
    push(new Frame(value, items, List.of(), end));
    return out.append("{\"").append(value.kind().typeName()).append("\":[");
  }

  private StringBuilder external(ExternalValue external) {
    out.append("{\"external\":");
    return string(StrValue.of(external.name())).append('}');
  }

  private StringBuilder record(RecordValue record) {
    RecordType type = record.type();
    List<@Nullable Value> slots = new ArrayList<>(record.childCount());
    for (int i = 0; i < record.childCount(); i++) {
      slots.add(record.child(i));
    }
    push(new Frame(record, slots, List.of(), "]}}"));
    out.append("{\"record\":{\"type\":");
    string(StrValue.of(type.name()));
    out.append(",\"version\":").append(type.version());
    out.append(",\"fixed\":").append(type.fixedSlots());
    out.append(",\"repeated\":").append(type.repeatedSlots());
    return out.append(",\"bytes\":").append(type.hasBytes()).append(",\"slots\":[");
  }

  private StringBuilder code(CodeValue code) {
    List<String> keys = new ArrayList<>();
    List<Value> items = new ArrayList<>();
    codeFields(code, keys, items);
    push(new Frame(code, items, keys, "}}"));
    return out.append("{\"code\":{");
  }

  private void push(Frame frame) {
    if (open.put(frame.value, true) != null) {
      throw new IllegalArgumentException(
          "a graph with a cycle has no canonical JSON: " + frame.value + " holds itself");
    }
    stack.push(frame);
  }

  private static void codeFields(CodeValue code, List<String> keys, List<Value> items) {
    PythonVersion version = code.version();
    field(keys, items, "name", code.name());
    if (code.qualName() != null) {
      field(keys, items, "qualname", code.qualName());
    }
    field(keys, items, "filename", code.filename());
    field(keys, items, "firstlineno", IntValue.of(code.firstLine()));
    field(keys, items, "argcount", IntValue.of(code.argCount()));
    if (version.hasPosOnlyArgs()) {
      field(keys, items, "posonlyargcount", IntValue.of(code.posOnlyArgCount()));
    }
    if (!version.isPython2()) {
      field(keys, items, "kwonlyargcount", IntValue.of(code.kwOnlyArgCount()));
    }
    field(keys, items, "nlocals", IntValue.of(code.localCount()));
    field(keys, items, "stacksize", IntValue.of(code.stackSize()));
    field(keys, items, "flags", IntValue.of(code.flags()));
    field(keys, items, "code", code.code());
    field(keys, items, "consts", code.consts());
    field(keys, items, "names", code.names());
    field(keys, items, "varnames", tuple(code.varnames()));
    field(keys, items, "freevars", tuple(code.freevars()));
    field(keys, items, "cellvars", tuple(code.cellvars()));
    field(keys, items, "linetable", code.lineTable());
    if (code.exceptionTable() != null) {
      field(keys, items, "exceptiontable", code.exceptionTable());
    }
  }

  private static Value tuple(List<Value> items) {
    return SequenceValue.tuple(items.toArray(new Value[0]));
  }

  private static void field(List<String> keys, List<Value> items, String key, Value value) {
    keys.add('"' + key + "\":");
    items.add(value);
  }

  private StringBuilder string(StrValue string) {
    if (string.hasSurrogates()) {
      out.append("{\"wtf8\":\"");
      for (int i = 0; i < string.length(); i++) {
        wtf8(string.codePointAt(i));
      }
      return out.append("\"}");
    }
    out.append("{\"str\":\"");
    for (int i = 0; i < string.length(); i++) {
      escaped(string.codePointAt(i));
    }
    return out.append("\"}");
  }

  private void escaped(int codePoint) {
    switch (codePoint) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\f' -> out.append("\\f");
      case '\b' -> out.append("\\b");
      default -> {
        if (codePoint >= 0x20 && codePoint <= 0x7E) {
          out.append((char) codePoint);
        } else if (codePoint < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
          unicodeEscape(codePoint);
        } else {
          unicodeEscape(Character.highSurrogate(codePoint));
          unicodeEscape(Character.lowSurrogate(codePoint));
        }
      }
    }
  }

  private void unicodeEscape(int unit) {
    out.append("\\u");
    hexByte(unit >> Byte.SIZE);
    hexByte(unit);
  }

  private void wtf8(int codePoint) {
    if (Character.isBmpCodePoint(codePoint) && Character.isSurrogate((char) codePoint)) {
      hexByte(0xE0 | codePoint >> 12);
      hexByte(0x80 | codePoint >> 6 & 0x3F);
      hexByte(0x80 | codePoint & 0x3F);
    } else {
      for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
        hexByte(b);
      }
    }
  }

  private StringBuilder bits(long bits) {
    out.append('"');
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      hexByte((int) (bits >>> shift));
    }
    return out.append('"');
  }

  private void hexByte(int value) {
    out.append(HEX[value >> 4 & 0xF]).append(HEX[value & 0xF]);
  }
}
