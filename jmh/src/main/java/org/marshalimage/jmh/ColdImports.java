package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import org.marshalimage.MarshalImage;

/** What an interpreter does that imports many modules: maps an image and takes the code of each. */
final class ColdImports {
  private ColdImports() {}

  /**
   * Maps an image. Prints nothing; the status is 1 if there is no module.
   *
   * @param arguments the image; names of modules
   */
  public static void main(String[] arguments) throws IOException {
    int lines = 0;
    try (MarshalImage image = MarshalImage.map(Path.of(arguments[0]))) {
      for (int i = 1; i < arguments.length; i++) {
        lines |= image.module(arguments[i]).code().firstLine() + 1;
      }
    }
    if (lines == 0) {
      System.exit(1);
    }
  }
}
