package org.marshalimage.jmh;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/**
 * Times of rounds, in milliseconds.
 *
 * @param wall time that passed
 * @param cpu time of processors
 */
record Series(double[] wall, double[] cpu) {
  Series(int rounds) {
    this(new double[rounds], new double[rounds]);
  }

  void set(int round, double wallTime, double cpuTime) {
    wall[round] = wallTime;
    cpu[round] = cpuTime;
  }

  /** Returns what this took longer than another, round by round. */
  Series minus(Series other) {
    return new Series(
        zip(wall, other.wall, (ours, theirs) -> ours - theirs),
        zip(cpu, other.cpu, (ours, theirs) -> ours - theirs));
  }

  /** Puts medians, quartiles and all rounds under names of its own into a row. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("wallQuartiles", quartiles(wall));
    json.put("cpuQuartiles", quartiles(cpu));
    json.put("wall", wall);
    json.put("cpu", cpu);
    return json;
  }

  /** Combines what two have of each round. */
  static double[] zip(double[] first, double[] second, DoubleBinaryOperator operator) {
    double[] result = new double[first.length];
    Arrays.setAll(result, i -> operator.applyAsDouble(first[i], second[i]));
    return result;
  }

  /** Returns how many times as fast as others rounds were: the median of all ratios. */
  static double timesAsFast(double[] times, double[] others) {
    return median(zip(others, times, (theirs, ours) -> theirs / ours));
  }

  /** Returns lower quartile, median and upper quartile. */
  static double[] quartiles(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new double[] {at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75)};
  }

  static double median(double[] values) {
    return quartiles(values)[1];
  }

  /** Interpolates between the two nearest of sorted values. */
  private static double at(double[] sorted, double fraction) {
    double position = fraction * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
