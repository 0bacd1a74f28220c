package org.marshalimage.jmh.peer;

import org.marshalimage.format.TypeCode;

/** Reads {@link Node}s. */
final class NodeWalk extends ObjectWalk {
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
      for (int i = tuple.items.length - 1; i >= 0; i--) {
        push(tuple.items[i]);
      }
    } else if (object instanceof Node.Code code) {
      visitCode(code);
    } else if (object instanceof Node.Int value) {
      add(TypeCode.INT, value.value);
    } else if (object instanceof Node.Single single) {
      add(single.kind);
    } else if (object instanceof Node.Float value) {
      add(TypeCode.FLOAT, value.bits);
    } else if (object instanceof Node.Complex value) {
      add(TypeCode.COMPLEX, value.realBits, value.imaginaryBits);
    } else {
      Node.Long value = (Node.Long) object;
      add(TypeCode.LONG, value.isNegative ? 1 : 0, value.digits.length);
      for (long digit : value.digits) {
        add(digit);
      }
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

  private void visitCode(Node.Code code) {
    add(TypeCode.CODE);
    add(code.argCount);
    add(code.posOnlyArgCount);
    add(code.kwOnlyArgCount);
    add(code.localCount);
    add(code.stackSize);
    add(code.flags);
    add(code.firstLine);
    push(code.lineTable);
    push(code.qualName);
    push(code.name);
    push(code.filename);
    push(code.exceptionTable);
    push(code.localKinds);
    push(code.localNames);
    push(code.names);
    push(code.consts);
    push(code.code);
  }
}
