package org.marshalimage.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.IntConsumer;
import org.marshalimage.BytesView;
import org.marshalimage.CodeView;
import org.marshalimage.ComplexView;
import org.marshalimage.DictView;
import org.marshalimage.ExternalView;
import org.marshalimage.FloatView;
import org.marshalimage.ImageObject;
import org.marshalimage.IntView;
import org.marshalimage.ListView;
import org.marshalimage.RecordView;
import org.marshalimage.SetView;
import org.marshalimage.SliceView;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.marshalimage.format.Kind;

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

  private StringBuilder append(ImageObject object) {
    return switch (Kind.of(object.kind())) {
      case NONE, TRUE, FALSE, ELLIPSIS, STOP_ITERATION -> text.append(object);
      case INT, LONG -> appendInt((IntView) object);
      case FLOAT -> text.append(number(((FloatView) object).doubleValue(), true));
      case COMPLEX -> appendComplex((ComplexView) object);
      case BYTES -> appendBytes((BytesView) object);
      case STR -> appendStr((StrView) object);
      case TUPLE -> {
        TupleView tuple = (TupleView) object;
        String close = tuple.size() == 1 ? ",)" : ")";
        yield appendItems("(", tuple.size(), close, i -> append(tuple.get(i)));
      }
      case LIST -> {
        ListView list = (ListView) object;
        yield appendItems("[", list.size(), "]", i -> append(list.get(i)));
      }
      case SET, FROZENSET -> appendSet((SetView) object);
      case DICT, FROZENDICT -> appendDict((DictView) object);
      case SLICE -> {
        SliceView slice = (SliceView) object;
        ImageObject[] parts = {slice.start(), slice.stop(), slice.step()};
        yield appendItems("slice(", parts.length, ")", i -> append(parts[i]));
      }
      case CODE -> {
        CodeView code = (CodeView) object;
        text.append("<code object ").append(ofName(code.name(), limit));
        yield text.append(", line ").append(code.firstLine()).append('>');
      }
      case RECORD -> appendRecord((RecordView) object);
      case EXTERNAL -> {
        text.append("<external ");
        appendText(((ExternalView) object).name());
        yield text.append('>');
      }
    };
  }

  private void appendText(String name) {
    name.codePoints().limit(limit).forEach(this::appendPrintable);
  }

  /** As a call: the name of the type, then what the slots lead to, a dash where one is empty. */
  private StringBuilder appendRecord(RecordView record) {
    text.append('<');
    appendText(record.recordType().name());
    return appendItems(
        "(",
        record.slotCount(),
        ")>",
        i -> {
          ImageObject slot = record.slot(i);
          if (slot == null) {
            text.append('-');
          } else {
            append(slot);
          }
        });
  }

  private StringBuilder appendItems(String open, int count, String close, IntConsumer item) {
    text.append(open);
    for (int i = 0; i < count && !isFull(); i++) {
      text.append(i == 0 ? "" : ", ");
      item.accept(i);
    }
    return text.append(close);
  }

  private StringBuilder appendSet(SetView set) {
    IntConsumer item = i -> append(set.get(i));
    String type = set.isFrozen() ? "frozenset" : "set";
    if (set.size() == 0) {
      return text.append(type).append("()");
    }
    if (python2) {
      return appendItems(type + "([", set.size(), "])", item);
    }
    return appendItems(
        set.isFrozen() ? "frozenset({" : "{", set.size(), set.isFrozen() ? "})" : "}", item);
  }

  private StringBuilder appendDict(DictView dict) {
    IntConsumer item =
        i -> {
          append(dict.key(i));
          text.append(": ");
          append(dict.value(i));
        };
    return dict.isFrozen()
        ? appendItems("frozendict({", dict.size(), "})", item)
        : appendItems("{", dict.size(), "}", item);
  }

  private StringBuilder appendInt(IntView value) {
    if (value.isLong()) {
      text.append(value.longValue());
    } else {
      int bits = value.bigValue().bitLength();
      if (bits > MAX_INT_BITS) {
        return text.append("<int of ").append(bits).append(" bits>");
      }
      text.append(value.bigValue());
    }
    return text.append(value.isPython2Long() ? "L" : "");
  }

  private StringBuilder appendComplex(ComplexView value) {
    String imaginary = number(value.imaginary(), false);
    if (value.realBits() == 0) {
      return text.append(imaginary).append('j');
    }
    text.append('(').append(number(value.real(), false));
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

  private StringBuilder appendStr(StrView value) {
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
    return text.append(quote);
  }

  private StringBuilder appendBytes(BytesView value) {
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
    return text.append(quote);
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
