package org.marshalimage.compare;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/**
 * What can be compared by its content alone: values that hold none, and tuples and frozensets of
 * these. Equal means of the same type and with the same bits, so that {@code 1}, {@code 1.0} and
 * {@code True} differ, and {@code nan} is itself. That a string is interned is no difference: in an
 * image it is if any of its occurrences was.
 */
final class Leaves {
  /** Values that a key holds at most, itself among them; one of more has none. */
  private static final int MOST_IN_KEY = 1000;

  private static final int MOST_NESTED = 20;

  private Leaves() {}

  /** Tells whether a value holds no others, whatever its content. */
  static boolean isLeaf(Value value) {
    return !value.kind().hasSlots();
  }

  /** Tells whether two values are of one type, by what Python calls types. */
  static boolean isSameType(Value a, Value b) {
    return a instanceof IntValue left && b instanceof IntValue right
        ? left.isPython2Long() == right.isPython2Long()
        : a.typeCode() == b.typeCode();
  }

  /** Tells whether two leaves are equal. */
  static boolean isSame(Value a, Value b) {
    if (!isSameType(a, b)) {
      return false;
    }
    return switch (a.kind()) {
      case NONE, TRUE, FALSE, ELLIPSIS, STOP_ITERATION -> true;
      case INT, LONG -> isSameInt((IntValue) a, (IntValue) b);
      case FLOAT -> ((FloatValue) a).bits() == ((FloatValue) b).bits();
      case COMPLEX ->
          ((ComplexValue) a).realBits() == ((ComplexValue) b).realBits()
              && ((ComplexValue) a).imaginaryBits() == ((ComplexValue) b).imaginaryBits();
      case BYTES, STR -> length(a) == length(b) && firstDifference(a, b) == length(a);
      case EXTERNAL -> ((ExternalValue) a).name().equals(((ExternalValue) b).name());
      case TUPLE, LIST, DICT, FROZENDICT, SET, FROZENSET, SLICE, CODE, RECORD ->
          throw new AssertionError("no leaf: " + a);
    };
  }

  private static boolean isSameInt(IntValue a, IntValue b) {
    return a.isLong() && b.isLong()
        ? a.longValue() == b.longValue()
        : a.bigValue().equals(b.bigValue());
  }

  /** Returns the code points of a str, or the bytes of a bytes object. */
  static int length(Value text) {
    return text instanceof StrValue str ? str.length() : ((BytesValue) text).length();
  }

  /** Returns the first index at which two texts of one type differ; else the lesser length. */
  static int firstDifference(Value a, Value b) {
    int end = Math.min(length(a), length(b));
    if (a instanceof StrValue left && b instanceof StrValue right) {
      int at = 0;
      while (at < end && left.codePointAt(at) == right.codePointAt(at)) {
        at++;
      }
      return at;
    }
    BytesValue left = (BytesValue) a;
    BytesValue right = (BytesValue) b;
    int at = 0;
    while (at < end && left.byteAt(at) == right.byteAt(at)) {
      at++;
    }
    return at;
  }

  /**
   * Returns a text that values have in common if they are equal by content.
   *
   * @return null if something in the value is not equal by content, or if it is very large; a text
   *     and no other object, since a hash table is not slow for texts that were made to collide
   */
  static @Nullable String key(Value value) {
    StringBuilder key = new StringBuilder();
    return append(key, value, new int[] {MOST_IN_KEY}, MOST_NESTED) ? key.toString() : null;
  }

  private static boolean append(StringBuilder key, Value value, int[] left, int nested) {
    if (--left[0] < 0 || nested == 0) {
      return false;
    }
    Kind kind = value.kind();
    if (kind == Kind.TUPLE || kind == Kind.FROZENSET) {
      String[] parts = new String[Math.min(value.childCount(), MOST_IN_KEY)];
      if (value.childCount() > parts.length) {
        return false;
      }
      for (int i = 0; i < parts.length; i++) {
        StringBuilder part = new StringBuilder();
        Value item = value.child(i);
        if (item == null || !append(part, item, left, nested - 1)) {
          return false;
        }
        parts[i] = part.toString();
      }
      if (kind == Kind.FROZENSET) {
        Arrays.sort(parts);
      }
      key.append(kind == Kind.TUPLE ? '(' : '{').append(parts.length);
      for (String part : parts) {
        key.append(':').append(part.length()).append(':').append(part);
      }
      return true;
    }
    if (kind.hasSlots()) {
      return false;
    }
    if (value instanceof IntValue integer) {
      key.append(integer.isPython2Long() ? 'L' : 'i');
      key.append(new String(integer.bigValue().toByteArray(), StandardCharsets.ISO_8859_1));
      return true;
    }
    key.append((char) value.typeCode());
    if (value instanceof StrValue str) {
      for (int i = 0; i < str.length(); i++) {
        // Not as UTF-16: two surrogates that stand alone would be what a pair of them is.
        int codePoint = str.codePointAt(i);
        if (codePoint < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
          key.append((char) codePoint);
        } else {
          key.append(Character.MAX_VALUE).append((char) (codePoint >>> Character.SIZE));
          key.append((char) codePoint);
        }
        if (codePoint == Character.MAX_VALUE) {
          key.append((char) 0);
        }
      }
    } else if (value instanceof BytesValue bytes) {
      for (int i = 0; i < bytes.length(); i++) {
        key.append((char) (bytes.byteAt(i) & 0xFF));
      }
    } else if (value instanceof FloatValue number) {
      key.append(number.bits());
    } else if (value instanceof ComplexValue number) {
      key.append(number.realBits()).append(',').append(number.imaginaryBits());
    } else if (value instanceof ExternalValue external) {
      key.append(external.name());
    }
    return true;
  }
}
