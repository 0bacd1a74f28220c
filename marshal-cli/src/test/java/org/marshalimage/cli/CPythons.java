package org.marshalimage.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.marshalimage.format.TestData;

/** Finds the CPythons of this machine, and the program that says what they find in a file. */
final class CPythons {
  private CPythons() {}

  /** Returns interpreters: those of the setting, else those that pyenv has installed. */
  static List<Path> interpreters() throws IOException {
    String set = System.getProperty("marshalimage.pythons", "");
    if (!set.isBlank()) {
      return Stream.of(set.split(",")).map(String::strip).map(Path::of).toList();
    }
    Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(versions)) {
      try (Stream<Path> folders = Files.list(versions)) {
        for (Path folder : folders.sorted().toList()) {
          Path python = folder.resolve("bin").resolve("python");
          if (Files.isExecutable(python) && !Files.isSymbolicLink(folder)) {
            found.add(python);
          }
        }
      }
    }
    return found;
  }

  /** Returns the oracle; it may not be there. */
  static Path oracle() {
    String set = System.getProperty("marshalimage.oracle", "");
    return set.isBlank()
        ? TestData.root().resolve("../shared/oracle/pyc_oracle.py").normalize()
        : Path.of(set);
  }

  /** Returns the folder of an interpreter's standard library. */
  static Path library(Path scratch, Path python) throws IOException, InterruptedException {
    Processes.Result result =
        Processes.run(
            scratch,
            List.of(
                python.toString(),
                "-c",
                "import os; print(os.path.dirname(os.path.realpath(os.__file__)))"));
    if (result.code() != 0) {
      throw new IOException("cannot run " + python + ": " + result.err());
    }
    return Path.of(result.out().strip());
  }
}
