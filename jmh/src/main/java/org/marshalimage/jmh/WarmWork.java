package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
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

  /** What is done in a pass. */
  enum Job {
    /** Maps the image of the import set and makes a view of each module's code. */
    ROOTS("map, all roots"),
    WALK("map, walk by cursor"),
    WALK_VIEWS("map, walk by views"),
    /** The same of the image that is laid out by such a walk. */
    LAID_OUT_ROOTS("laid out: map, all roots"),
    LAID_OUT_WALK("laid out: map, walk by cursor"),
    DECODE_MEMORY("decode from memory"),
    DECODE_FILES("read files and decode"),
    LINK("map in place, link"),
    MAP("map in place"),
    /** Maps in place, at the address and with the types that the image is prelinked for. */
    PRELINKED("prelinked: map in place, all roots"),
    READ_ONLY("map read-only, all roots"),
    COPY_PAGES("floor: map, write a word a page"),
    LINK_COPIED("link alone, pages are copied"),
    DECODE("decode"),
    ENCODE("encode"),
    /** The bytes of the file again. */
    ENCODE_EXACTLY("encodeExactly"),
    /** Of {@link StreamFiles.CodelessGraphs}. */
    ENCODE_CODELESS("encode, no code"),
    JYTHON_LOADS("loads"),
    JYTHON_DUMPS_CODELESS("dumps, no code");

    static final Set<Job> IMPORTS = EnumSet.range(ROOTS, DECODE_FILES);
    static final Set<Job> LINKING = EnumSet.range(LINK, LINK_COPIED);

    /** What people are told. */
    final String label;

    Job(String label) {
      this.label = label;
    }
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
  void prepare() throws IOException {}

  /**
   * Makes a pass.
   *
   * @return a mapping that is to be cleared away some time, or anything else
   */
  abstract @Nullable Object pass() throws Exception;

  /**
   * Measures rounds until its input ends.
   *
   * @param arguments seconds of warm-up; the job; and what it is done with
   */
  public static void main(String[] arguments) throws Exception {
    // Whatever a library prints goes to the standard error.
    PrintStream answers = System.out;
    System.setOut(System.err);
    ObjectMapper json = new ObjectMapper();
    WarmWork work = of(Job.valueOf(arguments[1]), arguments[2]);
    work.round((long) (Double.parseDouble(arguments[0]) * 1e9));
    answers.println(json.writeValueAsString(work.ready));
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (requests.readLine() != null) {
      answers.println(json.writeValueAsString(work.round(NANOS)));
    }
  }

  private static WarmWork of(Job job, String on) throws IOException {
    if (Job.IMPORTS.contains(job)) {
      return new ImportSetSpeed.Work(job, Library.importSet());
    }
    return Job.LINKING.contains(job)
        ? new LinkSpeed.Work(job, LinkTarget.of(on))
        : StreamFiles.read(Files.readAllLines(Path.of(on))).warm(job);
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
