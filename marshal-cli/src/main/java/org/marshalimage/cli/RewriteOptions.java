package org.marshalimage.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Of a command that writes an image anew: which, and where to. */
final class RewriteOptions {
  @Parameters(paramLabel = "IMG", description = "The image.")
  Path image;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "The image to write; IMG itself if it is not given.")
  private @Nullable Path output;

  @Option(names = "--json", description = "Writes the summary as JSON.")
  boolean json;

  /** Refuses to write where the image came from, if that is a pipe. */
  void check(CommandLine command) {
    if (output == null && InputFile.isPipe(image)) {
      throw new CommandLine.ParameterException(
          command, "an image from a pipe needs --output: " + image);
    }
  }

  Path target() {
    return output == null ? image : output;
  }
}
