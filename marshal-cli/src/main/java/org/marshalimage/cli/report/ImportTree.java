package org.marshalimage.cli.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.marshalimage.trace.Execution;

/** Executions merged by the way of imports that led to them: those of many runs are one picture. */
final class ImportTree {
  /** Imports that a page shows; the shortest of more are left out, with all below them. */
  private static final int MOST_NODES = 20_000;

  private final List<String> names = new ArrayList<>();
  private final List<Integer> parents = new ArrayList<>();
  private final List<long[]> sums = new ArrayList<>();

  private ImportTree() {}

  /**
   * Imports as the page takes them; a parent comes before what it imported.
   *
   * @param names modules
   * @param parents indices; -1 for what nothing imported
   * @param micros with all that was imported, over all runs
   * @param counts how often
   * @param left how many are left out
   */
  record Nodes(List<String> names, int[] parents, long[] micros, long[] counts, int left) {}

  static Nodes of(List<Execution> executions) {
    ImportTree tree = new ImportTree();
    record Key(int parent, String module) {}
    Map<Key, Integer> nodes = new HashMap<>();
    int[] nodeOf = new int[executions.size()];
    for (int i = 0; i < nodeOf.length; i++) {
      Execution each = executions.get(i);
      int parent = each.parent() < 0 ? -1 : nodeOf[each.parent()];
      nodeOf[i] =
          nodes.computeIfAbsent(
              new Key(parent, each.module()), key -> tree.add(parent, each.module()));
      long[] sum = tree.sums.get(nodeOf[i]);
      sum[0] += Math.max(0, each.end() - each.begin());
      sum[1]++;
    }
    return tree.nodes();
  }

  private int add(int parent, String name) {
    names.add(name);
    parents.add(parent);
    sums.add(new long[2]);
    return names.size() - 1;
  }

  private Nodes nodes() {
    long least =
        sums.stream()
            .map(sum -> sum[0])
            .sorted((a, b) -> Long.compare(b, a))
            .skip(MOST_NODES - 1L)
            .findFirst()
            .orElse(-1L);
    List<Integer> kept = new ArrayList<>();
    int[] numbers = new int[names.size()];
    for (int i = 0; i < numbers.length; i++) {
      int parent = parents.get(i);
      boolean isKept =
          kept.size() < MOST_NODES
              && sums.get(i)[0] >= least
              && (parent < 0 || numbers[parent] >= 0);
      numbers[i] = isKept ? kept.size() : -1;
      if (isKept) {
        kept.add(i);
      }
    }
    return new Nodes(
        kept.stream().map(names::get).toList(),
        kept.stream().mapToInt(i -> parents.get(i) < 0 ? -1 : numbers[parents.get(i)]).toArray(),
        kept.stream().mapToLong(i -> sums.get(i)[0]).toArray(),
        kept.stream().mapToLong(i -> sums.get(i)[1]).toArray(),
        numbers.length - kept.size());
  }
}
