package org.marshalimage.cli.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.SectionLayout;

/** Where the parts of a file lie. */
final class Sections {
  private Sections() {}

  /**
   * A part of a file.
   *
   * @param name that of the specification
   * @param start bytes from the start of the file
   * @param length bytes
   */
  record Section(String name, long start, long length) {
    /** Tells whether objects lie in it. */
    boolean hasObjects() {
      return name.equals(SectionLayout.nameOf(SectionLayout.SHARED))
          || name.equals(SectionLayout.nameOf(SectionLayout.SEGMENTS));
    }
  }

  /**
   * Reads the section table of an image that has been mapped, and so checked.
   *
   * @return the header and all sections, in the order in which they lie
   * @throws IOException if the file cannot be read, or is no longer the one that was mapped
   */
  static List<Section> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer header = ByteBuffer.allocate(HeaderLayout.SECTIONS_OFFSET);
      int count = read(channel, header, 0, file).getInt(HeaderLayout.SECTION_COUNT_OFFSET);
      if (count < 1 || count > HeaderLayout.MAX_SECTIONS) {
        throw changed(file);
      }
      ByteBuffer entries =
          read(
              channel,
              ByteBuffer.allocate(count * SectionLayout.SIZE),
              HeaderLayout.SECTIONS_OFFSET,
              file);
      List<Section> sections = new ArrayList<>();
      long first = channel.size();
      for (int i = 0; i < count; i++) {
        int entry = i * SectionLayout.SIZE;
        int kind = entries.getInt(entry + SectionLayout.KIND_OFFSET);
        long start = entries.getLong(entry + SectionLayout.START_OFFSET);
        long length = entries.getLong(entry + SectionLayout.LENGTH_OFFSET);
        if (start < 0 || length < 0 || length > channel.size() - start) {
          throw changed(file);
        }
        boolean isKnown = kind > 0 && kind <= SectionLayout.LAST;
        String name = (isKnown ? "" : "SECTION ") + SectionLayout.nameOf(kind);
        sections.add(new Section(name, start, length));
        first = Math.min(first, start);
      }
      sections.add(new Section("HEADER", 0, first));
      sections.sort(Comparator.comparingLong(Section::start));
      return sections;
    }
  }

  private static ByteBuffer read(FileChannel channel, ByteBuffer buffer, long at, Path file)
      throws IOException {
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw changed(file);
      }
    }
    return buffer.flip();
  }

  private static IOException changed(Path file) {
    return new IOException("changed while it was read: " + file);
  }
}
