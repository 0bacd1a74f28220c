package org.marshalimage.internal.memory;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.UnsupportedImageVersionException;

/**
 * Builds exceptions. A class of its own, so that neither the exceptions nor the concatenation of
 * their messages are loaded while nothing fails; for the verifier's sake the declared types are the
 * JDK's.
 */
public final class Failures {
  private Failures() {}

  /**
   * Makes an error for what cannot happen. Its type is not said: who throws it would load that
   * class even where nothing is thrown.
   */
  public static Error bug(String problem, @Nullable Throwable cause) {
    return new AssertionError(problem, cause);
  }

  /** An image breaks the format at an offset. */
  public static RuntimeException corrupt(ImageBytes image, String problem, long offset) {
    return new CorruptImageException(problem, offset, nameOf(image));
  }

  private static @Nullable String nameOf(ImageBytes image) {
    return image.path() == null ? null : image.file();
  }

  /** A str has what is no code point. */
  public static RuntimeException codePoint(ImageBytes image, int found, long offset) {
    return corrupt(image, "not a code point: found=" + Integer.toUnsignedString(found), offset);
  }

  /** A field of an image has a value other than the only right one. */
  public static RuntimeException field(
      ImageBytes image, String field, long expected, long found, long offset) {
    return corrupt(image, "bad " + field + ": expected=" + expected + ", found=" + found, offset);
  }

  /** A type word other than the field allows. */
  public static RuntimeException type(
      ImageBytes image, String field, int expected, long found, long offset) {
    return corrupt(
        image,
        "bad type of "
            + field
            + ": expected="
            + TypeCode.nameOf(expected)
            + ", found="
            + describe(found),
        offset);
  }

  /** A type word that is no type code of an image. */
  public static RuntimeException unknownType(ImageBytes image, long found, long offset) {
    return corrupt(image, "unknown type code: found=" + describe(found), offset);
  }

  /** A record of a type that RECORD_TYPES does not have. */
  public static RuntimeException unknownRecordType(
      ImageBytes image, int found, int count, long record) {
    return corrupt(
        image,
        "unknown type of record: expected below "
            + count
            + ", found="
            + Integer.toUnsignedString(found),
        record + RecordLayout.RECORD_TYPE_OFFSET);
  }

  /** A slot that leads nowhere. */
  public static RuntimeException slot(ImageBytes image, long target, long slotOffset) {
    return corrupt(
        image,
        "slot leads to no object: target=0x"
            + Long.toHexString(target)
            + ", objects=0x"
            + Long.toHexString(image.objectsStart())
            + "..0x"
            + Long.toHexString(image.objectsEnd())
            + ", alignment=8",
        slotOffset);
  }

  /** Objects that lie inside one another: together they are longer than what holds them. */
  public static RuntimeException overlap(ImageBytes image, long expected, long found, long offset) {
    return corrupt(
        image,
        "objects overlap: expected at most " + expected + " bytes in all, found=" + found,
        offset);
  }

  /** A page of the file that the system could not read. */
  public static RuntimeException unreadable(ImageBytes image, InternalError cause) {
    RuntimeException failure =
        corrupt(
            image,
            "file was cut while it was mapped, or cannot be read: mapped length=" + image.length(),
            MarshalFormatException.NO_OFFSET);
    failure.initCause(cause);
    return failure;
  }

  /** A file that is written to while it is verified. */
  public static RuntimeException changed(ImageBytes image) {
    return corrupt(image, "file changed while it was checked", MarshalFormatException.NO_OFFSET);
  }

  static RuntimeException range(ImageBytes image, long offset, long length) {
    return corrupt(
        image, "range leaves the image: length=" + length + ", limit=" + image.length(), offset);
  }

  static RuntimeException closed(ImageBytes image) {
    return new IllegalStateException("image is closed: " + image.file());
  }

  /** An object whose number an interpreter has overwritten with a count. */
  public static RuntimeException notPinned(ImageBytes image, int count, long offset) {
    return new IllegalStateException(
        "count is not pinned, number unknown: count="
            + count
            + ", offset=0x"
            + Long.toHexString(offset)
            + ", file="
            + image.file());
  }

  /** An image that was mapped without a table of types. */
  static RuntimeException noTypes(ImageBytes image) {
    return new IllegalStateException(
        "image was mapped without a type table, MapOptions.types gives it one: " + image.file());
  }

  /** An image that was mapped without a resolver of externals. */
  static RuntimeException noResolver(ImageBytes image) {
    return new IllegalStateException(
        "image was mapped without a resolver, MapOptions.externals gives it one: " + image.file());
  }

  /** A type code that an image has, though its TYPES section does not list it. */
  static RuntimeException unboundType(ImageBytes image, int code, long offset) {
    return corrupt(image, "type is not listed in TYPES: " + TypeCode.nameOf(code), offset);
  }

