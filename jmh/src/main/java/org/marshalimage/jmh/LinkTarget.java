package org.marshalimage.jmh;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.marshalimage.ImageModule;
import org.marshalimage.LinkReport;
import org.marshalimage.MapOptions;
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
 * What is linked: modules of an image, one by one, or all at once. Uses what the library keeps to
 * itself, to link in a mapping of which the system has copied the pages already.
 *
 * @param name of the image, in the corpus
 * @param modules names
 * @param atOnce whether they are all that the image has, and are linked at once
 */
record LinkTarget(String name, Path image, List<String> modules, boolean atOnce) {
  /**
   * One typical module of the standard library; the modules of the import set, one by one, in an
   * image of them alone; all modules of the standard library, one by one, or at once.
   */
  static final String MODULE = "module";

  static final String IMPORTS = "imports";
  static final String EACH = "each";
  static final String ALL = "all";

  private static final int PAGE_SIZE = HeaderLayout.PAGE_SIZE;
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Makes what a constant of this class names. */
  static LinkTarget of(String name) throws IOException {
    String library = Corpus.STDLIB + Corpus.ADDRESSES;
    return switch (name) {
      case MODULE -> of(library, List.of(Corpus.module(Library.find()).name()), false);
      case IMPORTS -> of(Corpus.IMPORTS + Corpus.ADDRESSES, Library.importSet().names(), false);
      case EACH -> of(library, Library.find().names(), false);
      case ALL -> of(library, Library.find().names(), true);
      default -> throw new IllegalArgumentException("nothing to be linked: " + name);
    };
  }

  private static LinkTarget of(String image, List<String> modules, boolean atOnce)
      throws IOException {
    return new LinkTarget(image, Corpus.image(image), modules, atOnce);
  }

  LinkTarget prelinked() throws IOException {
    return of(Corpus.base(name) + Corpus.PRELINKED, modules, false);
  }

  MarshalImage map() throws IOException {
    return MarshalImage.map(image, MapOptions.builder().inPlace().build());
  }

  MarshalImage mapAndLink() throws IOException {
    return atOnce
        ? MarshalImage.map(image, MapOptions.builder().inPlace().linkAll().build())
        : readRoots(map());
  }

  /** Takes the roots of the modules, which links them if the image is mapped in place. */
  MarshalImage readRoots(MarshalImage mapped) {
    for (String module : modules) {
      if (mapped.module(module).rootOffset() == 0) {
        throw new AssertionError(module);
      }
    }
    return mapped;
  }

  LinkReport report() throws IOException {
    try (MarshalImage linked = mapAndLink()) {
      return linked.linkReport();
    }
  }

  /** Returns the numbers of the pages that linking writes to. */
  int[] writtenPages() throws IOException {
    try (ImageBytes file = ImageBytes.map(image);
        Unlinked linked = new Unlinked(new int[0])) {
      linked.link();
      ByteBuffer before = file.slice(0, file.length());
      ByteBuffer after = linked.bytes.slice(0, file.length());
      int length = before.capacity();
      return IntStream.rangeClosed(0, (length - 1) / PAGE_SIZE)
          .filter(
              page -> {
                int start = page * PAGE_SIZE;
                int size = Math.min(PAGE_SIZE, length - start);
                return !before.slice(start, size).equals(after.slice(start, size));
              })
          .toArray();
    }
  }

  /**
   * The floor: maps the file as in-place mapping does, and writes a word in each of some pages, the
   * one that is there, so that the system copies them.
   *
   * @param pages their numbers
   */
  ImageBytes mapAndCopy(int[] pages) throws IOException {
    return copied(pages).bytes();
  }

  private PrivateMapping copied(int[] pages) throws IOException {
    PrivateMapping mapping = PrivateMapping.map(image, ImageBytes.hasArenas());
    ByteBuffer memory = mapping.bytes().writableSlice(0, mapping.bytes().length());
    for (int page : pages) {
      // Not a plain write: that of a word which has just been read is left out when it is compiled.
      LONG.setVolatile(memory, page * PAGE_SIZE, memory.getLong(page * PAGE_SIZE));
    }
    return mapping;
  }

  /** A mapping of which the system has copied some pages, to be linked once. */
  final class Unlinked implements AutoCloseable {
    private final ImageBytes bytes;
    private final long[] entries = new long[modules.size()];
    private final Linker linker;

    Unlinked(int[] pages) throws IOException {
      PrivateMapping mapping = copied(pages);
      bytes = mapping.bytes();
      ImageHeader header = new ImageHeader(bytes);
      TypeTable types = TypeTable.standard();
      long[] handles = new long[TypeCode.LIMIT];
      for (int code : TypeTable.imageTypes()) {
        handles[code] = types.handle(code);
      }
      linker =
          new Linker(
              bytes, header, mapping.address(), handles, (key, version) -> 0, types.fingerprint());
      long entry = header.sectionStart(SectionLayout.MODULES);
      try (MarshalImage mapped = MarshalImage.map(image)) {
        for (ImageModule module : mapped.modules()) {
          int index = modules.indexOf(module.name());
          if (index >= 0) {
            entries[index] = entry;
          }
          entry += ModuleLayout.SIZE;
        }
      }
    }

    /** Links the modules, once. */
    void link() {
      if (atOnce) {
        linker.linkAll();
        return;
      }
      for (int i = 0; i < entries.length; i++) {
        linker.linkModule(entries[i], modules.get(i));
      }
    }

    @Override
    public void close() {
      bytes.close();
    }
  }
}
