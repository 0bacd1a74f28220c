package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;

/**
 * Whole processes: what a program prints that starts from a snapshot is what it prints when its
 * imports are executed.
 */
class SnapshotIT {
  private static final int SECONDS = 240;
  static final Path PROGRAMS =
      Libraries.module().resolve("src").resolve("test").resolve("snapshots");

  static final String IMPORTS =
      "import decimal, json, json.tool, optparse, unittest, os, re, collections, logging, random,"
          + " datetime, pickle, copy, string, textwrap, tempfile, StringIO, inspect, threading,"
          + " contextlib, functools, pprint, weakref, warnings, atexit, __future__, locale";

  @TempDir static Path scratch;
  private static Path library;
  private static Path snapshot;
  private static String report;

  @BeforeAll
  static void makeSnapshot() throws IOException, InterruptedException {
    library = Libraries.jythonImage();
    snapshot = scratch.resolve("snapshot.img");
    if (OS.LINUX.isCurrentOs()) {
      Path real = Files.createFile(scratch.resolve("real.img"));
      Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
      Files.createSymbolicLink(snapshot, real);
    }
    Processes.Result made =
        make(
            snapshot,
            List.of(library),
            "--strict",
            "--allow",
            allowedToBeExecuted(scratch),
            "-S",
            "-c",
            IMPORTS);
    assertThat(made.code()).as(made.out() + made.err()).isZero();
    report = made.out();
  }

  /** Returns a list for what the imports lead to and no snapshot keeps. */
  static String allowedToBeExecuted(Path folder) throws IOException {
    String lines = "# It has handlers of Java's.\nstate:signal: executed\n";
    return Files.writeString(folder.resolve("executed.txt"), lines).toString();
  }

  private static Processes.Result make(Path target, List<Path> from, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = Processes.jythonOn(Path.of("--snapshot"), "mapped", target.toString());
    for (Path each : from) {
      command.addAll(List.of("--from", each.toString()));
    }
    command.addAll(List.of(arguments));
    return Processes.run(scratch, SECONDS, command);
  }

  private static Processes.Result run(Path image, String... arguments)
      throws IOException, InterruptedException {
    return Processes.run(scratch, SECONDS, Processes.jythonOn(image, "mapped", arguments));
  }

