package org.marshalimage.cli;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A coverage-guided fuzzer on names: of files and entries, as modules are named after them, and of
 * modules, as files are when they are extracted. {@code help/tests.md} says how to run it.
 */
class NamesFuzzTest {
  private static final Path FOLDER = Path.of("/some/where");

  static Stream<byte[]> seeds() {
    return Stream.of(
            "a.pyc",
            "pkg/__pycache__/x.cpython-313.opt-1.pyc",
            "pkg/__init__.pyc",
            "__pycache__/.cpython-313.pyc",
            "../x.pyc",
            "/.pyc",
            "a//b.py",
            "http.client",
            "..",
            "a\0b",
            "C:\\x",
            "con.x",
            "\u00e9.\ud800")
        .map(name -> name.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void namesLeadNowhereElse(byte[] bytes) {
    check(new String(bytes, StandardCharsets.UTF_8));
    check(new String(bytes, StandardCharsets.ISO_8859_1));
    check(new String(bytes, StandardCharsets.UTF_16LE));
  }

  private static void check(String name) {
    PycName compiled = PycName.of(name);
    if (compiled != null) {
      if (compiled.module().isEmpty()) {
        throw new AssertionError("a module without a name: " + name);
      }
      extract(compiled.module());
    }
    PycName source = PycName.ofSource(name);
    if (source != null && source.module().isEmpty()) {
      throw new AssertionError("a module without a name: " + name);
    }
    ExcludeGlobs.NONE.match(name);
    if (Main.oneLine(name).chars().anyMatch(Character::isISOControl)) {
      throw new AssertionError("not one line: " + name);
    }
    extract(name);
  }

  /** A file of the module lies below the folder, whatever it is called. */
  private static void extract(String module) {
    for (boolean isPackage : new boolean[] {false, true}) {
      for (String tag : new String[] {null, "cpython-313"}) {
        String path = ExtractCommand.path(module, isPackage, tag, false);
        String onWindows = ExtractCommand.path(module, isPackage, tag, true);
        if (onWindows != null && !onWindows.equals(path)) {
          throw new AssertionError("allowed on Windows alone: " + module);
        }
        if (path == null) {
          continue;
        }
        try {
          Path file = FOLDER.resolve(path);
          if (!file.normalize().equals(file) || !file.startsWith(FOLDER) || file.equals(FOLDER)) {
            throw new AssertionError("leaves its folder: " + file);
          }
        } catch (InvalidPathException e) {
          // Refused by the system; the command says so.
        }
      }
    }
  }
}
