package org.marshalimage.format;

/** An entry of the section table; see the package description. Offsets and sizes in bytes. */
public final class SectionLayout {
  /** {@link HashLayout}: perfect hash from the name of a root to its ordinal. */
  public static final int DIRECTORY = 1;

  /** One {@link ModuleLayout} entry for each root, sorted by name. */
  public static final int MODULES = 2;

  /** Objects that two or more modules use, and the names of the roots. */
  public static final int SHARED = 3;

  /** The segments of the modules, one after the other. */
  public static final int SEGMENTS = 4;

  /** One {@link TypesLayout} entry for each type code that objects have, sorted by code. */
  public static final int TYPES = 5;

  /** {@link StringsLayout}: interned strings by text and by number. */
  public static final int STRINGS = 6;

  /** Sections that every image has, each exactly once, in the order of their numbers. */
  public static final int COUNT = 6;

  /** {@link RecordTypesLayout}: the types of records; only an image that has records has it. */
  public static final int RECORD_TYPES = 7;

  /** {@link ExternalsLayout}: names of externals; only an image that has externals has it. */
  public static final int EXTERNALS = 8;

  /**
   * {@link RelocationsLayout}: heads and slots of objects; only an image with slots of 8 bytes has
   * it.
   */
  public static final int RELOCATIONS = 9;

  /** The greatest number of a section that version 1 knows. */
  public static final int LAST = RELOCATIONS;

  public static final int KIND_OFFSET = 0;
  public static final int RESERVED_OFFSET = 4;
  public static final int START_OFFSET = 8;
  public static final int LENGTH_OFFSET = 16;
  public static final int CHECKSUM_OFFSET = 24;

  /** Bytes of an entry. */
  public static final int SIZE = 32;

  private SectionLayout() {}

  /**
   * Returns what the specification calls a section.
   *
   * @param kind any number
   * @return its name, or the number if version 1 does not know it
   */
  public static String nameOf(int kind) {
    return switch (kind) {
      case DIRECTORY -> "DIRECTORY";
      case MODULES -> "MODULES";
      case SHARED -> "SHARED";
      case SEGMENTS -> "SEGMENTS";
      case TYPES -> "TYPES";
      case STRINGS -> "STRINGS";
      case RECORD_TYPES -> "RECORD_TYPES";
      case EXTERNALS -> "EXTERNALS";
      case RELOCATIONS -> "RELOCATIONS";
      default -> Integer.toString(kind);
    };
  }
}
