package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;

/** Texts of every width and length as Java strings, and compared with such. */
class StrTextTest {
  private static final int LONGEST = 40;

  /** The last is what makes a text as wide as it is. */
  private static final String[] LAST = {
    "z", "\u00FF", "\u0100", "\uFFFF", "\uDC00", "\uD800", "\uDBFF", "\uD83D\uDC0D", "\uDBFF\uDFFF"
  };

  @TempDir Path dir;

  private static List<String> texts() {
    List<String> texts = new ArrayList<>(List.of(""));
    for (int length = 0; length < LONGEST; length++) {
      String start = "abcdefghij\u00E9".repeat(4).substring(0, length);
      for (String last : LAST) {
        texts.add(start + last);
      }
    }
    return texts;
  }

  private Path write(List<? extends Value> values) throws Exception {
    Path path = dir.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("root", SequenceValue.tuple(values.toArray(new Value[0])));
      writer.write(path);
    }
    return path;
  }

  @Test
  void javaStringHasTheText() throws Exception {
    for (boolean isInterned : new boolean[] {false, true}) {
      List<String> texts = texts();
      Path path = write(texts.stream().map(text -> StrValue.of(text, isInterned)).toList());
      try (MarshalImage image = MarshalImage.map(path)) {
        TupleView all = (TupleView) image.root("root");
        for (int i = 0; i < texts.size(); i++) {
          assertThat(all.get(i).toString()).isEqualTo(texts.get(i));
        }
      }
    }
  }

  @Test
  void textIsComparedByEachUnit() throws Exception {
    List<String> texts = texts();
    Path path = write(texts.stream().map(StrValue::of).toList());
    try (MarshalImage image = MarshalImage.map(path)) {
      TupleView all = (TupleView) image.root("root");
      for (int i = 0; i < texts.size(); i++) {
        StrView view = (StrView) all.get(i);
        String text = texts.get(i);
        assertThat(view.contentEquals(text)).as(text).isTrue();
        assertThat(view.contentEquals(new StringBuilder(text))).as(text).isTrue();
        assertThat(view.contentEquals(text + "\0")).as(text).isFalse();
        for (int at = 0; at < text.length(); at++) {
          // One bit differs, of either half of the unit.
          for (int bit : new int[] {1, 1 << 7, 1 << 8}) {
            StringBuilder other = new StringBuilder(text);
            other.setCharAt(at, (char) (text.charAt(at) ^ bit));
            assertThat(view.contentEquals(other)).as(text + ", at " + at).isFalse();
          }
        }
        if (!text.isEmpty()) {
          assertThat(view.contentEquals(text.substring(1))).as(text).isFalse();
        }
      }
    }
  }

  @Test
  void namesOfPython2AreComparedLikewise() throws Exception {
    List<Value> values = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int length = 0; length < LONGEST; length++) {
      String text = "\u00E9abcdefghij".repeat(4).substring(0, length);
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      values.add(BytesValue.of(bytes, 0, bytes.length, true));
      texts.add(text);
    }
    try (MarshalImage image = MarshalImage.map(write(values))) {
      for (String text : texts) {
        int number = image.internNumber(text);
        assertThat(number).as(text).isNotNegative();
        assertThat(image.intern(number).contentEquals(text)).as(text).isTrue();
        assertThat(image.internNumber(text + "\u0100")).as(text).isEqualTo(-1);
        assertThat(image.intern(number).contentEquals(text + "\u0100")).as(text).isFalse();
      }
    }
  }

  @Test
  void whatIsNoCodePointIsDamage() throws Exception {
    Path path = write(List.of(StrValue.of("snake \uD83D\uDC0D")));
    long offset;
    try (MarshalImage image = MarshalImage.map(path)) {
      offset = ((TupleView) image.root("root")).get(0).offset();
    }
    byte[] bytes = Files.readAllBytes(path);
    int at = (int) offset + StrLayout.DATA_OFFSET + 6 * Integer.BYTES;
    for (int damage : new int[] {0x110000, -1, Integer.MIN_VALUE}) {
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, damage);
      Files.write(path, bytes);
      try (MarshalImage image = MarshalImage.map(path)) {
        ImageObject view = ((TupleView) image.root("root")).get(0);
        assertThatThrownBy(view::toString)
            .isInstanceOf(CorruptImageException.class)
            .hasMessageContaining("not a code point: found=" + Integer.toUnsignedString(damage))
            .hasMessageContaining("0x" + Integer.toHexString(at));
      }
    }
  }
}
