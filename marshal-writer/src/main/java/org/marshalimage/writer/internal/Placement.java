package org.marshalimage.writer.internal;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;

/**
 * Decides where each object of an image lies, and its number. The result depends on the graphs and
 * the order of the roots alone, not on the order in which nodes were made.
 */
final class Placement {
  private static final int SLOTTED = 0;
  private static final int DATA = 1;
  private static final int COLD = 2;
  private static final int GROUPS = 3;

  private final NodeTable nodes;
  private final IntArrayList roots;

  /**
   * Of each node, how many roots use it; below an object that is shared by identity, at least 2.
   */
  private final int[] uses;

  /** Of each node, one more than the last root that was seen to use it. */
  private final int[] seenBy;

  /** Nodes that something other than a line or exception table field names. */
  private final BitSet hot;

  private final IntArrayList stack = new IntArrayList();
  private final long[] offsets;
  private final int[] numbers;
  private final IntArrayList order = new IntArrayList();
  private final IntArrayList interned = new IntArrayList();
  private final long[] segmentStarts;
  private final long[] segmentLengths;
  private final int[] firstCodes;
  private final int[] codeCounts;
  private long end;
  private long sharedEnd;
  private int codeCount;
  private int strCount;
  private int bytesCount;
  private int sharedStrCount;

  /**
   * Places all objects.
   *
   * @param nodes all objects
   * @param names of the roots, sorted
   * @param nameNodes node of each root's name, a str
   * @param roots node of each root
   * @param table interned strings that get the first numbers, in their order
   * @param start where the first object goes
   */
  Placement(
      NodeTable nodes,
      List<String> names,
      IntArrayList nameNodes,
      IntArrayList roots,
      IntArrayList table,
      long start) {
    this.nodes = nodes;
    this.roots = roots;
    int limit = nodes.limit();
    order.ensureCapacity(limit);
    uses = new int[limit];
    seenBy = new int[limit];
    hot = new BitSet(limit);
    offsets = new long[limit];
    numbers = new int[limit];
    int count = roots.size();
    segmentStarts = new long[count];
    segmentLengths = new long[count];
    firstCodes = new int[count];
    codeCounts = new int[count];

    IntArrayList encountered = countUses(roots);
    end = start;
    placeShared(nameNodes, encountered);
    placeUnused(table);
    sharedEnd = end;
    placeSegments(names);
    numberStrings(table);
  }

  /** Counts the roots that use each node; returns all nodes in the order of their first use. */
  private IntArrayList countUses(IntArrayList roots) {
    IntArrayList encountered = new IntArrayList();
    encountered.ensureCapacity(nodes.limit());
    for (int root = 0; root < roots.size(); root++) {
      hot.set(roots.getInt(root));
      stack.pushInt(roots.getInt(root));
      while (!stack.isEmpty()) {
        int node = stack.popInt();
        if (seenBy[node] == root + 1) {
          continue;
        }
        seenBy[node] = root + 1;
        if (uses[node]++ == 0) {
          encountered.addInt(node);
        }
        // What two roots have that is never merged, its identity being kept, leads to nothing but
        // what these two have: to count on for each root would take roots times objects.
        if (uses[node] <= 2 || !nodes.isUnmergeable(node)) {
          pushChildren(node, true);
        }
      }
    }
    return encountered;
  }

  /** Pushes the children of a node so that the first is on top. */
  private void pushChildren(int node, boolean markHot) {
    int kind = nodes.kind(node);
    for (int i = nodes.slotCount(node, kind) - 1; i >= 0; i--) {
      int child = nodes.slot(node, kind, i);
      if (child != 0) {
        stack.pushInt(child);
        if (markHot && !isColdField(kind, i)) {
          hot.set(child);
        }
      }
    }
  }

  private static boolean isColdField(int kind, int slot) {
    if (kind != TypeCode.CODE) {
      return false;
    }
    return slot == CodeLayout.LINE_TABLE_SLOT || slot == CodeLayout.EXCEPTIONS_OR_CELLVARS_SLOT;
  }

  private void placeShared(IntArrayList names, IntArrayList encountered) {
    for (int i = 0; i < names.size(); i++) {
      place(names.getInt(i));
    }
    // By use, so that what most modules need lies together; a stable sort keeps the rest as met.
    long[] keys = new long[encountered.size()];
    int count = 0;
    for (int i = 0; i < encountered.size(); i++) {
      int node = encountered.getInt(i);
      if (uses[node] > 1 && offsets[node] == 0) {
        keys[count++] = (long) (Integer.MAX_VALUE - uses[node]) << Integer.SIZE | i;
      }
    }
    Arrays.sort(keys, 0, count);
    IntArrayList[] groups = newGroups();
    for (int i = 0; i < count; i++) {
      int node = encountered.getInt((int) keys[i]);
      groups[group(node)].addInt(node);
    }
    placeGroups(groups);
    for (int i = 0; i < order.size(); i++) {
      if (nodes.kind(order.getInt(i)) == TypeCode.STR) {
        sharedStrCount++;
      }
    }
  }

