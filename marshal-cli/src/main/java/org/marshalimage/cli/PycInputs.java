package org.marshalimage.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;

/**
 * Finds the {@code .pyc} files that the arguments of {@code build} name, by module. None is read:
 * {@link PycChoice} does that, and chooses among those of one module.
 */
final class PycInputs implements AutoCloseable {
  private final Options options;
  private final SortedMap<String, List<Input>> byModule = new TreeMap<>();
  private final List<PycArchive> archives = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final PassedOver passedOver = new PassedOver();
  private final Set<String> otherLevels = new LinkedHashSet<>();

  /** Files below directories that are not excluded. */
  private final List<Path> files = new ArrayList<>();

  private int otherVersions;
  private int seen;

  /**
   * Which files are taken.
   *
   * @param optimization the level of files in {@code __pycache__}: "0", "1" or "2"
   * @param python the only Python whose files are taken; null for any
   * @param followLinks whether links in folders are followed
   * @param excludes what is left out
   */
  record Options(
      String optimization,
      @Nullable PythonVersion python,
      boolean followLinks,
      ExcludeGlobs excludes) {
    /** Everything without an optimization level. */
    static final Options DEFAULT = new Options("0", null, false, ExcludeGlobs.NONE);
  }

  /**
   * A module's file, or one of them.
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

  PycInputs(Options options) {
    this.options = options;
  }

  /** Adds a directory, a {@code .pyc} file or an archive. */
  void add(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      addDirectory(path);
    } else if (!Files.exists(path)) {
      faults.add("no such file or directory: " + path);
    } else if (!Files.isRegularFile(path)) {
      faults.add("neither a file nor a directory: " + path);
    } else if (path.getFileName().toString().endsWith(".pyc")) {
      addFile(path);
    } else {
      addArchive(path);
    }
  }

  private void addDirectory(Path root) throws IOException {
    FileTree tree = FileTree.walk(root, ".pyc", options.followLinks, options.excludes);
    faults.addAll(tree.faults());
    Path name = root.toRealPath().getFileName();
    boolean isCache = name != null && PycName.isCache(name.toString());
    int before = seen;
    for (FileTree.Found found : tree.files()) {
      String file = FileNames.shown(root, found.relative());
      String relative = isCache ? PycName.inCache(found.relative()) : found.relative();
      if (!options.excludes.match(found.relative())) {
        files.add(found.path());
      }
      addInput(relative, found.relative(), file, () -> PycBytes.read(found.path()));
    }
    if (tree.files().isEmpty() && tree.faults().isEmpty()) {
      faults.add(tree.noFiles());
      return;
    }
    notes.addAll(tree.notes());
    if (seen == before && !tree.files().isEmpty()) {
      notes.add("every .pyc file is excluded in directory: " + root);
    }
  }

  /** A file named by itself is taken whatever its optimization level. */
  private void addFile(Path path) {
    Path parent = path.toAbsolutePath().normalize().getParent();
    Path folder = parent == null ? null : parent.getFileName();
    String relative = path.getFileName().toString();
    PycName name =
        PycName.of(
            folder != null && PycName.isCache(folder.toString())
                ? PycName.inCache(relative)
                : relative);
    if (name == null) {
      faults.add("name of no module: " + path);
    } else if (isOtherVersion(name)) {
      otherVersions++;
    } else {
      put(new Input(name, path.toString(), () -> PycBytes.read(path)));
    }
  }

  private void addArchive(Path path) throws IOException {
    PycArchive archive;
    try {
      archive = new PycArchive(path);
    } catch (ZipException e) {
      faults.add(
          PycArchive.isNamedSo(path)
              ? "not a zip archive: " + e.getMessage() + ", file=" + path
              : "not a directory, .pyc file or archive (zip, jar, whl, egg, pyz, pex): " + path);
      return;
    }
    archives.add(archive);
    faults.addAll(archive.faults());
    for (PycArchive.Entry entry : archive.entries()) {
      addInput(entry.name(), entry.name(), entry.file(), entry.content());
    }
  }

  /**
   * Adds a file that was found.
   *
   * @param path its path as a module's, which is {@code relative} but for a given __pycache__
   * @param relative its path below what was given
   * @param file the same with what was given, for messages
   */
  private void addInput(String path, String relative, String file, Content content) {
    if (options.excludes.match(relative)) {
      return;
    }
    seen++;
    PycName name = PycName.of(path);
    if (name == null) {
      PycName.Flaw flaw = PycName.flaw(path);
      if (flaw != null) {
        String start = file.substring(0, file.length() - Main.oneLine(relative).length());
        passedOver.add(flaw, relative, start);
      }
    } else if (isOtherVersion(name)) {
      otherVersions++;
    } else if (name.isCached() && !name.optimization().equals(options.optimization)) {
      otherLevels.add(name.module());
    } else {
      put(new Input(name, file, content));
    }
  }

  /** Of a file without a tag its magic number tells, which is not read here. */
  private boolean isOtherVersion(PycName name) {
    return options.python != null
        && name.isCached()
        && !options.python.toString().equals(name.python());
  }

  private void put(Input input) {
    byModule.computeIfAbsent(input.name().module(), module -> new ArrayList<>()).add(input);
  }

  /** Returns the files of each module, in the order in which they were found. */
  SortedMap<String, List<Input>> byModule() {
    return Collections.unmodifiableSortedMap(byModule);
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
    List<String> all = new ArrayList<>(notes);
    all.addAll(passedOver.notes());
    return all;
  }

  /** Returns how many modules have files of other optimization levels only. */
  int missingLevel() {
    Set<String> missing = new LinkedHashSet<>(otherLevels);
    missing.removeAll(byModule.keySet());
    return missing.size();
  }

  /** Returns how many files have the tag of another Python than the one that is asked for. */
  int otherVersions() {
    return otherVersions;
  }

  @Override
  public void close() throws IOException {
    for (PycArchive archive : archives) {
      archive.close();
    }
  }
}
