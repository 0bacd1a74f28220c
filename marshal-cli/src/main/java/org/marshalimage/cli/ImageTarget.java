package org.marshalimage.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.marshalimage.writer.internal.OutputFile;

/** Where a file is to be written. */
final class ImageTarget {
  private ImageTarget() {}

  /**
   * Finds out before the work begins whether an image can be written there.
   *
   * @throws IOException if something else than a regular file is there
   */
  static void check(Path output) throws IOException {
    if (Files.isDirectory(output)) {
      throw new BadInputException("image would replace a directory: " + output);
    }
    Path named = output.toAbsolutePath().getParent();
    if (!Files.isDirectory(named)) {
      throw new BadInputException("no such directory for the image: " + named);
    }
    Path directory = OutputFile.check(output).toAbsolutePath().getParent();
    if (!Files.isWritable(directory)) {
      throw new BadInputException("directory for the image is not writable: " + directory);
    }
  }

  /**
   * Refuses an output that is an input, under whatever name.
   *
   * @throws BadInputException if both are one file
   */
  static void checkIsNot(Path output, Path input) throws IOException {
    Path real = InputFile.isStandardInput(input) ? InputFile.STANDARD_INPUT : input;
    if (Files.exists(output) && Files.exists(real) && Files.isSameFile(output, real)) {
      throw new BadInputException(
          "output would replace an input: "
              + output
              + (output.toAbsolutePath().equals(input.toAbsolutePath())
                  ? ""
                  : " is the file " + input));
    }
  }
}
