package org.marshalimage.internal.link;

import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.RelocationsLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * The RELOCATIONS section of an image: its length has been checked, how many objects and slots it
 * lists, and that all of them lie between the first object and the end of the last one. Immutable.
 */
final class RelocationMap {
  private static final int BLOCK_WORDS = RelocationsLayout.BLOCK_SIZE / Long.BYTES;

  private final LongBuffer words;
  private final int firstBlock;
  private final int blockCount;
  private final long slotCount;

  private RelocationMap(ImageBytes image, long section, long length) {
    words = image.buffer().asLongBuffer();
    firstBlock = (int) ((section + RelocationsLayout.BLOCKS_OFFSET) / Long.BYTES);
    blockCount = (int) (length - RelocationsLayout.BLOCKS_OFFSET) / RelocationsLayout.BLOCK_SIZE;
    slotCount = image.getLong(section + RelocationsLayout.SLOT_COUNT_OFFSET);
  }

  /**
   * Reads the section; takes time by its length.
   *
   * @return null if the image has none
   * @throws org.marshalimage.format.CorruptImageException if a check fails
   */
  static @Nullable RelocationMap of(ImageBytes image, ImageHeader header) {
    if (!header.hasSection(SectionLayout.RELOCATIONS)) {
      return null;
    }
    long section = header.sectionStart(SectionLayout.RELOCATIONS);
    long length = header.sectionLength(SectionLayout.RELOCATIONS);
    long objectsLength = image.objectsEnd() - image.objectsStart();
    check(image, section, "length", RelocationsLayout.sectionLength(objectsLength), length);
    RelocationMap map = new RelocationMap(image, section, length);
    long heads = 0;
    long slots = 0;
    for (int i = 0; i < map.blockCount; i++) {
      heads += Long.bitCount(map.heads(i));
      slots += Long.bitCount(map.slots(i));
    }
    check(image, section, "objects", header.objectCount(), heads);
    check(image, section, "slots", map.slotCount, slots);
    int wordCount = (int) (objectsLength / HeaderLayout.ALIGNMENT);
    if (map.lists(wordCount - 1)) {
      throw Failures.corrupt(image, "RELOCATIONS lists what is no word of an object", section);
    }
    return map;
  }

  private static void check(
      ImageBytes image, long section, String field, long expected, long found) {
    if (found != expected) {
      throw Failures.field(image, field + " of RELOCATIONS", expected, found, section);
    }
  }

  /** Tells whether an object starts at the last word or behind it, or a slot is behind it. */
  private boolean lists(int lastWord) {
    if (blockCount == 0) {
      return false;
    }
    // Shifts go by the lower 6 bits.
    long heads = heads(blockCount - 1) >>> lastWord;
    long slots = slots(blockCount - 1) >>> lastWord >>> 1;
    return (heads | slots) != 0;
  }

  /** Returns the number of slots. */
  long slotCount() {
    return slotCount;
  }

  /** Returns the number of blocks of 64 words. */
  int blockCount() {
    return blockCount;
  }

  /** Returns at which of 64 words objects start, the first one in the least bit. */
  long heads(int block) {
    return words.get(firstBlock + block * BLOCK_WORDS + RelocationsLayout.HEADS / Long.BYTES);
  }

  /** Returns which of 64 words are slots. */
  long slots(int block) {
    return words.get(firstBlock + block * BLOCK_WORDS + RelocationsLayout.SLOTS / Long.BYTES);
  }
}
