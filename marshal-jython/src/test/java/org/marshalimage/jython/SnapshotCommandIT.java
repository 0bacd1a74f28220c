package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MarshalImage;

/** What the command makes a snapshot of, and when a start takes it. */
class SnapshotCommandIT {
  private static final String NOT_USED =
      "marshal-jython: snapshot is not used, all modules are executed: ";

  @TempDir private Path folder;

  private Processes.Result run(String main, String... arguments) throws Exception {
    return run(Processes.WRITING, main, arguments);
  }

  private Processes.Result run(List<String> settings, String main, String... arguments)
      throws Exception {
    List<String> command = Processes.jvm(settings, Processes.classPath(), main);
    command.addAll(List.of(arguments));
    return Processes.run(folder, 240, command);
  }

  private Path make(String... arguments) throws Exception {
    Path image = folder.resolve("app.img");
    List<String> all = new ArrayList<>(List.of("--snapshot", image.toString(), "-S"));
    all.addAll(List.of(arguments));
    Processes.Result made = run(SnapshotProcess.class.getName(), all.toArray(new String[0]));
    assertThat(made.code()).as(made.out() + made.err()).isZero();
    return image;
  }

  private Processes.Result start(String... arguments) throws Exception {
    return run(Main.class.getName(), arguments);
  }

  /** Lines of ours: a newer JVM warns of what Jython's libraries do. */
  private static List<String> lines(String err) {
    return err.lines().filter(line -> !line.startsWith("WARNING: ")).toList();
  }

  private static void archive(Path file, String name, String text) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void anArchiveIsTheProgramAndOptionsAreOfTheImage() throws Exception {
    Path jar = folder.resolve("app.jar");
    // As of Jython alone: its archive has no package, and no absolute import.
    archive(jar, "__run__.py", "import textwrap, sys\nprint 1 / 2, sys.argv, sys.path[0]\n");
    String printed = "0.5 ['" + jar + "', 'x'] " + jar + "\n";
    Path image = make("-Qnew", "-O", "-jar", jar.toString(), "x");
    try (MarshalImage made = MarshalImage.map(image)) {
      assertThat(made.properties())
          .containsEntry("jython.optimize", "1")
          .containsEntry("jython.division", "0 new");
      assertThat(made.hasModule("state:textwrap")).isTrue();
    }
    String[] options = {image.toString(), "-S", "-Qnew", "-O", "-jar", jar.toString(), "x"};
    Processes.Result started = start(options);
    assertThat(started.out()).isEqualTo(printed);
    assertThat(started.err()).doesNotContain("not used");
    Processes.Result other = start(image.toString(), "-S", "-O", "-c", "print 1 / 2");
    assertThat(other.out()).isEqualTo("0\n");
    assertThat(lines(other.err()).get(0)).startsWith(NOT_USED + "jython.division differs");
  }

  @Test
  void theMemoryOfTheCommandIsThatOfTheProcessesThatMakeTheSnapshot() throws Exception {
    String code =
        "from java.lang import Runtime; print Runtime.getRuntime().maxMemory() <= 300 << 20";
    String image = folder.resolve("app.img").toString();
    String[] arguments = {"--snapshot", image, "-S", "-c", code};
    Processes.Result made = run(List.of("-Xmx300m"), Main.class.getName(), arguments);
    assertThat(made.out()).as(made.err()).startsWith("True\nTrue\n");
    assertThat(made.code()).isZero();
  }

  @Test
  void modulesOfAFolderThatIsNamedFromHereAreFoundBothTimes() throws Exception {
    Path modules = Files.createDirectory(folder.resolve("modules"));
    Files.writeString(modules.resolve("near.py"), "x = 'near'\n");
    List<String> settings = new ArrayList<>(Processes.WRITING);
    settings.add("-Dpython.path=modules");
    String image = folder.resolve("app.img").toString();
    String[] arguments = {"--snapshot", image, "-S", "-c", "import near; print near.x"};
    Processes.Result made = run(settings, Main.class.getName(), arguments);
    assertThat(made.err()).doesNotContain("ImportError");
    assertThat(made.out()).startsWith("near\nnear\n");
    assertThat(made.code()).isZero();
    assertThat(run(settings, Main.class.getName(), image, "-S", "-c", "import near; print near.x"))
        .extracting(Processes.Result::out)
        .isEqualTo("near\n");
  }

  @Test
  void aChangedSourceIsNoticedIfThatIsAskedFor() throws Exception {
    Path source = Files.writeString(folder.resolve("changing.py"), "print 'body'\nx = 'first'\n");
    Path program = Files.writeString(folder.resolve("program.py"), "import changing\n");
    Path image = make(program.toString());
    String[] checked = {
      "--check-sources", image.toString(), "-S", "-c", "import changing; print changing.x"
    };
    String[] unchecked = {image.toString(), "-S", "-c", "import changing; print changing.x"};
    // Only touched.
    assertThat(source.toFile().setLastModified(source.toFile().lastModified() + 10_000)).isTrue();
    Processes.Result same = start(checked);
    assertThat(same.out()).as(same.err()).isEqualTo("first\n");
    assertThat(lines(same.err())).isEmpty();

    Files.writeString(source, "print 'body'\nx = 'second'\n");
    assertThat(source.toFile().setLastModified(source.toFile().lastModified() + 20_000)).isTrue();
    assertThat(start(unchecked).out()).isEqualTo("first\n");
    Processes.Result changed = start(checked);
    assertThat(changed.out()).isEqualTo("body\nsecond\n");
    assertThat(lines(changed.err())).containsExactly(NOT_USED + "source has changed: " + source);
  }
}
