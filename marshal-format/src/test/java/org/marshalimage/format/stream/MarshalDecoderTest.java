package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

class MarshalDecoderTest {
  private static final int HEADER_3_13 = PythonVersion.V3_13.headerLength();

  private static byte[] bytes(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      if (part instanceof Character c) {
        out.write(c);
      } else if (part instanceof String s) {
        s.chars().forEach(out::write);
      } else {
        int value = (Integer) part;
        for (int i = 0; i < Integer.BYTES; i++) {
          out.write(value >>> Byte.SIZE * i);
        }
      }
    }
    return out.toByteArray();
  }

  private static Value decode(PythonVersion version, Object... parts) {
    byte[] in = bytes(parts);
    return MarshalDecoder.decode(in, 0, in.length, version, null);
  }

  static Stream<Path> goodFiles() {
    return Stream.concat(
        TestData.files("pyc", ".pyc").stream(), TestData.files("streams", ".pyc").stream());
  }

  @Test
  void decodesEveryFileAsCPythonDoes() throws Exception {
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    for (Path file : goodFiles().toList()) {
      Value root = PycFile.read(file).root();
      String golden = TestData.golden(file);
      if (golden != null) {
        compared++;
        if (!CanonicalJson.write(root).equals(golden)) {
          wrong.add(file.toString());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(compared).isGreaterThan(1000);
  }

  static Stream<Path> badFiles() {
    return TestData.files("corrupt", ".pyc").stream();
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void refusesDamagedFileWithOffsetAndName(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    assertThatThrownBy(() -> PycFile.parse(bytes, file.toString()))
        .isInstanceOfSatisfying(
            MarshalStreamException.class,
            e -> {
              assertThat(e).hasMessageContaining(file.toString());
              assertThat(e.getMessage()).doesNotContain("\n");
              assertThat(e.offset()).isBetween(-1L, (long) bytes.length);
            });
  }

  /** What a length claims is never allocated: a damaged file costs no more than a sound one. */
  @Test
  void allocatesOnlyWhatTheInputJustifies() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (Path file : badFiles().toList()) {
      byte[] bytes = Files.readAllBytes(file);
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        PycFile.parse(bytes, null);
        fail("decoded: " + file);
      } catch (MarshalStreamException e) {
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as(file.toString()).isLessThan(100_000 + 200L * bytes.length);
      }
    }
  }

  @Test
  void refusesEveryPrefix() throws Exception {
    for (String name : List.of("pyc/3.13/closures.pyc", "pyc/2.7/closures.pyc")) {
      byte[] whole = Files.readAllBytes(TestData.path(name));
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> PycFile.parse(cut, "cut"))
            .as(name + " cut at " + length)
            .isInstanceOf(MarshalStreamException.class);
      }
    }
  }

  @Tag("exhaustive")
  @Test
  void survivesEverySingleByteChange() throws Exception {
    for (String name : List.of("pyc/3.13/closures.pyc", "pyc/2.7/ints.pyc", "pyc/3.8/walrus.pyc")) {
      byte[] bytes = Files.readAllBytes(TestData.path(name));
      int refused = 0;
      for (int i = 0; i < bytes.length; i++) {
        byte original = bytes[i];
        for (int change = 1; change < 256; change += 2) {
          bytes[i] = (byte) (original ^ change);
          try {
            PycFile.parse(bytes, name);
          } catch (MarshalStreamException e) {
            refused++;
          }
        }
        bytes[i] = original;
      }
      assertThat(refused).as(name).isPositive();
    }
  }

  @Test
  void keepsSharedReferences() {
    // A tuple whose two items are one list.
    SequenceValue tuple =
        (SequenceValue) decode(PythonVersion.V3_13, ")", (char) 2, (char) ('[' | 0x80), 0, "r", 0);
    assertThat(tuple.get(0)).isSameAs(tuple.get(1));
  }

  @Test
  void keepsCycles() {
    SequenceValue list =
        (SequenceValue) decode(PythonVersion.V3_13, (char) ('[' | 0x80), 1, "r", 0);
    assertThat(list.get(0)).isSameAs(list);
    SequenceValue tuple =
        (SequenceValue) decode(PythonVersion.V3_13, (char) ('(' | 0x80), 1, "r", 0);
    assertThat(tuple.get(0)).isSameAs(tuple);
  }

  @Test
  void refusesReferenceToUnfinishedFrozenset() {
    assertThatThrownBy(() -> decode(PythonVersion.V3_13, (char) ('>' | 0x80), 1, "r", 0))
        .isInstanceOf(MarshalStreamException.class)
        .hasMessageContaining("not complete")
        .hasMessageContaining("offset=0x5");
  }

  @Test
  void takesNoReferenceNumberForSingletons() {
    SequenceValue tuple =
        (SequenceValue)
            decode(
                PythonVersion.V3_13,
                ")",
                (char) 3,
                (char) ('N' | 0x80),
                (char) ('i' | 0x80),
                7,
                "r",
                0);
    assertThat(((IntValue) tuple.get(2)).longValue()).isEqualTo(7);
  }

  @Test
  void nullInPlaceOfAValueEndsADictInPython3AndDropsTheKeyInPython2() {
    Object[] parts = {"{", "i", 1, "0", "i", 2, "N", "0"};
    assertThat(((DictValue) decode(PythonVersion.V3_13, parts)).size()).isZero();
    assertThat(((DictValue) decode(PythonVersion.V2_7, parts)).size()).isEqualTo(1);
  }

  @Test
  void readsIntsOfAnySize() {
    assertThat(decode(PythonVersion.V3_13, "l", 0).toString()).isEqualTo("0");
    // -(1 + 2 * 2^15 + 3 * 2^30 + 4 * 2^45 + 5 * 2^60)
    String digits = "\1\0\2\0\3\0\4\0\5\0";
    assertThat(decode(PythonVersion.V3_13, "l", -5, digits).toString())
        .isEqualTo("-5764748263743881217");
    assertThat(decode(PythonVersion.V2_7, "l", 1, "\5\0").toString()).isEqualTo("5L");
  }

  @Test
  void keepsSurrogatesApart() {
    StrValue text =
        (StrValue) decode(PythonVersion.V3_13, "u", 6, "\u00ed\u00a0\u0080\u00ed\u00b0\u0080");
    assertThat(text.length()).isEqualTo(2);
    assertThat(text.codePointAt(0)).isEqualTo(0xD800);
    assertThat(text.hasSurrogates()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void readsSingletonsOfEveryVersion(PythonVersion version) {
    assertThat(decode(version, "N")).isSameAs(Singleton.NONE);
    assertThat(decode(version, ".")).isSameAs(Singleton.ELLIPSIS);
    assertThat(decode(version, "S")).isSameAs(Singleton.STOP_ITERATION);
  }

  @Test
  void saysWhichVersionsItKnows() {
    byte[] file = {1, 2, '\r', '\n', 0, 0, 0, 0};
    assertThatThrownBy(() -> PycFile.parse(file, "x.pyc"))
        .isInstanceOf(MarshalStreamException.class)
        .hasMessageContaining("found 513")
        .hasMessageContaining("3571 (3.13)")
        .hasMessageContaining("x.pyc");
  }

  @Test
  void readsEveryHeaderForm() throws Exception {
    PycHeader stamp =
        PycFile.read(TestData.path("pyc/3.13-headers/timestamp/__pycache__/tiny.cpython-313.pyc"))
            .header();
    assertThat(stamp.kind()).isEqualTo(PycHeader.Kind.TIMESTAMP);
    assertThat(stamp.mtime()).isEqualTo(1_700_000_000L);
    assertThat(stamp.sourceSize()).isPositive();
    PycHeader checked =
        PycFile.read(
                TestData.path("pyc/3.13-headers/checked-hash/__pycache__/tiny.cpython-313.pyc"))
            .header();
    PycHeader unchecked =
        PycFile.read(
                TestData.path("pyc/3.13-headers/unchecked-hash/__pycache__/tiny.cpython-313.pyc"))
            .header();
    assertThat(checked.kind()).isEqualTo(PycHeader.Kind.CHECKED_HASH);
    assertThat(unchecked.kind()).isEqualTo(PycHeader.Kind.UNCHECKED_HASH);
    assertThat(checked.hash()).isNotZero().isEqualTo(unchecked.hash());
    PycHeader python2 = PycFile.read(TestData.path("pyc/2.7-headers/timestamp/tiny.pyc")).header();
    assertThat(python2.mtime()).isEqualTo(1_700_000_000L);
    assertThat(python2.sourceSize()).isZero();
  }

  @Test
  void reportsOffsetFromTheStartOfTheFile() throws Exception {
    byte[] file = Files.readAllBytes(TestData.path("corrupt/wrong-type-code.pyc"));
    assertThatThrownBy(() -> PycFile.parse(file, null))
        .isInstanceOfSatisfying(
            MarshalStreamException.class,
            e -> assertThat(e.offset()).isGreaterThanOrEqualTo(HEADER_3_13));
  }
}
