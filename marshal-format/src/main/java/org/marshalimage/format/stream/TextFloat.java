package org.marshalimage.format.stream;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.regex.Pattern;
import org.marshalimage.format.PythonVersion;

/** The text form of a float in streams of versions 0 and 1: what Python's {@code repr} gives. */
final class TextFloat {
  private static final Pattern INFINITY =
      Pattern.compile("[+-]?[iI][nN][fF]([iI][nN][iI][tT][yY])?");
  private static final Pattern NAN = Pattern.compile("[+-]?[nN][aA][nN]");
  private static final int PRINTED = 40;
  private static final int DIGITS = 17;

  /** Numbers with a lesser exponent are written with one. */
  private static final int LEAST_FIXED_EXPONENT = -4;

  private TextFloat() {}

  /**
   * Throws NumberFormatException if the text is none that Python reads as a float. To CPython it is
   * a string of C, which a NUL ends.
   */
  static double parse(String bytes, PythonVersion version) {
    int end = bytes.indexOf(0);
    String text = end < 0 ? bytes : bytes.substring(0, end);
    if (isNumber(text)) {
      return Double.parseDouble(text);
    }
    double sign = text.startsWith("-") ? -1 : 1;
    if (INFINITY.matcher(text).matches()) {
      return sign * Double.POSITIVE_INFINITY;
    }
    if (NAN.matcher(text).matches()) {
      // Python 2 computes its NaN, and on x86 that comes out with the sign bit set.
      return Math.copySign(Double.NaN, version.isPython2() ? -sign : sign);
    }
    throw new NumberFormatException(text);
  }

  /**
   * Keeps out what Java would parse but Python does not: a trailing "d", hex, blanks. By hand, as a
   * pattern would allocate more than all the rest of a stream of short floats.
   */
  private static boolean isNumber(String text) {
    int whole = sign(text, 0);
    int at = digits(text, whole);
    int digitCount = at - whole;
    if (at < text.length() && text.charAt(at) == '.') {
      int fraction = at + 1;
      at = digits(text, fraction);
      digitCount += at - fraction;
    }
    if (digitCount > 0 && at < text.length() && (text.charAt(at) | ' ') == 'e') {
      int exponent = sign(text, at + 1);
      at = digits(text, exponent);
      digitCount = at - exponent;
    }
    return digitCount > 0 && at == text.length();
  }

  /** Returns the index behind a sign, if there is one. */
  private static int sign(String text, int at) {
    return at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-') ? at + 1 : at;
  }

  /** Returns the index behind digits, if there are any. */
  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  /** Writes a float as CPython does in these streams: 17 digits, C's "%.17g". */
  static String format(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    if (Double.isInfinite(value)) {
      return sign + "inf";
    }
    if (value == 0) {
      return sign + "0";
    }
    BigDecimal rounded = new BigDecimal(Math.abs(value)).round(new MathContext(DIGITS));
    BigDecimal stripped = rounded.stripTrailingZeros();
    int exponent = stripped.precision() - stripped.scale() - 1;
    if (exponent >= LEAST_FIXED_EXPONENT && exponent < DIGITS) {
      return sign + stripped.toPlainString();
    }
    String digits = stripped.unscaledValue().toString();
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    String power = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : "" + Math.abs(exponent);
    return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + power;
  }

  static String printable(String text) {
    String shown = text.length() > PRINTED ? text.substring(0, PRINTED) + "..." : text;
    return shown.replaceAll("[^ -~]", "?");
  }
}
