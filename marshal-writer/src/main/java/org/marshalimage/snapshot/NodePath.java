package org.marshalimage.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.StrValue;

/** Spells the shortest way from a root to an object. */
final class NodePath {
  /** Steps that are shown at either end of a long path. */
  private static final int HALF = 10;

  private NodePath() {}

  /** Returns the name of the root, and the way from there; of a long one without its middle. */
  static String of(ObjectNode node) {
    Deque<String> tail = new ArrayDeque<>();
    ObjectNode at = node;
    while (at.parent != null && tail.size() < HALF) {
      tail.addFirst(step(at));
      at = at.parent;
    }
    // The last that are left on the way up are the first from the root.
    Deque<String> head = new ArrayDeque<>();
    int left = -HALF;
    for (; at.parent != null; at = at.parent) {
      head.addFirst(step(at));
      if (head.size() > HALF) {
        head.removeLast();
      }
      left++;
    }
    StringBuilder path = new StringBuilder();
    head.forEach(path::append);
    if (left > 0) {
      path.append(" ...").append(left).append(" more... ");
    }
    tail.forEach(path::append);
    String root = at.root == null ? "" : at.root.name;
    if (path.length() == 0) {
      return root;
    }
    return root + ": " + path.substring(path.charAt(0) == '.' ? 1 : 0);
  }

  /** Returns the name of the root from which an object was first reached. */
  static String root(ObjectNode node) {
    ObjectNode at = node;
    while (at.parent != null) {
      at = at.parent;
    }
    return at.root == null ? "" : at.root.name;
  }

  /** Spells the way to an object, and then one of its slots. */
  static String of(ObjectNode owner, int slot) {
    String path = of(owner);
    String step = step(owner, slot);
    boolean isField = owner.parent == null && step.startsWith(".");
    return path + (owner.parent == null ? ": " : "") + (isField ? step.substring(1) : step);
  }

  private static String step(ObjectNode node) {
    ObjectNode parent = node.parent;
    return parent == null ? "" : step(parent, node.parentSlot);
  }

  /** Spells a slot. */
  static String step(ObjectNode owner, int slot) {
    String edge = owner.edge(slot);
    if (edge != null) {
      return edge.startsWith("[") ? edge : "." + edge;
    }
    if (owner.kind == Kind.DICT || owner.kind == Kind.FROZENDICT) {
      if (slot % 2 == 0) {
        return ".key[" + slot / 2 + "]";
      }
      String key = text(owner.targets[slot - 1]);
      return key == null ? ".value[" + slot / 2 + "]" : "['" + key + "']";
    }
    return owner.kind == null ? ".slot[" + slot + "]" : "[" + slot + "]";
  }

  private static @Nullable String text(@Nullable Object key) {
    Object value = key instanceof ObjectNode node ? node.value : key;
    if (value instanceof BytesValue bytes) {
      // Python 2's names.
      return new String(bytes.toByteArray(), StandardCharsets.ISO_8859_1);
    }
    return value instanceof StrValue string ? string.toString() : null;
  }
}