  static List<String> programs() throws IOException {
    try (Stream<Path> files = Files.list(PROGRAMS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".py"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void printsWhatItPrintsWhenItsImportsAreExecuted(String program) throws Exception {
    String file = PROGRAMS.resolve(program).toString();
    Processes.Result executed = run(library, "-S", file, "a", "b");
    Processes.Result started = run(snapshot, "-S", file, "a", "b");
    assertThat(started.out()).isEqualTo(executed.out());
    assertThat(started.err()).isEqualTo(executed.err());
    assertThat(started.code()).isEqualTo(executed.code()).isZero();
  }

  @Test
  void siteIsExecuted() throws Exception {
    String code =
        "import sys, site; print exit, copyright, hasattr(sys, 'setdefaultencoding'), sys.path[1:],"
            + " site.USER_BASE";
    assertThat(run(snapshot, "-c", code)).isEqualTo(run(library, "-c", code));
  }

  @Test
  void allModulesOfTheLibraryAreKept() {
    assertThat(report).contains("no value differs");
    // Which is not of the image: CPython does not compile it. It has handlers of Java's.
    assertThat(lost(report)).isNotEmpty().allMatch(line -> line.startsWith("  state:signal: "));
    assertThat(report).doesNotContainPattern("not kept: (?!state:signal )");
  }

  /** Returns the lines of a report that say what could not be kept. */
  static List<String> lost(String report) {
    return report
        .lines()
        .dropWhile(line -> !line.equals("could not be kept:"))
        .skip(1)
        .takeWhile(line -> line.startsWith(" "))
        .toList();
  }

  @Test
  void theImageHoldsCodeAndStateAndVerifies() throws IOException {
    assertThat(MarshalImage.verify(snapshot, 10).findings()).isEmpty();
    try (MarshalImage image = MarshalImage.map(snapshot)) {
      assertThat(image.module("decimal").isCode()).isTrue();
      assertThat(image.module("state:decimal").isCode()).isFalse();
      assertThat(image.properties()).containsKeys("jython.version", "jython.optimize");
    }
  }

  @Test
  void outputThatCannotBeWrittenIsToldOfBeforeTheProgramRuns() throws Exception {
    Path folder = Files.createDirectories(scratch.resolve("folder"));
    Path absent = scratch.resolve("absent/x.img");
    String code = "print 'it runs'";
    assertRefused(make(folder, List.of(), "-S", "-c", code), "not a regular file: " + folder);
    assertRefused(
        make(absent, List.of(), "-S", "-c", code), "no such directory: " + absent.getParent());
    assertRefused(
        make(library, List.of(library), "-S", "-c", code), "output is an input: " + library);
    assertRefused(
        make(scratch.resolve("x.img"), List.of(), "--allow", absent.toString(), "-c", code),
        "no such file: " + absent);
  }

  private static void assertRefused(Processes.Result result, String message) {
    assertThat(result.err()).isEqualTo("marshal-jython: " + message + "\n");
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(1);
  }

  /** As of all images: a link stays, and so do the bits of what it leads to. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void fileThatWasThereKeepsItsLinkAndItsPermissions() throws Exception {
    assertThat(snapshot).isSymbolicLink();
    assertThat(Files.getPosixFilePermissions(snapshot))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
  }

  @Test
  void nothingOfItIsExecutedThatIsImportedFromIt() throws Exception {
    // A module whose body runs would find its name in the way.
    String code =
        "import sys\n"
            + "class Trap(object):\n"
            + "    def find_module(self, name, path=None):\n"
            + "        if name in ('decimal', 'numbers', 'collections', 'heapq'):\n"
            + "            print 'asked for', name\n"
            + "sys.meta_path.insert(0, Trap())\n"
            + "import decimal\n"
            + "print 'numbers' in sys.modules, decimal.Decimal(1) / 8";
    assertThat(run(snapshot, "-S", "-c", code).out()).isEqualTo("asked for decimal\nTrue 0.125\n");
  }

  @Test
  void aSnapshotOfOtherOptionsIsNotUsedAndOneLineSaysWhy() throws Exception {
    String code = "import decimal; print decimal.Decimal(1) / 8";
    Processes.Result started = run(snapshot, "-S", "-Qnew", "-c", code);
    assertThat(started.out()).isEqualTo("0.125\n");
    // What starts so is the word of a newer JVM on what Jython's libraries do.
    assertThat(started.err().lines().filter(line -> !line.startsWith("WARNING: ")))
        .hasSize(1)
        .first()
        .asString()
        .contains("snapshot is not used", "jython.division", snapshot.toString());
  }

  @Test
  void aFlippedBitOfTheStateIsAnError() throws Exception {
    byte[] bytes = Files.readAllBytes(snapshot);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("Floating point class for decimal arithmetic");
    bytes[at] ^= 1;
    Path damaged = Files.write(scratch.resolve("damaged.img"), bytes);
    Processes.Result started =
        run(damaged, "-S", "-c", "import decimal; print decimal.Decimal.__doc__[:14]");
    assertThat(started.code()).isNotZero();
    assertThat(started.out()).isEmpty();
    assertThat(started.err()).contains("checksum", damaged.toString());
  }

  @Test
  void anotherInterpreterOfTheProcessExecutesItsImports() throws Exception {
    String code =
        "import sys, decimal\n"
            + "from org.python.core import PySystemState\n"
            + "from org.python.util import PythonInterpreter\n"
            + "state = PySystemState()\n"
            + "state.meta_path.append(sys.meta_path[0])\n"
            + "other = PythonInterpreter({}, state)\n"
            + "getattr(other, 'exec')('import decimal, numbers; d = decimal.Decimal(1) / 8;"
            + " ok = isinstance(d, numbers.Number)')\n"
            + "print other.get('d'), other.get('ok'),"
            + " other.get('decimal') is decimal, decimal.Decimal(3)";
    Processes.Result started = run(snapshot, "-S", "-c", code);
    assertThat(started.out()).as(started.err()).isEqualTo("0.125 True False 3\n");
  }

  @Test
  void whatCannotBeKeptIsNamedAndItsModuleExecuted() throws Exception {
    Path folder = Files.createDirectory(scratch.resolve("app"));
    Map<String, String> sources =
        Map.of(
            "opened",
                "import os\nf = open(os.devnull)\nprint 'opened is executed'\nclass C(object):\n    pass\n",
            "holder", "from opened import C\nclass D(C):\n    pass\n",
            "toucher", "import opened\ndef touch():\n    return opened.C.__name__\n",
            "plain", "x = [1]\nx.append(x)\ny = {'x': x}\n",
            "stamped", "import os\ncwd = os.getcwd()\n");
    Path image = scratch.resolve("app.img");
    Path target = scratch.resolve("app-snapshot.img");
    compile(folder, sources, image);
    String imports =
        "import opened, holder, toucher, plain, stamped, marshal_image\nmarshal_image.snapshot()\n1 / 0";
    Processes.Result made = make(target, List.of(image, library), "-S", "-c", imports);
    assertThat(made.code()).as(made.out() + made.err()).isZero();
    assertThat(made.out())
        .contains("state:opened: ['f']  open file  not kept: state:opened  ", "stamped: ['cwd']: ");

    Processes.Result touched =
        run(target, "-S", "-c", "import toucher; print 'touch'; print toucher.touch()");
    assertThat(touched.out()).as(touched.err()).isEqualTo("touch\nopened is executed\nC\n");
    Processes.Result used =
        run(
            target,
            "-S",
            "-c",
            "import holder, opened, plain, toucher\n"
                + "print holder.D.__mro__[1] is opened.C is toucher.opened.C, plain.x[1] is plain.x is plain.y['x']");
    assertThat(used.out()).as(used.err()).isEqualTo("opened is executed\nTrue True\n");

    Path kept = Files.writeString(scratch.resolve("kept.img"), "as it was");
    Processes.Result refused =
        make(kept, List.of(image, library), "--strict", "-S", "-c", "import stamped, opened");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out())
        .contains("not kept, and executed when imported:\n  state:opened: executed\n");
    assertThat(kept).hasContent("as it was");
    Path allow =
        Files.writeString(
            scratch.resolve("allow.txt"),
            "# of the test\nstate:stamped: ['cwd']\nstate:op*: executed\n");
    Processes.Result allowed =
        make(
            kept,
            List.of(image, library),
            "--strict",
            "--allow",
            allow.toString(),
            "-S",
            "-c",
            "import stamped, opened");
    assertThat(allowed.out()).doesNotContain("not needed", "executed when imported");
    assertThat(allowed.code()).as(allowed.out() + allowed.err()).isZero();
  }

  private static void compile(Path folder, Map<String, String> sources, Path image)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(Libraries.requirePython().toString(), "-m", "compileall", "-q"));
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Files.writeString(folder.resolve(source.getKey() + ".py"), source.getValue());
    }
    command.add(folder.toString());
    assertThat(Processes.run(scratch, SECONDS, command).code()).isZero();
    try (ImageWriter writer = ImageWriter.create()) {
      for (String name : sources.keySet()) {
        writer.addModule(name, PycFile.read(folder.resolve(name + ".pyc")), false);
      }
      writer.write(image);
    }
  }

  @Test
  void badUsageIsToldAndExitsWith2() throws Exception {
    assertThat(make(scratch.resolve("x.img"), List.of(library)).code()).isEqualTo(2);
    assertThat(make(scratch.resolve("x.img"), List.of(library), "--nothing").code()).isEqualTo(2);
    Processes.Result failing =
        make(scratch.resolve("x.img"), List.of(library), "-S", "-c", "import nothing_of_that_name");
    assertThat(failing.code()).isEqualTo(1);
    assertThat(failing.err()).contains("nothing_of_that_name");
    assertThat(scratch.resolve("x.img")).doesNotExist();
  }
}
