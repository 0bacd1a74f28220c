package org.marshalimage.format.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.Numbered;

/**
 * Python 3's {@code str}, Python 2's {@code unicode}: a sequence of code points, lone surrogates
 * included. As in CPython (PEP 393) all code points take the same width, the least that will do.
 */
public final class StrValue extends Numbered implements Value {
  private static final int LATIN_1_LIMIT = 0x100;
  private static final byte YES = 1;
  private static final byte NO = 2;

  /** Little-endian units of {@code 1 << widthShift} bytes. */
  private final byte[] units;

  private final byte widthShift;
  private final boolean interned;

  /** Whether it is ASCII: {@link #YES} or {@link #NO}, 0 if not known. Threads find it alike. */
  private byte ascii;

  private StrValue(byte[] units, int widthShift, boolean interned) {
    this.units = units;
    this.widthShift = (byte) widthShift;
    this.interned = interned;
  }

  /**
   * Makes a string that is not interned.
   *
   * @param text a surrogate pair is one code point
   * @return the value
   */
  public static StrValue of(String text) {
    return of(text, false);
  }

  /**
   * Makes a string.
   *
   * @param text a surrogate pair is one code point
   * @param interned whether CPython interned it
   * @return the value
   */
  public static StrValue of(String text, boolean interned) {
    int[] codePoints = text.codePoints().toArray();
    return ofCodePoints(codePoints, 0, codePoints.length, interned);
  }

  /**
   * Makes a string of Latin-1 bytes.
   *
   * @param bytes copied
   * @param from first byte
   * @param to one past the last byte
   * @param interned whether CPython interned it
   * @return the value
   */
  public static StrValue ofLatin1(byte[] bytes, int from, int to, boolean interned) {
    return new StrValue(Arrays.copyOfRange(bytes, from, to), 0, interned);
  }

  /**
   * Makes a string of code points. High and low surrogates that follow each other stay two.
   *
   * @param codePoints each 0 to 0x10FFFF
   * @param from first code point
   * @param to one past the last code point
   * @param interned whether CPython interned it
   * @return the value
   */
  public static StrValue ofCodePoints(int[] codePoints, int from, int to, boolean interned) {
    int all = 0;
    for (int i = from; i < to; i++) {
      if (!Character.isValidCodePoint(codePoints[i])) {
        throw new IllegalArgumentException(
            "not a code point: value=" + codePoints[i] + ", index=" + (i - from));
      }
      all |= codePoints[i];
    }
    int shift = all < LATIN_1_LIMIT ? 0 : all < Character.MIN_SUPPLEMENTARY_CODE_POINT ? 1 : 2;
    byte[] units = new byte[to - from << shift];
    for (int i = from, at = 0; i < to; i++) {
      for (int k = 0; k < 1 << shift; k++) {
        units[at++] = (byte) (codePoints[i] >>> Byte.SIZE * k);
      }
    }
    return new StrValue(units, shift, interned);
  }

  /**
   * Returns the number of code points.
   *
   * @return code points
   */
  public int length() {
    return units.length >> widthShift;
  }

  /**
   * Returns one code point.
   *
   * @param index 0 to {@code length() - 1}
   * @return 0 to 0x10FFFF
   */
  public int codePointAt(int index) {
    int at = index << widthShift;
    int codePoint = units[at] & 0xFF;
    for (int k = 1; k < 1 << widthShift; k++) {
      codePoint |= (units[at + k] & 0xFF) << Byte.SIZE * k;
    }
    return codePoint;
  }

  /**
   * Returns the binary logarithm of the bytes that a code point takes.
   *
   * @return 0 (all below 0x100), 1 (all below 0x10000) or 2
   */
  public int widthShift() {
    return widthShift;
  }

  /**
   * Tells whether CPython interned the string.
   *
   * @return whether it did
   */
  public boolean isInterned() {
    return interned;
  }

  /**
   * Tells whether all code points are below 0x80. Looks at them once.
   *
   * @return whether they are
   */
  public boolean isAscii() {
    if (ascii == 0) {
      ascii = widthShift == 0 && areAllPositive() ? YES : NO;
    }
    return ascii == YES;
  }

  private boolean areAllPositive() {
    for (byte unit : units) {
      if (unit < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Tells whether any code point is a surrogate. Such a string has no UTF-8 form, and its {@link
   * #toString()} may be that of another string too.
   *
   * @return whether one is
   */
  public boolean hasSurrogates() {
    if (widthShift == 0) {
      return false;
    }
    for (int i = 0, length = length(); i < length; i++) {
      int codePoint = codePointAt(i);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns how many bytes {@link #copyTo} copies.
   *
   * @return {@code length() << widthShift()}
   */
  public int byteLength() {
    return units.length;
  }

  /**
   * Copies the code points as little-endian units of {@code 1 << widthShift()} bytes.
   *
   * @param target receives them
   * @param offset where in {@code target} the first byte goes
   */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(units, 0, target, offset, units.length);
  }

  @Override
  public int typeCode() {
    return TypeCode.STR;
  }

  /** Returns the string in UTF-16. */
  @Override
  public String toString() {
    if (widthShift == 0) {
      return new String(units, StandardCharsets.ISO_8859_1);
    }
    StringBuilder text = new StringBuilder(length());
    for (int i = 0, length = length(); i < length; i++) {
      text.appendCodePoint(codePointAt(i));
    }
    return text.toString();
  }
}
