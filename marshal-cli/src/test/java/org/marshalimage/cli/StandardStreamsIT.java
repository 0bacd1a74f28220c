package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.TestData;

/** Standard output that cannot be written, and inputs that come from pipes. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class StandardStreamsIT {
  private static final Path LIBRARY = TestData.path("pyc/3.13");
  private static final Path PYC = LIBRARY.resolve("ints.pyc");

  /** What is written before the reader of a pipe has gone fits into it and into buffers. */
  private static final int PIPE_AND_BUFFERS = 1 << 17;

  @TempDir Path directory;

  private Path image;

  /** For the command's temporary files, of which none may be left. */
  private Path temporary;

  @BeforeEach
  void build() throws Exception {
    image = directory.resolve("x.img");
    temporary = Files.createDirectory(directory.resolve("temporary"));
    CommandTest.run("build", "-o", image, LIBRARY).ok();
  }

  private List<String> marshal(Object... args) {
    return Processes.marshal(List.of("-Djava.io.tmpdir=" + temporary), args);
  }

  /** Runs a command of the shell, in which "$@" is the command that is tested. */
  private Processes.Result shell(String script, Object... args) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(marshal(args));
    Processes.Result result = Processes.run(directory, command);
    assertThat(temporary).isEmptyDirectory();
    return result;
  }

  @Test
  void standardOutputThatIsFullIsOneLineOfEveryCommand() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full on this system");
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.createFile(source.resolve("new.py"));
    Object[][] commands = {
      {"build", "-o", directory.resolve("y.img"), PYC},
      {"link", image, "--base", "auto"},
      {"ls", image},
      {"show", image, "ints"},
      {"dump", image},
      {"digest", PYC},
      {"extract", image, "-d", directory.resolve("out")},
      {"convert", PYC, "-o", directory.resolve("y.pyc")},
      {"check", image, "--source", source, "--json"},
      {"verify", image},
      {"diff", PYC, LIBRARY.resolve("floats.pyc")},
      {"stat", image},
      {"demo"},
      {"help"},
      {"ls", "--help"},
      {"--version"}
    };
    for (Object[] args : commands) {
      Processes.Result result = shell("exec \"$@\" >/dev/full", args);
      assertThat(result.err())
          .as(args[0].toString())
          .isEqualTo("marshal: cannot write standard output: No space left on device\n");
      assertThat(result.code()).as(args[0].toString()).isEqualTo(1);
    }
    assertThat(directory.resolve("y.img")).isRegularFile();
  }

  @Test
  void standardOutputThatIsClosedIsOneLine() throws Exception {
    Processes.Result result = shell("exec \"$@\" >&-", "ls", image);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).startsWith("marshal: cannot write standard output: ");
  }

  @Test
  void commandEndsAtOnceAndQuietlyWhenNobodyReads() throws Exception {
    // What comes last would be a fault. Whoever gets there has not ended at once.
    List<Object> dump = new ArrayList<>(List.of("dump", image));
    dump.addAll(Collections.nCopies(PIPE_AND_BUFFERS / 128, "shop.stock.shelf"));
    dump.add("missing");
    List<Object> digest = new ArrayList<>(List.of("digest"));
    digest.addAll(Collections.nCopies(PIPE_AND_BUFFERS / 64, PYC));
    digest.add("missing");
    List<Object> verify = new ArrayList<>(List.of("verify"));
    verify.addAll(Collections.nCopies(PIPE_AND_BUFFERS / 32, TestData.path("compat/v1/small.img")));
    verify.add("missing");
    List<Object> diff = List.of("diff", "--all", "--json", TestData.path("pyc/3.12"), LIBRARY);
    for (List<Object> args : List.of(dump, digest, verify, diff)) {
      Path err = directory.resolve("err.txt");
      Process process =
          Processes.builder(marshal(args.toArray())).redirectError(err.toFile()).start();
      try (InputStream out = process.getInputStream()) {
        assertThat(out.read()).isNotNegative();
      }
      assertThat(process.waitFor())
          .as(args.get(0).toString())
          .isEqualTo(StandardOutput.CLOSED_PIPE);
      assertThat(err).isEmptyFile();
    }
  }

  @Test
  void pycFileFromAPipeIsReadAsTheFileIs() throws Exception {
    Path fifo = directory.resolve("fifo");
    assertThat(Processes.run(directory, List.of("mkfifo", fifo.toString())).code()).isZero();
    String cat = "cat '" + PYC + "' ";
    String[][] ways = {
      {cat + "| \"$@\"", "-"},
      {cat + "| \"$@\"", "/dev/stdin"},
      {cat + "| \"$@\"", "/dev/fd/0"},
      {"exec \"$@\" <'" + PYC + "'", "-"},
      {cat + "| \"$@\" 3<&0 </dev/null", "/dev/fd/3"},
      {"(" + cat + ">'" + fifo + "') & \"$@\"", fifo.toString()}
    };
    String dumped = CommandTest.run("dump", PYC).ok().out();
    for (String[] way : ways) {
      Processes.Result dump = shell(way[0], "dump", way[1]);
      assertThat(dump.err()).isEmpty();
      assertThat(dump.out()).isEqualTo(dumped);
    }
    String digested = CommandTest.run("digest", PYC).ok().out();
    assertThat(shell(ways[0][0], "digest", "-").out())
        .isEqualTo(digested.replace(PYC.toString(), "-"));
    Path converted = directory.resolve("y.pyc");
    assertThat(shell(ways[0][0], "convert", "-", "-o", converted).code()).isZero();
    assertThat(converted).hasSameBinaryContentAs(PYC);
  }

  @Test
  void imageFromAPipeIsReadAsTheFileIs() throws Exception {
    String cat = "cat '" + image + "' | \"$@\"";
    Object[][] commands = {
      {"dump"}, {"digest"}, {"ls"}, {"stat"}, {"verify"}, {"show", "shop.stock.shelf"}
    };
    for (Object[] command : commands) {
      List<Object> args = new ArrayList<>(List.of(command));
      args.add(1, image);
      String expected = CommandTest.run(args.toArray()).ok().out();
      args.set(1, "-");
      Processes.Result result = shell(cat, args.toArray());
      assertThat(result.err()).isEmpty();
      assertThat(result.code()).isZero();
      assertThat(result.out()).isEqualTo(expected.replace(image.toString(), "-"));
    }
    Path linked = directory.resolve("linked.img");
    assertThat(shell(cat, "link", "-", "-o", linked, "--none").code()).isZero();
    assertThat(linked).hasSameBinaryContentAs(image);
    Processes.Result nowhere = shell(cat, "link", "-", "--none");
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err()).contains("needs --output");
    assertThat(shell(cat, "extract", "-", "-d", directory.resolve("out"), "ints").code()).isZero();
    CommandTest.run("extract", image, "-d", directory.resolve("expected"), "ints").ok();
    assertThat(directory.resolve("out/ints.pyc"))
        .hasSameBinaryContentAs(directory.resolve("expected/ints.pyc"));
    Path again = directory.resolve("again.img");
    assertThat(shell(cat, "build", "-o", again, "--intern-table", "-", LIBRARY).code()).isZero();
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThat(shell(cat, "check", "-", "--source", empty).out()).contains("missing");
  }

  @Test
  void buildTakesAModuleOrAnArchiveFromAPipe() throws Exception {
    Path built = directory.resolve("y.img");
    Path shelf = LIBRARY.resolve("shop/stock/shelf.pyc");
    Path init = LIBRARY.resolve("shop/stock/__init__.pyc");
    Path zip = directory.resolve("z.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("far/ints.pyc"));
      Files.copy(PYC, out);
    }
    Path named = directory.resolve("own.pyc");
    assertThat(Processes.run(directory, List.of("mkfifo", named.toString())).code()).isZero();
    Object[][] cases = {
      {shelf, "-", "shelf"}, {init, "/dev/stdin", "stock (package)"}, {zip, "-", "far.ints"}
    };
    for (Object[] each : cases) {
      Processes.Result result =
          shell("cat '" + each[0] + "' | \"$@\"", "build", "-o", built, each[1]);
      assertThat(result.err()).isEmpty();
      assertThat(result.code()).isZero();
      assertThat(CommandTest.run("ls", built).ok().out().lines().skip(1))
          .singleElement()
          .asString()
          .endsWith("  " + each[2]);
    }
    String script = "(cat '" + PYC + "' >'" + named + "') & \"$@\"";
    assertThat(shell(script, "build", "-o", built, named, shelf).err()).isEmpty();
    assertThat(CommandTest.run("ls", built).ok().out()).contains("  own\n", "  shelf\n");
  }

  @Test
  void faultsOfWhatComesFromAPipeNameThePipe() throws Exception {
    byte[] bytes = Files.readAllBytes(image);
    Path cut = directory.resolve("cut.img");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    Path bad = directory.resolve("bad.zip");
    Files.writeString(bad, "PK is not all");
    Path full = directory.resolve("magic");
    ByteBuffer magic = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(full, magic.putLong(0, HeaderLayout.MAGIC).array());
    Path built = directory.resolve("y.img");
    Object[][] cases = {
      {"cat '" + cut + "'", "file=-", "ls", "-"},
      {"cat '" + cut + "'", "file=-", "dump", "-"},
      {"cat '" + full + "'", "file=-", "digest", "-"},
      {"cat '" + PYC + "'", "not an image: -", "show", "-", "ints"},
      {"cat '" + image + "'", "expected a .pyc file", "build", "-o", built, "-"},
      {"cat '" + bad + "'", "file=-", "build", "-o", built, "-"},
      {"head -c 70000000 /dev/zero", "too long for a .pyc", "dump", "-"},
      {"head -c 70000000 /dev/zero", "too long for a .pyc", "build", "-o", built, "-"},
      {"printf ''", "file=-", "digest", "-"}
    };
    for (Object[] each : cases) {
      Object[] args = Stream.of(each).skip(2).toArray();
      Processes.Result result = shell(each[0] + " | \"$@\"", args);
      assertThat(result.code()).as(result.err()).isEqualTo(1);
      assertThat(result.err().lines()).as(result.err()).hasSize(1);
      assertThat(result.err())
          .startsWith("marshal: ")
          .contains(each[1].toString())
          .doesNotContain(temporary.toString());
    }
    assertThat(built).doesNotExist();
  }
}
