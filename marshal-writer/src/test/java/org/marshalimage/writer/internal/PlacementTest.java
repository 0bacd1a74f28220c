package org.marshalimage.writer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.IntArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** Where objects lie, and their numbers. */
class PlacementTest {
  private static final long START = 0x100;

  private final NodeTable nodes = new NodeTable();
  private final GraphImporter importer = new GraphImporter(nodes);
  private final Map<String, Integer> roots = new LinkedHashMap<>();
  private final IntArrayList nameNodes = new IntArrayList();
  private final IntArrayList table = new IntArrayList();

  @AfterEach
  void closeNodes() {
    nodes.close();
  }

  /** Adds a root; names are given in their order. */
  private int root(String name, Value value) {
    nameNodes.addInt(importer.add(StrValue.of(name, true)));
    int node = importer.add(value);
    roots.put(name, node);
    return node;
  }

  private int node(Value immutable) {
    return importer.add(immutable);
  }

  private Placement place() {
    return place(START);
  }

  private Placement place(long start) {
    return place(start, new IntArrayList());
  }

  private Placement place(long start, IntArrayList touched) {
    IntArrayList rootNodes = new IntArrayList();
    roots.values().forEach(rootNodes::addInt);
    return new Placement(
        nodes, new ArrayList<>(roots.keySet()), nameNodes, rootNodes, table, touched, start);
  }

