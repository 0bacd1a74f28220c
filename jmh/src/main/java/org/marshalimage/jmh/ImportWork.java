package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.stream.PycFile;

/** Loads all modules of {@link Library#importSet()}: a pass of {@link ImportSetSpeed}. */
final class ImportWork extends WarmWork {
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
  }

  private final Work work;
  private final Library library;
  private final StreamFiles streams;
  private final Path image = Corpus.image(Corpus.IMPORTS);

  ImportWork(Work work, Library library) throws IOException {
    this(work, library, StreamFiles.read(library.paths()));
  }

  private ImportWork(Work work, Library library, StreamFiles streams) throws IOException {
    super("Marshal Image", library.files().size(), streams.length(), new Mappings());
    this.work = work;
    this.library = library;
    this.streams = streams;
  }

  @Override
  Object pass() throws IOException {
    if (work == Work.DECODE) {
      streams.prepare(StreamFiles.Work.DECODE).run(result -> sink = result);
      return this;
    } else if (work == Work.DECODE_FILES) {
      for (Library.Source source : library.files()) {
        sink = PycFile.read(source.file()).root();
      }
      return this;
    }
    MarshalImage mapped = MarshalImage.map(image);
    CursorWalk cursors = work == Work.WALK ? new CursorWalk(mapped, true) : null;
    ViewWalk views = work == Work.WALK_VIEWS ? new ViewWalk(mapped) : null;
    long sum = 0;
    for (Library.Source source : library.files()) {
      if (cursors != null) {
        sum += cursors.walk(mapped.module(source.name()).rootOffset());
      } else if (views != null) {
        sum += views.walk(mapped.module(source.name()).code());
      } else {
        sum += mapped.module(source.name()).code().offset();
      }
    }
    sink = sum;
    return mapped;
  }
}
