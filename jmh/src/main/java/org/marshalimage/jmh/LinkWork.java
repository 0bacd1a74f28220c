package org.marshalimage.jmh;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.marshalimage.LinkReport;
import org.marshalimage.MarshalImage;

/**
 * Maps or links an image. A pass is one mapping; what it takes to be rid of the mapping is not
 * timed.
 */
final class LinkWork extends WarmWork {
  /** What is done in a pass. */
  enum Work {
    LINK("map in place, link"),
    MAP("map in place"),
    /** Maps in place, at the address and with the types that the image is prelinked for. */
    PRELINKED("prelinked: map in place, all roots"),
    READ_ONLY("map read-only, all roots"),
    COPY_PAGES("floor: map, write a word a page"),
    LINK_COPIED("link alone, pages are copied");

    /** What people are told. */
    final String label;

    Work(String label) {
      this.label = label;
    }
  }

  /** Mappings that may wait to be cleared away, if they are small. */
  private static final int MAX_MAPPINGS = 50;

  private final Work work;
  private final LinkTarget target;
  private final PrivatePages copied;

  LinkWork(Work work, LinkTarget target) throws IOException {
    this(work, work == Work.PRELINKED ? target.prelinked() : target, new PrivatePages(target));
  }

  private LinkWork(Work work, LinkTarget target, PrivatePages copied) throws IOException {
    // There is one address that a prelinked image wants.
    super(
        "Marshal Image",
        target.modules().size(),
        0,
        copied.mappings(target.image(), work == Work.PRELINKED ? 1 : MAX_MAPPINGS));
    this.work = work;
    this.target = target;
    this.copied = copied;
    LinkReport report = copied.report();
    ready.put("slots", report.slotsRelocated());
    ready.put("objects", report.objectsLinked());
    ready.put("pages", report.pagesWritten());
  }

  @Override
  void prepare() {
    if (work == Work.LINK_COPIED) {
      copied.reset();
    }
  }

  @Override
  @Nullable Object pass() throws IOException {
    switch (work) {
      case LINK:
        return target.mapAndLink();
      case MAP:
        return target.map();
      case PRELINKED:
        MarshalImage image = target.mapAndReadRoots();
        if (!image.linkReport().isPrelinked()) {
          throw new IllegalStateException("address is taken: " + image.linkReport());
        }
        return image;
      case READ_ONLY:
        return target.mapReadOnly();
      case COPY_PAGES:
        return target.mapAndCopy(copied.writtenPages());
      default:
        copied.link();
        return null;
    }
  }
}
