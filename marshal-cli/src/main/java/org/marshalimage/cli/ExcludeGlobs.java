package org.marshalimage.cli;

import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine;

/** The globs of {@code --exclude}. */
final class ExcludeGlobs {
  static final ExcludeGlobs NONE = new ExcludeGlobs(List.of());

  private static final Pattern NOT_ASCII = Pattern.compile("[^\\x00-\\x7f]");

  private final List<PathMatcher> globs;

  private ExcludeGlobs(List<PathMatcher> globs) {
    this.globs = globs;
  }

  /**
   * Reads globs.
   *
   * @throws CommandLine.ParameterException naming the first that is none
   */
  static ExcludeGlobs of(List<String> globs, CommandLine commandLine) {
    List<PathMatcher> matchers = new ArrayList<>();
    for (String glob : globs) {
      try {
        matchers.add(FileSystems.getDefault().getPathMatcher("glob:" + glob));
      } catch (PatternSyntaxException e) {
        throw new CommandLine.ParameterException(
            commandLine, "--exclude takes globs, found " + glob + ": " + e.getDescription());
      }
    }
    return new ExcludeGlobs(matchers);
  }

  boolean isEmpty() {
    return globs.isEmpty();
  }

  private boolean match(Path relative) {
    for (PathMatcher glob : globs) {
      if (glob.matches(relative)) {
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
   * Compares a path with "/" between its parts: a glob without "/" with each of them, another with
   * the whole.
   */
  boolean match(String relative) {
    if (globs.isEmpty()) {
      return false;
    }
    try {
      return match(path(relative));
    } catch (InvalidPathException e) {
      // The system cannot have it.
      return false;
    }
  }

  /**
   * In a locale that cannot spell the path no argument has such characters either: any other
   * character stands for them as well.
   */
  private static Path path(String relative) {
    return Path.of(
        FileNames.canSpell(relative) ? relative : NOT_ASCII.matcher(relative).replaceAll("\u0001"));
  }
}
