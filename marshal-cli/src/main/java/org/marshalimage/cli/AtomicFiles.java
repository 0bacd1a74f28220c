package org.marshalimage.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.marshalimage.writer.internal.OutputFile;

/** Writes small files so that a reader sees the old or the new one, whole. */
final class AtomicFiles {
  /** By directory, so that each is listed once for all the files that go there. */
  private final Map<Path, List<Path>> leftovers = new HashMap<>();

  /**
   * Writes a file.
   *
   * @throws IOException if something else than a regular file is there, or it cannot be written;
   *     then what was there before is as it was
   */
  void write(Path target, byte[] bytes) throws IOException {
    Path directory = OutputFile.check(target).toAbsolutePath().getParent();
    List<Path> old = leftovers.computeIfAbsent(directory, OutputFile::leftovers);
    try (OutputFile file = OutputFile.create(target, "file", old)) {
      file.write(bytes);
      file.commit();
    }
  }
}
