package org.marshalimage.jmh;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.marshalimage.ImageModule;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * How fast is everything read that a module, or the whole standard library, consists of; and does a
 * walk by a cursor allocate? The counter {@code bytesAllocated} of the walks by cursor is 0: it has
 * what the walking thread allocated on the heap in all measured iterations. The figure of {@code
 * -prof gc} has in it what JMH itself allocates in an iteration, some kilobytes.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class WalkBenchmark extends MappedLibrary {
  private ImageModule root;
  private long[] roots;
  private CursorWalk cursors;
  private ViewWalk views;

  /** The image's modules, held because the list makes them as it is read. */
  private ImageModule[] modules;

  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Heap {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    public long bytesAllocated;

    private long before;

    @Setup(Level.Iteration)
    public void reset() {
      bytesAllocated = 0;
    }

    void start() {
      before = THREADS.getCurrentThreadAllocatedBytes();
    }

    void stop() {
      bytesAllocated += THREADS.getCurrentThreadAllocatedBytes() - before;
    }
  }

  /** Proves that both walks read the same. */
  @Override
  void prepare() {
    root = image.module(module);
    modules = image.modules().toArray(new ImageModule[0]);
    roots = Stream.of(modules).mapToLong(ImageModule::rootOffset).toArray();
    cursors = new CursorWalk(image, false);
    views = new ViewWalk(image);
    Heap heap = new Heap();
    long byCursor = imageByCursor(heap);
    if (byCursor != imageByViews()) {
      throw new IllegalStateException("walks differ: by cursor " + byCursor);
    }
    System.out.printf("%s: %,d objects%n", image, cursors.visited());
  }

  @Benchmark
  public long moduleByCursor(Heap heap) {
    heap.start();
    cursors.reset();
    long sum = cursors.walk(root.rootOffset());
    heap.stop();
    return sum;
  }

  @Benchmark
  public long moduleByViews() {
    views.reset();
    return views.walk(root.root());
  }

  @Benchmark
  public long imageByCursor(Heap heap) {
    heap.start();
    cursors.reset();
    long sum = 0;
    for (long root : roots) {
      sum += cursors.walk(root);
    }
    heap.stop();
    return sum;
  }

  @Benchmark
  public long imageByViews() {
    views.reset();
    long sum = 0;
    for (ImageModule each : modules) {
      sum += views.walk(each.root());
    }
    return sum;
  }
}
