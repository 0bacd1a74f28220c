package org.marshalimage.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Which {@code .pyc} files are taken, as {@code build} and {@code diff} are told. */
final class PycOptions {
  /** 3.11, as a tag has it 311, or a release as 3.11.7: bytecode is the same in all of them. */
  private static final Pattern PYTHON = Pattern.compile("([0-9])\\.?([0-9]+)(?:\\.[0-9]+)?");

  @Option(
      names = "--optimize",
      defaultValue = "0",
      paramLabel = "N",
      description = "Which of the .opt-N files to take: 0 (the default), 1 or 2.")
  private int optimize;

  @Option(
      names = "--python",
      paramLabel = "VERSION",
      description = {
        "Takes the files of one Python, 3.11 for example, where a folder has those of",
        "several."
      })
  private @Nullable String python;

  @Option(
      names = "--follow-links",
      description = {
        "Follows links below a directory, also those that lead out of it; without it",
        "they are passed over."
      })
  private boolean followLinks;

  @Option(
      names = "--exclude",
      paramLabel = "GLOB",
      description = {
        "Leaves out files whose path below PATH matches;",
        "without a '/', files any part of whose path does."
      })
  private List<String> excludes = List.of();

  /** Returns the level of files in {@code __pycache__}. */
  int optimize() {
    return optimize;
  }

  /** Returns the only Python whose files are taken, as the user spelled it; null for any. */
  @Nullable String python() {
    return python;
  }

  /** Returns what was told; bad usage throws. */
  PycInputs.Options options(CommandLine line) {
    if (optimize < 0 || optimize > 2) {
      throw new CommandLine.ParameterException(
          line, "--optimize takes 0, 1 or 2, found " + optimize);
    }
    return new PycInputs.Options(
        Integer.toString(optimize), version(line), followLinks, ExcludeGlobs.of(excludes, line));
  }

  /** Says that no file is left, and of which there is none. */
  String noneLeft(PycInputs.Options which) {
    return "no .pyc file of "
        + (which.python() == null ? "" : "Python " + which.python() + " and ")
        + "optimization level "
        + optimize
        + " is left";
  }

  private @Nullable PythonVersion version(CommandLine line) {
    if (python == null) {
      return null;
    }
    Matcher matcher = PYTHON.matcher(python);
    PythonVersion version =
        matcher.matches() ? PythonVersion.ofName(matcher.group(1) + "." + matcher.group(2)) : null;
    if (version == null) {
      throw new CommandLine.ParameterException(
          line,
          "--python takes one of "
              + Stream.of(PythonVersion.values())
                  .map(PythonVersion::toString)
                  .collect(Collectors.joining(", "))
              + ", found "
              + python);
    }
    return version;
  }
}
