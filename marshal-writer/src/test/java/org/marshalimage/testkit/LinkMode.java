package org.marshalimage.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.TypeTable;
import org.marshalimage.writer.ImageWriter;

/** A way of mapping an image. Those in place need Linux. */
public enum LinkMode {
  /** As the file is. */
  READ_ONLY,
  /** As the file is; checksums are compared. */
  CHECKED,
  /** The bytes of the file in a buffer on the heap, with others around them. */
  HEAP_BUFFER,
  /** The bytes of the file in a direct buffer, with others around them, on no even address. */
  DIRECT_BUFFER,
  /** In place, each module linked on first use. */
  IN_PLACE,
  /** In place, all modules linked at once. */
  IN_PLACE_ALL,
  /** In place, with the handles and the address that {@link #prepare} prelinks for. */
  PRELINKED,
  /** In place, with other handles than {@link #prepare} prelinks for. */
  PRELINKED_FOR_OTHERS;

  /** Low enough for every process, and where neither the JVM nor the system maps anything. */
  private static final long FIRST_ADDRESS = 0x1111_0000_0000L;

  /** Bytes before an image in a buffer. */
  private static final int AROUND = 5;

  private static final long OTHER_HANDLES = 0x7000_0000L;

  /**
   * Writes the image that this mode is about: prelinked, or a copy.
   *
   * @param sound an image
   * @param target the file to write
   * @param number gives each number another address, 4 GiB apart
   * @throws IOException if a file cannot be read or written
   */
  public void prepare(Path sound, Path target, int number) throws IOException {
    if (this == PRELINKED || this == PRELINKED_FOR_OTHERS) {
      ImageWriter.prelink(
          sound, target, FIRST_ADDRESS + ((long) number << Integer.SIZE), TypeTable.standard());
    } else {
      Files.copy(sound, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Maps an image in this mode.
   *
   * @param path the image, damaged or not
   * @return the image; the caller closes it
   * @throws IOException if it cannot be mapped
   */
  public MarshalImage map(Path path) throws IOException {
    switch (this) {
      case READ_ONLY:
        return MarshalImage.map(path);
      case CHECKED:
        return MarshalImage.map(path, MapOptions.builder().checksums(true).build());
      case HEAP_BUFFER:
        return MarshalImage.map(buffer(path, false));
      case DIRECT_BUFFER:
        return MarshalImage.map(buffer(path, true));
      case IN_PLACE_ALL:
        return MarshalImage.map(path, MapOptions.builder().inPlace().linkAll().build());
      case PRELINKED_FOR_OTHERS:
        TypeTable.Builder types = TypeTable.builder();
        for (int code : TypeTable.imageTypes()) {
          types.bind(code, OTHER_HANDLES + 0x40L * code);
        }
        return MarshalImage.map(path, MapOptions.builder().inPlace().types(types.build()).build());
      default:
        return MarshalImage.map(path, MapOptions.builder().inPlace().build());
    }
  }

  /**
   * Tells whether the image is mapped privately.
   *
   * @return whether it is
   */
  public boolean isInPlace() {
    return compareTo(IN_PLACE) >= 0;
  }

  private static ByteBuffer buffer(Path path, boolean isDirect) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    int capacity = bytes.length + 3 * AROUND;
    ByteBuffer buffer =
        isDirect ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
    while (buffer.hasRemaining()) {
      buffer.put((byte) 0x55);
    }
    return buffer.position(AROUND).put(bytes).flip().position(AROUND);
  }
}
