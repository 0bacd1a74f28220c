package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.TestData;

/** The packaged command, as a user starts it. */
class MarshalJarIT {
  private static final int KILLS = 12;

  @TempDir Path directory;

  private static List<String> command(Object... args) {
    List<String> command =
        new ArrayList<>(List.of(Processes.java(), "-jar", Processes.marshalJar().toString()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    return command;
  }

  @Test
  void everyCommandRunsWithoutFlagOrWarning() throws Exception {
    Path image = directory.resolve("x.img");
    Object[][] commands = {
      {"build", "-o", image, TestData.path("pyc/3.13")},
      {"ls", image},
      {"show", image, "shop.stock.shelf"},
      {"dump", image, "ints"},
      {"digest", image},
      {"stat", image},
      {"stat", "--json", image},
      {"demo"},
      {"--version"}
    };
    for (Object[] args : commands) {
      Processes.Result result = Processes.run(directory, command(args));
      assertThat(result.err()).as(args[0].toString()).isEmpty();
      assertThat(result.out()).as(args[0].toString()).isNotEmpty();
      assertThat(result.code()).as(args[0].toString()).isZero();
    }
  }

  @Test
  void badInputExitsWithOneAndOneLine() throws Exception {
    Path missing = directory.resolve("missing.img");
    Processes.Result result = Processes.run(directory, command("ls", missing));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains(missing.toString());
  }

  @Test
  void everyRunGivesTheSameBytes() throws Exception {
    Path first = directory.resolve("first.img");
    Path second = directory.resolve("second.img");
    for (Path image : List.of(first, second)) {
      assertThat(
              Processes.run(directory, command("build", "-o", image, TestData.path("pyc"))).code())
          .isZero();
    }
    assertThat(first).hasSameBinaryContentAs(second);
  }

  @Test
  void killedBuildLeavesNoFileUnderTheName() throws Exception {
    long seed = 20_081_208;
    Random random = new Random(seed);
    int killed = 0;
    for (int i = 0; i < KILLS; i++) {
      Path image = directory.resolve("killed" + i + ".img");
      Process process =
          Processes.builder(command("build", "-o", image, TestData.path("pyc")))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("killed.txt").toFile())
              .start();
      // From before the writer starts to about when it is done.
      process.waitFor(100 + random.nextInt(1400), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      if (Files.exists(image)) {
        // The build was faster: then the image is whole.
        try (MarshalImage mapped = MarshalImage.map(image)) {
          assertThat(mapped.module("3.13.closures").code().name().toString())
              .as("seed " + seed + ", kill " + i)
              .isEqualTo("<module>");
        }
      } else {
        killed++;
      }
    }
    assertThat(killed).isPositive();
  }
}
