package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.TestData;

/** Holds reader and writer against the images of testdata. */
class CompatTest {
  @TempDir Path directory;

  @Test
  void imagesOfEveryVersionReadAsRecorded() throws Exception {
    for (String image : List.of(ImageFiles.SOUND, ImageFiles.COMPACT)) {
      assertThat(ImageFiles.record(TestData.path(image)))
          .as(image)
          .isEqualTo(ImageFiles.recorded());
    }
  }

  /** A change of the format without a new version shows here. */
  @Test
  void writerStillWritesTheSameBytes() throws Exception {
    Path image = directory.resolve("small.img");
    ImageFiles.write(image, HeaderLayout.ADDRESS_WIDTH);
    assertThat(image).hasSameBinaryContentAs(TestData.path(ImageFiles.SOUND));
    ImageFiles.write(image, HeaderLayout.COMPACT_WIDTH);
    assertThat(image).hasSameBinaryContentAs(TestData.path(ImageFiles.COMPACT));
  }

  @Test
  void damagedImagesAreRefusedWithTheirFlawsAndNames() throws Exception {
    byte[] sound = Files.readAllBytes(TestData.path(ImageFiles.SOUND));
    Map<String, String> expected = Expected.messages("corrupt");
    for (Map.Entry<String, byte[]> each : ImageFiles.damaged(sound).entrySet()) {
      Path file = TestData.path("corrupt/" + each.getKey());
      assertThat(file).hasBinaryContent(each.getValue());
      assertThat(Expected.said(file)).as(each.getKey()).isEqualTo(expected.get(each.getKey()));
      assertThatThrownBy(() -> MarshalImage.map(file))
          .isInstanceOf(MarshalFormatException.class)
          .hasMessageContaining(file.toString());
    }
  }
}
