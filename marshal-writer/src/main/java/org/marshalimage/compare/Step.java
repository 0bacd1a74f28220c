package org.marshalimage.compare;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.Value;

/**
 * A step of the way from a root to a value. A way shares its beginning with others, and is spelled
 * only if something differs at its end: it may have a million steps.
 */
final class Step {
  /** Steps of a path that a message shows whole; of a longer one it shows half at either end. */
  private static final int LONGEST = 20;

  /** Most chars of a key in a path. */
  private static final int LONGEST_KEY = 200;

  private static final int NO_INDEX = -1;

  private final @Nullable Step parent;

  /** The last step of the first half of what a message shows; null before it. */
  private final @Nullable Step head;

  private final int depth;

  /** A field's name, the record whose slot it is, the key of a dict; null for an index alone. */
  private final @Nullable Object owner;

  private final int index;

  private Step(@Nullable Step parent, @Nullable Object owner, int index) {
    this.parent = parent;
    this.owner = owner;
    this.index = index;
    depth = parent == null ? 0 : parent.depth + 1;
    head = depth == LONGEST / 2 ? this : parent == null ? null : parent.head;
  }

  /** Starts a way at a root. */
  static Step root() {
    return new Step(null, "", NO_INDEX);
  }

  /** Goes into a field. */
  Step field(String name) {
    return new Step(this, name, NO_INDEX);
  }

  /** Goes into an item of a field. */
  Step item(String name, int at) {
    return new Step(this, name, at);
  }

  /** Goes into an item. */
  Step item(int at) {
    return new Step(this, null, at);
  }

  /** Goes into a slot of a record. */
  Step slot(RecordValue record, int at) {
    return new Step(this, record, at);
  }

  /** Goes into the value of a key. */
  Step value(Value key) {
    return new Step(this, key, NO_INDEX);
  }

  /** Returns all steps; empty at a root. */
  String path(SlotNames names, boolean python2) {
    StringBuilder text = new StringBuilder();
    spell(depth, text, names, python2);
    return text.toString();
  }

  /** Returns the ends of a long path, and how many steps are left out between them. */
  String shortPath(SlotNames names, boolean python2) {
    if (depth <= LONGEST || head == null) {
      return path(names, python2);
    }
    StringBuilder text = new StringBuilder();
    head.spell(LONGEST / 2, text, names, python2);
    text.append(" ...").append(depth - LONGEST).append(" more... ");
    spell(LONGEST / 2, text, names, python2);
    return text.toString();
  }

  private void spell(int count, StringBuilder text, SlotNames names, boolean python2) {
    Deque<Step> steps = new ArrayDeque<>();
    for (Step each = this; each.parent != null && steps.size() < count; each = each.parent) {
      steps.push(each);
    }
    for (Step each : steps) {
      String spelled = each.spelled(names, python2);
      boolean isBare = text.length() == 0 || spelled.startsWith("[");
      text.append(isBare ? "" : ".").append(spelled);
    }
  }

  private String spelled(SlotNames names, boolean python2) {
    if (owner instanceof RecordValue record) {
      String name = names.name(record, index);
      return name == null ? "slot[" + index + "]" : ShortRepr.printable(name);
    }
    if (owner instanceof Value key) {
      return "[" + ValueRepr.of(key, python2, LONGEST_KEY) + "]";
    }
    String place = index == NO_INDEX ? "" : "[" + index + "]";
    return owner == null ? place : owner + place;
  }
}
