package org.marshalimage.jmh;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.marshalimage.MarshalImage;

/**
 * How many bytes of heap does a thread allocate that maps an image, and that takes a module's code?
 * Counted call by call, in a process that interprets only, so that no compiler saves an object, and
 * in one that compiles.
 */
final class HeapReport {
  private static final String INTERPRETED_CALLS = "200";
  private static final String COMPILED_CALLS = "20000";
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private HeapReport() {}

  /**
   * Prints a table and writes it as JSON.
   *
   * @param arguments none; in the process that counts, the image, a module and how often
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0) {
      int calls = Integer.parseInt(arguments[2]);
      System.out.println(
          new ObjectMapper().writeValueAsString(count(Path.of(arguments[0]), arguments[1], calls)));
      return;
    }
    Harness harness = new Harness("heap", "heap-report.json", 0);
    String image = Corpus.image(Corpus.STDLIB).toString();
    String module = Corpus.module(Library.find()).name();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String mode : List.of("interpreted", "compiled")) {
      boolean isCompiled = mode.equals("compiled");
      List<String> line = List.of(image, module, isCompiled ? COMPILED_CALLS : INTERPRETED_CALLS);
      List<String> options = List.of(isCompiled ? "-Xmixed" : "-Xint");
      String said = Processes.run(Processes.java(options, HeapReport.class, line));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("mode", mode);
      row.putAll(new ObjectMapper().readValue(said, new TypeReference<Map<String, Object>>() {}));
      rows.add(row);
    }
    harness.put("unit", "bytes");
    harness.add("bytes", rows);
    harness.write();
  }

  private static Map<String, Object> count(Path path, String module, int calls) throws IOException {
    long[] maps = new long[calls];
    long[] modules = new long[calls];
    long sum = 0;
    for (int i = 0; i < calls; i++) {
      long start = THREADS.getCurrentThreadAllocatedBytes();
      MarshalImage image = MarshalImage.map(path);
      maps[i] = THREADS.getCurrentThreadAllocatedBytes() - start;
      // What is made once for an image is no part of a module.
      sum += image.module(module).code().offset();
      start = THREADS.getCurrentThreadAllocatedBytes();
      sum += image.module(module).code().offset();
      modules[i] = THREADS.getCurrentThreadAllocatedBytes() - start;
      image.close();
    }
    if (sum == 0) {
      throw new IllegalStateException("no code: " + module);
    }
    Map<String, Object> row = new LinkedHashMap<>();
    // The first call loads classes.
    row.put("firstMap", maps[0]);
    row.put("map", last(maps));
    row.put("module", last(modules));
    return row;
  }

  private static long last(long[] bytes) {
    return (long)
        Series.median(Arrays.stream(bytes).skip(bytes.length / 2).asDoubleStream().toArray());
  }
}
