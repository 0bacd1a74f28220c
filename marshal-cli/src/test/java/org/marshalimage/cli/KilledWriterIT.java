package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.trace.StartupTrace;

/**
 * Commands that replace an image, killed (kill -9) at any moment: then the old image is there or
 * the new one, whole. Half of the moments are chosen from the whole run, the others from the time
 * when the temporary file is there. The sweep takes a real library and more moments.
 */
class KilledWriterIT {
  private static final boolean SWEEP = Boolean.getBoolean("marshalimage.sweep");
  private static final int KILLS = SWEEP ? 200 : 8;
  private static final long SEED = 20_081_208;

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  private Path folder;
  private Path image;
  private Path scratch;
  private Path library;

  @BeforeEach
  void findLibrary() throws Exception {
    folder = Files.createDirectory(directory.resolve("images"));
    image = folder.resolve("x.img");
    scratch = Files.createDirectory(directory.resolve("scratch"));
    library = WholeTestData.copyTo(directory.resolve("library"));
    if (SWEEP) {
      List<Path> pythons = CPythons.interpreters();
      if (!pythons.isEmpty()) {
        library = CPythons.library(scratch, pythons.get(pythons.size() - 1));
      }
    }
  }

  private static void run(Path scratch, List<String> command) throws Exception {
    Processes.Result result = Processes.run(scratch, command);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
  }

  private List<Path> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(".tmp")).toList();
    }
  }

  /**
   * Runs two commands in turn, each over what the one before has left, and kills most of them.
   *
   * @param commands what is run
   * @param results the images that they write
   */
  private void killMany(String name, List<List<String>> commands, List<Path> results)
      throws Exception {
    for (Path result : results) {
      assertThat(CommandTest.run("verify", result).ok().out()).contains(": sound");
    }
    assertThat(results.get(0).toFile().length()).isPositive();
    assertThat(Files.mismatch(results.get(0), results.get(1))).isNotNegative();
    Files.copy(results.get(1), image);
    long start = System.nanoTime();
    run(scratch, commands.get(0));
    long whole = System.nanoTime() - start;
    assertThat(image).hasSameBinaryContentAs(results.get(0));

    int killed = 0;
    int left = 0;
    int replaced = 0;
    for (int i = 1; i <= KILLS; i++) {
      int before = Files.mismatch(image, results.get(0)) < 0 ? 0 : 1;
      Process process =
          Processes.builder(commands.get(1 - before))
              .redirectErrorStream(true)
              .redirectOutput(scratch.resolve("killed.txt").toFile())
              .start();
      if (i % 2 == 0) {
        sleep(process, (long) (random.nextDouble() * 1.1 * whole));
      } else {
        List<Path> old = temporaryFiles();
        while (process.isAlive() && (temporaryFiles().isEmpty() || temporaryFiles().equals(old))) {
          Thread.sleep(1);
        }
        sleep(process, (long) (random.nextDouble() * 0.3 * whole));
      }
      process.destroyForcibly();
      killed += process.waitFor() == 0 ? 0 : 1;
      left += temporaryFiles().isEmpty() ? 0 : 1;
      String moment = name + " of seed " + SEED + ", kill " + i;
      boolean isOld = Files.mismatch(image, results.get(before)) < 0;
      boolean isNew = Files.mismatch(image, results.get(1 - before)) < 0;
      assertThat(isOld ^ isNew).as(moment).isTrue();
      replaced += isNew ? 1 : 0;
      assertThat(CommandTest.run("verify", image).code()).as(moment).isZero();
      assertThat(temporaryFiles()).as(moment).hasSizeLessThan(2);
    }
    int last = Files.mismatch(image, results.get(0)) < 0 ? 1 : 0;
    run(scratch, commands.get(last));
    assertThat(image).hasSameBinaryContentAs(results.get(last));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(image);
    }
    System.out.printf(
        "%s: %d runs, %d killed, %d left a temporary file, %d had replaced the image; library=%s%n",
        name, KILLS, killed, left, replaced, library);
    assertThat(killed).isGreaterThan(KILLS / 4);
  }

  private static void sleep(Process process, long nanos) throws InterruptedException {
    process.waitFor(nanos, TimeUnit.NANOSECONDS);
  }

  private List<String> build(Path target, String leftOut) {
    return Processes.marshal(
        List.of(),
        "build",
        "-o",
        target,
        library,
        "--exclude",
        "site-packages",
        "--exclude",
        "test",
        "--exclude",
        leftOut);
  }

  @Test
  void killedBuildLeavesTheOldImageOrTheNewOne() throws Exception {
    String[] leftOut = SWEEP ? new String[] {"json", "xml"} : new String[] {"shop", "ints.pyc"};
    List<Path> results = List.of(directory.resolve("first.img"), directory.resolve("second.img"));
    run(scratch, build(results.get(0), leftOut[0]));
    run(scratch, build(results.get(1), leftOut[1]));
    killMany("build", List.of(build(image, leftOut[0]), build(image, leftOut[1])), results);
  }

  @Test
  void killedLinkLeavesTheOldImageOrTheNewOne() throws Exception {
    Path plain = directory.resolve("plain.img");
    Path linked = directory.resolve("linked.img");
    run(scratch, build(plain, "shop"));
    String base = "0x200000000000";
    Object[] options = {"--base", base, "--types", "standard"};
    run(scratch, link(plain, "-o", linked, options[0], options[1], options[2], options[3]));
    killMany(
        "link",
        List.of(link(image, options[0], options[1], options[2], options[3]), link(image, "--none")),
        List.of(linked, plain));
  }

  @Test
  void killedRepackLeavesTheOldImageOrTheNewOne() throws Exception {
    Path plain = scratch.resolve("plain.img");
    Path repacked = scratch.resolve("repacked.img");
    Path trace = scratch.resolve("start.trace");
    run(scratch, build(plain, "shop"));
    StartupTrace recorder = new StartupTrace();
    try (MarshalImage mapped =
        MarshalImage.map(plain, MapOptions.builder().observer(recorder.observer()).build())) {
      for (int i = 0; i < mapped.moduleCount(); i += 3) {
        mapped.modules().get(i).code().names().forEach(name -> {});
      }
      recorder.write(trace);
    }
    run(scratch, repack(plain, "-o", repacked, "--trace", trace));
    killMany(
        "repack",
        List.of(repack(image, "--trace", trace), repack(image, "--none")),
        List.of(repacked, plain));
  }

  private static List<String> repack(Object... args) {
    return Processes.marshal(
        List.of(), Stream.concat(Stream.of("repack"), Stream.of(args)).toArray());
  }

  private static List<String> link(Object... args) {
    return Processes.marshal(
        List.of(), Stream.concat(Stream.of("link"), Stream.of(args)).toArray());
  }
}
