package org.marshalimage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.ExternalView;
import org.marshalimage.ImageObject;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;

/** Random graphs: what falls back, and what is kept, is what a plain fixed point says. */
class SnapshotGraphsTest {
  private static final int GRAPHS = 400;
  private static final int FIXED = 3;
  private static final RecordType TYPE = new RecordType("test.node", 1, FIXED, 1, false);

  @TempDir Path folder;

  /** An object with slots, some of which may be missing. */
  private static final class Node {
    final int number;
    final Node[] fixed = new Node[FIXED];
    final List<Node> repeated = new ArrayList<>();
    final Set<Integer> optional = new HashSet<>();
    boolean isRefused;
    String owner;

    Node(int number) {
      this.number = number;
    }
  }

  /** A graph, and its roots by name. */
  private static final class Graph {
    final List<Node> nodes = new ArrayList<>();
    final Map<String, Node> roots = new HashMap<>();

    Graph(Random random) {
      int count = 2 + random.nextInt(60);
      int rootCount = 1 + random.nextInt(Math.min(8, count));
      for (int i = 0; i < count; i++) {
        nodes.add(new Node(i));
      }
      for (int i = 0; i < rootCount; i++) {
        roots.put("r" + i, nodes.get(i));
      }
      for (Node node : nodes) {
        for (int i = 0; i < FIXED; i++) {
          node.fixed[i] = random.nextInt(3) == 0 ? nodes.get(random.nextInt(count)) : null;
        }
        for (int i = random.nextInt(3); i > 0; i--) {
          node.repeated.add(nodes.get(random.nextInt(count)));
        }
        for (int i = 0; i < FIXED + node.repeated.size(); i++) {
          if (random.nextInt(4) == 0) {
            node.optional.add(i);
          }
        }
        boolean isRoot = node.number < rootCount;
        node.isRefused = !isRoot && random.nextInt(15) == 0;
        node.owner = !isRoot && random.nextInt(4) == 0 ? "r" + random.nextInt(rootCount) : null;
      }
    }

    Node target(Node node, int slot) {
      return slot < FIXED ? node.fixed[slot] : node.repeated.get(slot - FIXED);
    }

    int slots(Node node) {
      return FIXED + node.repeated.size();
    }

    boolean isRoot(Node node) {
      return roots.containsValue(node);
    }

    void describe(Object object, Description to) {
      Node node = (Node) object;
      if (node.isRefused) {
        to.refuse("refused", "");
        return;
      }
      to.record(TYPE);
      if (node.owner != null) {
        to.ownedBy(node.owner);
      }
      for (int slot = 0; slot < slots(node); slot++) {
        Node target = target(node, slot);
        if (target != null && node.optional.contains(slot)) {
          to.optional(null, target);
        } else {
          to.slot(null, target);
        }
      }
    }

    /** Returns what a root leads to without passing another root or an optional slot. */
    private Set<Node> closure(Node root) {
      Set<Node> reached = Collections.newSetFromMap(new IdentityHashMap<>());
      Deque<Node> open = new ArrayDeque<>(List.of(root));
      while (!open.isEmpty()) {
        Node node = open.pop();
        if (!reached.add(node) || node.isRefused) {
          continue;
        }
        for (int slot = 0; slot < slots(node); slot++) {
          Node target = target(node, slot);
          if (target != null && !node.optional.contains(slot) && !isRoot(target)) {
            open.push(target);
          }
        }
      }
      return reached;
    }

    boolean isLost(Node node, Set<String> fallen) {
      return closure(node).stream()
          .anyMatch(each -> each.isRefused || each.owner != null && fallen.contains(each.owner));
    }

    Set<String> fallen() {
      Set<String> fallen = new TreeSet<>();
      boolean changed = true;
      while (changed) {
        changed = false;
        for (Map.Entry<String, Node> root : roots.entrySet()) {
          // What belongs to the root itself does not matter to it.
          changed |= isLost(root.getValue(), fallen) && fallen.add(root.getKey());
        }
      }
      return fallen;
    }
  }

  @Test
  void whatIsKeptIsWhatCanBeKept() throws IOException {
    int fallenRoots = 0;
    int keptRoots = 0;
    for (int seed = 0; seed < GRAPHS; seed++) {
      Graph graph = new Graph(new Random(seed));
      List<String> names = new ArrayList<>(graph.roots.keySet());
      Collections.shuffle(names, new Random(seed));
      SnapshotBuilder builder = SnapshotBuilder.create(graph::describe);
      names.forEach(name -> builder.root(name, graph.roots.get(name)));
      Path file = folder.resolve(seed + ".img");
      SnapshotReport report = builder.write(file);

      Set<String> fallen = graph.fallen();
      assertThat(report.fallen()).as("seed %d", seed).containsExactlyElementsOf(fallen);
      fallenRoots += fallen.size();
      keptRoots += report.modules().size();
      try (MarshalImage image = MarshalImage.map(file)) {
        assertThat(image.verify().findings()).as("seed %d", seed).isEmpty();
        Map<Node, ImageObject> known = new IdentityHashMap<>();
        Map<ImageObject, Node> back = new HashMap<>();
        for (String name : report.modules()) {
          compare(graph, fallen, graph.roots.get(name), image.root(name), known, back);
        }
      }
    }
    assertThat(fallenRoots).isGreaterThan(100);
    assertThat(keptRoots).isGreaterThan(100);
  }

  private static void compare(
      Graph graph,
      Set<String> fallen,
      Node root,
      ImageObject view,
      Map<Node, ImageObject> known,
      Map<ImageObject, Node> back) {
    Deque<Node> open = new ArrayDeque<>(List.of(root));
    known.put(root, view);
    while (!open.isEmpty()) {
      Node node = open.pop();
      RecordView record = (RecordView) known.get(node);
      assertThat(back.putIfAbsent(record, node)).isIn(null, node);
      int at = 0;
      for (int slot = 0; slot < graph.slots(node); slot++) {
        Node target = graph.target(node, slot);
        boolean isMissing =
            target != null
                && !graph.isRoot(target)
                && node.optional.contains(slot)
                && graph.isLost(target, fallen);
        if (isMissing && slot >= FIXED) {
          continue;
        }
        ImageObject found = record.slot(at++);
        if (target == null || isMissing) {
          assertThat(found).isNull();
        } else if (graph.isRoot(target)) {
          assertThat(((ExternalView) found).name()).isEqualTo("root:r" + target.number);
        } else {
          ImageObject before = known.putIfAbsent(target, found);
          if (before == null) {
            open.push(target);
          } else {
            assertThat(found).isEqualTo(before);
          }
        }
      }
      assertThat(record.slotCount()).isEqualTo(at);
    }
  }

  @Test
  void leavesOfManyRootsAreOne() throws IOException {
    Path file = folder.resolve("leaves.img");
    SnapshotBuilder.create(
            (object, to) -> {
              if (object instanceof Long number) {
                to.value(IntValue.of(number));
              } else {
                to.record(TYPE).slot(null, 5L).slot(null, null).slot(null, null);
              }
            })
        .root("a", new Object())
        .root("b", new Object())
        .write(file);
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(((RecordView) image.root("a")).slot(0))
          .isEqualTo(((RecordView) image.root("b")).slot(0));
    }
  }
}
