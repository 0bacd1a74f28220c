package org.marshalimage.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.marshalimage.LinkReport;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.internal.memory.ImageBytes;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to map an image in place and link modules; how much of that is mapping, how
 * much are the pages that the system copies when they are written to, and how much is linking
 * itself? The counter {@code slots} has the time for each slot.
 *
 * <p>A module is linked once in a mapping, so each invocation has a mapping of its own. They are
 * closed, and waited for, between invocations.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LinkBenchmark {
  /** What is linked. */
  @State(Scope.Benchmark)
  public static class Target {
    /** Private memory that the mappings may take together, in pages. */
    private static final int MAX_PAGES = (256 << 20) / HeaderLayout.PAGE_SIZE;

    private static final int MAX_MAPPINGS = 200;

    /** A constant of {@link LinkTarget}. */
    @Param({LinkTarget.MODULE, LinkTarget.IMPORTS, LinkTarget.EACH, LinkTarget.ALL})
    public String modules;

    private LinkTarget target;
    private PrivateMappings mappings;
    private PrivatePages copied;
    private int[] pages;
    private long slotCount;

    /**
     * Makes the image, and finds the pages that linking writes to.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void prepare() throws IOException {
      target = LinkTarget.of(modules);
      LinkReport report;
      try (MarshalImage image = target.mapAndLink()) {
        report = image.linkReport();
      }
      copied = new PrivatePages(target);
      pages = copied.writtenPages(report);
      slotCount = report.slotsRelocated();
      int limit = Math.max(1, Math.min(MAX_MAPPINGS, MAX_PAGES / pages.length));
      mappings = new PrivateMappings(target.image(), limit);
      System.out.println(report);
    }

    /**
     * Closes mappings, before they are too many.
     *
     * @throws Exception if that fails
     */
    @TearDown(Level.Invocation)
    public void release() throws Exception {
      mappings.releaseIfMany();
    }

    /** Ends the last mapping. */
    @TearDown
    public void close() {
      copied.close();
    }
  }

  /** Memory to be linked. */
  @State(Scope.Benchmark)
  public static class Unlinked {
    /**
     * Undoes linking.
     *
     * @param target has the memory
     */
    @Setup(Level.Invocation)
    public void reset(Target target) {
      target.copied.reset();
    }
  }

  /** Tells JMH how many slots were linked. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Slots {
    /** Slots that were linked, or whose pages were copied. */
    public long slots;

    /** Starts an iteration. */
    @Setup(Level.Iteration)
    public void reset() {
      slots = 0;
    }
  }

  /**
   * Maps the image in place and links the modules.
   *
   * @param target what
   * @param done counts slots
   * @return the image
   * @throws IOException if that fails
   */
  @Benchmark
  public MarshalImage mapAndLink(Target target, Slots done) throws IOException {
    MarshalImage image = target.target.mapAndLink();
    target.mappings.keep(image);
    done.slots += target.slotCount;
    return image;
  }

  /**
   * Maps the image in place, and links nothing.
   *
   * @param target what
   * @return the image
   * @throws IOException if that fails
   */
  @Benchmark
  public MarshalImage map(Target target) throws IOException {
    MarshalImage image = target.target.map();
    target.mappings.keep(image);
    return image;
  }

  /**
   * The floor of {@link #mapAndLink}: maps the file in the same way and writes one word in each
   * page that linking writes to. What linking takes longer, {@code slots} of the one less that of
   * the other, is its own.
   *
   * @param target what
   * @param done counts slots
   * @return the bytes
   * @throws IOException if that fails
   */
  @Benchmark
  public ImageBytes mapAndCopyPages(Target target, Slots done) throws IOException {
    ImageBytes bytes = target.target.mapAndCopy(target.pages);
    target.mappings.keep(bytes);
    done.slots += target.slotCount;
    return bytes;
  }

  /**
   * Links the modules in a mapping whose pages are copied already.
   *
   * @param target what
   * @param unlinked has undone it
   * @param done counts slots
   */
  @Benchmark
  public void linkCopiedPages(Target target, Unlinked unlinked, Slots done) {
    target.copied.link();
    done.slots += target.slotCount;
  }
}
