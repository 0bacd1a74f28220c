package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MarshalImage;

/** An image in a jar, asked for by processes that know nothing of each other. */
class ResourceIT {
  private static final boolean SWEEP = Boolean.getBoolean("marshalimage.sweep");
  private static final int KILLS = SWEEP ? 200 : 16;
  private static final long SEED = 20_081_208;
  private static final String LOCK = "marshalimage.lock";

  @TempDir Path directory;

  private Path image;
  private String resource;
  private Path cache;
  private String name;

  @BeforeEach
  void makeJar() throws Exception {
    image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, WholeTestData.copyTo(directory.resolve("library"))).ok();
    Path jar = directory.resolve("app.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("x.img"));
      Files.copy(image, zip);
    }
    resource = "jar:" + jar.toUri() + "!/x.img";
    cache = directory.resolve("cache");
    try (MarshalImage mapped = MarshalImage.map(image)) {
      name = mapped.info().id() + ".img";
    }
  }

  private List<String> command(long millis) throws IOException {
    return Processes.embedder(
        List.of("-XX:-UsePerfData", "-XX:TieredStopAtLevel=1"),
        MapOneResource.class,
        resource,
        cache,
        millis);
  }

  private List<String> left(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Returns how much of the jar's entry a process has read that must have mapped the image. */
  private long read(Processes.Result result) throws IOException {
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    String[] words = result.out().trim().split("\\D+");
    try (MarshalImage mapped = MarshalImage.map(image)) {
      assertThat(Integer.parseInt(words[0])).isEqualTo(mapped.moduleCount());
    }
    return Long.parseLong(words[1]);
  }

  @Test
  void eightProcessesAtOnceUnpackOnce() throws Exception {
    long length = Files.size(image);
    // Two seconds, so that each process asks while one unpacks.
    long millis = Math.max(1, 2_000 / (length / 4096 + 1));
    List<Process> processes = new ArrayList<>();
    List<Path> outputs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      outputs.add(directory.resolve("out" + i + ".txt"));
      processes.add(
          Processes.builder(command(millis))
              .redirectErrorStream(true)
              .redirectOutput(outputs.get(i).toFile())
              .start());
    }
    int unpacked = 0;
    for (int i = 0; i < processes.size(); i++) {
      assertThat(processes.get(i).waitFor(5, TimeUnit.MINUTES)).isTrue();
      long read =
          read(
              new Processes.Result(
                  processes.get(i).exitValue(), Files.readString(outputs.get(i)), ""));
      unpacked += read >= length ? 1 : 0;
      assertThat(read >= length || read < 8192).as("read " + read).isTrue();
    }
    assertThat(unpacked).isEqualTo(1);
    assertThat(left(cache)).containsExactly(name, LOCK);
    assertThat(cache.resolve(name)).hasSameBinaryContentAs(image);
  }

  @Test
  void processAfterOneThatWasKilledAtAnyMomentIsRight() throws Exception {
    long start = System.nanoTime();
    long millis = Math.max(1, 500 / (Files.size(image) / 4096 + 1));
    assertThat(read(Processes.run(directory, command(millis)))).isPositive();
    long whole = System.nanoTime() - start;

    Random random = new Random(SEED);
    Path file = cache.resolve(name);
    Path temporary = cache.resolve(name + ".tmp");
    int killed = 0;
    int left = 0;
    int there = 0;
    for (int i = 0; i < KILLS; i++) {
      Files.deleteIfExists(file);
      Process process =
          Processes.builder(command(millis))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("killed.txt").toFile())
              .start();
      if (i % 2 == 1) {
        while (process.isAlive() && !Files.exists(temporary)) {
          Thread.sleep(1);
        }
      }
      long most = i % 2 == 0 ? whole + whole / 4 : whole / 2;
      process.waitFor((long) (random.nextDouble() * most), TimeUnit.NANOSECONDS);
      process.destroyForcibly();
      killed += process.waitFor() == 0 ? 0 : 1;
      String moment = "seed " + SEED + ", kill " + i;
      left += Files.exists(temporary) ? 1 : 0;
      if (Files.exists(file)) {
        there++;
        assertThat(file).as(moment).hasSameBinaryContentAs(image);
      }
      if (i % 4 == 3) {
        // Killed twice in a row.
        continue;
      }
      read(Processes.run(directory, command(0)));
      assertThat(file).as(moment).hasSameBinaryContentAs(image);
      assertThat(left(cache)).as(moment).containsExactly(name, LOCK);
    }
    System.out.printf(
        "mapResource: %d runs, %d killed, %d left a temporary file, %d the image%n",
        KILLS, killed, left, there);
    assertThat(killed).isGreaterThan(KILLS / 2);
    assertThat(left).isPositive();
  }

  private void assertNothingUnpacked(Processes.Result result, Path folder) throws IOException {
    assertThat(result.code()).as(result.out() + result.err()).isEqualTo(1);
    assertThat(result.err().lines()).as(result.err()).hasSize(1);
    assertThat(result.err())
        .startsWith("cannot unpack the image: ")
        .contains("length=" + Files.size(image))
        .contains("resource=" + resource)
        .contains("file=" + folder.resolve(name));
    assertThat(left(folder)).isSubsetOf(LOCK);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void fileThatMayNotGrowIsAnErrorAndLeavesNothing() throws Exception {
    for (long blocks : new long[] {1, 128, Files.size(image) / 512 - 1}) {
      List<String> command =
          new ArrayList<>(
              List.of("sh", "-c", "ulimit -f " + blocks + " && exec \"$@\"", "limited"));
      command.addAll(command(0));
      assertNothingUnpacked(Processes.run(directory, command), cache);
    }
    read(Processes.run(directory, command(0)));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void fullDiskIsAnErrorAndLeavesNothing() throws Exception {
    cache = Files.createDirectory(directory.resolve("small"));
    long size = Files.size(image) / 2;
    assumeTrue(
        Processes.run(
                    directory,
                    List.of(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "mode=0700,size=" + size,
                        "tmpfs",
                        cache.toString()))
                .code()
            == 0,
        "may not mount a small file system here");
    try {
      assertNothingUnpacked(Processes.run(directory, command(0)), cache);
      Processes.run(directory, List.of("mount", "-o", "remount,size=" + 4 * size, "" + cache));
      read(Processes.run(directory, command(0)));
    } finally {
      Processes.run(directory, List.of("umount", cache.toString()));
    }
  }
}
