package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;

/**
 * The {@code .pyc} files that the benchmarks work on: the standard library of a CPython, or, where
 * none is installed, those of {@code testdata/pyc}.
 *
 * @param label where the files come from, fit for a file name: {@code "stdlib-3.13"} or {@code
 *     "testdata"}
 * @param files sorted by name; the names are unique
 */
record Library(String label, List<Source> files) {
  /** The Python that has an {@link #importSet()}. */
  static final PythonVersion IMPORTER = PythonVersion.V3_11;

  /** Label of the project's own files. */
  static final String TESTDATA = "testdata";

  private static final PythonVersion PREFERRED = PythonVersion.V3_13;
  private static final String IMPORTS =
      "import json, http.client, asyncio, unittest, decimal, optparse";
  private static final String IMPORTS_2 = "import json, httplib, unittest, decimal, optparse";
  private static final Pattern TAIL = Pattern.compile("(\\.cpython-(\\d+))?\\.pyc$");

  /**
   * A module's file.
   *
   * @param name for example {@code "http.client"}
   * @param file its {@code .pyc} file
   * @param isPackage whether it is an {@code __init__}
   * @param length bytes of the file
   * @param modified time of last change, milliseconds
   */
  record Source(String name, Path file, boolean isPackage, long length, long modified) {}

  /** Finds the files: those of 3.13 if there is one, else of the newest. */
  static Library find() throws IOException {
    Library best = null;
    PythonVersion bestVersion = null;
    for (Interpreter interpreter : Interpreter.findAll()) {
      if (isBetter(interpreter.version(), bestVersion)) {
        Library library = of(interpreter);
        if (!library.files.isEmpty()) {
          best = library;
          bestVersion = interpreter.version();
        }
      }
    }
    return best != null ? best : testdata(PythonVersion.values());
  }

  /**
   * Finds the files of one version.
   *
   * @throws IOException if there is neither a library nor a folder of {@code testdata/pyc}
   */
  static Library find(PythonVersion version) throws IOException {
    for (Interpreter interpreter : Interpreter.findAll()) {
      if (interpreter.version() == version) {
        Library library = of(interpreter);
        if (!library.files.isEmpty()) {
          return library;
        }
      }
    }
    Library library = testdata(version);
    if (library.files.isEmpty()) {
      throw new IOException("no files of Python " + version + " are found");
    }
    return library;
  }

  /** Returns the compiled files of an interpreter's library; there may be none. */
  static Library of(Interpreter interpreter) throws IOException {
    PythonVersion version = interpreter.version();
    return new Library("stdlib-" + version, compiledFiles(interpreter.library(), version));
  }

  /**
   * Finds the modules of CPython 3.11 that an application imports which uses JSON, HTTP, tests and
   * more: a hundred of them, small and large. Without that CPython, all files of testdata.
   */
  static Library importSet() throws IOException {
    return importedBy(IMPORTS, IMPORTER);
  }

  /** Finds the like of CPython 2.7, which has no asyncio. Jython reads no other files. */
  static Library importSet2() throws IOException {
    return importedBy(IMPORTS_2, PythonVersion.V2_7);
  }

  private static Library importedBy(String statement, PythonVersion version) throws IOException {
    for (Interpreter interpreter : Interpreter.findAll()) {
      if (interpreter.version() == version) {
        Library library = of(interpreter);
        if (!library.files.isEmpty()) {
          Set<String> names = interpreter.importedBy(statement);
          List<Source> imported = new ArrayList<>(library.files);
          imported.removeIf(source -> !names.contains(source.name));
          return new Library("imports-" + version, imported);
        }
      }
    }
    return find(version);
  }

  /** Tells whether the files are the project's own, for want of a CPython. */
  boolean isTestdata() {
    return label.equals(TESTDATA);
  }

  /** Returns a number that changes with names, lengths and times of the files. */
  String fingerprint() {
    CRC32 crc = new CRC32();
    for (Source source : files) {
      String line = source.name + ' ' + source.length + ' ' + source.modified + '\n';
      crc.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return String.format("%d-%08x", files.size(), crc.getValue());
  }

  private static boolean isBetter(PythonVersion version, @Nullable PythonVersion than) {
    if (than == null) {
      return true;
    }
    return than != PREFERRED && (version == PREFERRED || version.compareTo(than) > 0);
  }

  private static List<Source> compiledFiles(Path folder, PythonVersion version) throws IOException {
    String tag = version.isPython2() ? null : version.toString().replace(".", "");
    List<Source> found = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
            return visited.endsWith("site-packages")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String path = folder.relativize(file).toString();
            Matcher tail = TAIL.matcher(path);
            if (!path.contains(".opt-") && tail.find() && sameTag(tag, tail.group(2))) {
              found.add(source("", path, file, attributes));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(Comparator.comparing(Source::name));
    return found;
  }

  private static boolean sameTag(@Nullable String expected, @Nullable String found) {
    return expected == null ? found == null : expected.equals(found);
  }

  private static Library testdata(PythonVersion... versions) throws IOException {
    Path pyc = null;
    for (Path at = Path.of("").toAbsolutePath(); at != null && pyc == null; at = at.getParent()) {
      Path candidate = at.resolve("testdata").resolve("pyc");
      pyc = Files.isDirectory(candidate) ? candidate : null;
    }
    if (pyc == null) {
      throw new IOException(
          "neither a CPython with a compiled standard library nor testdata/pyc is found; name an"
              + " interpreter with -D"
              + Interpreter.PYTHONS
              + "=PATH, or run inside the repository");
    }
    List<Source> found = new ArrayList<>();
    for (PythonVersion version : versions) {
      Path folder = pyc.resolve(version.toString());
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          String path = folder.relativize(file).toString();
          if (path.endsWith(".pyc")) {
            // All versions have files of the same names.
            String prefix = "python" + version.toString().replace('.', '_') + '.';
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            found.add(source(prefix, path, file, attributes));
          }
        }
      }
    }
    found.sort(Comparator.comparing(Source::name));
    return new Library(TESTDATA, found);
  }

  private static Source source(
      String prefix, String path, Path file, BasicFileAttributes attributes) {
    String name = TAIL.matcher(path).replaceFirst("");
    name = name.replace('\\', '/').replace("__pycache__/", "");
    boolean isPackage = name.endsWith("/__init__");
    if (isPackage) {
      name = name.substring(0, name.length() - "/__init__".length());
    }
    return new Source(
        prefix + name.replace('/', '.'),
        file,
        isPackage,
        attributes.size(),
        attributes.lastModifiedTime().toMillis());
  }
}
