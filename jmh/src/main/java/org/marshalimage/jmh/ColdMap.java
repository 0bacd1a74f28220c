package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import org.marshalimage.CodeView;
import org.marshalimage.MarshalImage;
import org.marshalimage.TupleView;

/** What an interpreter does first: maps an image and takes a module's code, name and names. */
final class ColdMap {
  private ColdMap() {}

  /**
   * Maps an image. Prints nothing; the status is 1 if the module has no name.
   *
   * @param arguments the image; the name of a module
   */
  public static void main(String[] arguments) throws IOException {
    int length;
    try (MarshalImage image = MarshalImage.map(Path.of(arguments[0]))) {
      CodeView code = image.module(arguments[1]).code();
      length = code.name().toString().length();
      TupleView names = code.names();
      for (int i = 0; i < names.size(); i++) {
        length += names.get(i).toString().length();
      }
    }
    if (length == 0) {
      System.exit(1);
    }
  }
}
