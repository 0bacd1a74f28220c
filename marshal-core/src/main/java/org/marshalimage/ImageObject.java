package org.marshalimage;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.Value;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

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
        CodeView,
        RecordView,
        ExternalView {
  final ImageBytes bytes;
  final long offset;

  ImageObject(ImageBytes bytes, long offset) {
    this.bytes = bytes;
    this.offset = offset;
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
    bytes.checkOpen();
    return ObjectChecks.kind(bytes, offset);
  }

  /**
   * Returns the interpreter's handle for the object's type.
   *
   * @return as the {@link TypeTable} has it that the image was mapped with; in place, without one,
   *     of {@link TypeTable#standard()}
   * @throws IllegalStateException if the image was mapped read-only and without a table
   */
  public final long typeHandle() {
    return bytes.typeHandle(kind(), offset);
  }

  /**
   * Returns the interpreter's object for the object's type.
   *
   * @return as the {@link TypeTable} has it that the image was mapped with; null if it has none
   * @throws IllegalStateException if the image was mapped read-only and without a table
   */
  public final @Nullable Object type() {
    return bytes.typeObject(kind(), offset);
  }

  /**
   * Returns where the object lies in memory: its count, then as the format says, slots being
   * addresses and the type word the handle. In place alone. The memory may be read, and its count
   * and bytecode written, until the image is closed, and as long as the program holds the image or
   * a view of it.
   *
   * @return an address, a multiple of 8
   * @throws UnsupportedOperationException if the image is mapped read-only
   * @throws IllegalStateException if the image is closed
   */
  public final long address() {
    if (!bytes.isInPlace()) {
      throw Failures.notInPlace(bytes, "an address");
    }
    bytes.awaitLinking();
    bytes.checkOpen();
    return bytes.linkBase() + offset;
  }

  /**
   * Returns the object's number; all objects of an image are numbered densely.
   *
   * @return 0 to the number of objects, less 1
   * @throws IllegalStateException if the count of the object is no longer pinned, as an interpreter
   *     that mapped the image in place may have written: then the number is gone
   */
  public final int objectNumber() {
    bytes.checkOpen();
    return ObjectChecks.objectNumber(bytes, offset);
  }

  /**
   * Copies this object, and all that it leads to, into the object model. Sharing and cycles
   * survive.
   *
   * @return the value
   * @throws org.marshalimage.format.CorruptImageException if an object breaks the format; if
   *     objects overlap, so that the copy would be larger than the file justifies; if the file was
   *     cut while it was mapped
   * @throws ImageLimitException if the graph is larger than {@link MapOptions} allow
   */
  public final Value toValue() {
    return ValueReader.read(List.of(this)).get(0);
  }

  /**
   * Copies several objects, and all that they lead to, into the object model. What several of them
   * lead to is one value.
   *
   * @param objects of one mapping
   * @return their values in the same order
   * @throws IllegalArgumentException if the objects are of several mappings
   * @throws org.marshalimage.format.CorruptImageException as of {@link #toValue()}
   * @throws ImageLimitException if the graphs together are larger than {@link MapOptions} allow
   */
  public static List<Value> toValues(List<? extends ImageObject> objects) {
    for (ImageObject object : objects) {
      if (object.bytes != objects.get(0).bytes) {
        throw new IllegalArgumentException(
            "objects of two mappings: " + objects.get(0).bytes.file() + ", " + object.bytes.file());
      }
    }
    return objects.isEmpty() ? List.of() : ValueReader.read(objects);
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
