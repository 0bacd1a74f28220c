package org.marshalimage.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Finds the {@code .pyc} files that the arguments of {@code build} name, one for each module. */
final class PycInputs implements AutoCloseable {
  private static final List<String> ARCHIVES = List.of(".zip", ".jar", ".whl", ".egg");

  /**
   * How many times as long as an archive what is unpacked from it may be; .pyc files are about
   * three times. An archive that unpacks to less than {@link PycBytes#MAX_LENGTH} is taken anyhow.
   */
  private static final long MAX_RATIO = 100;

  private final String optimization;
  private final ExcludeGlobs excludes;
  private final Map<String, Input> byModule = new TreeMap<>();
  private final List<ZipFile> archives = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Set<String> otherLevels = new LinkedHashSet<>();

  /** Files below directories that are not excluded. */
  private final List<Path> files = new ArrayList<>();

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
    } else if (!Files.isRegularFile(path)) {
      faults.add("neither a file nor a directory: " + path);
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
    List<Path> files = new ArrayList<>();
    List<Path> links = new ArrayList<>();
    Path real = root.toRealPath();
    // Links are not followed: they may lead out of the directory, or round in it.
    int faultsBefore = faults.size();
    Files.walkFileTree(
        real,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              files.add(file);
            } else if (attributes.isSymbolicLink()
                && (Files.isDirectory(file) || file.toString().endsWith(".pyc"))) {
              links.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            cannotList(real.relativize(file), e);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
            if (e != null) {
              cannotList(real.relativize(folder), e);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(files);
    Collections.sort(links);
    int before = byModule.size() + otherLevels.size();
    boolean found = false;
    for (Path file : files) {
      Path below = real.relativize(file);
      String relative = slashed(below);
      found |= relative.endsWith(".pyc");
      if (relative.endsWith(".pyc") && !excludes.match(relative)) {
        this.files.add(file);
      }
      String shown = Main.oneLine(root.resolve(below).toString());
      addInput(relative, shown, () -> PycBytes.read(file));
    }
    if (!links.isEmpty()) {
      notes.add(
          "links are not followed: "
              + links.size()
              + " in directory "
              + root
              + ", the first is "
              + real.relativize(links.get(0)));
    }
    if (!found && faults.size() == faultsBefore) {
      faults.add("no .pyc files in directory: " + root);
    } else if (byModule.size() + otherLevels.size() == before && !excludes.isEmpty()) {
      notes.add("every .pyc file is excluded in directory: " + root);
    }
  }

  private void cannotList(Path relative, IOException e) {
    if (!excludes.match(slashed(relative))) {
      faults.add(Main.describe(e));
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
    PycName name = PycName.of(relative);
    if (name == null) {
      faults.add("name of no module: " + path);
      return;
    }
    put(new Input(name, path.toString(), () -> PycBytes.read(path)));
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
    try {
      for (Enumeration<? extends ZipEntry> each = archive.entries(); each.hasMoreElements(); ) {
        ZipEntry entry = each.nextElement();
        if (!entry.isDirectory() && entry.getName().endsWith(".pyc")) {
          entries.add(entry);
        }
      }
    } catch (IllegalArgumentException e) {
      // How the JDK ends on a name that is not in UTF-8, if it has not met it before.
      faults.add("not a zip archive: name of an entry: " + e.getMessage() + ", file=" + path);
      return;
    }
    if (entries.isEmpty()) {
      faults.add("no .pyc files in archive: " + path);
    }
    entries.sort((a, b) -> a.getName().compareTo(b.getName()));
    long unpacked = 0;
    for (ZipEntry entry : entries) {
      // What an entry declares is what is read of it: no more is unpacked in all.
      unpacked += Math.min(Math.max(0, entry.getSize()), PycBytes.MAX_LENGTH);
    }
    if (unpacked > Math.max(PycBytes.MAX_LENGTH, MAX_RATIO * Files.size(path))) {
      faults.add(
          "archive unpacks to more than "
              + MAX_RATIO
              + " times its length: bytes="
              + unpacked
              + ", file="
              + path);
      return;
    }
    for (int i = 0; i < entries.size(); i++) {
      ZipEntry entry = entries.get(i);
      String file = Main.oneLine(path + "!/" + entry.getName());
      String problem = problem(entry);
      if (i > 0 && entry.getName().equals(entries.get(i - 1).getName())) {
        // Refused above, with the first of its name.
        continue;
      }
      if (i + 1 < entries.size() && entry.getName().equals(entries.get(i + 1).getName())) {
        // Which of them counts is not the same for all who unpack it.
        problem = "two entries of one name";
      }
      if (problem == null) {
        addInput(entry.getName(), file, () -> read(archive, entry, file));
      } else {
        faults.add(problem + ", file=" + file);
      }
    }
  }

  /** Says why an entry is not taken; null if it is. */
  private static @Nullable String problem(ZipEntry entry) {
    String name = entry.getName();
    List<String> parts = Arrays.asList(name.split("/", -1));
    if (name.startsWith("/") || name.contains("\\") || parts.contains("..")) {
      return "entry leaves its archive";
    }
    if (parts.contains("")
        || parts.contains(".")
        || name.chars().anyMatch(Character::isISOControl)) {
      return "entry has a name that is no path";
    }
    if (entry.getSize() < 0 || entry.getSize() > PycBytes.MAX_LENGTH) {
      return "entry is too long for a .pyc: length="
          + entry.getSize()
          + ", max="
          + PycBytes.MAX_LENGTH;
    }
    return null;
  }

  /** Unpacks an entry, which must be what it declares. */
  private static byte[] read(ZipFile archive, ZipEntry entry, String file) throws IOException {
    int length = (int) entry.getSize();
    byte[] bytes;
    try (InputStream in = archive.getInputStream(entry)) {
      if (in == null) {
        throw new ZipException("not found");
      }
      bytes = in.readNBytes(length + 1);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException("entry cannot be unpacked: " + e.getMessage() + ", file=" + file, e);
    }
    if (bytes.length != length) {
      throw new IOException(
          "entry is not as long as it declares: expected="
              + length
              + ", found "
              + (bytes.length > length ? "more" : bytes.length)
              + ", file="
              + file);
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (entry.getCrc() >= 0 && crc.getValue() != entry.getCrc()) {
      throw new IOException(
          "checksum of an entry is off: expected=0x"
              + Long.toHexString(entry.getCrc())
              + ", found=0x"
              + Long.toHexString(crc.getValue())
              + ", file="
              + file);
    }
    return bytes;
  }

  private void addInput(String relative, String file, Content content) {
    PycName name = PycName.of(relative);
    if (excludes.match(relative)) {
      return;
    }
    if (name == null) {
      if (relative.endsWith(".pyc")) {
        notes.add("left out, its name is that of no module: " + file);
      }
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

  /** Returns the {@code .pyc} files below the directories, but those that are excluded. */
  List<Path> files() {
    return files;
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
