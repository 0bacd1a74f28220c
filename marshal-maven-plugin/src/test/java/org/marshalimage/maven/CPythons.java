package org.marshalimage.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the CPythons of this machine. */
final class CPythons {
  private CPythons() {}

  /** Returns interpreters: those of the setting, else those that pyenv has installed. */
  static List<Path> interpreters() throws IOException {
    String set = System.getProperty("marshalimage.pythons", "");
    if (!set.isBlank()) {
      return Stream.of(set.split(",")).map(String::strip).map(Path::of).toList();
    }
    Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
    if (!Files.isDirectory(versions)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(versions)) {
      return folders
          .sorted()
          .map(folder -> folder.resolve("bin").resolve("python"))
          .filter(Files::isExecutable)
          .toList();
    }
  }
}
