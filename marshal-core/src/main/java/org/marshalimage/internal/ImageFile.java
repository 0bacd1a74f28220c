package org.marshalimage.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;

/**
 * The file of an image that is being written. It has another name, in the same directory, until it
 * is complete and on the disk: a file under the image's name is always a whole image. The other
 * name is always the same, so that what a killed writer left is overwritten by the next one.
 */
final class ImageFile implements AutoCloseable {
  private static final int BUFFER_SIZE = 1 << 20;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);
  private long position;
  private boolean committed;

  private ImageFile(Path target, Path temporary, FileChannel channel, long start) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.position = start;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Opens a file whose objects start at an offset. */
  static ImageFile create(Path target, long start) throws IOException {
    Path directory = target.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new NoSuchFileException(
          target.toString(), null, "no such directory: " + directory + ", cannot write the image");
    }
    if (Files.isDirectory(target)) {
      throw new IOException("is a directory, expected a file: " + target);
    }
    Path temporary = directory.resolve("." + target.getFileName() + ".tmp");
    FileChannel channel = open(temporary);
    try {
      lock(channel, target);
      channel.truncate(0);
      channel.position(start);
      return new ImageFile(target, temporary, channel, start);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileChannel open(Path temporary) throws IOException {
    try {
      return FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      throw new FileSystemException(
          temporary.toString(), null, "cannot write beside the image (" + reason + ")");
    }
  }

  private static void lock(FileChannel channel, Path target) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // The same, by a thread of this process.
    }
    throw new IOException("another writer is at work on " + target);
  }

  /** Writes zeros up to an offset, and adds them to a checksum. */
  void padTo(long offset, CRC32C checksum) throws IOException {
    while (position < offset) {
      byte[] zeros = new byte[(int) Math.min(offset - position, BUFFER_SIZE)];
      append(zeros, zeros.length);
      checksum.update(zeros);
    }
  }

  /** Writes bytes behind those that are there. */
  void append(byte[] bytes, int length) throws IOException {
    digest.update(bytes, 0, length);
    position += length;
    int from = 0;
    while (from < length) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int count = Math.min(buffer.remaining(), length - from);
      buffer.put(bytes, from, count);
      from += count;
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  /** Returns the image id, given what stands between header and objects. */
  byte[] finishId(byte[] front, int headerLength) {
    digest.update(front, headerLength, front.length - headerLength);
    return digest.digest();
  }

  /** Writes what stands before the objects and puts the file under its name. */
  void commit(ByteBuffer front) throws IOException {
    flush();
    long at = 0;
    while (front.hasRemaining()) {
      at += channel.write(front, at);
    }
    channel.force(true);
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system cannot rename in one step: " + target, e);
    }
    committed = true;
    syncDirectory();
  }

  /** Makes the new name last; where directories cannot be opened, the system sees to it. */
  private void syncDirectory() {
    Path directory = target.toAbsolutePath().getParent();
    try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
      opened.force(true);
    } catch (IOException e) {
      // Not a file that can be opened on this system.
    }
  }

  @Override
  public void close() throws IOException {
    // Deleted while the lock is held, so that no other writer's file is.
    if (!committed) {
      Files.deleteIfExists(temporary);
    }
    channel.close();
  }
}
