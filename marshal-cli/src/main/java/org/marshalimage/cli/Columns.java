package org.marshalimage.cli;

/**
 * Columns of text. {@code printf} would do the same, but its first use reads the tables of a
 * locale, which takes as long as all else that {@code ls} does.
 */
final class Columns {
  private Columns() {}

  /** Returns a text behind as many spaces as make it so wide; a longer one as it is. */
  static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  /** Returns a text before as many spaces as make it so wide; a longer one as it is. */
  static String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /** Returns a number of at least 0, with a comma between each three digits. */
  static String grouped(long number) {
    StringBuilder digits = new StringBuilder(Long.toString(number));
    for (int i = digits.length() - 3; i > 0; i -= 3) {
      digits.insert(i, ',');
    }
    return digits.toString();
  }

  /** Returns the share of a part in percent, to a tenth; of nothing it is 0. */
  static String percent(long part, long whole) {
    long tenths = whole == 0 ? 0 : Math.round(1000.0 * part / whole);
    return tenths / 10 + "." + tenths % 10 + " %";
  }
}
