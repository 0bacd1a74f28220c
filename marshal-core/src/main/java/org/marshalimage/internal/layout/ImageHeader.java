package org.marshalimage.internal.layout;

import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.PropertiesLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordHandles;

/** Header and section table of an image, checked. Immutable. */
public final class ImageHeader {
  private final ImageBytes image;

  /** START and LENGTH of each section of version 1, at twice its kind; zeros if it is missing. */
  private final long[] sections = new long[2 * (SectionLayout.LAST + 1)];

  private final int moduleCount;
  private final int internedCount;

  /**
   * Reads and checks header and section table, in constant time; tells the bytes what they need to
   * know to follow slots and to tell types.
   *
   * @param image the bytes of a file
   * @throws org.marshalimage.format.CorruptImageException if they are not those of an image
   * @throws org.marshalimage.format.UnsupportedImageVersionException if they are those of an image
   *     that this library does not read
   */
  public ImageHeader(ImageBytes image) {
    this.image = image;
    checkIdentity();
    int headerLength = checkChecksum();
    checkCounts();
    this.moduleCount = image.getInt(HeaderLayout.MODULE_COUNT_OFFSET);
    this.internedCount = image.getInt(HeaderLayout.INTERNED_COUNT_OFFSET);
    readSections(headerLength);
    image.setLinking(
        image.getInt(HeaderLayout.POINTER_WIDTH_OFFSET),
        image.getLong(HeaderLayout.LINK_BASE_OFFSET),
        sectionStart(SectionLayout.SHARED),
        sectionStart(SectionLayout.SEGMENTS) + sectionLength(SectionLayout.SEGMENTS));
    checkSharedHot();
    if (image.getLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET) != 0) {
      image.setTypeWords(new ImageTypes(image, this).typeWords());
    }
  }

  private void checkIdentity() {
    long length = image.length();
    if (length == 0) {
      throw Failures.notAnImage(image, "empty, expected an image");
    }
    if (length < HeaderLayout.SECTIONS_OFFSET) {
      throw Failures.notAnImage(
          image,
          "too short for an image: length="
              + length
              + ", expected at least "
              + HeaderLayout.SECTIONS_OFFSET);
    }
    long magic = image.getLong(HeaderLayout.MAGIC_OFFSET);
    if (magic != HeaderLayout.MAGIC) {
      throw Failures.corrupt(
          image,
          "not an image: expected magic 0x"
              + Long.toHexString(Long.reverseBytes(HeaderLayout.MAGIC))
              + ", found 0x"
              + Long.toHexString(Long.reverseBytes(magic)),
          HeaderLayout.MAGIC_OFFSET);
    }
    int order = image.getInt(HeaderLayout.BYTE_ORDER_OFFSET);
    if (order != HeaderLayout.BYTE_ORDER_MARK) {
      if (order == Integer.reverseBytes(HeaderLayout.BYTE_ORDER_MARK)) {
        throw Failures.unsupported(
            image,
            "byte order is not supported: expected little-endian, found big-endian",
            HeaderLayout.BYTE_ORDER_OFFSET);
      }
      throw Failures.field(
          image,
          "byte order mark",
          HeaderLayout.BYTE_ORDER_MARK,
          order,
          HeaderLayout.BYTE_ORDER_OFFSET);
    }
    int version = image.getInt(HeaderLayout.VERSION_OFFSET);
    if (version < HeaderLayout.MIN_VERSION || version > HeaderLayout.VERSION) {
      throw Failures.unsupported(
          image,
          "format version is not supported: expected "
              + HeaderLayout.MIN_VERSION
              + " to "
              + HeaderLayout.VERSION
              + ", found "
              + Integer.toUnsignedString(version)
              + (version > HeaderLayout.VERSION
                  ? ", of a later release of Marshal Image: see help/versions.md"
                  : ""),
          HeaderLayout.VERSION_OFFSET);
    }
    int width = image.getInt(HeaderLayout.POINTER_WIDTH_OFFSET);
    if (width != HeaderLayout.COMPACT_WIDTH && width != HeaderLayout.ADDRESS_WIDTH) {
      throw Failures.unsupported(
          image,
          "pointer width is not supported: expected "
              + HeaderLayout.COMPACT_WIDTH
              + " or "
              + HeaderLayout.ADDRESS_WIDTH
              + ", found "
              + Integer.toUnsignedString(width),
          HeaderLayout.POINTER_WIDTH_OFFSET);
    }
  }

  private int checkChecksum() {
    int headerLength = image.getInt(HeaderLayout.HEADER_LENGTH_OFFSET);
    int sectionCount = image.getInt(HeaderLayout.SECTION_COUNT_OFFSET);
    if (sectionCount < SectionLayout.COUNT || sectionCount > HeaderLayout.MAX_SECTIONS) {
      throw Failures.corrupt(
          image,
          "bad number of sections: expected "
              + SectionLayout.COUNT
              + " to "
              + HeaderLayout.MAX_SECTIONS
              + ", found "
              + Integer.toUnsignedString(sectionCount),
          HeaderLayout.SECTION_COUNT_OFFSET);
    }
    int properties = image.getInt(HeaderLayout.PROPERTIES_LENGTH_OFFSET);
    if (properties < 0
        || properties > PropertiesLayout.MAX_LENGTH
        || properties % HeaderLayout.ALIGNMENT != 0) {
      throw Failures.corrupt(
          image,
          "length of properties is absurd: found=" + Integer.toUnsignedString(properties),
          HeaderLayout.PROPERTIES_LENGTH_OFFSET);
    }
    int expected = HeaderLayout.SECTIONS_OFFSET + sectionCount * SectionLayout.SIZE + properties;
    if (headerLength != expected) {
      throw Failures.field(
          image, "header length", expected, headerLength, HeaderLayout.HEADER_LENGTH_OFFSET);
    }
    image.checkRange(0, headerLength);
    long sum = checksum(image);
    long recorded = image.getLong(HeaderLayout.CHECKSUM_OFFSET);
    if (recorded != sum) {
      throw Failures.checksum(image, "header", recorded, sum, HeaderLayout.CHECKSUM_OFFSET);
    }
    long length = image.getLong(HeaderLayout.LENGTH_OFFSET);
    if (length != image.length()) {
      throw Failures.corrupt(
          image,
          "image is cut, or has grown: expected length="
              + length
              + ", found length="
              + image.length(),
          HeaderLayout.LENGTH_OFFSET);
    }
    return headerLength;
  }

  /** Returns what the CHECKSUM of a header must be, whose length has been checked. */
  public static long checksum(ImageBytes image) {
    int length = image.getInt(HeaderLayout.HEADER_LENGTH_OFFSET);
    return HashLayout.headerChecksum(image.buffer(), length);
  }

  private void checkCounts() {
    checkCount("root count", HeaderLayout.MODULE_COUNT_OFFSET, ModuleLayout.SIZE);
    checkCount("str count", HeaderLayout.STR_COUNT_OFFSET, HeaderLayout.ALIGNMENT);
    checkCount("bytes count", HeaderLayout.BYTES_COUNT_OFFSET, HeaderLayout.ALIGNMENT);
    checkCount("code count", HeaderLayout.CODE_COUNT_OFFSET, HeaderLayout.ALIGNMENT);
    long objects = image.getLong(HeaderLayout.OBJECT_COUNT_OFFSET);
    if (objects < 0 || objects > image.length() / HeaderLayout.ALIGNMENT) {
      throw Failures.corrupt(
          image, "object count is absurd: found=" + objects, HeaderLayout.OBJECT_COUNT_OFFSET);
    }
    long base = image.getLong(HeaderLayout.LINK_BASE_OFFSET);
    if (base < 0
        || base % HeaderLayout.PAGE_SIZE != 0
        || base > HeaderLayout.ADDRESS_LIMIT - image.length()) {
      throw Failures.corrupt(
          image,
          "link base is absurd: found=0x" + Long.toHexString(base),
          HeaderLayout.LINK_BASE_OFFSET);
    }
    checkCount("interned count", HeaderLayout.INTERNED_COUNT_OFFSET, HeaderLayout.ALIGNMENT);
  }

  private void checkCount(String field, int offset, int leastSize) {
    int count = image.getInt(offset);
    if (count < 0 || count > image.length() / leastSize) {
      throw Failures.corrupt(
          image, field + " is absurd: found=" + Integer.toUnsignedString(count), offset);
    }
  }

  private void checkZero(int offset, long value) {
    if (value != 0) {
      throw Failures.field(image, "reserved field", 0, value, offset);
    }
  }

  private void readSections(int headerLength) {
    int sectionCount = image.getInt(HeaderLayout.SECTION_COUNT_OFFSET);
    long end = headerLength;
    int seen = 0;
    for (int i = 0; i < sectionCount; i++) {
      int entry = HeaderLayout.SECTIONS_OFFSET + i * SectionLayout.SIZE;
      int kind = image.getInt(entry + SectionLayout.KIND_OFFSET);
      checkZero(
          entry + SectionLayout.RESERVED_OFFSET,
          image.getInt(entry + SectionLayout.RESERVED_OFFSET));
      long start = image.getLong(entry + SectionLayout.START_OFFSET);
      long length = image.getLong(entry + SectionLayout.LENGTH_OFFSET);
      image.checkRange(start, length);
      if (start < end || (start | length) % HeaderLayout.ALIGNMENT != 0) {
        throw Failures.corrupt(
            image,
            "section overlaps the one before it, or is not aligned: start=0x"
                + Long.toHexString(start)
                + ", length="
                + length
                + ", previous end=0x"
                + Long.toHexString(end),
            entry);
      }
      end = start + length;
      if (kind > 0 && kind <= SectionLayout.LAST) {
        // Those that every image has, then those that it may have.
        if (kind != seen + 1 && (seen < SectionLayout.COUNT || kind <= seen)) {
          throw Failures.field(image, "section kind", seen + 1, kind, entry);
        }
        seen = kind;
        sections[2 * kind] = start;
        sections[2 * kind + 1] = length;
      }
    }
    if (seen < SectionLayout.COUNT) {
      throw Failures.corrupt(
          image, "missing section: expected kind " + (seen + 1), HeaderLayout.SECTIONS_OFFSET);
    }
    checkLength(SectionLayout.DIRECTORY, HashLayout.directoryLength(moduleCount));
    checkLength(SectionLayout.MODULES, (long) moduleCount * ModuleLayout.SIZE);
  }

  /** Checks a section's length. */
  public void checkLength(int kind, long expected) {
    if (sectionLength(kind) != expected) {
      throw Failures.field(
          image,
          "length of section " + kind,
          expected,
          sectionLength(kind),
          HeaderLayout.SECTIONS_OFFSET + (kind - 1) * SectionLayout.SIZE);
    }
  }

  private void checkSharedHot() {
    long hot = sharedHot();
    if (hot != 0 && (hot < sectionStart(SectionLayout.SHARED) || hot > sharedEnd())) {
      throw Failures.corrupt(
          image,
          "hot part of SHARED lies outside of it: start=0x"
              + Long.toHexString(hot)
              + ", limit=0x"
              + Long.toHexString(sharedEnd()),
          HeaderLayout.SHARED_HOT_OFFSET);
    }
  }

  /** Returns where the hot part of SHARED starts; 0 if the image is not laid out by a start. */
  public long sharedHot() {
    return (image.getInt(HeaderLayout.SHARED_HOT_OFFSET) & 0xFFFFFFFFL) * HeaderLayout.ALIGNMENT;
  }

  /** Returns the offset behind SHARED. */
  public long sharedEnd() {
    return sectionStart(SectionLayout.SHARED) + sectionLength(SectionLayout.SHARED);
  }

  /**
   * Proves that the segment of a module lies in SEGMENTS, with its cold stretch behind it if it has
   * one. Of an image that is not laid out by a start, also that it lies before the next module's:
   * so segments that are gone through one by one are not longer in all than the image. Of another
   * one, whoever goes through them has to count.
   *
   * @param entry of the module table
   * @return bytes of the segment, cold stretch included
   */
  public long checkSegment(long entry) {
    long field = entry + ModuleLayout.SEGMENT_OFFSET;
    long start = image.getLong(field);
    long length = image.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
    long next = entry + ModuleLayout.SIZE;
    long end = image.objectsEnd();
    boolean isByStart = sharedHot() != 0;
    if (!isByStart
        && next < sectionStart(SectionLayout.MODULES) + sectionLength(SectionLayout.MODULES)) {
      end = Math.min(end, image.getLong(next + ModuleLayout.SEGMENT_OFFSET));
    }
    if (start < sectionStart(SectionLayout.SEGMENTS)
        || length < 0
        || length > end - start
        || ((start | length) & 7) != 0) {
      throw Failures.corrupt(
          image,
          "bad segment of a module: start=0x"
              + Long.toHexString(start)
              + ", length="
              + length
              + ", limit=0x"
              + Long.toHexString(end),
          field);
    }
    return length + checkCold(entry, start + length, isByStart);
  }

  /** Proves that the cold stretch of a module may be one; returns its bytes. */
  private long checkCold(long entry, long segmentEnd, boolean isByStart) {
    long cold = image.getLong(entry + ModuleLayout.COLD_OFFSET);
    long length = image.getLong(entry + ModuleLayout.COLD_LENGTH_OFFSET);
    boolean isMissing = cold == 0 && length == 0;
    if (!isMissing
        && (!isByStart
            || cold < segmentEnd
            || length < 0
            || length > image.objectsEnd() - cold
            || ((cold | length) & 7) != 0)) {
      throw Failures.corrupt(
          image,
          (isByStart ? "bad cold stretch of a module" : "cold stretch in an image without any")
              + ": start=0x"
              + Long.toHexString(cold)
              + ", length="
              + length
              + ", segment end=0x"
              + Long.toHexString(segmentEnd)
              + ", limit=0x"
              + Long.toHexString(image.objectsEnd()),
          entry + ModuleLayout.COLD_OFFSET);
    }
    return length;
  }

  /**
   * Proves that the head of a segment may lie at an offset, but for its name.
   *
   * @param segment what a field says
   * @param field offset of the field
   * @return the offset of the segment
   */
  public long checkSegmentHead(long segment, long field) {
    if (segment < sectionStart(SectionLayout.SEGMENTS)
        || segment > image.objectsEnd() - SegmentLayout.NAME_OFFSET
        || (segment & 7) != 0) {
      throw Failures.corrupt(
          image,
          "segment lies outside its section: start=0x"
              + Long.toHexString(segment)
              + ", limit=0x"
              + Long.toHexString(image.objectsEnd()),
          field);
    }
    return segment;
  }

  /**
   * Returns where the objects of a module's segment start, which {@link #checkSegment} has proven.
   */
  public long segmentObjects(long entry) {
    long start = image.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
    long length = image.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
    int nameLength =
        length < SegmentLayout.NAME_OFFSET
            ? -1
            : image.getInt(start + SegmentLayout.NAME_LENGTH_OFFSET);
    if (nameLength < 0 || SegmentLayout.headSize(nameLength) > length) {
      throw Failures.corrupt(
          image,
          "head of a segment is cut: name length=" + nameLength + ", segment length=" + length,
          start);
    }
    return start + SegmentLayout.headSize(nameLength);
  }

  /**
   * Holds the types in use against a table.
   *
   * @param handles by type code; 0 where there is none
   * @param records handles of types of records
   * @param fingerprint of the handles
   * @throws IllegalArgumentException if types in use have none; the message names them all
   * @throws org.marshalimage.format.CorruptImageException if the image has this fingerprint and
   *     other handles
   */
  public void checkTypes(long[] handles, RecordHandles records, long fingerprint) {
    new ImageTypes(image, this).checkBound(handles, records, fingerprint);
  }

  /** Returns the number of roots. */
  public int moduleCount() {
    return moduleCount;
  }

  /** Tells whether the image has a section that not every image has. */
  public boolean hasSection(int kind) {
    return sectionStart(kind) != 0;
  }

  /** Returns where a section starts, in bytes from the start of the image. */
  public long sectionStart(int kind) {
    return sections[2 * kind];
  }

  /** Returns the bytes of a section. */
  public long sectionLength(int kind) {
    return sections[2 * kind + 1];
  }

  /** Returns the CRC-32C that the section table records for a section of version 1. */
  public long sectionChecksum(int kind) {
    for (int entry = HeaderLayout.SECTIONS_OFFSET; ; entry += SectionLayout.SIZE) {
      if (image.getInt(entry + SectionLayout.KIND_OFFSET) == kind) {
        return image.getLong(entry + SectionLayout.CHECKSUM_OFFSET);
      }
    }
  }

  /** Returns the number of str objects. */
  public int strCount() {
    return image.getInt(HeaderLayout.STR_COUNT_OFFSET);
  }

  /** Returns the number of bytes objects. */
  public int bytesCount() {
    return image.getInt(HeaderLayout.BYTES_COUNT_OFFSET);
  }

  /** Returns the number of interned str and bytes objects. */
  public int internedCount() {
    return internedCount;
  }

  /** Returns the number of code objects. */
  public int codeCount() {
    return image.getInt(HeaderLayout.CODE_COUNT_OFFSET);
  }

  /** Returns the number of objects. */
  public long objectCount() {
    return image.getLong(HeaderLayout.OBJECT_COUNT_OFFSET);
  }
}
