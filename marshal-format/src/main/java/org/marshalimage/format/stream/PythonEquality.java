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
import org.marshalimage.format.internal.IdentityNumbers;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/**
 * Tells which hashable values Python takes for equal, so that a stream that lists a key or a set's
 * item twice gives the dict or set that CPython makes of it. 1, 1.0 and True are equal; a NaN
 * equals itself alone, and so does a record. Two code objects are equal if those of their fields
 * are that CPython compares; their constants must have the same types, too, and the same signs of
 * zeros.
 *
 * <p>Equal values have one number; as constants of a code object they have another one. One object
 * serves all sets and dicts of a stream, and looks at a large value once, however often it is
 * shared, so that no graph costs more than its size. The values are complete and hold no cycle: who
 * asks has seen to it that they can be hashed.
 *
 * <p>Source: {@code code_richcompare} and {@code _PyCode_ConstantKey} in CPython's {@code
 * Objects/codeobject.c}. From 3.11 on it passes over inline caches and specialized instructions
 * when it compares bytecode; here the bytes count.
 */
final class PythonEquality {
  /** Length from which on it pays to remember the number of a text. */
  private static final int LONG_TEXT = 32;

  private static final long[] NOTHING = {};
  private static final int FRACTION_BITS = 52;
  private static final long FRACTION_MASK = (1L << FRACTION_BITS) - 1;

  /** Objects of a code object that take part in a comparison, and which of them are constants. */
  private static final int CODE_FIELDS = 7;

  private static final int CODE_CONSTS = 2;

  /** Ints of a code object that take part in a comparison. */
  private static final int CODE_INTS = 7;

  /** Added to the type code in the key of a constant. */
  private static final int CONSTANT = TypeCode.LIMIT;

  /** The flag that CPython 3.6 to 3.10 sets by the variables, whatever the stream says. */
  private static final int FLAG_NOFREE = 0x40;

  private final boolean isPython2;

  /** Numbers of the values that are dear to look at, or that equal themselves alone. */
  private final IdentityNumbers known = new IdentityNumbers();

  /** The same, of constants of code objects. */
  private final IdentityNumbers knownConstants = new IdentityNumbers();

  /** Sorted and not hashed, since whoever makes the stream could make all hashes equal. */
  private final Map<Key, Key> keys = new TreeMap<>();

  private int count;

  /**
   * For each number its place in the last set or dict that has it, counted from that one's base.
   */
  private int[] places = new int[16];

  /** Above all places in earlier sets and dicts. */
  private int base = 1;

  private final Deque<Pending> open = new ArrayDeque<>();

  /** A container whose items are being looked at. */
  private record Pending(Value value, boolean isConstant) {}

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

  /** Returns which item or key is the first that equals one before it, or -1. */
  int firstRepeated(Value setOrDict) {
    int step = setOrDict.kind().slotsPerUnit();
    int size = setOrDict.childCount();
    int found = -1;
    for (int i = 0; i < size && found < 0; i += step) {
      found = placeOf(setOrDict.child(i), i) == i ? -1 : i / step;
    }
    base += size;
    return found;
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
    if (!isContainer(value, false)) {
      return numberOfLeaf(value);
    }
    open.push(new Pending(value, false));
    while (!open.isEmpty()) {
      Pending next = open.peek();
      if (!isKnown(next.value, next.isConstant) && !pushUnknown(next)) {
        known(next.isConstant).put(next.value, number(containerKey(next)));
      }
      if (open.peek() == next) {
        open.pop();
      }
    }
    return known.get(value);
  }

  private IdentityNumbers known(boolean isConstant) {
    return isConstant ? knownConstants : known;
  }

  private boolean isKnown(Value value, boolean isConstant) {
    return known(isConstant).get(value) != IdentityNumbers.NONE;
  }

  /** An empty one is as cheap as a leaf; so are constants that equal themselves alone. */
  private static boolean isContainer(Value value, boolean isConstant) {
    if (value instanceof SequenceValue sequence) {
      return sequence.size() > 0 && (!isConstant || isTransparent(value));
    }
    return value instanceof DictValue dict
        ? dict.size() > 0 && !isConstant
        : value instanceof SliceValue || value instanceof CodeValue;
  }

  private static boolean isTransparent(Value sequence) {
    return sequence.typeCode() == TypeCode.TUPLE || sequence.typeCode() == TypeCode.FROZENSET;
  }

  /**
   * Pushes the containers in a container that have no number yet; returns whether there are any.
   */
  private boolean pushUnknown(Pending container) {
    int before = open.size();
    Value value = container.value;
    if (value instanceof CodeValue code && !container.isConstant) {
      for (int i = 0; i < CODE_FIELDS; i++) {
        push(codeField(code, i), i == CODE_CONSTS);
      }
    } else if (value instanceof CodeValue) {
      push(value, false);
    } else {
      for (int i = 0, size = value.childCount(); i < size; i++) {
        push(value.child(i), container.isConstant);
      }
    }
    return open.size() > before;
  }

  private void push(@Nullable Value value, boolean isConstant) {
    if (value != null && isContainer(value, isConstant) && !isKnown(value, isConstant)) {
      open.push(new Pending(value, isConstant));
    }
  }

