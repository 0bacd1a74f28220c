package org.marshalimage.maven;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.apache.maven.plugin.MojoExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Compiles Python sources by a CPython, so that the same sources give the same bytes: in the order
 * of their paths, with one seed for hashes, and with names of sources that do not tell where the
 * sources lie.
 */
final class PythonCompiler {
  static final String CHECKED = "checked-hash";
  static final String UNCHECKED = "unchecked-hash";

  private static final int MOST_OPTIMIZED = 2;
  private static final String SCRIPT = "compile_sources.py";

  /** Exit code of the script if sources are at fault; a CPython that fails itself gives 1. */
  private static final int FAULTS = 3;

  private final String program;
  private final Path folder;
  private final List<PathMatcher> excludes = new ArrayList<>();
  private final boolean followLinks;
  private final int optimize;
  private final String invalidation;

  /**
   * What became of the sources of a folder.
   *
   * @param count how many there are
   * @param faults why some cannot be compiled, a line each
   * @param warnings what CPython warns of
   */
  record Report(int count, List<String> faults, List<String> warnings) {}

  /**
   * Prepares to compile.
   *
   * @param program a command on the path, or a file
   * @param folder where relative paths start
   * @param excludes globs of sources that are left out
   * @param followLinks whether links are followed
   * @param optimize 0, 1 or 2
   * @param invalidation how compiled files tell that their source has changed
   * @throws IllegalArgumentException if one of these cannot be
   */
  PythonCompiler(
      String program,
      Path folder,
      List<String> excludes,
      boolean followLinks,
      int optimize,
      String invalidation) {
    if (optimize < 0 || optimize > MOST_OPTIMIZED) {
      throw new IllegalArgumentException("<optimize> takes 0, 1 or 2, found " + optimize);
    }
    if (!invalidation.equals(CHECKED) && !invalidation.equals(UNCHECKED)) {
      throw new IllegalArgumentException(
          "<invalidation> takes " + CHECKED + " or " + UNCHECKED + ", found " + invalidation);
    }
    for (String glob : excludes) {
      try {
        this.excludes.add(FileSystems.getDefault().getPathMatcher("glob:" + glob));
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "<excludes> takes globs, found " + glob + ": " + e.getDescription());
      }
    }
    this.program = program;
    this.folder = folder;
    this.followLinks = followLinks;
    this.optimize = optimize;
    this.invalidation = invalidation;
  }

  /** Adds what decides how sources are compiled. */
  void addTo(Fingerprint fingerprint) throws IOException {
    fingerprint.text(program).text(invalidation);
    Path file = find();
    if (file != null) {
      fingerprint.stamp(file.toRealPath());
    }
  }

  /** Returns the file of the program; null if the system alone knows. */
  private @Nullable Path find() {
    if (isFile()) {
      return folder.resolve(program);
    }
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator))
        .map(each -> Path.of(each).resolve(program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  private boolean isFile() {
    return Path.of(program).getNameCount() > 1 || Path.of(program).isAbsolute();
  }

  private boolean isExcluded(Path relative) {
    // Of the compiled file, too: that is what the globs mean for inputs that are compiled already.
    Path compiled = Path.of(relative + "c");
    for (PathMatcher glob : excludes) {
      if (glob.matches(relative) || glob.matches(compiled)) {
        return true;
      }
      for (Path part : relative) {
        if (glob.matches(part)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Compiles the sources below a folder.
   *
   * @param sources the folder
   * @param shown what messages call it
   * @param target the folder that is to hold the {@code .pyc} files, and nothing else
   * @throws MojoExecutionException if the CPython cannot be run
   */
  Report compile(Path sources, String shown, Path target)
      throws IOException, MojoExecutionException {
    delete(target);
    Files.createDirectories(target);
    Path root = sources.toRealPath();
    // What the script reads: of each source its path, its name, and the path of the compiled file.
    StringBuilder list = new StringBuilder();
    int count = 0;
    for (Path file : Fingerprint.files(root, ".py", followLinks)) {
      Path relative = root.relativize(file);
      if (isExcluded(relative)) {
        continue;
      }
      list.append(file).append('\0');
      list.append(Path.of(shown).resolve(relative)).append('\0');
      list.append(relative.toString().replace(File.separatorChar, '/')).append('\0');
      list.append(target.resolve(relative + "c")).append('\0');
      Files.createDirectories(target.resolve(relative).getParent());
      count++;
    }
    if (count == 0) {
      return new Report(0, List.of(), List.of());
    }
    Path script = target.resolveSibling(SCRIPT);
    Path listing = target.resolveSibling(target.getFileName() + ".list");
    try (InputStream in = PythonCompiler.class.getResourceAsStream(SCRIPT)) {
      Files.write(script, in.readAllBytes());
    }
    Files.writeString(listing, list, StandardCharsets.UTF_8);
    return run(count, script, listing);
  }

  private Report run(int count, Path script, Path listing)
      throws IOException, MojoExecutionException {
    List<String> command = new ArrayList<>();
    command.add(isFile() ? folder.resolve(program).toString() : program);
    if (optimize > 0) {
      command.add("-" + "O".repeat(optimize));
    }
    command.addAll(List.of(script.toString(), listing.toString(), invalidation));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    // What a user has set for programs of his own, such as an optimization level.
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("PYTHON") && !name.equals("PYTHONHOME"));
    builder.environment().put("PYTHONHASHSEED", "0");
    builder.environment().put("PYTHONIOENCODING", "utf-8");
    ChildProcess.Result result;
    try {
      result = ChildProcess.run(builder);
    } catch (IOException e) {
      throw new MojoExecutionException(
          "wrong configuration: <python> takes a CPython, found "
              + program
              + ", which cannot be run: "
              + e.getMessage(),
          e);
    }
    if (result.code() != 0 && result.code() != FAULTS) {
      throw new MojoExecutionException(
          MarshalMojo.listed(program + " ended with " + result.code(), result.err()));
    }
    return new Report(count, result.out(), result.err());
  }

  /** Deletes a folder, so that no file is left of a source that is gone. */
  private static void delete(Path target) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(target)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }
}
