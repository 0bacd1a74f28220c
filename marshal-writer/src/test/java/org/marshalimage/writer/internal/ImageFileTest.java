package org.marshalimage.writer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.internal.memory.ImageBytes;

/** What is appended behind a front that comes last, whatever the buffer holds. */
class ImageFileTest {
  @TempDir Path directory;

  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 7 + (i >> 8) + seed);
    }
    return bytes;
  }

  @Test
  void objectsStandWhereTheyStartAndTheFrontBeforeThem() throws Exception {
    for (int start : new int[] {0, 8, 1 << 16, (1 << 17) + 24, 300_000}) {
      Path target = directory.resolve("x" + start);
      byte[] front = bytes(start, 1);
      byte[] first = bytes(100, 2);
      byte[] second = bytes(200_000, 3);
      CRC32C checksum = new CRC32C();
      byte[] id;
      try (ImageFile file = ImageFile.create(target, start)) {
        file.append(first, 60);
        file.padTo(start + 64, checksum);
        file.append(second, second.length);
        // What has been passed needs no padding.
        file.padTo(start, checksum);
        id = file.finishId(front, start / 2);
        file.putFront(ByteBuffer.wrap(front));
        assertThat(target).doesNotExist();
        file.commit();
      }
      ByteBuffer expected = ByteBuffer.allocate(start + 64 + second.length);
      expected.put(front).put(first, 0, 60).putInt(0).put(second);
      assertThat(Files.readAllBytes(target)).isEqualTo(expected.array());
      CRC32C zeros = new CRC32C();
      zeros.update(new byte[4]);
      assertThat(checksum.getValue()).isEqualTo(zeros.getValue());
      // The id is that of the objects, then of what follows the header.
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(expected.array(), start, expected.capacity() - start);
      digest.update(front, start / 2, start - start / 2);
      assertThat(id).isEqualTo(digest.digest());
    }
    assertThat(directory.toFile().list()).hasSize(5).noneMatch(name -> name.endsWith(".tmp"));
  }

  @Test
  void longPaddingIsZero() throws Exception {
    Path target = directory.resolve("x");
    CRC32C checksum = new CRC32C();
    try (ImageFile file = ImageFile.create(target, 8)) {
      file.append(new byte[] {5}, 1);
      file.padTo(150_000, checksum);
      file.append(new byte[] {6}, 1);
      file.putFront(ByteBuffer.wrap(bytes(8, 1)));
      file.commit();
    }
    byte[] expected = Arrays.copyOf(bytes(8, 1), 150_001);
    expected[8] = 5;
    expected[150_000] = 6;
    assertThat(Files.readAllBytes(target)).isEqualTo(expected);
    CRC32C zeros = new CRC32C();
    zeros.update(new byte[150_000 - 9]);
    assertThat(checksum.getValue()).isEqualTo(zeros.getValue());
  }

  /** More than what is kept in memory before it is written. */
  @Test
  void manyBytesAreWrittenInTheirOrder() throws Exception {
    Path target = directory.resolve("x");
    byte[] part = bytes(1_500_001, 7);
    try (ImageFile file = ImageFile.create(target, 8)) {
      for (int i = 0; i < 3; i++) {
        file.append(part, part.length);
      }
      file.putFront(ByteBuffer.wrap(bytes(8, 1)));
      file.commit();
    }
    ByteBuffer expected = ByteBuffer.allocate(8 + 3 * part.length);
    expected.put(bytes(8, 1)).put(part).put(part).put(part);
    assertThat(Arrays.equals(Files.readAllBytes(target), expected.array())).isTrue();
  }

  @Test
  void otherFileIsCopiedFromItsStartAndOverwritten() throws Exception {
    byte[] bytes = bytes(100_000, 4);
    Path source = Files.write(directory.resolve("source"), bytes);
    Path target = directory.resolve("x");
    try (FileChannel from = FileChannel.open(source).position(77);
        ImageFile file = ImageFile.create(target, 0)) {
      file.copy(from, bytes.length);
      try (ImageBytes image = file.map(target)) {
        assertThat(image.length()).isEqualTo(bytes.length);
        image.putLong(8, 0x0102030405060708L);
        file.overwrite(image);
      }
      file.commit();
    }
    ByteBuffer.wrap(bytes).putLong(8, 0x0807060504030201L);
    assertThat(Files.readAllBytes(target)).isEqualTo(bytes);
  }

  @Test
  void fileThatShrinksWhileItIsCopiedIsRefused() throws Exception {
    Path source = Files.write(directory.resolve("source"), new byte[100]);
    Path target = directory.resolve("x");
    try (FileChannel from = FileChannel.open(source);
        ImageFile file = ImageFile.create(target, 0)) {
      assertThatThrownBy(() -> file.copy(from, 101))
          .isInstanceOf(EOFException.class)
          .hasMessage("file shrinks while it is copied: expected length=101, found=100");
    }
    assertThat(directory.toFile().list()).containsExactly("source");
  }

  @Test
  void fileThatIsNotCommittedIsGone() throws Exception {
    Path target = directory.resolve("x");
    try (ImageFile file = ImageFile.create(target, 8)) {
      file.append(bytes(70_000, 1), 70_000);
    }
    assertThat(directory).isEmptyDirectory();
  }
}