  /**
   * An operation that a read-only mapping cannot do.
   *
   * @param operation what the caller asked for, the subject of a sentence
   */
  public static RuntimeException notInPlace(ImageBytes image, String operation) {
    return new UnsupportedOperationException(
        operation + " needs an image mapped in place, MapOptions.inPlace: " + image.file());
  }

  /** A module's code, asked of a root of another type. */
  public static RuntimeException notCode(ImageBytes image, String root, int kind, long offset) {
    return new IllegalStateException(
        "root is no code object, root() returns it: found="
            + TypeCode.nameOf(kind)
            + ", root="
            + root
            + ", offset=0x"
            + Long.toHexString(offset)
            + ", file="
            + image.file());
  }

  /** A mapping that is to be unmapped on close, where the JDK cannot. */
  public static RuntimeException cannotUnmap(Path path) {
    return new UnsupportedOperationException(
        "MapOptions.unmapOnClose needs JDK 22 or newer, on older ones the collector unmaps: found="
            + System.getProperty("java.specification.version")
            + ", file="
            + path);
  }

  /** The path of an image that is not that of a file. */
  public static RuntimeException noPath(ImageBytes image) {
    return new UnsupportedOperationException("no file, the image is that of a " + image.file());
  }

  /**
   * An option that an image in a buffer cannot have.
   *
   * @param problem what was asked for, and why it is refused
   */
  public static RuntimeException notOfBuffer(ImageBytes image, String problem) {
    return new IllegalArgumentException(problem + ": " + image.file());
  }

  /** A file that is not written; the JDK has no message for a thread that is interrupted. */
  public static IOException writing(Path target, IOException cause) {
    Throwable reason = cause.getCause() instanceof IOException ? cause.getCause() : cause;
    if (!(reason instanceof ClosedByInterruptException)
        && !(reason instanceof FileLockInterruptionException)) {
      return cause;
    }
    IOException failure =
        new InterruptedIOException("interrupted, nothing is written: file=" + target);
    failure.initCause(cause);
    return failure;
  }

  /** A path that is none of a file. */
  static RuntimeException noFile(Path path, RuntimeException cause) {
    return cause instanceof UnsupportedOperationException
        ? new IllegalArgumentException(
            "not on the default file system, images can only lie there: file=" + path.toUri(),
            cause)
        : cause;
  }

  /** An index outside an object. */
  public static RuntimeException index(long index, long size) {
    return new IndexOutOfBoundsException("no such item: index=" + index + ", size=" + size);
  }

  /** A number, read from an object, that the image does not have. */
  public static RuntimeException number(
      ImageBytes image, String what, int number, int count, long offset) {
    return corrupt(
        image,
        "number is none of the image's " + what + ": found=" + number + ", count=" + count,
        offset);
  }

  /** A view of an image other than the one that it is used with. */
  public static RuntimeException otherImage(ImageBytes expected, ImageBytes found) {
    return new IllegalArgumentException(
        "view of another image: expected=" + expected.file() + ", found=" + found.file());
  }

  /** An image that is not on a path of images. */
  public static RuntimeException notOnPath(ImageBytes image) {
    return new IllegalArgumentException("image is not on the path: " + image.file());
  }

  /** A view of a type that a table is not for. */
  public static RuntimeException notOf(ImageBytes image, String what, int kind, long offset) {
    return new IllegalArgumentException(
        "table is of "
            + what
            + ": found="
            + TypeCode.nameOf(kind)
            + ", offset=0x"
            + Long.toHexString(offset)
            + ", file="
            + image.file());
  }

  /** A maker that breaks the rules for makers of attachments. */
  public static RuntimeException attaching(ImageBytes image, String problem, long offset) {
    return new IllegalStateException(
        problem + ": offset=0x" + Long.toHexString(offset) + ", file=" + image.file());
  }

  /** An image of a kind that this library does not read. */
  public static RuntimeException unsupported(ImageBytes image, String problem, long offset) {
    return new UnsupportedImageVersionException(problem, offset, nameOf(image));
  }

  static IOException tooLarge(Path path, long length) {
    return new IOException(
        "image is too large: length=" + length + ", max=" + Integer.MAX_VALUE + ", file=" + path);
  }

  /** An image whose parts fail their checksum. */
  public static RuntimeException checksum(
      ImageBytes image, String part, long expected, long found, long offset) {
    return corrupt(
        image,
        "checksum of "
            + part
            + " is off: expected=0x"
            + Long.toHexString(expected)
            + ", found=0x"
            + Long.toHexString(found),
        offset);
  }

  /** A file that is not an image at all. */
  public static RuntimeException notAnImage(ImageBytes image, String problem) {
    return corrupt(image, problem, MarshalFormatException.NO_OFFSET);
  }

  private static String describe(long typeWord) {
    String name = TypeCode.nameOf(typeWord);
    return "0x" + Long.toHexString(typeWord) + " (" + name + ")";
  }
}
