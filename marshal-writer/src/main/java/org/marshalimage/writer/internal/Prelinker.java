package org.marshalimage.writer.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.internal.layout.Checksums;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.link.LinkCounts;
import org.marshalimage.internal.link.Linker;
import org.marshalimage.internal.memory.DirectBuffers;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordHandles;
import org.marshalimage.internal.memory.RecordTypes;

/**
 * Rewrites an image so that it is prelinked for an address and for handles, or for none: links it
 * in a file instead of in memory. Not thread-safe.
 */
public final class Prelinker {
  private final ImageBytes image;
  private final ImageHeader header;

  private Prelinker(ImageBytes image, ImageHeader header) {
    this.image = image;
    this.header = header;
  }

  /**
   * What an image is to be prelinked for.
   *
   * @param base the address; 0 for none
   * @param handles by type code; what type words are to hold
   * @param records the same by types of records
   * @param fingerprint of the handles; 0 if they are the type codes themselves
   */
  public record Goal(long base, long[] handles, RecordHandles records, long fingerprint) {}

  /**
   * Writes a prelinked copy of an image.
   *
   * @param source an image, prelinked or not
   * @param target appears under its name when it is complete; may be the same file
   * @param goal what for
   * @return what was changed
   * @throws IOException if a file cannot be read or written; then nothing is left behind
   */
  public static LinkCounts prelink(Path source, Path target, Goal goal) throws IOException {
    try (FileChannel from = FileChannel.open(source);
        ImageFile file = ImageFile.create(target, 0)) {
      long length = from.size();
      // Refused before anything of its size is written; and damage would get good checksums here.
      try (ImageBytes image = ImageBytes.map(source, from, FileChannel.MapMode.READ_ONLY)) {
        new Checksums(image, new ImageHeader(image)).checkFile();
      }
      file.copy(from, length);
      LinkCounts counts = apply(file, source, goal);
      file.commit();
      return counts;
    }
  }

  /** Prelinks a file that is complete but not yet under its name. */
  static LinkCounts apply(ImageFile file, Path name, Goal goal) throws IOException {
    ImageBytes mapped = file.map(name);
    ByteBuffer buffer = mapped.buffer();
    try (ImageBytes image = mapped) {
      ImageHeader header = new ImageHeader(image);
      Linker linker =
          new Linker(image, header, goal.base, goal.handles, goal.records, goal.fingerprint, false);
      linker.walkAll();
      new Prelinker(image, header).finish(goal);
      file.overwrite(image);
      return linker.counts();
    } finally {
      // Its pages are copies by now: as much memory as the image is long.
      DirectBuffers.unmap(buffer);
    }
  }

  private void finish(Goal goal) {
    image.putLong(HeaderLayout.LINK_BASE_OFFSET, goal.base);
    image.putLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET, goal.fingerprint);
    putHandles(goal.fingerprint == 0 ? null : goal.handles);
    putRecordHandles(goal);
    for (int i = 0; i < header.moduleCount(); i++) {
      long entry = header.sectionStart(SectionLayout.MODULES) + (long) i * ModuleLayout.SIZE;
      long start = image.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
      long length = image.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
      image.putInt(entry + ModuleLayout.CHECKSUM_OFFSET, (int) checksum(start, length));
      long cold = image.getLong(entry + ModuleLayout.COLD_OFFSET);
      long coldLength = image.getLong(entry + ModuleLayout.COLD_LENGTH_OFFSET);
      image.putInt(entry + ModuleLayout.COLD_CHECKSUM_OFFSET, (int) checksum(cold, coldLength));
    }
    int sections = image.getInt(HeaderLayout.SECTION_COUNT_OFFSET);
    for (int i = 0; i < sections; i++) {
      long entry = HeaderLayout.SECTIONS_OFFSET + (long) i * SectionLayout.SIZE;
      long start = image.getLong(entry + SectionLayout.START_OFFSET);
      long length = image.getLong(entry + SectionLayout.LENGTH_OFFSET);
      image.putLong(entry + SectionLayout.CHECKSUM_OFFSET, checksum(start, length));
    }
    image.putLong(HeaderLayout.CHECKSUM_OFFSET, ImageHeader.checksum(image));
  }

  private void putHandles(long @Nullable [] handles) {
    long start = header.sectionStart(SectionLayout.TYPES);
    long end = start + header.sectionLength(SectionLayout.TYPES);
    for (long entry = start; entry < end; entry += TypesLayout.SIZE) {
      int code = image.getInt(entry + TypesLayout.CODE_OFFSET);
      image.putLong(
          entry + TypesLayout.HANDLE_OFFSET,
          handles == null || code == TypeCode.RECORD ? 0 : handles[code]);
    }
  }

  private void putRecordHandles(Goal goal) {
    RecordTypes types = image.state().recordTypes();
    long[] handles = types.bound(goal.records);
    for (int i = 0; i < handles.length; i++) {
      image.putLong(types.handleOffset(i), goal.fingerprint == 0 ? 0 : handles[i]);
    }
  }

  private long checksum(long start, long length) {
    return Checksums.crc(image, start, length);
  }
}
