package org.marshalimage.cli;

import java.nio.file.Path;
import org.marshalimage.CodeView;
import org.marshalimage.MarshalImage;

/** What an interpreter does first: maps an image and reads a module's code and a name. */
public final class MapOneModule {
  private MapOneModule() {}

  /**
   * Maps and reads.
   *
   * @param args an image, a module, and the name that its code must have
   * @throws Exception if that fails
   */
  public static void main(String[] args) throws Exception {
    try (MarshalImage image = MarshalImage.map(Path.of(args[0]))) {
      CodeView code = image.module(args[1]).code();
      if (!code.name().toString().equals(args[2])) {
        System.exit(1);
      }
    }
  }
}
