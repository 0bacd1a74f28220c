package org.marshalimage.internal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;

/**
 * Compares checksums with what an image records, each range once. Safe for use by many threads; a
 * range may then be read more than once.
 */
public final class Checksums {
  private final ImageBytes image;
  private final ImageHeader header;
  private final ConcurrentHashMap<Long, Boolean> checkedEntries = new ConcurrentHashMap<>();
  private final AtomicLong checkedBytes = new AtomicLong();
  private volatile boolean frontChecked;

  /** Makes a checker of an image whose header has been checked. */
  public Checksums(ImageBytes image, ImageHeader header) {
    this.image = image;
    this.header = header;
  }

  /** Compares all that modules use, before anything is written to it. */
  public void checkAll() {
    long entry = header.sectionStart(SectionLayout.MODULES);
    for (int i = 0; i < header.moduleCount(); i++) {
      checkModule(entry + (long) i * ModuleLayout.SIZE);
    }
  }

  /** Compares every checksum of the file, for whoever is about to write them anew. */
  void checkFile() {
    checkSection(SectionLayout.DIRECTORY, "section DIRECTORY");
    checkSection(SectionLayout.MODULES, "section MODULES");
    checkSection(SectionLayout.SHARED, "section SHARED");
    checkSection(SectionLayout.SEGMENTS, "section SEGMENTS");
    checkSection(SectionLayout.TYPES, "section TYPES");
    checkSection(SectionLayout.STRINGS, "section STRINGS");
    checkAll();
  }

  /** Compares the sections that all modules use, and the segment of the module at an entry. */
  public void checkModule(long entry) {
    if (!frontChecked) {
      checkSection(SectionLayout.DIRECTORY, "section DIRECTORY");
      checkSection(SectionLayout.MODULES, "section MODULES");
      checkSection(SectionLayout.SHARED, "section SHARED");
      frontChecked = true;
    }
    if (checkedEntries.containsKey(entry)) {
      return;
    }
    long start = image.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
    long length = image.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
    image.checkRange(start, length);
    long recorded = image.getInt(entry + ModuleLayout.CHECKSUM_OFFSET) & 0xFFFFFFFFL;
    check("the module's segment", start, length, recorded);
    // Segments that overlap would be read again and again, as often as there are modules.
    if (checkedEntries.put(entry, true) == null
        && checkedBytes.addAndGet(length) > header.sectionLength(SectionLayout.SEGMENTS)) {
      throw Failures.corrupt(image, "segments overlap", entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
    }
  }

  private void checkSection(int kind, String name) {
    check(
        name, header.sectionStart(kind), header.sectionLength(kind), header.sectionChecksum(kind));
  }

  private void check(String part, long start, long length, long recorded) {
    CRC32C crc = new CRC32C();
    crc.update(image.slice(start, length));
    if (crc.getValue() != recorded) {
      throw Failures.checksum(image, part, recorded, crc.getValue(), start);
    }
  }
}
