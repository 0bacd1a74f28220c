package org.marshalimage.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the files of {@code testdata} lie. */
public final class TestData {
  private TestData() {}

  /** Returns the root of the checkout. */
  public static Path root() {
    String set = System.getProperty("marshalimage.root");
    Path folder = set != null ? Path.of(set) : Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("testdata"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** Returns a path below testdata. */
  public static Path path(String relative) {
    return root().resolve("testdata").resolve(relative);
  }

  /** Returns all files below a folder of testdata whose names end so, sorted. */
  public static List<Path> files(String folder, String suffix) {
    try (Stream<Path> walk = Files.walk(path(folder))) {
      return walk.filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(suffix))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the canonical JSON that CPython gave for a .pyc file of testdata; null if none. */
  public static String golden(Path pyc) throws IOException {
    String name = path("").relativize(pyc).toString().replaceAll("\\.pyc$", ".json");
    Path golden = path("golden").resolve(name);
    return Files.exists(golden) ? Files.readString(golden).stripTrailing() : null;
  }
}
