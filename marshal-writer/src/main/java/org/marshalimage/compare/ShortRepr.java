package org.marshalimage.compare;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;

/**
 * Writes objects as Python's {@code repr} does, but short: the text is cut at a length. Each
 * container begins with a char, so the length bounds the depth too, and a cycle ends. What a
 * terminal might obey is escaped.
 *
 * <p>Makes one text. Where an object lies, in an image or in the object model, a subclass knows.
 * Not thread-safe.
 *
 * @param <T> what objects are
 */
public abstract class ShortRepr<T> {
  /** An int of more bits shows its size only: its digits would be cut, and are slow to make. */
  private static final int MAX_INT_BITS = 4096;

  private static final String CUT = "...";

  private final StringBuilder text = new StringBuilder();
  private final boolean python2;
  private final int limit;

  /**
   * Starts a text.
   *
   * @param python2 whether to write as Python 2 does: {@code 'x'} and {@code u'x'}, not {@code
   *     b'x'} and {@code 'x'}
   * @param limit most chars of the result, at least 3
   */
  protected ShortRepr(boolean python2, int limit) {
    this.python2 = python2;
    this.limit = limit;
  }

  /**
   * Returns the kind of an object.
   *
   * @param object any object
   * @return its kind
   */
  protected abstract Kind kind(T object);

  /**
   * Returns the size of an object.
   *
   * @param object a container, record, str or bytes object
   * @return what it holds, in a dict keys and values in turn; code points; bytes
   */
  protected abstract int size(T object);

  /**
   * Returns what an object holds.
   *
   * @param object a container or record
   * @param index 0 to its size, less 1
   * @return an object; null if a slot of a record is empty
   */
  protected abstract @Nullable T item(T object, int index);

  /**
   * Returns a part of a text.
   *
   * @param object a str or bytes object
   * @param index 0 to its size, less 1
   * @return a code point; of bytes 0 to 255
   */
  protected abstract int unit(T object, int index);

  /**
   * Returns a number.
   *
   * @param object an int
   * @return its value
   */
  protected abstract BigInteger integer(T object);

  /**
   * Tells whether a number is a {@code long} of Python 2.
   *
   * @param object an int
   * @return whether it is
   */
  protected abstract boolean isPython2Long(T object);

  /**
   * Returns a number.
   *
   * @param object a float, or a complex
   * @return its value, or its real part
   */
  protected abstract double real(T object);

  /**
   * Returns a part of a number.
   *
   * @param object a complex
   * @return its imaginary part
   */
  protected abstract double imaginary(T object);

  /**
   * Returns a name.
   *
   * @param object an external, or a record
   * @return its name, or that of its type
   */
  protected abstract String name(T object);

  /**
   * Returns a name.
   *
   * @param object a code object
   * @return {@code co_name}
   */
  protected abstract T codeName(T object);

  /**
   * Returns a line.
   *
   * @param object a code object
   * @return {@code co_firstlineno}
   */
  protected abstract int firstLine(T object);

  /**
   * Writes an object. To be called once.
   *
   * @param object any object
   * @return one line, which ends in three dots if it was cut
   */
  protected final String write(T object) {
    append(object);
    return cut();
  }

  /**
   * Writes a name: its text as it is, but for what does not print. To be called once.
   *
   * @param name a str, or of Python 2 a bytes object
   * @return one line, which ends in three dots if it was cut
   */
  protected final String writeName(T name) {
    appendName(name);
    return cut();
  }

  /**
   * Writes a text as it is, but for what does not print, and whole.
   *
   * @param text any text
   * @return one line
   */
  public static String printable(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints().forEach(codePoint -> appendPrintable(line, codePoint));
    return line.toString();
  }

  private void appendName(T name) {
    Kind kind = kind(name);
    if (kind != Kind.STR && kind != Kind.BYTES) {
      append(name);
      return;
    }
    int end = size(name);
    for (int i = 0; i < end && !isFull(); i++) {
      appendPrintable(text, unit(name, i));
    }
  }

  private boolean isFull() {
    return text.length() > limit;
  }

  private String cut() {
    if (!isFull()) {
      return text.toString();
    }
    int end = limit - CUT.length();
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + CUT;
  }

  private StringBuilder append(T object) {
    return switch (kind(object)) {
      case NONE -> text.append("None");
      case TRUE -> text.append("True");
      case FALSE -> text.append("False");
      case ELLIPSIS -> text.append("Ellipsis");
      case STOP_ITERATION -> text.append("StopIteration");
      case INT, LONG -> appendInt(object);
      case FLOAT -> text.append(number(real(object), true));
      case COMPLEX -> appendComplex(object);
      case BYTES -> appendQuoted(object, python2 ? "" : "b", 0x7F);
      case STR ->
          appendQuoted(object, python2 ? "u" : "", python2 ? 0x7F : Character.MAX_CODE_POINT);
      case TUPLE -> appendItems("(", object, size(object) == 1 ? ",)" : ")");
      case LIST -> appendItems("[", object, "]");
      case SET -> appendSet(object, "set", "{", "}");
      case FROZENSET -> appendSet(object, "frozenset", "frozenset({", "})");
      case DICT -> appendEntries("{", object, "}");
      case FROZENDICT -> appendEntries("frozendict({", object, "})");
      case SLICE -> appendItems("slice(", object, ")");
      case CODE -> {
        text.append("<code object ");
        appendName(codeName(object));
        yield text.append(", line ").append(firstLine(object)).append('>');
      }
      case RECORD -> {
        // As a call: the name of the type, then what the slots lead to, a dash where one is empty.
        text.append('<');
        appendText(name(object));
        yield appendItems("(", object, ")>");
      }
      case EXTERNAL -> {
        text.append("<external ");
        appendText(name(object));
        yield text.append('>');
      }
    };
  }

