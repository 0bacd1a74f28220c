package org.marshalimage.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.format.CorruptImageException;

/** Java strings of interned strings, by number. */
class InternedTextsTest {
  private final ImageBytes image = ImageBytes.of(Path.of("x.img"), ByteBuffer.allocate(8), null);

  @ParameterizedTest
  @ValueSource(ints = {1, 255, 256, 257, 511, 512, 513, 1000})
  void everyNumberHasATextOfItsOwn(int count) {
    InternedTexts texts = new InternedTexts(image, count);
    for (int number = count - 1; number >= 0; number--) {
      assertThat(texts.get(number, 8L * number)).isNull();
      String text = "text " + number;
      assertThat(texts.add(number, 8L * number, text)).isSameAs(text);
    }
    for (int number = 0; number < count; number++) {
      assertThat(texts.get(number, 8L * number)).isEqualTo("text " + number);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 256, 300})
  void numbersThatTheImageLacksAreRefused(int count) {
    InternedTexts texts = new InternedTexts(image, count);
    for (int number : new int[] {-1, count, count + 1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> texts.get(number, 0x48))
          .isInstanceOf(CorruptImageException.class)
          .hasMessage(
              "number is none of the image's interned strings: found="
                  + number
                  + ", count="
                  + count
                  + ", offset=0x48, file=x.img");
    }
  }

  @Test
  void firstTextOfANumberStays() {
    InternedTexts texts = new InternedTexts(image, 3);
    String first = texts.add(1, 16, new String("a"));
    assertThat(texts.add(1, 16, new String("a"))).isSameAs(first);
    assertThat(texts.get(1, 16)).isSameAs(first);
    assertThat(texts.get(0, 16)).isNull();
    assertThat(texts.get(2, 16)).isNull();
  }

  @Test
  void otherObjectOfTheSameNumberDoesNotGetTheText() {
    InternedTexts texts = new InternedTexts(image, 3);
    String first = texts.add(1, 16, "a");
    assertThat(texts.get(1, 24)).isNull();
    assertThatThrownBy(() -> texts.add(1, 24, "b"))
        .isInstanceOf(CorruptImageException.class)
        .hasMessage("two strings have one number: number=1, offset=0x18, file=x.img");
    assertThat(texts.get(1, 16)).isSameAs(first);
    // Offsets above 2^31 are told apart as well.
    assertThat(texts.get(1, (4L << 32) + 16)).isNull();
  }
}
