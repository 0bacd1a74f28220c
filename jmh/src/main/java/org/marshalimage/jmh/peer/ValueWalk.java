package org.marshalimage.jmh.peer;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** Reads the values that a decoder makes. */
final class ValueWalk extends Walk.Objects {
  ValueWalk(Object[] roots) {
    super(roots);
  }

  @Override
  void visit(Object object) {
    if (object instanceof StrValue str) {
      int length = str.length();
      long values = 0;
      for (int i = 0; i < length; i++) {
        values += str.codePointAt(i);
      }
      add(TypeCode.STR, length, values);
    } else if (object instanceof BytesValue bytes) {
      int length = bytes.length();
      long values = 0;
      for (int i = 0; i < length; i++) {
        values += bytes.byteAt(i) & 0xFF;
      }
      add(TypeCode.BYTES, length, values);
    } else if (object instanceof SequenceValue sequence) {
      add(sequence.typeCode(), sequence.size());
      for (int i = sequence.size() - 1; i >= 0; i--) {
        push(sequence.get(i));
      }
    } else if (object instanceof CodeValue code) {
      visitCode(code);
    } else if (object instanceof IntValue value) {
      visitInt(value);
    } else if (object instanceof FloatValue value) {
      add(TypeCode.FLOAT, value.bits());
    } else if (object instanceof ComplexValue value) {
      add(TypeCode.COMPLEX, value.realBits(), value.imaginaryBits());
    } else {
      add(((Value) object).typeCode());
    }
  }

  private void visitInt(IntValue value) {
    if (value.isLong()) {
      add(TypeCode.INT, value.longValue());
      return;
    }
    BigInteger rest = value.bigValue().abs();
    add(
        TypeCode.LONG,
        value.bigValue().signum() < 0 ? 1 : 0,
        (rest.bitLength() + Long.SIZE - 1) / Long.SIZE);
    for (; rest.signum() != 0; rest = rest.shiftRight(Long.SIZE)) {
      add(rest.longValue());
    }
  }

  private void visitCode(CodeValue code) {
    add(TypeCode.CODE);
    add(code.argCount());
    add(code.posOnlyArgCount());
    add(code.kwOnlyArgCount());
    add(code.localCount());
    add(code.stackSize());
    add(code.flags());
    add(code.firstLine());
    push(code.lineTable());
    push(present(code.qualName()));
    push(code.name());
    push(code.filename());
    push(present(code.exceptionTable()));
    push(present(code.kinds()));
    push(code.localNames());
    push(code.names());
    push(code.consts());
    push(code.code());
  }

  private static Value present(@Nullable Value field) {
    if (field == null) {
      throw new IllegalArgumentException("older than Python 3.11");
    }
    return field;
  }
}
