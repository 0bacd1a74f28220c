package org.marshalimage.jmh;

import java.io.IOException;
import org.marshalimage.MarshalImage;
import org.marshalimage.internal.memory.ImageBytes;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What does it cost to map an image in place and link modules; how much of that is mapping, how
 * much are the pages that the system copies when they are written to, and how much is linking
 * itself? The counter {@code slots} has the time for each slot.
 *
 * <p>A module is linked once in a mapping, so each invocation has a mapping of its own. They are
 * closed, and waited for, between invocations.
 */
public class LinkBenchmark extends WarmTime {
  /** What is linked. */
  @State(Scope.Benchmark)
  public static class Target {
    private static final int MAX_MAPPINGS = 200;

    /** A constant of {@link LinkTarget}. */
    @Param({LinkTarget.MODULE, LinkTarget.IMPORTS, LinkTarget.EACH, LinkTarget.ALL})
    public String modules;

    private LinkTarget target;
    private Mappings mappings;
    private PrivatePages copied;

    /** Makes the image, and finds the pages that linking writes to. */
    @Setup
    public void prepare() throws IOException {
      target = LinkTarget.of(modules);
      copied = new PrivatePages(target);
      mappings = copied.mappings(target.image(), MAX_MAPPINGS);
      System.out.println(copied.report());
    }

    /** Closes mappings, before they are too many. */
    @TearDown(Level.Invocation)
    public void release() throws Exception {
      mappings.releaseIfMany();
    }

    @TearDown
    public void close() {
      copied.close();
    }
  }

  /** Memory to be linked. */
  @State(Scope.Benchmark)
  public static class Unlinked {
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

    @Setup(Level.Iteration)
    public void reset() {
      slots = 0;
    }

    void add(Target target) {
      slots += target.copied.report().slotsRelocated();
    }
  }

  /** Maps the image in place and links the modules. */
  @Benchmark
  public MarshalImage mapAndLink(Target target, Slots done) throws IOException {
    MarshalImage image = target.target.mapAndLink();
    target.mappings.keep(image);
    done.add(target);
    return image;
  }

  /** Maps the image in place, and links nothing. */
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
   */
  @Benchmark
  public ImageBytes mapAndCopyPages(Target target, Slots done) throws IOException {
    ImageBytes bytes = target.target.mapAndCopy(target.copied.writtenPages());
    target.mappings.keep(bytes);
    done.add(target);
    return bytes;
  }

  /** Links the modules in a mapping whose pages are copied already. */
  @Benchmark
  public void linkCopiedPages(Target target, Unlinked unlinked, Slots done) {
    target.copied.link();
    done.add(target);
  }
}
