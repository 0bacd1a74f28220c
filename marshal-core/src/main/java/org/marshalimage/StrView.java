package org.marshalimage;

import java.nio.charset.StandardCharsets;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.InternedTexts;

/**
 * Python 3's {@code str}, Python 2's {@code unicode}: a sequence of code points.
 *
 * <p>Where a code object of Python 2 has a name, which is a bytes object there, its methods return
 * a StrView too: each byte is a code point, and {@link #kind()} is {@link TypeCode#BYTES}.
 *
 * <p>It is no {@link CharSequence}, which counts UTF-16 units: {@link #length()} counts code
 * points, as Python does, and of a string with four bytes a code point no unit could be found
 * without going through those before it. {@link #contentEquals} and {@link #stringHashCode} need no
 * Java string; what takes a CharSequence takes {@link #toString()}, which of an interned string is
 * made once.
 */
public final class StrView extends ImageObject {
  private final int length;
  private final int widthShift;
  private final long data;

  StrView(ImageBytes bytes, long offset) {
    super(bytes, offset);
    long shape = ObjectChecks.strShape(bytes, offset);
    length = (int) (shape >>> ObjectChecks.SHAPE_LENGTH_SHIFT);
    widthShift = (int) shape & StrLayout.WIDTH_MASK;
    data = offset + StrLayout.DATA_OFFSET;
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new StrView(bytes, offset);
  }

  private StrView(ImageBytes bytes, long offset, int length) {
    super(bytes, offset);
    this.length = length;
    this.widthShift = 0;
    this.data = offset + BytesLayout.DATA_OFFSET;
  }

  /** Makes a view of a bytes object. */
  static StrView ofBytes(ImageBytes bytes, long offset) {
    return new StrView(bytes, offset, ObjectChecks.bytesLength(bytes, offset));
  }

  /** Makes a view of the name in a slot, which may be a bytes object. */
  static StrView nameAtSlot(ImageBytes bytes, long slotOffset, String field) {
    return nameAt(bytes, ObjectChecks.target(bytes, slotOffset), field, slotOffset);
  }

  /** Makes a view of a str or a bytes object that a field leads to. */
  static StrView nameAt(ImageBytes bytes, long target, String field, long fieldOffset) {
    if (ObjectChecks.kind(bytes, target) == TypeCode.BYTES) {
      return ofBytes(bytes, target);
    }
    return new StrView(
        bytes, ObjectChecks.checkKind(bytes, target, TypeCode.STR, field, fieldOffset));
  }

  /**
   * Returns the number of code points.
   *
   * @return code points
   */
  public int length() {
    return length;
  }

  /**
   * Returns one code point, in constant time.
   *
   * @param index 0 to {@code length() - 1}, in code points
   * @return 0 to 0x10FFFF, surrogates included
   */
  public int codePointAt(int index) {
    if (index < 0 || index >= length) {
      throw Failures.index(index, length);
    }
    return ObjectChecks.codePoint(bytes, data, widthShift, index);
  }

  /**
   * Compares with text, without making a string.
   *
   * @param text UTF-16
   * @return whether {@link #toString()} has the same content
   */
  public boolean contentEquals(CharSequence text) {
    return ObjectChecks.textEquals(bytes, data, length, widthShift, text);
  }

  /**
   * Tells whether any occurrence of the string was interned.
   *
   * @return whether one was
   */
  public boolean isInterned() {
    return (numberWord() & StrLayout.FLAG_INTERNED) != 0;
  }

  /**
   * Returns the string's number; every string is stored once and the numbers are dense: str and
   * bytes objects are numbered together, interned ones first.
   *
   * @return 0 to the number of str and bytes objects of the image, less 1; below {@link
   *     MarshalImage#internedCount()} if and only if the string is interned
   */
  public int internNumber() {
    return numberWord() >>> StrLayout.NUMBER_SHIFT;
  }

  /**
   * Returns what {@code String.hashCode} gives for {@link #toString()}, without making or reading
   * the string, so that it can be looked up in a Java map. Of a Python 2 name it is computed.
   *
   * @return the hash code
   */
  public int stringHashCode() {
    if (data != offset + StrLayout.DATA_OFFSET) {
      int hash = 0;
      for (int i = 0; i < length; i++) {
        hash = 31 * hash + ObjectChecks.codePoint(bytes, data, widthShift, i);
      }
      return hash;
    }
    return bytes.getInt(offset + StrLayout.HASH_OFFSET);
  }

  private int numberWord() {
    return bytes.getInt(offset + StrLayout.NUMBER_OFFSET);
  }

  /**
   * Returns the string in UTF-16. An unpaired surrogate stays as it is; a high and a low one that
   * follow each other cannot be told from the code point that they would encode.
   *
   * @return of an interned string the same String each time, of any other a new one
   */
  @Override
  public String toString() {
    // What it is asked of next looks whether the image is open.
    int word = bytes.readInt(offset + StrLayout.NUMBER_OFFSET);
    if ((word & StrLayout.FLAG_INTERNED) == 0) {
      return read();
    }
    int number = word >>> StrLayout.NUMBER_SHIFT;
    InternedTexts texts = bytes.internedTexts();
    String text = texts.get(number, offset);
    return text != null ? text : texts.add(number, offset, read());
  }

  private String read() {
    if (widthShift == 0) {
      byte[] latin1 = new byte[length];
      bytes.getBytes(data, latin1, 0, length);
      return new String(latin1, StandardCharsets.ISO_8859_1);
    }
    if (widthShift == 1) {
      return new String(bytes.getChars(data, length));
    }
    int[] codePoints = bytes.getInts(data, length);
    for (int i = 0; i < length; i++) {
      if (!Character.isValidCodePoint(codePoints[i])) {
        throw Failures.codePoint(bytes, codePoints[i], data + (long) i * Integer.BYTES);
      }
    }
    return new String(codePoints, 0, length);
  }
}
