package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;

/**
 * A CPython that is installed here.
 *
 * @param version what its library's folder says
 * @param program what runs it
 * @param library folder of its standard library
 */
record Interpreter(PythonVersion version, Path program, Path library) {
  /** System property: paths of CPython interpreters, separated by commas. */
  static final String PYTHONS = "marshalimage.pythons";

  private static final String LIST_MODULES =
      """

      import sys
      for name in list(sys.modules):
          module = sys.modules[name]
          if (getattr(module, '__cached__', None)
                  or sys.version_info < (3,)
                  and (getattr(module, '__file__', None) or '').endswith(('.py', '.pyc'))):
              print(name)
      """;

  private static final Pattern FOLDER = Pattern.compile("python(\\d+\\.\\d+)");

  /** Finds all that {@link #PYTHONS} names, by default those of {@code ~/.pyenv/versions}. */
  static List<Interpreter> findAll() throws IOException {
    List<Interpreter> found = new ArrayList<>();
    for (Path program : programs()) {
      // bin/python of an installation may be a link into the folder of another one.
      Path prefix = program.toRealPath().getParent().getParent();
      for (String lib : new String[] {"lib", "lib64"}) {
        for (Path folder : list(prefix.resolve(lib), "python*")) {
          PythonVersion version = versionOf(folder);
          if (version != null && Files.isDirectory(folder)) {
            // A prefix may hold the libraries of several versions.
            Path own = prefix.resolve("bin").resolve("python" + version);
            found.add(new Interpreter(version, Files.isExecutable(own) ? own : program, folder));
          }
        }
      }
    }
    return found;
  }

  static @Nullable Interpreter find(@Nullable PythonVersion version) throws IOException {
    return findAll().stream().filter(each -> each.version == version).findFirst().orElse(null);
  }

  /**
   * Imports modules in a fresh interpreter.
   *
   * @param statement what to import
   * @return the names of all modules that are then loaded from a {@code .pyc} file; frozen modules
   *     and those in C have none
   */
  Set<String> importedBy(String statement) throws IOException {
    List<String> command = List.of(program.toString(), "-S", "-E", "-c", statement + LIST_MODULES);
    Set<String> names = Processes.run(command).lines().collect(Collectors.toSet());
    if (names.isEmpty()) {
      throw new IOException("no modules are listed by " + program);
    }
    return names;
  }

  private static List<Path> programs() throws IOException {
    String setting = System.getProperty(PYTHONS);
    if (setting == null) {
      Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
      return list(versions, "*").stream()
          .map(folder -> folder.resolve("bin").resolve("python"))
          .filter(Files::isExecutable)
          .toList();
    }
    List<Path> named = Stream.of(setting.split(",")).map(path -> Path.of(path.strip())).toList();
    for (Path program : named) {
      if (!Files.isExecutable(program)) {
        throw new IOException("no interpreter: " + program + ", named by " + PYTHONS);
      }
    }
    return named;
  }

  /** Returns what is in a folder under names of some form, sorted; nothing if there is none. */
  static List<Path> list(Path folder, String names) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, names)) {
        all.forEach(found::add);
      }
    }
    found.sort(Comparator.naturalOrder());
    return found;
  }

  private static @Nullable PythonVersion versionOf(Path folder) {
    Matcher matcher = FOLDER.matcher(folder.getFileName().toString());
    return matcher.matches() ? PythonVersion.ofName(matcher.group(1)) : null;
  }
}
