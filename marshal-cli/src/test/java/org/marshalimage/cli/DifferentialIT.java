package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.stream.PycFile;

/**
 * Compares with CPython itself: of each interpreter found, the digest of every file is the
 * oracle's, and so is that of every module of an image of the library. By default the library's own
 * folder and one package of each; with the profile "sweep" every file of the installation.
 */
class DifferentialIT {
  private static final boolean SWEEP = Boolean.getBoolean("marshalimage.sweep");
  private static final List<String> SAMPLE =
      List.of("", "json", "email", "encodings", "asyncio", "collections", "lib2to3");

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> everyInterpreter() throws IOException {
    List<Path> interpreters = CPythons.interpreters();
    boolean hasOracle = Files.exists(CPythons.oracle());
    if (interpreters.isEmpty() || !hasOracle) {
      String missing = interpreters.isEmpty() ? "CPython" : "oracle at " + CPythons.oracle();
      return Stream.of(
          DynamicTest.dynamicTest(
              "skipped",
              () -> assumeTrue(false, "no " + missing + ": compared with testdata/golden alone")));
    }
    return interpreters.stream()
        .map(python -> DynamicTest.dynamicTest(python.toString(), () -> compare(python)));
  }

  private void compare(Path python) throws Exception {
    Path library = CPythons.library(directory, python);
    List<Path> files = files(library);
    assertThat(files).isNotEmpty();
    Map<Path, String> expected = oracleDigests(python, files);

    int equal = 0;
    int exact = 0;
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<Path, String> each : expected.entrySet()) {
      CommandTest.Run run = CommandTest.run("digest", each.getKey());
      if (run.code() == 0 && run.out().startsWith(each.getValue())) {
        equal++;
      } else {
        wrong.add(each.getKey() + " " + run.err());
      }
      byte[] bytes = Files.readAllBytes(each.getKey());
      if (Arrays.equals(PycFile.parseExactly(bytes, null).toByteArray(), bytes)) {
        exact++;
      } else {
        wrong.add(each.getKey() + " is encoded otherwise");
      }
    }
    System.out.printf(
        "%s: %d of %d files equal, %d encoded to the same bytes%n",
        python, equal, expected.size(), exact);
    assertThat(wrong).isEmpty();
    assertThat(expected).hasSameSizeAs(files);
    for (String level : SWEEP ? List.of("0", "1", "2") : List.of("0")) {
      compareImage(python, library, files, expected, level);
    }
  }

  private List<Path> files(Path library) throws IOException {
    List<Path> files = new ArrayList<>();
    if (SWEEP) {
      try (Stream<Path> walk = Files.walk(library)) {
        walk.filter(DifferentialIT::isPyc).sorted().forEach(files::add);
      }
      return files;
    }
    for (String folder : SAMPLE) {
      for (Path place :
          List.of(library.resolve(folder), library.resolve(folder).resolve("__pycache__"))) {
        if (Files.isDirectory(place)) {
          try (Stream<Path> list = Files.list(place)) {
            list.filter(DifferentialIT::isPyc)
                .filter(file -> !file.toString().contains(".opt-"))
                .sorted()
                .forEach(files::add);
          }
        }
      }
    }
    return files;
  }

  private static boolean isPyc(Path file) {
    return file.toString().endsWith(".pyc") && Files.isRegularFile(file);
  }

  private Map<Path, String> oracleDigests(Path python, List<Path> files) throws Exception {
    OracleMemory memory = OracleMemory.of(python);
    Map<Path, String> digests = new TreeMap<>();
    List<Path> unknown = new ArrayList<>();
    for (Path file : files) {
      String digest = memory.digest(file);
      if (digest == null) {
        unknown.add(file);
      } else {
        digests.put(file, digest);
      }
    }
    // In parts, so that the arguments of a command do not grow too long.
    for (int from = 0; from < unknown.size(); from += 500) {
      List<String> command = new ArrayList<>();
      command.add(python.toString());
      command.add(CPythons.oracle().toString());
      command.add("digest");
      unknown.subList(from, Math.min(unknown.size(), from + 500)).stream()
          .map(Path::toString)
          .forEach(command::add);
      Processes.Result result = Processes.run(directory, command);
      assertThat(result.code()).as(result.err()).isZero();
      for (String line : result.out().lines().toList()) {
        digests.put(pathOf(line), line.substring(0, 64));
        memory.add(pathOf(line), line.substring(0, 64));
      }
    }
    return digests;
  }

  private static Path pathOf(String line) {
    return Path.of(line.substring(66));
  }

  private void compareImage(
      Path python, Path library, List<Path> files, Map<Path, String> expected, String level)
      throws Exception {
    Path root = SWEEP ? library : copy(library, files);
    Map<String, String> byModule = new HashMap<>();
    for (Path file : files) {
      PycName name = PycName.of(library.relativize(file).toString());
      if (name != null && (!name.isCached() || name.optimization().equals(level))) {
        byModule.put(name.module(), expected.get(file));
      }
    }
    Path image = directory.resolve("x.img");
    CommandTest.Run build = CommandTest.run("build", "-o", image, "--optimize", level, root);
    assertThat(build.err().lines()).allMatch(line -> line.startsWith("marshal: passed over "));
    assertThat(build.code()).isZero();
    Map<String, String> ofImage = new HashMap<>();
    CommandTest.run("digest", image)
        .ok()
        .out()
        .lines()
        .forEach(line -> ofImage.put(line.substring(66), line.substring(0, 64)));
    System.out.printf("  image of level %s: %d modules%n", level, ofImage.size());
    assertThat(ofImage).isEqualTo(byModule);
    compareExtracted(python, image, byModule);
  }

  /** What CPython finds in the extracted files is what it finds in those that the image is of. */
  private void compareExtracted(Path python, Path image, Map<String, String> byModule)
      throws Exception {
    Path extracted = Files.createTempDirectory(directory, "extracted");
    CommandTest.run("extract", image, "-d", extracted).ok();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(extracted)) {
      files = walk.filter(DifferentialIT::isPyc).sorted().toList();
    }
    Map<String, String> ofFiles = new HashMap<>();
    oracleDigests(python, files)
        .forEach(
            (file, digest) ->
                ofFiles.put(PycName.of(extracted.relativize(file).toString()).module(), digest));
    System.out.printf("  extracted: %d files%n", ofFiles.size());
    assertThat(ofFiles).isEqualTo(byModule);
  }

  /** Copies files to a folder of their own, at their paths below the library. */
  private Path copy(Path library, List<Path> files) throws IOException {
    Path root = Files.createTempDirectory(directory, "sample");
    for (Path file : files) {
      Path copy = root.resolve(library.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    return root;
  }
}
