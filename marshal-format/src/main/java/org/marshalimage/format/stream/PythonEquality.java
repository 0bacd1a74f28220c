package org.marshalimage.format.stream;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
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
 * <p>Equal values have one number. One object serves all sets and dicts of a stream, and looks at a
 * large value once, however often it is shared, so that no graph costs more than its size. The
 * values are complete and hold no cycle: {@link MarshalDecoder} refuses to hash what does.
 */
final class PythonEquality {
  /** Length from which on it pays to remember the number of a text. */
  private static final int LONG_TEXT = 32;

  private static final long[] NOTHING = {};
  private static final int FRACTION_BITS = 52;
  private static final long FRACTION_MASK = (1L << FRACTION_BITS) - 1;

  private final boolean isPython2;

  /** Numbers of the values that are dear to look at, or that equal themselves alone. */
  private final IdentityNumbers known = new IdentityNumbers();

  /** Sorted and not hashed, since whoever makes the stream could make all hashes equal. */
  private final Map<Key, Key> keys = new TreeMap<>();

  private int count;

  /**
   * For each number its place in the last set or dict that has it, counted from that one's base.
   */
  private int[] places = new int[16];

  /** Above all places in earlier sets and dicts. */
  private int base = 1;

  private final Deque<Value> open = new ArrayDeque<>();

  PythonEquality(PythonVersion version) {
    this.isPython2 = version.isPython2();
  }

  /** What equal values have in common. */
  private static final class Key implements Comparable<Key> {
    /** A type code; it decides the class of the content. */
    final int kind;

    /** A BigInteger, Double or String, or the numbers of what a container holds. */
    final Object content;

    /** The number of the values, once the key is among {@link #keys}. */
    int number;

    Key(int kind, Object content) {
      this.kind = kind;
      this.content = content;
    }

    @Override
    public int compareTo(Key other) {
      if (kind != other.kind) {
        return Integer.compare(kind, other.kind);
      }
      if (content instanceof BigInteger number) {
        return number.compareTo((BigInteger) other.content);
      }
      if (content instanceof Double number) {
        return number.compareTo((Double) other.content);
      }
      if (content instanceof String text) {
        return text.compareTo((String) other.content);
      }
      return Arrays.compare((long[]) content, (long[]) other.content);
    }
  }

  /** Removes all but the first of equal items; the array is used for that. */
  Value[] distinctItems(Value[] items) {
    int size = 0;
    for (Value item : items) {
      if (placeOf(item, size) == size) {
        items[size++] = item;
      }
    }
    base += items.length;
    return size == items.length ? items : Arrays.copyOf(items, size);
  }

  /** Of entries with equal keys, keeps the first key with the last value; uses the array. */
  Value[] distinctKeys(Value[] keysAndValues) {
    int size = 0;
    for (int i = 0; i < keysAndValues.length; i += 2) {
      int place = placeOf(keysAndValues[i], size);
      if (place == size) {
        keysAndValues[size] = keysAndValues[i];
        size += 2;
      }
      keysAndValues[place + 1] = keysAndValues[i + 1];
    }
    base += keysAndValues.length;
    return size == keysAndValues.length ? keysAndValues : Arrays.copyOf(keysAndValues, size);
  }

  /** Returns where the current set or dict has an equal value; if nowhere, it is put at the end. */
  private int placeOf(Value value, int end) {
    int number = numberOf(value);
    if (number >= places.length) {
      places = Arrays.copyOf(places, Math.max(number + 1, 2 * places.length));
    }
    if (places[number] < base) {
      places[number] = base + end;
    }
    return places[number] - base;
  }

  /** Iterative, since references nest deeper than the stream does. */
  private int numberOf(Value value) {
    if (!isContainer(value)) {
      return numberOfLeaf(value);
    }
    open.push(value);
    while (true) {
      Value next = open.peek();
      if (known.get(next) == IdentityNumbers.NONE && !pushUnknown(next)) {
        known.put(next, number(containerKey(next)));
      }
      if (open.peek() == next) {
        open.pop();
        if (open.isEmpty()) {
          return known.get(value);
        }
      }
    }
  }

  /** An empty one is as cheap as a leaf. */
  private static boolean isContainer(Value value) {
    return value instanceof SequenceValue sequence
        ? sequence.size() > 0
        : value instanceof DictValue dict ? dict.size() > 0 : value instanceof SliceValue;
  }

  /**
   * Pushes the containers in a container that have no number yet; returns whether there are any.
   */
  private boolean pushUnknown(Value container) {
    int before = open.size();
    for (int i = 0, size = size(container); i < size; i++) {
      Value item = item(container, i);
      if (isContainer(item) && known.get(item) == IdentityNumbers.NONE) {
        open.push(item);
      }
    }
    return open.size() > before;
  }

