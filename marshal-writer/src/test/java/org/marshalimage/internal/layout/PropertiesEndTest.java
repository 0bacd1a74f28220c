package org.marshalimage.internal.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.internal.memory.ImageBytes;

/** Properties that end where a number or a text would have to be. */
class PropertiesEndTest {
  private static final int START = HeaderLayout.SECTIONS_OFFSET;

  /** An image whose properties are these words of 4 bytes, with more behind them. */
  private static ImageBytes image(int... words) {
    int length = words.length * Integer.BYTES;
    ByteBuffer bytes = ByteBuffer.allocate(START + 256).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(HeaderLayout.HEADER_LENGTH_OFFSET, START + length);
    bytes.putInt(HeaderLayout.PROPERTIES_LENGTH_OFFSET, length);
    for (int i = 0; i < words.length; i++) {
      bytes.putInt(START + i * Integer.BYTES, words[i]);
    }
    return ImageBytes.of(Path.of("x.img"), bytes, null);
  }

  private static void assertRefused(String problem, int at, int... words) {
    ImageBytes image = image(words);
    assertThatThrownBy(() -> Properties.read(image))
        .isInstanceOfSatisfying(
            CorruptImageException.class,
            e -> {
              assertThat(e.problem()).isEqualTo(problem);
              assertThat(e.offset()).isEqualTo(START + at);
            });
  }

  private static void assertTruncated(int at, int... words) {
    int end = START + words.length * Integer.BYTES;
    assertRefused("properties are truncated: end=0x" + Integer.toHexString(end), at, words);
  }

  @Test
  void thereAreNoneOrSome() {
    assertThat(Properties.read(image())).isEmpty();
    assertRefused("properties without any", 0, 0, 0);
    assertThat(Properties.read(image(1, 1, 2, 'n' | 'a' << 8 | 'b' << 16)))
        .isEqualTo(Map.of("n", "ab"));
    assertThat(Properties.read(image(1, 4, 0, 'n' | 'n' << 8 | 'n' << 16 | 'n' << 24)))
        .isEqualTo(Map.of("nnnn", ""));
  }

  @Test
  void lengthsEndWithTheProperties() {
    // No more than one entry of no name, whose text's length would lie behind the end.
    assertTruncated(8, 1, 0);
    // More entries than there are.
    assertTruncated(0, 9, 0);
    assertTruncated(0, -1, 0);
    assertTruncated(4, 1, -1, 0, 0);
    assertTruncated(4, 1, 13, 0, 0);
    assertTruncated(8, 1, 1, 9, 0);
    assertTruncated(8, 1, 1, -1, 0);
  }

  @Test
  void textsEndWithTheProperties() {
    // As long as all that follows the length, so that it is the name that is too long.
    assertTruncated(12, 1, 12, 0, 0);
    assertTruncated(12, 1, 5, 0, 'n');
    // And the text: of 4 bytes the name has one.
    assertTruncated(13, 1, 1, 4, 'n');
    assertTruncated(13, 1, 1, 8, 'n');
  }

  @Test
  void entriesFollowEachOther() {
    // The second has a name that comes before.
    assertRefused(
        "names of properties are not in order",
        14,
        2,
        1,
        1,
        'b' | 'x' << 8 | 1 << 16,
        1 << 16,
        'a' << 16,
        0);
  }
}
