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

  /** What may be left free before a segment is this part of its length. */
  private static final int LARGEST_GAP = 8;

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

  /**
   * Returns what is left free before a segment: so that a small one lies in one page, if that costs
   * little.
   *
   * @param end offset behind the segment before, or of the first segment's section
   * @param length bytes of the segment
   * @return bytes, below a page
   */
  public static long gapBefore(long end, long length) {
    long left = HeaderLayout.PAGE_SIZE - end % HeaderLayout.PAGE_SIZE;
    boolean isCut = length > left && length <= HeaderLayout.PAGE_SIZE;
    return isCut && left <= length / LARGEST_GAP ? left : 0;
  }
}
