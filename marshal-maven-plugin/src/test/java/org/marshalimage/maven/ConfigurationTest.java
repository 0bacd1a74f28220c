package org.marshalimage.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugin.MojoExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** What goals make of their parameters, and what they say of mistakes in them. */
class ConfigurationTest {
  @TempDir Path folder;

  private TestProject project;

  @BeforeEach
  void makeProject() {
    project = new TestProject(folder);
  }

  private static void assertMistake(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(MojoExecutionException.class)
        .hasMessage("wrong configuration: " + message);
  }

  private BuildMojo ofLib() {
    BuildMojo mojo = project.build("a");
    mojo.inputs = List.of(project.file("lib"));
    return mojo;
  }

  @Test
  void buildTakesEveryParameterToItsOption() throws Exception {
    BuildMojo mojo = ofLib();
    mojo.python = "python3";
    mojo.sources = List.of(project.file("one"), project.file("two"));
    mojo.optimize = 2;
    mojo.pythonVersion = "3.11";
    mojo.excludes = List.of("test", "-x");
    mojo.followLinks = true;
    mojo.skipBad = true;
    mojo.traces = List.of(project.file("start.trace"));
    mojo.pointerWidth = 8;
    mojo.base = "auto";
    mojo.types = "standard";
    mojo.internTable = project.file("old.img");
    mojo.properties = Map.of("b", "2=2", "a", "1");
    assertThat(mojo.arguments(mojo.output()).list())
        .containsExactly(
            "build",
            "--output=" + Path.of("target/app-1.img"),
            "--optimize=2",
            "--python=3.11",
            "--exclude=test",
            "--exclude=-x",
            "--follow-links",
            "--skip-bad",
            "--trace=start.trace",
            "--pointer-width=8",
            "--base=auto",
            "--types=standard",
            "--intern-table=old.img",
            "--property=a=1",
            "--property=b=2=2",
            "lib",
            Path.of("target/marshal-image/build-a/compiled/0").toString(),
            Path.of("target/marshal-image/build-a/compiled/1").toString());
  }

  @Test
  void filesOutsideTheProjectAndNamesLikeOptionsAreGivenInFull() throws Exception {
    BuildMojo mojo = ofLib();
    File outside = folder.resolveSibling("elsewhere").toFile();
    mojo.inputs = List.of(outside, project.file("-o"), folder.toFile());
    assertThat(mojo.arguments(mojo.output()).list())
        .endsWith(outside.getPath(), folder.resolve("-o").toString(), folder.toString());
  }

  @Test
  void imageGoesToOnePlace() throws Exception {
    BuildMojo mojo = ofLib();
    assertThat(mojo.output()).isEqualTo(folder.resolve("target/app-1.img"));
    mojo.attach = true;
    mojo.classifier = "py313";
    assertThat(mojo.output()).isEqualTo(folder.resolve("target/app-1-py313.img"));
    mojo.outputFile = project.file("x/y.img");
    assertThat(mojo.output()).isEqualTo(folder.resolve("x/y.img"));
    mojo.resource = "a/app.img";
    assertMistake(
        mojo::output,
        "<outputFile> and <resource> are both set, expected one place: found "
            + Path.of("x/y.img")
            + " and a/app.img");
    mojo.outputFile = null;
    for (String name : List.of("a/app.img", "/a/app.img")) {
      mojo.resource = name;
      assertThat(mojo.output()).isEqualTo(folder.resolve("target/classes/a/app.img"));
    }
    for (String name : List.of("../app.img", "", "a/..", "//etc/app.img")) {
      mojo.resource = name;
      assertMistake(
          mojo::output,
          "<resource> takes the name of a file below "
              + Path.of("target/classes")
              + ", such as app.img, found "
              + name);
    }
  }

  @Test
  void classifierWithoutAttachIsAMistake() {
    BuildMojo mojo = ofLib();
    mojo.classifier = "py313";
    assertMistake(
        mojo::execute,
        "<classifier> is that of an attached artifact, and <attach> is not true: found py313");
  }

  @Test
  void nothingToBuildFromIsAMistake() {
    BuildMojo mojo = project.build("a");
    assertMistake(
        mojo::execute, "nothing to build from, expected <inputs>, or <python> and <sources>");
    mojo.sources = List.of(project.file("src"));
    String noPython = "<sources> are given and nothing that compiles them, expected <python>";
    assertMistake(mojo::execute, noPython);
    mojo.inputs = List.of(project.file("lib"));
    assertMistake(mojo::execute, noPython);
  }

  @Test
  void parametersOfTheCompilerAreChecked() throws Exception {
    BuildMojo mojo = project.build("a");
    mojo.python = "no-such-python";
    assertMistake(mojo::execute, "<sources> takes folders, found " + Path.of("src/main/python"));
    project.write("src/main/python/a.py", "");
    assertThatThrownBy(mojo::execute)
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageStartingWith(
            "wrong configuration: <python> takes a CPython, found no-such-python, which cannot be"
                + " run: ");
    mojo.invalidation = "timestamp";
    assertMistake(
        mojo::execute, "<invalidation> takes checked-hash or unchecked-hash, found timestamp");
    mojo.optimize = 3;
    assertMistake(mojo::execute, "<optimize> takes 0, 1 or 2, found 3");
    mojo.optimize = 0;
    mojo.invalidation = PythonCompiler.UNCHECKED;
    mojo.excludes = List.of("[");
    assertThatThrownBy(mojo::execute).hasMessageContaining("<excludes> takes globs, found [: ");
  }

