package org.marshalimage.format;

/**
 * The RELOCATIONS section: where objects start, and where their slots are; see the package
 * description. Offsets and sizes in bytes, from the start of the section.
 */
public final class RelocationsLayout {
  public static final int SLOT_COUNT_OFFSET = 0;
  public static final int BLOCKS_OFFSET = 8;

  /** Where the two fields of a block are, from its start. */
  public static final int HEADS = 0;

  public static final int SLOTS = 8;

  /** Bytes of a block, which is for 64 words of objects. */
  public static final int BLOCK_SIZE = 16;

  private RelocationsLayout() {}

  /**
   * Returns the bytes of the section.
   *
   * @param objectsLength bytes of SHARED and SEGMENTS, a multiple of 8
   */
  public static long sectionLength(long objectsLength) {
    long blocks = (objectsLength / HeaderLayout.ALIGNMENT + Long.SIZE - 1) / Long.SIZE;
    return BLOCKS_OFFSET + blocks * BLOCK_SIZE;
  }
}
