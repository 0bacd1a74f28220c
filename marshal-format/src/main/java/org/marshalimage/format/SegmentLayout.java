package org.marshalimage.format;

/**
 * What a root's segment starts with: all that is needed to find the root by its name; see the
 * package description. Offsets and sizes in bytes, from the start of the segment.
 */
public final class SegmentLayout {
  public static final int ROOT_OFFSET = 0;
  public static final int INDEX_OFFSET = 8;
  public static final int NAME_LENGTH_OFFSET = 12;
  public static final int NAME_OFFSET = 16;

  private SegmentLayout() {}

  /**
   * Returns the bytes before the first object of a segment.
   *
   * @param nameLength UTF-16 units of the root's name, at least 0
   * @return bytes, a multiple of {@link HeaderLayout#ALIGNMENT}
   */
  public static long headSize(int nameLength) {
    return ObjectLayout.align(NAME_OFFSET + 2L * nameLength);
  }
}
