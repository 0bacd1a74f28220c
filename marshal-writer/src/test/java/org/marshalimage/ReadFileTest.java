package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.testkit.Graphs;
import org.marshalimage.writer.ImageWriter;

/** Images of less than 512 KiB are read and not mapped; other tests have all images mapped. */
@DisabledIfSystemProperty(
    named = "org.marshalimage.leastMapped",
    matches = "0",
    disabledReason = "of the run small-images-are-read")
class ReadFileTest {
  private static final int LEAST_MAPPED = 1 << 19;

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void copyImage() throws IOException {
    path = directory.resolve("x.img");
    Files.copy(TestData.path(ImageFiles.COMPACT), path);
  }

  /** Writes an image of just so many bytes. */
  private Path image(int length) throws IOException {
    Path image = directory.resolve(length + ".img");
    byte[] filler = {};
    for (int i = 0; i < 2; i++) {
      try (ImageWriter writer = ImageWriter.create()) {
        writer.add("r", BytesValue.of(filler)).write(image);
      }
      filler = new byte[filler.length + length - (int) Files.size(image)];
    }
    assertThat(image).hasSize(length);
    return image;
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void smallImageIsReadAndLargeOneMapped() throws Exception {
    try (MarshalImage image = MarshalImage.map(path)) {
      assertThat(Memory.mappings(path)).isZero();
      assertThat(image.module("shop").code().name().toString()).isEqualTo("<module>");
      assertThat(image.path()).isEqualTo(path);
    }
    Path small = image(LEAST_MAPPED - 8);
    Path large = image(LEAST_MAPPED);
    try (MarshalImage read = MarshalImage.map(small);
        MarshalImage mapped = MarshalImage.map(large)) {
      assertThat(((BytesView) read.root("r")).length()).isPositive();
      assertThat(Memory.mappings(small)).isZero();
      assertThat(((BytesView) mapped.root("r")).length()).isPositive();
      assertThat(Memory.mappings(large)).isEqualTo(1);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void inPlaceAndToBeUnmappedItIsMapped() throws Exception {
    try (MarshalImage image = MarshalImage.map(path, MapOptions.builder().inPlace().build())) {
      assertThat(image.module("shop").code().name().toString()).isEqualTo("<module>");
      assertThat(Memory.mappings(path)).isEqualTo(1);
    }
    if (Runtime.version().feature() >= 22) {
      Path other = Files.copy(path, directory.resolve("y.img"));
      MapOptions options = MapOptions.builder().unmapOnClose().build();
      try (MarshalImage image = MarshalImage.map(other, options)) {
        assertThat(image.moduleCount()).isPositive();
        assertThat(Memory.mappings(other)).isEqualTo(1);
      }
      assertThat(Memory.mappings(other)).isZero();
    }
  }

  /** Maps an image ten times, and prints how often it is mapped after each. */
  static final class TenTimes {
    private TenTimes() {}

    /**
     * Runs.
     *
     * @param args image
     * @throws IOException if the test is broken
     */
    public static void main(String[] args) throws IOException {
      Path path = Path.of(args[0]);
      List<MarshalImage> images = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        images.add(MarshalImage.map(path));
        System.out.print(Memory.mappings(path));
      }
      images.forEach(MarshalImage::close);
    }
  }

  /** By default; here a setting has all of them read. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void onlyTheFirstEightOfAJvmAreRead() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(TenTimes.class.getName(), path.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("0000000012");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void whatBecomesOfTheFileIsNotSeen() throws Exception {
    MapOptions checked = MapOptions.builder().checksums(true).build();
    try (MarshalImage image = MarshalImage.map(path);
        MarshalImage other = MarshalImage.map(path, checked)) {
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        file.write(new byte[2000]);
        file.setLength(3000);
      }
      assertThat(Graphs.difference(Graphs.of(image), Graphs.of(other))).isNull();
      assertThat(image.module("shop").code().bytecode().get(0)).isNotNull();
      Files.delete(path);
      assertThat(other.module("shop").code().bytecode().get(0)).isNotNull();
    }
  }

  @Test
  void filesThatAreNoImagesAreRefusedAsEver() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(3000);
    }
    assertThatThrownBy(() -> MarshalImage.map(path))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("image is cut, or has grown: expected length=")
        .hasMessageContaining("found length=3000");
    Files.write(path, new byte[0]);
    assertThatThrownBy(() -> MarshalImage.map(path))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("empty, expected an image");
    assertThatThrownBy(() -> MarshalImage.map(directory)).isInstanceOf(IOException.class);
  }

  @Test
  void threadThatIsInterruptedReadsAllTheSame() throws Exception {
    Thread.currentThread().interrupt();
    try (MarshalImage image = MarshalImage.map(path)) {
      assertThat(image.module("shop").code()).isNotNull();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static long memoryOfBuffers() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** Closed or not: the memory goes with what can read it. */
  @Test
  void imagesThatAreForgottenAreNoLeak() throws Exception {
    Path image = image(LEAST_MAPPED - 8);
    long before = memoryOfBuffers();
    for (int i = 0; i < 100; i++) {
      assertThat(MarshalImage.map(image).moduleCount()).isEqualTo(1);
    }
    for (int i = 0; i < 100 && memoryOfBuffers() > before + LEAST_MAPPED; i++) {
      System.gc();
      Thread.sleep(50);
    }
    assertThat(memoryOfBuffers()).isLessThanOrEqualTo(before + LEAST_MAPPED);
  }
}
