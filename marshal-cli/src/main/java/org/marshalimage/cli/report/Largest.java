package org.marshalimage.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Keeps the largest of many; of equal ones those that came first. */
final class Largest<T> {
  private record Entry<T>(long bytes, long number, T value) {}

  private final int limit;
  private final PriorityQueue<Entry<T>> entries =
      new PriorityQueue<>(
          Comparator.<Entry<T>>comparingLong(Entry::bytes)
              .thenComparing(Comparator.<Entry<T>>comparingLong(Entry::number).reversed()));
  private long count;

  Largest(int limit) {
    this.limit = limit;
  }

  /** Tells whether something of this length would be kept, so that no other need be described. */
  boolean accepts(long bytes) {
    return entries.size() < limit || bytes > entries.element().bytes;
  }

  void add(long bytes, T value) {
    if (accepts(bytes)) {
      entries.add(new Entry<>(bytes, count++, value));
      if (entries.size() > limit) {
        entries.remove();
      }
    }
  }

  /** Returns what was kept, the largest first. */
  List<T> values() {
    List<Entry<T>> sorted = new ArrayList<>(entries);
    sorted.sort(entries.comparator().reversed());
    return sorted.stream().map(Entry::value).toList();
  }
}
