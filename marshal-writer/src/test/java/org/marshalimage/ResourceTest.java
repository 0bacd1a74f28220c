package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.PropertiesLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.UnsupportedImageVersionException;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.testkit.DamagedImages;
import org.marshalimage.testkit.Graphs;
import org.marshalimage.writer.ImageWriter;

/** Images in jars and class path folders. */
class ResourceTest {
  private static final Path FILE = TestData.path(ImageFiles.SOUND);
  private static final String ENTRY = "lib/python.img";
  private static final String LOCK = "marshalimage.lock";

  @TempDir Path directory;

  private Path cache;
  private byte[] bytes;
  private Map<String, Value> graphs;

  @BeforeEach
  void read() throws IOException {
    cache = directory.resolve("user/cache");
    bytes = Files.readAllBytes(FILE);
    try (MarshalImage image = MarshalImage.map(FILE)) {
      graphs = Graphs.of(image);
    }
  }

  private URL jar(String name, byte[] content) throws IOException {
    Path jar = directory.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry(ENTRY));
      zip.write(content);
    }
    return new URL("jar:" + jar.toUri() + "!/" + ENTRY);
  }

  private URL jar() throws IOException {
    return jar("app.jar", bytes);
  }

  private void assertWhole(MarshalImage image) {
    assertThat(Graphs.difference(graphs, Graphs.of(image))).isNull();
  }

  /** Maps and closes. */
  private Path unpacked(URL resource) throws IOException {
    try (MarshalImage image = MarshalImage.mapResource(resource, cache)) {
      assertWhole(image);
      assertThat(image.path().getParent()).isEqualTo(cache.toRealPath());
      return image.path();
    }
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void setMode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** They stand in the header, which is then longer. */
  @Test
  void imageMayHaveManyProperties() throws Exception {
    Path made = directory.resolve("made.img");
    String text = "x".repeat(PropertiesLayout.MAX_LENGTH / 2);
    try (ImageWriter writer = ImageWriter.create()) {
      writer.property("a", text).add("x", IntValue.of(1)).write(made);
    }
    try (MarshalImage image =
        MarshalImage.mapResource(jar("made.jar", Files.readAllBytes(made)), cache)) {
      assertThat(image.properties()).containsEntry("a", text);
    }
  }

  @Test
  void imageInAJarIsUnpackedUnderItsIdOnce() throws Exception {
    Path file = unpacked(jar());
    try (MarshalImage image = MarshalImage.map(FILE)) {
      assertThat(file).hasFileName(image.info().id() + ".img");
    }
    assertThat(file).hasBinaryContent(bytes);
    assertThat(left()).containsExactly(file.getFileName().toString(), LOCK);
    Object key = Files.getAttribute(file, "lastModifiedTime");
    Path link = Files.createLink(directory.resolve("same.img"), file);
    assertThat(unpacked(jar("other.jar", bytes))).isEqualTo(file);
    assertThat(Files.isSameFile(file, link)).isTrue();
    assertThat(Files.getAttribute(file, "lastModifiedTime")).isEqualTo(key);
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void folderAndFileArePrivate() throws Exception {
    Path file = unpacked(jar());
    assertThat(mode(cache)).isEqualTo("rwx------");
    assertThat(mode(cache.getParent())).isEqualTo("rwx------");
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(mode(cache.resolve(LOCK))).isEqualTo("rw-------");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void folderInWhichOthersMayWriteIsRefused() throws Exception {
    Files.createDirectories(cache);
    for (String mode : new String[] {"rwxrwx---", "rwx---rwx", "rwxrwxrwx"}) {
      setMode(cache, mode);
      assertThatThrownBy(() -> MarshalImage.mapResource(jar(), cache))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cache folder is not private: expected mode 0700 and owner ")
          .hasMessageContaining("found " + mode)
          .hasMessageEndingWith("folder=" + cache);
      assertThat(left()).isEmpty();
    }
    setMode(cache, "rwx------");
    setMode(cache.getParent(), "rwxrwxrwx");
    assertThatThrownBy(() -> MarshalImage.mapResource(jar(), cache))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("anyone can replace it")
        .hasMessageEndingWith("below=" + cache.getParent());
    // As /tmp is: what lies there can be renamed by its owner alone.
    Files.setAttribute(cache.getParent(), "unix:mode", 01777);
    unpacked(jar());
    setMode(cache, "rwxr-xr-x");
    unpacked(jar());
  }

  @Test
  void whatIsNotTheImageIsReplaced() throws Exception {
    Path file = unpacked(jar());
    byte[] sealed = bytes.clone();
    sealed[sealed.length - 20] ^= 1;
    DamagedImages.seal(sealed);
    List<byte[]> contents =
        new ArrayList<>(List.of(new byte[0], new byte[500], sealed, Arrays.copyOf(bytes, 4096)));
    contents.add(Arrays.copyOf(bytes, bytes.length + 1));
    for (int at = 0; at < bytes.length; at += 211) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= 4;
      contents.add(flipped);
    }
    for (byte[] content : contents) {
      Files.write(file, content);
      assertThat(unpacked(jar())).isEqualTo(file).hasBinaryContent(bytes);
    }
    assertThat(left()).containsExactly(file.getFileName().toString(), LOCK);
  }

  @Test
  void idIsComputedIfChecksumsAreAskedFor() throws Exception {
    MapOptions options = MapOptions.builder().checksums(true).build();
    Path file = unpacked(jar());
    Files.write(file, colliding());
    try (MarshalImage image = MarshalImage.mapResource(jar(), cache, options)) {
      assertWhole(image);
    }
    assertThat(file).hasBinaryContent(bytes);
  }

  /** Returns other content with the same checksums: what differs is CRC-32C's polynomial. */
  private byte[] colliding() {
    byte[] content = bytes.clone();
    long difference = 0x82F63B78L << 1 | 1;
    ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int table = HeaderLayout.SECTIONS_OFFSET + (SectionLayout.SEGMENTS - 1) * SectionLayout.SIZE;
    long end =
        buffer.getLong(table + SectionLayout.START_OFFSET)
            + buffer.getLong(table + SectionLayout.LENGTH_OFFSET);
    int at = (int) end - 2 * Long.BYTES;
    return buffer.putLong(at, buffer.getLong(at) ^ difference).array();
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void fileThatOthersMayHaveWrittenIsReplaced() throws Exception {
    Path file = unpacked(jar());
    setMode(file, "rw-rw----");
    unpacked(jar());
    assertThat(mode(file)).isEqualTo("rw-------");
    Path outside = Files.move(file, directory.resolve("outside.img"));
    Files.createSymbolicLink(file, outside);
    unpacked(jar());
    assertThat(file).isRegularFile();
    assertThat(Files.isSymbolicLink(file)).isFalse();
    assertThat(outside).exists();
    Files.delete(file);
    Files.createDirectories(file.resolve("x"));
    assertThatThrownBy(() -> MarshalImage.mapResource(jar(), cache))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
    assertThat(cache.resolve(file.getFileName() + ".tmp")).doesNotExist();
  }

  @Test
  void whatAKilledProcessHasLeftIsReplaced() throws Exception {
    Path file = unpacked(jar());
    Files.move(file, cache.resolve(file.getFileName() + ".tmp"));
    unpacked(jar());
    Files.delete(file);
    Files.write(cache.resolve(file.getFileName() + ".tmp"), new byte[77]);
    unpacked(jar());
    assertThat(left()).containsExactly(file.getFileName().toString(), LOCK);
  }

  @Test
  void damagedResourceIsRefusedByItsNameAndLeavesNothing() throws Exception {
    byte[] flipped = bytes.clone();
    flipped[bytes.length - 20] ^= 1;
    assertRefused(CorruptImageException.class, flipped, "checksum of");
    assertRefused(
        CorruptImageException.class, colliding(), "image id is not the hash of the content");
    assertRefused(CorruptImageException.class, new byte[0], "not an image");
    assertRefused(CorruptImageException.class, new byte[5000], "not an image");
    assertRefused(CorruptImageException.class, Arrays.copyOf(bytes, 130), "cut in its header");
    assertRefused(
        CorruptImageException.class, Arrays.copyOf(bytes, bytes.length - 1), "image is cut");
    assertRefused(
        CorruptImageException.class, Arrays.copyOf(bytes, bytes.length + 1), "image has grown");
    byte[] newer = bytes.clone();
    newer[HeaderLayout.VERSION_OFFSET] = 99;
    assertRefused(UnsupportedImageVersionException.class, newer, "format version");
    byte[] endless = bytes.clone();
    ByteBuffer.wrap(endless).putLong(HeaderLayout.LENGTH_OFFSET, -1);
    assertRefused(CorruptImageException.class, endless, "bad length: found=-1");
  }

  private void assertRefused(Class<? extends Exception> type, byte[] content, String message)
      throws Exception {
    URL resource = jar("damaged.jar", content);
    assertThatThrownBy(() -> MarshalImage.mapResource(resource, cache))
        .isInstanceOf(type)
        .hasMessageContaining(message)
        .hasMessageEndingWith("file=" + resource);
    if (Files.exists(cache)) {
      assertThat(left()).isSubsetOf(LOCK);
    }
  }

  @Test
  void prelinkedImagesOfOneIdHaveFilesOfTheirOwn() throws Exception {
    Path first = directory.resolve("first.img");
    Path second = directory.resolve("second.img");
    ImageWriter.prelink(FILE, first, 0x1111_0000_0000L, TypeTable.standard());
    ImageWriter.prelink(FILE, second, 0x2222_0000_0000L, TypeTable.standard());
    for (Path each : List.of(first, second, FILE)) {
      Path file = unpacked(jar(each.getFileName() + ".jar", Files.readAllBytes(each)));
      assertThat(file).hasSameBinaryContentAs(each);
    }
    assertThat(left()).hasSize(4);
    byte[] damaged = Files.readAllBytes(first);
    damaged[damaged.length - 20] ^= 1;
    DamagedImages.seal(damaged);
    URL resource = jar("damaged.jar", damaged);
    assertThatThrownBy(() -> MarshalImage.mapResource(resource, cache))
        .isInstanceOf(CorruptImageException.class);
    assertThat(left()).hasSize(4);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void resourceIsMappedInPlace() throws Exception {
    MapOptions options = MapOptions.builder().inPlace().linkAll().build();
    try (MarshalImage image = MarshalImage.mapResource(jar(), cache, options)) {
      assertWhole(image);
      assertThat(image.linkReport().mode()).isNotEqualTo(LinkReport.Mode.READ_ONLY);
    }
    assertThat(unpacked(jar())).hasBinaryContent(bytes);
  }

  @Test
  void fileIsMappedWhereItLies() throws Exception {
    Path classes = Files.createDirectories(directory.resolve("some classes"));
    Path file = Files.write(classes.resolve("x.img"), bytes);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      try (MarshalImage image = MarshalImage.mapResource(loader.getResource("x.img"), cache)) {
        assertWhole(image);
        assertThat(image.path()).isEqualTo(file);
      }
    }
    try (MarshalImage image =
        MarshalImage.mapResource(new URL("file:" + classes + "/x.img"), cache)) {
      assertWhole(image);
    }
    assertThat(cache).doesNotExist();
  }

  @Test
  void classLoaderOfAJarFindsIt() throws Exception {
    jar();
    URL[] path = {directory.resolve("app.jar").toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path)) {
      unpacked(loader.getResource(ENTRY));
    }
    Files.delete(directory.resolve("app.jar"));
  }

  @Test
  void whatIsNotThereIsSaid() throws Exception {
    assertThatThrownBy(() -> MarshalImage.mapResource(getClass().getResource("no.img"), cache))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no resource: its URL is null");
    URL missing = new URL("jar:" + directory.resolve("no.jar").toUri() + "!/x.img");
    assertThatThrownBy(() -> MarshalImage.mapResource(missing, cache))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no.jar");
    Path file = Files.write(directory.resolve("file"), new byte[1]);
    assertThatThrownBy(() -> MarshalImage.mapResource(jar(), file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void manyThreadsUnpackOnce() throws Exception {
    URL resource = jar();
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Path>> tasks = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        tasks.add(() -> unpacked(resource));
      }
      for (Future<Path> each : pool.invokeAll(tasks)) {
        assertThat(each.get()).hasBinaryContent(bytes);
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(left()).hasSize(2);
  }

  @Test
  void interruptedThreadMapsWhatIsThereAndElseSaysSo() throws Exception {
    URL resource = jar();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> MarshalImage.mapResource(resource, cache))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageStartingWith("interrupted, nothing is written: file=");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(left()).isSubsetOf(LOCK);
    unpacked(resource);
    Thread.currentThread().interrupt();
    unpacked(resource);
    assertThat(Thread.interrupted()).isTrue();
  }
}
