package org.marshalimage.snapshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.Value;

/** One of the interpreter's objects, and what it was described as. Not thread-safe. */
final class ObjectNode {
  /** What an object was described as. */
  enum Form {
    UNKNOWN,
    VALUE,
    CONTAINER,
    RECORD,
    RECIPE,
    EXTERNAL,
    REFUSED
  }

  private static final Object[] NO_TARGETS = {};

  /** Which roots an object depends on, beside those that lead to it. */
  static final class Ownership {
    @Nullable String owner;
    @Nullable String nameInOwner;
    final List<String> pillars = new ArrayList<>();
  }

  /** Position in the order in which objects were reached. */
  final int number;

  /** On the shortest way from a root, the node before; null for a root. */
  final @Nullable ObjectNode parent;

  /** Which slot of the parent leads here. */
  final int parentSlot;

  /** The root that it is; null for all others. */
  final @Nullable SnapshotRoot root;

  /** The interpreter's object; null once it is described. */
  @Nullable Object object;

  Form form = Form.UNKNOWN;

  /** Of a container. */
  @Nullable Kind kind;

  /** Of a record, a recipe. */
  @Nullable RecordType type;

  /** Name of an external; how a recipe makes it; kind of what is refused. */
  String text = "";

  /** Of what is refused. */
  String remedy = "";

  /** Whose it is; null if it is of nobody in particular, as most are. */
  @Nullable Ownership ownership;

  /** Nodes, values and null. */
  @Nullable Object[] targets = NO_TARGETS;

  int targetCount;

  /** Names of slots; null if none has one. */
  @Nullable String @Nullable [] edges;

  /** Slots that may be missing; null if none may. */
  @Nullable BitSet optional;

  /** Whether its last target is the bytes of a record. */
  boolean hasBytes;

  /** Whether what its owner calls it is written in its place. */
  boolean isInOwner;

  /** Whether it leads to something that cannot be kept, or is such. */
  boolean isLost;

  /** What it is, if it was described as a value. */
  @Nullable Value value;

  /** Whether something that is kept leads to it, or it is a root that is. */
  boolean isKept;

  /** Of a record, its targets without those that are left out; of a container, its builder. */
  @Nullable Object unfinished;

  /** Its value; of a record, what stands for it in values, or null if it is in none. */
  @Nullable Value made;

  /** Of a record, its node in the image; 0 before it has one. */
  int record;

  ObjectNode(
      int number,
      Object object,
      @Nullable SnapshotRoot root,
      @Nullable ObjectNode parent,
      int slot) {
    this.number = number;
    this.object = object;
    this.root = root;
    this.parent = parent;
    this.parentSlot = slot;
  }

  void addTarget(@Nullable String edge, @Nullable Object target, boolean isOptional) {
    if (targetCount == targets.length) {
      targets = Arrays.copyOf(targets, Math.max(4, 2 * targetCount));
    }
    if (edge != null) {
      if (edges == null) {
        edges = new String[targets.length];
      } else if (edges.length < targets.length) {
        edges = Arrays.copyOf(edges, targets.length);
      }
      edges[targetCount] = edge;
    }
    if (isOptional) {
      if (optional == null) {
        optional = new BitSet();
      }
      optional.set(targetCount);
    }
    targets[targetCount++] = target;
  }

  Ownership ownership() {
    if (ownership == null) {
      ownership = new Ownership();
    }
    return ownership;
  }

  /** Returns the root that it belongs to; null for none. */
  @Nullable String owner() {
    return ownership == null ? null : ownership.owner;
  }

  /** Returns the external by which others have it once its owner has fallen; null if they fall. */
  @Nullable String nameInOwner() {
    return ownership == null ? null : ownership.nameInOwner;
  }

  /** Returns the roots without which it cannot be kept. */
  List<String> pillars() {
    return ownership == null ? List.of() : ownership.pillars;
  }

  @Nullable String edge(int slot) {
    return edges == null || slot >= edges.length ? null : edges[slot];
  }

  boolean isOptional(int slot) {
    return optional != null && optional.get(slot);
  }

  /** Returns the node that a slot leads to and that is no root; null if there is none. */
  @Nullable ObjectNode inner(int slot) {
    return targets[slot] instanceof ObjectNode node && node.root == null ? node : null;
  }
}
