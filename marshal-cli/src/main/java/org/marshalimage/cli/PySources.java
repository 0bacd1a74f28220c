package org.marshalimage.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the Python sources below library folders, one for each module. A package hides a module of
 * its name, as for {@code build}; else the folder that was added first counts, as on {@code
 * sys.path}.
 */
final class PySources {
  private final ExcludeGlobs excludes;
  private final SortedMap<String, Source> byModule = new TreeMap<>();
  private final Set<String> excluded = new HashSet<>();

  /** Folders that cannot be listed, as modules are named: what lies below them is not known. */
  private final Set<String> unreadable = new HashSet<>();

  private final List<String> faults = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * A module's source.
   *
   * @param name what its path says
   * @param root the folder that it was found below
   * @param path its path, the folder's included
   */
  record Source(PycName name, Path root, Path path) {}

  PySources(ExcludeGlobs excludes) {
    this.excludes = excludes;
  }

  /**
   * Adds what lies below a folder. One below it that cannot be listed is a fault.
   *
   * @throws BadInputException if the folder itself is none
   */
  void add(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      String problem = Files.exists(root) ? "not a directory: " : "no such directory: ";
      throw new BadInputException(problem + root);
    }
    Path real = root.toRealPath();
    List<Path> files = new ArrayList<>();
    int faultsBefore = faults.size();
    // Links to folders are not followed: they may lead out of the directory, or round in it.
    Files.walkFileTree(
        real,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (Files.isRegularFile(file)) {
              files.add(real.relativize(file));
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
    boolean found = false;
    for (Path file : files) {
      PycName name = PycName.ofSource(slashed(file));
      if (name == null) {
        continue;
      }
      found = true;
      if (excludes.match(file)) {
        excluded.add(name.module());
      } else {
        put(new Source(name, root, root.resolve(file)));
      }
    }
    if (!found && faults.size() == faultsBefore) {
      notes.add("no .py files in directory: " + root);
    }
  }

  private void cannotList(Path relative, IOException e) {
    if (!excludes.match(relative)) {
      faults.add(Main.describe(e));
      unreadable.add(slashed(relative).replace('/', '.'));
    }
  }

  private static String slashed(Path path) {
    List<String> parts = new ArrayList<>();
    path.forEach(part -> parts.add(part.toString()));
    return String.join("/", parts);
  }

  private void put(Source source) {
    Source other = byModule.putIfAbsent(source.name().module(), source);
    if (other == null) {
      return;
    }
    if (source.name().isPackage() && !other.name().isPackage()) {
      byModule.put(source.name().module(), source);
    } else if (source.name().isPackage() == other.name().isPackage()
        && source.root().equals(other.root())) {
      faults.add(
          "two sources for module "
              + source.name().module()
              + ": "
              + other.path()
              + " and "
              + source.path()
              + "; --exclude one of them");
    }
  }

  /** Returns one source for each module, by name. */
  SortedMap<String, Source> byModule() {
    return Collections.unmodifiableSortedMap(byModule);
  }

  /** Tells whether the source of a module is, or would be, excluded. */
  boolean isExcluded(String module, boolean isPackage) {
    return excluded.contains(module) || excludes.match(PycName.sourcePath(module, isPackage));
  }

  /** Tells whether the source of a module would lie in a folder that cannot be listed. */
  boolean isUnreadable(String module) {
    return unreadable.stream()
        .anyMatch(
            folder -> folder.isEmpty() || module.equals(folder) || module.startsWith(folder + "."));
  }

  /** Returns what is wrong with the folders, a line each. */
  List<String> faults() {
    return faults;
  }

  /** Returns what a user may want to know, a line each. */
  List<String> notes() {
    return notes;
  }
}
