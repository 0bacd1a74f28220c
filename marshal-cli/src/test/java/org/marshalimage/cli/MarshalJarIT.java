package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** The packaged command, as a user starts it. */
class MarshalJarIT {
  @TempDir Path directory;

  private static List<String> command(Object... args) {
    return Processes.marshalAsItIs(List.of(), args);
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
      {"verify", image},
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
    Path library = WholeTestData.copyTo(directory.resolve("library"));
    for (Path image : List.of(first, second)) {
      assertThat(Processes.run(directory, command("build", "-o", image, library)).code()).isZero();
    }
    assertThat(first).hasSameBinaryContentAs(second);
  }
}
