package org.marshalimage;

import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.LongLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.layout.ObjectLengths;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * Stands on one object at a time and reads it; moving makes no Java object, so that a graph of any
 * size can be walked without allocation. Objects are known by their offsets, which are multiples of
 * 8 below the image's length: {@code offset >>> 3} is an index for a bit set of what has been seen.
 *
 * <p>A loop over an image that nobody has verified has to bound itself. What has been seen is not
 * enough: a hostile image of n bytes may have n / 8 objects that lie inside one another, with n / 8
 * slots each. Objects of a sound image do not overlap: the sum of {@link #length()} over the
 * objects met, each counted once, stays below the length of the image.
 *
 * <p>Not thread-safe: each thread takes its own from {@link MarshalImage#cursor()}.
 */
public final class ImageCursor {
  private final ImageBytes bytes;
  private final ObjectLengths lengths;
  private long offset;
  private int kind;
  private int size;
  private int slotCount;
  private int widthShift;

  /** Whether slots of the current object may be empty. */
  private boolean mayBeEmpty;

  /** Where the slots, or the data, of the current object start. */
  private long body;

  ImageCursor(ImageBytes bytes) {
    this.bytes = bytes;
    lengths = ObjectLengths.of(bytes.pointerWidth());
  }

  /**
   * Moves to an object.
   *
   * @param object a view of this cursor's image
   * @return this cursor
   * @throws IllegalArgumentException if the view is of another image
   */
  public ImageCursor moveTo(ImageObject object) {
    if (object.bytes != bytes) {
      throw Failures.otherImage(bytes, object.bytes);
    }
    bytes.checkOpen();
    return move(object.offset);
  }

  /**
   * Moves to the object at an offset, which came from {@link #slot}, {@link ImageObject#offset()}
   * or {@link ImageModule#rootOffset()}. An offset of something else gives an exception or
   * nonsense, but never memory outside the image.
   *
   * @param object bytes from the start of the image
   * @return this cursor
   */
  public ImageCursor moveTo(long object) {
    bytes.checkOpen();
    return move(ObjectChecks.checkObject(bytes, object));
  }

  /**
   * Moves to what a slot of the current object names.
   *
   * @param index 0 to {@code slotCount() - 1}, of a slot that is not empty
   * @return this cursor
   */
  public ImageCursor moveToSlot(int index) {
    return move(ObjectChecks.target(bytes, slotOffset(index)));
  }

  private ImageCursor move(long object) {
    int newKind = ObjectChecks.kind(bytes, object);
    int newSize = 0;
    int newSlotCount = 0;
    boolean newMayBeEmpty = false;
    // The commonest kinds by branches, which are faster; all others by the tables.
    switch (newKind) {
      case TypeCode.STR:
        long strShape = ObjectChecks.strShape(bytes, object);
        newSize = (int) (strShape >>> ObjectChecks.SHAPE_LENGTH_SHIFT);
        widthShift = (int) strShape & StrLayout.WIDTH_MASK;
        body = object + StrLayout.DATA_OFFSET;
        break;
      case TypeCode.BYTES:
        newSize = ObjectChecks.bytesLength(bytes, object);
        widthShift = 0;
        body = object + BytesLayout.DATA_OFFSET;
        break;
      case TypeCode.TUPLE:
        newSize = ObjectChecks.containerSize(bytes, object, 1);
        newSlotCount = newSize;
        body = object + ObjectLayout.SLOTS_OFFSET;
        break;
      case TypeCode.CODE:
        ObjectChecks.checkCode(bytes, object);
        newSlotCount = CodeLayout.SLOTS;
        newMayBeEmpty = true;
        body = object + CodeLayout.SLOTS_OFFSET;
        break;
      default:
        long shape = ObjectChecks.shape(bytes, object, newKind, lengths);
        newSize = (int) (shape >>> ObjectChecks.SHAPE_LENGTH_SHIFT);
        newSlotCount = lengths.slotCount(newKind, newSize);
        newMayBeEmpty = lengths.hasEmptySlots(newKind);
        body = object + lengths.bodyOffset(newKind);
        break;
    }
    kind = newKind;
    size = newSize;
    slotCount = newSlotCount;
    mayBeEmpty = newMayBeEmpty;
    offset = object;
    return this;
  }

  /**
   * Returns where the current object lies.
   *
   * @return bytes from the start of the image; 0 before the first move
   */
  public long offset() {
    return offset;
  }

  /**
   * Returns the type of the current object.
   *
   * @return a {@link TypeCode}; 0 before the first move
   */
  public int kind() {
    return kind;
  }

  /**
   * Returns the interpreter's handle for the type of the current object.
   *
   * @return as of {@link ImageObject#typeHandle()}
   * @throws IllegalStateException if the image was mapped read-only and without a table of types,
   *     or before the first move
   */
  public long typeHandle() {
    if (offset == 0) {
      throw wrongKind();
    }
    return bytes.typeHandle(kind, offset);
  }

  /**
   * Returns the number of bytes, code points, items or entries, or of slots of a record.
   *
   * @return 0 for what has none of these
   */
  public int size() {
    return size;
  }

  /**
   * Returns how much of the image the current object takes.
   *
   * @return bytes, padding included: a multiple of 8
   */
  public long length() {
    return lengths.length(kind, size, widthShift);
  }

  /**
   * Returns how much of the current object is text, bytes or digits.
   *
   * @return bytes, without padding; 0 for what has none of these
   */
  public long dataLength() {
    return lengths.dataLength(kind, size, widthShift);
  }

  /**
   * Returns the number of slots: one for each item, two for each entry of a dict, three in a slice,
   * in a code object those of {@link CodeLayout}, in a record those that it has.
   *
   * @return 0 for what has no slots
   */
  public int slotCount() {
    return slotCount;
  }

  /**
   * Returns what a slot names.
   *
   * @param index 0 to {@code slotCount() - 1}
   * @return offset of the object; 0 if the slot is empty, as in code objects and records alone
   */
  public long slot(int index) {
    long slot = slotOffset(index);
    return mayBeEmpty && bytes.isEmptySlot(slot) ? 0 : ObjectChecks.target(bytes, slot);
  }

  private long slotOffset(int index) {
    if (index < 0 || index >= slotCount) {
      throw Failures.index(index, slotCount);
    }
    return bytes.slotOffset(body, index);
  }

  /**
   * Returns the value of an int within 64 bits, the bits of a float or those of the real part of a
   * complex.
   *
   * @return 64 bits
   */
  public long longValue() {
    if (kind != TypeCode.INT && kind != TypeCode.FLOAT && kind != TypeCode.COMPLEX) {
      throw wrongKind();
    }
    return bytes.getLong(offset + ObjectLayout.VALUE_OFFSET);
  }

  /**
   * Returns the bits of the imaginary part of a complex.
   *
   * @return IEEE 754 bits
   */
  public long imaginaryBits() {
    if (kind != TypeCode.COMPLEX) {
      throw wrongKind();
    }
    return bytes.getLong(offset + ObjectLayout.IMAGINARY_OFFSET);
  }

  /**
   * Returns a digit of an int outside 64 bits.
   *
   * @param index 0, the lowest, to {@code size() - 1}
   * @return 64 bits, unsigned
   */
  public long digit(int index) {
    if (kind != TypeCode.LONG) {
      throw wrongKind();
    }
    checkIndex(index);
    return bytes.readLong(body + (long) index * Long.BYTES);
  }

  /**
   * Returns the flags of an int outside 64 bits.
   *
   * @return bits {@link LongLayout#FLAG_NEGATIVE} and {@link LongLayout#FLAG_PYTHON_2}
   */
  public long longFlags() {
    if (kind != TypeCode.LONG) {
      throw wrongKind();
    }
    return bytes.getLong(offset + LongLayout.FLAGS_OFFSET);
  }

  /**
   * Returns a code point of a str, or a byte, 0 to 255, of a bytes object.
   *
   * @param index 0 to {@code size() - 1}
   * @return 0 to 0x10FFFF
   */
  public int codePointAt(int index) {
    if (kind != TypeCode.STR && kind != TypeCode.BYTES) {
      throw wrongKind();
    }
    checkIndex(index);
    return ObjectChecks.codePoint(bytes, body, widthShift, index);
  }

  /**
   * Returns eight bytes of the current str or bytes object, as they are stored: for whoever hashes,
   * compares or copies text and finds one code point after the other too slow.
   *
   * @param index 0 to {@code (dataLength() + 7) / 8 - 1}
   * @return bytes {@code 8 * index} to {@code 8 * index + 7} of the data, the first of them lowest;
   *     zero behind the end
   */
  public long dataWord(int index) {
    if (kind != TypeCode.STR && kind != TypeCode.BYTES) {
      throw wrongKind();
    }
    long at = (long) index << 3;
    long left = ((long) size << widthShift) - at;
    if (index < 0 || left <= 0) {
      throw Failures.index(index, (int) (dataLength() + 7 >>> 3));
    }
    if (left >= Long.BYTES) {
      return bytes.readLong(body + at);
    }
    // The word that ends with the data: before it is the head, behind it may be nothing.
    return bytes.readLong(body + at + left - Long.BYTES) >>> Long.SIZE - (int) left * Byte.SIZE;
  }

  /**
   * Returns the number of a str or bytes object, of a code object, or of an external.
   *
   * @return at least 0
   */
  public int number() {
    if (kind == TypeCode.CODE) {
      return bytes.getInt(offset + ObjectLayout.SIZE_OFFSET);
    }
    if (kind == TypeCode.EXTERNAL) {
      return bytes.state().externals().numberOf(offset);
    }
    if (kind != TypeCode.STR && kind != TypeCode.BYTES) {
      throw wrongKind();
    }
    return bytes.getInt(offset + StrLayout.NUMBER_OFFSET) >>> StrLayout.NUMBER_SHIFT;
  }

  /**
   * Returns an int field of a code object.
   *
   * @param field one of the {@code i32} fields of {@link CodeLayout}, for example {@link
   *     CodeLayout#FLAGS_OFFSET}
   * @return its value
   */
  public int codeField(int field) {
    if (kind != TypeCode.CODE) {
      throw wrongKind();
    }
    if (field < CodeLayout.ARG_COUNT_OFFSET
        || field > CodeLayout.FIRST_LINE_OFFSET
        || field % Integer.BYTES != 0) {
      throw new IllegalArgumentException("not an int field of a code object: " + field);
    }
    return bytes.getInt(offset + field);
  }

  /**
   * Returns the number of the type of a record.
   *
   * @return its index in {@link MarshalImage#recordTypes()}
   */
  public int recordType() {
    if (kind != TypeCode.RECORD) {
      throw wrongKind();
    }
    return bytes.state().recordTypes().indexOf(offset);
  }

  private void checkIndex(int index) {
    if (index < 0 || index >= size) {
      throw Failures.index(index, size);
    }
  }

  private RuntimeException wrongKind() {
    return new IllegalStateException(
        "not of a " + TypeCode.nameOf(kind) + ", offset=0x" + Long.toHexString(offset));
  }
}
