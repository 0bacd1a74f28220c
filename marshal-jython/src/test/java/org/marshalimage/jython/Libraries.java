package org.marshalimage.jython;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;

/** Images of Python 2.7's library, made once a build in {@code target/python2.7}. */
final class Libraries {
  /**
   * What Jython has its own of in place of CPython's: what knows the platform, or asks C modules
   * for what Jython's Java modules do not have. A package with all that is in it.
   */
  private static final List<String> OVERLAY =
      List.of(
          "_weakrefset",
          "codecs",
          "compiler",
          "encodings",
          "hmac",
          "ntpath",
          "os",
          "posixpath",
          "site",
          "socket",
          "ssl",
          "subprocess",
          "sysconfig",
          "threading",
          "types",
          "unittest",
          "weakref",
          "xml");

  private Libraries() {}

  /** Returns the folder of this module. */
  static Path module() {
    return Path.of(System.getProperty("marshalimage.root"), "marshal-jython");
  }

  /** Returns the jar of the Jython that tests run on. */
  static Path standalone() throws IOException {
    return Path.of(
        List.of(Processes.classPath().split(File.pathSeparator)).stream()
            .filter(each -> each.contains("jython-standalone"))
            .findFirst()
            .orElseThrow());
  }

  /** Returns the jar of a program, or of another Jython, that the build has fetched. */
  static Path program(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(module().resolve("target").resolve("programs"))) {
      return files
          .filter(each -> each.getFileName().toString().startsWith(prefix))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Returns a folder with what an archive has of a program, of which Jython compiles there. */
  static Path unpacked(String archive, String inside, String name) throws IOException {
    Path target = folder().resolve(name);
    if (!Files.exists(target)) {
      try (FileSystem jar = FileSystems.newFileSystem(program(archive))) {
        copy(jar.getPath(inside), target, ".class");
      }
    }
    return target;
  }

  /** Returns where libraries and images are kept between tests. */
  static Path folder() throws IOException {
    return Files.createDirectories(module().resolve("target").resolve("python2.7"));
  }

  /** Returns CPython 2.7: of the setting, else of pyenv. */
  static Optional<Path> python() throws IOException {
    String set = System.getProperty("marshalimage.pythons", "");
    if (!set.isBlank()) {
      return Stream.of(set.split(","))
          .map(each -> Path.of(each.strip()))
          .filter(each -> each.toString().contains("2.7"))
          .findFirst();
    }
    Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
    if (!Files.isDirectory(versions)) {
      return Optional.empty();
    }
    try (Stream<Path> folders = Files.list(versions)) {
      return folders
          .filter(each -> each.getFileName().toString().startsWith("2.7."))
          .map(each -> each.resolve("bin").resolve("python"))
          .filter(Files::isExecutable)
          .findFirst();
    }
  }

  /** Returns CPython 2.7; skips the test where there is none, and says so. */
  static Path requirePython() throws IOException {
    Optional<Path> python = python();
    if (python.isEmpty()) {
      // Called only then, since programs that measure have no JUnit.
      abort("no CPython 2.7: neither marshalimage.pythons nor pyenv has one");
    }
    return python.orElseThrow();
  }

  /**
   * Returns the image of all that testdata has of 2.7; and, since the one package there does not
   * import, of some of it as a package "pack".
   */
  static Path testdata() throws IOException {
    Path folder = module().resolve("../testdata/pyc/2.7").normalize();
    Map<String, Path> files = pycFiles(folder);
    files.put("pack/__init__.pyc", folder.resolve("docstring_only.pyc"));
    files.put("pack/__main__.pyc", folder.resolve("classes.pyc"));
    files.put("pack/inner/__init__.pyc", folder.resolve("empty.pyc"));
    files.put("pack/inner/closures.pyc", folder.resolve("closures.pyc"));
    return write(folder().resolve("testdata.img"), files);
  }

  /** Returns the image of Jython's library as CPython 2.7 compiles it. */
  static Path jythonImage() throws IOException, InterruptedException {
    return image("jython", List.of(jythonLibrary()));
  }

  /** Returns the image of Jython's library and of CPython's tests. */
  static Path testsImage() throws IOException, InterruptedException {
    return image("tests", List.of(jythonLibrary(), cpythonTests()));
  }

  /** Returns the image of CPython's library, with Jython's own where it needs that. */
  static Path cpythonImage() throws IOException, InterruptedException {
    Path image = folder().resolve("cpython.img");
    if (isMade(image)) {
      return image;
    }
    Map<String, Path> jython = pycFiles(jythonLibrary());
    Map<String, Path> chosen = new TreeMap<>(jython);
    pycFiles(cpythonLibrary())
        .forEach(
            (name, file) -> {
              if (OVERLAY.stream().noneMatch(each -> belongsTo(name, each))) {
                chosen.put(name, file);
              }
            });
    return write(image, chosen);
  }

  private static boolean belongsTo(String name, String module) {
    return name.equals(module + ".pyc") || name.startsWith(module + "/");
  }

  /** Returns the folder of CPython's library. */
  static Path cpythonLibrary() throws IOException, InterruptedException {
    return Path.of(
        Processes.run(
                folder(),
                60,
                List.of(
                    requirePython().toString(),
                    "-c",
                    "import os; print(os.path.dirname(os.path.realpath(os.__file__)))"))
            .out()
            .strip());
  }

  /** Returns a folder with the sources of Jython's library, and what CPython compiles of them. */
  static Path jythonLibrary() throws IOException, InterruptedException {
    Path target = folder().resolve("jython");
    if (!Files.exists(target)) {
      copySources(target);
      compile(target);
    }
    return target;
  }

  /** Copies the sources of Jython's library, and its data, to a folder. */
  static void copySources(Path target) throws IOException {
    try (Stream<Path> files = Files.list(module().resolve("target").resolve("lib"))) {
      Path jar =
          files
              .filter(each -> each.getFileName().toString().startsWith("jython-standalone"))
              .findFirst()
              .orElseThrow();
      try (FileSystem archive = FileSystems.newFileSystem(jar)) {
        copy(archive.getPath("Lib"), target, ".class");
      }
    }
  }

  /** Returns a folder with CPython's tests, the package {@code test}, compiled. */
  static Path cpythonTests() throws IOException, InterruptedException {
    Path target = folder().resolve("tests");
    if (!Files.exists(target)) {
      // Compiled anew, so that each knows its source by the name that it has here.
      copy(cpythonLibrary().resolve("test"), target.resolve("test"), ".pyc");
      compile(target);
    }
    return target;
  }

  /** Some files hold what CPython does not compile: Jython's syntax, or errors for a test. */
  private static void compile(Path folder) throws IOException, InterruptedException {
    Processes.run(
        folder(),
        300,
        List.of(requirePython().toString(), "-m", "compileall", "-q", folder.toString()));
  }

  /** Copies a folder, but for files of one kind. */
  static void copy(Path from, Path to, String without) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files
          .filter(file -> !file.toString().endsWith(without))
          .forEach(
              file -> {
                try {
                  Path target = to.resolve(from.relativize(file).toString());
                  if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                  } else {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  private static Path image(String name, List<Path> folders) throws IOException {
    Path image = folder().resolve(name + ".img");
    if (isMade(image)) {
      return image;
    }
    Map<String, Path> files = new TreeMap<>();
    for (Path folder : folders) {
      files.putAll(pycFiles(folder));
    }
    return write(image, files);
  }

  /** Tells whether an image is there that is no older than the writer: that may have changed. */
  private static boolean isMade(Path image) throws IOException {
    if (!Files.exists(image)) {
      return false;
    }
    URI writer =
        URI.create(
            ImageWriter.class.getProtectionDomain().getCodeSource().getLocation().toString());
    FileTime changed = Files.getLastModifiedTime(Path.of(writer));
    return Files.getLastModifiedTime(image).compareTo(changed) >= 0;
  }

  private static Path write(Path image, Map<String, Path> files) throws IOException {
    try (ImageWriter writer = ImageWriter.create()) {
      for (Map.Entry<String, Path> file : files.entrySet()) {
        String path = file.getKey().substring(0, file.getKey().length() - ".pyc".length());
        boolean isPackage = path.endsWith("/__init__");
        String module =
            (isPackage ? path.substring(0, path.length() - "/__init__".length()) : path)
                .replace('/', '.');
        byte[] bytes = Files.readAllBytes(file.getValue());
        writer.addModule(module, PycFile.parse(bytes, file.getValue().toString()), isPackage);
      }
      writer.write(image);
    }
    return image;
  }

  /** Returns the {@code .pyc} files of modules and packages below a folder, by their paths. */
  private static Map<String, Path> pycFiles(Path folder) throws IOException {
    Map<String, Path> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> file.toString().endsWith(".pyc") && isInPackage(file, folder))
          .forEach(file -> found.put(folder.relativize(file).toString(), file));
    }
    return found;
  }

  private static boolean isInPackage(Path file, Path root) {
    for (Path at = file.getParent(); !at.equals(root); at = at.getParent()) {
      if (!Files.exists(at.resolve("__init__.pyc"))) {
        return false;
      }
    }
    return true;
  }
}
