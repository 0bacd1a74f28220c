package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;
import org.marshalimage.writer.ImageWriter;

class CheckCommandTest extends CommandTest {
  private static final FileTime TIME = FileTime.from(Instant.parse("2024-01-02T03:04:05Z"));

  private static final List<String> PATHS = List.of("a.py", "pkg/__init__.py", "pkg/b.py");

  private static final String SUMMARY = "3 current, 0 stale, 0 missing, 0 new";

  private Value code;
  private Path library;

  @BeforeEach
  void writeSources() throws Exception {
    code = PycFile.read(TestData.path("pyc/3.13/ints.pyc")).root();
    library = directory.resolve("lib");
    for (String path : PATHS) {
      source(path);
    }
  }

  private Path source(String path) throws IOException {
    Path file = library.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "name = '" + path + "'\n");
    return Files.setLastModifiedTime(file, TIME);
  }

  /** Writes an image of all sources as they are now, and a root that is no module. */
  private void build(PycHeader.Kind kind, PythonVersion version, String... more)
      throws IOException {
    Map<String, PycName> names = new TreeMap<>();
    PATHS.forEach(path -> names.put(path, PycName.ofSource(path)));
    for (String path : more) {
      names.put(path, PycName.ofSource(path));
    }
    try (ImageWriter writer = ImageWriter.create()) {
      for (Map.Entry<String, PycName> each : names.entrySet()) {
        PycHeader header = PycHeader.ofSource(library.resolve(each.getKey()), kind, version);
        writer.addModule(
            each.getValue().module(),
            new PycFile(version, header, code),
            each.getValue().isPackage());
      }
      writer.write(image());
    }
  }

  private void build() throws IOException {
    build(PycHeader.Kind.TIMESTAMP, PythonVersion.V3_13);
  }

  private Run check(Object... more) {
    Object[] args = new Object[more.length + 4];
    args[0] = "check";
    args[1] = image();
    args[2] = "--source";
    args[3] = library;
    System.arraycopy(more, 0, args, 4, more.length);
    return run(args);
  }

  /** Asserts that there are findings and no faults, and returns the lines. */
  private static List<String> findings(Run run) {
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).as(run.out()).isEqualTo(1);
    return run.out().lines().toList();
  }

  private static JsonNode json(Run run) throws IOException {
    assertThat(run.err()).isEmpty();
    return new ObjectMapper().readTree(run.out());
  }

  @ParameterizedTest
  @EnumSource(PycHeader.Kind.class)
  void saysNothingButTheSummaryOfWhatIsCurrent(PycHeader.Kind kind) throws Exception {
    build(kind, PythonVersion.V3_13);
    assertThat(check().ok().out().lines()).containsExactly(SUMMARY);
    assertThat(json(check("--json")).get("findings")).isEmpty();
  }

  @Test
  void listsWhatIsStaleWithTimeAndSize() throws Exception {
    build();
    Path file = library.resolve("pkg/b.py");
    Files.writeString(file, "x = 1\n");
    Files.setLastModifiedTime(file, FileTime.from(TIME.toInstant().plusSeconds(60)));
    assertThat(findings(check()))
        .containsExactly(
            "stale    pkg.b  "
                + file
                + "  mtime recorded=2024-01-02T03:04:05Z found=2024-01-02T03:05:05Z,"
                + " size recorded=18 found=6",
            "2 current, 1 stale, 0 missing, 0 new");
    Files.setLastModifiedTime(file, TIME);
    assertThat(findings(check()).get(0)).endsWith("b.py  size recorded=18 found=6");
  }

  @Test
  void python2RecordsNoSize() throws Exception {
    build(PycHeader.Kind.TIMESTAMP, PythonVersion.V2_7);
    Path file = library.resolve("a.py");
    Files.writeString(file, "x = 1\n");
    Files.setLastModifiedTime(file, TIME);
    check().ok();
    Files.setLastModifiedTime(file, FileTime.from(TIME.toInstant().plusSeconds(1)));
    JsonNode finding = json(check("--json")).get("findings").get(0);
    assertThat(finding.get("recorded").get("size").isNull()).isTrue();
    assertThat(finding.get("reason").asText()).startsWith("mtime ").doesNotContain("size");
  }

  @ParameterizedTest
  @CsvSource({"CHECKED_HASH, hash", "UNCHECKED_HASH, unchecked hash"})
  void listsWhatIsStaleWithHash(PycHeader.Kind kind, String word) throws Exception {
    build(kind, PythonVersion.V3_13);
    Files.setLastModifiedTime(library.resolve("a.py"), FileTime.fromMillis(0));
    check().ok();
    Files.writeString(library.resolve("a.py"), "name = 'A.py'\n");
    assertThat(findings(check()).get(0))
        .matches("stale    a  .*/a\\.py  " + word + " recorded=[0-9a-f]{16} found=[0-9a-f]{16}");
  }

  @Test
  void hashIsWrittenAsCPythonDoes() throws Exception {
    Path tiny = TestData.path("sources/headers/tiny.py");
    Path pyc = TestData.path("pyc/3.13-headers/checked-hash/__pycache__/tiny.cpython-313.pyc");
    run("build", "-o", image(), pyc).ok();
    assertThat(run("check", image(), "--source", tiny.getParent()).ok().out()).startsWith("1 cur");
    byte[] bytes = Files.readAllBytes(pyc);
    StringBuilder hex = new StringBuilder();
    for (int i = 8; i < 16; i++) {
      hex.append(String.format("%02x", bytes[i]));
    }
    JsonNode finding = json(check("--json")).get("findings").get(3);
    assertThat(finding.get("status").asText()).isEqualTo("missing");
    assertThat(finding.get("recorded").get("kind").asText()).isEqualTo("checked-hash");
    assertThat(finding.get("recorded").get("hash").asText()).isEqualTo(hex.toString());
  }

  @Test
  void listsWhatIsMissing() throws Exception {
    build();
    Files.delete(library.resolve("pkg/__init__.py"));
    Files.delete(library.resolve("a.py"));
    assertThat(findings(check()))
        .containsExactly(
            "missing  a  " + library.resolve("a.py") + "  no such file",
            "missing  pkg  " + library.resolve("pkg/__init__.py") + "  no such file",
            "1 current, 0 stale, 2 missing, 0 new");
  }

  @Test
  void listsWhatIsNew() throws Exception {
    build();
    Path added = source("pkg/sub/__init__.py");
    source("pkg/__pycache__/x.py");
    source("pkg/.py");
    source("pkg/readme.txt");
    assertThat(findings(check()))
        .containsExactly(
            "new      pkg.sub  " + added + "  no such module in the image",
            "3 current, 0 stale, 0 missing, 1 new");
  }

  @Test
  void modulesBecomePackages() throws Exception {
    build();
    // Of the same size and time, so that these say nothing.
    Path to = library.resolve("a/__init__.py");
    Files.createDirectories(to.getParent());
    Files.move(library.resolve("a.py"), to);
    assertThat(findings(check()))
        .containsExactly(
            "stale    a  " + to + "  recorded a module, found a package",
            "2 current, 1 stale, 0 missing, 0 new");
  }

  @Test
  void packageHidesAModuleOfItsName() throws Exception {
    build();
    source("pkg.py");
    check().ok();
  }

  @Test
  void writesJson() throws Exception {
    build();
    Files.delete(library.resolve("a.py"));
    Files.setLastModifiedTime(library.resolve("pkg/b.py"), FileTime.fromMillis(5000));
    source("c.py");
    Run run = check("--json");
    assertThat(run.code()).isEqualTo(1);
    JsonNode json = json(run);
    assertThat(json.get("image").asText()).isEqualTo(image().toString());
    assertThat(json.get("sources").get(0).asText()).isEqualTo(library.toString());
    assertThat(json.get("counts").toString())
        .isEqualTo(
            "{\"current\":1,\"stale\":1,\"missing\":1,\"new\":1,\"excluded\":0,"
                + "\"unreadable\":0,\"noModule\":0}");
    JsonNode findings = json.get("findings");
    assertThat(findings.findValuesAsText("status")).containsExactly("missing", "new", "stale");
    assertThat(findings.findValuesAsText("module")).containsExactly("a", "c", "pkg.b");
    JsonNode stale = findings.get(2);
    assertThat(stale.get("path").asText()).isEqualTo(library.resolve("pkg/b.py").toString());
    assertThat(stale.get("recorded").toString())
        .isEqualTo(
            "{\"kind\":\"timestamp\",\"mtime\":"
                + TIME.toInstant().getEpochSecond()
                + ",\"size\":18,\"hash\":null}");
    assertThat(stale.get("found").get("mtime").asLong()).isEqualTo(5);
    assertThat(json.get("faults")).isEmpty();
  }

  @Test
  void leavesOutWhatIsExcluded() throws Exception {
    source("tests/t.py");
    source("site-packages/p/q/m.py");
    build(PycHeader.Kind.TIMESTAMP, PythonVersion.V3_13, "tests/t.py", "site-packages/p/q/m.py");
    Files.delete(library.resolve("tests/t.py"));
    Files.setLastModifiedTime(library.resolve("pkg/b.py"), FileTime.fromMillis(0));
    Files.setLastModifiedTime(library.resolve("site-packages/p/q/m.py"), FileTime.fromMillis(0));
    source("site-packages/new.py");
    assertThat(findings(check())).hasSize(5);
    assertThat(
            check("--exclude", "tests", "--exclude", "site-packages", "--exclude", "pkg/b.*")
                .ok()
                .out())
        .isEqualTo("2 current, 0 stale, 0 missing, 0 new, 3 excluded\n");
    Run bad = check("--exclude", "[");
    assertThat(bad.code()).isEqualTo(2);
    assertThat(bad.err()).startsWith("marshal: --exclude takes globs, found [: ");
    assertThat(run("build", "-o", image(), "--exclude", "[", library).code()).isEqualTo(2);
  }

  @Test
  void looksInFoldersInTheirOrder() throws Exception {
    build();
    Path second = directory.resolve("second");
    Files.createDirectories(second);
    Files.move(library.resolve("a.py"), second.resolve("a.py"));
    Files.writeString(second.resolve("b.py"), "");
    Files.createDirectory(second.resolve("pkg"));
    Files.writeString(second.resolve("pkg/b.py"), "hidden by the first folder's");
    assertThat(findings(check("--source", second)))
        .containsExactly(
            "new      b  " + second.resolve("b.py") + "  no such module in the image",
            "3 current, 0 stale, 0 missing, 1 new");
    Files.delete(second.resolve("a.py"));
    assertThat(findings(check("--source", second)).get(0))
        .isEqualTo("missing  a  " + library.resolve("a.py") + "  no such file in any folder");
  }

  @Test
  void rootsThatAreNoModulesAreCounted() throws Exception {
    source("made.py");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("made", code).add("a/\0 b", Singleton.NONE).add("..", Singleton.TRUE);
      writer.write(image());
    }
    List<String> lines = findings(check());
    assertThat(lines).hasSize(4);
    assertThat(lines.get(3))
        .isEqualTo("0 current, 0 stale, 0 missing, 3 new, 3 roots that are no modules");
  }

  @Test
  void modulesMayHaveAnyName() throws Exception {
    try (ImageWriter writer = ImageWriter.create()) {
      for (String name : List.of("a/\0b", "..", "/etc/passwd", "\ud800")) {
        PycHeader header = PycHeader.timestamp(0, 0);
        writer.addModule(name, new PycFile(PythonVersion.V3_13, header, code), false);
      }
      writer.write(image());
    }
    for (String option : List.of("--exclude=nothing", "--json")) {
      assertThat(findings(check(option)).toString()).contains("missing").contains("/etc/passwd");
    }
  }

  @Test
  void emptyFolderIsNamed() throws Exception {
    build();
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Run run = run("check", image(), "--source", empty);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("marshal: no .py files in directory: " + empty + "\n");
    assertThat(run.out()).endsWith("0 current, 0 stale, 3 missing, 0 new\n");
    assertThat(check("--source", empty).code()).isZero();
  }

  @Test
  void refusesWhatIsNoFolder() throws Exception {
    build();
    Path missing = directory.resolve("missing");
    assertThat(check("--source", missing).fault())
        .isEqualTo("marshal: no such directory: " + missing);
    Path file = library.resolve("a.py");
    assertThat(check("--source", file).fault()).isEqualTo("marshal: not a directory: " + file);
    Run usage = run("check", image());
    assertThat(usage.code()).isEqualTo(2);
    assertThat(usage.err()).contains("--source");
  }

  @Test
  void refusesDamagedImagesInOneLine() throws Exception {
    for (Path bad : TestData.files("corrupt", ".img")) {
      assertThat(run("check", bad, "--source", library).fault()).contains("file=" + bad);
    }
    assertThat(run("check", directory.resolve("no.img"), "--source", library).fault())
        .contains("no.img");
  }

  @Test
  void twoSourcesForOneModuleAreAFault() throws Exception {
    build();
    Path twin = source("site-packages/pkg/b.py");
    Run run = check();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "marshal: two sources for module pkg.b: "
                + library.resolve("pkg/b.py")
                + " and "
                + twin
                + "; --exclude one of them\n");
    check("--exclude", "site-packages").ok();
  }

  @Test
  void linksAreSourcesIfTheyAreFollowed() throws Exception {
    build();
    Path target = directory.resolve("target.py");
    Files.move(library.resolve("a.py"), target);
    Files.createSymbolicLink(library.resolve("a.py"), target);
    Files.createSymbolicLink(library.resolve("round"), library);
    Files.createSymbolicLink(library.resolve("loop.py"), Path.of("loop.py"));
    Files.createSymbolicLink(library.resolve("nowhere.py"), directory.resolve("nowhere"));
    Files.createDirectory(library.resolve("folder.py"));
    Run run = check();
    assertThat(run.out())
        .contains("missing  a  ", "behind a link", "2 current, 0 stale, 1 missing, 0 new");
    assertThat(run.err())
        .isEqualTo(
            "marshal: links are not followed: 4 in directory "
                + library
                + ", the first is a.py; --follow-links follows them\n");
    Run followed = check("--follow-links");
    assertThat(followed.code()).isZero();
    assertThat(followed.out()).isEqualTo(SUMMARY + "\n");
    assertThat(followed.err().lines())
        .containsExactly(
            "marshal: links that lead back to a folder around them are passed over: 1 in directory "
                + library
                + ", the first is round",
            "marshal: links that lead nowhere are passed over: 2 in directory "
                + library
                + ", the first is loop.py");
    for (String each : List.of("a.py", "round", "loop.py", "nowhere.py")) {
      Files.delete(library.resolve(each));
    }
    Files.move(target, library.resolve("a.py"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), library);
    assertThat(run("check", image(), "--source", link).ok().out()).isEqualTo(SUMMARY + "\n");
  }

  /** What even root cannot read, for tests that run as root. */
  @Test
  void fileThatCannotBeReadIsAFaultAndTheRestIsCompared() throws Exception {
    Path unreadable = Path.of("/proc/self/mem");
    assumeTrue(Files.isRegularFile(unreadable), "no " + unreadable + " on this system");
    build(PycHeader.Kind.CHECKED_HASH, PythonVersion.V3_13);
    Files.delete(library.resolve("a.py"));
    Path link = Files.createSymbolicLink(library.resolve("a.py"), unreadable);
    Run run = check("--follow-links");
    // Before the folder is deleted, which warns of links that lead out of it.
    Files.delete(link);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("marshal: ").contains(link.toString());
    assertThat(run.out()).isEqualTo("2 current, 0 stale, 0 missing, 0 new, 1 unreadable\n");
  }

  @Test
  void folderThatCannotBeListedIsAFaultAndNothingBelowItIsMissing() throws Exception {
    build();
    Path folder = library.resolve("pkg");
    assumeTrue(folder.toFile().setReadable(false) && !Files.isReadable(folder), "runs as root");
    try {
      Run run = check();
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).isEqualTo("marshal: permission denied: " + folder.toRealPath() + "\n");
      assertThat(run.out()).isEqualTo("1 current, 0 stale, 0 missing, 0 new, 2 unreadable\n");
      check("--exclude", "pkg").ok();
    } finally {
      folder.toFile().setReadable(true);
    }
  }

  @Test
  void namesMayBeAnyBytes() throws Exception {
    build();
    Processes.Result made =
        Processes.run(
            directory,
            List.of("sh", "-c", "cd '" + library + "' && : > \"$(printf 'x\\377.py')\""));
    assumeTrue(made.code() == 0, "the file system refuses such a name");
    for (Object[] args : new Object[][] {{}, {"--json"}, {"--exclude", "nothing"}}) {
      Run run = check(args);
      assertThat(run.code()).isZero();
      assertThat(run.err()).contains("files whose names are not in UTF-8 are passed over: 1 in");
    }
  }
}