  /** Returns a field that is an object and takes part in a comparison; null if it does not. */
  private static @Nullable Value codeField(CodeValue code, int index) {
    boolean localsPlus = code.version().hasLocalsPlus();
    return switch (index) {
      case 0 -> code.name();
      case 1 -> code.code();
      case CODE_CONSTS -> code.consts();
      case 3 -> code.names();
      case 4 -> code.localNames();
      case 5 -> localsPlus ? code.lineTable() : code.storedFreevars();
      default -> localsPlus ? code.exceptionTable() : code.storedCellvars();
    };
  }

  /** Makes the key of a container; those that it holds have numbers. */
  private Key containerKey(Pending container) {
    Value value = container.value;
    if (value instanceof CodeValue code) {
      return container.isConstant
          ? new Key(CONSTANT + TypeCode.CODE, new long[] {known.get(code)})
          : new Key(TypeCode.CODE, codeContent(code));
    }
    boolean isDict = value instanceof DictValue;
    long[] content = new long[value.childCount() / value.kind().slotsPerUnit()];
    for (int i = 0; i < content.length; i++) {
      content[i] =
          isDict
              ? (long) itemNumber(value.child(2 * i), false) << Integer.SIZE
                  | itemNumber(value.child(2 * i + 1), false)
              : itemNumber(value.child(i), container.isConstant);
    }
    if (isDict || value.typeCode() == TypeCode.FROZENSET) {
      Arrays.sort(content);
    }
    return new Key((container.isConstant ? CONSTANT : 0) + value.typeCode(), content);
  }

  private long[] codeContent(CodeValue code) {
    long[] content = new long[CODE_FIELDS + CODE_INTS];
    for (int i = 0; i < CODE_FIELDS; i++) {
      content[i] = itemNumber(codeField(code, i), i == CODE_CONSTS);
    }
    boolean localsPlus = code.version().hasLocalsPlus();
    int at = CODE_FIELDS;
    content[at++] = code.version().ordinal();
    content[at++] = code.argCount();
    content[at++] = code.posOnlyArgCount();
    content[at++] = code.kwOnlyArgCount();
    content[at++] = localsPlus ? 0 : code.localCount();
    content[at++] = flagsOnceLoaded(code);
    content[at] = code.firstLine();
    return content;
  }

  /** The variables, which are compared anyway, decide over the flag. */
  private static int flagsOnceLoaded(CodeValue code) {
    return code.version().isPython2() || code.version().hasLocalsPlus()
        ? code.flags()
        : code.flags() | FLAG_NOFREE;
  }

  private int itemNumber(Value item, boolean isConstant) {
    return isContainer(item, isConstant)
        ? known(isConstant).get(item)
        : isConstant ? numberOfConstantLeaf(item) : numberOfLeaf(item);
  }

  /** Constants are told apart by type as well, and floats by the signs of zeros. */
  private int numberOfConstantLeaf(Value value) {
    long[] content = null;
    if (value instanceof FloatValue number) {
      content = number.isNaN() ? null : new long[] {number.bits()};
    } else if (value instanceof ComplexValue complex) {
      content = complex.isNaN() ? null : new long[] {complex.realBits(), complex.imaginaryBits()};
    } else if (value instanceof SequenceValue && isTransparent(value)) {
      content = NOTHING;
    } else if (!(value instanceof SequenceValue || value instanceof DictValue)) {
      boolean isLong = value instanceof IntValue integer && integer.isPython2Long();
      content = new long[] {numberOfLeaf(value), isLong ? 1 : 0};
    }
    int type = value instanceof IntValue ? TypeCode.INT : value.typeCode();
    return content == null ? numberByIdentity(value) : number(new Key(CONSTANT + type, content));
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
      return numberByIdentity(value);
    }
    number = number(key);
    if (isDear) {
      known.put(value, number);
    }
    return number;
  }

  private int numberByIdentity(Value value) {
    int number = known.get(value);
    if (number == IdentityNumbers.NONE) {
      number = count++;
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
    return switch (value.kind()) {
      case NONE, ELLIPSIS, STOP_ITERATION, SLICE, CODE, RECORD -> null;
      case EXTERNAL -> new Key(TypeCode.EXTERNAL, ((ExternalValue) value).name());
      case TRUE -> new Key(TypeCode.INT, BigInteger.ONE);
      case FALSE -> new Key(TypeCode.INT, BigInteger.ZERO);
      case INT, LONG -> new Key(TypeCode.INT, ((IntValue) value).bigValue());
      case FLOAT -> real(((FloatValue) value).doubleValue());
      case COMPLEX -> complex((ComplexValue) value);
      case STR -> new Key(TypeCode.STR, codePoints((StrValue) value));
      case BYTES -> text((BytesValue) value);
      // Without items: others are no leaves.
      case TUPLE, LIST, SET, FROZENSET, DICT, FROZENDICT -> new Key(value.typeCode(), NOTHING);
    };
  }

  private @Nullable Key complex(ComplexValue complex) {
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

  private Key text(BytesValue bytes) {
    // Python 2 takes ASCII text and bytes for equal, Python 3 never.
    String text = bytes.toString();
    boolean isText = isPython2 && text.chars().allMatch(c -> c < 0x80);
    return new Key(isText ? TypeCode.STR : TypeCode.BYTES, text);
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
