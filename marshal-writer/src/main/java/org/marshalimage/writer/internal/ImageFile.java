package org.marshalimage.writer.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * The file of an image that is being written: {@link OutputFile}, and on the disk before it takes
 * its name.
 */
final class ImageFile implements AutoCloseable {
  /**
   * What is written at a time, each on a multiple of it: the system then keeps the file in large
   * folios, where it can, and one page fault maps up to 2 MiB. Written by 64 KiB, the same image
   * takes a fault for every 64 KiB that are read.
   */
  private static final int BUFFER_SIZE = 2 << 20;

  private final OutputFile file;
  private final FileChannel channel;
  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);
  private long position;

  private ImageFile(OutputFile file, long start) {
    this.file = file;
    this.channel = file.channel();
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
    OutputFile file = OutputFile.create(target, "image");
    try {
      file.channel().position(start - start % BUFFER_SIZE);
      return new ImageFile(file, start);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
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
      throw file.cannotWrite(e);
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
      throw file.cannotWrite(e);
    }
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
        throw file.cannotWrite(e);
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
      throw file.cannotWrite(e);
    }
    file.commit();
    file.syncDirectory();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
