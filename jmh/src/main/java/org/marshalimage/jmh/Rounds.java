package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The process that a {@link StreamPeer} talks to. It says a line of JSON when it is warm, and one
 * for each line of input, as {@code marshal_speed.py --serve} does.
 */
final class Rounds {
  /** Of a round, as in {@code marshal_speed.py}. */
  static final long NANOS = 400_000_000;

  private static final int LEAST_PASSES = 3;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final PrintStream answers;
  private final ObjectMapper json = new ObjectMapper();

  /** Measures passes for some time. */
  interface Measure {
    /**
     * Makes passes.
     *
     * @param nanos for how long, at least
     * @return {@code passes}, {@code seconds}, {@code cpuSeconds} and more
     * @throws Exception if a pass fails
     */
    Map<String, Object> passes(long nanos) throws Exception;
  }

  /** What is timed by itself, with what has to be done between. */
  interface Pass {
    /** Does what comes before a pass, and is not timed. */
    default void prepare() {}

    /**
     * Makes a pass.
     *
     * @return a mapping that is to be cleared away some time, or anything else
     * @throws Exception if it fails
     */
    @Nullable Object run() throws Exception;
  }

  /**
   * Makes passes for some time, each timed by itself.
   *
   * @param nanos for how long, at least
   * @param mappings clears away what passes leave, between them
   * @return {@code passes}; what they took, {@code seconds} and {@code cpuSeconds}; the bytes
   *     {@code allocated}
   */
  static Map<String, Object> time(long nanos, PrivateMappings mappings, Pass pass)
      throws Exception {
    long end = System.nanoTime() + nanos;
    long taken = 0;
    long cpu = 0;
    long allocated = 0;
    int passes = 0;
    do {
      pass.prepare();
      long allocatedStart = THREADS.getCurrentThreadAllocatedBytes();
      long cpuStart = THREADS.getCurrentThreadCpuTime();
      long start = System.nanoTime();
      Object result = pass.run();
      taken += System.nanoTime() - start;
      cpu += THREADS.getCurrentThreadCpuTime() - cpuStart;
      allocated += THREADS.getCurrentThreadAllocatedBytes() - allocatedStart;
      passes++;
      if (result instanceof AutoCloseable mapping) {
        mappings.keep(mapping);
        mappings.releaseIfMany();
      }
    } while (passes < LEAST_PASSES || System.nanoTime() < end);
    return round(passes, taken, cpu, allocated);
  }

  /** Returns what is said of a round. */
  static Map<String, Object> round(int passes, long nanos, long cpuNanos, long allocated) {
    Map<String, Object> round = new LinkedHashMap<>();
    round.put("passes", passes);
    round.put("seconds", nanos / 1e9);
    round.put("cpuSeconds", cpuNanos / 1e9);
    round.put("allocated", allocated);
    return round;
  }

  /** Takes the standard output: whatever a library prints goes to the standard error. */
  Rounds() {
    answers = System.out;
    System.setOut(System.err);
  }

  /** Says something. */
  void answer(Object value) throws IOException {
    answers.println(json.writeValueAsString(value));
  }

  /**
   * Warms up, says so, and measures rounds until the input ends.
   *
   * @param warmup seconds
   * @param ready what is said when it is warm: {@code program}, {@code files}, {@code bytes}
   */
  void serve(String warmup, Map<String, Object> ready, Measure measure) throws Exception {
    measure.passes((long) (Double.parseDouble(warmup) * 1e9));
    answer(ready);
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (requests.readLine() != null) {
      answer(measure.passes(NANOS));
    }
  }
}