  private static List<Integer> order(Placement placement) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < placement.order().size(); i++) {
      order.add(placement.order().getInt(i));
    }
    return order;
  }

  /** Bytes that no other test value equals. */
  private static Value data(int tag, int length) {
    byte[] bytes = new byte[length];
    bytes[0] = (byte) tag;
    return BytesValue.of(bytes);
  }

  private static CodeValue code(String name, Value bytecode, Value lines, Value handlers) {
    return CodeValue.builder(PythonVersion.V3_13)
        .code(bytecode)
        .consts(SequenceValue.tuple())
        .names(SequenceValue.tuple())
        .localNames(SequenceValue.tuple())
        .kinds(BytesValue.of(new byte[0]))
        .filename(StrValue.of("f.py"))
        .name(StrValue.of(name))
        .qualName(StrValue.of(name))
        .lineTable(lines)
        .exceptionTable(handlers)
        .build();
  }

  @Test
  void objectsFollowOneAnother() {
    root("a", SequenceValue.list(IntValue.of(1), StrValue.of("x"), SequenceValue.list()));
    root("b", SequenceValue.list(FloatValue.of(2), IntValue.of(1)));
    Placement placement = place();
    long at = START;
    List<Integer> order = order(placement);
    assertThat(order).doesNotHaveDuplicates().hasSize(8);
    for (int node : order) {
      if (placement.offset(node) == placement.segment(0).start() + SegmentLayout.headSize(1)
          || placement.offset(node) == placement.segment(1).start() + SegmentLayout.headSize(1)) {
        at += SegmentLayout.headSize(1);
      }
      assertThat(placement.offset(node)).isEqualTo(at);
      at += nodes.length(node);
    }
    assertThat(placement.end()).isEqualTo(at);
    assertThat(placement.rootOffset(0)).isEqualTo(placement.offset(roots.get("a")));
    assertThat(placement.rootOffset(1)).isEqualTo(placement.offset(roots.get("b")));
  }

  @Test
  void namesComeFirstThenWhatMostRootsUse() {
    Value byTwo = IntValue.of(2);
    Value byThree = IntValue.of(3);
    Value byFour = IntValue.of(4);
    Value alsoByTwo = IntValue.of(22);
    Value byOne = IntValue.of(1);
    root("a", SequenceValue.list(byTwo, alsoByTwo, byThree, byFour, byOne));
    root("b", SequenceValue.list(byTwo, alsoByTwo, byThree, byFour));
    root("c", SequenceValue.list(byThree, byFour));
    root("d", SequenceValue.list(byFour));
    Placement placement = place();
    assertThat(order(placement).subList(0, 8))
        .containsExactly(
            node(StrValue.of("a")),
            node(StrValue.of("b")),
            node(StrValue.of("c")),
            node(StrValue.of("d")),
            node(byFour),
            node(byThree),
            node(byTwo),
            node(alsoByTwo));
    assertThat(placement.sharedEnd())
        .isEqualTo(placement.offset(node(alsoByTwo)) + nodes.length(node(alsoByTwo)));
    assertThat(placement.offset(node(byOne))).isGreaterThan(placement.segment(0).start());
    assertThat(placement.segment(0).start()).isEqualTo(placement.sharedEnd());
  }

  @Test
  void objectThatOneRootUsesOftenLiesInItsSegment() {
    Value often = IntValue.of(7);
    root("a", SequenceValue.list(often, often, SequenceValue.list(often)));
    root("b", SequenceValue.list());
    Placement placement = place();
    assertThat(placement.offset(node(often)))
        .isBetween(placement.segment(0).start(), placement.segment(1).start());
  }

  /** Lines and handlers are read only when something goes wrong. */
  @Test
  void containersComeBeforeDataAndDataBeforeLineTables() {
    Value lines = data(1, 40);
    Value handlers = data(2, 40);
    Value bytecode = data(3, 40);
    Value deep = data(4, 40);
    int root =
        root(
            "a",
            SequenceValue.list(
                code("f", bytecode, lines, handlers), deep, SequenceValue.list(IntValue.of(5))));
    Placement placement = place();
    int list = nodes.slot(root, TypeCode.LIST, 2);
    int code = nodes.slot(root, TypeCode.LIST, 0);
    assertThat(placement.offset(root)).isLessThan(placement.offset(code));
    assertThat(placement.offset(code)).isLessThan(placement.offset(list));
    for (Value hot : List.of(bytecode, deep, IntValue.of(5), StrValue.of("f.py"))) {
      assertThat(placement.offset(node(hot))).isGreaterThan(placement.offset(list));
      assertThat(placement.offset(node(hot))).isLessThan(placement.offset(node(lines)));
      assertThat(placement.offset(node(hot))).isLessThan(placement.offset(node(handlers)));
    }
  }

  @Test
  void lineTableThatSomethingElseNamesIsData() {
    Value lines = data(1, 40);
    Value coldLines = data(2, 40);
    Value handlers = data(5, 40);
    root(
        "a",
        SequenceValue.list(
            code("f", data(3, 40), lines, handlers), code("g", lines, coldLines, handlers)));
    // A root, however cold the field that names it.
    Placement placement = place();
    assertThat(placement.offset(node(lines))).isLessThan(placement.offset(node(coldLines)));
    assertThat(placement.offset(node(lines))).isLessThan(placement.offset(node(handlers)));
  }

  @Test
  void smallSegmentIsMovedToTheNextPageIfLittleIsLost() {
    // A head of 24 bytes, a list of 24 and a bytes object.
    assertGap(4096 - 104, 24 + 24 + 1000, 104);
    assertGap(4096 - 128, 24 + 24 + 976, 128);
    assertGap(4096 - 136, 24 + 24 + 976, 0);
    assertGap(4096 - 512, 4096, 512);
    assertGap(4096 - 512, 4104, 0);
    assertGap(4096 - 1024, 1024, 0);
    assertGap(4096 - 1016, 1016, 0);
    assertGap(4096, 1000, 0);
    assertGap(4096, 4096, 0);
  }

  /** Expects a gap before the only segment, which starts at an offset and has a length. */
  private void assertGap(long segmentStart, int length, int gap) {
    try (NodeTable table = new NodeTable()) {
      GraphImporter graphs = new GraphImporter(table);
      int bytes = length - 24 - 24;
      int name = graphs.add(StrValue.of("a", true));
      int root = graphs.add(SequenceValue.list(data(1, bytes - 20)));
      long start = segmentStart - table.length(name);
      Placement placement =
          new Placement(table, List.of("a"), ints(name), ints(root), ints(), ints(), start);
      assertThat(placement.segment(0).length()).isEqualTo(length);
      assertThat(placement.sharedEnd()).isEqualTo(segmentStart);
      assertThat(placement.segment(0).start() - placement.sharedEnd())
          .as("gap at %d of %d bytes", segmentStart, length)
          .isEqualTo(gap);
      assertThat(placement.end()).isEqualTo(placement.segment(0).start() + length);
      assertThat(placement.end() % HeaderLayout.ALIGNMENT).isZero();
    }
  }

  private static IntArrayList ints(int... values) {
    IntArrayList list = new IntArrayList();
    for (int value : values) {
      list.addInt(value);
    }
    return list;
  }

  @Test
  void codeObjectsAreNumberedSegmentBySegment() {
    Value none = BytesValue.of(new byte[0]);
    root(
        "a",
        SequenceValue.list(
            code("f", none, none, none), SequenceValue.list(code("g", none, none, none))));
    root("b", SequenceValue.list());
    root("c", SequenceValue.list(code("h", none, none, none)));
    Placement placement = place();
    assertThat(placement.codeCount()).isEqualTo(3);
    assertThat(placement.firstCode(0)).isZero();
    assertThat(placement.codeCount(0)).isEqualTo(2);
    assertThat(placement.firstCode(1)).isEqualTo(2);
    assertThat(placement.codeCount(1)).isZero();
    assertThat(placement.firstCode(2)).isEqualTo(2);
    assertThat(placement.codeCount(2)).isEqualTo(1);
    int next = 0;
    for (int node : order(placement)) {
      if (nodes.kind(node) == TypeCode.CODE) {
        assertThat(placement.number(node)).isEqualTo(next++);
      }
    }
    assertThat(next).isEqualTo(3);
  }

  @Test
  void internedStringsAreNumberedFirstThenStrThenBytes() {
    Value kept = StrValue.of("kept", true);
    Value unused = StrValue.of("unused", true);
    table.addInt(node(kept));
    table.addInt(node(unused));
    root(
        "a",
        SequenceValue.list(
            BytesValue.of(new byte[] {1}),
            StrValue.of("plain"),
            StrValue.of("interned", true),
            BytesValue.of(new byte[] {2}, 0, 1, true),
            StrValue.of("another"),
            kept,
            BytesValue.of(new byte[] {3})));
    Placement placement = place();
    List<Integer> interned = new ArrayList<>();
    for (int i = 0; i < placement.interned().size(); i++) {
      interned.add(placement.interned().getInt(i));
    }
    // Those of the table, then as they lie: the root's name first.
    assertThat(interned)
        .containsExactly(
            node(kept),
            node(unused),
            node(StrValue.of("a")),
            node(StrValue.of("interned")),
            node(BytesValue.of(new byte[] {2})));
    for (int i = 0; i < interned.size(); i++) {
      assertThat(placement.number(interned.get(i))).isEqualTo(i);
    }
    assertThat(placement.number(node(StrValue.of("plain")))).isEqualTo(5);
    assertThat(placement.number(node(StrValue.of("another")))).isEqualTo(6);
    assertThat(placement.number(node(BytesValue.of(new byte[] {1})))).isEqualTo(7);
    assertThat(placement.number(node(BytesValue.of(new byte[] {3})))).isEqualTo(8);
    assertThat(placement.strCount()).isEqualTo(6);
    assertThat(placement.bytesCount()).isEqualTo(3);
    // No root uses it, and yet it has a place: among what all share.
    assertThat(placement.offset(node(unused))).isBetween(START, placement.sharedEnd() - 1);
    assertThat(placement.offset(node(kept))).isGreaterThan(placement.sharedEnd());
  }

  @Test
  void sharedStringsAreCounted() {
    Value shared = StrValue.of("shared");
    Value sharedBytes = BytesValue.of(new byte[] {1});
    root("a", SequenceValue.list(shared, sharedBytes, StrValue.of("own")));
    root("b", SequenceValue.list(shared, sharedBytes));
    Placement placement = place();
    // The two names and the one that both use.
    assertThat(placement.sharedStrCount()).isEqualTo(3);
    assertThat(placement.strCount()).isEqualTo(4);
  }

  @Test
  void nameThatARootUsesIsPlacedOnce() {
    root("a", SequenceValue.list(StrValue.of("a"), StrValue.of("b")));
    root("b", StrValue.of("a"));
    table.addInt(node(StrValue.of("b")));
    Placement placement = place();
    assertThat(order(placement)).doesNotHaveDuplicates().hasSize(3);
    assertThat(placement.rootOffset(1)).isEqualTo(placement.offset(node(StrValue.of("a"))));
    assertThat(placement.segment(1).length()).isEqualTo(SegmentLayout.headSize(1));
  }

  @Test
  void sharedCyclesArePlacedOnce() {
    SequenceValue.Builder list = SequenceValue.unfinished(TypeCode.LIST);
    SequenceValue.Builder tuple = SequenceValue.unfinished(TypeCode.TUPLE);
    list.finish(new Value[] {tuple.value(), list.value()});
    tuple.finish(new Value[] {list.value(), tuple.value()});
    root("a", list.value());
    Placement placement = place();
    assertThat(order(placement)).doesNotHaveDuplicates().hasSize(3);
    assertThat(placement.segment(0).length()).isEqualTo(SegmentLayout.headSize(1) + 24 + 24);
  }

  @Test
  void whatAStartTouchesComesInItsOrder() {
    Value both = data(1, 100);
    Value alsoBoth = data(2, 100);
    root("a", SequenceValue.list(both, alsoBoth, data(3, 40), data(4, 40), data(5, 40)));
    root("b", SequenceValue.list(both, alsoBoth, data(6, 40), data(7, 40)));
    root("c", SequenceValue.list(data(8, 40)));
    int b = roots.get("b");
    IntArrayList touched =
        ints(b, node(data(7, 40)), node(alsoBoth), node(data(5, 40)), node(data(3, 40)));
    Placement placement = place(START, touched);
    // Names; what is shared and cold, hot; hot stretches; cold ones; the rest.
    assertThat(order(placement))
        .startsWith(nameNodes.getInt(0), nameNodes.getInt(1), nameNodes.getInt(2))
        .endsWith(
            node(both),
            node(alsoBoth),
            b,
            node(data(7, 40)),
            node(data(5, 40)),
            node(data(3, 40)),
            node(data(6, 40)),
            roots.get("a"),
            node(data(4, 40)),
            roots.get("c"),
            node(data(8, 40)));
    assertThat(placement.sharedHot()).isEqualTo(placement.offset(node(alsoBoth)));
    assertThat(placement.sharedEnd()).isEqualTo(placement.segment(1).start());
    assertThat(placement.segment(1).end()).isEqualTo(placement.segment(0).start());
    assertThat(placement.segment(0).end()).isEqualTo(placement.cold(1).start());
    assertThat(placement.cold(1).end()).isEqualTo(placement.cold(0).start());
    assertThat(placement.cold(0).end()).isEqualTo(placement.segment(2).start());
    assertThat(placement.cold(2)).isNull();
    assertThat(placement.stretches())
        .containsExactly(
            placement.segment(1),
            placement.segment(0),
            placement.cold(1),
            placement.cold(0),
            placement.segment(2));
  }

  @Test
  void rootOfWhichOnlyWhatIsSharedIsTouchedHasAHotStretch() {
    Value shared = data(1, 10);
    root("a", SequenceValue.tuple(shared));
    root("b", SequenceValue.tuple(shared));
    Placement placement = place(START, ints(node(SequenceValue.tuple(shared))));
    assertThat(placement.cold(0)).isNotNull();
    assertThat(placement.cold(0).length()).isZero();
    assertThat(placement.segment(0).length()).isEqualTo(SegmentLayout.headSize(1));
    assertThat(placement.sharedHot()).isEqualTo(placement.sharedEnd() - 16 - 8);
  }

  @Test
  void codeNumbersOfARootAreConsecutive() {
    Value bytecode = data(1, 10);
    Value inner = code("inner", bytecode, data(2, 10), data(3, 10));
    Value other = code("other", bytecode, data(4, 10), data(5, 10));
    root("a", SequenceValue.list(inner, other));
    root("b", code("b", bytecode, data(6, 10), data(7, 10)));
    Placement placement = place(START, ints(roots.get("b"), importedCode(0, 1)));
    assertThat(placement.number(importedCode(0, 1))).isZero();
    assertThat(placement.number(importedCode(0, 0))).isEqualTo(1);
    assertThat(placement.number(roots.get("b"))).isEqualTo(2);
    assertThat(placement.firstCode(0)).isZero();
    assertThat(placement.codeCount(0)).isEqualTo(2);
    assertThat(placement.firstCode(1)).isEqualTo(2);
  }

  /** Returns an item of the list that the root of an index is. */
  private int importedCode(int root, int item) {
    int list = new ArrayList<>(roots.values()).get(root);
    return nodes.slot(list, TypeCode.LIST, item);
  }
}
