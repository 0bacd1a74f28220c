package org.marshalimage.snapshot;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.internal.ImageBuilder;
import org.marshalimage.writer.internal.RootSource;

/**
 * Puts the objects that can be kept into an image. Records, which most objects are, are made there
 * from their nodes; all others become values first, since values know what is merged and which keys
 * are equal. Iterative. Not thread-safe.
 */
final class NodeWriter {
  private final ImageBuilder image;

  /** Objects that something leads to that is kept, those last met on top. */
  private final Deque<ObjectNode> stack = new ArrayDeque<>();

  private final List<LeftOut> leftOut = new ArrayList<>();

  /**
   * A slot that leads to what cannot be kept, and may be missing.
   *
   * @param owner has the slot
   * @param slot its number
   */
  record LeftOut(ObjectNode owner, int slot) {}

  NodeWriter(ImageBuilder image) {
    this.image = image;
  }

  /**
   * Writes roots, and all that they lead to.
   *
   * @param nodes all objects
   * @throws IllegalStateException if the slots of an object do not fit what it was described as;
   *     the message has the path
   */
  void write(List<ObjectNode> roots, List<ObjectNode> nodes) {
    for (ObjectNode root : roots) {
      stack.push(root);
      while (!stack.isEmpty()) {
        ObjectNode node = stack.pop();
        if (node.isKept) {
          continue;
        }
        node.isKept = true;
        try {
          begin(node);
        } catch (IllegalArgumentException e) {
          throw new IllegalStateException(NodePath.of(node) + ": " + e.getMessage(), e);
        }
      }
    }
    for (ObjectNode node : nodes) {
      if (node.record != 0 && node.made != null) {
        image.stand(node.made, node.record);
      }
    }
    for (ObjectNode node : nodes) {
      if (node.record != 0) {
        fill(node);
      }
    }
    for (ObjectNode root : roots) {
      SnapshotRoot of = root.root;
      if (of == null) {
        throw new AssertionError("no root: " + NodePath.of(root));
      }
      if (root.record != 0) {
        image.add(of.name, root.record);
      } else {
        image.add(of.name, value(root), RootSource.NONE);
      }
    }
  }

  /**
   * Makes an object without what it leads to, which is next on the stack: objects are numbered as a
   * walk over the image will meet them, so that it finds them side by side.
   */
  private void begin(ObjectNode node) {
    if (isRecord(node)) {
      beginRecord(node);
    } else if (node.form == ObjectNode.Form.CONTAINER && !isElsewhere(node)) {
      value(node);
      @Nullable Object[] slots = slots(node);
      finish(node.unfinished, values(slots));
      node.unfinished = null;
      pushAll(slots);
    }
  }

  private void pushAll(@Nullable Object[] slots) {
    for (int i = slots.length - 1; i >= 0; i--) {
      if (slots[i] instanceof ObjectNode target && target.root == null && !target.isKept) {
        stack.push(target);
      }
    }
  }

  /** Tells whether a node is made as a record; else it is a value. */
  private static boolean isRecord(ObjectNode node) {
    return (node.form == ObjectNode.Form.RECORD || node.form == ObjectNode.Form.RECIPE)
        && !isElsewhere(node);
  }

  private static boolean isElsewhere(ObjectNode node) {
    return node.isInOwner && node.nameInOwner() != null;
  }

  /** Returns a node's value; what that holds may be missing yet. */
  private Value value(ObjectNode node) {
    Value value = node.made;
    if (value == null) {
      value = make(node);
      node.made = value;
    }
    return value;
  }

  private static Value make(ObjectNode node) {
    if (isElsewhere(node)) {
      return ExternalValue.of(node.nameInOwner());
    }
    return switch (node.form) {
      case VALUE -> {
        if (node.value == null) {
          throw new AssertionError("value without one");
        }
        yield node.value;
      }
      case EXTERNAL -> ExternalValue.of(node.text);
      case CONTAINER -> container(node);
      // Without slots: to be told from others is all that it is for.
      case RECORD, RECIPE -> RecordValue.unfinished(type(node)).value();
      case UNKNOWN, REFUSED -> throw new AssertionError("cannot be kept: " + NodePath.of(node));
    };
  }

