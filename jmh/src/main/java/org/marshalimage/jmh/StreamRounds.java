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

  /** As in {@code marshal_speed.py}. */
  private static final long ROUND_NANOS = 400_000_000;

  /** Where results go, so that no compiler takes them for useless. */
  private static volatile Object sink;

  private StreamRounds() {}

  /**
   * Measures rounds until its input ends.
   *
   * @param arguments the work, a file that names {@code .pyc} files, one a line, and seconds of
   *     warm-up
   * @throws IOException if a file cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    // Only answers may go to the standard output, whatever a library prints there.
    PrintStream answers = System.out;
    System.setOut(System.err);
    ObjectMapper json = new ObjectMapper();
    List<Path> names = new ArrayList<>();
    for (String name : Files.readAllLines(Path.of(arguments[1]))) {
      names.add(Path.of(name));
    }
    StreamFiles files = StreamFiles.read(names);
    if (arguments[0].equals(REFUSED)) {
      answers.println(json.writeValueAsString(files.refusedByJython()));
      return;
    }
    StreamFiles.Work work = StreamFiles.Work.valueOf(arguments[0]);
    StreamFiles.Pass pass = files.prepare(work);
    measure(pass, (long) (Double.parseDouble(arguments[2]) * 1e9));
    boolean isJython = work.name().startsWith("JYTHON");
    Map<String, Object> ready = new LinkedHashMap<>();
    ready.put("program", isJython ? "Jython " + JythonMarshal.version() : "Marshal Image");
    ready.put("files", files.pycs().size());
    ready.put("bytes", files.length());
    answers.println(json.writeValueAsString(ready));
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (requests.readLine() != null) {
      answers.println(json.writeValueAsString(measure(pass, ROUND_NANOS)));
    }
  }

  /**
   * Makes passes for some time. Returns how many, the seconds that they took, those of processor
   * time of the whole process, collector and compiler included, and the bytes allocated.
   */
  private static Map<String, Object> measure(StreamFiles.Pass pass, long nanos) {
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
    Map<String, Object> round = new LinkedHashMap<>();
    round.put("passes", passes);
    round.put("seconds", taken / 1e9);
    round.put("cpuSeconds", cpu / 1e9);
    round.put("allocated", allocated);
    return round;
  }
}
