package org.marshalimage.writer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file while it is written, and what stays of the one that it replaces. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "links and permissions are those of POSIX")
class OutputFileTest {
  @TempDir Path directory;

  private static void write(OutputFile file, String text) throws IOException {
    file.channel().write(ByteBuffer.wrap(text.getBytes("UTF-8")));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private Path temporary() {
    return directory.resolve(
        Set.of(directory.toFile().list()).stream()
            .filter(name -> name.endsWith(".tmp"))
            .findFirst()
            .orElseThrow());
  }

  @Test
  void nobodyElseCanOpenWhatReplacesAFile() throws Exception {
    Path target = Files.writeString(directory.resolve("x"), "old");
    for (String each : new String[] {"rw-------", "rw-r-----", "r--r--r--", "rwxrwxrwx"}) {
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(each));
      try (OutputFile file = OutputFile.create(target, "file")) {
        write(file, "new");
        assertThat(permissions(temporary())).isEqualTo("rw-------");
        file.commit();
      }
      assertThat(permissions(target)).isEqualTo(each);
      assertThat(target).hasContent("new");
      assertThat(directory.toFile().list()).containsExactly("x");
    }
  }

  @Test
  void newFileHasThePermissionsOfAnyNewFile() throws Exception {
    Path target = directory.resolve("x");
    try (OutputFile file = OutputFile.create(target, "file")) {
      file.commit();
    }
    assertThat(permissions(target))
        .isEqualTo(permissions(Files.createFile(directory.resolve("y"))));
  }

  @Test
  void fileThatTurnsIntoADirectoryMeanwhileIsRefused() throws Exception {
    Path target = directory.resolve("x");
    try (OutputFile file = OutputFile.create(target, "file")) {
      Files.createDirectory(target);
      assertThatThrownBy(file::commit)
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining(target.toString())
          .hasMessageNotContaining(".tmp");
    }
    assertThat(target).isEmptyDirectory();
    assertThat(directory.toFile().list()).containsExactly("x");
  }

  /** In a container every process may have the same number. */
  @Test
  void leftoverOfAKilledProcessOfTheSameNumberIsDeleted() throws Exception {
    Path target = directory.resolve("x");
    String prefix = ".x." + ProcessHandle.current().pid();
    Files.writeString(directory.resolve(prefix + "-7.tmp"), "left");
    try (OutputFile first = OutputFile.create(target, "file");
        OutputFile second = OutputFile.create(target, "file")) {
      write(first, "first");
      assertThat(directory.toFile().list())
          .containsExactlyInAnyOrder(prefix + "-0.tmp", prefix + "-1.tmp");
      second.commit();
      first.commit();
    }
    assertThat(target).hasContent("first");
    assertThat(directory.toFile().list()).containsExactly("x");
  }

  private Path leave(String name) throws IOException {
    return Files.writeString(directory.resolve(name), "left");
  }

  @Test
  void whatKilledWritersOfOtherFilesLeftStays() throws Exception {
    Path[] others = {
      leave(".x.tmp"),
      leave(".x.1-2.tmp.tmp"),
      leave(".y.1-2.tmp"),
      leave("x.1-2.tmp"),
      leave(".x.y.1-2.tmp"),
      leave(".x.a-2.tmp")
    };
    leave(".x.1-2.tmp");
    leave(".x.12-345.tmp");
    assertThat(OutputFile.leftovers(directory))
        .containsExactlyInAnyOrder(
            directory.resolve(".x.1-2.tmp"),
            directory.resolve(".x.12-345.tmp"),
            directory.resolve(".y.1-2.tmp"),
            directory.resolve(".x.y.1-2.tmp"));
    try (OutputFile file = OutputFile.create(directory.resolve("x"), "file")) {
      file.commit();
    }
    assertThat(directory.toFile().list())
        .containsExactlyInAnyOrder(
            Stream.concat(
                    Stream.of(others).map(each -> each.getFileName().toString()), Stream.of("x"))
                .toArray(String[]::new));
    assertThat(OutputFile.leftovers(directory.resolve("none"))).isEmpty();
  }

