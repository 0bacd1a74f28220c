package org.marshalimage;

import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.internal.link.LinkCounts;
import org.marshalimage.internal.link.Linker;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.PrivateMapping;

/**
 * How an image was mapped, and what linking has done up to now. Times are of the wall.
 *
 * @param mode how the image is mapped
 * @param desiredAddress the address that the image was prelinked for; 0 if for none
 * @param address where the image lies; 0 if it is mapped read-only, since the JVM does not tell
 * @param imageTypes fingerprint of the {@link TypeTable} that the image was prelinked with; 0 if
 *     with none
 * @param types fingerprint of the table that it was linked with; 0 if read-only
 * @param isPrelinked whether address and types are those that the image was prelinked for, so that
 *     linking touches nothing
 * @param modulesLinked modules that were linked, on their first use or all at once
 * @param objectsLinked objects that were linked
 * @param slotsRelocated slots that were changed
 * @param typeWordsPatched type words that were changed
 * @param countsPinned counts that were not pinned in the file
 * @param pagesWritten pages of 4096 bytes that linking wrote to, each of which the system has
 *     copied
 * @param mapNanos nanoseconds that {@code map} took
 * @param linkNanos nanoseconds that linking took, waiting for other threads left out
 */
public record LinkReport(
    Mode mode,
    long desiredAddress,
    long address,
    long imageTypes,
    long types,
    boolean isPrelinked,
    int modulesLinked,
    long objectsLinked,
    long slotsRelocated,
    long typeWordsPatched,
    long countsPinned,
    int pagesWritten,
    long mapNanos,
    long linkNanos) {
  /** How an image is mapped. */
  public enum Mode {
    /** Shared and read-only: nothing is ever written. */
    READ_ONLY,
    /**
     * Private and writable, at the address that the image asks for, if it does and that is free.
     */
    IN_PLACE,
    /** Private and writable, by the JDK alone, which takes no address, though the image asks. */
    IN_PLACE_ANYWHERE
  }

  static LinkReport of(
      ImageBytes image, @Nullable PrivateMapping mapping, @Nullable Linker linker, long mapNanos) {
    long desired = image.getLong(HeaderLayout.LINK_BASE_OFFSET);
    long imageTypes = image.getLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET);
    if (mapping == null || linker == null) {
      return new LinkReport(
          Mode.READ_ONLY, desired, 0, imageTypes, 0, false, 0, 0, 0, 0, 0, 0, mapNanos, 0);
    }
    LinkCounts counts = linker.counts();
    return new LinkReport(
        mapping.isByAddress() || desired == 0 ? Mode.IN_PLACE : Mode.IN_PLACE_ANYWHERE,
        desired,
        linker.address(),
        imageTypes,
        linker.fingerprint(),
        linker.isPrelinked(),
        counts.modules(),
        counts.objects(),
        counts.slots(),
        counts.typeWords(),
        counts.pins(),
        counts.pages(),
        mapNanos,
        counts.nanos());
  }

  /** Returns what there is to say, in one line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (mode == Mode.READ_ONLY) {
      text.append("read-only");
    } else {
      text.append("in place at 0x").append(Long.toHexString(address));
      if (desiredAddress != 0 && desiredAddress != address) {
        text.append(" (asked for 0x").append(Long.toHexString(desiredAddress)).append(')');
      }
      text.append(isPrelinked ? ", prelinked" : ", linked " + modulesLinked + " modules");
      if (objectsLinked > 0) {
        text.append(", ").append(objectsLinked).append(" objects: ");
        text.append(slotsRelocated).append(" slots, ");
        text.append(typeWordsPatched).append(" type words, ");
        text.append(countsPinned).append(" counts, ");
        text.append(pagesWritten).append(" pages");
      }
      text.append(", link ").append(linkNanos / 1000).append(" us");
    }
    return text.append(", map ").append(mapNanos / 1000).append(" us").toString();
  }
}
