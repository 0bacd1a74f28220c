package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.Singleton;

/** Headers of {@code .pyc} files, bit for bit. */
class PycHeaderTest {
  private static final PythonVersion V2_7 = PythonVersion.V2_7;
  private static final PythonVersion V3_6 = PythonVersion.V3_6;
  private static final PythonVersion V3_13 = PythonVersion.V3_13;

  private static String header(PythonVersion version, PycHeader header) {
    byte[] file = new PycFile(version, header, Singleton.NONE).toByteArray();
    return HexFormat.of().formatHex(Arrays.copyOf(file, version.headerLength()));
  }

  /** {@code importlib._bootstrap_external._code_to_timestamp_pyc(None, mtime, size)}. */
  @Test
  void bytesAreThoseOfCPython() {
    PycHeader stamp = PycHeader.timestamp(0x87654321L, 0xFEDCBA98L);
    assertThat(header(V3_13, stamp)).isEqualTo("f30d0d0a" + "00000000" + "21436587" + "98badcfe");
    assertThat(header(V3_6, stamp)).isEqualTo("330d0d0a" + "21436587" + "98badcfe");
    assertThat(header(V2_7, stamp)).isEqualTo("03f30d0a" + "21436587");
    long hash = 0xFEDCBA9876543210L;
    assertThat(header(V3_13, PycHeader.hash(hash, true)))
        .isEqualTo("f30d0d0a" + "03000000" + "1032547698badcfe");
    assertThat(header(V3_13, PycHeader.hash(hash, false)))
        .isEqualTo("f30d0d0a" + "01000000" + "1032547698badcfe");
  }

  @Test
  void everyBitOfTheFieldsIsReadBack() {
    for (int bit = 0; bit < Long.SIZE; bit++) {
      PycHeader hash = PycHeader.hash(1L << bit, bit % 2 == 0);
      assertThat(readBack(V3_13, hash)).isEqualTo(hash);
      PycHeader stamp = PycHeader.timestamp(1L << bit % 32, 1L << 31 - bit % 32);
      assertThat(readBack(V3_13, stamp)).isEqualTo(stamp);
      assertThat(readBack(V3_6, stamp)).isEqualTo(stamp);
      assertThat(readBack(V2_7, stamp)).isEqualTo(PycHeader.timestamp(stamp.mtime(), 0));
    }
  }

  private static PycHeader readBack(PythonVersion version, PycHeader header) {
    return PycFile.parse(new PycFile(version, header, Singleton.NONE).toByteArray(), null).header();
  }

  /** CPython: {@code int(mtime) & 0xFFFFFFFF}, {@code source_size & 0xFFFFFFFF}. */
  @Test
  void timesAndSizesAreKeptModulo32Bits() {
    assertThat(PycHeader.timestamp(-1, 5))
        .isEqualTo(new PycHeader(PycHeader.Kind.TIMESTAMP, 0xFFFFFFFFL, 5, 0));
    assertThat(PycHeader.timestamp((7L << 32) + 3, (9L << 32) + 4))
        .isEqualTo(new PycHeader(PycHeader.Kind.TIMESTAMP, 3, 4, 0));
  }

  @ParameterizedTest
  @CsvSource({"4, 0x4", "6, 0x6", "256, 0x100", "65536, 0x10000", "-2147483648, 0x80000000"})
  void unknownFlagsAreRefused(int flags, String found) {
    byte[] file = new PycFile(V3_13, PycHeader.timestamp(1, 2), Singleton.NONE).toByteArray();
    for (int i = 0; i < Integer.BYTES; i++) {
      file[4 + i] = (byte) (flags >>> Byte.SIZE * i);
    }
    assertThatThrownBy(() -> PycFile.parse(file, "x.pyc"))
        .isInstanceOf(MarshalStreamException.class)
        .hasMessage(
            "unknown flags in the .pyc header: expected 0 to 3, found "
                + found
                + ", offset=0x4, file=x.pyc");
  }

  /** PEP 552: the second bit alone is a timestamp, as CPython takes it. */
  @Test
  void checkSourceWithoutHashIsATimestamp() {
    byte[] file = new PycFile(V3_13, PycHeader.timestamp(1, 2), Singleton.NONE).toByteArray();
    file[4] = 2;
    assertThat(PycFile.parse(file, null).header()).isEqualTo(PycHeader.timestamp(1, 2));
  }

