package org.marshalimage.jcstress;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.marshalimage.MarshalImage;
import org.marshalimage.internal.memory.ImageBytes;

/** Two images with the same strings, mapped once in each JVM that jcstress starts. */
final class Images {
  /** An image. */
  static final MarshalImage FIRST;

  /** Another one. */
  static final MarshalImage SECOND;

  /** The bytes of an image, for what is tried out by itself. */
  static final ImageBytes BYTES;

  static {
    try (InputStream image = Images.class.getResourceAsStream("small.img")) {
      Path copy = Files.createTempFile("jcstress", ".img");
      Files.copy(image, copy, StandardCopyOption.REPLACE_EXISTING);
      FIRST = MarshalImage.map(copy);
      SECOND = MarshalImage.map(copy);
      BYTES = ImageBytes.map(copy);
      // The mappings stay.
      Files.delete(copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Images() {}
}
