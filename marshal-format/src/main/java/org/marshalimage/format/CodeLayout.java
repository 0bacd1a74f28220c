package org.marshalimage.format;

/**
 * A code object; see the package description. SIZE is the code number. Offsets and sizes in bytes.
 *
 * <p>The same for every Python version: two slots hold different fields before and from 3.11 on.
 */
public final class CodeLayout {
  public static final int ARG_COUNT_OFFSET = ObjectLayout.HEAD_SIZE;
  public static final int POS_ONLY_ARG_COUNT_OFFSET = 20;
  public static final int KW_ONLY_ARG_COUNT_OFFSET = 24;
  public static final int LOCAL_COUNT_OFFSET = 28;
  public static final int STACK_SIZE_OFFSET = 32;
  public static final int FLAGS_OFFSET = 36;
  public static final int FIRST_LINE_OFFSET = 40;
  public static final int MAGIC_OFFSET = 44;
  public static final int RESERVED_OFFSET = 46;

  /** First of the slots, which run to the end of the object. */
  public static final int SLOTS_OFFSET = 48;

  public static final int CODE_SLOT = 0;
  public static final int CONSTS_SLOT = 1;
  public static final int NAMES_SLOT = 2;
  public static final int LOCAL_NAMES_SLOT = 3;
  public static final int KINDS_OR_FREEVARS_SLOT = 4;
  public static final int EXCEPTIONS_OR_CELLVARS_SLOT = 5;
  public static final int FILENAME_SLOT = 6;
  public static final int NAME_SLOT = 7;
  public static final int QUALNAME_SLOT = 8;
  public static final int LINE_TABLE_SLOT = 9;

  /** Number of slots. */
  public static final int SLOTS = 10;

  /** Bit of a byte of localspluskinds: a local variable (CPython's {@code CO_FAST_LOCAL}). */
  public static final int KIND_LOCAL = 0x20;

  /** Bit of a byte of localspluskinds: a cell variable ({@code CO_FAST_CELL}). */
  public static final int KIND_CELL = 0x40;

  /** Bit of a byte of localspluskinds: a free variable ({@code CO_FAST_FREE}). */
  public static final int KIND_FREE = 0x80;

  /** Bytes of a code object whose slots are compact. */
  public static final int COMPACT_SIZE = SLOTS_OFFSET + SLOTS * HeaderLayout.COMPACT_WIDTH;

  /** Bytes of a code object whose slots are addresses. */
  public static final int ADDRESS_SIZE = SLOTS_OFFSET + SLOTS * HeaderLayout.ADDRESS_WIDTH;

  private static final String[] SLOT_NAMES = {
    "code",
    "consts",
    "names",
    "localNames",
    "kindsOrFreevars",
    "exceptionsOrCellvars",
    "filename",
    "name",
    "qualname",
    "lineTable"
  };

  private CodeLayout() {}

  /**
   * Returns what a slot is called, in paths to objects for example.
   *
   * @param slot 0 to {@link #SLOTS} - 1
   * @return its name
   */
  public static String slotName(int slot) {
    return SLOT_NAMES[slot];
  }

  /**
   * Returns how much of an image a code object takes.
   *
   * @param pointerWidth bytes of a slot
   * @return bytes, a multiple of {@link HeaderLayout#ALIGNMENT}
   */
  public static int recordSize(int pointerWidth) {
    return pointerWidth == HeaderLayout.COMPACT_WIDTH ? COMPACT_SIZE : ADDRESS_SIZE;
  }
}
