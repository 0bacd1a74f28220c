package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.bytecode.CodeFlag;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** What views of containers have beside their items by index. */
class ContainerViewsTest {
  private static final Value[] ITEMS = {StrValue.of("a"), IntValue.of(1), SequenceValue.tuple()};

  @TempDir Path directory;

  private static List<ImageObject> iterated(Iterable<ImageObject> view) {
    List<ImageObject> items = new ArrayList<>();
    for (ImageObject item : view) {
      items.add(item);
    }
    return items;
  }

  @Test
  void tuplesListsAndSetsAreIteratedInStoredOrder() throws Exception {
    List<Value> roots =
        List.of(
            SequenceValue.tuple(ITEMS),
            SequenceValue.list(ITEMS),
            SequenceValue.frozenset(ITEMS),
            SequenceValue.tuple(),
            SequenceValue.list());
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, roots))) {
      TupleView tuple = (TupleView) image.root("0");
      ListView list = (ListView) image.root("1");
      SetView set = (SetView) image.root("2");
      assertThat(iterated(tuple)).containsExactly(tuple.get(0), tuple.get(1), tuple.get(2));
      assertThat(iterated(list)).containsExactly(list.get(0), list.get(1), list.get(2));
      assertThat(iterated(set)).containsExactly(set.get(0), set.get(1), set.get(2));
      assertThat((TupleView) image.root("3")).isEmpty();
      assertThat((ListView) image.root("4")).isEmpty();
      Iterator<ImageObject> items = tuple.iterator();
      items.next();
      assertThatThrownBy(items::remove).isInstanceOf(UnsupportedOperationException.class);
      items.next();
      items.next();
      assertThat(items.hasNext()).isFalse();
      assertThatThrownBy(items::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void namesOfOneKindAreIteratedAlone() throws Exception {
    try (MarshalImage image = MarshalImage.map(TestImages.ofFolder(directory, "pyc/3.13"))) {
      int partly = 0;
      for (ImageModule module : image.modules()) {
        if (!module.isCode()) {
          continue;
        }
        for (ImageObject constant : module.code().consts()) {
          if (constant instanceof CodeView code) {
            TupleView names = code.varnames();
            List<ImageObject> expected = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
              expected.add(names.get(i));
            }
            assertThat(iterated(names)).isEqualTo(expected);
            partly += names.size() < code.localNames().size() ? 1 : 0;
          }
        }
      }
      assertThat(partly).isPositive();
    }
  }

  @Test
  void iterationOfAClosedImageEnds() throws Exception {
    MarshalImage image = MarshalImage.map(TestImages.of(directory, SequenceValue.tuple(ITEMS)));
    Iterator<ImageObject> items = ((TupleView) image.root("0")).iterator();
    items.next();
    image.close();
    assertThatThrownBy(items::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("image is closed");
  }

  @Test
  void dictTellsTheTypesOfItsEntries() throws Exception {
    Value value =
        DictValue.dict(StrValue.of("k"), FloatValue.of(0.5), IntValue.of(7), SequenceValue.list());
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, value))) {
      DictView dict = (DictView) image.root("0");
      for (int i = 0; i < dict.size(); i++) {
        assertThat(dict.keyKind(i)).isEqualTo(dict.key(i).kind());
        assertThat(dict.kind(i)).isEqualTo(dict.value(i).kind());
      }
      assertThat(dict.keyKind(0)).isEqualTo(TypeCode.STR);
      assertThat(dict.kind(0)).isEqualTo(TypeCode.FLOAT);
      for (int index : new int[] {-1, 2, Integer.MAX_VALUE}) {
        assertThatThrownBy(() -> dict.kind(index)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> dict.keyKind(index))
            .isInstanceOf(IndexOutOfBoundsException.class)
            .hasMessageContaining("size=2");
      }
    }
  }

  @Test
  void codeHasTheFlagsOfItsVersion() throws Exception {
    for (String folder : List.of("pyc/2.7", "pyc/3.8", "pyc/3.13")) {
      int set = 0;
      try (MarshalImage image = MarshalImage.map(TestImages.ofFolder(directory, folder))) {
        for (ImageModule module : image.modules()) {
          if (!module.isCode()) {
            continue;
          }
          for (ImageObject constant : module.code().consts()) {
            if (constant instanceof CodeView code) {
              Set<CodeFlag> flags = CodeFlag.of(code.flags(), code.pythonVersion().orElseThrow());
              for (CodeFlag flag : CodeFlag.values()) {
                assertThat(code.has(flag)).as(code + ", " + flag).isEqualTo(flags.contains(flag));
              }
              set += flags.size();
            }
          }
        }
      }
      assertThat(set).isPositive();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void countIsWhatWasSet() throws Exception {
    Path path = TestData.path(ImageFiles.SOUND);
    try (MarshalImage image = MarshalImage.map(path, MapOptions.builder().inPlace().build());
        MarshalImage readOnly = MarshalImage.map(path)) {
      ImageObject object = image.modules().get(0).root();
      assertThat(image.count(object)).isZero();
      image.setCount(object, 5);
      image.retain(object);
      assertThat(image.count(object)).isEqualTo(6);
      image.release(object);
      image.release(object);
      assertThat(image.count(object)).isEqualTo(4);
      ImageObject other = readOnly.modules().get(0).root();
      assertThat(readOnly.count(other)).isZero();
      assertThatThrownBy(() -> readOnly.count(object)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
