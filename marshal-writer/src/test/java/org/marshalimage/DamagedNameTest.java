package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.writer.ImageWriter;

/**
 * With checksums a name that is not found because its bytes, or those of the directory, are damaged
 * is told as damage. Else a program would take the module for one that was never there.
 */
class DamagedNameTest {
  private static final List<String> NAMES = List.of("a", "package.module", "package.other", "z");
  private static final MapOptions CHECKED = MapOptions.builder().checksums(true).build();

  @TempDir Path dir;
  private byte[] sound;

  @BeforeEach
  void write() throws Exception {
    Path path = dir.resolve("sound.img");
    try (ImageWriter writer = ImageWriter.create()) {
      for (String name : NAMES) {
        writer.add(name, IntValue.of(name.length()));
      }
      writer.write(path);
    }
    sound = Files.readAllBytes(path);
  }

  /** Looks all names up, each in an image that is mapped for it. */
  private List<String> silent(byte[] bytes) throws Exception {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<String> silent = new ArrayList<>();
    for (String name : NAMES) {
      try (MarshalImage image = MarshalImage.map(buffer, CHECKED)) {
        if (image.rootOffset(name) < 0) {
          silent.add(name);
        }
      } catch (MarshalFormatException e) {
        // Told.
      }
    }
    return silent;
  }

  @Test
  void nameThatIsDamagedIsNotTakenForAbsent() throws Exception {
    try (MarshalImage image = MarshalImage.map(ByteBuffer.wrap(sound))) {
      for (String name : NAMES) {
        int segment = (int) image.module(name).segmentOffset();
        int end = segment + (int) SegmentLayout.headSize(name.length());
        for (int bit = 8 * segment; bit < 8 * end; bit++) {
          byte[] bytes = sound.clone();
          bytes[bit / 8] ^= (byte) (1 << bit % 8);
          assertThat(silent(bytes)).as("bit " + bit).isEmpty();
        }
      }
    }
  }

  @Test
  void directoryThatIsDamagedIsTold() throws Exception {
    // What lies between the section table and the first segment, the directory among it.
    int first;
    try (MarshalImage image = MarshalImage.map(ByteBuffer.wrap(sound))) {
      first = (int) image.module(NAMES.get(0)).segmentOffset();
    }
    for (int at = 0; at < first; at++) {
      byte[] bytes = sound.clone();
      bytes[at] ^= 1;
      assertThat(silent(bytes)).as("byte " + at).isEmpty();
    }
  }

  @Test
  void nameThatIsNotThereIsAbsentFromASoundImage() throws Exception {
    try (MarshalImage image = MarshalImage.map(ByteBuffer.wrap(sound), CHECKED)) {
      assertThat(image.hasModule("absent")).isFalse();
      assertThat(image.findModule("package")).isEmpty();
      assertThatThrownBy(() -> image.module("absent")).hasMessageContaining("no module named");
    }
  }
}
