package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process that {@link ColdStart} runs.
 *
 * @param label what people are told
 * @param base label of the program that it is compared with: one that does nothing, of the same
 *     class path; null if it is one itself
 * @param classPath jars, or null of a program that is not Java's
 * @param command the main class and its arguments; or all that is run
 * @param mayPrint whether it may print; of ours none may, nor make the JVM warn
 */
record ColdProgram(
    String label,
    @Nullable String base,
    @Nullable String classPath,
    List<String> command,
    boolean mayPrint) {
  /** How a JVM comes by the classes that it loads. */
  enum Archive {
    /** By the JDK's own archive alone, as {@code java} does. */
    NONE("default", 0, "", ""),
    /** By a dynamic archive of the application's classes too. */
    APP_CDS("AppCDS", 17, "-XX:ArchiveClassesAtExit=", "-XX:SharedArchiveFile="),
    /** By a cache that is made ahead of time, of what a training run loaded and linked. */
    AOT("AOT cache", 25, "-XX:AOTCacheOutput=", "-XX:AOTCache=");

    private final String label;
    private final int since;
    private final String write;
    private final String read;

    Archive(String label, int since, String write, String read) {
      this.label = label;
      this.since = since;
      this.write = write;
      this.read = read;
    }

    /** Returns what people are told. */
    String label() {
      return label;
    }

    /** Tells whether a JDK has it. */
    boolean isOf(int major) {
      return major >= since;
    }
  }

  /** A program of ours. */
  static ColdProgram ours(
      String label, String classPath, Class<?> main, @Nullable String base, List<String> with) {
    List<String> command = new ArrayList<>(List.of(main.getName()));
    command.addAll(with);
    return new ColdProgram(label, base, classPath, command, false);
  }

  boolean isJava() {
    return classPath != null;
  }

  /** Returns what runs it with an archive that has been made. */
  List<String> run(Path java, Archive archive, Path archiveFile) {
    return archive == Archive.NONE || !isJava()
        ? line(java, List.of())
        : line(java, List.of(archive.read + archiveFile));
  }

  /**
   * Runs it once to make an archive of the classes that it loads.
   *
   * @throws IOException if no archive is made
   */
  void makeArchive(Path java, Archive archive, Path archiveFile)
      throws IOException, InterruptedException {
    if (archive == Archive.NONE || !isJava()) {
      return;
    }
    Files.deleteIfExists(archiveFile);
    Path log = Files.createTempFile("archive", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(line(java, List.of(archive.write + archiveFile)));
      TimedProcess.clearOptions(builder);
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      int status = builder.start().waitFor();
      if (status != 0 || !Files.exists(archiveFile)) {
        throw new IOException(
            "no archive of " + label + ": status=" + status + ", " + Files.readString(log));
      }
    } finally {
      Files.delete(log);
    }
  }

  private List<String> line(Path java, List<String> options) {
    if (classPath == null) {
      return command;
    }
    List<String> line = new ArrayList<>(List.of(java.toString()));
    line.addAll(options);
    line.add("-cp");
    line.add(classPath);
    line.addAll(command);
    return line;
  }
}
