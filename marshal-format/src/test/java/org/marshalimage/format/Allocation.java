package org.marshalimage.format;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What a task allocates on the thread that runs it. */
public final class Allocation {
  private static final int PASSES = 10;

  private Allocation() {}

  /**
   * Returns the bytes that the most frugal of some passes allocates. Not those of any one: when a
   * method is to be compiled, the JVM makes the strings of its class's constant pool, on the thread
   * that has called the method.
   */
  public static long ofLeastPass(Runnable task) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    for (int pass = 0; pass < PASSES; pass++) {
      long before = threads.getThreadAllocatedBytes(id);
      task.run();
      least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
    }
    return least;
  }
}
