package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.marshalimage.format.PythonVersion;

/** Jython's way: starts it, reads the file of each module and hands the stream to its marshal. */
final class ColdJython {
  private ColdJython() {}

  /**
   * Decodes files of CPython 2.7.
   *
   * @param arguments {@code .pyc} files; none to start Jython and no more
   */
  public static void main(String[] arguments) throws IOException {
    JythonMarshal jython = new JythonMarshal();
    for (String file : arguments) {
      byte[] pyc = Files.readAllBytes(Path.of(file));
      int header = PythonVersion.V2_7.headerLength();
      if (jython.loads(JythonMarshal.stream(pyc, header, pyc.length)) == null) {
        System.exit(1);
      }
    }
  }
}
