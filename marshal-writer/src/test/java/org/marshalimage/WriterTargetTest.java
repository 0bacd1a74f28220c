package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.writer.ImageWriter;

/** What stands where a program has an image written. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "links and permissions are those of POSIX")
class WriterTargetTest {
  @TempDir Path directory;

  private Path source;

  @BeforeEach
  void makeSource() {
    source = TestImages.of(directory, IntValue.of(1));
  }

  private interface Write {
    void to(Path target) throws IOException;
  }

  /** The two ways in which a program writes an image. */
  private List<Write> ways() {
    return List.of(
        target -> {
          try (ImageWriter writer = ImageWriter.create()) {
            writer.add("0", IntValue.of(1)).write(target);
          }
        },
        target -> ImageWriter.prelink(source, target, 0, null));
  }

  @Test
  void whatIsNoRegularFileIsRefusedUntouched() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("folder"));
    Path socket = directory.resolve("socket");
    Path link = Files.createSymbolicLink(directory.resolve("link"), socket);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Object key = Files.getAttribute(socket, "unix:ino");
      for (Path target : List.of(folder, socket, link)) {
        for (Write way : ways()) {
          assertThatThrownBy(() -> way.to(target))
              .isInstanceOf(IOException.class)
              .hasMessageContaining(target.toString())
              .hasMessageNotContaining(".tmp");
        }
      }
      assertThat(Files.getAttribute(socket, "unix:ino")).isEqualTo(key);
      assertThat(folder).isEmptyDirectory();
      assertThat(Files.isSymbolicLink(link)).isTrue();
      assertThat(directory.toFile().list()).hasSize(4);
    }
  }

  @Test
  void linkStaysAndItsFileIsReplaced() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("folder"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("folder/x.img"));
    Path file = folder.resolve("x.img");
    for (Write way : ways()) {
      for (boolean isThere : new boolean[] {true, false}) {
        if (isThere) {
          Files.writeString(file, "old");
        } else {
          Files.delete(file);
        }
        way.to(link);
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(file).hasSameBinaryContentAs(source);
      }
    }
    assertThat(folder.toFile().list()).containsExactly("x.img");
  }

  @Test
  void permissionsStay() throws Exception {
    Path target = Files.writeString(directory.resolve("x.img"), "old");
    assumeTrue(Files.getFileStore(target).supportsFileAttributeView("posix"));
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r-----"));
    for (Write way : ways()) {
      way.to(target);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
          .isEqualTo("rw-r-----");
    }
  }
}
