package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole processes that start from a snapshot and have {@code site}: they have all that Jython alone
 * leaves when it executes the module.
 */
class SiteIT {
  private static final int SECONDS = 240;
  private static final Path PROGRAM =
      Libraries.module().resolve("src").resolve("test").resolve("site").resolve("after_site.py");

  @TempDir private static Path scratch;
  private static Path snapshot;
  private static String report;

  @TempDir private Path folder;

  @BeforeAll
  static void makeSnapshot() throws IOException, InterruptedException {
    snapshot = scratch.resolve("site.img");
    List<String> command =
        Processes.jythonOn(Path.of("--snapshot"), "mapped", snapshot.toString(), "--strict");
    command.addAll(List.of("-c", "import textwrap"));
    Processes.Result made = Processes.run(scratch, SECONDS, command);
    assertThat(made.code()).as(made.out() + made.err()).isZero();
    report = made.out();
  }

  private static void onlyInTheSweep() {
    assumeTrue(Boolean.getBoolean("marshalimage.sweep"), "in the sweep");
  }

  /** Lines of Jython's: a newer JVM warns of what its libraries do, if they are started. */
  private static List<String> lines(String err) {
    return err.lines().filter(line -> !line.startsWith("WARNING: ")).toList();
  }

  /** Runs the program alone and from the snapshot, and compares all that is printed. */
  private String same(List<String> environment, List<String> settings, String... arguments)
      throws Exception {
    Processes.Result alone = run(environment, settings, "org.python.util.jython", arguments);
    List<String> started = new ArrayList<>(List.of(snapshot.toString()));
    started.addAll(List.of(arguments));
    Processes.Result restored =
        run(environment, settings, Main.class.getName(), started.toArray(new String[0]));
    assertThat(restored.out()).as(restored.err()).isEqualTo(alone.out());
    assertThat(lines(restored.err())).isEqualTo(lines(alone.err()));
    assertThat(restored.code()).isEqualTo(alone.code());
    return restored.out() + restored.err();
  }

  private Processes.Result run(
      List<String> environment, List<String> settings, String main, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("env"));
    command.addAll(environment);
    command.addAll(Processes.jvm(settings, Processes.classPath(), main));
    command.addAll(List.of(arguments));
    return Processes.run(folder, SECONDS, command);
  }

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void aStartHasAllThatSiteLeavesAndRunsNoneOfIt() throws Exception {
    assertThat(report).contains(SiteState.BUILTINS, "no value differs");
    assertThat(same(List.of(), List.of(), PROGRAM.toString())).contains("exits 3", "Type help()");
    Path log = folder.resolve("classes");
    List<String> settings = List.of("-Xlog:class+load:file=" + log);
    // A codec is imported without a word.
    String code = "print exit, u'\\xe9'.encode('utf-8')";
    run(List.of(), settings, Main.class.getName(), snapshot.toString(), "-c", code);
    assertThat(log)
        .content()
        .contains("org.marshalimage.jython.SiteState")
        // Neither bodies, nor the native library, nor the list of what is in Jython's archive.
        .doesNotContain("os$py", "jffi", "ZipEntryIterator")
        // Which the methods of a record start.
        .doesNotContain("java.lang.runtime.ObjectMethods");
  }

  @Test
  void optionsAndTheEnvironmentOfTheProcessCount() throws Exception {
    String printed =
        same(
            List.of("HOME=/home/other/"),
            List.of("-Dpython.path=relative/../x:x"),
            "-s",
            "-E",
            "-i",
            "-W",
            "error::UserWarning",
            PROGRAM.toString());
    assertThat(printed)
        .contains("/home/other/.local", "('no_user_site', True)")
        .contains("('error', <type 'exceptions.UserWarning'>, 0)")
        .contains("'" + folder.toRealPath() + "/x', ");
  }

  @Test
  void foldersAndModulesOfTheUserAreThere() throws Exception {
    Path site = Path.of("base/lib/jython2.7/site-packages");
    file(site + "/usercustomize.py", "import added\nsaid = 'user'\n");
    file(site + "/added.py", "said = 'added'\n");
    file("path/sitecustomize.py", "import sys\nsaid = sorted(sys.modules)\nraise ValueError\n");
    List<String> environment = List.of("PYTHONUSERBASE=" + folder.resolve("base"));
    List<String> path = List.of("-Dpython.path=" + folder.resolve("path"));
    assertThat(same(environment, path, PROGRAM.toString()))
        .contains(
            folder.resolve(site).toString(),
            "usercustomize user",
            "added added",
            "in execsitecustomize",
            "ValueError");
  }

  @Test
  void siteIsExecutedWhereFilesSayWhatElseIsOnThePath() throws Exception {
    onlyInTheSweep();
    file("base/lib/jython2.7/site-packages/x.pth", "import sys; sys.said = 1\nmore\n");
    file("base/lib/jython2.7/site-packages/more/added.py", "said = 'added'\n");
    List<String> environment = List.of("PYTHONUSERBASE=" + folder.resolve("base"));
    assertThat(same(environment, List.of(), PROGRAM.toString())).contains("site-packages/more'");
  }

  @Test
  void withoutSiteNothingIsThereUntilItIsImported() throws Exception {
    onlyInTheSweep();
    assertThat(same(List.of(), List.of(), "-S", PROGRAM.toString(), "-S"))
        .contains("[False, False, False]");
  }

  @Test
  void aModuleOfTheUserMayEndTheProgram() throws Exception {
    onlyInTheSweep();
    file("path/sitecustomize.py", "print 'ends'\nraise SystemExit(4)\n");
    List<String> path = List.of("-Dpython.path=" + folder.resolve("path"));
    Processes.Result ended =
        run(List.of(), path, Main.class.getName(), snapshot.toString(), "-c", "print 'runs'");
    assertThat(ended.out()).isEqualTo("ends\n");
    assertThat(ended.err()).endsWith("SystemExit: 4\n");
    assertThat(ended)
        .extracting(Processes.Result::code)
        .isEqualTo(run(List.of(), path, "org.python.util.jython", "-c", "print 'runs'").code());
  }

  @Test
  void siteOfTheUsersOwnIsExecuted() throws Exception {
    onlyInTheSweep();
    file("path/sitecustomize.py", "import __builtin__\n__builtin__.custom = 1\n");
    Path image = folder.resolve("custom.img");
    List<String> path = List.of("-Dpython.path=" + folder.resolve("path"));
    List<String> settings = new ArrayList<>(Processes.WRITING);
    settings.addAll(path);
    Processes.Result made =
        run(
            List.of(),
            settings,
            SnapshotProcess.class.getName(),
            "--snapshot",
            image.toString(),
            "-c",
            "import textwrap");
    assertThat(made.out())
        .as(made.err())
        .contains("site is executed when a program starts: there is a module sitecustomize")
        .doesNotContain(SiteState.BUILTINS);
    String code = "print exit, custom";
    assertThat(run(List.of(), path, Main.class.getName(), image.toString(), "-c", code).out())
        .isEqualTo("Use exit() or Ctrl-D (i.e. EOF) to exit 1\n");
  }

  @Test
  void applicationsHaveItToo() throws Exception {
    onlyInTheSweep();
    assertThat(
            JythonImageTest.run(
                "two loaders, no context",
                "snapshot",
                snapshot,
                Libraries.standalone().toUri().toURL()))
        .isEqualTo("'a' True, then an interpreter with a state of its own: 'a' False");
  }
}
