package org.marshalimage.jmh;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Keeps mappings from piling up. Where nothing unmaps but the collector (JDK 17), a benchmark that
 * maps in a loop would run into the kernel's limit of 65,530 mappings a process, and would measure
 * the JVM's way out of it.
 *
 * <p>So every benchmark that maps does so {@link #BATCH} times in one invocation, and behind each
 * invocation, outside of what is timed, the garbage is collected and all mappings are gone before
 * the next one starts. It is the same for all of them, on every JDK.
 */
@State(Scope.Benchmark)
public class Mappings {
  /** Mappings in one invocation of a benchmark. */
  public static final int BATCH = 1000;

  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private BufferPoolMXBean mapped = pool();
  private long before;
  private final AutoCloseable[] kept = new AutoCloseable[BATCH];

  /** Remembers how many mappings there are which are not of the benchmark. */
  @Setup
  public void count() {
    before = mapped.getCount();
  }

  /**
   * Keeps a mapping until the end of the invocation, to be closed outside of what is timed.
   *
   * @param index 0 to {@code BATCH - 1}
   * @param mapping what is to be closed
   */
  public void keep(int index, AutoCloseable mapping) {
    kept[index] = mapping;
  }

  /**
   * Closes what was kept, and waits until all mappings of an invocation are gone.
   *
   * @throws Exception if that fails
   */
  @TearDown(Level.Invocation)
  public void release() throws Exception {
    for (int i = 0; i < BATCH; i++) {
      if (kept[i] != null) {
        kept[i].close();
        kept[i] = null;
      }
    }
    System.gc();
    long start = System.nanoTime();
    while (mapped.getCount() > before) {
      // The collector only hands the buffers to the thread that unmaps them.
      Thread.sleep(1);
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IllegalStateException(
            "mappings are left: expected=" + before + ", found=" + mapped.getCount());
      }
    }
  }

  private static BufferPoolMXBean pool() {
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (pool.getName().equals("mapped")) {
        return pool;
      }
    }
    throw new AssertionError("no pool of mapped buffers");
  }
}
