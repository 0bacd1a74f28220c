package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.UnsupportedImageVersionException;
import org.marshalimage.format.model.Value;
import org.marshalimage.testkit.DamagedImages;
import org.marshalimage.testkit.Graphs;
import org.marshalimage.testkit.LinkMode;
import org.marshalimage.testkit.Touch;

/** Images whose bytes the program has already. */
class BufferTest {
  private static final Path FILE = TestData.path(ImageFiles.SOUND);

  @TempDir Path directory;

  private byte[] bytes;
  private Map<String, Value> graphs;

  @BeforeEach
  void read() throws IOException {
    bytes = Files.readAllBytes(FILE);
    try (MarshalImage image = MarshalImage.map(FILE)) {
      graphs = Graphs.of(image);
    }
  }

  private void assertWhole(MarshalImage image) {
    assertThat(Graphs.difference(graphs, Graphs.of(image))).isNull();
    assertThat(Touch.all(image).first()).isNull();
  }

  @Test
  void bufferOfAnyKindIsReadAndStaysAsItIs() throws Exception {
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 24);
    direct.position(8).put(bytes).flip().position(8);
    ByteBuffer part = ByteBuffer.allocate(bytes.length + 7);
    part.position(3).put(bytes).flip().position(3);
    ByteBuffer mapped;
    try (FileChannel channel = FileChannel.open(FILE)) {
      mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
    ByteBuffer[] buffers = {
      ByteBuffer.wrap(bytes),
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN),
      ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
      part,
      part.slice(),
      direct,
      direct.asReadOnlyBuffer(),
      mapped,
    };
    for (ByteBuffer buffer : buffers) {
      int position = buffer.position();
      int limit = buffer.limit();
      ByteOrder order = buffer.order();
      try (MarshalImage image = MarshalImage.map(buffer)) {
        // Whatever becomes of the buffer's marks.
        buffer.position(limit);
        buffer.order(ByteOrder.BIG_ENDIAN);
        assertWhole(image);
        buffer.position(position).order(order);
      }
      assertThat(buffer.position()).isEqualTo(position);
      assertThat(buffer.limit()).isEqualTo(limit);
      byte[] after = new byte[bytes.length];
      buffer.duplicate().get(after);
      assertThat(after).isEqualTo(bytes);
    }
  }

  @Test
  void closeEndsAccessAndLeavesTheBuffer() throws Exception {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    MarshalImage image = MarshalImage.map(buffer);
    ImageObject root = image.modules().get(0).root();
    image.close();
    image.close();
    assertThatThrownBy(root::kind)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("image is closed: buffer of " + bytes.length + " bytes");
    assertThatThrownBy(image::verify).isInstanceOf(IllegalStateException.class);
    assertThat(buffer.getInt(0)).isNotZero();
    try (MarshalImage again = MarshalImage.map(buffer)) {
      assertWhole(again);
    }
  }

  @Test
  void damageIsRefusedAsInAFile() throws Exception {
    assertThatThrownBy(() -> MarshalImage.map(ByteBuffer.allocate(0)))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("empty, expected an image");
    assertThatThrownBy(() -> MarshalImage.map(ByteBuffer.wrap(bytes, 0, bytes.length - 8)))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("image is cut, or has grown");
    assertThatThrownBy(() -> MarshalImage.map(ByteBuffer.allocate(bytes.length + 1).put(0, bytes)))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("image is cut, or has grown");
    assertThatThrownBy(() -> MarshalImage.map(ByteBuffer.wrap(bytes).position(8)))
        .isInstanceOfSatisfying(CorruptImageException.class, e -> assertThat(e.file()).isNull())
        .hasMessageStartingWith("not an image");
    byte[] newer = bytes.clone();
    newer[HeaderLayout.VERSION_OFFSET] = 99;
    assertThatThrownBy(() -> MarshalImage.map(ByteBuffer.wrap(newer)))
        .isInstanceOf(UnsupportedImageVersionException.class);
    DamagedImages images = new DamagedImages(bytes);
    Path path = directory.resolve("x.img");
    for (int seed = 0; seed < 500; seed++) {
      byte[] damaged = images.mutant(seed).bytes();
      Files.write(path, damaged);
      assertThat(refusal(LinkMode.HEAP_BUFFER, path))
          .as("seed " + seed)
          .isEqualTo(refusal(LinkMode.READ_ONLY, path));
    }
  }

  private static String refusal(LinkMode mode, Path path) throws IOException {
    try (MarshalImage image = mode.map(path)) {
      RuntimeException first = Touch.all(image).first();
      return first == null ? "none" : first.getMessage().replaceAll(", file=.*", "");
    } catch (CorruptImageException | UnsupportedImageVersionException e) {
      return e.getMessage().replaceAll(", file=.*", "");
    }
  }

  @Test
  void optionsHoldButForThoseThatTakeAFile() throws Exception {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    assertThatThrownBy(() -> MarshalImage.map(buffer, MapOptions.builder().inPlace().build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MapOptions.inPlace needs a file")
        .hasMessageContaining("caller's bytes");
    assertThatThrownBy(() -> MarshalImage.map(buffer, MapOptions.builder().unmapOnClose().build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MapOptions.unmapOnClose needs a file");
    MapOptions options =
        MapOptions.builder().checksums(true).types(TypeTable.standard()).maxObjects(1).build();
    try (MarshalImage image = MarshalImage.map(buffer, options)) {
      ImageObject root = image.modules().get(0).root();
      assertThat(root.typeHandle()).isNotZero();
      assertThatThrownBy(root::toValue).isInstanceOf(ImageLimitException.class);
      assertThatThrownBy(() -> image.setCount(root, 1))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("buffer of " + bytes.length + " bytes");
    }
    byte[] damaged = bytes.clone();
    damaged[damaged.length - 9] ^= 1;
    try (MarshalImage image =
        MarshalImage.map(ByteBuffer.wrap(damaged), MapOptions.builder().checksums(true).build())) {
      assertThat(image.verify().isSound()).isFalse();
    }
  }

  @Test
  void whatTakesAPathSaysThatThereIsNone() throws Exception {
    try (MarshalImage image = MarshalImage.map(ByteBuffer.wrap(bytes))) {
      assertThatThrownBy(image::path)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("no file, the image is that of a buffer of " + bytes.length + " bytes");
      assertThat(image.toString()).endsWith("file=buffer of " + bytes.length + " bytes");
      assertThatThrownBy(() -> image.module("nothing"))
          .hasMessageContaining("buffer of " + bytes.length + " bytes");
      VerifyReport report = image.verify();
      assertThat(report.findings()).isEmpty();
      assertThat(report.length()).isEqualTo(bytes.length);
      assertThat(report.file()).isEqualTo(Path.of(""));
    }
  }

  @Test
  void findingsInABufferTellWhereTheyAre() throws Exception {
    byte[] unsound = Files.readAllBytes(TestData.path("unsound/" + firstUnsound()));
    VerifyReport inFile = MarshalImage.verify(TestData.path("unsound/" + firstUnsound()), 100);
    try (MarshalImage image = MarshalImage.map(ByteBuffer.wrap(unsound))) {
      assertThat(image.verify().findings()).isEqualTo(inFile.findings()).isNotEmpty();
    }
  }

  private static String firstUnsound() {
    return TestData.files("unsound", ".img").get(0).getFileName().toString();
  }

  @Test
  void otherThreadsSeeTheClose() throws Exception {
    MarshalImage image = MarshalImage.map(ByteBuffer.wrap(bytes));
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                while (true) {
                  image.modules().get(0).isPackage();
                }
              } catch (IllegalStateException e) {
                end.set(e);
              }
            });
    reader.start();
    Thread.sleep(100);
    image.close();
    reader.join(60_000);
    assertThat(end.get()).hasMessageStartingWith("image is closed");
  }
}
