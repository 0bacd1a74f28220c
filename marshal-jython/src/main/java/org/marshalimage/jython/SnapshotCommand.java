package org.marshalimage.jython;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.compare.AllowList;
import org.marshalimage.compare.Comparison;
import org.marshalimage.compare.Difference;
import org.marshalimage.writer.ImageWriter;

/**
 * {@code marshal-jython --snapshot}: has a snapshot made by two processes that have different
 * environments, compares what they made, and keeps the first one. What differs is of the machine,
 * the user or the moment, and would be wrong wherever else the snapshot is used.
 */
final class SnapshotCommand {
  /** The settings of the JVM that chronicle-bytes asks for. */
  private static final List<String> JVM =
      List.of(
          "--add-exports",
          "java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-exports",
          "java.base/sun.nio.ch=ALL-UNNAMED",
          "--enable-native-access=ALL-UNNAMED",
          "-Dpython.cachedir.skip=true");

  /**
   * What this JVM was told of memory, compilers and the archive of its classes; from 24 on JVMs
   * print an error if there are exports beside an archive.
   */
  private static final Pattern PASSED_ON =
      Pattern.compile(
          "-Xm[snx].*|-Xss.*|-Xint|-XX:(MaxRAM|[+]Use\\w+GC|TieredStopAt"
              + (Runtime.version().feature() < 24 ? "|SharedArchiveFile" : "")
              + ").*");

  /** After the name of a root: what a line of the allow-list says of one that was not kept. */
  private static final String EXECUTED = ": executed";

  private final SnapshotOptions options;

  SnapshotCommand(SnapshotOptions options) {
    this.options = options;
  }

  /**
   * Runs the command.
   *
   * @return the exit code
   * @throws IOException if a file cannot be read or written
   */
  int run() throws IOException {
    checkTarget();
    AllowList allowed = options.allow() == null ? null : AllowList.read(options.allow());
    Path folder = Files.createTempDirectory("marshal-snapshot");
    try {
      Path first = folder.resolve("first.img");
      Path second = folder.resolve("second.img");
      Path report = folder.resolve("report.txt");
      if (!make(first, report, Path.of(""), Map.of(), List.of())
          || !make(
              second,
              folder.resolve("second.txt"),
              Files.createDirectory(folder.resolve("elsewhere")),
              otherEnvironment(folder),
              List.of(
                  "-Duser.home=" + folder.resolve("elsewhere"),
                  "-Duser.language=de",
                  "-Duser.country=DE"))) {
        return 1;
      }
      System.out.print(Files.readString(report));
      List<Difference> findings = findings(first, second, allowed);
      boolean isFallen =
          reportFallen(Files.readAllLines(Path.of(report + SnapshotProcess.FALLEN)), allowed);
      reportUnused(allowed);
      boolean isRefused = options.isStrict() && (isFallen || !findings.isEmpty());
      if (!isRefused) {
        // An unlinked copy is the very same bytes, in place in one step, as all images are written.
        ImageWriter.prelink(first, options.target(), 0, null);
      }
      return isRefused ? 1 : 0;
    } finally {
      delete(folder);
    }
  }

  /** The encoding is the same: a snapshot is made for one. */
  private static Map<String, String> otherEnvironment(Path folder) {
    return Map.of(
        "HOME",
        folder.resolve("elsewhere").toString(),
        "LANGUAGE",
        "de",
        "TZ",
        "Asia/Kolkata",
        "USER",
        "another",
        "LOGNAME",
        "another",
        "TMPDIR",
        folder.toString());
  }

  /** Makes the image once; what the program prints is not of the report. */
  private boolean make(
      Path target, Path report, Path where, Map<String, String> environment, List<String> settings)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(each -> PASSED_ON.matcher(each).matches())
        .forEach(command::add);
    // As this process was told where modules are.
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("python.")) {
        String value = System.getProperty(name);
        command.add("-D" + name + "=" + (name.equals("python.path") ? absolute(value, "") : value));
      }
    }
    command.addAll(settings);
    command.add("-D" + SnapshotProcess.REPORT + "=" + report);
    command.add("-D" + SnapshotProcess.FOLDER + "=" + Path.of("").toAbsolutePath());
    command.addAll(
        List.of(
            "-cp",
            absolute(
                System.getProperty("java.class.path"), Path.of("").toAbsolutePath().toString()),
            SnapshotProcess.class.getName()));
    command.addAll(options.withTarget(target));
    ProcessBuilder process = new ProcessBuilder(command).directory(where.toAbsolutePath().toFile());
    process.environment().putAll(environment);
    // The second time the folder is another one.
    process.environment().computeIfPresent("JYTHONPATH", (name, path) -> absolute(path, ""));
    // As the JVM would say so in each process.
    process.environment().remove("JAVA_TOOL_OPTIONS");
    process.inheritIO();
    try {
      return process.start().waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the snapshot is made", e);
    }
  }

  /**
   * Returns a search path whose folders can be found from elsewhere.
   *
   * @param empty what an empty part of it stands for
   */
  private static String absolute(String path, String empty) {
    return Stream.of(path.split(File.pathSeparator))
        .map(each -> each.isEmpty() ? empty : Path.of(each).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static List<Difference> findings(Path first, Path second, @Nullable AllowList allowed)
      throws IOException {
    try (MarshalImage a = MarshalImage.map(first);
        MarshalImage b = MarshalImage.map(second)) {
      List<Difference> all = Comparison.create().differences(a, b);
      List<Difference> findings = allowed == null ? all : allowed.findings(all);
      System.out.println(
          findings.isEmpty()
              ? "made twice: no value differs"
                  + (all.isEmpty() ? "" : ", but for " + all.size() + " that may")
              : "made twice: values that differ, and are wrong elsewhere:");
      findings.forEach(each -> System.out.println("  " + each.toText()));
      return findings;
    }
  }

  /** Names the modules that are executed, and that no line allows; tells whether there are any. */
  private boolean reportFallen(List<String> fallen, @Nullable AllowList allowed) {
    boolean isFirst = true;
    for (String root : fallen) {
      String where = root + EXECUTED;
      boolean isAskedFor =
          root.startsWith(Snapshot.STATE)
              && options.reimport().contains(root.substring(Snapshot.STATE.length()));
      if (isAskedFor || allowed != null && allowed.allows(where)) {
        continue;
      }
      if (isFirst) {
        System.out.println("not kept, and executed when imported:");
      }
      isFirst = false;
      System.out.println("  " + where);
    }
    return !isFirst;
  }

  private static void reportUnused(@Nullable AllowList allowed) {
    if (allowed == null) {
      return;
    }
    for (AllowList.Line line : allowed.unused()) {
      System.out.println(
          "not needed: line " + line.number() + " of the allow-list: " + line.pattern());
    }
  }

  /** Making takes minutes: what cannot be written is told of before. */
  private void checkTarget() throws IOException {
    Path target = options.target();
    Path folder = target.toAbsolutePath().getParent();
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new IOException("not a regular file: " + target);
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException("no such directory: " + folder);
    }
    for (Path each : options.from()) {
      if (Files.exists(target) && Files.exists(each) && Files.isSameFile(target, each)) {
        throw new IOException("output is an input: " + target);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
