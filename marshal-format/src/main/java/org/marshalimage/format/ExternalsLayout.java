package org.marshalimage.format;

/**
 * The EXTERNALS section: the names of what only the running interpreter has; see the package
 * description. Offsets and sizes in bytes, from the start of the section.
 */
public final class ExternalsLayout {
  public static final int FINGERPRINT_OFFSET = 0;
  public static final int COUNT_OFFSET = 8;
  public static final int RESERVED_OFFSET = 12;
  public static final int ENDS_OFFSET = 16;

  private ExternalsLayout() {}

  /**
   * Returns where the names start, one behind the other.
   *
   * @param count number of names
   * @return bytes from the start of the section
   */
  public static long textOffset(int count) {
    return ENDS_OFFSET + (long) count * Integer.BYTES;
  }
}
