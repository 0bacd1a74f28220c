package org.marshalimage.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.marshalimage.format.ClassArchive;
import org.marshalimage.format.TestData;

/** Starts processes, and finds what they need. */
final class Processes {
  private static final int TIMEOUT_MINUTES = 15;

  /** For processes that soon end: no time is spent on code that will not run long. */
  static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

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

  static Result run(Path scratch, List<String> command) throws IOException, InterruptedException {
    Path out = Files.createTempFile(scratch, "out", ".txt");
    Path err = Files.createTempFile(scratch, "err", ".txt");
    Process process =
        builder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException("still running after " + TIMEOUT_MINUTES + " minutes: " + command);
    }
    return new Result(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  /** A process without the settings that make a JVM print a line at its start. */
  static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    return builder;
  }

  /** Returns the java command of the JVM that runs the tests. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Returns the packaged jar of a module of this build. */
  static Path jar(String module) throws IOException {
    Path target = TestData.root().resolve(module).resolve("target");
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches(module + "-[0-9].*\\.jar"))
          .filter(
              file -> !file.getFileName().toString().matches(".*-(tests|javadoc|sources)\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IOException("no jar of " + module + " in " + target));
    }
  }

  /** Returns the jar of the command. */
  static Path marshalJar() {
    return TestData.root().resolve("marshal-cli/target/marshal.jar");
  }

  /**
   * Returns a command that runs the packaged command, with the flags that make a short process take
   * less of a processor: there are hundreds of them.
   */
  static List<String> marshal(List<String> flags, Object... args) {
    List<String> all = new ArrayList<>(QUICK);
    all.addAll(archived());
    all.addAll(flags);
    return marshalAsItIs(all, args);
  }

  /** Returns the flag that has the command's classes archived, of a run that writes an image. */
  private static synchronized List<String> archived() {
    if (archived == null) {
      try {
        List<String> build = new ArrayList<>(List.of(java()));
        build.addAll(QUICK);
        Path target = marshalJar().getParent();
        String image = target.resolve("class-archives/x.img").toString();
        String folder = TestData.path("pyc/3.13").toString();
        build.addAll(List.of("-jar", marshalJar().toString(), "build", "-o", image, folder));
        archived =
            ClassArchive.flags(ClassArchive.Form.ARCHIVE, target, List.of(marshalJar()), build);
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return archived;
  }

  /** Returns a command that runs the packaged command as a user does, with these flags alone. */
  static List<String> marshalAsItIs(List<String> flags, Object... args) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(flags);
    command.addAll(List.of("-jar", marshalJar().toString()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    return command;
  }

  /** Returns the class path of an embedder that only maps images: our two jars. */
  static String mappingClassPath() throws IOException {
    return jar("marshal-core") + System.getProperty("path.separator") + jar("marshal-format");
  }

  /** Returns a command that runs a class of the tests as an embedder would: with our two jars. */
  static List<String> embedder(List<String> flags, Class<?> main, Object... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(flags);
    command.add("-cp");
    command.add(
        mappingClassPath()
            + System.getProperty("path.separator")
            + TestData.root().resolve("marshal-cli/target/test-classes"));
    command.add(main.getName());
    for (Object arg : args) {
      command.add(arg.toString());
    }
    return command;
  }
}