  @Test
  void hashIsRefusedBefore37() {
    for (PythonVersion version : new PythonVersion[] {V2_7, V3_6}) {
      assertThatThrownBy(() -> header(version, PycHeader.hash(1, false)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a .pyc file of Python " + version + " holds no hash: that came with 3.7");
    }
  }

  /** {@code os.utime(f, ns=(0, t)); int(os.stat(f).st_mtime)} on CPython 3.13. */
  @ParameterizedTest
  @CsvSource({
    "2023-11-14T22:13:20Z, 1700000000",
    "2023-11-14T22:13:20.999999800Z, 1700000000",
    "2023-11-14T22:13:20.999999900Z, 1700000001",
    "1970-01-01T00:00:00Z, 0",
    "1969-12-31T23:59:58Z, 4294967294",
  })
  void headerOfASourceHasItsTimeAndSize(Instant time, long mtime, @TempDir Path folder)
      throws IOException {
    Path source = Files.write(folder.resolve("a.py"), new byte[] {'x', '\n'});
    Files.setLastModifiedTime(source, FileTime.from(time));
    assertThat(PycHeader.ofSource(source, PycHeader.Kind.TIMESTAMP, V3_13))
        .isEqualTo(PycHeader.timestamp(mtime, 2));
    assertThat(PycHeader.ofSource(source, PycHeader.Kind.TIMESTAMP, V3_6))
        .isEqualTo(PycHeader.timestamp(mtime, 2));
    assertThat(PycHeader.ofSource(source, PycHeader.Kind.TIMESTAMP, V2_7))
        .isEqualTo(PycHeader.timestamp(mtime, 0));
  }

  @Test
  void headerOfASourceHasItsHash(@TempDir Path folder) throws IOException {
    byte[] text = {'x', ' ', '=', ' ', '1', '\n'};
    Path source = Files.write(folder.resolve("a.py"), text);
    long hash = SourceHash.of(text, V3_13);
    assertThat(PycHeader.ofSource(source, PycHeader.Kind.CHECKED_HASH, V3_13))
        .isEqualTo(PycHeader.hash(hash, true));
    assertThat(PycHeader.ofSource(source, PycHeader.Kind.UNCHECKED_HASH, V3_13))
        .isEqualTo(PycHeader.hash(hash, false));
  }

  @Test
  void sourceThatIsNoFileIsRefused(@TempDir Path folder) {
    assertThatThrownBy(() -> PycHeader.ofSource(folder, PycHeader.Kind.TIMESTAMP, V3_13))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(folder + ": not a regular file");
    assertThatThrownBy(
            () -> PycHeader.ofSource(folder.resolve("no.py"), PycHeader.Kind.CHECKED_HASH, V3_13))
        .isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'empty, expected a .pyc file, offset=0x0'",
    "f30d0d, 'too short for the magic number: length=3, expected=4, offset=0x0'",
    "f30d0a0a0000, 'not a .pyc file: expected 0d 0a behind the magic number, found 0a 0a, offset=0x2'",
    "f30d0d0d0000, 'not a .pyc file: expected 0d 0a behind the magic number, found 0d 0d, offset=0x2'",
    "f30d0d0a00000000, 'too short for the header of Python 3.13: length=8, expected=16, offset=0x8'",
    "330d0d0a00000000, 'too short for the header of Python 3.6: length=8, expected=12, offset=0x8'",
    "03f30d0a000000, 'too short for the header of Python 2.7: length=7, expected=8, offset=0x7'",
    "f30d0d0a, 'too short for the header of Python 3.13: length=4, expected=16, offset=0x4'",
    "03f30d0a00000000, 'stream ends where an object is needed, offset=0x8'",
  })
  void fileThatIsCutInItsHeaderSaysSo(String hex, String message) {
    assertThatThrownBy(() -> PycFile.parse(HexFormat.of().parseHex(hex), null))
        .isInstanceOf(MarshalStreamException.class)
        .hasMessage(message);
  }

  @Test
  void messageOfAnUnknownMagicNumberNamesThoseThatAreKnown() {
    assertThatThrownBy(() -> PycFile.parse(HexFormat.of().parseHex("01000d0a"), "x.pyc"))
        .isInstanceOf(MarshalStreamException.class)
        .hasMessage(
            "unknown magic number: found 1, expected one of 62211 (2.7), 3379 (3.6), 3394 (3.7),"
                + " 3413 (3.8), 3425 (3.9), 3439 (3.10), 3495 (3.11), 3531 (3.12), 3571 (3.13),"
                + " 3627 (3.14), 3666 (3.15),"
                + " file=x.pyc");
  }

  /** CPython: {@code _imp.source_hash(importlib.util._RAW_MAGIC_NUMBER, source)}. */
  @ParameterizedTest
  @CsvSource({
    "V3_7, 0, 85ee0caabd83b6a7",
    "V3_7, 1, 407b02085414d336",
    "V3_7, 7, 060bcce5259a5c1b",
    "V3_7, 8, 500e7a2beae490f1",
    "V3_7, 9, ef8f3786047dec28",
    "V3_7, 300, dc5355f22431e826",
    "V3_13, 0, 27ec6d312f93b814",
    "V3_13, 1, 85d0e95559c405b9",
    "V3_13, 7, b953a856fda7485f",
    "V3_13, 8, 1b95d3e38dbf058f",
    "V3_13, 9, a5bf5fd61c4c0599",
    "V3_13, 300, 1a4eb0f3518b4edc",
  })
  void hashOfASourceOfAnyLengthIsThatOfCPython(PythonVersion version, int length, String hash) {
    byte[] source = new byte[length];
    for (int i = 0; i < length; i++) {
      source[i] = (byte) (0xFF - i);
    }
    byte[] file =
        new PycFile(version, PycHeader.hash(SourceHash.of(source, version), true), Singleton.NONE)
            .toByteArray();
    assertThat(HexFormat.of().formatHex(file, 8, 16)).isEqualTo(hash);
  }
}
