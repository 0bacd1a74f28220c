package org.marshalimage.format;

/** The header at the start of an image; see the package description. Offsets and sizes in bytes. */
public final class HeaderLayout {
  /**
   * The bytes {@code 89 4D 49 4D 47 0D 0A 1A} as a little-endian long: a byte that is not ASCII,
   * then "MIMG", then line ends that a transfer in text mode would change.
   */
  public static final long MAGIC = 0x1A0A0D474D494D89L;

  /** Format version that this library writes. */
  public static final int VERSION = 1;

  /** Oldest format version that this library reads. */
  public static final int MIN_VERSION = 1;

  /** Value of {@link #BYTE_ORDER_OFFSET}, read in the byte order of the image. */
  public static final int BYTE_ORDER_MARK = 0x01020304;

  /** Pointer width of slots that hold offsets, in units of {@link #ALIGNMENT}. */
  public static final int COMPACT_WIDTH = 4;

  /** Pointer width of slots that hold LINK_BASE plus an offset: linked in place, an address. */
  public static final int ADDRESS_WIDTH = 8;

  /** Every object starts on a multiple of this. */
  public static final int ALIGNMENT = 8;

  /** Page size that placement works with; a mapping may have larger pages. */
  public static final int PAGE_SIZE = 4096;

  /**
   * An image that is prelinked for an address ends at or below this, as memory of a process does.
   */
  public static final long ADDRESS_LIMIT = 1L << 47;

  public static final int MAGIC_OFFSET = 0;
  public static final int BYTE_ORDER_OFFSET = 8;
  public static final int VERSION_OFFSET = 12;
  public static final int POINTER_WIDTH_OFFSET = 16;
  public static final int HEADER_LENGTH_OFFSET = 20;
  public static final int LENGTH_OFFSET = 24;
  public static final int LINK_BASE_OFFSET = 32;
  public static final int IMAGE_ID_OFFSET = 40;
  public static final int MODULE_COUNT_OFFSET = 72;
  public static final int SECTION_COUNT_OFFSET = 76;
  public static final int STR_COUNT_OFFSET = 80;
  public static final int BYTES_COUNT_OFFSET = 84;
  public static final int CODE_COUNT_OFFSET = 88;
  public static final int INTERNED_COUNT_OFFSET = 92;
  public static final int OBJECT_COUNT_OFFSET = 96;
  public static final int TYPES_FINGERPRINT_OFFSET = 104;
  public static final int PROPERTIES_LENGTH_OFFSET = 112;
  public static final int SHARED_HOT_OFFSET = 116;
  public static final int CHECKSUM_OFFSET = 120;
  public static final int SECTIONS_OFFSET = 128;

  /** Bytes of the image id. */
  public static final int IMAGE_ID_LENGTH = 32;

  /** Most sections that a header may name. */
  public static final int MAX_SECTIONS = 64;

  private HeaderLayout() {}
}