  @Test
  void whatTheCommandRefusesIsNamedByParameters() throws Exception {
    project.copy(TestData.path("pyc/3.13/ints.pyc"), "lib/ints.pyc");
    BuildMojo mojo = ofLib();
    mojo.pointerWidth = 5;
    assertMistake(mojo::execute, "<pointerWidth> takes 4 or 8, found 5");
    mojo.pointerWidth = null;
    mojo.pythonVersion = "4";
    assertThatThrownBy(mojo::execute)
        .hasMessageStartingWith("wrong configuration: <pythonVersion> takes one of 2.7, ")
        .hasMessageEndingWith(", found 4");
  }

  @Test
  void twoExecutionsThatWriteOneFileAreAMistake() throws Exception {
    project.copy(TestData.path("pyc/3.13/ints.pyc"), "lib/ints.pyc");
    ofLib().execute();
    ofLib().execute();
    BuildMojo other = project.build("b");
    other.inputs = List.of(project.file("lib"));
    assertMistake(
        other::execute,
        "two executions write "
            + Path.of("target/app-1.img")
            + ": build (a) and build (b); <outputFile>, <resource> or <classifier> tells them"
            + " apart");
  }

  @Test
  void repackTakesTracesAndAnotherPlace() throws Exception {
    RepackMojo mojo = project.repack("a");
    assertMistake(mojo::execute, "nothing to lay the image out by, expected <traces>");
    mojo.traces = List.of(project.file("one.trace"), project.file("two.trace"));
    assertMistake(mojo::execute, "no goal before this one has written an image, expected <image>");
    mojo.image = project.file("x.img");
    assertThat(mojo.arguments(mojo.output()).list())
        .containsExactly(
            "repack",
            "--output=" + Path.of("target/app-1-repacked.img"),
            "--trace=one.trace",
            "--trace=two.trace",
            "x.img");
    mojo.outputFile = mojo.image;
    assertMistake(mojo::execute, "an image is not repacked over itself: found x.img twice");
  }

  @Test
  void verifyTakesWhatGoalsHaveWritten() throws Exception {
    VerifyMojo mojo = project.verify();
    assertMistake(mojo::execute, "no goal before this one has written an image, expected <images>");
    ProjectImages.add(project.project, folder.resolve("target/a.img"), "build (a)");
    ProjectImages.add(project.project, folder.resolve("target/b.img"), "build (b)");
    assertThat(mojo.arguments().list())
        .containsExactly(
            "verify", Path.of("target/a.img").toString(), Path.of("target/b.img").toString());
    mojo.images = List.of(project.file("c.img"));
    assertThat(mojo.arguments().list()).containsExactly("verify", "c.img");
  }

  @Test
  void checkTakesTheOneImageThatGoalsHaveWritten() throws Exception {
    CheckMojo mojo = project.check();
    ProjectImages.add(project.project, folder.resolve("target/a.img"), "build (a)");
    mojo.excludes = List.of("test");
    mojo.followLinks = true;
    assertThat(mojo.arguments().list())
        .containsExactly(
            "check",
            "--source=" + Path.of("src/main/python"),
            "--exclude=test",
            "--follow-links",
            Path.of("target/a.img").toString());
    ProjectImages.add(project.project, folder.resolve("target/b.img"), "build (b)");
    assertThatThrownBy(mojo::execute)
        .hasMessageStartingWith(
            "wrong configuration: goals before this one have written several images, expected"
                + " <image>, one of ")
        .hasMessageContaining("b.img");
  }

  @Test
  void attachedImagesAreToldApartByClassifiers() throws Exception {
    project.copy(TestData.path("pyc/3.13/ints.pyc"), "lib/ints.pyc");
    BuildMojo first = ofLib();
    first.attach = true;
    first.execute();
    first.execute();
    assertThat(project.project.getAttachedArtifacts()).hasSize(1);
    assertThat(project.project.getAttachedArtifacts().get(0).getType()).isEqualTo("img");
    BuildMojo second = project.build("b");
    second.inputs = first.inputs;
    second.attach = true;
    second.outputFile = project.file("target/b.img");
    assertMistake(
        second::execute,
        "two attached images need two <classifier>s: "
            + Path.of("target/app-1.img")
            + " and "
            + Path.of("target/b.img")
            + " have none");
  }

  @Test
  void skippedGoalDoesNothing() throws Exception {
    BuildMojo mojo = project.build("a");
    mojo.skip = true;
    mojo.execute();
    assertThat(project.infos).containsExactly("skipped");
    assertThat(folder).isEmptyDirectory();
  }
}
