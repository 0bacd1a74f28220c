package org.marshalimage.format.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.Numbered;

/** Python 3's {@code bytes}, Python 2's {@code str}. */
public final class BytesValue extends Numbered implements Value {
  private final byte[] bytes;

  /**
   * The lowest bit is whether Python 2 interned the string; the others are what {@link
   * #localCount()} found, plus 1, 0 before. Threads find it alike. One field, as another would cost
   * 8 bytes.
   */
  private int facts;

  private BytesValue(byte[] bytes, boolean interned) {
    this.bytes = bytes;
    facts = interned ? 1 : 0;
  }

  /**
   * Makes a bytes object.
   *
   * @param bytes copied
   * @return the value
   */
  public static BytesValue of(byte[] bytes) {
    return of(bytes, 0, bytes.length, false);
  }

  /**
   * Makes a bytes object of a part of an array.
   *
   * @param bytes copied
   * @param from first byte
   * @param to one past the last byte
   * @param interned whether Python 2 interned the string
   * @return the value
   */
  public static BytesValue of(byte[] bytes, int from, int to, boolean interned) {
    return new BytesValue(Arrays.copyOfRange(bytes, from, to), interned);
  }

  /**
   * Returns the number of bytes.
   *
   * @return bytes
   */
  public int length() {
    return bytes.length;
  }

  /**
   * Returns one byte.
   *
   * @param index 0 to {@code length() - 1}
   * @return the byte
   */
  public byte byteAt(int index) {
    return bytes[index];
  }

  /**
   * Tells whether Python 2 interned the string.
   *
   * @return false for Python 3's bytes
   */
  public boolean isInterned() {
    return (facts & 1) != 0;
  }

  /**
   * Counts the locals among the kinds of variables that the bytes are. Looks at them once, as very
   * many code objects may share them.
   */
  int localCount() {
    if (facts >>> 1 == 0) {
      int count = 0;
      for (byte kind : bytes) {
        if ((kind & CodeLayout.KIND_LOCAL) != 0) {
          count++;
        }
      }
      facts |= count + 1 << 1;
    }
    return (facts >>> 1) - 1;
  }

  /**
   * Copies all bytes.
   *
   * @param target receives them
   * @param offset where in {@code target} the first one goes
   */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }

  /**
   * Returns all bytes.
   *
   * @return a copy
   */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  @Override
  public int typeCode() {
    return TypeCode.BYTES;
  }

  /**
   * Returns the bytes as Latin-1 text, which is what they mean in Python 2.
   *
   * @return one char a byte
   */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
