package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.TestData;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;

/** Archives, folders and images that were made to hurt whoever opens them. */
@Timeout(60)
class HostileInputsTest extends CommandTest {
  private static final Path PYC = TestData.path("pyc/3.13/ints.pyc");

  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int CENTRAL_FLAGS = 8;
  private static final int CENTRAL_METHOD = 10;
  private static final int CENTRAL_CRC = 16;
  private static final int CENTRAL_PACKED = 20;
  private static final int CENTRAL_LENGTH = 24;
  private static final int CENTRAL_MADE_BY = 5;
  private static final int CENTRAL_ATTRIBUTES = 38;
  private static final int LOCAL_FLAGS = 6;
  private static final int LOCAL_METHOD = 8;

  /** An edit of an archive, given where an entry's headers are. */
  private interface Edit {
    void apply(ByteBuffer archive, int local, int central);
  }

  private Path zip(Map<String, byte[]> entries) throws IOException {
    Path path = directory.resolve("x.zip");
    try (OutputStream out = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return path;
  }

  /** Changes the headers of the last entry. */
  private Path edit(Path zip, Edit edit) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(zip)).order(ByteOrder.LITTLE_ENDIAN);
    edit.apply(bytes, last(bytes, LOCAL_HEADER), last(bytes, CENTRAL_HEADER));
    return Files.write(zip, bytes.array());
  }

  private static int last(ByteBuffer bytes, int signature) {
    int at = bytes.capacity() - Integer.BYTES;
    while (bytes.getInt(at) != signature) {
      at--;
    }
    return at;
  }

  private String refused(Path input) {
    String fault = run("build", "-o", image(), input).fault();
    assertThat(image()).doesNotExist();
    return fault;
  }

  @Test
  void entriesWithNamesThatAreNoPathsAreRefused() throws Exception {
    byte[] pyc = Files.readAllBytes(PYC);
    for (String name : List.of("../x.pyc", "/x.pyc", "//x.pyc", "a/../x.pyc")) {
      assertThat(refused(zip(Map.of(name, pyc)))).contains("entry leaves its archive");
    }
    for (String name : List.of("a\\x.pyc", "C:\\x.pyc", "..\\x.pyc", "\\x.pyc")) {
      assertThat(refused(zip(Map.of(name, pyc)))).contains("entry has a backslash in its name");
    }
    for (String name :
        List.of("a\0b.pyc", "a//x.pyc", "./x.pyc", "a/./x.pyc", "a\nb.pyc", "\u001b[2J.pyc")) {
      assertThat(refused(zip(Map.of(name, pyc)))).contains("entry has a name that is no path");
    }
    Run run = run("build", "-o", image(), zip(Map.of("a/.pyc", pyc, "b.pyc", pyc)));
    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("passed over 1 file whose names no import can spell");
    for (String name : List.of(".pyc", "__pycache__/.cpython-313.pyc")) {
      assertThat(run("build", "-o", image(), zip(Map.of(name, pyc))).code()).isEqualTo(1);
    }
    assertThat(refusedAfter(Files.copy(PYC, directory.resolve(".pyc"))))
        .contains("name of no module");
  }

  private String refusedAfter(Path input) throws IOException {
    Files.deleteIfExists(image());
    return refused(input);
  }

  @Test
  void entriesThatDeclareTooMuchAreRefused() throws Exception {
    Path zip = zip(Map.of("x.pyc", Files.readAllBytes(PYC)));
    for (int length : new int[] {Integer.MAX_VALUE, -2, PycBytes.MAX_LENGTH + 1}) {
      edit(zip, (bytes, local, central) -> bytes.putInt(central + CENTRAL_LENGTH, length));
      assertThat(refused(zip)).contains("too long for a .pyc", Integer.toUnsignedString(length));
    }
    // Ten times 2^30 bytes: an archive of the newer kind, which has 64 bits for that.
    edit(zip, (bytes, local, central) -> bytes.putInt(central + CENTRAL_LENGTH, -1));
    assertThat(refused(withZip64Length(zip, 10L << 30))).contains("10737418240");
  }

  /** Gives the one entry of an archive an extra field with its length. */
  private static Path withZip64Length(Path zip, long length) throws IOException {
    ByteBuffer old = ByteBuffer.wrap(Files.readAllBytes(zip)).order(ByteOrder.LITTLE_ENDIAN);
    int central = last(old, CENTRAL_HEADER);
    int end = last(old, 0x06054b50);
    int field = 12;
    ByteBuffer bytes = ByteBuffer.allocate(old.capacity() + field).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(old.array(), 0, end);
    bytes.putShort((short) 1).putShort((short) 8).putLong(length);
    bytes.put(old.array(), end, old.capacity() - end);
    bytes.putShort(central + 30, (short) field);
    bytes.putInt(end + field + 12, old.getInt(end + 12) + field);
    return Files.write(zip, bytes.array());
  }

  @Test
  void bombsAreRefusedBeforeTheyAreUnpacked() throws Exception {
    Map<String, byte[]> entries = new TreeMap<>();
    byte[] zeros = new byte[16 << 20];
    for (int i = 0; i < 8; i++) {
      entries.put("x" + i + ".pyc", zeros);
    }
    Path bomb = zip(entries);
    assertThat(Files.size(bomb)).isLessThan(200_000);
    assertThat(refused(bomb)).contains("archive unpacks to more than 100 times its length");
    // One that lies is unpacked no further than it says.
    edit(
        zip(Map.of("x.pyc", zeros)),
        (bytes, local, central) -> bytes.putInt(central + CENTRAL_LENGTH, 100));
    assertThat(refused(directory.resolve("x.zip")))
        .contains("entry is not as long as it declares: expected=100, found more");
    edit(
        zip(Map.of("x.pyc", Files.readAllBytes(PYC))),
        (bytes, local, central) ->
            bytes.putInt(central + CENTRAL_LENGTH, bytes.getInt(central + CENTRAL_LENGTH) + 1));
    assertThat(refused(directory.resolve("x.zip"))).contains("not as long as it declares");
  }

  @Test
  void longFilesAreRefusedUnread() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("in"));
    Path sparse = folder.resolve("x.pyc");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.setLength(10L << 30);
    }
    for (Path input : List.of(sparse, folder)) {
      assertThat(refused(input)).contains("too long for a .pyc: length=10737418240", "x.pyc");
    }
    assertThat(run("dump", sparse).fault()).contains("too long for a .pyc");
    assertThat(run("digest", sparse).fault()).contains("too long for a .pyc");
    assertThat(run("convert", sparse, "-o", directory.resolve("y.pyc")).fault())
        .contains("too long for a .pyc");
    Path zero = Path.of("/dev/zero");
    assumeTrue(Files.exists(zero), "no /dev/zero on this system");
    assertThat(run("dump", zero).fault()).contains("too long for a .pyc");
    assertThat(refused(zero)).contains("neither a file nor a directory");
  }

  @Test
  void twoEntriesOfOneNameAreRefused() throws Exception {
    Path zip = zip(Map.of("a.pyc", Files.readAllBytes(PYC), "b.pyc", Files.readAllBytes(PYC)));
    byte[] bytes = Files.readAllBytes(zip);
    String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("b.pyc", "a.pyc");
    Files.write(zip, text.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refused(zip)).contains("two entries of one name");
  }

  @Test
  void linksInArchivesAreNotFollowed() throws Exception {
    Path zip = zip(Map.of("x.pyc", PYC.toString().getBytes(StandardCharsets.UTF_8)));
    edit(
        zip,
        (bytes, local, central) -> {
          bytes.put(central + CENTRAL_MADE_BY, (byte) 3);
          bytes.putInt(central + CENTRAL_ATTRIBUTES, 0120777 << 16);
        });
    assertThat(refused(zip)).contains("not a .pyc file");
  }

  @Test
  void encryptedOrStrangelyPackedEntriesAreRefused() throws Exception {
    byte[] pyc = Files.readAllBytes(PYC);
    edit(
        zip(Map.of("x.pyc", pyc)),
        (bytes, local, central) -> {
          bytes.putShort(central + CENTRAL_FLAGS, (short) 1);
          bytes.putShort(local + LOCAL_FLAGS, (short) 1);
        });
    assertThat(refused(directory.resolve("x.zip"))).contains("x.zip", "encrypted");
    for (short method : new short[] {1, 12, 14, 93, 99}) {
      edit(
          zip(Map.of("x.pyc", pyc)),
          (bytes, local, central) -> {
            bytes.putShort(central + CENTRAL_METHOD, method);
            bytes.putShort(local + LOCAL_METHOD, method);
          });
      assertThat(refused(directory.resolve("x.zip"))).contains("x.zip");
    }
  }

  @Test
  void damagedEntriesAreRefused() throws Exception {
    byte[] pyc = Files.readAllBytes(PYC);
    edit(
        zip(Map.of("x.pyc", pyc)),
        (bytes, local, central) ->
            bytes.putInt(central + CENTRAL_CRC, ~bytes.getInt(central + CENTRAL_CRC)));
    assertThat(refused(directory.resolve("x.zip"))).contains("checksum of an entry is off");
    edit(
        zip(Map.of("x.pyc", pyc)),
        (bytes, local, central) -> bytes.putInt(central + CENTRAL_PACKED, 10));
    assertThat(refused(directory.resolve("x.zip"))).contains("x.zip");
    edit(
        zip(Map.of("x.pyc", pyc)),
        (bytes, local, central) -> bytes.putLong(local + 36, 0x5555555555555555L));
    assertThat(refused(directory.resolve("x.zip"))).contains("x.zip");
  }

  @Test
  void truncatedArchivesAreRefusedAtEveryLength() throws Exception {
    byte[] whole =
        Files.readAllBytes(
            zip(Map.of("a.pyc", Files.readAllBytes(PYC), "b.pyc", Files.readAllBytes(PYC))));
    Path cut = directory.resolve("cut.zip");
    for (int length = 0; length < whole.length; length += length < whole.length - 30 ? 97 : 1) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThat(refused(cut)).contains("not a zip archive", "cut.zip");
    }
  }

  static Stream<Path> damagedArchives() {
    return TestData.files("corrupt", ".zip").stream();
  }

  @ParameterizedTest
  @MethodSource("damagedArchives")
  void damagedArchivesAreRefused(Path file) throws Exception {
    assertThat(refused(file)).contains(file.toString());
  }

  @Test
  void linksInFoldersAreNotFollowed() throws Exception {
    Path secret = Files.createDirectory(directory.resolve("outside"));
    Files.copy(PYC, secret.resolve("secret.pyc"));
    Path folder = Files.createDirectory(directory.resolve("in"));
    Files.createSymbolicLink(folder.resolve("linked.pyc"), secret.resolve("secret.pyc"));
    Files.createSymbolicLink(folder.resolve("dir"), secret);
    Files.createSymbolicLink(folder.resolve("round"), folder);
    Files.createSymbolicLink(folder.resolve("nowhere.pyc"), directory.resolve("missing"));
    assertThat(refused(folder)).contains("no .pyc files in directory");
    Files.copy(PYC, folder.resolve("a.pyc"));
    Run run = run("build", "-o", image(), folder);
    assertThat(run.code()).isZero();
    assertThat(run.err())
        .contains("links are not followed: 4 in directory " + folder, "--follow-links");
    try (MarshalImage image = MarshalImage.map(image())) {
      assertThat(image.modules()).extracting(module -> module.name()).containsExactly("a");
    }
  }

  private Path imageOf(String... names) throws IOException {
    PycFile pyc = PycFile.read(PYC);
    try (ImageWriter writer = ImageWriter.create()) {
      for (String name : names) {
        writer.addModule(name, pyc, name.startsWith("package") && !name.endsWith("__init__"));
      }
      writer.write(image());
    }
    return image();
  }

  private List<String> filesBelow(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
          .map(path -> folder.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "..",
        "...",
        ".",
        ".x",
        "x.",
        "a..b",
        "../../../../tmp/x",
        "/abs",
        "a/b",
        "a/../../x",
        "a\\b",
        "..\\x",
        "a\0b",
        "a\nb",
        "package.../x",
        "package./x",
      })
  void extractRefusesNamesThatAreNoPaths(String name) throws Exception {
    Path out = Files.createDirectories(directory.resolve("deep/er/out"));
    imageOf(name, "good");
    for (Object[] options : new Object[][] {{}, {"--pycache"}}) {
      Object[] args =
          Stream.concat(Stream.of("extract", image(), "-d", out), Stream.of(options)).toArray();
      Run run = run(args);
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).startsWith("marshal: name that is no path: '");
      assertThat(run.err().lines()).hasSize(1);
    }
    assertThat(filesBelow(directory))
        .containsExactly(
            "deep/er/out/__pycache__/good.cpython-313.pyc", "deep/er/out/good.pyc", "x.img");
  }

  @Test
  void extractTakesNoFileForTwoModules() throws Exception {
    Path out = directory.resolve("out");
    imageOf("package", "package.__init__", "CON", "a b", "x:y", "\u00e9");
    Run run = run("extract", image(), "-d", out);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("file of another module: 'package.__init__'");
    assertThat(filesBelow(out)).contains("package/__init__.pyc", "CON.pyc", "a b.pyc");
  }

  @Test
  void extractRefusesNamesThatAreTooLong() throws Exception {
    Path out = directory.resolve("out");
    imageOf("x".repeat(300));
    assertThat(run("extract", image(), "-d", out).fault()).contains("x".repeat(300));
    imageOf("abcdefg.".repeat(2000) + "x");
    assertThat(run("extract", image(), "-d", out).code()).isEqualTo(1);
    assertThat(filesBelow(out)).isEmpty();
  }

  @Test
  void extractKnowsTheNamesOfWindows() {
    for (String name :
        List.of(
            "con", "CON", "a.NUL", "aux.x", "com1", "LPT9", "C:x", "a.b:c", "x ", "a?", "con ")) {
      assertThat(ExtractCommand.path(name, false, null, true)).as(name).isNull();
    }
    for (String name : List.of("con", "a.NUL", "aux.x", "com1")) {
      assertThat(ExtractCommand.path(name, false, null, false)).as(name).isNotNull();
    }
    assertThat(ExtractCommand.path("console.communicate", false, null, true))
        .isEqualTo("console/communicate.pyc");
    assertThat(ExtractCommand.path("a.b", true, "cpython-313", true))
        .isEqualTo("a/b/__pycache__/__init__.cpython-313.pyc");
  }

  @Test
  void namesThatSteerATerminalAreSpelled() throws Exception {
    imageOf("\u001b[2J");
    for (Object[] args : new Object[][] {{"ls"}, {"digest"}, {"check", "--source", directory}}) {
      Object[] all = Stream.concat(Stream.of(args), Stream.of(image())).toArray();
      assertThat(run(all).out()).contains("\\u001b[2J").doesNotContain("\u001b");
    }
    assertThat(run("show", image(), "\u001b[2J").ok().out()).doesNotContain("\u001b");
    assertThat(run("extract", image(), "-d", directory.resolve("out")).err())
        .contains("\\u001b[2J")
        .doesNotContain("\u001b");
  }
}
