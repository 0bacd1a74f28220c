package org.marshalimage.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.marshalimage.compare.Compared.side;
import static org.marshalimage.compare.Compared.str;
import static org.marshalimage.compare.Compared.texts;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.ImageObject;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;

/** Which objects are the same, cycles, and graphs that are deep or entangled. */
class IdentityComparisonTest {
  private static final RecordType LINK = new RecordType("link", 0, 2, 0, false);
  private static final Value ONE = IntValue.of(1);
  private static final int DEEP = 1_000_000;

  @TempDir Path directory;

  private static SequenceValue list(Value... items) {
    return SequenceValue.list(items);
  }

  @Test
  void objectThatIsSharedOnOneSideOnlyIsADifference() throws Exception {
    List<Value> samples =
        List.of(
            list(ONE),
            DictValue.dict(str("k"), ONE),
            SequenceValue.set(ONE),
            RecordValue.of(LINK, ONE, null),
            Compared.code("f").build());
    List<Value> others =
        List.of(
            list(ONE),
            DictValue.dict(str("k"), ONE),
            SequenceValue.set(ONE),
            RecordValue.of(LINK, ONE, null),
            Compared.code("f").build());
    List<Value> more =
        List.of(
            list(ONE),
            DictValue.dict(str("k"), ONE),
            SequenceValue.set(ONE),
            RecordValue.of(LINK, ONE, null),
            Compared.code("f").build());
    for (int i = 0; i < samples.size(); i++) {
      Value shared = samples.get(i);
      Value twice = list(str("x"), shared, shared);
      Value apart = list(str("x"), others.get(i), more.get(i));
      assertThat(texts(twice, apart))
          .containsExactly("r: [2]: same object as r: [1] in A, another object in B");
      assertThat(texts(apart, twice))
          .containsExactly("r: [2]: another object in A, same object as r: [1] in B");
      assertThat(texts(twice, twice)).isEmpty();
    }
  }

  @Test
  void whatAnImageMergesHasNoIdentity() throws Exception {
    Value tuple = SequenceValue.tuple(ONE, str("x"));
    Value same = SequenceValue.tuple(ONE, str("x"));
    Value slice = new SliceValue(ONE, ONE, ONE);
    assertThat(
            texts(
                list(tuple, tuple, slice, slice),
                list(tuple, same, slice, new SliceValue(ONE, ONE, ONE))))
        .isEmpty();
  }

  @Test
  void objectsThatAreSharedOtherwiseAreNamedOnBothSides() throws Exception {
    Value p = list(ONE);
    Value q = list(ONE);
    assertThat(texts(list(p, q, p), list(p, q, q)))
        .containsExactly("r: [2]: same object as r: [0] in A, same object as r: [1] in B");
  }

  @Test
  void contentOfAnObjectThatIsNotSharedIsComparedToo() throws Exception {
    Value shared = list(ONE);
    assertThat(texts(list(shared, shared), list(list(ONE), list(IntValue.of(2)))))
        .containsExactly(
            "r: [1]: same object as r: [0] in A, another object in B", "r: [1][0]: 1 in A, 2 in B");
  }

  /** A list that holds itself, and a value. */
  private static Value cycle(Value value) {
    SequenceValue.Builder list = SequenceValue.unfinished(TypeCode.LIST);
    return list.finish(new Value[] {list.value(), value});
  }

  @Test
  void cyclesEnd() throws Exception {
    assertThat(texts(cycle(ONE), cycle(ONE))).isEmpty();
    assertThat(texts(cycle(ONE), cycle(str("x"))))
        .containsExactly("r: [1]: int 1 in A, str 'x' in B");
    // One round is as long as two.
    assertThat(texts(cycle(ONE), list(cycle(ONE), ONE)))
        .singleElement()
        .asString()
        .startsWith("r: [0]: same object as r in A, another object in B");
    RecordValue.Builder record = RecordValue.unfinished(LINK);
    record.finish(new Value[] {SequenceValue.tuple(record.value()), ONE});
    RecordValue.Builder other = RecordValue.unfinished(LINK);
    other.finish(new Value[] {SequenceValue.tuple(other.value()), str("x")});
    assertThat(texts(record.value(), other.value()))
        .containsExactly("r: slot[1]: int 1 in A, str 'x' in B");
  }

  /** A ring of lists. */
  private static Value ring(int length) {
    SequenceValue.Builder first = SequenceValue.unfinished(TypeCode.LIST);
    Value next = first.value();
    for (int i = 1; i < length; i++) {
      next = list(next);
    }
    return first.finish(new Value[] {next});
  }

