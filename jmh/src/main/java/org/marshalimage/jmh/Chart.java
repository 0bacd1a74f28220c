package org.marshalimage.jmh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A chart of bars, as the page's script takes it.
 *
 * @param title above it
 * @param unit of the values
 * @param stacked whether the bars of a category are one
 * @param categories what each group of bars is of
 * @param series for each name a value for each category; null where there is none
 * @param limits values at which a line is drawn, by what it says
 */
record Chart(
    String title,
    String unit,
    boolean stacked,
    List<String> categories,
    Map<String, List<Double>> series,
    Map<String, Double> limits) {

  Chart(String title, String unit, boolean stacked) {
    this(title, unit, stacked, new ArrayList<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  /** Sets a value; categories and series stand in the order in which they are first named. */
  void add(String category, String name, double value) {
    if (!categories.contains(category)) {
      categories.add(category);
    }
    List<Double> values = series.computeIfAbsent(name, key -> new ArrayList<>());
    int index = categories.indexOf(category);
    while (values.size() <= index) {
      values.add(null);
    }
    values.set(index, Double.isNaN(value) ? null : value);
  }

  /** Draws a line. */
  void limit(String label, double value) {
    if (!Double.isNaN(value)) {
      limits.put(label, value);
    }
  }
}
