package org.marshalimage.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.marshalimage.format.Interpreters;
import org.marshalimage.format.TestData;

/** Finds the CPythons of this machine, and the program that says what they find in a file. */
final class CPythons {
  private CPythons() {}

  /** Returns interpreters: those of the setting, else those that pyenv has installed. */
  static List<Path> interpreters() throws IOException {
    return Interpreters.find();
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
