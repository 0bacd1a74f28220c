package org.marshalimage.writer.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;

/**
 * Decides where each object of an image lies, and its number. The result depends on the graphs, the
 * order of the roots and what a start touches alone, not on the order in which nodes were made.
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
  private final BitSet inUse;

  /** What a start touches, in its order. */
  private final IntArrayList touched;

  /** The same. */
  private final BitSet hot;

  private final IntArrayList stack = new IntArrayList();
  private final long[] offsets;
  private final int[] numbers;
  private final IntArrayList order = new IntArrayList();
  private final IntArrayList interned = new IntArrayList();
  private final List<String> names;

  /** Of each root, what it alone uses: what a start touches, and all else, each in its order. */
  private final IntArrayList[] hotNodes;

  private final int[][] coldNodes;
  private final List<Stretch> stretches = new ArrayList<>();
  private final Stretch[] segments;
  private final @Nullable Stretch[] colds;
  private final int[] firstCodes;
  private final int[] codeCounts;
  private long end;
  private long sharedHot;
  private long sharedEnd;
  private int codeCount;
  private int strCount;
  private int bytesCount;
  private int sharedStrCount;

  /**
   * A part of the file with objects that one root alone uses.
   *
   * @param root its index
   * @param start offset of the head of its segment, or of the first object if it is cold
   * @param end offset behind its last object
   * @param isCold whether it is the second of two, which starts without a head
   */
  record Stretch(int root, long start, long end, boolean isCold) {
    long length() {
      return end - start;
    }
  }

  /**
   * Places all objects.
   *
   * @param nodes all objects
   * @param names of the roots, sorted
   * @param nameNodes node of each root's name, a str
   * @param roots node of each root
   * @param table interned strings that get the first numbers, in their order
   * @param touched what a start touches, in its order; empty if nothing is known of that
   * @param start where the first object goes
   */
  Placement(
      NodeTable nodes,
      List<String> names,
      IntArrayList nameNodes,
      IntArrayList roots,
      IntArrayList table,
      IntArrayList touched,
      long start) {
    this.nodes = nodes;
    this.names = names;
    this.roots = roots;
    this.touched = touched;
    int limit = nodes.limit();
    order.ensureCapacity(limit);
    uses = new int[limit];
    seenBy = new int[limit];
    inUse = new BitSet(limit);
    hot = new BitSet(limit);
    touched.forEachInt(hot::set);
    offsets = new long[limit];
    numbers = new int[limit];
    int count = roots.size();
    hotNodes = new IntArrayList[count];
    coldNodes = new int[count][];
    segments = new Stretch[count];
    colds = new Stretch[count];
    firstCodes = new int[count];
    codeCounts = new int[count];

    IntArrayList encountered = countUses(roots);
    end = start;
    placeShared(nameNodes, encountered);
    placeUnused(table);
    placeSharedHot();
    sharedEnd = end;
    int sharedCount = order.size();
    placeSegments();
    numberCodes(sharedCount);
    numberStrings(table);
  }

  /** Counts the roots that use each node; returns all nodes in the order of their first use. */
  private IntArrayList countUses(IntArrayList roots) {
    IntArrayList encountered = new IntArrayList();
    encountered.ensureCapacity(nodes.limit());
    for (int root = 0; root < roots.size(); root++) {
      inUse.set(roots.getInt(root));
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
  private void pushChildren(int node, boolean marks) {
    int kind = nodes.kind(node);
    for (int i = nodes.slotCount(node, kind) - 1; i >= 0; i--) {
      int child = nodes.slot(node, kind, i);
      if (child != 0) {
        stack.pushInt(child);
        if (marks && !isColdField(kind, i)) {
          inUse.set(child);
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
      if (uses[node] > 1 && offsets[node] == 0 && !hot.get(node)) {
        keys[count++] = (long) (Integer.MAX_VALUE - uses[node]) << Integer.SIZE | i;
      }
    }
    Arrays.sort(keys, 0, count);
    IntArrayList[] groups = newGroups();
    for (int i = 0; i < count; i++) {
      int node = encountered.getInt((int) keys[i]);
      groups[group(node)].addInt(node);
    }
    placeAll(inOrder(groups));
    countSharedStrs(0);
  }

  private void countSharedStrs(int from) {
    for (int i = from; i < order.size(); i++) {
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

  /** Places what a start touches of what several roots use. */
  private void placeSharedHot() {
    if (touched.isEmpty()) {
      return;
    }
    sharedHot = end;
    int first = order.size();
    for (int i = 0; i < touched.size(); i++) {
      int node = touched.getInt(i);
      if (uses[node] > 1 && offsets[node] == 0) {
        place(node);
      }
    }
    countSharedStrs(first);
  }

  private void placeSegments() {
    Arrays.fill(seenBy, 0);
    for (int root = 0; root < roots.size(); root++) {
      hotNodes[root] = new IntArrayList();
      coldNodes[root] = own(root);
    }
    IntArrayList hotRoots = hotRoots();
    boolean[] isHot = new boolean[roots.size()];
    for (int i = 0; i < hotRoots.size(); i++) {
      int root = hotRoots.getInt(i);
      isHot[root] = true;
      placeSegment(root, hotNodes[root].toIntArray());
    }
    for (int i = 0; i < hotRoots.size(); i++) {
      int root = hotRoots.getInt(i);
      long start = end;
      placeAll(coldNodes[root]);
      colds[root] = new Stretch(root, start, end, true);
      stretches.add(colds[root]);
    }
    for (int root = 0; root < roots.size(); root++) {
      if (!isHot[root]) {
        long length = SegmentLayout.headSize(names.get(root).length());
        for (int node : coldNodes[root]) {
          length += nodes.length(node);
        }
        end += SegmentLayout.gapBefore(end, length);
        placeSegment(root, coldNodes[root]);
      }
    }
  }

  /** Returns what a root alone uses, by groups, without what a start touches. */
  private int[] own(int root) {
    IntArrayList[] groups = newGroups();
    stack.pushInt(roots.getInt(root));
    while (!stack.isEmpty()) {
      int node = stack.popInt();
      // What is shared, or a root's name, has its place already, and so has all it leads to.
      if (offsets[node] != 0 || seenBy[node] != 0) {
        continue;
      }
      seenBy[node] = root + 1;
      if (!hot.get(node)) {
        groups[group(node)].addInt(node);
      }
      pushChildren(node, false);
    }
    return inOrder(groups);
  }

  /** Returns the roots that a start touches, in its order; notes what it touches of each. */
  private IntArrayList hotRoots() {
    IntArrayList hotRoots = new IntArrayList();
    for (int i = 0; i < touched.size(); i++) {
      int node = touched.getInt(i);
      int root = offsets[node] == 0 ? seenBy[node] - 1 : -1;
      if (root >= 0) {
        if (hotNodes[root].isEmpty()) {
          hotRoots.addInt(root);
        }
        hotNodes[root].addInt(node);
      }
    }
    // Those of which it touches nothing but what is shared, and the head.
    for (int root = 0; root < roots.size(); root++) {
      if (hotNodes[root].isEmpty() && hot.get(roots.getInt(root))) {
        hotRoots.addInt(root);
      }
    }
    return hotRoots;
  }

  private void placeSegment(int root, int[] own) {
    long start = end;
    end += SegmentLayout.headSize(names.get(root).length());
    placeAll(own);
    segments[root] = new Stretch(root, start, end, false);
    stretches.add(segments[root]);
  }

  /** Numbers code objects: shared ones, then those of each root, each in the order of the file. */
  private void numberCodes(int sharedCount) {
    for (int i = 0; i < sharedCount; i++) {
      numberCode(order.getInt(i));
    }
    for (int root = 0; root < roots.size(); root++) {
      firstCodes[root] = codeCount;
      hotNodes[root].forEachInt(this::numberCode);
      for (int node : coldNodes[root]) {
        numberCode(node);
      }
      codeCounts[root] = codeCount - firstCodes[root];
    }
  }

  private void numberCode(int node) {
    if (nodes.kind(node) == TypeCode.CODE) {
      numbers[node] = codeCount++;
    }
  }

  private int group(int node) {
    int kind = nodes.kind(node);
    return nodes.slotCount(node, kind) > 0 ? SLOTTED : inUse.get(node) ? DATA : COLD;
  }

  private static IntArrayList[] newGroups() {
    IntArrayList[] groups = new IntArrayList[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = new IntArrayList();
    }
    return groups;
  }

  private static int[] inOrder(IntArrayList[] groups) {
    int count = 0;
    for (IntArrayList group : groups) {
      count += group.size();
    }
    int[] inOrder = new int[count];
    int next = 0;
    for (IntArrayList group : groups) {
      for (int i = 0; i < group.size(); i++) {
        inOrder[next++] = group.getInt(i);
      }
    }
    return inOrder;
  }

  private void placeAll(int[] inOrder) {
    for (int node : inOrder) {
      place(node);
    }
  }

  private void place(int node) {
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

  /** Returns where the hot part of SHARED starts; 0 if nothing is known of a start. */
  long sharedHot() {
    return sharedHot;
  }

  long sharedEnd() {
    return sharedEnd;
  }

  /** Returns where the object of a root lies. */
  long rootOffset(int root) {
    return offsets[roots.getInt(root)];
  }

  /** Returns all stretches in the order of the file. */
  List<Stretch> stretches() {
    return stretches;
  }

  /** Returns the stretch of a root that has the head of its segment. */
  Stretch segment(int root) {
    return segments[root];
  }

  /** Returns the other stretch of a root; null if a start does not touch it. */
  @Nullable Stretch cold(int root) {
    return colds[root];
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
