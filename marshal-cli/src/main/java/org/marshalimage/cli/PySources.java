package org.marshalimage.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds the Python sources below library folders, one for each module. A package hides a module of
 * its name, as for {@code build}; else the folder that was added first counts, as on {@code
 * sys.path}.
 */
final class PySources {
  private final ExcludeGlobs excludes;
  private final boolean followLinks;
  private final SortedMap<String, Source> byModule = new TreeMap<>();
  private final Set<String> excluded = new HashSet<>();

  /** Folders that cannot be listed, as modules are named: what lies below them is not known. */
  private final Set<String> unreadable = new HashSet<>();

  /** Links that are not followed, as modules are named: sources, and folders of them. */
  private final Set<String> links = new HashSet<>();

  private final PassedOver passedOver = new PassedOver();

  private final List<String> faults = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * A module's source.
   *
   * @param name what its path says
   * @param root the folder that it was found below
   * @param path leads to it
   * @param file its path, the folder's included, for messages
   */
  record Source(PycName name, Path root, Path path, String file) {}

  PySources(boolean followLinks, ExcludeGlobs excludes) {
    this.followLinks = followLinks;
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
    FileTree tree = FileTree.walk(root, ".py", followLinks, excludes);
    faults.addAll(tree.faults());
    for (String folder : tree.unlisted()) {
      if (!PycName.isInCache(folder)) {
        unreadable.add(PycName.prefix(folder));
      }
    }
    boolean found = false;
    for (FileTree.Found file : tree.files()) {
      if (!PycName.isSource(file.relative())) {
        continue;
      }
      found = true;
      add(root, file);
    }
    for (String link : tree.links()) {
      PycName name = PycName.ofSource(link);
      if (name != null) {
        links.add(name.module());
      } else if (!PycName.isInCache(link)) {
        links.add(PycName.prefix(link));
      }
    }
    if (!found && tree.faults().isEmpty()) {
      notes.add(tree.noFiles());
    } else {
      notes.addAll(tree.notes());
    }
  }

  private void add(Path root, FileTree.Found file) {
    String relative = file.relative();
    PycName name = PycName.ofSource(relative);
    if (excludes.match(relative)) {
      if (name != null) {
        excluded.add(name.module());
      }
      return;
    }
    String shown = FileNames.shown(root, relative);
    if (name != null) {
      put(new Source(name, root, file.path(), shown));
      return;
    }
    PycName.Flaw flaw = PycName.flaw(relative + "c");
    if (flaw != null) {
      passedOver.add(flaw, relative, shown.substring(0, shown.length() - relative.length()));
    }
  }

  private void put(Source source) {
    Source other = byModule.putIfAbsent(source.name().module(), source);
    if (other == null) {
      return;
    }
    boolean isSameRoot = source.name().root().equals(other.name().root());
    if (isSameRoot && source.name().isPackage() != other.name().isPackage()) {
      if (source.name().isPackage()) {
        byModule.put(source.name().module(), source);
      }
    } else if (source.root().equals(other.root())) {
      faults.add(
          "two sources for module "
              + source.name().module()
              + ": "
              + other.file()
              + " and "
              + source.file()
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

  /** Tells whether the source of a module may lie in a folder that cannot be listed. */
  boolean isUnreadable(String module) {
    return isBelow(module, unreadable);
  }

  /** Tells whether the source of a module may lie behind a link that is not followed. */
  boolean isBehindLink(String module) {
    return isBelow(module, links);
  }

  private static boolean isBelow(String module, Set<String> prefixes) {
    return prefixes.stream()
        .anyMatch(
            prefix -> prefix.isEmpty() || module.equals(prefix) || module.startsWith(prefix + "."));
  }

  /** Returns what is wrong with the folders, a line each. */
  List<String> faults() {
    return faults;
  }

  /** Returns what a user may want to know, a line each. */
  List<String> notes() {
    List<String> all = new ArrayList<>(notes);
    all.addAll(passedOver.notes());
    return all;
  }
}
