package org.marshalimage.writer.internal;

import java.util.BitSet;
import org.agrona.collections.IntArrayList;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.TypeCode;

/**
 * What a start touches: what a trace says, and what a code object that is executed needs, be it
 * read in a way that no trace sees. A code object is taken to be executed if it is a root that is
 * touched, or its bytecode is touched. Not thread-safe.
 */
final class HotNodes {
  /**
   * Flags of code that has local variables of its own: CPython's {@code Include/cpython/code.h}.
   */
  private static final int CO_OPTIMIZED = 1;

  private static final int CO_NEWLOCALS = 2;

  private final NodeTable nodes;
  private final BitSet touched = new BitSet();
  private final BitSet roots = new BitSet();
  private final BitSet added = new BitSet();
  private final IntArrayList inOrder = new IntArrayList();

  private HotNodes(ImageContent content, IntArrayList touched) {
    this.nodes = content.nodes();
    content.roots().forEach(root -> roots.set(root.node()));
    touched.forEachInt(this.touched::set);
  }

  /** Returns nodes in the order in which a start touches them, each once. */
  static IntArrayList of(ImageContent content, IntArrayList touched) {
    HotNodes hot = new HotNodes(content, touched);
    touched.forEachInt(hot::add);
    return hot.inOrder;
  }

  /** An offset that is said to be touched. */
  static IllegalArgumentException noObject(long offset) {
    return new IllegalArgumentException(
        "no object starts there: offset=0x" + Long.toHexString(offset));
  }

  private void add(int node) {
    if (added.get(node)) {
      return;
    }
    append(node);
    if (nodes.kind(node) == TypeCode.CODE
        && (roots.get(node) || touched.get(slot(node, CodeLayout.CODE_SLOT)))) {
      addNeeds(node);
    }
  }

  private void append(int node) {
    added.set(node);
    inOrder.addInt(node);
  }

  private int slot(int code, int index) {
    return nodes.slot(code, TypeCode.CODE, index);
  }

  /** Adds what no trace has seen; what it has seen has its place in the order. */
  private void addNeeds(int code) {
    addUnseen(slot(code, CodeLayout.CODE_SLOT));
    addItems(slot(code, CodeLayout.NAMES_SLOT), 0);
    // A function's first constant is its documentation, if that is a text, which calls do not read.
    int consts = slot(code, CodeLayout.CONSTS_SLOT);
    addItems(consts, isFunction(code) && isText(firstItem(consts)) ? 1 : 0);
  }

  private void addUnseen(int node) {
    if (node != 0 && !touched.get(node) && !added.get(node)) {
      append(node);
    }
  }

  private void addItems(int tuple, int first) {
    addUnseen(tuple);
    int kind = nodes.kind(tuple);
    for (int i = first, count = nodes.slotCount(tuple, kind); i < count; i++) {
      addUnseen(nodes.slot(tuple, kind, i));
    }
  }

  private boolean isFunction(int code) {
    int flags = CO_OPTIMIZED | CO_NEWLOCALS;
    return (nodes.intField(code, CodeLayout.FLAGS_OFFSET) & flags) == flags;
  }

  private int firstItem(int tuple) {
    int kind = nodes.kind(tuple);
    return nodes.slotCount(tuple, kind) == 0 ? 0 : nodes.slot(tuple, kind, 0);
  }

  private boolean isText(int node) {
    return node != 0 && (nodes.kind(node) == TypeCode.STR || nodes.kind(node) == TypeCode.BYTES);
  }
}
