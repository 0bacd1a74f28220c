package org.marshalimage.jmh;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.marshalimage.LinkReport;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.HeaderLayout;

/**
 * Maps or links an image. A pass is one mapping; what it takes to be rid of the mapping is not
 * timed.
 */
final class LinkWork extends WarmWork {
  /** Mappings that may wait to be cleared away, if they are small. */
  private static final int MAX_MAPPINGS = 50;

  private static final int MAX_PAGES = (256 << 20) / HeaderLayout.PAGE_SIZE;

  private final Job job;
  private final LinkTarget target;
  private final int[] pages;
  private LinkTarget.@Nullable Unlinked unlinked;

  LinkWork(Job job, LinkTarget target) throws IOException {
    this(job, job == Job.PRELINKED ? target.prelinked() : target, target.writtenPages());
    LinkReport report = target.report();
    if (report.pagesWritten() != pages.length) {
      throw new IllegalStateException("pages written: " + pages.length + ", but " + report);
    }
    ready.put("slots", report.slotsRelocated());
    ready.put("objects", report.objectsLinked());
    ready.put("pages", report.pagesWritten());
  }

  private LinkWork(Job job, LinkTarget target, int[] pages) {
    super("Marshal Image", target.modules().size(), 0, mappings(job, target, pages.length));
    this.job = job;
    this.target = target;
    this.pages = pages;
  }

  private static Mappings mappings(Job job, LinkTarget target, int pages) {
    // There is one address that a prelinked image wants.
    int limit = job == Job.PRELINKED ? 1 : Math.min(MAX_MAPPINGS, MAX_PAGES / pages);
    return new Mappings(target.image(), Math.max(1, limit));
  }

  @Override
  void prepare() throws IOException {
    if (job == Job.LINK_COPIED) {
      unlinked = target.new Unlinked(pages);
    }
  }

  @Override
  @Nullable Object pass() throws IOException {
    switch (job) {
      case LINK:
        return target.mapAndLink();
      case MAP:
        return target.map();
      case PRELINKED:
        MarshalImage image = target.readRoots(target.map());
        if (!image.linkReport().isPrelinked()) {
          throw new IllegalStateException("address is taken: " + image.linkReport());
        }
        return image;
      case READ_ONLY:
        return target.readRoots(MarshalImage.map(target.image()));
      case COPY_PAGES:
        return target.mapAndCopy(pages);
      default:
        unlinked.link();
        return unlinked;
    }
  }
}
