package org.marshalimage.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** An image is made anew if something has changed that it is made of, and only then. */
class IncrementalTest {
  @TempDir Path folder;

  private TestProject project;
  private BuildMojo mojo;
  private Path image;

  @BeforeEach
  void makeProject() throws Exception {
    project = new TestProject(folder);
    mojo = project.build("a");
    mojo.inputs = List.of(project.file("lib"));
    project.copy(TestData.path("pyc/3.13/ints.pyc"), "lib/ints.pyc");
    image = mojo.output();
  }

  /** Runs the goal; tells whether it made the image. */
  private boolean makes() throws Exception {
    project.infos.clear();
    mojo.execute();
    if (project.infos.equals(List.of(Path.of("target/app-1.img") + " is up to date"))) {
      return false;
    }
    assertThat(project.infos.get(0)).isEqualTo(Path.of("target/app-1.img").toString());
    return true;
  }

  @Test
  void imageIsMadeAnewIfAnythingHasChanged() throws Exception {
    assertThat(makes()).isTrue();
    byte[] first = Files.readAllBytes(image);
    assertThat(makes()).isFalse();

    // What is no module does not count, nor when a file was written.
    project.write("lib/read.me", "text");
    Files.setLastModifiedTime(folder.resolve("lib/ints.pyc"), FileTime.fromMillis(1_000_000));
    assertThat(makes()).isFalse();

    Path more = project.copy(TestData.path("pyc/3.13/floats.pyc"), "lib/floats.pyc");
    assertThat(makes()).isTrue();
    Files.delete(more);
    Files.delete(image);
    assertThat(makes()).isTrue();
    assertThat(image).hasBinaryContent(first);

    mojo.properties.put("name", "text");
    assertThat(makes()).isTrue();
    mojo.properties.clear();
    Files.writeString(image, "somebody else wrote this");
    assertThat(makes()).isTrue();
    assertThat(image).hasBinaryContent(first);
    assertThat(makes()).isFalse();
    assertThat(project.warnings).isEmpty();
  }

  @Test
  void afterAFailureTheImageIsMadeAnew() throws Exception {
    assertThat(makes()).isTrue();
    Path bad = project.copy(TestData.path("corrupt/cut-after-magic.pyc"), "lib/bad.pyc");
    assertThatThrownBy(mojo::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageStartingWith("cannot write " + Path.of("target/app-1.img") + ":\n")
        .hasMessageContaining(Path.of("lib/bad.pyc").toString());
    Files.delete(bad);
    assertThat(makes()).isTrue();
  }

  @Test
  void missingInputIsAFailureThatNamesIt() {
    mojo.inputs = List.of(project.file("no/such"));
    assertThatThrownBy(mojo::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContaining("no such file or directory: " + Path.of("no/such"));
    assertThat(image).doesNotExist();
  }

  @Test
  void fingerprintsTellContentsAndNamesApart() throws Exception {
    Path one = project.write("t/a/b.pyc", "c");
    String first = fingerprint("t");
    assertThat(fingerprint("t")).isEqualTo(first);
    Files.move(one, folder.resolve("t/a/c.pyc"));
    assertThat(fingerprint("t")).isNotEqualTo(first);
    Files.delete(folder.resolve("t/a/c.pyc"));
    String empty = fingerprint("t");
    assertThat(empty).isNotEqualTo(fingerprint("no/such")).isNotEqualTo(first);
    assertThat(new Fingerprint().text("ab").text("c").value())
        .isNotEqualTo(new Fingerprint().text("a").text("bc").value());
    assertThat(new Fingerprint().texts(List.of("a")).texts(List.of()).value())
        .isNotEqualTo(new Fingerprint().texts(List.of()).texts(List.of("a")).value());
  }

  private String fingerprint(String path) throws Exception {
    return new Fingerprint().tree(folder.resolve(path), ".pyc", false, false).value();
  }
}
