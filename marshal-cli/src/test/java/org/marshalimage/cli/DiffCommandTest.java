package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;

/** {@code diff}: what it takes, what it says, how it ends. */
class DiffCommandTest extends CommandTest {
  private static final Path PYCS = TestData.path("pyc/3.13");
  private static final Path OLDER = TestData.path("pyc/3.12");

  /** Asserts that two things are the same. */
  private static void same(Object a, Object b) {
    assertThat(run("diff", a, b).ok().out()).isEmpty();
  }

  private Path build(String name, Object... args) {
    Path image = directory.resolve(name);
    Object[] all = new Object[args.length + 3];
    all[0] = "build";
    all[1] = "-o";
    all[2] = image;
    System.arraycopy(args, 0, all, 3, args.length);
    run(all).ok();
    return image;
  }

  private Path zip(Path file) throws Exception {
    Path zip = directory.resolve("x.whl");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("ints.pyc"));
      out.write(Files.readAllBytes(file));
    }
    return zip;
  }

  @Test
  void imageFolderArchiveAndFileOfTheSameCodeAreTheSame() throws Exception {
    Path image = build("x.img", PYCS);
    same(image, image);
    same(image, build("y.img", "--pointer-width", 8, PYCS));
    same(image, PYCS);
    same(PYCS, image);
    Path one = PYCS.resolve("ints.pyc");
    same(build("one.img", one), one);
    same(zip(one), one);
  }

  @Test
  void differencesAreLinesAndExitCodeOne() throws Exception {
    Path a = Files.createDirectory(directory.resolve("a"));
    Path b = Files.createDirectory(directory.resolve("b"));
    Files.copy(PYCS.resolve("ints.pyc"), a.resolve("x.pyc"));
    Files.copy(PYCS.resolve("floats.pyc"), b.resolve("x.pyc"));
    Files.copy(PYCS.resolve("ints.pyc"), a.resolve("only.pyc"));
    Files.copy(PYCS.resolve("ints.pyc"), b.resolve("other.pyc"));
    Run run = run("diff", "--all", a, b);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEmpty();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).startsWith("only: only in A", "other: only in B");
    assertThat(lines).anyMatch(line -> line.matches("x: co_filename: '.*' in A, '.*' in B"));
    assertThat(lines).last().isEqualTo((lines.size() - 1) + " differences in 3 roots");
  }

  @Test
  void filesAreComparedWhateverTheyAreCalled() {
    Run run = run("diff", PYCS.resolve("ints.pyc"), PYCS.resolve("floats.pyc"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).doesNotContain("only in A\n").startsWith("ints: co_");
  }

  @Test
  void eachRootHasAFewLinesUnlessAllAreAskedFor() throws Exception {
    List<String> few = run("diff", OLDER, PYCS).out().lines().toList();
    List<String> all = run("diff", "--all", OLDER, PYCS).out().lines().toList();
    assertThat(few).last().isEqualTo(all.get(all.size() - 1));
    assertThat(few.stream().filter(line -> line.startsWith("classes: "))).hasSize(21);
    assertThat(few).anyMatch(line -> line.matches("classes: \\d+ more, --all writes them"));
    long classes = all.stream().filter(line -> line.startsWith("classes: ")).count();
    assertThat(few).contains("classes: " + (classes - 20) + " more, --all writes them");
  }

  @Test
  void jsonHasAllOfIt() throws Exception {
    Run run = run("diff", "--json", OLDER, PYCS);
    assertThat(run.code()).isEqualTo(1);
    JsonNode json = new ObjectMapper().readTree(run.out());
    JsonNode first = json.get("differences").get(0);
    assertThat(first.fieldNames())
        .toIterable()
        .containsExactly("root", "path", "what", "a", "b", "detail");
    long leftOut = 0;
    for (JsonNode count : json.get("leftOut")) {
      leftOut += count.asLong();
    }
    assertThat(json.get("total").asLong()).isEqualTo(json.get("differences").size() + leftOut);
    assertThat(json.get("allowed").asLong()).isZero();
    assertThat(json.get("roots").asLong()).isPositive();
    JsonNode none = new ObjectMapper().readTree(run("diff", "--json", PYCS, PYCS).ok().out());
    assertThat(none.get("differences")).isEmpty();
    assertThat(none.get("total").asLong()).isZero();
  }

  private Path state(String name, Value... items) throws Exception {
    Path image = directory.resolve(name);
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("state", SequenceValue.list(items));
      writer.write(image);
    }
    return image;
  }

  @Test
  void whatAListAllowsIsNoFinding() throws Exception {
    Path a = state("a.img", IntValue.of(1), StrValue.of("/a"));
    Path b = state("b.img", IntValue.of(2), StrValue.of("/b"));
    Path list = Files.writeString(directory.resolve("allow.txt"), "state: [1]\nstate: [7]\n");
    Run run = run("diff", "--allow", list, a, b);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out().lines())
        .containsExactly("state: [0]: 1 in A, 2 in B", "1 difference in 1 root, 1 more allowed");
    assertThat(run.err().strip())
        .isEqualTo("marshal: nothing differs that a line allows: state: [7], line=2, file=" + list);
    Files.writeString(list, "# both\nstate: [*]\n");
    assertThat(run("diff", "--allow", list, a, b).ok().out()).isEmpty();
    JsonNode json =
        new ObjectMapper().readTree(run("diff", "--json", "--allow", list, a, b).ok().out());
    assertThat(json.get("allowed").asLong()).isEqualTo(2);
  }

  @Test
  void badListIsALineForEachBadLine() throws Exception {
    Path list = Files.writeString(directory.resolve("allow.txt"), "*\n\u0007\n");
    Run run = run("diff", "--allow", list, PYCS, PYCS);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines())
        .containsExactly(
            "marshal: pattern allows everything, expected a root, line=1, file=" + list,
            "marshal: control character, which no path has, line=2, file=" + list);
    assertThat(run("diff", "--allow", directory.resolve("none"), PYCS, PYCS).fault())
        .contains("no such file or directory");
  }

  @Test
  void sourcesAreComparedIfThatIsAskedFor() throws Exception {
    byte[] bytes = Files.readAllBytes(PYCS.resolve("ints.pyc"));
    bytes[4] = 0;
    bytes[8] ^= 1;
    Path other = Files.write(directory.resolve("ints.pyc"), bytes);
    same(PYCS.resolve("ints.pyc"), other);
    Run run = run("diff", "--source-stamps", PYCS.resolve("ints.pyc"), other);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).startsWith("ints: <source>: ");
  }

  @Test
  void badInputIsALineAndExitCodeOne() throws Exception {
    Path garbage = Files.write(directory.resolve("garbage"), new byte[100]);
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Path image = build("x.img", PYCS.resolve("ints.pyc"));
    byte[] bytes = Files.readAllBytes(image);
    Path cut =
        Files.write(directory.resolve("cut.img"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
    for (Path bad : List.of(garbage, empty, cut, directory.resolve("missing"))) {
      assertThat(run("diff", image, bad).fault()).contains(bad.toString());
      assertThat(run("diff", bad, image).fault()).contains(bad.toString());
    }
    assertThat(run("diff", "--optimize", 2, PYCS.resolve("ints.pyc"), PYCS).code()).isIn(0, 1);
  }

  @Test
  void damagedObjectsAreALineThatNamesTheImage() throws Exception {
    Path good = TestData.path("compat/v1/small.img");
    int refused = 0;
    for (Path bad : TestData.files("corrupt", ".img")) {
      Run run = run("diff", good, bad);
      assertThat(run.code()).as(bad.toString()).isIn(0, 1);
      if (!run.err().isEmpty()) {
        assertThat(run.err().lines()).as(bad.toString()).hasSize(1);
        assertThat(run.err()).startsWith("marshal: ").contains(bad.toString());
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10);
  }

  @Test
  void fileThatCannotBeReadIsToldAndTheRestIsCompared() throws Exception {
    Path a = Files.createDirectory(directory.resolve("a"));
    Files.copy(PYCS.resolve("ints.pyc"), a.resolve("a.pyc"));
    Files.copy(PYCS.resolve("ints.pyc"), a.resolve("z.pyc"));
    Path b = Files.createDirectory(directory.resolve("b"));
    Files.write(b.resolve("a.pyc"), new byte[3]);
    Files.copy(PYCS.resolve("floats.pyc"), b.resolve("z.pyc"));
    Run run = run("diff", a, b);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().contains(b + "/a.pyc");
    assertThat(run.out()).startsWith("z: co_");
  }

  @Test
  void filesOfSeveralPythonsHaveToBeChosen() throws Exception {
    Path a = Files.createDirectories(directory.resolve("a/__pycache__"));
    Files.copy(PYCS.resolve("ints.pyc"), a.resolve("ints.cpython-313.pyc"));
    Files.copy(OLDER.resolve("ints.pyc"), a.resolve("ints.cpython-312.pyc"));
    Path one = PYCS.resolve("ints.pyc");
    assertThat(run("diff", a.getParent(), one).err()).contains("choose with --python 3.12 or");
    assertThat(run("diff", "--python", "3.13", a.getParent(), one).ok().out()).isEmpty();
    assertThat(run("diff", "--exclude", "*-312.pyc", a.getParent(), one).ok().out()).isEmpty();
  }

  @Test
  void badUsageIsExitCodeTwo() {
    Object[][] lines = {
      {"diff"},
      {"diff", PYCS},
      {"diff", PYCS, PYCS, PYCS},
      {"diff", "--bogus", PYCS, PYCS},
      {"diff", "--python", "x", PYCS, PYCS},
      {"diff", "--optimize", "3", PYCS, PYCS},
      {"diff", "-", "/dev/stdin"},
    };
    for (Object[] line : lines) {
      assertThat(run(line).code()).as(List.of(line).toString()).isEqualTo(2);
    }
  }

  @Test
  void rootNamesHaveNothingThatATerminalObeys() throws Exception {
    Path image = directory.resolve("a.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("a\u001b[1m", IntValue.of(1));
      writer.write(image);
    }
    assertThat(run("diff", image, state("b.img", IntValue.of(1))).out())
        .startsWith("a\\x1b[1m: only in A\n");
  }
}
