package org.marshalimage.format;

/** A record; see the package description. Offsets and sizes in bytes, from the start of it. */
public final class RecordLayout {
  public static final int RECORD_TYPE_OFFSET = ObjectLayout.HEAD_SIZE;
  public static final int RESERVED_OFFSET = 20;
  public static final int SLOTS_OFFSET = 24;

  private RecordLayout() {}

  /**
   * Returns how much of an image a record takes.
   *
   * @param slotCount number of slots, at least 0
   * @param pointerWidth bytes of a slot
   * @return bytes, a multiple of {@link HeaderLayout#ALIGNMENT}
   */
  public static long recordSize(long slotCount, int pointerWidth) {
    return ObjectLayout.align(SLOTS_OFFSET + slotCount * pointerWidth);
  }
}
