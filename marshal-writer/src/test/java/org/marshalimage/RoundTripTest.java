package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.format.LongLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;

/** What goes into an image comes out of it. */
class RoundTripTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"pyc", "streams"})
  void everyFileReadsBackAsCPythonLoadsIt(String folder) throws Exception {
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    try (MarshalImage image = MarshalImage.map(TestImages.ofFolder(directory, folder))) {
      for (Path file : TestData.files(folder, ".pyc")) {
        String golden = TestData.golden(file);
        Value value = image.root(TestImages.nameOf(file)).toValue();
        if (golden != null) {
          compared++;
          if (!CanonicalJson.write(value).equals(golden)) {
            wrong.add(file.toString());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(compared).isGreaterThan(500);
  }

  @Test
  void viewsAgreeWithTheDecodedModel() throws Exception {
    for (String version : List.of("2.7", "3.8", "3.13")) {
      String folder = "pyc/" + version;
      try (MarshalImage image = MarshalImage.map(TestImages.ofFolder(directory, folder))) {
        for (Path file : TestData.files(folder, ".pyc")) {
          CodeValue expected = (CodeValue) PycFile.read(file).root();
          compare(image.module(TestImages.nameOf(file)).code(), expected);
        }
      }
    }
  }

  private static void compare(CodeView view, CodeValue value) {
    assertThat(view.name().toString()).isEqualTo(value.name().toString());
    assertThat(view.name().stringHashCode()).isEqualTo(value.name().toString().hashCode());
    assertThat(view.name().contentEquals(value.name().toString())).isTrue();
    assertThat(view.filename().toString()).isEqualTo(value.filename().toString());
    assertThat(String.valueOf(view.qualName())).isEqualTo(String.valueOf(value.qualName()));
    assertThat(view.flags()).isEqualTo(value.flags());
    assertThat(view.argCount()).isEqualTo(value.argCount());
    assertThat(view.posOnlyArgCount()).isEqualTo(value.posOnlyArgCount());
    assertThat(view.kwOnlyArgCount()).isEqualTo(value.kwOnlyArgCount());
    assertThat(view.localCount()).isEqualTo(value.localCount());
    assertThat(view.stackSize()).isEqualTo(value.stackSize());
    assertThat(view.firstLine()).isEqualTo(value.firstLine());
    assertThat(view.pythonVersion()).contains(value.version());
    assertThat(texts(view.varnames())).isEqualTo(texts(value.varnames()));
    assertThat(texts(view.cellvars())).isEqualTo(texts(value.cellvars()));
    assertThat(texts(view.freevars())).isEqualTo(texts(value.freevars()));
    assertThat(view.lineTable().toByteArray()).isEqualTo(value.lineTable().toByteArray());
    assertThat(view.bytecode().isReadOnly()).isTrue();
    assertThat(view.bytecode().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    byte[] code = new byte[view.bytecode().remaining()];
    view.bytecode().get(code);
    assertThat(code).isEqualTo(value.code().toByteArray());
    assertThat(view.consts().size()).isEqualTo(value.consts().size());
    for (int i = 0; i < view.consts().size(); i++) {
      assertThat(view.consts().kind(i)).isEqualTo(value.consts().get(i).typeCode());
      if (value.consts().get(i) instanceof CodeValue inner) {
        compare((CodeView) view.consts().get(i), inner);
      }
    }
  }

  private static List<String> texts(TupleView tuple) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < tuple.size(); i++) {
      texts.add(tuple.get(i).toString());
    }
    return texts;
  }

  private static List<String> texts(List<Value> values) {
    return values.stream().map(Value::toString).toList();
  }

  @Test
  void intsKeepTheirValueAndType() throws Exception {
    List<BigInteger> values = new ArrayList<>();
    for (int bits : new int[] {0, 1, 15, 31, 32, 62, 63, 64, 65, 127, 128, 1000}) {
      for (int delta = -1; delta <= 1; delta++) {
        BigInteger value = BigInteger.ONE.shiftLeft(bits).add(BigInteger.valueOf(delta));
        values.add(value);
        values.add(value.negate());
      }
    }
    List<Value> roots = new ArrayList<>();
    values.forEach(value -> roots.add(IntValue.of(value)));
    values.forEach(value -> roots.add(IntValue.python2Long(value)));
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, roots))) {
      for (int i = 0; i < roots.size(); i++) {
        IntView view = (IntView) image.root(Integer.toString(i));
        BigInteger expected = values.get(i % values.size());
        assertThat(view.bigValue()).isEqualTo(expected);
        assertThat(view.toString()).isEqualTo(expected.toString());
        assertThat(view.isLong()).isEqualTo(expected.bitLength() < Long.SIZE);
        assertThat(view.isPython2Long()).isEqualTo(i >= values.size());
        if (view.isLong()) {
          assertThat(view.longValue()).isEqualTo(expected.longValueExact());
        } else {
          assertThatThrownBy(view::longValue).isInstanceOf(ArithmeticException.class);
        }
      }
    }
  }

  @Test
  void stringsKeepTheirCodePoints() throws Exception {
    List<StrValue> roots =
        List.of(
            StrValue.of(""),
            StrValue.of("ascii"),
            StrValue.of("caf\u00e9", true),
            StrValue.of("\u20ac uro"),
            StrValue.of("\ud83d\ude00!"),
            StrValue.of("\ud800"),
            StrValue.ofCodePoints(new int[] {0xD83D, 0xDE00}, 0, 2, false));
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, roots))) {
      for (int i = 0; i < roots.size(); i++) {
        StrView view = (StrView) image.root(Integer.toString(i));
        StrValue value = roots.get(i);
        assertThat(view.length()).isEqualTo(value.length());
        for (int k = 0; k < value.length(); k++) {
          assertThat(view.codePointAt(k)).isEqualTo(value.codePointAt(k));
        }
        assertThat(view.toString()).isEqualTo(value.toString());
        assertThat(view.stringHashCode()).isEqualTo(value.toString().hashCode());
        assertThat(view.contentEquals(value.toString())).isTrue();
        assertThat(view.contentEquals(value + "x")).isFalse();
        assertThat(view.contentEquals(value.toString().replace('a', 'b') + ""))
            .isEqualTo(!value.toString().contains("a"));
        assertThat(view.isInterned()).isEqualTo(value.isInterned());
        assertThatThrownBy(() -> view.codePointAt(value.length()))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
      // The pair of surrogates and the astral code point are two strings with one UTF-16 form.
      StrView astral = (StrView) image.root("4");
      StrView pair = (StrView) image.root("6");
      assertThat(pair).isNotEqualTo(astral);
      assertThat(pair.toString()).isEqualTo(astral.toString().substring(0, 2));
    }
  }

  @Test
  void sharingAndCyclesSurvive() throws Exception {
    SequenceValue.Builder list = SequenceValue.unfinished(TypeCode.LIST);
    SequenceValue.Builder tuple = SequenceValue.unfinished(TypeCode.TUPLE);
    DictValue.Builder dict = DictValue.unfinished(TypeCode.DICT);
    SequenceValue plain = SequenceValue.list(IntValue.of(1));
    tuple.finish(new Value[] {list.value(), tuple.value(), plain, plain});
    dict.finish(new Value[] {StrValue.of("k"), tuple.value()});
    list.finish(new Value[] {dict.value(), list.value()});
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, list.value()))) {
      ListView listView = (ListView) image.root("0");
      DictView dictView = (DictView) listView.get(0);
      TupleView tupleView = (TupleView) dictView.value(0);
      assertThat(listView.get(1)).isEqualTo(listView);
      assertThat(tupleView.get(0)).isEqualTo(listView);
      assertThat(tupleView.get(1)).isEqualTo(tupleView);
      assertThat(tupleView.get(2)).isEqualTo(tupleView.get(3));

      SequenceValue copy = (SequenceValue) listView.toValue();
      SequenceValue tupleCopy = (SequenceValue) ((DictValue) copy.get(0)).value(0);
      assertThat(copy.get(1)).isSameAs(copy);
      assertThat(tupleCopy.get(1)).isSameAs(tupleCopy);
      assertThat(tupleCopy.get(2)).isSameAs(tupleCopy.get(3));
    }
  }

  @Test
  void depthIsNotLimited() throws Exception {
    Value deep = SequenceValue.tuple();
    for (int i = 0; i < 300_000; i++) {
      deep = i % 2 == 0 ? SequenceValue.tuple(deep) : SequenceValue.list(deep);
    }
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, deep))) {
      Value copy = image.root("0").toValue();
      int depth = 0;
      for (SequenceValue at = (SequenceValue) copy; at.size() > 0; at = (SequenceValue) at.get(0)) {
        depth++;
      }
      assertThat(depth).isEqualTo(300_000);
    }
  }

  @Test
  void cycleThroughACodeObjectIsWrittenAndCopiedBack() throws Exception {
    SequenceValue.Builder list = SequenceValue.unfinished(TypeCode.LIST);
    CodeValue code = TestImages.code("f", list.value());
    list.finish(new Value[] {code});
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, code))) {
      CodeView view = image.module("0").code();
      assertThat(((ListView) view.consts().get(0)).get(0)).isEqualTo(view);
      CodeValue copy = (CodeValue) view.toValue();
      assertThat(((SequenceValue) copy.consts().get(0)).get(0)).isSameAs(copy);
    }
  }

  @Test
  void cursorReadsWhatViewsRead() throws Exception {
    Value big = IntValue.python2Long(BigInteger.ONE.shiftLeft(64).negate());
    Value tuple = SequenceValue.tuple(big, StrValue.of("\u20ac"), IntValue.of(-7));
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, tuple))) {
      ImageObject root = image.root("0");
      ImageCursor cursor = image.cursor().moveTo(root).moveToSlot(0);
      assertThat(cursor.longFlags()).isEqualTo(LongLayout.FLAG_NEGATIVE | LongLayout.FLAG_PYTHON_2);
      assertThat(cursor.size()).isEqualTo(2);
      assertThat(List.of(cursor.digit(0), cursor.digit(1))).containsExactly(0L, 1L);
      assertThat(cursor.moveTo(root).moveToSlot(1).codePointAt(0)).isEqualTo(0x20AC);
      assertThat(cursor.moveTo(root).moveToSlot(2).longValue()).isEqualTo(-7);
      assertThatThrownBy(cursor::longFlags).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> cursor.moveTo(root).moveToSlot(3))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void slicesKeepTheirParts() throws Exception {
    Value slice = new SliceValue(IntValue.of(1), IntValue.of(2), IntValue.of(3));
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, slice))) {
      SliceView view = (SliceView) image.root("0");
      assertThat(List.of(view.start(), view.stop(), view.step()).toString()).isEqualTo("[1, 2, 3]");
    }
  }
}
