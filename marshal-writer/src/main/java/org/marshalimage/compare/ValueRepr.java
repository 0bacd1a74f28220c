package org.marshalimage.compare;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** Writes values as Python's {@code repr} does, but short. */
final class ValueRepr extends ShortRepr<Value> {
  private ValueRepr(boolean python2, int limit) {
    super(python2, limit);
  }

  /** Writes a value in a line of at most so many chars. */
  static String of(Value value, boolean python2, int limit) {
    return new ValueRepr(python2, limit).write(value);
  }

  @Override
  protected Kind kind(Value object) {
    return object.kind();
  }

  @Override
  protected int size(Value object) {
    return object instanceof StrValue str
        ? str.length()
        : object instanceof BytesValue bytes ? bytes.length() : object.childCount();
  }

  @Override
  protected @Nullable Value item(Value object, int index) {
    return object.child(index);
  }

  @Override
  protected int unit(Value object, int index) {
    return object instanceof StrValue str
        ? str.codePointAt(index)
        : ((BytesValue) object).byteAt(index) & 0xFF;
  }

  @Override
  protected BigInteger integer(Value object) {
    return ((IntValue) object).bigValue();
  }

  @Override
  protected boolean isPython2Long(Value object) {
    return ((IntValue) object).isPython2Long();
  }

  @Override
  protected double real(Value object) {
    return object instanceof FloatValue number
        ? number.doubleValue()
        : Double.longBitsToDouble(((ComplexValue) object).realBits());
  }

  @Override
  protected double imaginary(Value object) {
    return Double.longBitsToDouble(((ComplexValue) object).imaginaryBits());
  }

  @Override
  protected String name(Value object) {
    return object instanceof RecordValue record
        ? record.type().name()
        : ((ExternalValue) object).name();
  }

  @Override
  protected Value codeName(Value object) {
    return ((CodeValue) object).name();
  }

  @Override
  protected int firstLine(Value object) {
    return ((CodeValue) object).firstLine();
  }
}
