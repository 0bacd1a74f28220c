package org.marshalimage.internal.layout;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * Compares checksums with what an image records, each range once. Safe for use by many threads; a
 * range may then be read more than once.
 */
public final class Checksums {
  private static final int COPY_SIZE = 1 << 16;

  private final ImageBytes image;
  private final ImageHeader header;
  private final ConcurrentHashMap<Long, Boolean> checkedEntries = new ConcurrentHashMap<>();

  /**
   * Bytes of segments that may still be compared: there are more only if segments overlap, as they
   * may in a hostile image, which would take the time of modules times bytes.
   */
  private final AtomicLong bytesLeft;

  private volatile boolean frontChecked;

  /** Makes a checker of an image whose header has been checked. */
  public Checksums(ImageBytes image, ImageHeader header) {
    this.image = image;
    this.header = header;
    this.bytesLeft = new AtomicLong(header.sectionLength(SectionLayout.SEGMENTS));
  }

  /** Compares all that modules and linking use, before anything is written to it. */
  public void checkAll() {
    checkIfThere(SectionLayout.RELOCATIONS);
    long entry = header.sectionStart(SectionLayout.MODULES);
    for (int i = 0; i < header.moduleCount(); i++) {
      checkModule(entry + (long) i * ModuleLayout.SIZE);
    }
  }

  /** Compares every checksum of the file, for whoever is about to write them anew. */
  public void checkFile() {
    checkSections();
    checkAll();
  }

  /** Compares the checksums of all sections, which is to read each byte behind the header once. */
  public void checkSections() {
    checkFront();
    checkSection(SectionLayout.SEGMENTS);
    checkSection(SectionLayout.STRINGS);
    checkIfThere(SectionLayout.RELOCATIONS);
  }

  /** Compares the sections that all modules use, and the segment of the module at an entry. */
  public void checkModule(long entry) {
    checkFront();
    if (checkedEntries.containsKey(entry)) {
      return;
    }
    long whole = header.checkSegment(entry);
    long inAll = header.sectionLength(SectionLayout.SEGMENTS);
    long start = image.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
    long left = bytesLeft.get();
    if (whole > left) {
      if (checkedEntries.containsKey(entry)) {
        // Another thread has compared it meanwhile, and what is left is less by that very module.
        return;
      }
      throw Failures.overlap(image, inAll, inAll - left + whole, start);
    }
    long length = image.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
    long recorded = image.getInt(entry + ModuleLayout.CHECKSUM_OFFSET) & 0xFFFFFFFFL;
    check("the module's segment", start, length, recorded);
    check(
        "the cold stretch of the module's segment",
        image.getLong(entry + ModuleLayout.COLD_OFFSET),
        image.getLong(entry + ModuleLayout.COLD_LENGTH_OFFSET),
        image.getInt(entry + ModuleLayout.COLD_CHECKSUM_OFFSET) & 0xFFFFFFFFL);
    if (checkedEntries.put(entry, true) == null) {
      bytesLeft.addAndGet(-whole);
    }
  }

  /** Compares the sections that all modules use. */
  public void checkFront() {
    if (!frontChecked) {
      checkSection(SectionLayout.DIRECTORY);
      checkSection(SectionLayout.MODULES);
      checkSection(SectionLayout.SHARED);
      checkSection(SectionLayout.TYPES);
      checkIfThere(SectionLayout.RECORD_TYPES);
      checkIfThere(SectionLayout.EXTERNALS);
      frontChecked = true;
    }
  }

  private void checkIfThere(int kind) {
    if (header.hasSection(kind)) {
      checkSection(kind);
    }
  }

  private void checkSection(int kind) {
    check(
        "section " + SectionLayout.nameOf(kind),
        header.sectionStart(kind),
        header.sectionLength(kind),
        header.sectionChecksum(kind));
  }

  private void check(String part, long start, long length, long recorded) {
    long found = crc(image, start, length);
    if (found != recorded) {
      throw Failures.checksum(image, part, recorded, found, start);
    }
  }

  /**
   * Returns the CRC-32C of a range. Of a copy of it: the JVM computes that of a mapped buffer where
   * a page that cannot be read, since the file was cut, ends the process.
   *
   * @throws org.marshalimage.format.CorruptImageException if the range leaves the image, as it may
   *     even if it has been proven, where the file is written to meanwhile
   */
  public static long crc(ImageBytes image, long start, long length) {
    image.checkRange(start, length);
    CRC32C crc = new CRC32C();
    byte[] copy = new byte[(int) Math.min(length, COPY_SIZE)];
    for (long at = 0; at < length; at += copy.length) {
      int count = (int) Math.min(copy.length, length - at);
      image.getBytes(start + at, copy, 0, count);
      crc.update(copy, 0, count);
    }
    return crc.getValue();
  }
}
