package org.marshalimage.format;

/**
 * The properties of an image, behind the section table; see the package description. Offsets and
 * sizes in bytes, from the start of the properties, and of an entry from its start.
 */
public final class PropertiesLayout {
  public static final int COUNT_OFFSET = 0;
  public static final int ENTRIES_OFFSET = 4;

  /** Where an entry has the bytes of its name, a u32. */
  public static final int NAME_LENGTH_OFFSET = 0;

  /** Where an entry has the bytes of its text, a u32. */
  public static final int TEXT_LENGTH_OFFSET = 4;

  /** Where the name of an entry begins, in UTF-8; the text follows it, and then the next entry. */
  public static final int NAME_OFFSET = 8;

  /** Most bytes of all properties: the header's checksum goes over them when an image is mapped. */
  public static final int MAX_LENGTH = 1 << 14;

  private PropertiesLayout() {}
}
