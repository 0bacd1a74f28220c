package org.marshalimage.jython;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.marshalimage.format.ClassArchive;

/** Starts processes, Jython's above all. */
final class Processes {
  /** What chronicle-bytes asks for when it writes an image in the process. */
  static final List<String> WRITING =
      List.of("--add-exports", "java.base/jdk.internal.ref=ALL-UNNAMED");

  /** For processes that soon end: no time is spent on code that will not run long. */
  static final String ONLY_C1 = "-XX:TieredStopAtLevel=1";

  static final String SERIAL = "-XX:+UseSerialGC";

  /** Newer JVMs print an error if there are module options beside an archive, as writers have. */
  private static final int LAST_THAT_IS_SILENT = 23;

  /** From here on there are caches that take options about native access. */
  private static final int FIRST_WITH_CACHES = 25;

  private static List<String> archived;

  private Processes() {}

  /**
   * What a process did.
   *
   * @param code its exit code
   * @param out what it wrote to standard output
   * @param err what it wrote to standard error
   */
  record Result(int code, String out, String err) {}

  /** Runs a process to its end, or for so many seconds. */
  static Result run(Path scratch, int seconds, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(scratch, "out", ".txt");
    Path err = Files.createTempFile(scratch, "err", ".txt");
    Process process =
        builder(command)
            .directory(scratch.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    // Nothing is to be read from a terminal.
    process.getOutputStream().close();
    try {
      int code = process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
      return new Result(code, read(out), read(err));
    } finally {
      process.destroyForcibly();
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static String read(Path file) throws IOException {
    // Tests write what is no UTF-8, and a process that was stopped half a character.
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /**
   * A process without the settings that make a JVM print a line at its start, or a Python differ.
   */
  static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().keySet().removeIf(name -> name.startsWith("PYTHON"));
    return builder;
  }

  /** Returns the java command of the JVM that runs the tests. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Returns the command that runs Jython on an image with one of the loops. */
  static List<String> jythonOn(Path image, String loop, String... arguments) throws IOException {
    List<String> command = jvm("-Dmarshalimage.loop=" + loop, "org.marshalimage.jython.Main");
    command.add(image.toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Returns the command that runs Jython alone, with a folder before its own library. */
  static List<String> jythonAlone(Path path, String... arguments) throws IOException {
    List<String> command = jvm("-Dpython.path=" + path, "org.python.util.jython");
    command.addAll(List.of(arguments));
    return command;
  }

  /** Returns the command that runs a main class, which may write images, on a folder of modules. */
  static List<String> withModules(Path modules, String main, String... arguments)
      throws IOException {
    List<String> settings = new ArrayList<>(WRITING);
    settings.add("-Dpython.path=" + modules);
    List<String> command = jvm(settings, classPath(), main);
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> jvm(String setting, String main) throws IOException {
    return jvm(List.of(setting), classPath(), main);
  }

  /**
   * Returns the command that runs a main class, to which arguments may be added, in a JVM that is
   * quick to start.
   */
  static List<String> jvm(List<String> settings, String classPath, String main) {
    List<String> command = new ArrayList<>(List.of(java(), "-Xmx1g", ONLY_C1, SERIAL));
    // Jython loads a native library, of which newer JDKs warn.
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dpython.cachedir.skip=true");
    // A cache has classes loaded that nothing has asked for: not where loading is looked at.
    boolean isPlain =
        settings.containsAll(WRITING) || settings.stream().anyMatch(s -> s.contains("class+load"));
    if (isSilent() || !isPlain) {
      command.addAll(archived(classPath));
    }
    command.addAll(settings);
    command.addAll(List.of("-cp", classPath, main));
    return command;
  }

  /**
   * Returns the flag that has the classes of the launcher's class path archived; nothing for
   * another one.
   */
  private static synchronized List<String> archived(String classPath) {
    try {
      int release = Runtime.version().feature();
      if (!classPath.equals(classPath()) || !isSilent() && release < FIRST_WITH_CACHES) {
        return List.of();
      }
      if (archived == null) {
        Path target = Libraries.module().resolve("target");
        List<String> making = new ArrayList<>(List.of(java(), "-Xmx1g", ONLY_C1, SERIAL));
        making.add("--enable-native-access=ALL-UNNAMED");
        making.add("-Dpython.cachedir.skip=true");
        if (isSilent()) {
          making.addAll(WRITING);
          making.addAll(List.of("-cp", classPath, SnapshotProcess.class.getName(), "--snapshot"));
          making.add(target.resolve("class-archives").resolve("x.img").toString());
        } else {
          making.addAll(List.of("-cp", classPath, Main.class.getName()));
          making.add(Libraries.testdata().toString());
        }
        making.addAll(List.of("-c", "import decimal, unittest"));
        List<Path> jars = Stream.of(classPath.split(File.pathSeparator)).map(Path::of).toList();
        ClassArchive.Form form = isSilent() ? ClassArchive.Form.ARCHIVE : ClassArchive.Form.CACHE;
        archived = ClassArchive.flags(form, target, jars, making);
      }
      return archived;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isSilent() {
    return Runtime.version().feature() <= LAST_THAT_IS_SILENT;
  }

  /** Returns what the launcher has on its class path, the packaged jars. */
  static String classPath() throws IOException {
    Path target = Libraries.module().resolve("target");
    try (Stream<Path> own = Files.list(target);
        Stream<Path> others = Files.list(target.resolve("lib"))) {
      return Stream.concat(
              own.filter(file -> file.getFileName().toString().matches("marshal-jython-.*\\.jar")),
              others)
          .map(Path::toString)
          .sorted()
          .reduce((a, b) -> a + File.pathSeparator + b)
          .orElseThrow();
    }
  }
}
