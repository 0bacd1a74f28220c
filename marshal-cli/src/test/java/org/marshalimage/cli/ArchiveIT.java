package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** The archives of the command, unpacked and used as a user does who knows nothing of Java. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ArchiveIT {
  /** Without the end of the name; set where the archives are built. */
  private static final String ARCHIVE = System.getProperty("marshalimage.archive");

  private static final String TOOLS = "/usr/bin:/bin";

  @TempDir static Path directory;

  /** The folder of the archive, in one with spaces in its name. */
  private static Path home;

  /** A link to a link to the command, in a folder of the path. */
  private static Path linked;

  @BeforeAll
  static void unpack() throws Exception {
    assumeTrue(ARCHIVE != null, "the archives are not built: mvn verify -Pdist builds them");
    Path folder = Files.createDirectories(directory.resolve("a folder of mine"));
    Processes.Result tar =
        Processes.run(
            directory, List.of("tar", "xzf", ARCHIVE + ".tar.gz", "-C", folder.toString()));
    assertThat(tar.err()).isEmpty();
    home = folder.resolve(Path.of(ARCHIVE).getFileName());
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("other"), bin.relativize(home.resolve("bin/marshal")));
    linked = Files.createSymbolicLink(bin.resolve("marshal"), Path.of("other"));
  }

  private static Processes.Result run(Map<String, String> environment, Object... command)
      throws Exception {
    List<String> words = new ArrayList<>(List.of("/usr/bin/env", "-i"));
    environment.forEach((name, value) -> words.add(name + "=" + value));
    for (Object word : command) {
      words.add(word.toString());
    }
    return Processes.run(directory, words);
  }

  private static Map<String, String> java(Object home) {
    return Map.of("PATH", TOOLS, "JAVA_HOME", home.toString());
  }

  /** Makes a folder of a Java of some version that prints its arguments. */
  private static Path otherJava(String name, String release) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(name));
    Path program = Files.createDirectories(folder.resolve("bin")).resolve("java");
    Files.writeString(
        program,
        "#!/bin/sh\n"
            + "if [ \"$1\" = -version ]; then echo 'java version \"1.8.0_452\"' >&2; exit; fi\n"
            + "echo \"$@\"\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    if (release != null) {
      Files.writeString(folder.resolve("release"), "IMPLEMENTOR=\"x\"\n" + release + "\n");
    }
    return folder;
  }

  @Test
  void commandRunsThroughLinksFromAFolderWithSpaces() throws Exception {
    String java = System.getProperty("java.home");
    Path image = directory.resolve("my image.img");
    Processes.Result build =
        run(java(java), linked, "build", "-o", image, TestData.path("pyc/3.13/shop"));
    assertThat(build.err()).isEmpty();
    assertThat(build.code()).isZero();
    // Java on the path alone, and not by its own name.
    Path path = Files.createDirectories(directory.resolve("path"));
    Files.createSymbolicLink(path.resolve("java"), Path.of(Processes.java()));
    Processes.Result list = run(Map.of("PATH", path + ":" + TOOLS), linked, "ls", image);
    assertThat(list.err()).isEmpty();
    assertThat(list.out()).contains("stock.shelf");
    Processes.Result wrong = run(java(java), linked, "ls", directory.resolve("missing.img"));
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err().lines()).hasSize(1);
    assertThat(run(java(java), linked, "bogus").code()).isEqualTo(2);
  }

  @Test
  void versionNamesTheBuildAndTheJava() throws Exception {
    String java = System.getProperty("java.home");
    Processes.Result version = run(java(java), home.resolve("bin/marshal"), "--version");
    String name = home.getFileName().toString();
    assertThat(version.out())
        .startsWith("marshal " + name.substring("marshal-".length()))
        .contains("\nJava " + System.getProperty("java.version") + ", ", java);
  }

  @Test
  void javaThatIsMissingOrTooOldIsSaid() throws Exception {
    Path none = Files.createDirectories(directory.resolve("no java"));
    assertRefused(java(none), "no bin/java in JAVA_HOME, which must name a JDK or JRE: " + none);
    Path tools = Files.createDirectories(directory.resolve("tools"));
    for (String tool : List.of("sh", "readlink", "sed")) {
      Path found =
          Files.exists(Path.of("/usr/bin", tool))
              ? Path.of("/usr/bin", tool)
              : Path.of("/bin", tool);
      Files.createSymbolicLink(tools.resolve(tool), found);
    }
    assertRefused(
        Map.of("PATH", tools.toString()),
        "no java found: install Java 17 or newer, or set JAVA_HOME to where it is");
    Path eleven = otherJava("eleven", "JAVA_VERSION=\"11.0.2\"");
    assertRefused(
        java(eleven), "needs Java 17 or newer, found 11.0.2: " + eleven.resolve("bin/java"));
    // Asked, where there is no file that says it.
    Path eight = otherJava("eight", null);
    assertRefused(
        java(eight), "needs Java 17 or newer, found 1.8.0_452: " + eight.resolve("bin/java"));
    Path early = otherJava("early", "JAVA_VERSION=\"26-ea\"");
    assertThat(run(java(early), linked, "ls").code()).isZero();
  }

  private static void assertRefused(Map<String, String> environment, String message)
      throws Exception {
    Processes.Result result = run(environment, linked, "--version");
    assertThat(result.err()).isEqualTo("marshal: " + message + "\n");
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void optionsOfTheJvmAndArgumentsArePassedOn() throws Exception {
    Path java = otherJava("prints", "JAVA_VERSION=\"17\"");
    Processes.Result result =
        run(
            Map.of("PATH", TOOLS, "JAVA_HOME", java.toString(), "JAVA_OPTS", "-Xmx1g -Da=b"),
            linked,
            "show",
            "a  b.img");
    String start = "-Xmx1g -Da=b -jar ";
    String end = " show a  b.img\n";
    assertThat(result.out()).startsWith(start).endsWith(end);
    String jar = result.out().substring(start.length(), result.out().length() - end.length());
    assertThat(Path.of(jar).toRealPath()).isEqualTo(home.toRealPath().resolve("lib/marshal.jar"));
  }

  @Test
  void bothArchivesHoldTheSameAndAllThatIsPromised() throws Exception {
    Set<String> files = new TreeSet<>();
    try (Stream<Path> walk = Files.walk(home)) {
      walk.filter(Files::isRegularFile)
          .forEach(file -> files.add(home.getParent().relativize(file).toString()));
    }
    Set<String> zipped = new TreeSet<>();
    try (ZipFile zip = new ZipFile(ARCHIVE + ".zip")) {
      zip.stream()
          .filter(entry -> !entry.isDirectory())
          .forEach(entry -> zipped.add(entry.getName()));
    }
    assertThat(zipped).isEqualTo(files);
    String name = home.getFileName() + "/";
    assertThat(files)
        .contains(
            name + "bin/marshal",
            name + "bin/marshal.bat",
            name + "lib/marshal.jar",
            name + "LICENSE",
            name + "NOTICE",
            name + "THIRD-PARTY.md",
            name + "share/bash-completion/completions/marshal",
            name + "share/man/man1/marshal.1",
            name + "share/man/man1/marshal-build.1");
    for (String text : BundledLibrariesIT.licenseFiles()) {
      assertThat(files).contains(text.equals("LICENSE") ? name + text : name + "licenses/" + text);
    }
    assertThat(Files.readString(home.resolve("bin/marshal.bat"))).contains("\r\n");
    assertThat(home.resolve("bin/marshal")).isExecutable();
  }
}
