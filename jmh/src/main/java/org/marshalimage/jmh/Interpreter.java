package org.marshalimage.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
      "\nimport sys\n"
          + "for name in list(sys.modules):\n"
          + "    module = sys.modules[name]\n"
          + "    if (getattr(module, '__cached__', None)\n"
          + "            or sys.version_info < (3,)\n"
          + "            and (getattr(module, '__file__', None) or '').endswith(('.py', '.pyc'))):\n"
          + "        print(name)\n";

  private static final Pattern FOLDER = Pattern.compile("python(\\d+\\.\\d+)");

  /** Finds all that {@link #PYTHONS} names, by default those of {@code ~/.pyenv/versions}. */
  static List<Interpreter> findAll() throws IOException {
    List<Interpreter> found = new ArrayList<>();
    for (Path program : programs()) {
      // bin/python of an installation may be a link into the folder of another one.
      Path prefix = program.toRealPath().getParent().getParent();
      for (String lib : new String[] {"lib", "lib64"}) {
        for (Path folder : libraryFolders(prefix.resolve(lib))) {
          PythonVersion version = versionOf(folder);
          if (version != null) {
            // A prefix may hold the libraries of several versions.
            Path own = prefix.resolve("bin").resolve("python" + version);
            found.add(new Interpreter(version, Files.isExecutable(own) ? own : program, folder));
          }
        }
      }
    }
    return found;
  }

  /** Finds the first of a version, or null. */
  static @Nullable Interpreter find(PythonVersion version) throws IOException {
    for (Interpreter interpreter : findAll()) {
      if (interpreter.version() == version) {
        return interpreter;
      }
    }
    return null;
  }

  /**
   * Imports modules in a fresh interpreter.
   *
   * @param statement what to import
   * @return the names of all modules that are then loaded from a {@code .pyc} file; frozen modules
   *     and those in C have none
   */
  Set<String> importedBy(String statement) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "-S", "-E", "-c", statement + LIST_MODULES);
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    Set<String> names = new HashSet<>();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        names.add(line);
      }
    }
    if (names.isEmpty()) {
      throw new IOException("no modules are listed by " + program);
    }
    return names;
  }

  private static List<Path> programs() throws IOException {
    List<Path> found = new ArrayList<>();
    String setting = System.getProperty(PYTHONS);
    if (setting != null) {
      for (String path : setting.split(",")) {
        Path program = Path.of(path.strip());
        if (!Files.isExecutable(program)) {
          throw new IOException("no interpreter: " + program + ", named by " + PYTHONS);
        }
        found.add(program);
      }
      return found;
    }
    Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
    if (Files.isDirectory(versions)) {
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(versions)) {
        for (Path folder : folders) {
          Path program = folder.resolve("bin").resolve("python");
          if (Files.isExecutable(program)) {
            found.add(program);
          }
        }
      }
    }
    found.sort(Comparator.naturalOrder());
    return found;
  }

  private static List<Path> libraryFolders(Path lib) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(lib)) {
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(lib, "python*")) {
        for (Path folder : folders) {
          if (Files.isDirectory(folder)) {
            found.add(folder);
          }
        }
      }
    }
    return found;
  }

  private static @Nullable PythonVersion versionOf(Path folder) {
    Matcher matcher = FOLDER.matcher(folder.getFileName().toString());
    return matcher.matches() ? PythonVersion.ofName(matcher.group(1)) : null;
  }
}
