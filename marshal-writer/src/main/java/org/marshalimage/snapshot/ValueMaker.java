package org.marshalimage.snapshot;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.Value;

/** Turns the objects that can be kept into values. Iterative. Not thread-safe. */
final class ValueMaker {
  /** Objects whose values are known, but not yet what these hold; each has what finishes it. */
  private final Queue<ObjectNode> unfinished = new ArrayDeque<>();

  private final List<ObjectNode> kept = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();

  /**
   * A slot that leads to what cannot be kept, and may be missing.
   *
   * @param owner has the slot
   * @param slot its number
   */
  record LeftOut(ObjectNode owner, int slot) {}

  /**
   * Makes the value of a root, and those of all that it leads to.
   *
   * @throws IllegalStateException if the slots of an object do not fit what it was described as;
   *     the message has the path
   */
  void make(ObjectNode root) {
    value(root);
    for (ObjectNode node = unfinished.poll(); node != null; node = unfinished.poll()) {
      @Nullable Value[] slots = slots(node);
      try {
        finish(node.builder, slots);
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException(NodePath.of(node) + ": " + e.getMessage(), e);
      }
      node.builder = null;
    }
  }

  private static void finish(@Nullable Object builder, @Nullable Value[] slots) {
    if (builder instanceof RecordValue.Builder record) {
      record.finish(slots);
    } else if (builder instanceof SequenceValue.Builder sequence) {
      sequence.finish(present(slots));
    } else if (builder instanceof DictValue.Builder dict) {
      check(slots.length % 2 == 0, "a key without a value");
      dict.finish(present(slots));
    } else if (builder instanceof SliceValue.Builder slice) {
      check(slots.length == 3, "a slice of " + slots.length + " slots, not of 3");
      Value[] items = present(slots);
      slice.finish(items[0], items[1], items[2]);
    } else {
      throw new AssertionError("unknown builder: " + builder);
    }
  }

  private static void check(boolean isRight, String problem) {
    if (!isRight) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** Returns a node's value; what that holds may be missing yet. */
  private Value value(ObjectNode node) {
    Value value = node.made;
    if (value == null) {
      value = begin(node);
      node.made = value;
      kept.add(node);
    }
    return value;
  }

  private Value begin(ObjectNode node) {
    if (node.isInOwner && node.nameInOwner != null) {
      return ExternalValue.of(node.nameInOwner);
    }
    return switch (node.form) {
      case VALUE -> {
        if (node.value == null) {
          throw new AssertionError("value without one");
        }
        yield node.value;
      }
      case EXTERNAL -> ExternalValue.of(node.text);
      case RECORD, RECIPE -> record(node);
      case CONTAINER -> container(node);
      case UNKNOWN, REFUSED -> throw new AssertionError("cannot be kept: " + NodePath.of(node));
    };
  }

  private Value record(ObjectNode node) {
    if (node.type == null) {
      throw new AssertionError("record without a type");
    }
    RecordValue.Builder builder = RecordValue.unfinished(node.type);
    defer(node, builder);
    return builder.value();
  }

  private Value container(ObjectNode node) {
    Kind kind = node.kind;
    if (kind == null) {
      throw new AssertionError("container without a kind");
    }
    if (kind == Kind.DICT || kind == Kind.FROZENDICT) {
      DictValue.Builder builder = DictValue.unfinished(kind.typeCode());
      defer(node, builder);
      return builder.value();
    }
    if (kind == Kind.SLICE) {
      SliceValue.Builder builder = SliceValue.unfinished();
      defer(node, builder);
      return builder.value();
    }
    SequenceValue.Builder builder = SequenceValue.unfinished(kind.typeCode());
    defer(node, builder);
    return builder.value();
  }

  private void defer(ObjectNode node, Object builder) {
    node.builder = builder;
    unfinished.add(node);
  }

  /** Returns slots none of which is empty, as those of a container are. */
  private static Value[] present(@Nullable Value[] slots) {
    Value[] items = new Value[slots.length];
    for (int i = 0; i < items.length; i++) {
      Value item = slots[i];
      if (item == null) {
        throw new AssertionError("empty slot of a container");
      }
      items[i] = item;
    }
    return items;
  }

  /** Returns what the slots of a node lead to, without what is left out. */
  private @Nullable Value[] slots(ObjectNode node) {
    @Nullable Value[] slots = new Value[node.targetCount];
    int count = 0;
    for (int start = 0; start < node.targetCount; ) {
      int end = Math.min(node.targetCount, start + unit(node, start));
      int missing = firstMissing(node, start, end);
      if (missing >= 0) {
        leftOut.add(new LeftOut(node, missing));
      }
      if (missing < 0 || isFixed(node, start)) {
        for (int slot = start; slot < end; slot++) {
          slots[count++] = slot == missing ? null : target(node.targets[slot]);
        }
      }
      start = end;
    }
    return count == slots.length ? slots : Arrays.copyOf(slots, count);
  }

  private @Nullable Value target(@Nullable Object target) {
    if (target instanceof ObjectNode node) {
      return node.root == null ? value(node) : node.root.reference;
    }
    return (Value) target;
  }

  private static int firstMissing(ObjectNode node, int start, int end) {
    for (int slot = start; slot < end; slot++) {
      ObjectNode target = node.isOptional(slot) ? node.inner(slot) : null;
      if (target != null && (target.isLost || target.isInOwner)) {
        return slot;
      }
    }
    return -1;
  }

  private static boolean isFixed(ObjectNode node, int slot) {
    RecordType type = node.type;
    return node.kind == Kind.SLICE
        || type != null && (slot < type.fixedSlots() || type.repeatedSlots() == 0);
  }

  /** Returns how many slots, from one on, are kept or left out as a whole. */
  private static int unit(ObjectNode node, int slot) {
    if (node.kind == null) {
      RecordType type = node.type;
      boolean isSingle =
          type == null || isFixed(node, slot) || type.hasBytes() && slot == node.targetCount - 1;
      return isSingle || type == null ? 1 : type.repeatedSlots();
    }
    return node.kind.slotsPerUnit() == 2 ? 2 : 1;
  }

  /** Returns all objects that are kept. */
  List<ObjectNode> kept() {
    return kept;
  }

  /** Returns what is left out of these. */
  List<LeftOut> leftOut() {
    return leftOut;
  }
}