  private void appendText(String name) {
    name.codePoints().limit(limit).forEach(codePoint -> appendPrintable(text, codePoint));
  }

  private StringBuilder appendItems(String open, T object, String close) {
    text.append(open);
    int size = size(object);
    for (int i = 0; i < size && !isFull(); i++) {
      text.append(i == 0 ? "" : ", ");
      appendItem(object, i);
    }
    return text.append(close);
  }

  private void appendItem(T object, int index) {
    T item = item(object, index);
    if (item == null) {
      text.append('-');
    } else {
      append(item);
    }
  }

  private StringBuilder appendSet(T object, String type, String open, String close) {
    if (size(object) == 0) {
      return text.append(type).append("()");
    }
    return python2 ? appendItems(type + "([", object, "])") : appendItems(open, object, close);
  }

  private StringBuilder appendEntries(String open, T object, String close) {
    text.append(open);
    int size = size(object);
    for (int i = 0; i < size && !isFull(); i += 2) {
      text.append(i == 0 ? "" : ", ");
      appendItem(object, i);
      text.append(": ");
      appendItem(object, i + 1);
    }
    return text.append(close);
  }

  private StringBuilder appendInt(T object) {
    BigInteger value = integer(object);
    if (value.bitLength() > MAX_INT_BITS) {
      return text.append("<int of ").append(value.bitLength()).append(" bits>");
    }
    return text.append(value).append(isPython2Long(object) ? "L" : "");
  }

  private StringBuilder appendComplex(T object) {
    String imaginary = number(imaginary(object), false);
    double real = real(object);
    if (Double.doubleToRawLongBits(real) == 0) {
      return text.append(imaginary).append('j');
    }
    text.append('(').append(number(real, false));
    return text.append(imaginary.startsWith("-") ? "" : "+").append(imaginary).append("j)");
  }

  /** Writes a double as Python does: the fewest digits that give the same double. */
  private static String number(double value, boolean withPoint) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    String sign = 1 / value < 0 || value < 0 ? "-" : "";
    if (Double.isInfinite(value)) {
      return sign + "inf";
    }
    String zero = withPoint ? ".0" : "";
    if (value == 0) {
      return sign + "0" + zero;
    }
    BigDecimal shortest = shortest(Math.abs(value));
    String digits = shortest.unscaledValue().toString();
    // The value is 0.DIGITS * 10^point.
    int point = digits.length() - shortest.scale();
    if (point < -3 || point > 16) {
      int exponent = point - 1;
      return sign
          + digits.charAt(0)
          + (digits.length() > 1 ? "." + digits.substring(1) : "")
          + (exponent < 0 ? "e-" : "e+")
          + (Math.abs(exponent) < 10 ? "0" : "")
          + Math.abs(exponent);
    }
    return sign + shortest.toPlainString() + (digits.length() <= point ? zero : "");
  }

  /** Double.toString is no help: before JDK 19 it may give more digits than are needed. */
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    BigDecimal rounded = exact;
    for (int digits = 1; digits <= 17; digits++) {
      rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        break;
      }
    }
    return rounded.stripTrailingZeros();
  }

  private StringBuilder appendQuoted(T object, String prefix, int maxPrintable) {
    int size = size(object);
    int shown = Math.min(size, limit);
    boolean single = false;
    boolean twofold = false;
    for (int i = 0; i < shown; i++) {
      int unit = unit(object, i);
      single |= unit == '\'';
      twofold |= unit == '"';
    }
    char quote = single && !twofold ? '"' : '\'';
    text.append(prefix).append(quote);
    for (int i = 0; i < size && !isFull(); i++) {
      appendQuoted(unit(object, i), quote, maxPrintable);
    }
    return text.append(quote);
  }

  private void appendQuoted(int codePoint, char quote, int maxPrintable) {
    if (codePoint == quote || codePoint == '\\') {
      text.append('\\').append((char) codePoint);
    } else if (codePoint > maxPrintable) {
      appendEscape(text, codePoint);
    } else {
      appendPrintable(text, codePoint);
    }
  }

  private static void appendPrintable(StringBuilder text, int codePoint) {
    if (isPrintable(codePoint)) {
      text.appendCodePoint(codePoint);
    } else {
      appendEscape(text, codePoint);
    }
  }

  private static void appendEscape(StringBuilder text, int codePoint) {
    switch (codePoint) {
      case '\n':
        text.append("\\n");
        break;
      case '\r':
        text.append("\\r");
        break;
      case '\t':
        text.append("\\t");
        break;
      default:
        String format = codePoint < 0x100 ? "\\x%02x" : codePoint < 0x10000 ? "\\u%04x" : "\\U%08x";
        text.append(String.format(format, codePoint));
    }
  }

  private static boolean isPrintable(int codePoint) {
    switch (Character.getType(codePoint)) {
      case Character.CONTROL:
      case Character.FORMAT:
      case Character.SURROGATE:
      case Character.PRIVATE_USE:
      case Character.UNASSIGNED:
      case Character.LINE_SEPARATOR:
      case Character.PARAGRAPH_SEPARATOR:
        return false;
      case Character.SPACE_SEPARATOR:
        return codePoint == ' ';
      default:
        return true;
    }
  }
}
