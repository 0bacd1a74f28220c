package org.marshalimage.format;

/**
 * The RECORD_TYPES section: COUNT, then an entry for each type of record, then their names; see the
 * package description. Offsets and sizes in bytes; those of an entry from its start.
 */
public final class RecordTypesLayout {
  public static final int HANDLE_OFFSET = 0;
  public static final int NAME_LENGTH_OFFSET = 8;
  public static final int VERSION_OFFSET = 12;
  public static final int FIXED_SLOTS_OFFSET = 16;
  public static final int REPEATED_SLOTS_OFFSET = 20;
  public static final int FLAGS_OFFSET = 24;
  public static final int RESERVED_OFFSET = 28;

  /** Bytes of an entry. */
  public static final int SIZE = 32;

  /** Where the section has the number of its entries, a u32; a reserved u32 follows. */
  public static final int COUNT_START = 0;

  /** Where the section has its first entry. */
  public static final int ENTRIES_START = 8;

  /** Set in FLAGS if one more slot, the last, leads to a bytes object. */
  public static final int FLAG_BYTES = 1;

  /** Most types of records in an image. */
  public static final int MAX_TYPES = 65_535;

  private RecordTypesLayout() {}

  /**
   * Returns where an entry lies.
   *
   * @param index 0 to COUNT - 1
   * @return bytes from the start of the section
   */
  public static long entry(int index) {
    return ENTRIES_START + (long) index * SIZE;
  }
}
