package org.marshalimage.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.marshalimage.ImageCursor;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;

/**
 * What a module costs a program that starts.
 *
 * @param module its name; {@link #SHARED} for what several modules use
 * @param bytes of what it alone uses; 0 if it is not known
 * @param touchedBytes of those objects of it that were read
 * @param touchedPages pages of 4 KiB in which these lie
 * @param touchedObjects how many they are
 * @param executions how often it was executed, over all runs
 * @param selfMicros microseconds of one execution without what it has imported: the mean of all
 * @param totalMicros the same with it
 */
public record ModuleCost(
    String module,
    long bytes,
    long touchedBytes,
    long touchedPages,
    long touchedObjects,
    int executions,
    long selfMicros,
    long totalMicros) {
  /** What stands for a module where several use an object. */
  public static final String SHARED = "(shared)";

  private static final long PAGE = 4096;

  /**
   * Adds up what a trace says of an image.
   *
   * @param image the image
   * @param found where it has what was read
   * @param executions of the same trace
   * @return a cost for each module that was read or executed, by name
   * @throws org.marshalimage.format.CorruptImageException if an object breaks the format
   */
  public static List<ModuleCost> of(
      MarshalImage image, Trace.Found found, List<Execution> executions) {
    TreeMap<Long, ImageModule> stretches = new TreeMap<>();
    for (ImageModule module : image.modules()) {
      stretches.put(module.segmentOffset(), module);
      if (module.coldLength() > 0) {
        stretches.put(module.coldOffset(), module);
      }
    }
    Map<String, long[]> sums = new TreeMap<>();
    long[] offsets = found.offsets().clone();
    Arrays.sort(offsets);
    long sharedLength = image.info().sharedLength();
    ImageCursor cursor = image.cursor();
    for (long offset : offsets) {
      Map.Entry<Long, ImageModule> stretch = stretches.floorEntry(offset);
      ImageModule owner = stretch == null ? null : stretch.getValue();
      String name = owner == null ? SHARED : owner.name();
      long[] sum =
          sums.computeIfAbsent(
              name,
              each -> {
                long whole = owner == null ? sharedLength : owner.segmentLength();
                return new long[] {whole, 0, 0, 0, -1};
              });
      long length = cursor.moveTo(offset).length();
      long first = offset / PAGE;
      long last = (offset + length - 1) / PAGE;
      sum[1] += length;
      sum[2] += last - Math.max(first, sum[4] + 1) + 1;
      sum[3]++;
      sum[4] = last;
    }
    return join(sums, times(executions));
  }

  /**
   * Adds up executions alone.
   *
   * @param executions of a trace, or of a log of imports
   * @return a cost for each module, by name
   */
  public static List<ModuleCost> of(List<Execution> executions) {
    return join(new TreeMap<>(), times(executions));
  }

  private static List<ModuleCost> join(Map<String, long[]> sums, Map<String, long[]> times) {
    times.keySet().forEach(name -> sums.putIfAbsent(name, new long[4]));
    List<ModuleCost> costs = new ArrayList<>();
    sums.forEach(
        (name, sum) -> {
          long[] time = times.getOrDefault(name, new long[3]);
          int count = (int) time[0];
          costs.add(
              new ModuleCost(
                  name,
                  sum[0],
                  sum[1],
                  sum[2],
                  sum[3],
                  count,
                  count == 0 ? 0 : time[1] / count,
                  count == 0 ? 0 : time[2] / count));
        });
    return costs;
  }

  /** Returns, of each module, how often it was executed, and microseconds without and with all. */
  private static Map<String, long[]> times(List<Execution> executions) {
    long[] self = selfTimes(executions);
    Map<String, long[]> times = new TreeMap<>();
    for (int i = 0; i < self.length; i++) {
      Execution each = executions.get(i);
      long[] sum = times.computeIfAbsent(each.module(), name -> new long[3]);
      sum[0]++;
      sum[1] += self[i];
      sum[2] += each.end() - each.begin();
    }
    return times;
  }

  /**
   * Returns the time of each execution without that of those that it has led to.
   *
   * @param executions of a trace
   * @return microseconds, at least 0, by index
   */
  public static long[] selfTimes(List<Execution> executions) {
    long[] self = new long[executions.size()];
    for (int i = 0; i < self.length; i++) {
      Execution each = executions.get(i);
      self[i] += each.end() - each.begin();
      if (each.parent() >= 0) {
        self[each.parent()] -= each.end() - each.begin();
      }
    }
    return Arrays.stream(self).map(micros -> Math.max(0, micros)).toArray();
  }

  /**
   * Adds up costs by package: by what comes before the first dot of a module's name.
   *
   * @param costs of modules
   * @return a cost for each package; the total time is that of the modules' own
   */
  public static List<ModuleCost> byPackage(Collection<ModuleCost> costs) {
    Map<String, List<ModuleCost>> packages =
        costs.stream()
            .collect(
                Collectors.groupingBy(
                    cost -> packageOf(cost.module), LinkedHashMap::new, Collectors.toList()));
    List<ModuleCost> sums = new ArrayList<>();
    packages.forEach(
        (name, parts) -> {
          long self = parts.stream().mapToLong(ModuleCost::selfMicros).sum();
          sums.add(
              new ModuleCost(
                  name,
                  parts.stream().mapToLong(ModuleCost::bytes).sum(),
                  parts.stream().mapToLong(ModuleCost::touchedBytes).sum(),
                  parts.stream().mapToLong(ModuleCost::touchedPages).sum(),
                  parts.stream().mapToLong(ModuleCost::touchedObjects).sum(),
                  parts.stream().mapToInt(ModuleCost::executions).sum(),
                  self,
                  self));
        });
    return sums;
  }

  private static String packageOf(String module) {
    int dot = module.indexOf('.');
    return dot < 0 ? module : module.substring(0, dot);
  }
}
