package org.marshalimage.internal.verify;

import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.RelocationsLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.memory.ImageBytes;

/** Holds every bit of RELOCATIONS against the objects, which have been found. Not thread-safe. */
final class RelocationVerifier {
  private static final String PART = "section " + SectionLayout.nameOf(SectionLayout.RELOCATIONS);

  private final ImageBytes image;
  private final ImageHeader header;
  private final FoundObjects objects;
  private final Findings findings;
  private final long section;

  /** The block at hand, and what its bits must be as far as objects have been gone through. */
  private long block;

  private long heads;
  private long slots;
  private long slotCount;

  RelocationVerifier(
      ImageBytes image, ImageHeader header, FoundObjects objects, Findings findings) {
    this.image = image;
    this.header = header;
    this.objects = objects;
    this.findings = findings;
    section = header.sectionStart(SectionLayout.RELOCATIONS);
  }

  void verify() {
    boolean isNeeded = image.pointerWidth() == HeaderLayout.ADDRESS_WIDTH;
    if (header.hasSection(SectionLayout.RELOCATIONS) != isNeeded) {
      String problem = isNeeded ? "missing section" : "section in an image with slots of 4 bytes";
      findings.add(HeaderLayout.SECTIONS_OFFSET, PART, problem, null, null);
      return;
    }
    if (!isNeeded) {
      return;
    }
    long expected = RelocationsLayout.sectionLength(image.objectsEnd() - image.objectsStart());
    long length = header.sectionLength(SectionLayout.RELOCATIONS);
    if (length != expected) {
      findings.add(section, PART, "length", expected, length);
    } else if (!objects.isBroken()) {
      bits((length - RelocationsLayout.BLOCKS_OFFSET) / RelocationsLayout.BLOCK_SIZE);
    }
  }

  private void bits(long blocks) {
    for (int at = objects.next(0); at >= 0; at = objects.next(at + 1)) {
      long offset = objects.offset(at);
      int kind = objects.kind(offset);
      finishBefore(offset);
      heads |= bit(offset);
      for (int i = 0, count = objects.slotCount(offset, kind); i < count; i++) {
        long slot = objects.slotOffset(offset, kind, i);
        if (!image.isEmptySlot(slot)) {
          finishBefore(slot);
          slots |= bit(slot);
          slotCount++;
        }
      }
    }
    finishTo(blocks);
    long recorded = image.getLong(section + RelocationsLayout.SLOT_COUNT_OFFSET);
    if (recorded != slotCount) {
      findings.add(section, PART, "number of slots", slotCount, recorded);
    }
  }

  private long bit(long offset) {
    return 1L << objects.word(offset);
  }

  private void finishBefore(long offset) {
    finishTo(objects.word(offset) / Long.SIZE);
  }

  /** Compares the blocks before one, which are complete. */
  private void finishTo(long next) {
    for (; block < next; block++) {
      long at = section + RelocationsLayout.BLOCKS_OFFSET + block * RelocationsLayout.BLOCK_SIZE;
      compare(at + RelocationsLayout.HEADS, "heads of objects", heads);
      compare(at + RelocationsLayout.SLOTS, "slots of objects", slots);
      heads = 0;
      slots = 0;
    }
  }

  private void compare(long at, String field, long expected) {
    long found = image.getLong(at);
    if (found != expected) {
      findings.addHex(at, PART, field, expected, found);
    }
  }
}
