package org.marshalimage.writer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file while it is written, and what stays of the one that it replaces. */
@DisabledOnOs(OS.WINDOWS)
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
}
