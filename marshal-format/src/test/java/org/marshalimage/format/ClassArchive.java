package org.marshalimage.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The classes of a program that tests start hundreds of times, as a JVM has them once they are
 * parsed and verified: a start from them takes a quarter less of a processor. Made once by a run of
 * the program, for each JDK, and anew when a jar has changed.
 */
public final class ClassArchive {
  /** How a JVM is told to make an archive, and to take it. */
  public enum Form {
    /** Class-data sharing. */
    ARCHIVE("-XX:ArchiveClassesAtExit=", "-XX:SharedArchiveFile="),

    /** A cache of the ahead-of-time compiler, which JDK 25 and newer make in one run. */
    CACHE("-XX:AOTCacheOutput=", "-XX:AOTCache=");

    private final String makes;
    private final String takes;

    Form(String makes, String takes) {
      this.makes = makes;
      this.takes = takes;
    }
  }

  private static final int TIMEOUT_MINUTES = 5;

  private ClassArchive() {}

  /**
   * Returns the flag by which a JVM takes the archive; none where the JVM has made none.
   *
   * @param form which the JVM has
   * @param target the folder to keep it in
   * @param jars the class path; another one may only begin with it
   * @param command the command of a run that loads what there is to load; in {@code class-archives}
   *     below that folder it may write
   */
  public static List<String> flags(Form form, Path target, List<Path> jars, List<String> command)
      throws IOException, InterruptedException {
    StringBuilder key = new StringBuilder(Runtime.version() + " " + form + "\n" + command + "\n");
    for (Path jar : jars) {
      key.append(jar).append(' ').append(Files.size(jar)).append(' ');
      key.append(Files.getLastModifiedTime(jar)).append('\n');
    }
    Path folder = Files.createDirectories(target.resolve("class-archives"));
    Path archive = folder.resolve("jdk-" + Runtime.version().feature() + ".jsa");
    Path madeOf = folder.resolve("jdk-" + Runtime.version().feature() + ".txt");
    // Test classes run in two JVMs at a time. What is locked is free again once it is closed.
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock();
      if (!Files.exists(madeOf) || !Files.readString(madeOf).contentEquals(key)) {
        make(form, archive, command);
        Files.writeString(madeOf, key);
      }
    }
    return Files.exists(archive) ? List.of(form.takes + archive) : List.of();
  }

  private static void make(Form form, Path archive, List<String> run)
      throws IOException, InterruptedException {
    Path made = archive.resolveSibling(archive.getFileName() + ".new");
    Files.deleteIfExists(made);
    List<String> command = new ArrayList<>(run);
    command.add(1, form.makes + made);
    Path log = archive.resolveSibling("log.txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    Process process = builder.redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException("still running after " + TIMEOUT_MINUTES + " minutes: " + command);
    }
    // Those that have the earlier one mapped keep it.
    Files.deleteIfExists(archive);
    if (Files.exists(made)) {
      Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
