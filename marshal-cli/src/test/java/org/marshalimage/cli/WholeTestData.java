package org.marshalimage.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.marshalimage.format.TestData;

/** All {@code .pyc} files of testdata as one library. */
final class WholeTestData {
  private WholeTestData() {}

  /** Copies the files to folders that an import can name: 3_13 where testdata has 3.13. */
  static Path copyTo(Path library) throws IOException {
    Path source = TestData.path("pyc");
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path relative = source.relativize(file);
        Path folder = library.resolve(relative.getName(0).toString().replace('.', '_'));
        Path copy = folder.resolve(relative.getName(0).relativize(relative));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    return library;
  }
}
