package org.marshalimage.format.stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;

/**
 * A coverage-guided fuzzer on the decoder; {@code help/tests.md} says how to run it. Without {@code
 * JAZZER_FUZZ} it goes through its seeds and what an earlier run found.
 */
class DecoderFuzzTest {
  private static final PythonVersion[] VERSIONS = PythonVersion.values();
  private static final int LARGEST_SEED = 1000;
  private static final StreamChecker CHECKER = new StreamChecker();

  /** Small files of testdata, sound and damaged: each as a file, and its stream alone. */
  static Stream<byte[]> seeds() {
    return Stream.of("pyc", "streams", "corrupt")
        .flatMap(folder -> TestData.files(folder, ".pyc").stream())
        .map(DecoderFuzzTest::readAll)
        .filter(bytes -> bytes.length <= LARGEST_SEED)
        .flatMap(bytes -> Stream.of(bytes, streamOf(bytes)))
        .filter(seed -> seed.length > 0);
  }

  /** Loads the classes: Jazzer rewrites each as it is loaded, and that is not to be measured. */
  @BeforeAll
  static void loadClasses() {
    StreamChecker unmeasured = new StreamChecker();
    seeds()
        .forEach(
            seed -> {
              try {
                check(unmeasured, seed);
              } catch (AssertionError e) {
                // Comes again, if it is more than the loading, when the seed is tried.
              }
            });
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void decodesOrRefuses(byte[] bytes) {
    check(CHECKER, bytes);
  }

  private static void check(StreamChecker checker, byte[] bytes) {
    int choice = bytes.length == 0 ? VERSIONS.length : bytes[0] & 0xFF;
    if (choice < VERSIONS.length) {
      checker.checkStream(bytes, 1, VERSIONS[choice]);
    } else {
      checker.checkFile(bytes);
    }
  }

  @AfterAll
  static void printTotals() {
    System.out.println("fuzzed: " + CHECKER.totals());
  }

  /** Returns the stream of a file behind the byte that chooses its version; empty if unknown. */
  private static byte[] streamOf(byte[] file) {
    if (file.length < 2) {
      return new byte[0];
    }
    PythonVersion version = PythonVersion.ofMagicNumber(file[0] & 0xFF | (file[1] & 0xFF) << 8);
    if (version == null || file.length <= version.headerLength()) {
      return new byte[0];
    }
    byte[] stream = Arrays.copyOfRange(file, version.headerLength() - 1, file.length);
    stream[0] = (byte) version.ordinal();
    return stream;
  }

  private static byte[] readAll(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
