package org.marshalimage.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The file of an image that is being written. It has a name of its own, in the same directory,
 * until it is complete and on the disk: a file under the image's name is always a whole image. It
 * is locked meanwhile, so that the next writer of the image can tell what a killed one has left,
 * and delete it.
 */
final class ImageFile implements AutoCloseable {
  /**
   * What is written at a time, each on a multiple of it: the system then keeps the file in large
   * folios, where it can, and one page fault maps up to 2 MiB. Written by 64 KiB, the same image
   * takes a fault for every 64 KiB that are read.
   */
  private static final int BUFFER_SIZE = 2 << 20;

  private static final String SUFFIX = ".tmp";

  /** What follows the image's name in that of its temporary file: process, number. */
  private static final Pattern LEFTOVER = Pattern.compile("[0-9]+-[0-9]+\\.tmp");

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
    // Zeros up to there, so that the front of the file is not written apart.
    this.buffer.position((int) (start % BUFFER_SIZE));
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
    deleteLeftovers(directory, target);
    return createTemporary(directory, target, start);
  }

  private static ImageFile createTemporary(Path directory, Path target, long start)
      throws IOException {
    for (int attempt = 0; ; attempt++) {
      Path temporary = directory.resolve(prefix(target) + ownPart() + attempt + SUFFIX);
      FileChannel channel;
      try {
        channel =
            FileChannel.open(
                temporary,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
      } catch (FileAlreadyExistsException e) {
        continue;
      } catch (FileSystemException e) {
        String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
        throw new FileSystemException(
            temporary.toString(), null, "cannot write beside the image (" + reason + ")");
      }
      try {
        channel.lock();
        channel.position(start - start % BUFFER_SIZE);
        return new ImageFile(target, temporary, channel, start);
      } catch (IOException | RuntimeException e) {
        channel.close();
        Files.deleteIfExists(temporary);
        throw e;
      }
    }
  }

  private static String prefix(Path target) {
    return "." + target.getFileName() + ".";
  }

  private static String ownPart() {
    return ProcessHandle.current().pid() + "-";
  }

  /**
   * Deletes what killed writers have left: what is locked belongs to one that lives. Files of this
   * process are left alone, since closing one gives up every lock on it that the process has.
   */
  private static void deleteLeftovers(Path directory, Path target) throws IOException {
    String prefix = prefix(target);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.startsWith(prefix)
            && LEFTOVER.matcher(name.substring(prefix.length())).matches()
            && !name.startsWith(ownPart(), prefix.length())) {
          deleteUnlocked(file);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void deleteUnlocked(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Gone meanwhile, or another user's: nothing that keeps this image from being written.
    }
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
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    buffer.clear();
  }

  private void write(ByteBuffer bytes) throws IOException {
    long at = 0;
    try {
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Names the image, which the system does not. An exception of a kind of its own stays. */
  private IOException cannotWrite(IOException e) {
    return e.getClass() == IOException.class
        ? new IOException("cannot write the image: " + e.getMessage() + ": " + target, e)
        : e;
  }

  /** Returns the image id, given what stands between header and objects. */
  byte[] finishId(byte[] front, int headerLength) {
    digest.update(front, headerLength, front.length - headerLength);
    return digest.digest();
  }

  /** Writes what stands before the objects; the file is then complete. */
  void putFront(ByteBuffer front) throws IOException {
    flush();
    write(front);
  }

  /** Copies all of another file. */
  void copy(FileChannel source, long length) throws IOException {
    long at = 0;
    while (at < length) {
      long count;
      try {
        count = channel.transferFrom(source.position(at), at, length - at);
      } catch (IOException e) {
        throw cannotWrite(e);
      }
      if (count <= 0) {
        throw new EOFException(
            "file shrinks while it is copied: expected length=" + length + ", found=" + at);
      }
      at += count;
    }
  }

  /**
   * Maps the complete file for changes that reach it with {@link #overwrite} alone. A write to a
   * shared mapping that the disk has no room for, as it may need where files share blocks or have
   * holes, is an error of the JVM and not an exception with a reason.
   */
  ImageBytes map(Path name) throws IOException {
    return ImageBytes.map(name, channel, FileChannel.MapMode.PRIVATE);
  }

  /** Writes all that a mapping of this file has. */
  void overwrite(ImageBytes image) throws IOException {
    write(image.slice(0, image.length()));
  }

  /** Puts the complete file under its name. */
  void commit() throws IOException {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
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
    try (channel) {
      if (!committed) {
        Files.deleteIfExists(temporary);
      }
    }
  }
}
