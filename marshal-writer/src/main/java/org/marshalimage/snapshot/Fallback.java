package org.marshalimage.snapshot;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the roots that cannot be kept: those that lead to a refused object, or to one that belongs
 * to a fallen root, until nothing changes. Each object is marked at most once. Not thread-safe.
 */
final class Fallback {
  private final List<ObjectNode> nodes;

  /** Where the holders of each node start in {@link #holders}. */
  private int[] starts = {};

  /**
   * Numbers of nodes with a slot, not an optional one, that leads to a node that is no root; made
   * when something cannot be kept.
   */
  private int @Nullable [] holders;

  private final Map<String, List<ObjectNode>> byOwner = new HashMap<>();

  /** Those of roots, by the roots' names. */
  private final Map<String, ObjectNode> rootNodes = new HashMap<>();

  private final Deque<ObjectNode> lost = new ArrayDeque<>();
  private final List<Cause> causes = new ArrayList<>();

  /**
   * What made roots fall back.
   *
   * @param node the object
   * @param kind what it is
   * @param remedy what can be done
   * @param roots those that fell because of it and not of an earlier cause
   */
  record Cause(ObjectNode node, String kind, String remedy, List<SnapshotRoot> roots) {}

  Fallback(List<ObjectNode> nodes, Collection<SnapshotRoot> roots) {
    this.nodes = nodes;
    for (ObjectNode node : nodes) {
      String root = node.owner();
      if (root != null) {
        byOwner.computeIfAbsent(root, owner -> new ArrayList<>()).add(node);
      }
      for (String pillar : node.pillars()) {
        byOwner.computeIfAbsent(pillar, owner -> new ArrayList<>()).add(node);
      }
    }
    for (ObjectNode node : nodes.subList(0, roots.size())) {
      if (node.root != null) {
        rootNodes.put(node.root.name, node);
      }
    }
    for (ObjectNode node : nodes) {
      String root = node.owner();
      if (node.form == ObjectNode.Form.REFUSED) {
        lose(node, node.text, node.remedy);
      } else if (root != null && !rootNodes.containsKey(root)) {
        lose(node, "object of " + root + ", which is no root", "add " + root + " to the roots");
      }
    }
  }

  private int[] holders() {
    if (holders == null) {
      holders = makeHolders();
    }
    return holders;
  }

  private int[] makeHolders() {
    starts = new int[nodes.size() + 1];
    for (ObjectNode node : nodes) {
      for (int slot = 0; slot < node.targetCount; slot++) {
        ObjectNode target = held(node, slot);
        if (target != null) {
          starts[target.number + 1]++;
        }
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      starts[i + 1] += starts[i];
    }
    int[] all = new int[starts[nodes.size()]];
    int[] next = Arrays.copyOf(starts, nodes.size());
    for (ObjectNode node : nodes) {
      for (int slot = 0; slot < node.targetCount; slot++) {
        ObjectNode target = held(node, slot);
        if (target != null) {
          all[next[target.number]++] = node.number;
        }
      }
    }
    return all;
  }

  private static @Nullable ObjectNode held(ObjectNode node, int slot) {
    return node.isOptional(slot) ? null : node.inner(slot);
  }

  private void lose(ObjectNode node, String kind, String remedy) {
    int[] all = holders();
    List<SnapshotRoot> fallen = new ArrayList<>();
    mark(node);
    while (!lost.isEmpty()) {
      ObjectNode each = lost.pop();
      SnapshotRoot root = each.root;
      if (root != null) {
        root.isFallen = true;
        fallen.add(root);
        byOwner.getOrDefault(root.name, List.of()).forEach(this::mark);
        continue;
      }
      for (int i = starts[each.number]; i < starts[each.number + 1]; i++) {
        mark(nodes.get(all[i]));
      }
    }
    causes.add(new Cause(node, kind, remedy, fallen));
  }

  private void mark(ObjectNode node) {
    ObjectNode owner = node.nameInOwner() == null ? null : rootNodes.get(node.owner());
    if (owner != null) {
      // Only its root falls with it; all others find it there.
      node.isInOwner = true;
      mark(owner);
    } else if (!node.isLost) {
      node.isLost = true;
      lost.push(node);
    }
  }

  /** Returns the causes, in the order in which the objects were reached. */
  List<Cause> causes() {
    return causes;
  }
}
