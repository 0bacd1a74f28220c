package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.CodeView;
import org.marshalimage.ImageModule;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.trace.StartupTrace;

/**
 * Images of parts of each CPython's library, laid out by a start: their digests are those of the
 * files, and a trace of one serves for another one that has only some of the same modules.
 */
class RepackedLibraryIT extends CommandTest {
  private static final List<String> PACKAGES = List.of("json", "logging", "unittest", "xml");

  @TempDir private Path folder;

  private final List<Path> made = new ArrayList<>();

  /** JUnit warns of links that lead out of a folder that it deletes. */
  @AfterEach
  void deleteLinks() throws IOException {
    for (Path link : made) {
      Files.delete(link);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyLibrary() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path python : CPythons.interpreters()) {
      tests.add(DynamicTest.dynamicTest(python.toString(), () -> compare(python)));
    }
    if (tests.isEmpty()) {
      tests.add(DynamicTest.dynamicTest("skipped", () -> assumeTrue(false, "no CPython")));
    }
    return tests.stream();
  }

  private void compare(Path python) throws Exception {
    Path library = CPythons.library(folder, python);
    Path plain = folder.resolve("plain.img");
    build(plain, packages(library, PACKAGES));
    Path trace = folder.resolve("start.trace");
    StartupTrace recorder = new StartupTrace();
    try (MarshalImage image =
        MarshalImage.map(plain, MapOptions.builder().observer(recorder.observer()).build())) {
      for (ImageModule module : image.modules()) {
        CodeView code = module.code();
        code.names().forEach(name -> {});
        code.consts().forEach(constant -> {});
      }
      recorder.write(trace);
    }
    Path fast = folder.resolve("fast.img");
    run("repack", plain, "--trace", trace, "-o", fast).ok();
    assertThat(run("verify", fast).ok().out()).contains(": sound");
    assertThat(run("digest", fast).ok().out()).isEqualTo(run("digest", plain).ok().out());
    Path part = folder.resolve("part.img");
    Path json = packages(library, List.of("json"));
    assertThat(build(part, json, "--trace", trace).err())
        .contains("the image has not all of the trace: passed over=");
    run("verify", part).ok();
    Path other = folder.resolve("other.img");
    build(other, json);
    assertThat(run("digest", part).ok().out()).isEqualTo(run("digest", other).ok().out());
  }

  /** Returns a folder with links to some packages. */
  private Path packages(Path library, List<String> names) throws IOException {
    Path links = Files.createTempDirectory(folder, "links");
    for (String name : names) {
      made.add(Files.createSymbolicLink(links.resolve(name), library.resolve(name)));
    }
    return links;
  }

  private static Run build(Path image, Path from, Object... options) {
    List<Object> words = new ArrayList<>(List.of("build", "--no-progress", "--follow-links"));
    words.addAll(List.of(options));
    words.addAll(List.of("-o", image, from));
    Run run = run(words.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }
}