  private static RecordType type(ObjectNode node) {
    RecordType type = node.type;
    if (type == null) {
      throw new AssertionError("record without a type");
    }
    return type;
  }

  private static Value container(ObjectNode node) {
    Kind kind = node.kind;
    if (kind == null) {
      throw new AssertionError("container without a kind");
    }
    if (kind == Kind.DICT || kind == Kind.FROZENDICT) {
      DictValue.Builder builder = DictValue.unfinished(kind.typeCode());
      node.unfinished = builder;
      return builder.value();
    }
    if (kind == Kind.SLICE) {
      SliceValue.Builder builder = SliceValue.unfinished();
      node.unfinished = builder;
      return builder.value();
    }
    SequenceValue.Builder builder = SequenceValue.unfinished(kind.typeCode());
    node.unfinished = builder;
    return builder.value();
  }

  private static void finish(@Nullable Object builder, Value[] items) {
    if (builder instanceof SequenceValue.Builder sequence) {
      sequence.finish(items);
    } else if (builder instanceof DictValue.Builder dict) {
      check(items.length % 2 == 0, "a key without a value");
      dict.finish(items);
    } else if (builder instanceof SliceValue.Builder slice) {
      check(items.length == 3, "a slice of " + items.length + " slots, not of 3");
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

  /** Returns what the slots of a container lead to, as values. */
  private Value[] values(@Nullable Object[] slots) {
    Value[] items = new Value[slots.length];
    for (int i = 0; i < items.length; i++) {
      Object target = slots[i];
      if (target == null) {
        throw new AssertionError("empty slot of a container");
      }
      items[i] = value(target);
    }
    return items;
  }

  /** Returns the value of what is in a slot. */
  private Value value(Object target) {
    if (target instanceof ObjectNode node) {
      return node.root == null ? value(node) : node.root.reference;
    }
    return (Value) target;
  }

  /** Makes a record whose slots are empty. */
  private void beginRecord(ObjectNode node) {
    RecordType type = type(node);
    @Nullable Object[] slots = slots(node);
    Object last = slots.length == 0 ? null : slots[slots.length - 1];
    type.checkSlots(slots.length, !type.hasBytes() || last == null ? 0 : value(last).typeCode());
    node.record = image.addRecord(type, slots.length);
    node.unfinished = slots;
    pushAll(slots);
  }

  /** Sets the slots of a record. */
  private void fill(ObjectNode node) {
    if (!(node.unfinished instanceof @Nullable Object[] slots)) {
      throw new AssertionError("record that was not begun: " + NodePath.of(node));
    }
    node.unfinished = null;
    for (int i = 0; i < slots.length; i++) {
      Object target = slots[i];
      if (target == null) {
        continue;
      }
      int written = target instanceof ObjectNode other && other.root == null ? other.record : 0;
      if (written == 0) {
        try {
          written = image.node(value(target));
        } catch (IllegalArgumentException e) {
          throw new IllegalStateException(NodePath.of(node, i) + ": " + e.getMessage(), e);
        }
      }
      image.setSlot(node.record, i, written);
    }
  }

  /** Returns what the slots of a node lead to, without what is left out. */
  private @Nullable Object[] slots(ObjectNode node) {
    if (node.optional == null) {
      return node.targetCount == node.targets.length
          ? node.targets
          : Arrays.copyOf(node.targets, node.targetCount);
    }
    @Nullable Object[] slots = new Object[node.targetCount];
    int count = 0;
    for (int start = 0; start < node.targetCount; ) {
      int end = Math.min(node.targetCount, start + unit(node, start));
      int missing = firstMissing(node, start, end);
      if (missing >= 0) {
        leftOut.add(new LeftOut(node, missing));
      }
      if (missing < 0 || isFixed(node, start)) {
        for (int slot = start; slot < end; slot++) {
          slots[count++] = slot == missing ? null : node.targets[slot];
        }
      }
      start = end;
    }
    return count == slots.length ? slots : Arrays.copyOf(slots, count);
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

  /** Returns what is left out of these. */
  List<LeftOut> leftOut() {
    return leftOut;
  }
}
