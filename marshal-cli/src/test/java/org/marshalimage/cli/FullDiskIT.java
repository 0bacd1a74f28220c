package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** A disk that is full, or a file that may not grow: one line, and the old image as it was. */
@EnabledOnOs(OS.LINUX)
class FullDiskIT {
  @TempDir Path directory;

  private Path library;
  private Path old;
  private long oldLength;
  private long newLength;

  @BeforeEach
  void build() throws Exception {
    library = WholeTestData.copyTo(directory.resolve("library"));
    Path whole = directory.resolve("whole.img");
    CommandTest.run("build", "-o", whole, library).ok();
    newLength = whole.toFile().length();
    old = directory.resolve("old.img");
    CommandTest.run("build", "-o", old, TestData.path("pyc/3.13")).ok();
    oldLength = old.toFile().length();
  }

  private static void assertRefused(Processes.Result result, Path image, byte[] before)
      throws Exception {
    assertThat(result.code()).as(result.out() + result.err()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).as(result.err()).hasSize(1);
    assertThat(result.err()).startsWith("marshal: cannot write the image: ").contains("x.img");
    assertThat(Files.readAllBytes(image)).isEqualTo(before);
    try (Stream<Path> files = Files.list(image.getParent())) {
      assertThat(files).containsExactly(image);
    }
  }

  /** Puts a limit on the length of files, in units of 512 bytes. */
  private static List<String> limited(long blocks, Object... args) {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "ulimit -f " + blocks + " && exec \"$@\"", "marshal"));
    command.addAll(Processes.marshal(List.of("-XX:-UsePerfData"), args));
    return command;
  }

  @Test
  void fileThatMayNotGrowIsAnErrorInOneLine() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("images"));
    Path image = Files.copy(old, folder.resolve("x.img"));
    byte[] before = Files.readAllBytes(image);
    Object[][] commands = {
      {"build", "-o", image, library},
      {"build", "-o", image, library, "--base", "auto", "--types", "standard"},
      {"link", image, "--base", "auto", "--types", "standard"},
    };
    long least = 128;
    for (Object[] args : commands) {
      long length = args[0].equals("link") ? oldLength : newLength;
      for (long blocks : new long[] {least, length / 512 - 1}) {
        assertRefused(Processes.run(directory, limited(blocks, args)), image, before);
      }
    }
  }

  @Test
  void fullDiskIsAnErrorInOneLine() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("small"));
    for (boolean isLink : new boolean[] {false, true}) {
      long needed = isLink ? oldLength : newLength;
      for (long free : new long[] {needed / 2, needed - 8192}) {
        long size = oldLength + free;
        assumeTrue(
            Processes.run(
                        directory,
                        List.of("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", "" + folder))
                    .code()
                == 0,
            "may not mount a small file system here");
        try {
          Path image = Files.copy(old, folder.resolve("x.img"));
          byte[] before = Files.readAllBytes(image);
          Object[] args =
              isLink
                  ? new Object[] {"link", image, "--base", "auto", "--types", "standard"}
                  : new Object[] {"build", "-o", image, library};
          assertRefused(
              Processes.run(directory, Processes.marshal(List.of(), args)), image, before);
        } finally {
          Processes.run(directory, List.of("umount", folder.toString()));
        }
      }
    }
  }
}