  private static int size(Value container) {
    return container instanceof SequenceValue sequence
        ? sequence.size()
        : container instanceof DictValue dict ? 2 * dict.size() : 3;
  }

  private static Value item(Value container, int index) {
    if (container instanceof SequenceValue sequence) {
      return sequence.get(index);
    }
    if (container instanceof DictValue dict) {
      return index % 2 == 0 ? dict.key(index / 2) : dict.value(index / 2);
    }
    SliceValue slice = (SliceValue) container;
    return index == 0 ? slice.start() : index == 1 ? slice.stop() : slice.step();
  }

  /** Makes the key of a container; those that it holds have numbers. */
  private Key containerKey(Value container) {
    boolean isDict = container instanceof DictValue;
    long[] content = new long[isDict ? size(container) / 2 : size(container)];
    for (int i = 0; i < content.length; i++) {
      content[i] =
          isDict
              ? (long) itemNumber(item(container, 2 * i)) << Integer.SIZE
                  | itemNumber(item(container, 2 * i + 1))
              : itemNumber(item(container, i));
    }
    if (isDict || container.typeCode() == TypeCode.FROZENSET) {
      Arrays.sort(content);
    }
    return new Key(container.typeCode(), content);
  }

  private int itemNumber(Value item) {
    return isContainer(item) ? known.get(item) : numberOfLeaf(item);
  }

  private int numberOfLeaf(Value value) {
    boolean isDear =
        value instanceof StrValue string
            ? string.length() > LONG_TEXT
            : value instanceof BytesValue bytes
                ? bytes.length() > LONG_TEXT
                : value instanceof IntValue integer && !integer.isLong();
    int number = isDear ? known.get(value) : IdentityNumbers.NONE;
    if (number != IdentityNumbers.NONE) {
      return number;
    }
    Key key = leafKey(value);
    if (key == null) {
      number = known.get(value);
      if (number == IdentityNumbers.NONE) {
        number = count++;
      }
    } else {
      number = number(key);
    }
    if (isDear || key == null) {
      known.put(value, number);
    }
    return number;
  }

  private int number(Key key) {
    Key first = keys.putIfAbsent(key, key);
    if (first != null) {
      return first.number;
    }
    key.number = count;
    return count++;
  }

  /** Returns null for what equals itself alone. */
  private @Nullable Key leafKey(Value value) {
    if (value == Singleton.TRUE) {
      return new Key(TypeCode.INT, BigInteger.ONE);
    }
    if (value == Singleton.FALSE) {
      return new Key(TypeCode.INT, BigInteger.ZERO);
    }
    if (value instanceof IntValue integer) {
      return new Key(TypeCode.INT, integer.bigValue());
    }
    if (value instanceof FloatValue number) {
      return real(number.doubleValue());
    }
    if (value instanceof ComplexValue complex) {
      double imaginary = Double.longBitsToDouble(complex.imaginaryBits());
      Key real = real(Double.longBitsToDouble(complex.realBits()));
      if (real == null || imaginary == 0) {
        return real;
      }
      Key other = real(imaginary);
      return other == null
          ? null
          : new Key(TypeCode.COMPLEX, new long[] {number(real), number(other)});
    }
    if (value instanceof StrValue string) {
      return new Key(TypeCode.STR, codePoints(string));
    }
    if (value instanceof BytesValue bytes) {
      // Python 2 takes ASCII text and bytes for equal, Python 3 never.
      String text = bytes.toString();
      boolean isText = isPython2 && text.chars().allMatch(c -> c < 0x80);
      return new Key(isText ? TypeCode.STR : TypeCode.BYTES, text);
    }
    if (value instanceof SequenceValue || value instanceof DictValue) {
      return new Key(value.typeCode(), NOTHING);
    }
    return null;
  }

  private static @Nullable Key real(double value) {
    if (Double.isNaN(value)) {
      return null;
    }
    if (value != Math.rint(value) || Double.isInfinite(value)) {
      return new Key(TypeCode.FLOAT, value);
    }
    if (Math.abs(value) < Long.MAX_VALUE) {
      return new Key(TypeCode.INT, BigInteger.valueOf((long) value));
    }
    long fraction = Double.doubleToRawLongBits(value) & FRACTION_MASK | FRACTION_MASK + 1;
    BigInteger magnitude =
        BigInteger.valueOf(value < 0 ? -fraction : fraction)
            .shiftLeft(Math.getExponent(value) - FRACTION_BITS);
    return new Key(TypeCode.INT, magnitude);
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
