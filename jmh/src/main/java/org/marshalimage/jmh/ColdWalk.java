package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import org.marshalimage.MarshalImage;

/**
 * Maps an image and reads every object of some modules, each string and bytes object to its end.
 */
final class ColdWalk {
  private ColdWalk() {}

  /**
   * Maps an image. Prints nothing; the status is 1 if nothing was read.
   *
   * @param arguments the image; names of modules
   */
  public static void main(String[] arguments) throws IOException {
    long sum = 0;
    try (MarshalImage image = MarshalImage.map(Path.of(arguments[0]))) {
      CursorWalk walk = new CursorWalk(image, true);
      for (int i = 1; i < arguments.length; i++) {
        sum += walk.walk(image.module(arguments[i]).rootOffset());
      }
    }
    if (sum == 0) {
      System.exit(1);
    }
  }
}
