package org.marshalimage.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Finds the {@code .pyc} files that the arguments of {@code build} name, one for each module. */
final class PycInputs implements AutoCloseable {
  private static final List<String> ARCHIVES = List.of(".zip", ".jar", ".whl", ".egg");

  /** Far above any real module; keeps a lying archive from filling the heap. */
  private static final int MAX_ENTRY_LENGTH = 256 << 20;

  private final String optimization;
  private final ExcludeGlobs excludes;
  private final Map<String, Input> byModule = new TreeMap<>();
  private final List<ZipFile> archives = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Set<String> otherLevels = new LinkedHashSet<>();

  /**
   * A module's file.
   *
   * @param name what its path says
   * @param file its path, for messages
   * @param content reads its bytes
   */
  record Input(PycName name, String file, Content content) {}

  /** Reads a file. */
  @FunctionalInterface
  interface Content {
    byte[] read() throws IOException;
  }

  PycInputs(int optimize, ExcludeGlobs excludes) {
    this.optimization = Integer.toString(optimize);
    this.excludes = excludes;
  }

  /** Adds a directory, a {@code .pyc} file or an archive. */
  void add(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      addDirectory(path);
    } else if (!Files.exists(path)) {
      faults.add("no such file or directory: " + path);
    } else if (isArchive(path)) {
      addArchive(path);
    } else if (path.getFileName().toString().endsWith(".pyc")) {
      addFile(path);
    } else {
      faults.add("not a directory, .pyc file or archive (zip, jar, whl, egg): " + path);
    }
  }

  private static boolean isArchive(Path path) {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    return ARCHIVES.stream().anyMatch(name::endsWith);
  }

  private void addDirectory(Path root) throws IOException {
    List<Path> files;
    // Links are not followed: they may lead out of the directory, or round in it.
    try (Stream<Path> walk = Files.walk(root.toRealPath(), new FileVisitOption[0])) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
    int before = byModule.size() + otherLevels.size();
    boolean found = false;
    for (Path file : files) {
      String relative = slashed(root.toRealPath().relativize(file));
      found |= relative.endsWith(".pyc");
      addInput(relative, root.resolve(relative).toString(), () -> Files.readAllBytes(file));
    }
    if (!found) {
      faults.add("no .pyc files in directory: " + root);
    } else if (byModule.size() + otherLevels.size() == before && !excludes.isEmpty()) {
      notes.add("every .pyc file is excluded in directory: " + root);
    }
  }

  private static String slashed(Path path) {
    List<String> parts = new ArrayList<>();
    path.forEach(part -> parts.add(part.toString()));
    return String.join("/", parts);
  }

  /** A file named by itself is taken whatever its optimization level. */
  private void addFile(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    boolean isCached = parent != null && parent.endsWith("__pycache__");
    String relative = (isCached ? "__pycache__/" : "") + path.getFileName();
    put(new Input(PycName.of(relative), path.toString(), () -> Files.readAllBytes(path)));
  }

  private void addArchive(Path path) throws IOException {
    ZipFile archive;
    try {
      archive = new ZipFile(path.toFile());
    } catch (ZipException e) {
      faults.add("not a zip archive: " + e.getMessage() + ", file=" + path);
      return;
    }
    archives.add(archive);
    List<ZipEntry> entries = new ArrayList<>();
    for (Enumeration<? extends ZipEntry> each = archive.entries(); each.hasMoreElements(); ) {
      ZipEntry entry = each.nextElement();
      if (!entry.isDirectory() && entry.getName().endsWith(".pyc")) {
        entries.add(entry);
      }
    }
    if (entries.isEmpty()) {
      faults.add("no .pyc files in archive: " + path);
    }
    entries.sort((a, b) -> a.getName().compareTo(b.getName()));
    for (ZipEntry entry : entries) {
      String file = path + "!/" + entry.getName();
      if (entry.getName().startsWith("/")
          || entry.getName().contains("\\")
          || Arrays.asList(entry.getName().split("/")).contains("..")) {
        faults.add("entry leaves its archive: " + file);
        continue;
      }
      addInput(entry.getName(), file, () -> read(archive, entry, file));
    }
  }

  private static byte[] read(ZipFile archive, ZipEntry entry, String file) throws IOException {
    try (InputStream in = archive.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(MAX_ENTRY_LENGTH + 1);
      if (bytes.length > MAX_ENTRY_LENGTH) {
        throw new IOException("entry is too large: max=" + MAX_ENTRY_LENGTH + ", file=" + file);
      }
      return bytes;
    } catch (ZipException e) {
      throw new IOException("entry cannot be unpacked: " + e.getMessage() + ", file=" + file, e);
    }
  }

  private void addInput(String relative, String file, Content content) {
    PycName name = PycName.of(relative);
    if (name == null || excludes.match(relative)) {
      return;
    }
    if (name.isCached() && !name.optimization().equals(optimization)) {
      otherLevels.add(name.module());
      return;
    }
    put(new Input(name, file, content));
  }

  private void put(Input input) {
    Input other = byModule.putIfAbsent(input.name().module(), input);
    if (other == null) {
      return;
    }
    if (other.name().isPackage() != input.name().isPackage()) {
      // As the import system does: a package hides a module of its name.
      Input winner = other.name().isPackage() ? other : input;
      Input hidden = winner == other ? input : other;
      byModule.put(input.name().module(), winner);
      notes.add(hidden.file() + " is hidden by the package " + winner.file());
    } else if (!isSame(input, other)) {
      faults.add(
          "two files for module "
              + input.name().module()
              + ": "
              + other.file()
              + " and "
              + input.file()
              + "; name one of them or --exclude the other");
    }
  }

  private static boolean isSame(Input left, Input right) {
    try {
      return Arrays.equals(left.content().read(), right.content().read());
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns one file for each module, by name. */
  List<Input> inputs() {
    return List.copyOf(byModule.values());
  }

  /** Returns what is wrong with the arguments, a line each. */
  List<String> faults() {
    return faults;
  }

  /** Returns what a user may want to know, a line each. */
  List<String> notes() {
    return notes;
  }

  /** Returns how many modules have files of other optimization levels only. */
  int missingLevel() {
    Set<String> missing = new LinkedHashSet<>(otherLevels);
    missing.removeAll(byModule.keySet());
    return missing.size();
  }

  @Override
  public void close() throws IOException {
    for (ZipFile archive : archives) {
      archive.close();
    }
  }
}
