package org.marshalimage.jmh;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

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

  static double[] zip(double[] first, double[] second, DoubleBinaryOperator operator) {
    double[] result = new double[first.length];
    Arrays.setAll(result, i -> operator.applyAsDouble(first[i], second[i]));
    return result;
  }

  /** Returns how many times as fast as others rounds were: the median of all ratios. */
  static double timesAsFast(double[] times, double[] others) {
    return median(zip(others, times, (theirs, ours) -> theirs / ours));
  }

  /** Returns lower quartile, median and upper quartile, between the two nearest of values. */
  static double[] quartiles(double[] values) {
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(values);
    return DoubleStream.of(25, 50, 75).map(percentile::evaluate).toArray();
  }

  static double median(double[] values) {
    return quartiles(values)[1];
  }
}
