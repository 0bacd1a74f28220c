package org.marshalimage.jmh;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.LinkReport;
import org.marshalimage.MarshalImage;

/**
 * Maps or links an image, a round for each line of input: a process that {@link LinkSpeed} runs. It
 * speaks as {@link StreamRounds} does. A pass is one mapping; what it takes to be rid of the
 * mapping is not timed. The processor time is that of the thread that links.
 */
final class LinkRounds implements Rounds.Pass {
  /** What is done in a pass. */
  enum Work {
    /** Maps in place and links. */
    LINK("map in place, link"),
    /** Maps in place, at the address and with the types that the image is prelinked for. */
    PRELINKED("prelinked: map in place, all roots"),
    /** Maps read-only. */
    READ_ONLY("map read-only, all roots"),
    /** Maps privately and writes a word in each page that linking writes to. */
    COPY_PAGES("floor: map, write a word a page"),
    /** Links what is mapped and copied already. */
    LINK_COPIED("link alone, pages are copied");

    private final String label;

    Work(String label) {
      this.label = label;
    }

    /** Returns what people are told. */
    String label() {
      return label;
    }
  }

  /** Mappings that may wait to be cleared away, if they are small. */
  private static final int MAX_MAPPINGS = 50;

  private static final int MAX_PAGES = 65_536;

  private final Work work;
  private final LinkTarget target;
  private final LinkReport report;
  private final PrivatePages copied;
  private final int[] pages;
  private final PrivateMappings mappings;

  private LinkRounds(Work work, LinkTarget target) throws Exception {
    this.work = work;
    boolean isPrelinked = work == Work.PRELINKED;
    this.target = isPrelinked ? target.prelinked() : target;
    try (MarshalImage image = target.mapAndLink()) {
      report = image.linkReport();
    }
    copied = new PrivatePages(target);
    pages = copied.writtenPages(report);
    int limit = Math.max(1, Math.min(MAX_MAPPINGS, MAX_PAGES / pages.length));
    // There is one address that a prelinked image wants.
    mappings = new PrivateMappings(this.target.image(), isPrelinked ? 1 : limit);
  }

  /**
   * Measures rounds until its input ends.
   *
   * @param arguments the work, what is linked, bytes of the streams of its files, and seconds of
   *     warm-up
   * @throws Exception if an image cannot be mapped
   */
  public static void main(String[] arguments) throws Exception {
    Rounds server = new Rounds();
    Work work = Work.valueOf(arguments[0]);
    LinkRounds rounds = new LinkRounds(work, LinkTarget.of(arguments[1]));
    Map<String, Object> ready = new LinkedHashMap<>();
    ready.put("program", "Marshal Image");
    ready.put("files", rounds.target.modules().size());
    ready.put("bytes", Long.parseLong(arguments[2]));
    ready.put("slots", rounds.report.slotsRelocated());
    ready.put("objects", rounds.report.objectsLinked());
    ready.put("pages", rounds.report.pagesWritten());
    server.serve(arguments[3], ready, nanos -> Rounds.time(nanos, rounds.mappings, rounds));
  }

  @Override
  public void prepare() {
    if (work == Work.LINK_COPIED) {
      copied.reset();
    }
  }

  @Override
  public @Nullable Object run() throws IOException {
    switch (work) {
      case LINK:
        return target.mapAndLink();
      case PRELINKED:
        MarshalImage image = target.mapAndReadRoots();
        if (!image.linkReport().isPrelinked()) {
          throw new IllegalStateException("address is taken: " + image.linkReport());
        }
        return image;
      case READ_ONLY:
        return target.mapReadOnly();
      case COPY_PAGES:
        return target.mapAndCopy(pages);
      case LINK_COPIED:
        copied.link();
        return null;
      default:
        throw new AssertionError(work);
    }
  }
}
