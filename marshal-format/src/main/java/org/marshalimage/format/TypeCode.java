package org.marshalimage.format;

/**
 * Type codes: the byte that opens each object in a marshal stream, and the value of the type word
 * of each object in an image.
 *
 * <p>A stream may hold any of these codes but {@link #RECORD} and {@link #EXTERNAL}. An image holds
 * only those whose documentation says "image"; the others are shorter spellings of the same types,
 * or references, and are gone once a stream has been decoded.
 *
 * <p>Source: CPython's {@code Python/marshal.c}. The codes are plain {@code int}s and not an enum
 * because each class that the load path touches costs start-up time.
 */
public final class TypeCode {
  /** End of a dict in a stream; no object. */
  public static final int NULL = '0';

  /** {@code None} (image). */
  public static final int NONE = 'N';

  /** {@code True} (image). */
  public static final int TRUE = 'T';

  /** {@code False} (image). */
  public static final int FALSE = 'F';

  /** {@code StopIteration}, the type (image). */
  public static final int STOP_ITERATION = 'S';

  /** {@code Ellipsis} (image). */
  public static final int ELLIPSIS = '.';

  /** An int: 32 bits in a stream, 64 in an image (image). */
  public static final int INT = 'i';

  /** A 64-bit int; only old streams have it. */
  public static final int INT64 = 'I';

  /** An int outside 64 bits, or Python 2's {@code long} (image). */
  public static final int LONG = 'l';

  /** A float written as text; stream versions 0 and 1. */
  public static final int TEXT_FLOAT = 'f';

  /** A float as IEEE 754 bits (image). */
  public static final int FLOAT = 'g';

  /** A complex written as text; stream versions 0 and 1. */
  public static final int TEXT_COMPLEX = 'x';

  /** A complex as two IEEE 754 doubles (image). */
  public static final int COMPLEX = 'y';

  /** Python 3's {@code bytes}, Python 2's {@code str} (image). */
  public static final int BYTES = 's';

  /** An interned string: text in Python 3, bytes in Python 2. */
  public static final int INTERNED = 't';

  /** Python 2's reference to an earlier interned string, by its ordinal. */
  public static final int STRING_REF = 'R';

  /** Reference to an earlier object of the stream, by its ordinal. */
  public static final int REF = 'r';

  /** Python 3's {@code str}, Python 2's {@code unicode} (image). */
  public static final int STR = 'u';

  /** An ASCII string with a 32-bit length. */
  public static final int ASCII = 'a';

  /** An interned ASCII string with a 32-bit length. */
  public static final int ASCII_INTERNED = 'A';

  /** An ASCII string with an 8-bit length. */
  public static final int SHORT_ASCII = 'z';

  /** An interned ASCII string with an 8-bit length. */
  public static final int SHORT_ASCII_INTERNED = 'Z';

  /** A tuple (image). */
  public static final int TUPLE = '(';

  /** A tuple with an 8-bit size. */
  public static final int SMALL_TUPLE = ')';

  /** A list (image). */
  public static final int LIST = '[';

  /** A dict (image). */
  public static final int DICT = '{';

  /** A frozendict; stream version 6 (image). */
  public static final int FROZENDICT = '}';

  /** A set (image). */
  public static final int SET = '<';

  /** A frozenset (image). */
  public static final int FROZENSET = '>';

  /** A slice; stream version 5 (image). */
  public static final int SLICE = ':';

  /** A code object (image). */
  public static final int CODE = 'c';

  /** A record: an object of a type that the interpreter defines; no stream has it (image). */
  public static final int RECORD = 'o';

  /** Something that the running interpreter has, by name; no stream has it (image). */
  public static final int EXTERNAL = 'e';

  /** Set on a stream's type code when the object is given a number that {@link #REF} may name. */
  public static final int FLAG_REF = 0x80;

  /** Type words below this are type codes; an in-place interpreter's handles lie at or above it. */
  public static final int LIMIT = 0x100;

  /** What {@link #nameOf} says of a number that is no type code. */
  public static final String UNKNOWN = "unknown type";

  private TypeCode() {}

  /**
   * Returns what people call the type, for messages.
   *
   * @param typeCode any value
   * @return for example {@code "tuple"}, or {@link #UNKNOWN}
   */
  public static String nameOf(long typeCode) {
    if (typeCode < 0 || typeCode >= LIMIT) {
      return UNKNOWN;
    }
    int code = (int) typeCode;
    if (Kind.isKind(code)) {
      return Kind.of(code).typeName();
    }
    switch (code) {
      case NULL:
        return "null";
      case INT64:
        return Kind.INT.typeName();
      case TEXT_FLOAT:
        return Kind.FLOAT.typeName();
      case TEXT_COMPLEX:
        return Kind.COMPLEX.typeName();
      case INTERNED:
        return "interned string";
      case STRING_REF:
        return "string reference";
      case REF:
        return "reference";
      case ASCII:
      case ASCII_INTERNED:
      case SHORT_ASCII:
      case SHORT_ASCII_INTERNED:
        return Kind.STR.typeName();
      case SMALL_TUPLE:
        return Kind.TUPLE.typeName();
      default:
        return UNKNOWN;
    }
  }
}
