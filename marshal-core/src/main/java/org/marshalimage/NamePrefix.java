package org.marshalimage;

import org.jspecify.annotations.Nullable;
import org.marshalimage.format.StrLayout;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;

/** What names of modules may start with, compared with them where they lie. Immutable. */
final class NamePrefix {
  /** What {@link #match} answers of a name that sorts before the prefix, and behind it. */
  static final int BEFORE = -2;

  static final int BEHIND = -1;

  private static final int MOST_LATIN1 = 0xFF;

  private final String text;

  /** The text in Latin-1, its first byte highest, then zeros; null if it has other characters. */
  private final long @Nullable [] words;

  NamePrefix(String text) {
    this.text = text;
    this.words = latin1(text);
  }

  private static long @Nullable [] latin1(String text) {
    long[] words = new long[(text.length() + Long.BYTES - 1) / Long.BYTES];
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (unit > MOST_LATIN1) {
        return null;
      }
      words[i / Long.BYTES] |= (long) unit << Long.SIZE - Byte.SIZE * (i % Long.BYTES + 1);
    }
    return words;
  }

  /**
   * Compares a name with the prefix by UTF-16 units, in which the module table is sorted.
   *
   * @param name offset of a str
   * @return number of the name's code points that the prefix is; else {@link #BEFORE} or {@link
   *     #BEHIND}
   */
  int match(ImageBytes bytes, long name) {
    long shape = ObjectChecks.strShape(bytes, name);
    int length = (int) (shape >>> ObjectChecks.SHAPE_LENGTH_SHIFT);
    int width = (int) shape & StrLayout.WIDTH_MASK;
    return width == 0 && words != null
        ? matchLatin1(bytes, name + StrLayout.DATA_OFFSET, length)
        : matchUnits(bytes, name + StrLayout.DATA_OFFSET, length, width);
  }

  /** By words of eight characters: names have most of them in common with their neighbours. */
  private int matchLatin1(ImageBytes bytes, long data, int length) {
    int units = text.length();
    // A word that starts in the name lies in its record, which is padded with zeros.
    for (int i = 0; i < Math.min(units, length); i += Long.BYTES) {
      long word = Long.reverseBytes(bytes.readLong(data + i));
      if (units - i < Long.BYTES) {
        word &= -1L << Long.SIZE - Byte.SIZE * (units - i);
      }
      int order = Long.compareUnsigned(word, words[i / Long.BYTES]);
      if (order != 0) {
        return order < 0 ? BEFORE : BEHIND;
      }
    }
    return length < units ? BEFORE : units;
  }

  private int matchUnits(ImageBytes bytes, long data, int length, int width) {
    int units = text.length();
    int unit = 0;
    for (int i = 0; i < length; i++) {
      if (unit == units) {
        return i;
      }
      int codePoint = ObjectChecks.codePoint(bytes, data, width, i);
      boolean isPair = codePoint > Character.MAX_VALUE;
      int difference =
          (isPair ? Character.highSurrogate(codePoint) : codePoint) - text.charAt(unit++);
      if (difference == 0 && isPair) {
        if (unit == units) {
          return i;
        }
        difference = Character.lowSurrogate(codePoint) - text.charAt(unit++);
      }
      if (difference != 0) {
        return difference < 0 ? BEFORE : BEHIND;
      }
    }
    return unit == units ? length : BEFORE;
  }
}
