package org.marshalimage.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.marshalimage.format.DirectoryLayout;

/**
 * Builds the tables of {@link DirectoryLayout}: hash and displace. Names whose bucket they share
 * get a seed of their own that spreads them over free slots; the largest buckets choose first.
 */
final class PerfectHash {
  private final int[] redirects;
  private final int[] indexes;

  PerfectHash(List<String> names) {
    int count = names.size();
    redirects = new int[count];
    indexes = new int[count];
    List<List<Integer>> buckets = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      buckets.add(new ArrayList<>(1));
    }
    for (int i = 0; i < count; i++) {
      buckets.get(DirectoryLayout.hash(names.get(i), 0, count)).add(i);
    }
    List<Integer> order = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingInt((Integer bucket) -> -buckets.get(bucket).size()));
    boolean[] taken = new boolean[count];
    int nextFree = 0;
    for (int bucket : order) {
      List<Integer> members = buckets.get(bucket);
      if (members.size() > 1) {
        redirects[bucket] = spread(names, members, taken);
      } else if (members.size() == 1) {
        while (taken[nextFree]) {
          nextFree++;
        }
        taken[nextFree] = true;
        indexes[nextFree] = members.get(0);
        redirects[bucket] = -1 - nextFree;
      }
    }
  }

  private int spread(List<String> names, List<Integer> members, boolean[] taken) {
    int count = names.size();
    int[] slots = new int[members.size()];
    for (int seed = 1; seed > 0; seed++) {
      int placed = 0;
      while (placed < slots.length) {
        int slot = DirectoryLayout.hash(names.get(members.get(placed)), seed, count);
        if (taken[slot]) {
          break;
        }
        taken[slot] = true;
        slots[placed++] = slot;
      }
      if (placed == slots.length) {
        for (int i = 0; i < slots.length; i++) {
          indexes[slots[i]] = members.get(i);
        }
        return seed;
      }
      while (placed > 0) {
        taken[slots[--placed]] = false;
      }
    }
    throw new IllegalStateException("no seed spreads " + members.size() + " names of one bucket");
  }

  int redirect(int bucket) {
    return redirects[bucket];
  }

  int index(int slot) {
    return indexes[slot];
  }
}
