package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.writer.ImageWriter;

class PrelinkDamageTest {
  private static final String[] SECTIONS = {
    "DIRECTORY", "MODULES", "SHARED", "SEGMENTS", "TYPES", "STRINGS"
  };

  @TempDir Path directory;

  @Test
  void prelinkRefusesDamageInEverySectionInsteadOfSigningItAnew() throws Exception {
    Path source = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("a", SequenceValue.list(StrValue.of("both", true), FloatValue.of(0.5)));
      writer.add("b", SequenceValue.list(StrValue.of("both", true), FloatValue.of(1.5)));
      writer.write(source);
    }
    byte[] image = Files.readAllBytes(source);
    ByteBuffer whole = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < SECTIONS.length; i++) {
      int entry = HeaderLayout.SECTIONS_OFFSET + i * SectionLayout.SIZE;
      long start = whole.getLong(entry + SectionLayout.START_OFFSET);
      long length = whole.getLong(entry + SectionLayout.LENGTH_OFFSET);
      byte[] damaged = image.clone();
      damaged[(int) (start + length - 1)] ^= 1;
      Files.write(source, damaged);
      Path target = directory.resolve("y.img");
      assertThatThrownBy(() -> ImageWriter.prelink(source, target, 1 << 16, null))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("checksum of section " + SECTIONS[i] + " is off")
          .hasMessageContaining("file=" + source);
      assertThat(directory).isDirectoryNotContaining(path -> !path.equals(source));
    }
  }
}
