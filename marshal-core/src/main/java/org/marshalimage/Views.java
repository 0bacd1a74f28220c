package org.marshalimage;

import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * Makes the view that an object's type asks for. It does so by a method of each class of view that
 * says to return an {@link ImageObject}: if the views were made here, the verifier would load all
 * classes to see that they are ones. The way from an image to a module's code needs none of this.
 */
final class Views {
  private Views() {}

  /** Makes a view of what a slot names. */
  static ImageObject atSlot(ImageBytes bytes, long slotOffset) {
    return at(bytes, ObjectChecks.target(bytes, slotOffset));
  }

  /** Makes a view of the object at an offset whose head lies in the image. */
  static ImageObject at(ImageBytes bytes, long offset) {
    int kind = ObjectChecks.kind(bytes, offset);
    switch (kind) {
      case TypeCode.NONE:
      case TypeCode.TRUE:
      case TypeCode.FALSE:
      case TypeCode.ELLIPSIS:
      case TypeCode.STOP_ITERATION:
        return SingletonView.view(bytes, offset);
      case TypeCode.INT:
      case TypeCode.LONG:
        return IntView.view(bytes, offset, kind);
      case TypeCode.FLOAT:
        return FloatView.view(bytes, offset);
      case TypeCode.COMPLEX:
        return ComplexView.view(bytes, offset);
      case TypeCode.BYTES:
        return BytesView.view(bytes, offset);
      case TypeCode.STR:
        return StrView.view(bytes, offset);
      case TypeCode.TUPLE:
        return TupleView.view(bytes, offset);
      case TypeCode.LIST:
        return ListView.view(bytes, offset);
      case TypeCode.SET:
      case TypeCode.FROZENSET:
        return SetView.view(bytes, offset);
      case TypeCode.DICT:
      case TypeCode.FROZENDICT:
        return DictView.view(bytes, offset);
      case TypeCode.SLICE:
        return SliceView.view(bytes, offset);
      case TypeCode.CODE:
        return CodeView.view(bytes, offset);
      default:
        return stateAt(bytes, offset, kind);
    }
  }

  /**
   * Makes a view of what only snapshots have. A method of its own: the JIT compiles none into its
   * callers that is longer than 325 bytes, and a switch over all kinds is, being a table of all
   * numbers between them. Then each view is allocated, which takes half as long again.
   */
  private static ImageObject stateAt(ImageBytes bytes, long offset, int kind) {
    switch (kind) {
      case TypeCode.RECORD:
        return RecordView.view(bytes, offset);
      case TypeCode.EXTERNAL:
        return ExternalView.view(bytes, offset);
      default:
        throw Failures.unknownType(bytes, kind, offset);
    }
  }

  /** Makes a view of an item of a container that has been proven. */
  static ImageObject item(ImageBytes bytes, long container, int index, int size) {
    return atSlot(bytes, slotOffset(bytes, container, index, size));
  }

  /** Returns the type code of an item of a container that has been proven. */
  static int itemKind(ImageBytes bytes, long container, int index, int size) {
    return ObjectChecks.kind(bytes, itemOffset(bytes, container, index, size));
  }

  /** Returns where an item of a container that has been proven lies. */
  static long itemOffset(ImageBytes bytes, long container, int index, int size) {
    return ObjectChecks.target(bytes, slotOffset(bytes, container, index, size));
  }

  private static long slotOffset(ImageBytes bytes, long container, int index, int size) {
    if (index < 0 || index >= size) {
      throw Failures.index(index, size);
    }
    return ObjectChecks.itemSlot(bytes, container, index);
  }
}
