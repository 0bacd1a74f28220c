package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.PrivateMapping;

/**
 * What is linked: modules of an image, one by one, or all at once.
 *
 * @param name of the image, in the corpus
 * @param image the file
 * @param modules names
 * @param atOnce whether they are all that the image has, and are linked at once
 */
record LinkTarget(String name, Path image, List<String> modules, boolean atOnce) {
  /** One typical module of the standard library. */
  static final String MODULE = "module";

  /** The modules of the import set, one by one, in an image of them alone. */
  static final String IMPORTS = "imports";

  /** All modules of the standard library, one by one. */
  static final String EACH = "each";

  /** All modules of the standard library at once. */
  static final String ALL = "all";

  private static final MapOptions IN_PLACE = MapOptions.builder().inPlace().build();
  private static final MapOptions LINK_ALL = MapOptions.builder().inPlace().linkAll().build();

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

  /** Returns the same modules of the same image, prelinked. */
  LinkTarget prelinked() throws IOException {
    return of(Corpus.base(name) + Corpus.PRELINKED, modules, false);
  }

  /** Maps the image in place, and links nothing. */
  MarshalImage map() throws IOException {
    return MarshalImage.map(image, IN_PLACE);
  }

  /** Maps the image in place and links the modules. */
  MarshalImage mapAndLink() throws IOException {
    return atOnce ? MarshalImage.map(image, LINK_ALL) : mapAndReadRoots();
  }

  /** Maps the image in place and takes the roots of the modules, which links them. */
  MarshalImage mapAndReadRoots() throws IOException {
    MarshalImage mapped = map();
    readRoots(mapped);
    return mapped;
  }

  /** Maps the image read-only and takes the roots of the modules. */
  MarshalImage mapReadOnly() throws IOException {
    MarshalImage mapped = MarshalImage.map(image);
    readRoots(mapped);
    return mapped;
  }

  private void readRoots(MarshalImage mapped) {
    for (String module : modules) {
      if (mapped.module(module).rootOffset() == 0) {
        throw new AssertionError(module);
      }
    }
  }

  /**
   * The floor: maps the file as in-place mapping does, and writes a word in each of some pages, so
   * that the system copies them.
   *
   * @param pages their numbers
   */
  ImageBytes mapAndCopy(int[] pages) throws IOException {
    ImageBytes bytes = PrivateMapping.map(image, ImageBytes.hasArenas()).bytes();
    ByteBuffer memory = bytes.writableSlice(0, bytes.length());
    for (int page : pages) {
      memory.putLong(page * HeaderLayout.PAGE_SIZE, page);
    }
    return bytes;
  }
}