  @Test
  void whatIsNoFileIsRefusedBeforeAnythingIsWritten() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("folder"));
    assertThatThrownBy(() -> OutputFile.create(folder, "file"))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(folder + ": is a directory, expected a file");
    Path missing = directory.resolve("no").resolve("x");
    assertThatThrownBy(() -> OutputFile.create(missing, "file"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(
            missing
                + ": no such directory: "
                + directory.resolve("no")
                + ", cannot write the file");
    assertThatThrownBy(() -> OutputFile.create(Path.of("/dev/null"), "file"))
        .isInstanceOf(FileSystemException.class)
        .hasMessage("/dev/null: is no regular file and will not be replaced");
    assertThat(directory.toFile().list()).containsExactly("folder");
  }

  @Test
  void linkStaysAndWhatItLeadsToIsReplacedOrMade() throws Exception {
    Path old = Files.writeString(directory.resolve("old"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("old"));
    assertThat(OutputFile.check(link)).isEqualTo(old.toRealPath());
    assertThat(OutputFile.check(old)).isEqualTo(old);
    Path made = directory.resolve("made");
    Path first = Files.createSymbolicLink(directory.resolve("first"), Path.of("second"));
    Files.createSymbolicLink(directory.resolve("second"), Path.of("made"));
    for (Path target : new Path[] {link, first}) {
      try (OutputFile file = OutputFile.create(target, "file")) {
        write(file, "new");
        file.commit();
      }
      assertThat(target).isSymbolicLink().hasContent("new");
    }
    assertThat(old).isRegularFile().hasContent("new");
    assertThat(made).isRegularFile().hasContent("new");
  }

  @Test
  void fileThatIsNotCommittedLeavesTheOldOne() throws Exception {
    Path target = Files.writeString(directory.resolve("x"), "old");
    try (OutputFile file = OutputFile.create(target, "file")) {
      write(file, "new");
    }
    assertThat(target).hasContent("old");
    assertThat(directory.toFile().list()).containsExactly("x");
  }

  @Test
  void errorOfTheSystemNamesTheTarget() throws Exception {
    Path target = directory.resolve("x");
    try (OutputFile file = OutputFile.create(target, "image")) {
      IOException full = new IOException("no space left");
      assertThat(file.cannotWrite(full))
          .hasMessage("cannot write the image: no space left: " + target)
          .hasCause(full);
      IOException own = new FileSystemException("y");
      assertThat(file.cannotWrite(own)).isSameAs(own);
    }
  }

  @Test
  void nameThatTheSystemCannotMakeIsSaidOfTheTarget() {
    // As long as a name may be, so that the temporary file's is longer.
    Path target = directory.resolve("x".repeat(255));
    assertThatThrownBy(() -> OutputFile.create(target, "image"))
        .isExactlyInstanceOf(FileSystemException.class)
        .hasMessage(target + ": cannot write beside the image (File name too long)");
    assertThat(directory).isEmptyDirectory();
  }

  /** Only root may give a file away. */
  @Test
  void ownerAndGroupOfTheOldFileStay() throws Exception {
    Path target = Files.writeString(directory.resolve("x"), "old");
    assumeTrue(Files.getAttribute(target, "unix:uid").equals(0));
    for (int[] each : new int[][] {{1, 1}, {0, 1}, {1, 0}}) {
      Files.setAttribute(target, "unix:uid", each[0]);
      Files.setAttribute(target, "unix:gid", each[1]);
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r-----"));
      try (OutputFile file = OutputFile.create(target, "file")) {
        file.commit();
      }
      assertThat(Files.getAttribute(target, "unix:uid")).isEqualTo(each[0]);
      assertThat(Files.getAttribute(target, "unix:gid")).isEqualTo(each[1]);
      assertThat(permissions(target)).isEqualTo("rw-r-----");
    }
  }
}
