package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.marshalimage.ImageModule;
import org.marshalimage.LinkReport;
import org.marshalimage.MarshalImage;
import org.marshalimage.TypeTable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.link.Linker;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.PrivateMapping;

/**
 * A private mapping of which the system has copied every page, so that it can be linked, over and
 * over, at no cost but that of linking. Uses what the library keeps to itself.
 */
final class PrivatePages implements AutoCloseable {
  private static final int MAX_PAGES = (256 << 20) / HeaderLayout.PAGE_SIZE;

  private final LinkTarget target;
  private final ImageBytes file;
  private final ImageBytes bytes;
  private final long address;
  private final long[] handles = new long[TypeCode.LIMIT];
  private final TypeTable types = TypeTable.standard();

  /** The target's modules in the module table. */
  private final long[] entries;

  private final ByteBuffer content;
  private final ByteBuffer memory;
  private final LinkReport report;
  private int[] written;
  private Linker linker;

  PrivatePages(LinkTarget target) throws IOException {
    this.target = target;
    try (MarshalImage image = target.mapAndLink()) {
      report = image.linkReport();
    }
    file = ImageBytes.map(target.image());
    content = file.slice(0, file.length());
    PrivateMapping mapping = PrivateMapping.map(target.image(), ImageBytes.hasArenas());
    bytes = mapping.bytes();
    address = mapping.address();
    memory = bytes.writableSlice(0, bytes.length());
    for (int code : TypeTable.imageTypes()) {
      handles[code] = types.handle(code);
    }
    entries = entries(target);
    written = new int[(int) ((file.length() - 1) / HeaderLayout.PAGE_SIZE) + 1];
    Arrays.setAll(written, page -> page);
    linker = reset();
    written = findWritten();
    if (written.length != report.pagesWritten()) {
      throw new IllegalStateException("pages written: " + written.length + ", but " + report);
    }
    reset();
  }

  private static long[] entries(LinkTarget target) throws IOException {
    long[] found = new long[target.modules().size()];
    try (MarshalImage image = MarshalImage.map(target.image());
        ImageBytes bytes = ImageBytes.map(target.image())) {
      long start = new ImageHeader(bytes).sectionStart(SectionLayout.MODULES);
      int index = 0;
      for (ImageModule module : image.modules()) {
        int at = target.modules().indexOf(module.name());
        if (at >= 0) {
          found[at] = start + (long) index * ModuleLayout.SIZE;
        }
        index++;
      }
    }
    return found;
  }

  /** Makes the memory again as it is in the file, and a linker that has done nothing. */
  Linker reset() {
    for (int page : written) {
      int start = page * HeaderLayout.PAGE_SIZE;
      memory.put(start, content, start, length(page));
    }
    ImageHeader header = new ImageHeader(bytes);
    linker = new Linker(bytes, header, address, handles, (name, version) -> 0, types.fingerprint());
    return linker;
  }

  /** Links the modules, once after each {@link #reset}. */
  void link() {
    if (target.atOnce()) {
      linker.linkAll();
      return;
    }
    for (int i = 0; i < entries.length; i++) {
      linker.linkModule(entries[i], target.modules().get(i));
    }
  }

  /** Returns what the library says of linking the same. */
  LinkReport report() {
    return report;
  }

  /** Returns the numbers of the pages that linking writes to. */
  int[] writtenPages() {
    return written;
  }

  /**
   * Makes a keeper of mappings that may have {@value #MAX_PAGES} written pages together.
   *
   * @param limit how many there may be, if they are small
   */
  Mappings mappings(Path image, int limit) throws IOException {
    return new Mappings(image, Math.max(1, Math.min(limit, MAX_PAGES / written.length)));
  }

  private int[] findWritten() {
    link();
    int[] pages = new int[written.length];
    int count = 0;
    for (int page = 0; page < pages.length; page++) {
      int start = page * HeaderLayout.PAGE_SIZE;
      if (!content.slice(start, length(page)).equals(memory.slice(start, length(page)))) {
        pages[count++] = page;
      }
    }
    return Arrays.copyOf(pages, count);
  }

  private int length(int page) {
    int start = page * HeaderLayout.PAGE_SIZE;
    return Math.min(HeaderLayout.PAGE_SIZE, content.capacity() - start);
  }

  @Override
  public void close() {
    bytes.close();
    file.close();
  }
}
