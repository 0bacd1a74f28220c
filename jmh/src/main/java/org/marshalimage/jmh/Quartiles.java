package org.marshalimage.jmh;

import java.util.Arrays;

/** Medians and quartiles. */
final class Quartiles {
  private Quartiles() {}

  /** Returns lower quartile, median and upper quartile. */
  static double[] of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new double[] {at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75)};
  }

  /** Returns the median. */
  static double median(double[] values) {
    return of(values)[1];
  }

  /** Interpolates between the two nearest of sorted values. */
  private static double at(double[] sorted, double fraction) {
    double position = fraction * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
