package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** What the packaged command says to a user who is new to it, or mistypes. */
class MannersIT {
  private static final Path PYC = TestData.path("pyc/3.13/ints.pyc");

  @TempDir Path directory;

  private Processes.Result marshal(Object... args) throws Exception {
    return Processes.run(directory, Processes.marshal(List.of(), args));
  }

  @Test
  void misspeltWordsGetASuggestion() throws Exception {
    Path image = directory.resolve("x.img");
    Object[][] cases = {
      {"build?", "biuld", "-o", image, PYC},
      {"build?", "help", "biuld"},
      {"--output?", "build", "--ouput", image, PYC},
      {"--output?", "build", "--ouput=" + image, PYC},
      {"--exclude?", "build", "-o", image, "--exlcude", "x", PYC},
      {"--source?", "check", "--sorce", directory, image},
      {"--directory?", "extract", image, "--directry", directory}
    };
    for (Object[] each : cases) {
      Object[] args = Arrays.copyOfRange(each, 1, each.length);
      Processes.Result result = marshal(args);
      assertThat(result.code()).as(result.err()).isEqualTo(2);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).contains("Did you mean ").contains(each[0].toString());
    }
    assertThat(image).doesNotExist();
  }

  @Test
  void withoutArgumentsTheCommandsAreListedOnStandardError() throws Exception {
    Processes.Result result = marshal();
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("marshal: missing command\n").contains("  build ", "  ls ");
  }

  @Test
  void helpListsTheCommandsOrShowsOne() throws Exception {
    Processes.Result all = marshal("help");
    assertThat(all.code()).isZero();
    assertThat(all.err()).isEmpty();
    assertThat(all.out()).isEqualTo(marshal("--help").out()).contains("  build ", "  help ");
    Processes.Result one = marshal("help", "build");
    assertThat(one.code()).isZero();
    assertThat(one.out()).isEqualTo(marshal("build", "--help").out()).contains("--skip-bad");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void folderThatCannotBeReadIsPassedOverOrNamed() throws Exception {
    Path scratch = Files.createDirectory(directory.resolve("scratch"));
    OtherUser nobody = OtherUser.prepare(scratch, directory);
    Path library = Files.createDirectory(directory.resolve("library"));
    Files.copy(PYC, library.resolve("ints.pyc"));
    Path closed = Files.createDirectory(library.resolve("closed"));
    Files.copy(PYC, closed.resolve("more.pyc"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    Path outputs = Files.createDirectory(directory.resolve("outputs"));
    Files.setPosixFilePermissions(outputs, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path image = outputs.resolve("x.img");

    Processes.Result refused = nobody.marshal("build", "-o", image, library);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).startsWith("marshal: permission denied: " + closed + "\n");
    assertThat(image).doesNotExist();
    Processes.Result built = nobody.marshal("build", "-o", image, "--skip-bad", library);
    assertThat(built.code()).isZero();
    assertThat(built.err()).isEqualTo("marshal: skipped: permission denied: " + closed + "\n");
    assertThat(CommandTest.run("ls", image).ok().out().lines().skip(1)).hasSize(1);
    Processes.Result digest = nobody.marshal("digest", library);
    assertThat(digest.code()).isEqualTo(1);
    assertThat(digest.err()).isEqualTo("marshal: permission denied: " + closed + "\n");
    assertThat(digest.out().lines()).hasSize(1);
  }

  @Test
  void summaryOfBuildTellsReadingFromWriting() throws Exception {
    Path image = directory.resolve("x.img");
    assertThat(marshal("build", "-o", image, PYC).out())
        .containsPattern(
            "seconds +[0-9.]+  [0-9]+\\.[0-9]{2} reading, [0-9]+\\.[0-9]{2} writing\n");
    assertThat(marshal("build", "--json", "-o", image, PYC).out())
        .contains("\"secondsReading\"", "\"secondsWriting\"");
  }
}
