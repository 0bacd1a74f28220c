package org.marshalimage.format.stream;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
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
 * Tells which hashable values Python takes for equal, so that a stream that lists a key or a set's
 * item twice gives the dict or set that CPython makes of it. 1, 1.0 and True are equal; a NaN
 * equals itself alone.
 *
 * <p>Equal values have one number. A value is looked at once, however often it is shared, so that
 * no graph costs more than its size.
 */
final class PythonEquality {
  private final boolean isPython2;
  private final Map<Value, Integer> known = new IdentityHashMap<>();
  private final Map<Object, Integer> numbers = new HashMap<>();

  PythonEquality(PythonVersion version) {
    this.isPython2 = version.isPython2();
  }

  /** A container's type and the numbers of what it holds. */
  private record Shape(int typeCode, Object content) {}

  /** Text; Python 2 takes ASCII text and bytes for equal, Python 3 never. */
  private record Text(boolean isBytes, String units) {}

  /** Removes all but the first of equal items. */
  Value[] distinctItems(Value[] items) {
    Set<Integer> seen = new HashSet<>();
    List<Value> kept = new ArrayList<>(items.length);
    for (Value item : items) {
      if (seen.add(numberOf(item))) {
        kept.add(item);
      }
    }
    return kept.size() == items.length ? items : kept.toArray(new Value[0]);
  }

  /** Of entries with equal keys, keeps the first key with the last value. */
  Value[] distinctKeys(Value[] keysAndValues) {
    Map<Integer, Integer> places = new HashMap<>();
    List<Value> kept = new ArrayList<>(keysAndValues.length);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      Integer place = places.putIfAbsent(numberOf(keysAndValues[i]), kept.size());
      if (place == null) {
        kept.add(keysAndValues[i]);
        kept.add(keysAndValues[i + 1]);
      } else {
        kept.set(place + 1, keysAndValues[i + 1]);
      }
    }
    return kept.size() == keysAndValues.length ? keysAndValues : kept.toArray(new Value[0]);
  }

  private int numberOf(Value value) {
    Integer number = known.get(value);
    if (number == null) {
      // What holds itself is met again before it has a shape: it then equals itself alone.
      known.put(value, fresh(new Object()));
      number = fresh(shape(value));
      known.put(value, number);
    }
    return number;
  }

  private int fresh(Object key) {
    Integer number = numbers.putIfAbsent(key, numbers.size());
    return number == null ? numbers.size() - 1 : number;
  }

  private Object shape(Value value) {
    if (value == Singleton.TRUE) {
      return BigInteger.ONE;
    }
    if (value == Singleton.FALSE) {
      return BigInteger.ZERO;
    }
    if (value instanceof IntValue integer) {
      return integer.bigValue();
    }
    if (value instanceof FloatValue number) {
      return real(number.doubleValue(), value);
    }
    if (value instanceof ComplexValue complex) {
      double imaginary = Double.longBitsToDouble(complex.imaginaryBits());
      Object real = real(Double.longBitsToDouble(complex.realBits()), value);
      return imaginary == 0
          ? real
          : new Shape(TypeCode.COMPLEX, List.of(real, real(imaginary, value)));
    }
    if (value instanceof StrValue string) {
      return new Text(false, codePoints(string));
    }
    if (value instanceof BytesValue bytes) {
      String text = bytes.toString();
      boolean isText = isPython2 && text.chars().allMatch(c -> c < 0x80);
      return new Text(!isText, text);
    }
    if (value instanceof SequenceValue sequence) {
      List<Integer> items = new ArrayList<>(sequence.size());
      for (int i = 0; i < sequence.size(); i++) {
        items.add(numberOf(sequence.get(i)));
      }
      boolean isSet = value.typeCode() == TypeCode.FROZENSET;
      return new Shape(value.typeCode(), isSet ? Set.copyOf(items) : items);
    }
    if (value instanceof SliceValue slice) {
      return new Shape(
          TypeCode.SLICE,
          List.of(numberOf(slice.start()), numberOf(slice.stop()), numberOf(slice.step())));
    }
    if (value instanceof DictValue dict) {
      Map<Integer, Integer> entries = new HashMap<>();
      for (int i = 0; i < dict.size(); i++) {
        entries.put(numberOf(dict.key(i)), numberOf(dict.value(i)));
      }
      return new Shape(TypeCode.FROZENDICT, entries);
    }
    return value;
  }

  private static Object real(double value, Value owner) {
    if (Double.isNaN(value)) {
      return owner;
    }
    boolean isInteger = value == Math.rint(value) && !Double.isInfinite(value);
    return isInteger ? new BigDecimal(value).toBigInteger() : (Object) value;
  }

  /** Unlike the UTF-16 form, this tells two surrogates from the code point that they encode. */
  private static String codePoints(StrValue string) {
    if (!string.hasSurrogates()) {
      return string.toString();
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < string.length(); i++) {
      text.append('\ud800').append(Integer.toHexString(string.codePointAt(i)));
    }
    return text.toString();
  }
}
