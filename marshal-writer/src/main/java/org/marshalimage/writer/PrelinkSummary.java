package org.marshalimage.writer;

import org.marshalimage.TypeTable;
import org.marshalimage.internal.link.LinkCounts;

/**
 * What {@link ImageWriter#prelink(java.nio.file.Path, java.nio.file.Path, long, TypeTable)} has
 * changed. All of it is 0 if the image was prelinked for the same address and types before.
 *
 * @param slotsRelocated slots that were changed
 * @param typeWordsPatched type words that were changed
 * @param countsPinned counts that were not pinned
 */
public record PrelinkSummary(long slotsRelocated, long typeWordsPatched, long countsPinned) {
  static PrelinkSummary of(LinkCounts counts) {
    return new PrelinkSummary(counts.slots(), counts.typeWords(), counts.pins());
  }
}
