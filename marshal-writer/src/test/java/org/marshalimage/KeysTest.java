package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.marshalimage.format.model.DictValue.dict;
import static org.marshalimage.format.model.SequenceValue.frozenset;
import static org.marshalimage.format.model.SequenceValue.list;
import static org.marshalimage.format.model.SequenceValue.set;
import static org.marshalimage.format.model.SequenceValue.tuple;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.MarshalDecoder;
import org.marshalimage.format.stream.MarshalEncoder;
import org.marshalimage.writer.ImageWriter;

/** Keys of dicts and items of sets, on their way into images and out of them. */
class KeysTest {
  private static final Value ONE = IntValue.of(1);

  @TempDir Path directory;

  private static Value nan() {
    return FloatValue.of(Double.NaN);
  }

  private static Value complexNan() {
    return ComplexValue.ofBits(0, Double.doubleToRawLongBits(Double.NaN));
  }

  static Stream<Arguments> badKeys() {
    return Stream.of(
        Arguments.of(set(list()), "[0]: unhashable item in a set: list"),
        Arguments.of(dict(ONE, ONE, list(), ONE), ".key[1]: unhashable key in a dict: list"),
        Arguments.of(set(tuple(list())), "[0]: unhashable item in a set: tuple"),
        Arguments.of(frozenset(tuple(set())), "[0]: unhashable item in a frozenset: tuple"),
        Arguments.of(set(ONE, Singleton.TRUE), "[1]: repeated item in a set: True"),
        Arguments.of(set(ONE, FloatValue.of(1)), "[1]: repeated item in a set: float"),
        Arguments.of(
            set(StrValue.of("a", true), StrValue.of("a")), "[1]: repeated item in a set: str"),
        Arguments.of(
            dict(ONE, list(ONE, dict(ONE, ONE, ONE, ONE))),
            ".value[0][1].key[1]: repeated key in a dict: int"),
        Arguments.of(
            TestImages.code("f", ONE, set(ONE, ONE)), "consts[1][1]: repeated item in a set: int"),
        Arguments.of(
            set(TestImages.code("f"), TestImages.code("f")),
            "[1]: repeated item in a set: code object"));
  }

  @ParameterizedTest
  @MethodSource("badKeys")
  void writerRefusesBadKeysWithTheirPath(Value root, String message) throws Exception {
    try (ImageWriter writer = ImageWriter.create()) {
      assertThatThrownBy(() -> writer.add("r", root))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("root r: " + message);
    }
  }

  @Test
  void whatWasRefusedLeavesNoTrace() throws Exception {
    Path clean = directory.resolve("clean.img");
    Path target = directory.resolve("target.img");
    Value sound = tuple(StrValue.of("a"), StrValue.of("b"));
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("sound", sound).write(clean);
    }
    try (ImageWriter writer = ImageWriter.create()) {
      assertThatThrownBy(
              () -> writer.add("bad", tuple(StrValue.of("a", true), list(), set(list()))))
          .isInstanceOf(IllegalArgumentException.class);
      writer.add("sound", sound).write(target);
    }
    assertThat(target).hasSameBinaryContentAs(clean);
  }

  @Test
  void textAndBytesOfPython2AreEqualKeys() {
    Value keys = set(BytesValue.of(new byte[] {'a'}), StrValue.of("a"));
    Value none = BytesValue.of(new byte[0]);
    CodeValue code =
        CodeValue.builder(PythonVersion.V2_7)
            .code(none)
            .consts(tuple(keys))
            .names(tuple())
            .localNames(tuple())
            .freevars(tuple())
            .cellvars(tuple())
            .filename(none)
            .name(none)
            .lineTable(none)
            .build();
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("any", keys);
      assertThatThrownBy(() -> writer.add("two", code))
          .hasMessage("root two: consts[0][1]: repeated item in a set: str");
    }
  }

  @Test
  void nansStayAsManyAsTheyWere() throws Exception {
    Value same = nan();
    Value root =
        tuple(
            set(nan(), nan(), same),
            frozenset(tuple(nan()), tuple(nan()), tuple(frozenset(nan()))),
            dict(nan(), ONE, tuple(ONE, complexNan()), ONE, tuple(ONE, complexNan()), ONE),
            list(same, same, complexNan()),
            tuple(tuple(nan()), tuple(nan())));
    Path path = TestImages.of(directory, root);
    assertThat(MarshalImage.verify(path, 10).findings()).isEmpty();
    try (MarshalImage image = MarshalImage.map(path)) {
      Value copy = image.root("0").toValue();
      assertNans(copy);
      byte[] stream = MarshalEncoder.encode(copy, PythonVersion.V3_13);
      assertNans(MarshalDecoder.decode(stream, 0, stream.length, PythonVersion.V3_13, null));
    }
  }

  private static void assertNans(Value root) {
    SequenceValue items = (SequenceValue) root;
    SequenceValue set = (SequenceValue) items.get(0);
    assertThat(set.size()).isEqualTo(3);
    assertThat(set.get(0)).isNotSameAs(set.get(1));
    assertThat(((SequenceValue) items.get(1)).size()).isEqualTo(3);
    assertThat(((DictValue) items.get(2)).size()).isEqualTo(3);
    SequenceValue list = (SequenceValue) items.get(3);
    assertThat(list.get(0)).isSameAs(list.get(1)).isSameAs(set.get(2));
    SequenceValue tuples = (SequenceValue) items.get(4);
    assertThat(tuples.get(0)).isNotSameAs(tuples.get(1));
  }

  @Test
  void imagesWithNansAreTheSameBytesEachTime() throws Exception {
    byte[] first = null;
    for (int i = 0; i < 5; i++) {
      Path path = TestImages.of(directory, set(nan(), nan(), tuple(nan(), complexNan())));
      byte[] bytes = Files.readAllBytes(path);
      assertThat(bytes).isEqualTo(first == null ? bytes : first);
      first = bytes;
    }
  }

  @Test
  void verifyFindsMoreArgumentsThanVarnames() throws Exception {
    Value none = BytesValue.of(new byte[0]);
    Value name = StrValue.of("f");
    CodeValue.Builder code = CodeValue.builder(PythonVersion.V3_8).code(none).consts(tuple());
    code.names(tuple()).localNames(tuple(name)).freevars(tuple()).cellvars(tuple());
    code.filename(name).name(name).lineTable(none);
    Path path = TestImages.of(directory, code.argCount(1).build());
    assertThat(MarshalImage.verify(path, 10).findings()).isEmpty();
    long place;
    try (MarshalImage image = MarshalImage.map(path)) {
      place = image.root("0").offset();
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt((int) place + CodeLayout.KW_ONLY_ARG_COUNT_OFFSET, 1);
    ImageFiles.sealAll(bytes);
    Files.write(path, bytes.array());
    assertThat(MarshalImage.verify(path, 10).findings())
        .anySatisfy(
            finding ->
                assertThat(finding.toString())
                    .contains("varnames: expected at least 2 locals, one for each argument"));
    assertThatThrownBy(() -> code.argCount(1).kwOnlyArgCount(1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("varnames: expected at least 2 locals");
  }
}
