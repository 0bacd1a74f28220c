package org.marshalimage.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where an image is to be written. */
final class ImageTarget {
  private ImageTarget() {}

  /** Finds out before the work begins whether an image can be written there. */
  static void check(Path output) {
    Path directory = output.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new BadInputException("no such directory for the image: " + directory);
    }
    if (!Files.isWritable(directory)) {
      throw new BadInputException("directory for the image is not writable: " + directory);
    }
    if (Files.isDirectory(output)) {
      throw new BadInputException("image would replace a directory: " + output);
    }
  }
}
