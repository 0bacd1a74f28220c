package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;
import org.marshalimage.writer.ImageWriter;

/** {@link ImageModule#isCurrent}. */
class CurrencyTest {
  /** What the headers in testdata record. */
  private static final Instant COMPILED = Instant.ofEpochSecond(1_700_000_000L);

  private static final Path ORIGINAL = TestData.path("sources/headers/tiny.py");

  @TempDir Path directory;
  private Path source;

  @BeforeEach
  void copySource() throws Exception {
    source = Files.copy(ORIGINAL, directory.resolve("tiny.py"));
    touch(COMPILED);
  }

  private void touch(Instant time) throws IOException {
    Files.setLastModifiedTime(source, FileTime.from(time));
    assumeTrue(
        Files.getLastModifiedTime(source).toInstant().equals(time),
        "the file system does not keep " + time);
  }

  private static PycFile pyc(String folder, String name) throws IOException {
    return PycFile.read(TestData.path("pyc").resolve(folder).resolve(name));
  }

  private Path image(PycFile pyc) throws IOException {
    Path path = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.addModule("tiny", pyc, false).add("value", Singleton.NONE).write(path);
    }
    return path;
  }

  private boolean isCurrent(PycFile pyc) throws IOException {
    try (MarshalImage image = MarshalImage.map(image(pyc))) {
      return image.module("tiny").isCurrent(source);
    }
  }

  private boolean isCurrent(PythonVersion version, PycHeader header) throws IOException {
    PycFile any = pyc("3.13-headers/timestamp", "__pycache__/tiny.cpython-313.pyc");
    return isCurrent(new PycFile(version, header, any.root()));
  }

  /** Changes a byte, and neither size nor time. */
  private void changeContent() throws IOException {
    byte[] bytes = Files.readAllBytes(source);
    bytes[0] ^= 1;
    Files.write(source, bytes);
    touch(COMPILED);
  }

  @ParameterizedTest
  @CsvSource({
    "2.7-headers/timestamp, tiny.pyc",
    "3.6-headers/timestamp, __pycache__/tiny.cpython-36.pyc",
    "3.7-headers/timestamp, __pycache__/tiny.cpython-37.pyc",
    "3.13-headers/timestamp, __pycache__/tiny.cpython-313.pyc"
  })
  void timestampsAreComparedAndContentIsNot(String folder, String name) throws Exception {
    PycFile pyc = pyc(folder, name);
    assertThat(isCurrent(pyc)).isTrue();
    changeContent();
    assertThat(isCurrent(pyc)).isTrue();
    touch(COMPILED.plusNanos(500_000_000));
    assertThat(isCurrent(pyc)).isTrue();
    touch(COMPILED.plusSeconds(1));
    assertThat(isCurrent(pyc)).isFalse();
    touch(COMPILED.minusSeconds(1));
    assertThat(isCurrent(pyc)).isFalse();
  }

  @Test
  void sizeTellsExceptInPython2() throws Exception {
    Files.writeString(source, "x = 1\n");
    touch(COMPILED);
    assertThat(isCurrent(pyc("3.6-headers/timestamp", "__pycache__/tiny.cpython-36.pyc")))
        .isFalse();
    assertThat(isCurrent(pyc("3.13-headers/timestamp", "__pycache__/tiny.cpython-313.pyc")))
        .isFalse();
    assertThat(isCurrent(pyc("2.7-headers/timestamp", "tiny.pyc"))).isTrue();
    // A program may give a size that a 2.7 header has no room for.
    assertThat(
            isCurrent(
                PythonVersion.V2_7, PycHeader.timestamp(COMPILED.getEpochSecond(), 1_000_000)))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "3.7-headers/checked-hash, __pycache__/tiny.cpython-37.pyc",
    "3.7-headers/unchecked-hash, __pycache__/tiny.cpython-37.pyc",
    "3.13-headers/checked-hash, __pycache__/tiny.cpython-313.pyc",
    "3.13-headers/unchecked-hash, __pycache__/tiny.cpython-313.pyc"
  })
  void hashesAreComparedAndTimesAreNot(String folder, String name) throws Exception {
    PycFile pyc = pyc(folder, name);
    touch(COMPILED.plusSeconds(100));
    assertThat(isCurrent(pyc)).isTrue();
    changeContent();
    assertThat(isCurrent(pyc)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, (1L << 31) - 1, 1L << 31, (1L << 32) - 1, 1L << 32, (1L << 32) + 7})
  void timesAreComparedModulo32Bits(long seconds) throws Exception {
    touch(Instant.ofEpochSecond(seconds));
    long size = Files.size(source);
    assertThat(isCurrent(PythonVersion.V3_13, PycHeader.timestamp(seconds, size))).isTrue();
    assertThat(isCurrent(PythonVersion.V2_7, PycHeader.timestamp(seconds, 0))).isTrue();
    assertThat(isCurrent(PythonVersion.V3_13, PycHeader.timestamp(seconds + (1L << 32), size)))
        .isTrue();
    assertThat(isCurrent(PythonVersion.V3_13, PycHeader.timestamp(seconds + 1, size))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // What py_compile of CPython 3.6 and 3.13 wrote for such files.
    "1700000000, 999999999, 1700000001",
    "1700000000, 999999000, 1700000000",
    "-5, 500000000, 4294967292"
  })
  void partsOfASecondAreCutAsCPythonDoes(long seconds, int nanos, long recorded) throws Exception {
    touch(Instant.ofEpochSecond(seconds, nanos));
    assertThat(isCurrent(PythonVersion.V3_13, PycHeader.timestamp(recorded, Files.size(source))))
        .isTrue();
  }

  @Test
  void sizesAreComparedModulo32Bits() throws Exception {
    long size = Files.size(source) + (1L << 32);
    assertThat(isCurrent(PythonVersion.V3_13, PycHeader.timestamp(COMPILED.getEpochSecond(), size)))
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(PycHeader.Kind.class)
  void sourceThatIsNoFileIsAnError(PycHeader.Kind kind) throws Exception {
    PycHeader header = new PycHeader(kind, 0, 0, 0);
    Files.delete(source);
    assertThatThrownBy(() -> isCurrent(PythonVersion.V3_13, header))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(source.toString());
    Files.createDirectory(source);
    assertThatThrownBy(() -> isCurrent(PythonVersion.V3_13, header))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a regular file")
        .hasMessageContaining(source.toString());
  }

  @Test
  void linkIsFollowed() throws Exception {
    Path target = Files.move(source, directory.resolve("target.py"));
    Files.createSymbolicLink(source, target);
    assertThat(isCurrent(pyc("3.13-headers/checked-hash", "__pycache__/tiny.cpython-313.pyc")))
        .isTrue();
    assertThat(isCurrent(pyc("3.13-headers/timestamp", "__pycache__/tiny.cpython-313.pyc")))
        .isTrue();
  }

  @Test
  void rootOfAProgramHasNoSourceToCompare() throws Exception {
    Path path = image(pyc("2.7-headers/timestamp", "tiny.pyc"));
    try (MarshalImage image = MarshalImage.map(path)) {
      ImageModule value = image.module("value");
      assertThatThrownBy(() -> value.isCurrent(source))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no source recorded")
          .hasMessageContaining("root=value")
          .hasMessageContaining(path.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 62211, 3379})
  void damagedImageIsRefused(int magicNumber) throws Exception {
    Path path = image(pyc("3.13-headers/checked-hash", "__pycache__/tiny.cpython-313.pyc"));
    byte[] bytes = Files.readAllBytes(path);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (buffer.getInt(at) != PythonVersion.V3_13.magicWord()
        || buffer.getInt(at + ModuleLayout.FLAGS_OFFSET - ModuleLayout.MAGIC_OFFSET)
            != (ModuleLayout.FLAG_PYC | ModuleLayout.FLAG_HASH | ModuleLayout.FLAG_CHECK_SOURCE)) {
      at += Integer.BYTES;
    }
    Files.write(path, buffer.putShort(at, (short) magicNumber).array());
    try (MarshalImage image = MarshalImage.map(path)) {
      ImageModule module = image.module("tiny");
      assertThatThrownBy(() -> module.isCurrent(source))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining(path.toString());
    }
  }
}
