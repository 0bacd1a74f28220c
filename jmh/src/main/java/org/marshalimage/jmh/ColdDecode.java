package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import org.marshalimage.format.stream.PycFile;

/** What an interpreter does without an image: reads the file of each module and decodes it. */
final class ColdDecode {
  private ColdDecode() {}

  /**
   * Decodes files. Prints nothing; the status is 1 if there is none.
   *
   * @param arguments {@code .pyc} files
   */
  public static void main(String[] arguments) throws IOException {
    int codes = 0;
    for (String file : arguments) {
      codes |= PycFile.read(Path.of(file)).root().typeCode();
    }
    if (codes == 0) {
      System.exit(1);
    }
  }
}
