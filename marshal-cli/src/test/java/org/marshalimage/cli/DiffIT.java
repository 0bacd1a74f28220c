package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** The packaged {@code diff}: exit codes, pipes, and whole libraries in a small heap. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class DiffIT {
  private static final Path PYCS = TestData.path("pyc/3.13");
  private static final Path OLDER = TestData.path("pyc/3.12");

  /** What two libraries of 50 MB are compared in. */
  private static final List<String> SMALL_HEAP = List.of("-Xmx512m");

  @TempDir Path directory;

  private Processes.Result diff(List<String> flags, Object... args) throws Exception {
    List<Object> all = new ArrayList<>(List.of("diff"));
    all.addAll(List.of(args));
    return Processes.run(directory, Processes.marshal(flags, all.toArray()));
  }

  private Processes.Result diff(Object... args) throws Exception {
    return diff(List.of(), args);
  }

  @Test
  void exitCodesAreThoseOfOtherTools() throws Exception {
    Processes.Result same = diff(PYCS, PYCS);
    assertThat(same.out() + same.err()).isEmpty();
    assertThat(same.code()).isZero();
    Processes.Result different = diff(OLDER, PYCS);
    assertThat(different.err()).isEmpty();
    assertThat(different.out()).contains("classes: <python>: 3.12 in A, 3.13 in B");
    assertThat(different.code()).isEqualTo(1);
    Processes.Result bad = diff(PYCS, directory.resolve("missing"));
    assertThat(bad.out()).isEmpty();
    assertThat(bad.err().lines()).hasSize(1);
    assertThat(bad.code()).isEqualTo(1);
    assertThat(diff(PYCS).code()).isEqualTo(2);
  }

  @Test
  void oneOfTheTwoMayComeFromAPipe() throws Exception {
    Path image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, PYCS).ok();
    for (Path file : List.of(image, PYCS.resolve("ints.pyc"))) {
      List<String> command =
          new ArrayList<>(List.of("sh", "-c", "cat '" + file + "' | \"$@\"", "sh"));
      command.addAll(Processes.marshal(List.of(), "diff", "-", file));
      Processes.Result result = Processes.run(directory, command);
      assertThat(result.out() + result.err()).isEmpty();
      assertThat(result.code()).isZero();
    }
  }

  /** Returns the library of an installed Python; the test is skipped without one. */
  private Path library(String version) throws Exception {
    for (Path python : CPythons.interpreters()) {
      Path library = CPythons.library(directory, python);
      if (library.endsWith("python" + version)) {
        return library;
      }
    }
    return abort("no Python " + version);
  }

  /** All but Python's own tests, which are half of it. */
  @Test
  void librariesFitIntoASmallHeap() throws Exception {
    Path older = library("3.12");
    Path newer = library("3.13");
    Path image = directory.resolve("newer.img");
    CommandTest.run("build", "-o", image, "--exclude", "site-packages", "--exclude", "test", newer);
    Processes.Result result =
        diff(SMALL_HEAP, "--exclude", "site-packages", "--exclude", "test", older, image);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("json.decoder: <python>: 3.12 in A, 3.13 in B");
    assertThat(result.code()).isEqualTo(1);
    Processes.Result same =
        diff(SMALL_HEAP, "--exclude", "site-packages", "--exclude", "test", newer, image);
    assertThat(same.out() + same.err()).isEmpty();
    assertThat(same.code()).isZero();
  }
}
