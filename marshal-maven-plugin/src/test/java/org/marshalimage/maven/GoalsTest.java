package org.marshalimage.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** Goals beside the command that they run. */
class GoalsTest {
  /** Of no use to a build: what is printed, and how. */
  private static final List<String> ABOUT_OUTPUT =
      List.of("--help", "--version", "--json", "--no-progress", "--limit");

  /** An image that is laid out by no trace is the one that was there before. */
  private static final List<String> LEFT_OUT = List.of("--none");

  @TempDir Path folder;

  private void assertKnowsAllOptions(MarshalMojo mojo, Arguments arguments, TestProject project)
      throws Exception {
    mojo.marshal("no help", new Arguments("help").path(arguments.command()));
    Set<String> options =
        project.infos.stream()
            .flatMap(line -> Pattern.compile("--[a-z][a-z-]+").matcher(line).results())
            .map(found -> found.group())
            .collect(Collectors.toCollection(TreeSet::new));
    options.removeAll(ABOUT_OUTPUT);
    options.removeAll(LEFT_OUT);
    assertThat(arguments.known()).containsAll(options);
    project.infos.clear();
  }

  @Test
  void goalsHaveAParameterForEachOption() throws Exception {
    TestProject project = new TestProject(folder);
    BuildMojo build = project.build("a");
    build.inputs = List.of(project.file("lib"));
    assertKnowsAllOptions(build, build.arguments(build.output()), project);
    RepackMojo repack = project.repack("a");
    repack.image = project.file("x.img");
    repack.traces = List.of(project.file("x.trace"));
    assertKnowsAllOptions(repack, repack.arguments(repack.output()), project);
    VerifyMojo verify = project.verify();
    verify.images = List.of(project.file("x.img"));
    assertKnowsAllOptions(verify, verify.arguments(), project);
    CheckMojo check = project.check();
    check.image = project.file("x.img");
    assertKnowsAllOptions(check, check.arguments(), project);
  }

  @Test
  void nothingIsPrintedThatIsNotTheCommands() throws Exception {
    TestProject project = new TestProject(folder);
    BuildMojo build = project.build("a");
    build.inputs = List.of(TestData.path("pyc/3.13").toFile());
    build.execute();
    assertThat(project.warnings).isEmpty();
    assertThat(project.infos).allMatch(line -> line.startsWith("  ") || line.endsWith(".img"));
  }
}
