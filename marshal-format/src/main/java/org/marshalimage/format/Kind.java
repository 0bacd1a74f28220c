package org.marshalimage.format;

/**
 * The kinds of objects that an image has: one constant, one row of the table, for each. What the
 * rest of the library has to know of a kind follows from its row, or is a {@code switch} without
 * {@code default}, so that the compiler names every place where a new kind is missing.
 *
 * <p>An object is a head and its fields, {@link #bodyOffset()} bytes; then its slots, a fixed
 * number of them and {@link #slotsPerUnit()} for each unit of SIZE; then {@link #bytesPerUnit()}
 * bytes of data for each unit of SIZE; then zeros up to the alignment.
 *
 * <p>Not for loops over all objects of an image, nor for the way from an image to a module's code:
 * these go by type codes, {@code int}s, and by tables that are filled from this one.
 */
public enum Kind {
  // Type code, name, identity, first stream version, body offset, fixed slots, slots and bytes of a
  // unit of SIZE.
  /** {@code None}. */
  NONE(TypeCode.NONE, "None", Identity.MERGED, 0, ObjectLayout.HEAD_SIZE, 0, 0, 0),
  /** {@code True}. */
  TRUE(TypeCode.TRUE, "True", Identity.MERGED, 0, ObjectLayout.HEAD_SIZE, 0, 0, 0),
  /** {@code False}. */
  FALSE(TypeCode.FALSE, "False", Identity.MERGED, 0, ObjectLayout.HEAD_SIZE, 0, 0, 0),
  /** {@code Ellipsis}. */
  ELLIPSIS(TypeCode.ELLIPSIS, "Ellipsis", Identity.MERGED, 0, ObjectLayout.HEAD_SIZE, 0, 0, 0),
  /** {@code StopIteration}, the type. */
  STOP_ITERATION(
      TypeCode.STOP_ITERATION,
      "StopIteration",
      Identity.MERGED,
      0,
      ObjectLayout.HEAD_SIZE,
      0,
      0,
      0),
  /** An int within 64 bits. */
  INT(TypeCode.INT, "int", Identity.MERGED, 0, ObjectLayout.NUMBER_SIZE, 0, 0, 0),
  /** An int outside 64 bits, or Python 2's {@code long}. */
  LONG(TypeCode.LONG, "long int", Identity.MERGED, 0, LongLayout.DIGITS_OFFSET, 0, 0, Long.BYTES),
  /** A float. */
  FLOAT(TypeCode.FLOAT, "float", Identity.MERGED, 0, ObjectLayout.NUMBER_SIZE, 0, 0, 0),
  /** A complex. */
  COMPLEX(TypeCode.COMPLEX, "complex", Identity.MERGED, 0, ObjectLayout.COMPLEX_SIZE, 0, 0, 0),
  /** Python 3's {@code bytes}, Python 2's {@code str}. */
  BYTES(TypeCode.BYTES, "bytes", Identity.MERGED, 0, BytesLayout.DATA_OFFSET, 0, 0, 1),
  /** Python 3's {@code str}, Python 2's {@code unicode}; a unit is 1, 2 or 4 bytes wide. */
  STR(TypeCode.STR, "str", Identity.MERGED, 0, StrLayout.DATA_OFFSET, 0, 0, 1),
  /** A tuple. */
  TUPLE(TypeCode.TUPLE, "tuple", Identity.MERGED, 0, ObjectLayout.SLOTS_OFFSET, 0, 1, 0),
  /** A list. */
  LIST(TypeCode.LIST, "list", Identity.MUTABLE, 0, ObjectLayout.SLOTS_OFFSET, 0, 1, 0),
  /** A dict: key and value in turn. */
  DICT(TypeCode.DICT, "dict", Identity.MUTABLE, 0, ObjectLayout.SLOTS_OFFSET, 0, 2, 0),
  /** A frozendict: key and value in turn. */
  FROZENDICT(
      TypeCode.FROZENDICT, "frozendict", Identity.MERGED, 6, ObjectLayout.SLOTS_OFFSET, 0, 2, 0),
  /** A set. */
  SET(TypeCode.SET, "set", Identity.MUTABLE, 0, ObjectLayout.SLOTS_OFFSET, 0, 1, 0),
  /** A frozenset. */
  FROZENSET(
      TypeCode.FROZENSET, "frozenset", Identity.MERGED, 0, ObjectLayout.SLOTS_OFFSET, 0, 1, 0),
  /** A slice: start, stop, step. */
  SLICE(TypeCode.SLICE, "slice", Identity.MERGED, 5, ObjectLayout.SLOTS_OFFSET, 0, 1, 0),
  /** A code object. */
  CODE(
      TypeCode.CODE,
      "code object",
      Identity.APART,
      0,
      CodeLayout.SLOTS_OFFSET,
      CodeLayout.SLOTS,
      0,
      0),
  /** A record: an object of a type that the interpreter defines. */
  RECORD(
      TypeCode.RECORD,
      "record",
      Identity.APART,
      Kind.NO_STREAM,
      RecordLayout.SLOTS_OFFSET,
      0,
      1,
      0),
  /** Something that the running interpreter has, by name. */
  EXTERNAL(
      TypeCode.EXTERNAL,
      "external",
      Identity.MERGED,
      Kind.NO_STREAM,
      ObjectLayout.HEAD_SIZE,
      0,
      0,
      0);

  /** Which objects of a kind are the same. */
  public enum Identity {
    /**
     * Equal values are one object of an image. What is not a number, and what holds something that
     * is not merged, is an exception.
     */
    MERGED,
    /** Each is an object of its own. */
    APART,
    /** Each is an object of its own, and none can be hashed. */
    MUTABLE
  }