  @Test
  void ringsOfDifferentLengthTakeNoMoreThanTheirLengths() throws Exception {
    assertThat(texts(ring(99_991), ring(99_989)).size()).isBetween(1, 200_000);
  }

  @Test
  void waysAreShortest() throws Exception {
    Value deepInA = list(ONE);
    Value deepInB = list(str("x"));
    assertThat(texts(list(list(list(deepInA)), deepInA), list(list(list(deepInB)), deepInB)))
        .containsExactly("r: [1][0]: int 1 in A, str 'x' in B");
  }

  private static Value chain(Value last) {
    Value value = last;
    for (int i = 0; i < DEEP; i++) {
      value = RecordValue.of(LINK, IntValue.of(i), value);
    }
    return value;
  }

  @Test
  void millionRecordsDeepNeitherOverflowNorFillAScreen() throws Exception {
    List<Difference> found = Compared.differences(chain(ONE), chain(str("x")));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).toText())
        .hasSizeLessThan(400)
        .startsWith("r: slot[1].slot[1].")
        .contains(" ...999980 more... ")
        .endsWith(".slot[1]: int 1 in A, str 'x' in B");
    assertThat(found.get(0).path()).hasSize(DEEP * "slot[1].".length() - 1);
  }

  @Test
  void textsOfManyDifferencesDeepTakeNoTimeForTheirDepth() throws Exception {
    int deep = 20_000;
    Value a = RecordValue.of(LINK, ONE, null);
    Value b = RecordValue.of(LINK, str("x"), null);
    for (int i = 0; i < deep; i++) {
      a = RecordValue.of(LINK, ONE, a);
      b = RecordValue.of(LINK, str("x"), b);
    }
    assertThat(texts(a, b)).hasSize(deep + 1).allMatch(text -> text.length() < 400);
    assertThat(texts(a, a)).isEmpty();
  }

  @Test
  void tuplesThatShareTuplesAreComparedOnce() throws Exception {
    Value a = SequenceValue.tuple(list(ONE));
    Value b = SequenceValue.tuple(list(str("x")));
    for (int i = 0; i < 200; i++) {
      a = SequenceValue.tuple(a, a);
      b = SequenceValue.tuple(b, b);
    }
    assertThat(texts(a, b)).hasSize(1);
  }

  @Test
  void tuplesThatAreEntangledAreToldAndTakeNoTime() throws Exception {
    Value[] a = {SequenceValue.tuple(list()), SequenceValue.tuple(list())};
    Value[] b = a.clone();
    for (int i = 0; i < 20_000; i++) {
      a = new Value[] {a[1], SequenceValue.tuple(a[0], a[1])};
      b = new Value[] {b[1], SequenceValue.tuple(b[1], b[0])};
    }
    assertThat(texts(a[1], b[1]))
        .last()
        .asString()
        .endsWith("not compared; too many pairs of tuples, from here on");
  }

  @Test
  void rootsThatAreNoCodeShareObjects() throws Exception {
    Value shared = list(ONE);
    Value other = list(str("x"));
    Map<String, Value> a = Map.of("p", list(shared), "q", list(shared), "s", list(shared));
    Map<String, Value> b = Map.of("p", list(other), "q", list(other), "s", list(list(str("x"))));
    assertThat(Compared.differences(Comparison.create(), side(a), side(b)))
        .map(Difference::toText)
        .containsExactly(
            "p: [0][0]: int 1 in A, str 'x' in B",
            "s: [0]: same object as p: [0] in A, another object in B",
            "s: [0][0]: int 1 in A, str 'x' in B");
  }

  @Test
  void objectsOfAnImageAreCopiedTogether() throws Exception {
    Path path = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      Value shared = list(ONE);
      writer.add("p", list(shared, list(shared)));
      writer.write(path);
    }
    try (MarshalImage image = MarshalImage.map(path);
        MarshalImage again = MarshalImage.map(path)) {
      ImageObject root = image.root("p");
      ImageObject inner = ((org.marshalimage.ListView) root).get(1);
      List<Value> values = ImageObject.toValues(List.of(inner, root, inner));
      assertThat(values.get(0)).isSameAs(values.get(2)).isSameAs(values.get(1).child(1));
      assertThat(values.get(0).child(0)).isSameAs(values.get(1).child(0));
      assertThat(ImageObject.toValues(new ArrayList<>())).isEmpty();
      assertThatThrownBy(() -> ImageObject.toValues(List.of(root, again.root("p"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("objects of two mappings: " + path);
    }
  }
}
