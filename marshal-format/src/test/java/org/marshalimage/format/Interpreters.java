package org.marshalimage.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the CPythons of this machine. */
public final class Interpreters {
  private Interpreters() {}

  /** Returns their programs: those of the setting, else those that pyenv has installed. */
  public static List<Path> find() throws IOException {
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
          .filter(folder -> !Files.isSymbolicLink(folder))
          .sorted()
          .map(folder -> folder.resolve("bin").resolve("python"))
          .filter(Files::isExecutable)
          .toList();
    }
  }
}
