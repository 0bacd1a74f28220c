package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.LinkReport;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.jmh.WarmGroup.WarmProcess;
import org.marshalimage.jmh.WarmWork.Job;

/**
 * What does it cost to link modules, beside what CPython's own {@code marshal.loads} takes for
 * their {@code .pyc} files? All modules of the library of 3.13, and the {@link
 * Library#importSet()}, unless others are asked for. The processes are warm, have the files in
 * memory, and take turns.
 */
final class LinkSpeed {
  private static final String STANDARD = LinkTarget.ALL + ',' + LinkTarget.IMPORTS;

  private final Harness harness = new Harness("link", "link-speed.json", 15);

  private LinkSpeed() throws IOException {}

  public static void main(String[] arguments) throws IOException {
    LinkSpeed speed = new LinkSpeed();
    speed.harness.put("unit", "ms");
    for (String target : speed.harness.setting("modules", STANDARD).split(",")) {
      speed.measure(target.strip());
    }
    speed.harness.write();
  }

  private void measure(String name) throws IOException {
    LinkTarget target = LinkTarget.of(name);
    Library library = Corpus.library(target.name());
    String label = library.label() + (STANDARD.contains(name) ? "" : ", " + name);
    // Made before anything is timed.
    Path image = target.prelinked().image();
    try (WarmGroup group =
        new WarmGroup(harness, library, library.paths(target.modules()), "loads")) {
      Map<Job, WarmProcess> ours = new EnumMap<>(Job.class);
      for (Job job : Job.LINKING) {
        ours.put(job, group.java(job, name));
      }
      List<Map<String, Object>> rows = group.takeTurns(millis -> millis);
      rows.forEach(row -> row.put("files", label));
      String title = "%s, ms a pass: %,d modules, image of %,d bytes";
      harness.add(String.format(title, label, target.modules().size(), Files.size(image)), rows);
      harness.add("a slot and a page", List.of(slots(label, ours)));
    }
  }

  private static Map<String, Object> slots(String files, Map<Job, WarmProcess> ours) {
    JsonNode ready = ours.get(Job.LINK).ready;
    double[] link = ours.get(Job.LINK).passes.wall();
    double[] floor = ours.get(Job.COPY_PAGES).passes.wall();
    double[] alone = ours.get(Job.LINK_COPIED).passes.wall();
    double[] own = Series.zip(link, floor, (all, copies) -> all - copies);
    double nanosASlot = 1e6 / ready.get("slots").asLong();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("files", files);
    for (String field : new String[] {"objects", "slots", "pages"}) {
      row.put(field, ready.get(field).asLong());
    }
    row.put("microsecondsAPage", scaled(floor, 1e3 / ready.get("pages").asLong()));
    row.put("nanosecondsASlot", scaled(link, nanosASlot));
    row.put("nanosecondsASlotWithoutFloor", scaled(own, nanosASlot));
    row.put("nanosecondsASlotWhereCopied", scaled(alone, nanosASlot));
    return row;
  }

  private static double[] scaled(double[] millis, double factor) {
    return Series.quartiles(Arrays.stream(millis).map(each -> each * factor).toArray());
  }

  /**
   * Maps or links an image. A pass is one mapping; what it takes to be rid of the mapping is not
   * timed.
   */
  static final class Work extends WarmWork {
    /** Mappings that may wait to be cleared away, if they are small. */
    private static final int MAX_MAPPINGS = 50;

    private static final int MAX_PAGES = (256 << 20) / HeaderLayout.PAGE_SIZE;

    private final Job job;
    private final LinkTarget target;
    private final int[] pages;
    private LinkTarget.@Nullable Unlinked unlinked;

    Work(Job job, LinkTarget target) throws IOException {
      this(job, job == Job.PRELINKED ? target.prelinked() : target, target.writtenPages());
      LinkReport report = target.report();
      // More if they are copied at once.
      if (report.pagesWritten() < pages.length) {
        throw new IllegalStateException("pages written: " + pages.length + ", but " + report);
      }
      ready.put("slots", report.slotsRelocated());
      ready.put("objects", report.objectsLinked());
      ready.put("pages", report.pagesWritten());
    }

    private Work(Job job, LinkTarget target, int[] pages) {
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
}
