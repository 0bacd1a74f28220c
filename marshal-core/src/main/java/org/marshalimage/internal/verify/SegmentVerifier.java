package org.marshalimage.internal.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.internal.layout.Checksums;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * Checks that segments, or their stretches, follow each other as the specification has it, and what
 * they start with. Not thread-safe.
 */
final class SegmentVerifier {
  private final ImageBytes image;
  private final ImageHeader header;
  private final FoundObjects objects;
  private final Findings findings;

  /** Offset behind the last stretch that is sound. */
  private long end;

  SegmentVerifier(ImageBytes image, ImageHeader header, FoundObjects objects, Findings findings) {
    this.image = image;
    this.header = header;
    this.objects = objects;
    this.findings = findings;
    this.end = header.sectionStart(SectionLayout.SEGMENTS);
  }

  /** Checks the segments of an image that is laid out by a start. */
  void verifyByStart(List<String> names) {
    List<Integer> touched = new ArrayList<>();
    for (int module = 0; module < names.size(); module++) {
      if (image.getLong(entry(module) + ModuleLayout.COLD_OFFSET) != 0) {
        touched.add(module);
      }
    }
    touched.sort(Comparator.comparing(module -> segment(module)));
    touched.forEach(module -> verify(module, names.get(module), true));
    touched.forEach(module -> verifyCold(module, names.get(module)));
    for (int module = 0; module < names.size(); module++) {
      if (image.getLong(entry(module) + ModuleLayout.COLD_OFFSET) == 0) {
        verify(module, names.get(module));
      }
    }
  }

  private long entry(int module) {
    return header.sectionStart(SectionLayout.MODULES) + (long) module * ModuleLayout.SIZE;
  }

  private long segment(int module) {
    return image.getLong(entry(module) + ModuleLayout.SEGMENT_OFFSET);
  }

  /** Checks a segment that is one stretch. */
  void verify(int module, String name) {
    long entry = entry(module);
    checkZero(entry + ModuleLayout.COLD_OFFSET, "module " + name);
    checkZero(entry + ModuleLayout.COLD_LENGTH_OFFSET, "module " + name);
    checkEqual(entry + ModuleLayout.COLD_CHECKSUM_OFFSET, "module " + name, "reserved field", 0);
    verify(module, name, false);
  }

  private void checkZero(long at, String part) {
    if (image.getLong(at) != 0) {
      findings.add(at, part, "cold stretch in an image without any", 0, image.getLong(at));
    }
  }

  private void checkEqual(long at, String part, String field, int expected) {
    int found = image.getInt(at);
    if (found != expected) {
      findings.add(at, part, field, expected, found);
    }
  }

  /** Checks what starts with the head of a segment. */
  private void verify(int module, String name, boolean isHot) {
    String part = "module " + name;
    long entry = entry(module);
    long start = segment(module);
    long length = image.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
    long headSize = SegmentLayout.headSize(name.length());
    long at = entry + ModuleLayout.SEGMENT_OFFSET;
    if (start < end
        || length < headSize
        || length > image.objectsEnd() - start
        || ((start | length) & 7) != 0) {
      findings.add(at, part, "segment is not behind the one before", end, start + ".." + length);
      return;
    }
    long gap = isHot ? 0 : SegmentLayout.gapBefore(end, length);
    if (start - end != gap) {
      findings.add(at, part, "bytes left free before the segment", gap, start - end);
    }
    padding(end, start, part);
    checkEqual(start + SegmentLayout.INDEX_OFFSET, part, "index in the segment", module);
    if (!ObjectChecks.isNamed(image, start, name)) {
      findings.add(start, part, "name in the segment is another", null, null);
    }
    for (long i = start + SegmentLayout.NAME_OFFSET + 2L * name.length();
        i < start + headSize;
        i++) {
      if (image.getByte(i) != 0) {
        findings.add(i, part, "padding is not zero", 0, image.getByte(i));
      }
    }
    checksum(entry + ModuleLayout.CHECKSUM_OFFSET, part, "the segment", start, length);
    objects.addSegment(module, start + headSize, start + length, isHot);
    end = start + length;
  }

  private void verifyCold(int module, String name) {
    String part = "module " + name;
    long entry = entry(module);
    long start = image.getLong(entry + ModuleLayout.COLD_OFFSET);
    long length = image.getLong(entry + ModuleLayout.COLD_LENGTH_OFFSET);
    if (start != end || length < 0 || length > image.objectsEnd() - start || (length & 7) != 0) {
      findings.add(
          entry + ModuleLayout.COLD_OFFSET,
          part,
          "cold stretch is not behind the one before",
          end,
          start + ".." + length);
      return;
    }
    checksum(entry + ModuleLayout.COLD_CHECKSUM_OFFSET, part, "the cold stretch", start, length);
    objects.addCold(module, start, start + length);
    end = start + length;
  }

  private void checksum(long at, String part, String what, long start, long length) {
    long found = Checksums.crc(image, start, length);
    long recorded = image.getInt(at) & 0xFFFFFFFFL;
    if (recorded != found) {
      findings.addHex(start, part, "checksum of " + what + " is off", recorded, found);
    }
  }

  private void padding(long start, long limit, String part) {
    for (long at = start; at < limit; at += Long.BYTES) {
      if (image.getLong(at) != 0) {
        findings.addHex(at, part, "padding is not zero", 0L, image.getLong(at));
        return;
      }
    }
  }

  /** Checks that nothing follows the last stretch. */
  void verifyEnd() {
    if (end != image.objectsEnd()) {
      findings.add(
          end, "section SEGMENTS", "bytes behind the last segment", end, image.objectsEnd());
    }
  }
}
