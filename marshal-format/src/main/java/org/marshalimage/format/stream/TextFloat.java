package org.marshalimage.format.stream;

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

  static String printable(String text) {
    String shown = text.length() > PRINTED ? text.substring(0, PRINTED) + "..." : text;
    return shown.replaceAll("[^ -~]", "?");
  }
}
