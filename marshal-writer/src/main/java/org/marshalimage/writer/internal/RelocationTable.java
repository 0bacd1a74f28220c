package org.marshalimage.writer.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.RelocationsLayout;

/** Collects where objects start and where their slots are: RELOCATIONS. Not thread-safe. */
final class RelocationTable {
  private final long objectsStart;
  private final ByteBuffer section;

  /**
   * Makes the table of an image whose objects lie between two offsets; an empty one for slots of 4
   * bytes, which stay as they are.
   */
  RelocationTable(int pointerWidth, long objectsStart, long objectsEnd) {
    this.objectsStart = objectsStart;
    boolean isNeeded = pointerWidth == HeaderLayout.ADDRESS_WIDTH;
    long length = isNeeded ? RelocationsLayout.sectionLength(objectsEnd - objectsStart) : 0;
    section = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds an object that starts at an offset of the image. */
  void addHead(long offset) {
    set(offset, RelocationsLayout.HEADS);
  }

  /** Adds a slot at an offset of the image, which is not empty. */
  void addSlot(long offset) {
    set(offset, RelocationsLayout.SLOTS);
  }

  private void set(long offset, int field) {
    if (section.capacity() > 0) {
      long word = (offset - objectsStart) / Long.BYTES;
      int at = block((int) (word / Long.SIZE)) + field;
      section.putLong(at, section.getLong(at) | 1L << word);
    }
  }

  private static int block(int index) {
    return RelocationsLayout.BLOCKS_OFFSET + index * RelocationsLayout.BLOCK_SIZE;
  }

  /** Puts the number of slots, all of which have been added. */
  void finish() {
    long count = 0;
    for (int i = 0; block(i) < section.capacity(); i++) {
      count += Long.bitCount(section.getLong(block(i) + RelocationsLayout.SLOTS));
    }
    if (section.capacity() > 0) {
      section.putLong(RelocationsLayout.SLOT_COUNT_OFFSET, count);
    }
  }

  /** Returns the bytes of the section, as they are; empty if the image has none. */
  byte[] section() {
    return section.array();
  }
}
