package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.stream.PycFile;

/**
 * What does it cost a warm JVM to load the modules of the import set, from an image and from their
 * files, beside CPython's own {@code marshal.loads} of the same files in memory? Each way is a
 * process of its own; they take turns.
 */
final class ImportSetSpeed {
  private ImportSetSpeed() {}

  public static void main(String[] arguments) throws IOException {
    Harness harness = new Harness("imports", "import-set-speed.json", 15);
    Library library = Library.importSet();
    // Made before anything is timed.
    Corpus.image(Corpus.IMPORTS);
    Corpus.image(Corpus.IMPORTS + Corpus.LAID_OUT);
    harness.put("files", library.toString());
    harness.put("unit", "us");
    try (WarmGroup group = new WarmGroup(harness, library, library.paths(), "loads")) {
      for (WarmWork.Job job : WarmWork.Job.IMPORTS) {
        group.java(job);
      }
      harness.add("us a pass; " + library, group.takeTurns(millis -> 1e3 * millis));
    }
    harness.write();
  }

  /** Reads all that the modules of a library lead to; returns a sum. */
  static long walk(MarshalImage image, Library library) {
    CursorWalk cursors = new CursorWalk(image, true);
    long sum = 0;
    for (Library.Source source : library.files()) {
      sum += cursors.walk(image.module(source.name()).rootOffset());
    }
    return sum;
  }

  /** Loads all modules of {@link Library#importSet()}, once in a pass. */
  static final class Work extends WarmWork {
    private final Job job;
    private final Library library;
    private final Path image;
    private final Runnable decode;

    Work(Job job, Library library) throws IOException {
      this(job, library, StreamFiles.read(library.paths()));
    }

    private Work(Job job, Library library, StreamFiles streams) throws IOException {
      super("Marshal Image", library.files().size(), streams.length(), new Mappings());
      this.job = job;
      this.library = library;
      boolean isLaidOut = job == Job.LAID_OUT_ROOTS || job == Job.LAID_OUT_WALK;
      image = Corpus.image(isLaidOut ? Corpus.IMPORTS + Corpus.LAID_OUT : Corpus.IMPORTS);
      decode = streams.prepare(Job.DECODE);
    }

    @Override
    @Nullable Object pass() throws IOException {
      if (job == Job.DECODE_MEMORY) {
        decode.run();
        return null;
      } else if (job == Job.DECODE_FILES) {
        for (Library.Source source : library.files()) {
          sink = PycFile.read(source.file()).root();
        }
        return null;
      }
      MarshalImage mapped = MarshalImage.map(image);
      sink =
          switch (job) {
            case WALK, LAID_OUT_WALK -> walk(mapped, library);
            case WALK_VIEWS -> walkViews(mapped);
            default -> roots(mapped);
          };
      return mapped;
    }

    private long walkViews(MarshalImage mapped) {
      ViewWalk views = new ViewWalk(mapped);
      long sum = 0;
      for (Library.Source source : library.files()) {
        sum += views.walk(mapped.module(source.name()).code());
      }
      return sum;
    }

    private long roots(MarshalImage mapped) {
      long sum = 0;
      for (Library.Source source : library.files()) {
        sum += mapped.module(source.name()).code().offset();
      }
      return sum;
    }
  }
}
