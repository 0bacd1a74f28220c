package org.marshalimage.jmh.peer;

import org.marshalimage.format.TypeCode;

/** Reads {@link Node}s. */
final class NodeWalk extends Walk.Objects {
  NodeWalk(Object[] roots) {
    super(roots);
  }

  @Override
  void visit(Object object) {
    if (object instanceof Node.Str str) {
      addStr(str.text);
    } else if (object instanceof Node.Bytes bytes) {
      long values = 0;
      for (byte each : bytes.data) {
        values += each & 0xFF;
      }
      add(TypeCode.BYTES, bytes.data.length, values);
    } else if (object instanceof Node.Tuple tuple) {
      add(tuple.isSet ? TypeCode.FROZENSET : TypeCode.TUPLE, tuple.items.length);
      pushAll(tuple.items);
    } else if (object instanceof Node.Code code) {
      add(TypeCode.CODE);
      for (int number : code.numbers()) {
        add(number);
      }
      pushAll(code.slots());
    } else if (object instanceof Node.Int value) {
      add(TypeCode.INT, value.value);
    } else if (object instanceof Node.Single single) {
      add(single.kind);
    } else {
      Node.Number value = (Node.Number) object;
      add(value.kind);
      if (value.kind == TypeCode.LONG) {
        add(value.isNegative ? 1 : 0, value.words.length);
      }
      for (long word : value.words) {
        add(word);
      }
    }
  }

  private void pushAll(Node[] slots) {
    for (int i = slots.length - 1; i >= 0; i--) {
      push(slots[i]);
    }
  }

  private void addStr(String text) {
    long values = 0;
    int surrogates = 0;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isHighSurrogate(unit)) {
        int codePoint = text.codePointAt(i);
        values += codePoint;
        if (codePoint != unit) {
          surrogates++;
          i++;
        }
      } else {
        values += unit;
      }
    }
    add(TypeCode.STR, text.length() - surrogates, values);
  }
}
