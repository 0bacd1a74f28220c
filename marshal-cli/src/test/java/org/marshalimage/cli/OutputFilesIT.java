package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.TypeTable;
import org.marshalimage.format.TestData;

/** Where the commands write: over what they must not, through links, over files of other users. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class OutputFilesIT {
  private static final Path PYC = TestData.path("pyc/3.13/ints.pyc");

  /** Of nobody, and of a group that nobody is not in. */
  private static final int NOBODY = 65534;

  private static final int OTHER_GROUP = 1;

  @TempDir Path directory;

  private Path scratch;
  private Path folder;
  private Path library;
  private Path image;

  @BeforeEach
  void makeInputs() throws Exception {
    scratch = Files.createDirectory(directory.resolve("scratch"));
    folder = Files.createDirectory(directory.resolve("outputs"));
    library = Files.createDirectory(directory.resolve("library"));
    Files.copy(PYC, library.resolve("ints.pyc"));
    Files.copy(TestData.path("pyc/3.13/shop/stock/shelf.pyc"), library.resolve("shelf.pyc"));
    image = directory.resolve("whole.img");
    CommandTest.run("build", "-o", image, library).ok();
  }

  private Processes.Result marshal(Object... args) throws Exception {
    return Processes.run(scratch, Processes.marshal(List.of(), args));
  }

  private void ok(Object... args) throws Exception {
    Processes.Result result = marshal(args);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
  }

  /** Asserts that a command ends with one line that names a file, and no temporary one. */
  private void assertRefused(String problem, Path named, Object... args) throws Exception {
    Processes.Result result = marshal(args);
    assertThat(result.code()).as(result.out() + result.err()).isEqualTo(1);
    assertThat(result.err().lines()).as(result.err()).hasSize(1);
    assertThat(result.err()).startsWith("marshal: ").contains(problem, named.toString());
    assertThat(result.err()).doesNotContain(".tmp");
  }

  /** Returns all files below a folder with what they hold, or what they are. */
  private static Map<String, String> content(Path folder) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        BasicFileAttributes attributes =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        content.put(
            folder.relativize(file).toString(),
            attributes.isRegularFile()
                ? new String(Files.readAllBytes(file), "ISO-8859-1")
                : attributes.isSymbolicLink()
                    ? "-> " + Files.readSymbolicLink(file)
                    : "mode " + Files.getAttribute(file, "unix:mode"));
      }
    }
    return content;
  }

  private boolean make(String... command) throws Exception {
    return Processes.run(scratch, List.of(command)).code() == 0;
  }

  @Test
  void whatIsNoRegularFileIsRefusedUntouched() throws Exception {
    String refusal = "no regular file";
    Path fifo = folder.resolve("fifo");
    assertThat(make("mkfifo", fifo.toString())).isTrue();
    Path link = Files.createSymbolicLink(folder.resolve("link"), fifo);
    Path socket = folder.resolve("socket");
    Path device = folder.resolve("device");
    boolean hasDevice = make("mknod", device.toString(), "c", "1", "3");
    Path extracted = Files.createDirectory(folder.resolve("extracted"));
    assertThat(make("mkfifo", extracted.resolve("ints.pyc").toString())).isTrue();
    Path taken = Files.createDirectories(extracted.resolve("shelf.pyc"));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Map<String, String> before = content(folder);
      for (Path target : hasDevice ? List.of(fifo, socket, device) : List.of(fifo, socket)) {
        assertRefused(refusal, target, "build", "-o", target, library);
        assertRefused(refusal, target, "link", image, "-o", target, "--base", "auto");
        assertRefused(refusal, target, "convert", PYC, "-o", target);
        assertRefused(refusal, target, "report", image, "-o", target);
      }
      assertRefused(refusal, link, "build", "-o", link, library);
      assertRefused("directory", extracted, "build", "-o", extracted, library);
      assertRefused("directory", extracted, "link", image, "-o", extracted, "--base", "auto");
      assertRefused("is a directory", extracted, "convert", PYC, "-o", extracted + "/");
      assertRefused(refusal, extracted, "extract", image, "-d", extracted, "ints");
      assertRefused("is a directory", taken, "extract", image, "-d", extracted, "shelf");
      assertThat(content(folder)).isEqualTo(before);
    }
  }

  @Test
  void linkStaysAndWhatItLeadsToIsReplacedInOneStep() throws Exception {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path file = Files.writeString(real.resolve("x.img"), "old");
    Path first = Files.createSymbolicLink(folder.resolve("first"), Path.of("real/x.img"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("first"));
    Object[][] commands = {
      {"build", "-o", link, library},
      {"link", link, "--base", "auto"},
      {"link", image, "-o", link, "--none"},
      {"report", image, "-o", link},
      {"convert", PYC, "-o", link}
    };
    for (Object[] command : commands) {
      Object before = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      // Open, so that the number of the old file is not given to the new one.
      try (var old = Files.newByteChannel(file)) {
        ok(command);
        assertThat(old.size()).isPositive();
        assertThat(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
            .isNotEqualTo(before);
      }
      assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("first"));
      assertThat(Files.readSymbolicLink(first)).isEqualTo(Path.of("real/x.img"));
      assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }
    assertThat(file).hasSameBinaryContentAs(PYC);

    Path extracted = Files.createDirectory(folder.resolve("extracted"));
    Files.createSymbolicLink(extracted.resolve("ints.pyc"), Path.of("../real/x.img"));
    Files.writeString(file, "old");
    ok("extract", image, "-d", extracted, "ints");
    assertThat(Files.isSymbolicLink(extracted.resolve("ints.pyc"))).isTrue();
    CommandTest.run("extract", image, "-d", scratch, "ints").ok();
    assertThat(file).hasSameBinaryContentAs(scratch.resolve("ints.pyc"));
    assertThat(real.toFile().list()).containsExactly("x.img");
  }

  @Test
  void linkThatLeadsToNothingMakesTheFileThere() throws Exception {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real/x.img"));
    ok("build", "-o", link, library);
    assertThat(real.resolve("x.img")).hasSameBinaryContentAs(image);
    assertThat(Files.isSymbolicLink(link)).isTrue();
    Path lost = Files.createSymbolicLink(folder.resolve("lost"), Path.of("missing/x.img"));
    assertRefused("no such directory", folder.resolve("missing"), "build", "-o", lost, library);
    Path circle = Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
    assertRefused("", circle, "build", "-o", circle, library);
    assertThat(Files.isSymbolicLink(circle)).isTrue();
  }

  @Test
  void permissionsOwnerAndGroupOfTheOldFileStay() throws Exception {
    Path file = Files.writeString(folder.resolve("ints.pyc"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    boolean isRoot = chown(file, NOBODY, OTHER_GROUP);
    Object[][] commands = {
      {"build", "-o", file, image.getParent().resolve("library/shelf.pyc")},
      {"link", file, "--base", "auto"},
      {"convert", PYC, "-o", file},
      {"report", image, "-o", file},
      {"extract", image, "-d", folder, "ints"}
    };
    for (Object[] command : commands) {
      ok(command);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-r-----");
      if (isRoot) {
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(NOBODY);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(OTHER_GROUP);
      }
    }
  }

  private static boolean chown(Path file, int user, int group) {
    try {
      Files.setAttribute(file, "unix:uid", user);
      Files.setAttribute(file, "unix:gid", group);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void groupThatCannotBeKeptGivesItsBitsToNoOther() throws Exception {
    OtherUser nobody = OtherUser.prepare(scratch, directory);
    Path file = Files.writeString(folder.resolve("x.pyc"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    assumeTrue(chown(file, NOBODY, OTHER_GROUP) && chown(folder, NOBODY, NOBODY));
    Path readable = Files.copy(PYC, folder.resolve("in.pyc"));
    Processes.Result result = nobody.marshal("convert", readable, "-o", file);
    assertThat(result.err()).isEmpty();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(file).hasSameBinaryContentAs(PYC);
  }

  @Test
  void outputThatIsAnInputIsRefused() throws Exception {
    Path zip = folder.resolve("l.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("ints.pyc"));
      Files.copy(PYC, out);
    }
    Path types = Files.writeString(folder.resolve("types"), TypeTable.standard().toString());
    Path input = library.resolve("ints.pyc");
    Path hardLink = Files.createLink(folder.resolve("hard"), input);
    Path link = Files.createSymbolicLink(folder.resolve("link"), input);
    Path source = Files.writeString(folder.resolve("mod.py"), "x = 1\n");
    // An image by the name of one of its modules.
    Path self = Files.copy(image, folder.resolve("shelf.pyc"));
    String refusal = "output would replace an input";
    Map<String, String> before = content(directory);
    for (Path target : List.of(input, hardLink, link)) {
      assertRefused(refusal, target, "build", "-o", target, library);
    }
    assertRefused(refusal, hardLink, "build", "-o", hardLink, input);
    assertRefused(refusal, zip, "build", "-o", zip, zip);
    assertRefused(refusal, types, "build", "-o", types, "--types", "@" + types, library);
    assertRefused(refusal, types, "link", image, "-o", types, "--types", "@" + types);
    assertRefused(
        refusal, source, "convert", PYC, "-o", source, "--header", "timestamp", "--source", source);
    assertRefused(refusal, self, "report", self, "-o", self);
    assertRefused(refusal, self, "extract", self, "-d", folder, "shelf");
    assertThat(withoutScratch(content(directory))).isEqualTo(withoutScratch(before));
  }

  private static Map<String, String> withoutScratch(Map<String, String> content) {
    content.keySet().removeIf(name -> name.startsWith("scratch"));
    return content;
  }

  @Test
  void outputThatIsDocumentedToBeAnInputIsWritten() throws Exception {
    Path pyc = Files.copy(PYC, folder.resolve("x.pyc"));
    ok("convert", pyc, "-o", pyc, "--marshal-version", "2");
    assertThat(Files.mismatch(pyc, PYC)).isNotNegative();
    Path copy = Files.copy(image, folder.resolve("x.img"));
    ok("build", "-o", copy, "--intern-table", copy, library);
    ok("link", copy, "-o", copy, "--base", "auto");
    assertThat(Files.mismatch(copy, image)).isNotNegative();
    // A file that is left out is no input.
    Path left = library.resolve("ints.pyc");
    ok("build", "-o", left, library, "--exclude", "ints.pyc");
    List<String> names = new ArrayList<>(List.of(library.toFile().list()));
    assertThat(names).containsExactlyInAnyOrder("ints.pyc", "shelf.pyc");
  }

  @Test
  void extractDeletesWhatAKilledOneHasLeft() throws Exception {
    Files.writeString(folder.resolve(".ints.pyc.99999999-0.tmp"), "half");
    Path other = Files.writeString(folder.resolve(".ints.pyc.mine.tmp"), "other");
    ok("extract", image, "-d", folder);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("ints.pyc", "shelf.pyc", other.getFileName().toString());
  }
}
