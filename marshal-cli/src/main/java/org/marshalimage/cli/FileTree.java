package org.marshalimage.cli;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of one suffix below a folder. Links are followed if that is asked for: they may lead
 * out of the folder, but not round in it. What is passed over is counted, what cannot be listed is
 * a fault, and the rest is found none the less.
 */
final class FileTree {
  /**
   * How many ways may lead to one folder when links are followed. A few dozen folders with two
   * links each, every one to the next, would else have more paths than can ever be walked.
   */
  private static final int MAX_WAYS = 64;

  /**
   * A file.
   *
   * @param path leads to it, whatever its name is
   * @param relative its path below the folder, with "/" between its parts
   */
  record Found(Path path, String relative) {}

  private final Path root;
  private final Path real;
  private final String suffix;
  private final boolean followLinks;
  private final ExcludeGlobs excludes;
  private final List<Found> files = new ArrayList<>();
  private final List<String> links = new ArrayList<>();
  private final List<String> loops = new ArrayList<>();
  private final List<String> dangling = new ArrayList<>();
  private final List<String> notUtf8 = new ArrayList<>();
  private final List<String> unlisted = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final Map<Object, Integer> ways = new HashMap<>();

  private FileTree(
      Path root, String suffix, boolean followLinks, ExcludeGlobs excludes, Path real) {
    this.root = root;
    this.real = real;
    this.suffix = suffix;
    this.followLinks = followLinks;
    this.excludes = excludes;
  }

  /**
   * Walks through a folder.
   *
   * @param root the folder, or a link to it
   * @param suffix how the names of files end that are asked for
   * @param followLinks whether links below the folder are followed
   * @param excludes links and folders of these paths are not spoken of
   */
  static FileTree walk(Path root, String suffix, boolean followLinks, ExcludeGlobs excludes)
      throws IOException {
    FileTree tree = new FileTree(root, suffix, followLinks, excludes, root.toRealPath());
    Set<FileVisitOption> options = followLinks ? Set.of(FileVisitOption.FOLLOW_LINKS) : Set.of();
    Files.walkFileTree(tree.real, options, Integer.MAX_VALUE, tree.new Visitor());
    tree.files.sort(Comparator.comparing(Found::relative));
    for (List<String> each : List.of(tree.links, tree.loops, tree.dangling, tree.notUtf8)) {
      each.sort(Comparator.naturalOrder());
    }
    return tree;
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      if (followLinks) {
        Object key = attributes.fileKey() == null ? folder.toRealPath() : attributes.fileKey();
        int count = ways.merge(key, 1, Integer::sum);
        if (count > MAX_WAYS) {
          if (count == MAX_WAYS + 1) {
            faults.add(
                "too many ways by links to one folder: max=" + MAX_WAYS + ", folder=" + at(folder));
          }
          return FileVisitResult.SKIP_SUBTREE;
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      boolean isWanted = file.toString().endsWith(suffix);
      if (attributes.isSymbolicLink()) {
        if (followLinks && isWanted) {
          add(dangling, file);
        } else if (!followLinks && (isWanted || Files.isDirectory(file))) {
          add(links, file);
        }
      } else if (attributes.isRegularFile() && isWanted) {
        String relative = FileNames.below(real, file);
        if (relative == null) {
          notUtf8.add(shown(file));
        } else {
          files.add(new Found(file, relative));
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      if (e instanceof FileSystemLoopException) {
        add(loops, file);
      } else {
        cannotList(file, e);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
      if (e != null) {
        cannotList(folder, e);
      }
      return FileVisitResult.CONTINUE;
    }
  }

  private void add(List<String> list, Path file) {
    String relative = shown(file);
    if (!excludes.match(relative)) {
      list.add(relative);
    }
  }

  private void cannotList(Path folder, IOException e) {
    String relative = shown(folder);
    if (!excludes.match(relative)) {
      faults.add(Main.describe(e));
      unlisted.add(relative);
    }
  }

  /** Returns a path below the folder, which may be one that cannot be spelled. */
  private String shown(Path file) {
    String relative = FileNames.below(real, file);
    return relative == null ? real.relativize(file).toString() : relative;
  }

  private String at(Path file) {
    return FileNames.shown(root, shown(file));
  }

  /** Returns the files by name. */
  List<Found> files() {
    return files;
  }

  /** Returns links that were not followed, as paths below the folder. */
  List<String> links() {
    return links;
  }

  /** Returns folders that cannot be listed, as paths below the folder. */
  List<String> unlisted() {
    return unlisted;
  }

  /** Returns what is wrong, a line each. */
  List<String> faults() {
    return faults;
  }

  /** Returns what was passed over, a line for each reason. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    note(notes, links, "links are not followed", "; --follow-links follows them");
    note(notes, loops, "links that lead back to a folder around them are passed over", "");
    note(notes, dangling, "links that lead nowhere are passed over", "");
    note(notes, notUtf8, "files whose names are not in UTF-8 are passed over", "");
    return notes;
  }

  /** Says that there are no files, and what was passed over, in a line. */
  String noFiles() {
    List<String> parts = new ArrayList<>();
    parts.add("no " + suffix + " files in directory: " + root);
    parts.addAll(notes());
    return String.join("; ", parts);
  }

  private void note(List<String> notes, List<String> paths, String what, String cure) {
    if (!paths.isEmpty()) {
      notes.add(
          Main.oneLine(
              what
                  + ": "
                  + paths.size()
                  + " in directory "
                  + root
                  + ", the first is "
                  + paths.get(0)
                  + cure));
    }
  }
}
