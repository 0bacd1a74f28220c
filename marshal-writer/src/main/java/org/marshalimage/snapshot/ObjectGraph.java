package org.marshalimage.snapshot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.marshalimage.format.model.Value;

/**
 * All objects that the roots of a snapshot lead to. They are walked in breadth, so that the first
 * way to an object is a shortest one, and depth costs no stack. Not thread-safe.
 */
final class ObjectGraph {
  private final Map<Object, ObjectNode> known = new IdentityHashMap<>();
  private final List<ObjectNode> nodes = new ArrayList<>();

  /**
   * Walks from roots.
   *
   * @throws IllegalArgumentException if two roots are one object
   * @throws IllegalStateException if a description is wrong, or the describer fails; the message
   *     has the path
   */
  ObjectGraph(Collection<SnapshotRoot> roots, Describer describer) {
    for (SnapshotRoot root : roots) {
      ObjectNode node = new ObjectNode(nodes.size(), root.object, root, null, 0);
      ObjectNode other = known.put(root.object, node);
      if (other != null && other.root != null) {
        throw new IllegalArgumentException(
            "two roots are one object: " + other.root.name + " and " + root.name);
      }
      nodes.add(node);
    }
    if (!nodes.isEmpty()) {
      describeAll(describer, new NodeDescription(this, nodes.get(0)));
    }
    known.clear();
  }

  private void describeAll(Describer describer, NodeDescription description) {
    // To describe one may add others, which have their turn when all before them have had it.
    for (int i = 0; i < nodes.size(); i++) {
      ObjectNode node = nodes.get(i);
      Object object = node.object;
      if (object == null) {
        throw new AssertionError("described before: " + NodePath.of(node));
      }
      description.begin(node);
      try {
        if (object instanceof Value value) {
          description.value(value);
        } else {
          describer.describe(object, description);
        }
        if (node.form == ObjectNode.Form.UNKNOWN) {
          description.refuse(
              object.getClass().getName() + ", which nobody describes", "describe it");
        }
      } catch (RuntimeException e) {
        throw new IllegalStateException(
            NodePath.of(node) + ": cannot be described: " + e.getMessage(), e);
      }
      node.object = null;
    }
  }

  /** Returns what stands in a slot for an object: its node, or the object if it is a value. */
  Object target(Object object, ObjectNode from) {
    ObjectNode node = known.get(object);
    if (node != null || object instanceof Value) {
      return node == null ? object : node;
    }
    node = new ObjectNode(nodes.size(), object, null, from, from.targetCount);
    known.put(object, node);
    nodes.add(node);
    return node;
  }

  /** Returns all objects, roots first, in the order in which they were reached. */
  List<ObjectNode> nodes() {
    return nodes;
  }
}
