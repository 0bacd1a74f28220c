package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.stream.PycFile;

/**
 * The modules of {@link Library#importSet()}, as files, in memory and in an image of them alone,
 * and what can be done with them all.
 *
 * @param library where they come from
 * @param image the image
 * @param names of the modules
 * @param files their {@code .pyc} files
 * @param streams the same, in memory
 */
record ImportSet(
    Library library, Path image, List<String> names, List<Path> files, StreamFiles streams) {
  /** How the modules are loaded. */
  enum Work {
    /** Maps the image and makes a view of each module's code. */
    ROOTS("map, all roots"),
    WALK("map, walk by cursor"),
    WALK_VIEWS("map, walk by views"),
    DECODE("decode from memory"),
    /** Reads the {@code .pyc} files and decodes them. */
    DECODE_FILES("read files and decode");

    /** What people are told. */
    final String label;

    Work(String label) {
      this.label = label;
    }

    /** Makes passes over all modules. What it takes to be rid of a mapping is not timed. */
    WarmWork warm() throws IOException {
      ImportSet set = find();
      Mappings mappings = new Mappings();
      return new WarmWork("Marshal Image", set.files.size(), set.streams.length(), mappings) {
        @Override
        Object pass() throws IOException {
          return set.load(Work.this, result -> sink = result);
        }
      };
    }
  }

  static ImportSet find() throws IOException {
    Library library = Library.importSet();
    List<Path> files = library.files().stream().map(Library.Source::file).toList();
    return new ImportSet(
        library, Corpus.image(Corpus.IMPORTS), library.names(), files, StreamFiles.read(files));
  }

  /**
   * Loads all modules.
   *
   * @param sink takes what is made or read
   * @return the image, if one is mapped
   */
  Object load(Work work, Consumer<Object> sink) throws IOException {
    if (work == Work.DECODE) {
      streams.prepare(StreamFiles.Work.DECODE).run(sink);
      return this;
    } else if (work == Work.DECODE_FILES) {
      for (Path file : files) {
        sink.accept(PycFile.read(file).root());
      }
      return this;
    }
    MarshalImage mapped = MarshalImage.map(image);
    long sum = 0;
    if (work == Work.ROOTS) {
      for (String name : names) {
        sum += mapped.module(name).code().offset();
      }
    } else if (work == Work.WALK) {
      CursorWalk walk = new CursorWalk(mapped, true);
      for (String name : names) {
        sum += walk.walk(mapped.module(name).rootOffset());
      }
    } else {
      ViewWalk walk = new ViewWalk(mapped);
      for (String name : names) {
        sum += walk.walk(mapped.module(name).code());
      }
    }
    sink.accept(sum);
    return mapped;
  }

  @Override
  public String toString() {
    return String.format(
        "%s: %d modules, %,d bytes", library.label(), names.size(), streams.length());
  }
}
