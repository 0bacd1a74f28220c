package org.marshalimage.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.IntConsumer;
import org.marshalimage.BytesView;
import org.marshalimage.CodeView;
import org.marshalimage.ComplexView;
import org.marshalimage.DictView;
import org.marshalimage.FloatView;
import org.marshalimage.ImageObject;
import org.marshalimage.IntView;
import org.marshalimage.ListView;
import org.marshalimage.SetView;
import org.marshalimage.SliceView;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;

/**
 * Writes objects as Python's {@code repr} does, but short: the text is cut at a length. Each
 * container begins with a char, so the length bounds the depth too, and a cycle ends. What a
 * terminal might obey is escaped.
 */
final class ConstantRepr {
  /** An int of more bits shows its size only: its digits would be cut, and are slow to make. */
  private static final int MAX_INT_BITS = 4096;

  private static final String CUT = "...";

  private final StringBuilder text = new StringBuilder();
  private final boolean python2;
  private final int limit;

  private ConstantRepr(boolean python2, int limit) {
    this.python2 = python2;
    this.limit = limit;
  }

  /**
   * Writes an object.
   *
   * @param object any object
   * @param python2 whether to write as Python 2 does: {@code 'x'} and {@code u'x'}, not {@code
   *     b'x'} and {@code 'x'}
   * @param limit most chars of the result, at least 3
   * @return one line, which ends in three dots if it was cut
   * @throws org.marshalimage.format.CorruptImageException if the image is damaged there
   */
  static String of(ImageObject object, boolean python2, int limit) {
    ConstantRepr repr = new ConstantRepr(python2, limit);
    repr.append(object);
    return repr.cut();
  }

  /**
   * Writes a name: its text as it is, but for what does not print.
   *
   * @param name a str, or of Python 2 a bytes object
   * @param limit most chars of the result, at least 3
   * @return one line, which ends in three dots if it was cut
   */
  static String ofName(ImageObject name, int limit) {
    ConstantRepr repr = new ConstantRepr(false, limit);
    if (name instanceof StrView) {
      StrView str = (StrView) name;
      for (int i = 0; i < str.length() && !repr.isFull(); i++) {
        repr.appendPrintable(str.codePointAt(i));
      }
    } else if (name instanceof BytesView) {
      BytesView bytes = (BytesView) name;
      for (int i = 0; i < bytes.length() && !repr.isFull(); i++) {
        repr.appendPrintable(bytes.byteAt(i) & 0xFF);
      }
    } else {
      repr.append(name);
    }
    return repr.cut();
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

  private void append(ImageObject object) {
    if (object instanceof StrView) {
      appendStr((StrView) object);
    } else if (object instanceof BytesView) {
      appendBytes((BytesView) object);
    } else if (object instanceof IntView) {
      appendInt((IntView) object);
    } else if (object instanceof FloatView) {
      text.append(number(((FloatView) object).doubleValue(), true));
    } else if (object instanceof ComplexView) {
      appendComplex((ComplexView) object);
    } else if (object instanceof TupleView) {
      TupleView tuple = (TupleView) object;
      String close = tuple.size() == 1 ? ",)" : ")";
      appendItems("(", tuple.size(), close, i -> append(tuple.get(i)));
    } else if (object instanceof ListView) {
      ListView list = (ListView) object;
      appendItems("[", list.size(), "]", i -> append(list.get(i)));
    } else if (object instanceof SetView) {
      appendSet((SetView) object);
    } else if (object instanceof DictView) {
      appendDict((DictView) object);
    } else if (object instanceof SliceView) {
      SliceView slice = (SliceView) object;
      ImageObject[] parts = {slice.start(), slice.stop(), slice.step()};
      appendItems("slice(", parts.length, ")", i -> append(parts[i]));
    } else if (object instanceof CodeView) {
      CodeView code = (CodeView) object;
      text.append("<code object ").append(ofName(code.name(), limit));
      text.append(", line ").append(code.firstLine()).append('>');
    } else {
      text.append(object);
    }
  }

  private void appendItems(String open, int count, String close, IntConsumer item) {
    text.append(open);
    for (int i = 0; i < count && !isFull(); i++) {
      text.append(i == 0 ? "" : ", ");
      item.accept(i);
    }
    text.append(close);
  }

  private void appendSet(SetView set) {
    IntConsumer item = i -> append(set.get(i));
    String type = set.isFrozen() ? "frozenset" : "set";
    if (set.size() == 0) {
      text.append(type).append("()");
    } else if (python2) {
      appendItems(type + "([", set.size(), "])", item);
    } else {
      appendItems(
          set.isFrozen() ? "frozenset({" : "{", set.size(), set.isFrozen() ? "})" : "}", item);
    }
  }

  private void appendDict(DictView dict) {
    IntConsumer item =
        i -> {
          append(dict.key(i));
          text.append(": ");
          append(dict.value(i));
        };
    if (dict.isFrozen()) {
      appendItems("frozendict({", dict.size(), "})", item);
    } else {
      appendItems("{", dict.size(), "}", item);
    }
  }

  private void appendInt(IntView value) {
    if (value.isLong()) {
      text.append(value.longValue());
    } else {
      int bits = value.bigValue().bitLength();
      if (bits > MAX_INT_BITS) {
        text.append("<int of ").append(bits).append(" bits>");
        return;
      }
      text.append(value.bigValue());
    }
    text.append(value.isPython2Long() ? "L" : "");
  }

  private void appendComplex(ComplexView value) {
    String imaginary = number(value.imaginary(), false);
    if (value.realBits() == 0) {
      text.append(imaginary).append('j');
    } else {
      text.append('(').append(number(value.real(), false));
      text.append(imaginary.startsWith("-") ? "" : "+").append(imaginary).append("j)");
    }
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

  private void appendStr(StrView value) {
    int shown = Math.min(value.length(), limit);
    boolean single = false;
    boolean twofold = false;
    for (int i = 0; i < shown; i++) {
      single |= value.codePointAt(i) == '\'';
      twofold |= value.codePointAt(i) == '"';
    }
    char quote = single && !twofold ? '"' : '\'';
    text.append(python2 ? "u" : "").append(quote);
    for (int i = 0; i < value.length() && !isFull(); i++) {
      appendQuoted(value.codePointAt(i), quote, python2 ? 0x7F : Character.MAX_CODE_POINT);
    }
    text.append(quote);
  }

  private void appendBytes(BytesView value) {
    int shown = Math.min(value.length(), limit);
    boolean single = false;
    boolean twofold = false;
    for (int i = 0; i < shown; i++) {
      single |= value.byteAt(i) == '\'';
      twofold |= value.byteAt(i) == '"';
    }
    char quote = single && !twofold ? '"' : '\'';
    text.append(python2 ? "" : "b").append(quote);
    for (int i = 0; i < value.length() && !isFull(); i++) {
      appendQuoted(value.byteAt(i) & 0xFF, quote, 0x7F);
    }
    text.append(quote);
  }

  private void appendQuoted(int codePoint, char quote, int maxPrintable) {
    if (codePoint == quote || codePoint == '\\') {
      text.append('\\').append((char) codePoint);
    } else if (codePoint > maxPrintable) {
      appendEscape(codePoint);
    } else {
      appendPrintable(codePoint);
    }
  }

  private void appendPrintable(int codePoint) {
    if (isPrintable(codePoint)) {
      text.appendCodePoint(codePoint);
    } else {
      appendEscape(codePoint);
    }
  }

  private void appendEscape(int codePoint) {
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
