package org.marshalimage.writer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** What a start is taken to touch, by what it was seen to touch. */
class HotNodesTest {
  private static final int FUNCTION = 3;
  private static final Value DOC = StrValue.of("what it does");
  private static final Value ONE = IntValue.of(1);
  private static final Value NAME = StrValue.of("name", true);

  private final NodeTable nodes = new NodeTable();
  private final GraphImporter importer = new GraphImporter(nodes);
  private int root;

  @AfterEach
  void closeNodes() {
    nodes.close();
  }

  private static Value bytes(String text) {
    return BytesValue.of(text.getBytes());
  }

  private static CodeValue code(String name, int flags, Value... consts) {
    return CodeValue.builder(PythonVersion.V3_13)
        .flags(flags)
        .code(bytes(name + " bytecode"))
        .consts(SequenceValue.tuple(consts))
        .names(SequenceValue.tuple(NAME))
        .localNames(SequenceValue.tuple())
        .kinds(bytes(""))
        .filename(StrValue.of("f.py"))
        .name(StrValue.of(name))
        .qualName(StrValue.of(name))
        .lineTable(bytes(name + " lines"))
        .exceptionTable(bytes(name + " handlers"))
        .build();
  }

  private int node(Value value) {
    return importer.add(value);
  }

  private int slot(int code, int slot) {
    return nodes.slot(code, TypeCode.CODE, slot);
  }

  private int constant(int code, int index) {
    return nodes.slot(slot(code, CodeLayout.CONSTS_SLOT), TypeCode.TUPLE, index);
  }

  /** Returns what is hot if nodes are touched. */
  private List<Integer> hot(int... touched) {
    RootSource source = new RootSource(0, 0, 0);
    ImageContent content =
        new ImageContent(
            nodes,
            List.of(new ImageContent.Root("m", node(NAME), root, source)),
            new IntArrayList(),
            new byte[0],
            new byte[0],
            new int[0],
            new byte[0],
            new int[0]);
    IntArrayList list = new IntArrayList();
    for (int node : touched) {
      list.addInt(node);
    }
    List<Integer> hot = new ArrayList<>();
    HotNodes.of(content, list).forEachInt(hot::add);
    return hot;
  }

  @Test
  void rootThatIsTouchedIsExecuted() {
    root = node(code("m", 0, DOC, code("f", FUNCTION, DOC)));
    assertThat(hot(root))
        .containsExactly(
            root,
            node(bytes("m bytecode")),
            slot(root, CodeLayout.NAMES_SLOT),
            node(NAME),
            slot(root, CodeLayout.CONSTS_SLOT),
            node(DOC),
            constant(root, 1));
  }

  @Test
  void whatWasSeenKeepsItsPlace() {
    root = node(code("m", 0, DOC, ONE));
    assertThat(hot(node(ONE), root, node(bytes("m bytecode")), node(ONE), node(DOC)))
        .containsExactly(
            node(ONE),
            root,
            slot(root, CodeLayout.NAMES_SLOT),
            node(NAME),
            slot(root, CodeLayout.CONSTS_SLOT),
            node(bytes("m bytecode")),
            node(DOC));
  }

  @Test
  void functionIsExecutedIfItsBytecodeIsTouched() {
    root = node(code("m", 0, code("f", FUNCTION, DOC, ONE)));
    int function = constant(root, 0);
    assertThat(hot(function)).containsExactly(function);
    int bytecode = node(bytes("f bytecode"));
    assertThat(hot(function, bytecode))
        .containsExactly(
            function,
            slot(function, CodeLayout.NAMES_SLOT),
            node(NAME),
            slot(function, CodeLayout.CONSTS_SLOT),
            node(ONE),
            bytecode);
    // Documentation that was read, and a first constant that is none.
    assertThat(hot(function, bytecode, node(DOC))).contains(node(DOC));
    root = node(code("m", 0, code("g", FUNCTION, ONE), code("C", 0, DOC)));
    assertThat(hot(constant(root, 0), node(bytes("g bytecode")))).contains(node(ONE));
    // The body of a class gives its documentation to the class.
    assertThat(hot(constant(root, 1), node(bytes("C bytecode")))).contains(node(DOC));
  }

  @Test
  void functionWithoutConstantsHasNoDocumentation() {
    root = node(code("m", FUNCTION));
    assertThat(hot(root)).contains(slot(root, CodeLayout.CONSTS_SLOT)).hasSize(5);
  }

  @Test
  void rootThatIsNoCodeNeedsNothing() {
    root = node(SequenceValue.list(ONE));
    assertThat(hot(root)).containsExactly(root);
    assertThat(hot()).isEmpty();
  }
}
