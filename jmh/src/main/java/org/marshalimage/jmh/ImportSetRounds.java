package org.marshalimage.jmh;

import java.util.LinkedHashMap;
import java.util.Map;
import org.marshalimage.MarshalImage;

/**
 * Loads the modules of the import set in one way, a round for each line of input: a process that
 * {@link ImportSetSpeed} runs. A pass is all of them. What it takes to be rid of a mapping is not
 * timed.
 */
final class ImportSetRounds implements Rounds.Pass {
  /** How the modules are loaded. */
  enum Work {
    /** Maps the image and makes a view of each module's code. */
    ROOTS("map, all roots"),
    /** Maps the image and reads every object and byte, by a cursor. */
    WALK("map, walk by cursor"),
    /** Maps the image and reads every object and byte, by views. */
    WALK_VIEWS("map, walk by views"),
    /** Decodes the streams, in memory. */
    DECODE("decode from memory"),
    /** Reads the {@code .pyc} files and decodes them. */
    DECODE_FILES("read files and decode");

    private final String label;

    Work(String label) {
      this.label = label;
    }

    /** Returns what people are told. */
    String label() {
      return label;
    }
  }

  private static final int MAX_MAPPINGS = 1_000;

  /** Where results go, so that no compiler takes them for useless. */
  private static volatile Object sink;

  private final Work work;
  private final ImportSet set;
  private final PrivateMappings mappings;

  private ImportSetRounds(Work work, ImportSet set) throws Exception {
    this.work = work;
    this.set = set;
    mappings = new PrivateMappings(set.image(), MAX_MAPPINGS);
  }

  /**
   * Measures rounds until its input ends.
   *
   * @param arguments the work, and seconds of warm-up
   * @throws Exception if a module cannot be loaded
   */
  public static void main(String[] arguments) throws Exception {
    Rounds server = new Rounds();
    ImportSet set = ImportSet.find();
    ImportSetRounds rounds = new ImportSetRounds(Work.valueOf(arguments[0]), set);
    Map<String, Object> ready = new LinkedHashMap<>();
    ready.put("program", "Marshal Image");
    ready.put("files", set.files().size());
    ready.put("bytes", set.streams().length());
    server.serve(arguments[1], ready, nanos -> Rounds.time(nanos, rounds.mappings, rounds));
  }

  @Override
  public Object run() throws Exception {
    switch (work) {
      case DECODE:
        set.decode(result -> sink = result);
        return set;
      case DECODE_FILES:
        set.readAndDecode(result -> sink = result);
        return set;
      default:
        MarshalImage image = set.map();
        sink = work == Work.ROOTS ? set.roots(image) : walk(image);
        return image;
    }
  }

  private long walk(MarshalImage image) {
    return work == Work.WALK ? set.walkByCursor(image) : set.walkByViews(image);
  }
}
