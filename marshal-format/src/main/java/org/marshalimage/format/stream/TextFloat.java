package org.marshalimage.format.stream;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;

/** The text form of a float in streams of versions 0 and 1: what Python's {@code repr} gives. */
final class TextFloat {
  /** What Java would parse but Python does not (a trailing "d", hex, blanks) is kept out. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private static final Pattern INFINITY =
      Pattern.compile("[+-]?[iI][nN][fF]([iI][nN][iI][tT][yY])?");
  private static final Pattern NAN = Pattern.compile("[+-]?[nN][aA][nN]");
  private static final int PRINTED = 40;
  private static final int DIGITS = 17;

  /** Numbers with a lesser exponent are written with one. */
  private static final int LEAST_FIXED_EXPONENT = -4;

  private TextFloat() {}

  static @Nullable Double parse(String text, PythonVersion version) {
    if (NUMBER.matcher(text).matches()) {
      return Double.valueOf(text);
    }
    double sign = text.startsWith("-") ? -1 : 1;
    if (INFINITY.matcher(text).matches()) {
      return sign * Double.POSITIVE_INFINITY;
    }
    if (NAN.matcher(text).matches()) {
      // Python 2 computes its NaN, and on x86 that comes out with the sign bit set.
      return Math.copySign(Double.NaN, version.isPython2() ? -sign : sign);
    }
    return null;
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
