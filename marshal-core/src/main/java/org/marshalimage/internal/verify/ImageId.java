package org.marshalimage.internal.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordTypes;
import org.marshalimage.internal.verify.FoundObjects.Stretch;

/**
 * Computes the id of an image whose objects have been found: the hash of its bytes as they are when
 * it is not prelinked. Of a prelinked image that is undone on the way. Not thread-safe.
 */
final class ImageId {
  private static final int BUFFER_SIZE = 1 << 16;

  private final ImageBytes image;
  private final ImageHeader header;
  private final FoundObjects objects;
  private final boolean hasHandles;
  private final boolean hasAddresses;
  private final MessageDigest digest;
  private final CRC32C segment = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE).order(ByteOrder.LITTLE_ENDIAN);

  private ImageId(ImageBytes image, ImageHeader header, FoundObjects objects) {
    this.image = image;
    this.header = header;
    this.objects = objects;
    hasHandles = image.getLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET) != 0;
    hasAddresses =
        image.getLong(HeaderLayout.LINK_BASE_OFFSET) != 0
            && image.pointerWidth() == HeaderLayout.ADDRESS_WIDTH;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns what the IMAGE_ID of an image must be whose sections follow each other. */
  static byte[] of(ImageBytes image, ImageHeader header, FoundObjects objects) {
    return new ImageId(image, header, objects).compute();
  }

  private byte[] compute() {
    long front =
        HeaderLayout.SECTIONS_OFFSET
            + image.getInt(HeaderLayout.SECTION_COUNT_OFFSET) * SectionLayout.SIZE;
    long modules = header.sectionStart(SectionLayout.MODULES);
    long shared = header.sectionStart(SectionLayout.SHARED);
    int[] checksums = new int[header.moduleCount()];
    int[] coldChecksums = new int[header.moduleCount()];
    if (hasHandles || hasAddresses) {
      long strings = header.sectionStart(SectionLayout.STRINGS);
      putObjects(checksums, coldChecksums);
      putTypes();
      putFrom(strings);
    } else {
      put(shared, image.length());
      for (int i = 0; i < checksums.length; i++) {
        checksums[i] = image.getInt(entry(i) + ModuleLayout.CHECKSUM_OFFSET);
        coldChecksums[i] = image.getInt(entry(i) + ModuleLayout.COLD_CHECKSUM_OFFSET);
      }
    }
    put(front, modules);
    for (int i = 0; i < checksums.length; i++) {
      put(entry(i), entry(i) + ModuleLayout.CHECKSUM_OFFSET);
      putInt(checksums[i]);
      put(
          entry(i) + ModuleLayout.CHECKSUM_OFFSET + Integer.BYTES,
          entry(i) + ModuleLayout.COLD_CHECKSUM_OFFSET);
      putInt(coldChecksums[i]);
      put(
          entry(i) + ModuleLayout.COLD_CHECKSUM_OFFSET + Integer.BYTES,
          entry(i) + ModuleLayout.SIZE);
    }
    flush();
    return digest.digest();
  }

  private long entry(int index) {
    return header.sectionStart(SectionLayout.MODULES) + (long) index * ModuleLayout.SIZE;
  }

  private void putObjects(int[] checksums, int[] coldChecksums) {
    long end = header.sharedEnd();
    putObjects(header.sectionStart(SectionLayout.SHARED), end);
    for (Stretch stretch : objects.stretches()) {
      // With the head, which comes before the objects.
      long start =
          image.getLong(
              entry(stretch.module())
                  + (stretch.isCold() ? ModuleLayout.COLD_OFFSET : ModuleLayout.SEGMENT_OFFSET));
      put(end, start);
      flush();
      segment.reset();
      end = objects.offset(stretch.end());
      putObjects(start, end);
      flush();
      (stretch.isCold() ? coldChecksums : checksums)[stretch.module()] = (int) segment.getValue();
    }
    put(end, image.objectsEnd());
  }

  /** Puts a range in which objects lie, without what prelinking has changed in them. */
  private void putObjects(long start, long end) {
    long done = start;
    int at = objects.next(objects.word(start));
    for (; at >= 0 && objects.offset(at) < end; at = objects.next(at + 1)) {
      long offset = objects.offset(at);
      int kind = objects.kind(offset);
      if (hasHandles) {
        put(done, offset + ObjectLayout.TYPE_OFFSET);
        putLong(kind);
        done = offset + ObjectLayout.HEAD_SIZE;
      }
      int count = hasAddresses ? objects.slotCount(offset, kind) : 0;
      if (count > 0) {
        long first = objects.slotOffset(offset, kind, 0);
        put(done, first);
        for (int i = 0; i < count; i++) {
          long slot = image.slotOffset(first, i);
          putLong(image.isEmptySlot(slot) ? 0 : image.getSlot(slot));
        }
        done = image.slotOffset(first, count);
      }
    }
    put(done, end);
  }

  private void putTypes() {
    long start = header.sectionStart(SectionLayout.TYPES);
    long end = start + header.sectionLength(SectionLayout.TYPES);
    for (long entry = start; entry < end; entry += TypesLayout.SIZE) {
      put(entry, entry + TypesLayout.HANDLE_OFFSET);
      putLong(0);
    }
  }

  /** Puts all that follows objects and their types, without what prelinking has changed in it. */
  private void putFrom(long start) {
    long done = start;
    if (hasHandles) {
      RecordTypes types = image.state().recordTypes();
      for (int i = 0; i < types.count(); i++) {
        put(done, types.handleOffset(i));
        putLong(0);
        done = types.handleOffset(i) + Long.BYTES;
      }
    }
    put(done, image.length());
  }

  private void put(long start, long end) {
    for (long at = start; at < end; ) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int count = (int) Math.min(buffer.remaining(), end - at);
      image.getBytes(at, buffer.array(), buffer.position(), count);
      buffer.position(buffer.position() + count);
      at += count;
    }
  }

  private void putLong(long value) {
    if (buffer.remaining() < Long.BYTES) {
      flush();
    }
    buffer.putLong(value);
  }

  private void putInt(int value) {
    if (buffer.remaining() < Integer.BYTES) {
      flush();
    }
    buffer.putInt(value);
  }

  private void flush() {
    digest.update(buffer.array(), 0, buffer.position());
    segment.update(buffer.array(), 0, buffer.position());
    buffer.clear();
  }
}
