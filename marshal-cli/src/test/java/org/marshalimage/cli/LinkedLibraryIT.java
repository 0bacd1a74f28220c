package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.ImageModule;
import org.marshalimage.LinkReport;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.TypeTable;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.stream.MarshalEncoder;
import org.marshalimage.writer.ImageWriter;

/**
 * Whole libraries, mapped in every way: each module has the same stream, and only pages are dirty
 * that linking says it wrote to.
 */
@EnabledOnOs(OS.LINUX)
class LinkedLibraryIT {
  /** Both kinds of names and of layouts; with the profile "sweep" those between them, too. */
  private static final List<String> VERSIONS =
      Boolean.getBoolean("marshalimage.sweep")
          ? List.of("2.7", "3.8", "3.11", "3.13")
          : List.of("2.7", "3.13");

  private static final int THREADS = 8;
  private static final long ROOM = 0x1_0000_0000L;

  /** Where the next image is to lie; on JDKs before 22 earlier ones may not have gone yet. */
  private static long nextBase = 0x2888_0000_0000L;

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> everyLibrary() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path python : CPythons.interpreters()) {
      for (String version : VERSIONS) {
        if (python.toString().contains("/" + version + ".")) {
          tests.add(DynamicTest.dynamicTest(python.toString(), () -> compare(python)));
        }
      }
    }
    if (tests.isEmpty()) {
      tests.add(DynamicTest.dynamicTest("skipped", () -> assumeTrue(false, "no CPython")));
    }
    return tests.stream();
  }

  private static long newBase() {
    nextBase += ROOM;
    return nextBase;
  }

  private static TypeTable table(long first) {
    TypeTable.Builder builder = TypeTable.builder();
    for (int code : TypeTable.imageTypes()) {
      builder.bind(code, first + 0x40L * code);
    }
    return builder.build();
  }

  private static MapOptions inPlace(TypeTable types) {
    return MapOptions.builder().inPlace().types(types).build();
  }

  /** The stream tells of sharing too, and is a tenth of what canonical JSON is. */
  private static String digest(ImageModule module) {
    try {
      PythonVersion version = module.pythonVersion().orElseThrow();
      byte[] stream = MarshalEncoder.encode(module.root().toValue(), version);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(stream));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads all modules, on eight threads, each of which has an order of its own. */
  private static Map<String, String> digests(MarshalImage image) throws Exception {
    Map<String, String> digests = new ConcurrentHashMap<>();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        List<ImageModule> order = new ArrayList<>(image.modules());
        Collections.shuffle(order, new Random(thread));
        futures.add(
            pool.submit(
                () -> {
                  for (ImageModule module : order) {
                    module.rootOffset();
                    digests.computeIfAbsent(module.name(), name -> digest(module));
                  }
                  return null;
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } finally {
      pool.shutdown();
    }
    return digests;
  }

  private static Map<String, String> digestsInOrder(MarshalImage image) {
    Map<String, String> digests = new ConcurrentHashMap<>();
    for (ImageModule module : image.modules()) {
      digests.put(module.name(), digest(module));
    }
    return digests;
  }

  private void compare(Path python) throws Exception {
    Path path = directory.resolve("x.img");
    Path library = CPythons.library(directory, python);
    CommandTest.run(
        "build", "-o", path, "--pointer-width", "8", "--exclude", "site-packages", library);
    TypeTable types = table(0x7F00_0000_0000L);
    long base = newBase();
    Path prelinked = directory.resolve("prelinked.img");
    ImageWriter.prelink(path, prelinked, base, types);

    Map<String, String> expected;
    try (MarshalImage image = MarshalImage.map(path)) {
      expected = digestsInOrder(image);
      assertThat(expected).hasSize(image.moduleCount());
      assertThat(privateDirty(path)).as("read-only").isZero();
    }
    try (MarshalImage image = MarshalImage.map(prelinked, inPlace(types));
        MarshalImage elsewhere = MarshalImage.map(prelinked, inPlace(types))) {
      assertThat(digestsInOrder(image)).as("prelinked and matching").isEqualTo(expected);
      LinkReport report = image.linkReport();
      assertThat(report.address()).isEqualTo(base);
      assertThat(report.isPrelinked()).isTrue();
      assertThat(privateDirty(prelinked)).as("prelinked and matching").isZero();
      assertThat(digestsInOrder(elsewhere)).as("address taken").isEqualTo(expected);
      assertThat(elsewhere.linkReport().slotsRelocated()).isPositive();
    }
    ImageWriter.prelink(path, prelinked, newBase(), null);
    try (MarshalImage image = MarshalImage.map(prelinked, inPlace(types))) {
      assertThat(digestsInOrder(image)).as("at the desired address").isEqualTo(expected);
      LinkReport report = image.linkReport();
      assertThat(report.address()).isEqualTo(report.desiredAddress());
      assertThat(report.slotsRelocated()).isZero();
      assertThat(report.typeWordsPatched()).isPositive();
    }
    ImageWriter.prelink(path, prelinked, newBase(), table(0x7F00_0000_0040L));
    try (MarshalImage image = MarshalImage.map(prelinked, inPlace(types))) {
      assertThat(digestsInOrder(image)).as("other fingerprint").isEqualTo(expected);
      assertThat(image.linkReport().slotsRelocated()).isZero();
    }
    try (MarshalImage image = MarshalImage.map(prelinked)) {
      assertThat(digestsInOrder(image)).as("prelinked, read-only").isEqualTo(expected);
    }
    try (MarshalImage image = MarshalImage.map(path, inPlace(types))) {
      assertThat(digests(image)).as("linked by eight threads").isEqualTo(expected);
      assertThat(image.linkReport().modulesLinked()).isEqualTo(image.moduleCount());
    }
    assertFewPagesAreDirty(path, types);
    Path compact = directory.resolve("compact.img");
    CommandTest.run("build", "-o", compact, "--exclude", "site-packages", library);
    assertCompactReadsTheSame(compact, types, expected);
    System.out.printf("%s: %d modules the same in 10 ways of mapping%n", python, expected.size());
  }

  /** Slots of 4 bytes are the same wherever the image lies. */
  private void assertCompactReadsTheSame(Path path, TypeTable types, Map<String, String> expected)
      throws Exception {
    try (MarshalImage image = MarshalImage.map(path)) {
      assertThat(digestsInOrder(image)).as("compact, read-only").isEqualTo(expected);
      assertThat(privateDirty(path)).as("compact, read-only").isZero();
    }
    try (MarshalImage image = MarshalImage.map(path, inPlace(types))) {
      assertThat(digests(image)).as("compact, linked by eight threads").isEqualTo(expected);
      assertThat(image.linkReport().slotsRelocated()).isZero();
      assertThat(image.linkReport().typeWordsPatched()).isPositive();
    }
    ImageWriter.prelink(path, path, 0, types);
    try (MarshalImage image = MarshalImage.map(path, inPlace(types))) {
      assertThat(digestsInOrder(image)).as("compact, prelinked for types").isEqualTo(expected);
      assertThat(image.linkReport().isPrelinked()).isTrue();
      assertThat(privateDirty(path)).as("compact, prelinked for types").isZero();
    }
  }

  /** Linking some modules writes to their pages, and to those of shared objects they use. */
  private void assertFewPagesAreDirty(Path path, TypeTable types) throws Exception {
    Path copy = directory.resolve("copy.img");
    Files.copy(path, copy);
    sync(copy);
    try (MarshalImage image = MarshalImage.map(copy, inPlace(types))) {
      long limit = image.info().sharedLength() / 4096 + 2;
      int count = 0;
      for (ImageModule module : image.modules()) {
        if (count++ % 10 == 0) {
          module.code();
          limit += module.segmentLength() / 4096 + 2;
        }
      }
      LinkReport report = image.linkReport();
      assertThat(report.pagesWritten()).isLessThanOrEqualTo((int) limit);
      assertThat(privateDirty(copy)).isEqualTo(4L * report.pagesWritten());
      System.out.printf(
          "  every tenth module linked: %d of %d pages written%n",
          report.pagesWritten(), image.info().length() / 4096);
    }
    Files.delete(copy);
  }

  private static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Returns the kB of a file's mappings that this process has changed. */
  private static long privateDirty(Path file) throws IOException {
    String name = file.toRealPath().toString();
    long sum = 0;
    boolean isOfFile = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        isOfFile = line.endsWith(name);
      } else if (isOfFile && line.startsWith("Private_Dirty:")) {
        sum += Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return sum;
  }
}
