package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.PropertiesLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.internal.verify.Forge;
import org.marshalimage.writer.ImageWriter;

/** What an image says of itself: names and texts behind the section table. */
class PropertiesTest {
  private static final int START =
      HeaderLayout.SECTIONS_OFFSET + SectionLayout.COUNT * SectionLayout.SIZE;

  /** Where the second property begins of those that {@link #forge} has. */
  private static final int SECOND =
      START + PropertiesLayout.ENTRIES_OFFSET + PropertiesLayout.NAME_OFFSET + "a".length() + 2;

  @TempDir Path directory;

  private static ImageWriter writer() {
    return ImageWriter.create().add("x", SequenceValue.tuple(StrValue.of("text")));
  }

  private static Forge forge() {
    return Forge.of(
        HeaderLayout.COMPACT_WIDTH,
        writer ->
            writer
                .property("b", "one")
                .property("a", "22")
                .add("x", SequenceValue.tuple(StrValue.of("text"))));
  }

  private MarshalImage written(ImageWriter writer) throws Exception {
    Path path = directory.resolve("x.img");
    writer.write(path);
    return MarshalImage.map(path);
  }

  @Test
  void propertiesAreReadAsTheyWereWrittenSortedByName() throws Exception {
    try (ImageWriter writer =
            writer()
                .property("jython.version", "2.7.4")
                .property("environment", "LANG=C, \u00e4\u20ac\ud83d\ude00")
                .property("empty", "");
        MarshalImage image = written(writer)) {
      assertThat(image.properties())
          .containsExactly(
              entry("empty", ""),
              entry("environment", "LANG=C, \u00e4\u20ac\ud83d\ude00"),
              entry("jython.version", "2.7.4"));
      assertThat(image.info().properties()).isEqualTo(image.properties());
      assertThat(((TupleView) image.root("x")).get(0)).hasToString("text");
      assertThat(MarshalImage.verify(image.path(), 10).findings()).isEmpty();
      assertThatThrownBy(() -> image.properties().clear())
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void imageWithoutPropertiesHasNone() throws Exception {
    try (ImageWriter writer = writer();
        MarshalImage image = written(writer)) {
      assertThat(image.properties()).isEmpty();
    }
  }

  @Test
  void idCoversProperties() throws Exception {
    Map<String, String> ids = new TreeMap<>();
    for (String text : new String[] {"1", "2"}) {
      try (ImageWriter writer = writer().property("a", text);
          MarshalImage image = written(writer)) {
        ids.put(image.info().id(), text);
      }
    }
    assertThat(ids).hasSize(2);
  }

  @Test
  void prelinkingKeepsPropertiesAndId() throws Exception {
    Path prelinked = directory.resolve("y.img");
    try (ImageWriter writer = writer().property("a", "1");
        MarshalImage image = written(writer)) {
      ImageWriter.prelink(image.path(), prelinked, 1L << 32, null);
      try (MarshalImage other = MarshalImage.map(prelinked)) {
        assertThat(other.properties()).containsExactly(entry("a", "1"));
        assertThat(other.info().id()).isEqualTo(image.info().id());
      }
    }
    assertThat(MarshalImage.verify(prelinked, 10).findings()).isEmpty();
  }

  @Test
  void whatNoImageCanHaveIsRefusedByTheWriter() {
    try (ImageWriter writer = writer().property("a", "1")) {
      assertThatThrownBy(() -> writer.property("", "x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("empty");
      assertThatThrownBy(() -> writer.property("a", "2"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("set twice: a");
      assertThatThrownBy(() -> writer.property("b", "\ud800"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("surrogate");
      assertThatThrownBy(() -> writer.property("b", "x".repeat(PropertiesLayout.MAX_LENGTH)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("too long")
          .hasMessageContaining("max=" + PropertiesLayout.MAX_LENGTH);
    }
  }

  @Test
  void asManyBytesAsAnImageMayHaveAreReadBack() throws Exception {
    int room =
        PropertiesLayout.MAX_LENGTH
            - PropertiesLayout.ENTRIES_OFFSET
            - PropertiesLayout.NAME_OFFSET
            - "a".length();
    try (ImageWriter writer = writer().property("a", "x".repeat(room));
        MarshalImage image = written(writer)) {
      assertThat(image.properties().get("a")).hasSize(room);
      assertThat(((TupleView) image.root("x")).get(0)).hasToString("text");
    }
  }

  private static void assertRefused(Consumer<Forge> edit, String finding) {
    forge().assertFindings(edit, finding);
  }

  @Test
  void damagedPropertiesAreFound() {
    assertThat(forge().findings()).isEmpty();
    assertRefused(
        forge -> forge.bytes.putInt(START, 0),
        "properties at " + START + ": properties without any");
    assertRefused(
        forge -> forge.bytes.putInt(START, 3),
        "properties at " + (SECOND + 16) + ": properties are truncated: end=0x160");
    assertRefused(
        forge -> forge.bytes.putInt(START, -1),
        "properties at " + START + ": properties are truncated: end=0x160");
    assertRefused(
        forge -> forge.bytes.put(SECOND + PropertiesLayout.NAME_OFFSET, (byte) 'a'),
        "properties at " + SECOND + ": names of properties are not in order");
    assertRefused(
        forge -> forge.bytes.putInt(SECOND + PropertiesLayout.TEXT_LENGTH_OFFSET, 100),
        "properties at " + (SECOND + 4) + ": properties are truncated: end=0x160");
    assertRefused(
        forge -> forge.bytes.put(SECOND + PropertiesLayout.NAME_OFFSET, (byte) 0xC0),
        "properties at " + SECOND + ": property is not UTF-8");
    assertRefused(
        forge -> forge.bytes.put(0x15F, (byte) 1),
        "properties at 351: bad padding of properties: expected=0, found=1");
  }

  @Test
  void lengthThatNoPropertiesHaveIsRefusedWhenAnImageIsMapped() {
    for (int length : new int[] {-8, 4, PropertiesLayout.MAX_LENGTH + 8, Integer.MIN_VALUE}) {
      forge()
          .assertFindings(
              forge -> forge.bytes.putInt(HeaderLayout.PROPERTIES_LENGTH_OFFSET, length),
              "header at 112: length of properties is absurd: found="
                  + Integer.toUnsignedString(length));
    }
  }

  /** Whatever bit is flipped: the header's checksum sees it. */
  @Test
  void everyFlippedBitIsSeenWhenTheImageIsMapped() throws Exception {
    Path path = directory.resolve("x.img");
    byte[] sound = forge().bytes.array();
    for (int bit = START * 8; bit < 0x160 * 8; bit++) {
      byte[] image = sound.clone();
      image[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(path, image);
      assertThatThrownBy(() -> MarshalImage.map(path)).isInstanceOf(MarshalFormatException.class);
      Files.delete(path);
    }
    assertThat(new String(sound, START, 0x160 - START, StandardCharsets.UTF_8)).contains("one");
  }

  @Test
  void closedImageTellsNoProperties() throws Exception {
    MarshalImage image;
    try (ImageWriter writer = writer().property("a", "1")) {
      image = written(writer);
    }
    image.close();
    assertThatThrownBy(image::properties).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void damageThatChecksumsDoNotSeeIsRefusedWhenPropertiesAreRead() throws Exception {
    Path path = directory.resolve("x.img");
    Files.write(path, forge().edit(forge -> forge.bytes.putInt(START, 0)).seal().bytes.array());
    try (MarshalImage image = MarshalImage.map(path)) {
      assertThatThrownBy(image::properties)
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("offset=0x" + Integer.toHexString(START))
          .hasMessageContaining("x.img");
    }
  }
}
