package org.marshalimage.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Remembers what an image was made of, so that it is made anew only if something has changed. */
final class LastRun {
  private final Path file;

  /** Remembers in a file. */
  LastRun(Path file) {
    this.file = file;
  }

  /** Tells whether the last run made this file, of the same, and nobody has written it since. */
  boolean made(Path output, String fingerprint) throws IOException {
    return Files.exists(file)
        && Files.isRegularFile(output)
        && Files.readAllLines(file).equals(record(output, fingerprint));
  }

  /** To be called before the file is made: of one that is made half, nothing is known. */
  void forget() throws IOException {
    Files.deleteIfExists(file);
  }

  /** Notes that a file was made. */
  void note(Path output, String fingerprint) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, record(output, fingerprint));
  }

  private static List<String> record(Path output, String fingerprint) throws IOException {
    return List.of(
        "made of " + fingerprint, "output " + output, "stamp " + Fingerprint.stampOf(output));
  }
}
