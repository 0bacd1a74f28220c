package org.marshalimage.cli;

import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine;

/** The globs of {@code --exclude}. */
final class ExcludeGlobs {
  static final ExcludeGlobs NONE = new ExcludeGlobs(List.of());

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

  /** A glob without "/" is compared with each part of the path, another with the whole. */
  boolean match(Path relative) {
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

  /** The same of a path with "/" between its parts; one that the system cannot have is not met. */
  boolean match(String relative) {
    try {
      return match(Path.of(relative));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