  /** What {@link #streamVersion()} is of a kind that no marshal stream has. */
  public static final int NO_STREAM = Integer.MAX_VALUE;

  private static final Kind[] BY_CODE = new Kind[TypeCode.LIMIT];

  static {
    for (Kind kind : values()) {
      BY_CODE[kind.typeCode] = kind;
    }
  }

  private final int typeCode;
  private final String typeName;
  private final Identity identity;
  private final int streamVersion;
  private final int bodyOffset;
  private final int fixedSlots;
  private final int slotsPerUnit;
  private final int bytesPerUnit;

  Kind(
      int typeCode,
      String typeName,
      Identity identity,
      int streamVersion,
      int bodyOffset,
      int fixedSlots,
      int slotsPerUnit,
      int bytesPerUnit) {
    this.typeCode = typeCode;
    this.typeName = typeName;
    this.identity = identity;
    this.streamVersion = streamVersion;
    this.bodyOffset = bodyOffset;
    this.fixedSlots = fixedSlots;
    this.slotsPerUnit = slotsPerUnit;
    this.bytesPerUnit = bytesPerUnit;
  }

  /**
   * Tells whether an image may have objects of a type.
   *
   * @param typeCode any value
   * @return whether it is the type code of a kind
   */
  public static boolean isKind(int typeCode) {
    return typeCode >= 0 && typeCode < TypeCode.LIMIT && BY_CODE[typeCode] != null;
  }

  /**
   * Returns the kind of a type code.
   *
   * @param typeCode a {@link TypeCode} that images use
   * @return the kind
   * @throws IllegalArgumentException if it is no type code of an image
   */
  public static Kind of(int typeCode) {
    if (!isKind(typeCode)) {
      throw new IllegalArgumentException(
          "no type code of an image: 0x" + Integer.toHexString(typeCode));
    }
    return BY_CODE[typeCode];
  }

  /**
   * Returns what type words hold unless they hold handles.
   *
   * @return a {@link TypeCode}
   */
  public int typeCode() {
    return typeCode;
  }

  /**
   * Returns what people call the kind.
   *
   * @return for example {@code "tuple"}
   */
  public String typeName() {
    return typeName;
  }

  /**
   * Tells whether equal values are one object of an image.
   *
   * @return whether they are
   */
  public boolean isMerged() {
    return identity == Identity.MERGED;
  }

  /**
   * Tells whether objects can change, so that none of them can be a key or an item of a set.
   *
   * @return whether they can
   */
  public boolean isMutable() {
    return identity == Identity.MUTABLE;
  }

  /**
   * Returns the least version of marshal streams that has the kind.
   *
   * @return 0 if all have it; {@link #NO_STREAM} if none has
   */
  public int streamVersion() {
    return streamVersion;
  }

  /**
   * Returns the length of head and fields: what lies behind them are slots, then data.
   *
   * @return bytes
   */
  public int bodyOffset() {
    return bodyOffset;
  }

  /**
   * Returns the number of slots that every object has, whatever its SIZE.
   *
   * @return slots
   */
  public int fixedSlots() {
    return fixedSlots;
  }

  /**
   * Returns the number of slots that a unit of SIZE takes.
   *
   * @return slots: 2 where keys and values come in turn
   */
  public int slotsPerUnit() {
    return slotsPerUnit;
  }

  /**
   * Returns the data that a unit of SIZE takes; in a str, whose units have a width, in narrow ones.
   *
   * @return bytes, a power of two; or 0
   */
  public int bytesPerUnit() {
    return bytesPerUnit;
  }

  /**
   * Tells whether objects may have slots.
   *
   * @return whether they may
   */
  public boolean hasSlots() {
    return fixedSlots + slotsPerUnit > 0;
  }

  /**
   * Tells whether slots may be empty: fields of a code object and slots of a record may, items of a
   * container may not.
   *
   * @return whether they may
   */
  public boolean hasEmptySlots() {
    return fixedSlots > 0 || this == RECORD;
  }

  /**
   * Tells whether SIZE counts slots or data; else it does not tell the length of an object.
   *
   * @return whether it does
   */
  public boolean isSized() {
    return slotsPerUnit + bytesPerUnit > 0;
  }

  /**
   * Tells whether units of data have a width, which the object's NUMBER word tells.
   *
   * @return whether they have
   */
  public boolean hasWidth() {
    return this == STR;
  }

  /**
   * Tells whether objects have keys, or items that are unique.
   *
   * @return whether it is a dict, a frozendict, a set or a frozenset
   */
  public boolean hasKeys() {
    return switch (this) {
      case DICT, FROZENDICT, SET, FROZENSET -> true;
      case NONE, TRUE, FALSE, ELLIPSIS, STOP_ITERATION -> false;
      case INT, LONG, FLOAT, COMPLEX, BYTES, STR, TUPLE, LIST, SLICE, CODE, RECORD -> false;
      case EXTERNAL -> false;
    };
  }

  /**
   * Returns the number of slots of an object.
   *
   * @param size its SIZE, at least 0
   * @return slots
   */
  public long slotCount(int size) {
    return fixedSlots + (long) size * slotsPerUnit;
  }

  /**
   * Returns how much of an image an object takes.
   *
   * @param size its SIZE, at least 0
   * @param widthShift binary logarithm of the width of its units; 0 if they have none
   * @param pointerWidth bytes of a slot
   * @return bytes, padding included
   */
  public long length(int size, int widthShift, int pointerWidth) {
    long data = (long) size * bytesPerUnit << widthShift;
    return ObjectLayout.align(bodyOffset + slotCount(size) * pointerWidth + data);
  }
}
