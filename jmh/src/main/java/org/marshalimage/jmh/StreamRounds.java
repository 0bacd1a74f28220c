package org.marshalimage.jmh;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Does some {@link StreamFiles.Work}, a round for each line of input: a process that {@link
 * StreamSpeed} runs. It speaks as {@code marshal_speed.py --serve} does: a line of JSON when warm,
 * and one for each round.
 */
final class StreamRounds {
  /** Argument that asks, instead of for rounds, for the indices of files that Jython refuses. */
  static final String REFUSED = "REFUSED_BY_JYTHON";

  /** Where results go, so that no compiler takes them for useless. */
  private static volatile Object sink;

  private StreamRounds() {}

  /**
   * Measures rounds until its input ends.
   *
   * @param arguments the work, a file that names {@code .pyc} files, one a line, and seconds of
   *     warm-up
   * @throws Exception if a file cannot be read
   */
  public static void main(String[] arguments) throws Exception {
    Rounds server = new Rounds();
    List<Path> names = new ArrayList<>();
    for (String name : Files.readAllLines(Path.of(arguments[1]))) {
      names.add(Path.of(name));
    }
    StreamFiles files = StreamFiles.read(names);
    if (arguments[0].equals(REFUSED)) {
      server.answer(files.refusedByJython());
      return;
    }
    StreamFiles.Work work = StreamFiles.Work.valueOf(arguments[0]);
    StreamFiles.Pass pass = files.prepare(work);
    boolean isJython = work.name().startsWith("JYTHON");
    Map<String, Object> ready = new LinkedHashMap<>();
    ready.put("program", isJython ? "Jython " + JythonMarshal.version() : "Marshal Image");
    ready.put("files", files.pycs().size());
    ready.put("bytes", files.length());
    server.serve(arguments[2], ready, nanos -> measure(pass, nanos));
  }

  /**
   * Makes passes for some time. Returns how many, the seconds that they took, those of processor
   * time of the whole process, collector and compiler included, and the bytes allocated.
   */
  static Map<String, Object> measure(StreamFiles.Pass pass, long nanos) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long allocated = threads.getCurrentThreadAllocatedBytes();
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    long taken;
    int passes = 0;
    do {
      pass.run(result -> sink = result);
      passes++;
      taken = System.nanoTime() - start;
    } while (taken < nanos);
    cpu = system.getProcessCpuTime() - cpu;
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
    return Rounds.round(passes, taken, cpu, allocated);
  }
}
