package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

class MarshalEncoderTest {
  private static final PythonVersion V3_13 = PythonVersion.V3_13;

  private static List<Path> goodFiles() {
    return Stream.concat(
            TestData.files("pyc", ".pyc").stream(), TestData.files("streams", ".pyc").stream())
        .toList();
  }

  private static Value again(Value value, PythonVersion python, int version) {
    byte[] stream = MarshalEncoder.encode(value, python, version);
    return MarshalDecoder.decode(stream, 0, stream.length, python, null);
  }

  private static CodeValue code(PythonVersion version, Value... consts) {
    Value name = StrValue.of("f");
    Value none = BytesValue.of(new byte[0]);
    CodeValue.Builder code =
        CodeValue.builder(version)
            .code(none)
            .consts(SequenceValue.tuple(consts))
            .names(SequenceValue.tuple())
            .localNames(SequenceValue.tuple())
            .filename(name)
            .name(name)
            .lineTable(none);
    return version.hasLocalsPlus()
        ? code.kinds(none).qualName(name).exceptionTable(none).build()
        : code.freevars(SequenceValue.tuple()).cellvars(SequenceValue.tuple()).build();
  }

  @Test
  void writesTheVeryBytesOfEveryFileAgain() throws Exception {
    List<String> wrong = new ArrayList<>();
    int exact = 0;
    for (Path file : goodFiles()) {
      byte[] bytes = Files.readAllBytes(file);
      PycFile pyc = PycFile.parseExactly(bytes, file.toString());
      if (!pyc.forms().isExact()) {
        assertThat(file.toString()).containsAnyOf("duplicate", "null-value", "reference-within");
        assertThatThrownBy(pyc::toByteArray)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("its bytes are lost");
        continue;
      }
      exact++;
      byte[] expected =
          file.endsWith("bytes-after-root.pyc") ? withoutTail(bytes, pyc.version()) : bytes;
      if (!Arrays.equals(pyc.toByteArray(), expected)) {
        wrong.add(file.toString());
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(exact).isGreaterThan(1400);
  }

  private static byte[] withoutTail(byte[] bytes, PythonVersion version) {
    int end =
        MarshalDecoder.decodeExactly(bytes, version.headerLength(), bytes.length, version, null)
            .end();
    return Arrays.copyOf(bytes, end);
  }

  @Test
  void graphsWithoutFormsReadBackTheSame() throws Exception {
    for (Path file : goodFiles()) {
      PycFile pyc = PycFile.read(file);
      byte[] bytes = new PycFile(pyc.version(), pyc.header(), pyc.root()).toByteArray();
      if (!file.toString().contains("self-containing")) {
        assertThat(CanonicalJson.write(PycFile.parse(bytes, null).root()))
            .as(file.toString())
            .isEqualTo(CanonicalJson.write(pyc.root()));
      }
    }
  }

  @Test
  void writesSharedObjectsOnceFromVersion3On() {
    Value shared = SequenceValue.list(IntValue.of(1), StrValue.of("long enough to tell"));
    Value root = SequenceValue.tuple(shared, shared);
    SequenceValue copy = (SequenceValue) again(root, V3_13, 4);
    assertThat(copy.get(0)).isSameAs(copy.get(1));
    SequenceValue old = (SequenceValue) again(root, V3_13, 2);
    assertThat(old.get(0)).isNotSameAs(old.get(1));
    // ')' and the size, '[' flagged with size, 'i' and value, 'z' and text, 'r' and index.
    assertThat(MarshalEncoder.encode(root, V3_13)).hasSize(2 + 5 + 5 + 2 + 19 + 5);
    assertThat(MarshalEncoder.encode(root, V3_13, 2).length).isGreaterThan(60);
  }

  @Test
  void writesCyclesFromVersion3On() {
    SequenceValue.Builder list = SequenceValue.unfinished(TypeCode.LIST);
    DictValue.Builder dict = DictValue.unfinished(TypeCode.DICT);
    dict.finish(new Value[] {IntValue.of(1), list.value()});
    list.finish(new Value[] {dict.value(), list.value()});
    SequenceValue copy = (SequenceValue) again(list.value(), V3_13, 3);
    assertThat(copy.get(1)).isSameAs(copy);
    assertThat(((DictValue) copy.get(0)).value(0)).isSameAs(copy);
    assertThatThrownBy(() -> MarshalEncoder.encode(list.value(), V3_13, 2))
        .isInstanceOf(MarshalEncodeException.class)
        .hasMessageContaining("nested too deep: limit=2000 levels");
  }

  @Test
  void pathsOfManyStepsAreToldWithoutTheirMiddle() {
    Value value = Singleton.NONE;
    for (int i = 0; i < 4000; i++) {
      value = SequenceValue.tuple(value);
    }
    Value root = value;
    assertThatThrownBy(() -> MarshalEncoder.encode(root, V3_13))
        .isInstanceOf(MarshalEncodeException.class)
        .hasMessageMatching(
            "(?:\\[0]){10} \\.{3}1980 more\\.{3} (?:\\[0]){10}: nested too deep: .*");
  }

  @Test
  void refusesFrozensetsThatHoldThemselves() {
    SequenceValue.Builder set = SequenceValue.unfinished(TypeCode.FROZENSET);
    set.finish(new Value[] {SequenceValue.tuple(set.value())});
    assertThatThrownBy(() -> MarshalEncoder.encode(set.value(), V3_13))
        .isInstanceOf(MarshalEncodeException.class)
        .hasMessageStartingWith("[0][0]: a frozenset that holds itself cannot be marshalled");
  }

  @Test
  void namesThePathToWhatAVersionCannotHold() {
    Value slice = new SliceValue(Singleton.NONE, Singleton.NONE, Singleton.NONE);
    Value none = Singleton.NONE;
    CodeValue inner = code(V3_13, slice);
    CodeValue outer = code(V3_13, none, none, none, inner);
    assertThatThrownBy(() -> MarshalEncoder.encode(outer, V3_13))
        .isInstanceOfSatisfying(
            MarshalEncodeException.class,
            e -> assertThat(e.path()).isEqualTo("consts[3].consts[0]"))
        .hasMessage("consts[3].consts[0]: slice needs stream version 5, asked for 4");
    assertThatThrownBy(
            () ->
                MarshalEncoder.encode(
                    DictValue.dict(IntValue.of(1), code(PythonVersion.V3_8)), V3_13))
        .hasMessage(".value[0]: code object of Python 3.8 in a stream of Python 3.13");
    assertThatThrownBy(() -> MarshalEncoder.encode(IntValue.python2Long(BigInteger.ONE), V3_13))
        .hasMessage("Python 3.13 has no long");
    assertThatThrownBy(
            () -> MarshalEncoder.encode(IntValue.of(BigInteger.TEN.pow(30)), PythonVersion.V2_7))
        .hasMessage("int outside 64 bits, which in Python 2.7 is a long");
    assertThatThrownBy(() -> MarshalEncoder.encode(DictValue.frozendict(), PythonVersion.V3_15, 5))
        .hasMessage("frozendict needs stream version 6, asked for 5");
    assertThatThrownBy(() -> MarshalEncoder.encode(Singleton.NONE, PythonVersion.V2_7, 4))
        .hasMessage("no such stream version: expected 0 to 2 for Python 2.7, found 4");
  }

  @Test
  void copiesOfSharedObjectsHaveALimit() {
    Value doubling = SequenceValue.tuple();
    for (int i = 0; i < 60; i++) {
      doubling = SequenceValue.tuple(doubling, doubling);
    }
    Value root = doubling;
    assertThat(MarshalEncoder.encode(root, V3_13)).hasSizeLessThan(1000);
    assertThatThrownBy(() -> MarshalEncoder.encode(root, V3_13, 2))
        .isInstanceOf(MarshalEncodeException.class)
        .hasMessageContaining("too many objects, as shared ones are copied");
  }

  @Test
  void depthIsThatOfCPython() {
    Value deep = SequenceValue.tuple();
    for (int i = 1; i < MarshalDecoder.MAX_DEPTH; i++) {
      deep = SequenceValue.tuple(deep);
    }
    Value deepest = deep;
    assertThat(again(deepest, V3_13, 4)).isInstanceOf(SequenceValue.class);
    assertThatThrownBy(() -> MarshalEncoder.encode(SequenceValue.tuple(deepest), V3_13))
        .isInstanceOf(MarshalEncodeException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.10000000000000001",
    "1.0, 1",
    "-0.0, -0",
    "1e16, 10000000000000000",
    "1e17, 1e+17",
    "1.5e300, 1.5000000000000001e+300",
    "0.0001, 0.0001",
    "0.00001, 1.0000000000000001e-05",
    "5e-324, 4.9406564584124654e-324",
    "123456789.125, 123456789.125",
    "Infinity, inf",
    "-Infinity, -inf",
    "NaN, nan"
  })
  void writesFloatsAsTextOf17Digits(double value, String text) {
    byte[] stream = MarshalEncoder.encode(FloatValue.of(value), V3_13, 1);
    assertThat(new String(stream, 2, stream.length - 2, StandardCharsets.ISO_8859_1))
        .isEqualTo(text);
    double again = ((FloatValue) again(FloatValue.of(value), V3_13, 1)).doubleValue();
    assertThat(Double.compare(again, value)).isZero();
  }

  @Test
  void formsOfAnotherGraphAreRefused() throws Exception {
    PycFile ints = exactly("pyc/3.13/ints.pyc");
    PycFile closures = exactly("pyc/3.13/closures.pyc");
    assertThatThrownBy(() -> MarshalEncoder.encodeExactly(ints.root(), V3_13, closures.forms()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("forms of another graph");
    Value longer = SequenceValue.tuple(ints.root(), ints.root());
    StreamForms shorter =
        MarshalDecoder.decodeExactly(new byte[] {')', 2, 'N', 'N'}, 0, 4, V3_13, null).forms();
    StreamForms cut = MarshalDecoder.decodeExactly(new byte[] {')', 0}, 0, 2, V3_13, null).forms();
    for (StreamForms forms : List.of(shorter, cut)) {
      assertThatThrownBy(() -> MarshalEncoder.encodeExactly(longer, V3_13, forms))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("forms of another graph");
    }
  }

  private static PycFile exactly(String name) throws Exception {
    return PycFile.parseExactly(Files.readAllBytes(TestData.path(name)), name);
  }

  @Test
  void hashesSourcesAsCPythonDoes() throws Exception {
    byte[] source = Files.readAllBytes(TestData.path("sources/headers/tiny.py"));
    for (String version : List.of("37", "313")) {
      String folder = "pyc/3." + version.substring(1) + "-headers/checked-hash/__pycache__/";
      PycFile pyc = exactly(folder + "tiny.cpython-" + version + ".pyc");
      assertThat(SourceHash.of(source, pyc.version())).isEqualTo(pyc.header().hash());
    }
    assertThatThrownBy(() -> SourceHash.of(source, PythonVersion.V3_6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("that came with 3.7");
  }

  @Test
  void writesEveryHeaderForm() throws Exception {
    Value root = code(V3_13);
    for (PycHeader header :
        List.of(
            PycHeader.timestamp(1_700_000_000L, 77),
            PycHeader.hash(0x0123456789ABCDEFL, true),
            PycHeader.hash(-1, false))) {
      byte[] bytes = new PycFile(V3_13, header, root).toByteArray();
      assertThat(PycFile.parse(bytes, null).header()).isEqualTo(header);
    }
    PycHeader hash = PycHeader.hash(1, true);
    assertThatThrownBy(() -> new PycFile(PythonVersion.V3_6, hash, Singleton.NONE).toByteArray())
        .isInstanceOf(IllegalArgumentException.class);
  }
}
