package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.stream.PycFile;

/**
 * The modules of {@link Library#importSet()}, as files, in memory and in an image of them alone,
 * and what can be done with them all.
 *
 * @param label where they come from
 * @param image the image
 * @param names of the modules
 * @param files their {@code .pyc} files
 * @param streams the same, in memory
 */
record ImportSet(
    String label, Path image, List<String> names, List<Path> files, StreamFiles streams) {
  static ImportSet find() throws IOException {
    Library library = Library.importSet();
    List<Path> files = new ArrayList<>();
    for (Library.Source source : library.files()) {
      files.add(source.file());
    }
    return new ImportSet(
        library.label(),
        Corpus.image(Corpus.IMPORTS),
        LinkTarget.names(library),
        files,
        StreamFiles.read(files));
  }

  MarshalImage map() throws IOException {
    return MarshalImage.map(image);
  }

  /** Makes a view of the code of each module. */
  long roots(MarshalImage mapped) {
    long sum = 0;
    for (String name : names) {
      sum += mapped.module(name).code().offset();
    }
    return sum;
  }

  /** Reads every object, string and bytes object to its last byte, by a cursor. */
  long walkByCursor(MarshalImage mapped) {
    CursorWalk walk = new CursorWalk(mapped, true);
    long sum = 0;
    for (String name : names) {
      sum += walk.walk(mapped.module(name).rootOffset());
    }
    return sum;
  }

  /** The same by views. */
  long walkByViews(MarshalImage mapped) {
    ViewWalk walk = new ViewWalk(mapped);
    long sum = 0;
    for (String name : names) {
      sum += walk.walk(mapped.module(name).code());
    }
    return sum;
  }

  /** Decodes the files from memory. */
  void decode(Consumer<Object> sink) {
    streams.prepare(StreamFiles.Work.DECODE).run(sink);
  }

  /** Reads the files and decodes them. */
  void readAndDecode(Consumer<Object> sink) throws IOException {
    for (Path file : files) {
      sink.accept(PycFile.read(file).root());
    }
  }

  @Override
  public String toString() {
    return String.format("%s: %d modules, %,d bytes", label, names.size(), streams.length());
  }
}