  /** Places the strings of the table that no root uses. */
  private void placeUnused(IntArrayList table) {
    for (int i = 0; i < table.size(); i++) {
      int node = table.getInt(i);
      if (uses[node] == 0 && offsets[node] == 0) {
        place(node);
      }
    }
  }

  private void placeSegments(List<String> names) {
    Arrays.fill(seenBy, 0);
    for (int root = 0; root < roots.size(); root++) {
      IntArrayList[] groups = newGroups();
      long headSize = SegmentLayout.headSize(names.get(root).length());
      long length = headSize;
      stack.pushInt(roots.getInt(root));
      while (!stack.isEmpty()) {
        int node = stack.popInt();
        // What is shared, or a root's name, has its place already, and so has all it leads to.
        if (offsets[node] != 0 || seenBy[node] != 0) {
          continue;
        }
        seenBy[node] = 1;
        groups[group(node)].addInt(node);
        length += nodes.length(node);
        pushChildren(node, false);
      }
      end += SegmentLayout.gapBefore(end, length);
      segmentStarts[root] = end;
      segmentLengths[root] = length;
      end += headSize;
      firstCodes[root] = codeCount;
      placeGroups(groups);
      codeCounts[root] = codeCount - firstCodes[root];
    }
  }

  private int group(int node) {
    int kind = nodes.kind(node);
    return nodes.slotCount(node, kind) > 0 ? SLOTTED : hot.get(node) ? DATA : COLD;
  }

  private static IntArrayList[] newGroups() {
    IntArrayList[] groups = new IntArrayList[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = new IntArrayList();
    }
    return groups;
  }

  private void placeGroups(IntArrayList[] groups) {
    for (IntArrayList group : groups) {
      for (int i = 0; i < group.size(); i++) {
        place(group.getInt(i));
      }
    }
  }

  private void place(int node) {
    if (nodes.kind(node) == TypeCode.CODE) {
      numbers[node] = codeCount++;
    }
    offsets[node] = end;
    order.addInt(node);
    end += nodes.length(node);
  }

  /** Numbers interned strings, those of the table first; then other str objects, other bytes. */
  private void numberStrings(IntArrayList table) {
    BitSet numbered = new BitSet();
    for (int i = 0; i < table.size(); i++) {
      number(table.getInt(i), numbered);
    }
    IntArrayList others = new IntArrayList();
    for (int i = 0; i < order.size(); i++) {
      int node = order.getInt(i);
      int kind = nodes.kind(node);
      strCount += kind == TypeCode.STR ? 1 : 0;
      bytesCount += kind == TypeCode.BYTES ? 1 : 0;
      if (kind != TypeCode.STR && kind != TypeCode.BYTES || numbered.get(node)) {
        continue;
      }
      if (nodes.isInterned(node)) {
        number(node, numbered);
      } else {
        others.addInt(node);
      }
    }
    int next = interned.size();
    for (int kind : new int[] {TypeCode.STR, TypeCode.BYTES}) {
      for (int i = 0; i < others.size(); i++) {
        int node = others.getInt(i);
        if (nodes.kind(node) == kind) {
          numbers[node] = next++;
        }
      }
    }
    if (next >= 1 << StrLayout.NUMBER_BITS) {
      throw new IllegalArgumentException("too many str and bytes objects: found=" + next);
    }
  }

  private void number(int node, BitSet numbered) {
    numbered.set(node);
    numbers[node] = interned.size();
    interned.addInt(node);
  }

  /** Returns the interned strings in the order of their numbers. */
  IntArrayList interned() {
    return interned;
  }

  /** Returns all nodes in the order of the file. */
  IntArrayList order() {
    return order;
  }

  long offset(int node) {
    return offsets[node];
  }

  int number(int node) {
    return numbers[node];
  }

  /** Returns the length of the file. */
  long end() {
    return end;
  }

  long sharedEnd() {
    return sharedEnd;
  }

  /** Returns where the object of a root lies. */
  long rootOffset(int root) {
    return offsets[roots.getInt(root)];
  }

  long segmentStart(int root) {
    return segmentStarts[root];
  }

  long segmentLength(int root) {
    return segmentLengths[root];
  }

  int firstCode(int root) {
    return firstCodes[root];
  }

  int codeCount(int root) {
    return codeCounts[root];
  }

  int codeCount() {
    return codeCount;
  }

  int strCount() {
    return strCount;
  }

  int sharedStrCount() {
    return sharedStrCount;
  }

  int bytesCount() {
    return bytesCount;
  }
}
