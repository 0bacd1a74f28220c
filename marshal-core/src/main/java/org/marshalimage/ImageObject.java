package org.marshalimage;

import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.Value;
import org.marshalimage.internal.Failures;
import org.marshalimage.internal.ImageBytes;
import org.marshalimage.internal.Records;

/**
 * A view of one object of an image. Immutable, safe for use by many threads, valid until the image
 * is closed. Two views are equal if they are of the same object of the same mapping; equal
 * immutable values of an image are one object.
 */
public abstract sealed class ImageObject
    permits SingletonView,
        IntView,
        FloatView,
        ComplexView,
        BytesView,
        StrView,
        TupleView,
        ListView,
        SetView,
        DictView,
        SliceView,
        CodeView {
  final ImageBytes bytes;
  final long offset;

  ImageObject(ImageBytes bytes, long offset) {
    this.bytes = bytes;
    this.offset = offset;
  }

  /** Makes a view of what a slot names. */
  static ImageObject atSlot(ImageBytes bytes, long slotOffset) {
    return at(bytes, Records.target(bytes, slotOffset));
  }

  /** Makes a view of the object at an offset whose head lies in the image. */
  static ImageObject at(ImageBytes bytes, long offset) {
    int kind = Records.kind(bytes, offset);
    switch (kind) {
      case TypeCode.NONE:
      case TypeCode.TRUE:
      case TypeCode.FALSE:
      case TypeCode.ELLIPSIS:
      case TypeCode.STOP_ITERATION:
        return new SingletonView(bytes, offset);
      case TypeCode.INT:
      case TypeCode.LONG:
        return new IntView(bytes, offset, kind);
      case TypeCode.FLOAT:
        return new FloatView(bytes, offset);
      case TypeCode.COMPLEX:
        return new ComplexView(bytes, offset);
      case TypeCode.BYTES:
        return new BytesView(bytes, offset);
      case TypeCode.STR:
        return new StrView(bytes, offset);
      case TypeCode.TUPLE:
        return new TupleView(bytes, offset);
      case TypeCode.LIST:
        return new ListView(bytes, offset);
      case TypeCode.SET:
      case TypeCode.FROZENSET:
        return new SetView(bytes, offset, kind);
      case TypeCode.DICT:
      case TypeCode.FROZENDICT:
        return new DictView(bytes, offset, kind);
      case TypeCode.SLICE:
        return new SliceView(bytes, offset);
      case TypeCode.CODE:
        return new CodeView(bytes, offset);
      default:
        throw Failures.unknownType(bytes, kind, offset);
    }
  }

  /** Makes a view of an item of a container that has been proven. */
  static ImageObject item(ImageBytes bytes, long container, int index, int size) {
    return atSlot(bytes, slotOffset(container, index, size));
  }

  /** Returns the type code of an item of a container that has been proven. */
  static int itemKind(ImageBytes bytes, long container, int index, int size) {
    return Records.kind(bytes, Records.target(bytes, slotOffset(container, index, size)));
  }

  private static long slotOffset(long container, int index, int size) {
    if (index < 0 || index >= size) {
      throw Failures.index(index, size);
    }
    return container + ObjectLayout.SLOTS_OFFSET + (long) index * Long.BYTES;
  }

  /**
   * Returns where the object lies.
   *
   * @return bytes from the start of the image, a multiple of 8
   */
  public final long offset() {
    return offset;
  }

  /**
   * Returns the object's type.
   *
   * @return a {@link TypeCode}
   */
  public final int kind() {
    return Records.kind(bytes, offset);
  }

  /**
   * Copies this object, and all that it leads to, into the object model. Sharing and cycles
   * survive.
   *
   * @return the value
   * @throws IllegalStateException if a cycle leads through a code object or a slice, which the
   *     model cannot hold
   */
  public final Value toValue() {
    return ValueReader.read(this);
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof ImageObject
        && ((ImageObject) other).bytes == bytes
        && ((ImageObject) other).offset == offset;
  }

  @Override
  public final int hashCode() {
    return Long.hashCode(offset);
  }
}
