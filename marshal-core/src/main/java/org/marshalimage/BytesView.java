package org.marshalimage;

import java.nio.ByteBuffer;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/** Python 3's {@code bytes}, Python 2's {@code str}. */
public final class BytesView extends ImageObject {
  private final int length;

  BytesView(ImageBytes bytes, long offset) {
    super(bytes, offset);
    length = ObjectChecks.bytesLength(bytes, offset);
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new BytesView(bytes, offset);
  }

  /**
   * Returns the number of bytes.
   *
   * @return bytes
   */
  public int length() {
    return length;
  }

  /**
   * Returns one byte.
   *
   * @param index 0 to {@code length() - 1}
   * @return the byte
   */
  public byte byteAt(int index) {
    if (index < 0 || index >= length) {
      throw Failures.index(index, length);
    }
    return bytes.readByte(offset + BytesLayout.DATA_OFFSET + index);
  }

  /**
   * Returns the bytes where they lie. If the file is cut, {@link MarshalImage} tells what reading
   * gives.
   *
   * @return a new read-only little-endian buffer over the mapping
   */
  public ByteBuffer buffer() {
    return bytes.slice(offset + BytesLayout.DATA_OFFSET, length);
  }

  /**
   * Copies the bytes.
   *
   * @return a new array
   * @throws org.marshalimage.format.CorruptImageException if the file was cut while it was mapped
   */
  public byte[] toByteArray() {
    byte[] copy = new byte[length];
    bytes.getBytes(offset + BytesLayout.DATA_OFFSET, copy, 0, length);
    return copy;
  }

  /**
   * Tells whether Python 2 interned the string.
   *
   * @return false for Python 3's bytes
   */
  public boolean isInterned() {
    return (bytes.getInt(offset + BytesLayout.NUMBER_OFFSET) & StrLayout.FLAG_INTERNED) != 0;
  }

  /**
   * Returns the object's number; str and bytes objects are numbered together, interned ones first.
   *
   * @return 0 to the number of str and bytes objects of the image, less 1
   */
  public int number() {
    return bytes.getInt(offset + BytesLayout.NUMBER_OFFSET) >>> StrLayout.NUMBER_SHIFT;
  }

  /**
   * Returns the bytes as Latin-1 text, which is what they mean in Python 2.
   *
   * @return one char a byte; of an interned string the same String each time, of any other a new
   *     one
   */
  @Override
  public String toString() {
    return StrView.ofBytes(bytes, offset).toString();
  }
}
