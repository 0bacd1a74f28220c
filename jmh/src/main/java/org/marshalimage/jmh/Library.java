package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
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

  /** A module's file, of an {@code __init__} a package's; changed last at some millisecond. */
  record Source(String name, Path file, boolean isPackage, long length, long modified) {
    Source renamed(String prefix) {
      return new Source(prefix + name, file, isPackage, length, modified);
    }
  }

  /** Finds the files: those of 3.13 if there is one, else of the newest. */
  static Library find() throws IOException {
    NavigableMap<PythonVersion, Interpreter> all = compiled(version -> true);
    if (all.isEmpty()) {
      return testdata(PythonVersion.values());
    }
    return of(all.getOrDefault(PREFERRED, all.lastEntry().getValue()));
  }

  static Library find(PythonVersion version) throws IOException {
    Interpreter interpreter = compiled(version::equals).get(version);
    if (interpreter != null) {
      return of(interpreter);
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
    String tag = version.isPython2() ? null : version.toString().replace(".", "");
    Predicate<String> isWanted =
        path -> {
          Matcher tail = TAIL.matcher(path);
          return !path.contains(".opt-") && tail.find() && Objects.equals(tag, tail.group(2));
        };
    return new Library("stdlib-" + version, sources(interpreter.library(), isWanted));
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
    Interpreter interpreter = compiled(version::equals).get(version);
    if (interpreter == null) {
      return find(version);
    }
    Set<String> names = interpreter.importedBy(statement);
    List<Source> imported = new ArrayList<>(of(interpreter).files);
    imported.removeIf(source -> !names.contains(source.name));
    return new Library("imports-" + version, imported);
  }

  /** Finds for each wanted version the first interpreter that has a compiled library. */
  static NavigableMap<PythonVersion, Interpreter> compiled(Predicate<PythonVersion> isWanted)
      throws IOException {
    NavigableMap<PythonVersion, Interpreter> found = new TreeMap<>();
    for (Interpreter each : Interpreter.findAll()) {
      PythonVersion version = each.version();
      if (isWanted.test(version) && !found.containsKey(version) && !of(each).files.isEmpty()) {
        found.put(version, each);
      }
    }
    return found;
  }

  /** Returns the CPython that the files are of; null if they are the project's own. */
  @Nullable Interpreter interpreter() throws IOException {
    return Interpreter.find(PythonVersion.ofName(label.substring(label.indexOf('-') + 1)));
  }

  /** Tells whether the files are the project's own, for want of a CPython. */
  boolean isTestdata() {
    return label.equals(TESTDATA);
  }

  List<String> names() {
    return files.stream().map(Source::name).toList();
  }

  List<String> paths() {
    return paths(names());
  }

  List<String> paths(Collection<String> modules) {
    Set<String> wanted = Set.copyOf(modules);
    return files.stream()
        .filter(source -> wanted.contains(source.name))
        .map(source -> source.file.toString())
        .toList();
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

  @Override
  public String toString() {
    long length = files.stream().mapToLong(Source::length).sum();
    return String.format("%s: %d modules, %,d bytes", label, files.size(), length);
  }

  private static List<Source> sources(Path folder, Predicate<String> isWanted) throws IOException {
    List<Source> found = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        String path = folder.relativize(file).toString();
        if (path.endsWith(".pyc") && !path.contains("site-packages") && isWanted.test(path)) {
          found.add(source(path, file, Files.readAttributes(file, BasicFileAttributes.class)));
        }
      }
    }
    found.sort(Comparator.comparing(Source::name));
    return found;
  }

  private static Library testdata(PythonVersion... versions) throws IOException {
    Path above = Path.of("").toAbsolutePath();
    while (above != null && !Files.isDirectory(above.resolve("testdata/pyc"))) {
      above = above.getParent();
    }
    if (above == null) {
      throw new IOException(
          "neither a CPython with a compiled standard library nor testdata/pyc is found; name an"
              + " interpreter with -D"
              + Interpreter.PYTHONS
              + "=PATH, or run inside the repository");
    }
    List<Source> found = new ArrayList<>();
    for (PythonVersion version : versions) {
      Path folder = above.resolve("testdata/pyc").resolve(version.toString());
      if (Files.isDirectory(folder)) {
        // All versions have files of the same names.
        String prefix = "python" + version.toString().replace('.', '_') + '.';
        sources(folder, path -> true).forEach(source -> found.add(source.renamed(prefix)));
      }
    }
    found.sort(Comparator.comparing(Source::name));
    return new Library(TESTDATA, found);
  }

  private static Source source(String path, Path file, BasicFileAttributes attributes) {
    String name = TAIL.matcher(path).replaceFirst("");
    name = name.replace('\\', '/').replace("__pycache__/", "");
    boolean isPackage = name.endsWith("/__init__");
    if (isPackage) {
      name = name.substring(0, name.length() - "/__init__".length());
    }
    return new Source(
        name.replace('/', '.'),
        file,
        isPackage,
        attributes.size(),
        attributes.lastModifiedTime().toMillis());
  }
}
