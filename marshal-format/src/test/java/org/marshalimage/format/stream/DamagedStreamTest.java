package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;

/**
 * Streams that are damaged in every small way, and in very many ways by chance. {@link
 * StreamChecker} says what may come of them.
 */
@Tag("exhaustive")
class DamagedStreamTest {
  private static final int SMALL_FILES = 40;

  /** A change of every byte costs 255 times the size. */
  private static final int SMALL_FILE = 80;

  private static final int LEAST_LARGE_FILE = 300;

  /** Seed of all mutations; the n-th input takes it plus n. */
  private static final long SEED = Long.getLong("marshalimage.seed", 20_261_120L);

  private static final int MUTATIONS = Integer.getInteger("marshalimage.mutations", 50_000);

  /** Small files of every version, code objects first, then other values. */
  private static List<Path> smallFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    for (PythonVersion version : PythonVersion.values()) {
      files.add(TestData.path("pyc/" + version + "/empty.pyc"));
    }
    List<Path> streams = new ArrayList<>();
    for (Path file : TestData.files("streams", ".pyc")) {
      long size = Files.size(file);
      // Those of one short leaf have little that can be damaged.
      if (size >= 25 && size <= SMALL_FILE) {
        streams.add(file);
      }
    }
    int wanted = SMALL_FILES - files.size();
    for (int i = 0; i < wanted; i++) {
      files.add(streams.get((int) ((long) i * streams.size() / wanted)));
    }
    return files;
  }

  @Test
  void refusesEveryPrefixOrDecodesIt() throws Exception {
    StreamChecker checker = new StreamChecker();
    for (Path file : smallFiles()) {
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length <= whole.length; length++) {
        check(checker, Arrays.copyOf(whole, length), file + " cut at " + length);
      }
      assertThat(checker.checkFile(whole)).as(file.toString()).isTrue();
    }
    System.out.println("prefixes: " + checker.totals());
  }

  @Test
  void survivesEverySingleByteChange() throws Exception {
    StreamChecker checker = new StreamChecker();
    List<Path> files = smallFiles();
    assertThat(files).hasSize(SMALL_FILES).doesNotHaveDuplicates();
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < bytes.length; i++) {
        byte original = bytes[i];
        for (int change = 1; change < 256; change++) {
          bytes[i] = (byte) (original ^ change);
          check(checker, bytes, file + " byte " + i + " changed by " + change);
        }
        bytes[i] = original;
      }
    }
    System.out.println("single-byte changes: " + checker.totals());
  }

  @Test
  void survivesMutations() {
    List<byte[]> files =
        Stream.concat(
                TestData.files("pyc", ".pyc").stream(), TestData.files("streams", ".pyc").stream())
            .map(DamagedStreamTest::readAll)
            .filter(bytes -> bytes.length >= LEAST_LARGE_FILE)
            .toList();
    System.out.println(
        "mutations: seed=" + SEED + ", number=" + MUTATIONS + ", files=" + files.size());
    StreamChecker checker = new StreamChecker();
    for (int i = 0; i < MUTATIONS; i++) {
      check(checker, new StreamMutator(SEED + i, files).mutant(), "seed " + (SEED + i));
    }
    System.out.println("mutations: " + checker.totals());
  }

  private static byte[] readAll(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Saves an input that fails: it is to become a file of testdata. */
  private static void check(StreamChecker checker, byte[] bytes, String what) {
    try {
      checker.checkFile(bytes);
    } catch (RuntimeException | AssertionError e) {
      try {
        Path saved =
            Files.createDirectories(Path.of("target"))
                .resolve("damaged-" + Integer.toHexString(Arrays.hashCode(bytes)) + ".pyc");
        Files.write(saved, bytes);
        throw new AssertionError(what + ", saved as " + saved + ": " + e.getMessage(), e);
      } catch (IOException unsaved) {
        e.addSuppressed(unsaved);
        throw e;
      }
    }
  }
}
