package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The process that a {@link WarmGroup.WarmProcess} talks to: does some work in passes, as many as
 * fill a round for each line of input. It speaks as {@code marshal_speed.py --serve} does: a line
 * of JSON when warm, and one for each round.
 */
abstract class WarmWork {
  /** Of a round, as in {@code marshal_speed.py}. */
  private static final long NANOS = 400_000_000;

  private static final int LEAST_PASSES = 3;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Where results go, so that no compiler takes them for useless. */
  static volatile @Nullable Object sink;

  /** What is said when it is warm. */
  final Map<String, Object> ready = new LinkedHashMap<>();

  private final @Nullable Mappings mappings;

  enum Kind {
    IMPORTS,
    LINK,
    STREAM
  }

  /**
   * Begins.
   *
   * @param mappings clears away what passes leave, between them. The time of processors is that of
   *     this thread then; without mappings that of the whole process, collector and compiler
   *     included
   */
  WarmWork(String program, int files, long bytes, @Nullable Mappings mappings) {
    ready.put("program", program);
    ready.put("files", files);
    ready.put("bytes", bytes);
    this.mappings = mappings;
  }

  /** Does what comes before a pass, and is not timed. */
  void prepare() {}

  /**
   * Makes a pass.
   *
   * @return a mapping that is to be cleared away some time, or anything else
   */
  abstract @Nullable Object pass() throws Exception;

  /**
   * Measures rounds until its input ends.
   *
   * @param arguments seconds of warm-up; the kind; what is done; and on what
   */
  public static void main(String[] arguments) throws Exception {
    // Whatever a library prints goes to the standard error.
    PrintStream answers = System.out;
    System.setOut(System.err);
    ObjectMapper json = new ObjectMapper();
    WarmWork work = of(Kind.valueOf(arguments[1]), arguments[2], arguments[3]);
    work.round((long) (Double.parseDouble(arguments[0]) * 1e9));
    answers.println(json.writeValueAsString(work.ready));
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (requests.readLine() != null) {
      answers.println(json.writeValueAsString(work.round(NANOS)));
    }
  }

  private static WarmWork of(Kind kind, String work, String on) throws Exception {
    return switch (kind) {
      case IMPORTS -> new ImportWork(ImportWork.Work.valueOf(work), Library.importSet());
      case LINK -> new LinkWork(LinkWork.Work.valueOf(work), LinkTarget.of(on));
      case STREAM -> StreamFiles.Work.valueOf(work).warm(on);
    };
  }

  /** Makes passes for some time, each timed by itself. */
  private Map<String, Object> round(long nanos) throws Exception {
    long end = System.nanoTime() + nanos;
    long taken = 0;
    long cpu = 0;
    long allocated = 0;
    int passes = 0;
    do {
      prepare();
      long allocatedStart = THREADS.getCurrentThreadAllocatedBytes();
      long cpuStart = cpu();
      long start = System.nanoTime();
      Object result = pass();
      taken += System.nanoTime() - start;
      cpu += cpu() - cpuStart;
      allocated += THREADS.getCurrentThreadAllocatedBytes() - allocatedStart;
      passes++;
      if (mappings != null && result instanceof AutoCloseable mapping) {
        mappings.keep(mapping);
        mappings.releaseIfMany();
      }
    } while (System.nanoTime() < end || mappings != null && passes < LEAST_PASSES);
    return Map.of(
        "passes", passes, "seconds", taken / 1e9, "cpuSeconds", cpu / 1e9, "allocated", allocated);
  }

  private long cpu() {
    return mappings != null ? THREADS.getCurrentThreadCpuTime() : SYSTEM.getProcessCpuTime();
  }
}
