package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.SequenceValue;

/**
 * Streams just under 1 MiB that were made to cost as much memory or time as they can. {@link
 * StreamChecker} holds each to its limits.
 */
@Tag("exhaustive")
class CostlyStreamTest {
  private static final int SIZE = (1 << 20) - 1;
  private static final int FLAG = 0x80;

  /** Writes a stream; the root is one container of which the number of items is set last. */
  private static final class Stream {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PythonVersion version;
    private int items;

    Stream(PythonVersion version, char root) {
      this.version = version;
      code(root).putInt(0);
    }

    Stream code(int code) {
      out.write(code);
      return this;
    }

    Stream putInt(int value) {
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        out.write(value >>> shift);
      }
      return this;
    }

    Stream ref(int index) {
      return code('r').putInt(index);
    }

    Stream text(String latin1) {
      out.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    Stream item() {
      items++;
      return this;
    }

    boolean hasRoom(int bytes) {
      return out.size() + bytes <= SIZE;
    }

    byte[] finish() {
      byte[] bytes = out.toByteArray();
      for (int i = 0; i < Integer.BYTES; i++) {
        bytes[1 + i] = (byte) (items >>> Byte.SIZE * i);
      }
      return bytes;
    }

    void check() {
      new StreamChecker().checkCost(finish(), version);
    }
  }

  /** The shortest items of each kind, as many as will go into a tuple. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "N",
        "z\0",
        "z\1a",
        "\u00fa\0",
        ")\0",
        "\u00a9\0",
        ")\1N",
        "{0",
        "\u00fb0",
        "{N{00",
        "f\0011",
        "\u00e6\0011",
        "x\0011\0011",
        "I\0\0\0\0\0\0\0\1",
        "[\0\0\0\0",
        "\u00bc\0\0\0\0",
        "l\0\0\0\0",
        "u\2\0\0\0\u00c4\u0080",
        ":NNN",
        "\u00fd0",
        "}N}00"
      })
  void shortItemsInATuple(String item) {
    Stream stream = new Stream(PythonVersion.V3_15, '(');
    while (stream.hasRoom(item.length())) {
      stream.text(item).item();
    }
    stream.check();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "N",
        "z\0",
        "\u00fa\0",
        "z\1a",
        ")\0",
        "\u00a9\0",
        ")\1N",
        "\u00fd0",
        "}NN0",
        ":NNN",
        "f\0011",
        "l\0\0\0\0",
        "g\0\0\0\0\0\0\0\u007f"
      })
  void equalItemsInAFrozenset(String item) {
    Stream stream = new Stream(PythonVersion.V3_15, '>');
    while (stream.hasRoom(item.length())) {
      stream.text(item).item();
    }
    stream.check();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"z\3", ")\1z\3", "i", "\u00e9", "g\0\0\0\0", "g", "l\2\0\0\0", "I\0\0\0\0"})
  void differentItemsInAFrozenset(String start) {
    int bytes = start.contains("z") ? 3 : Integer.BYTES;
    if (start.startsWith("g") && start.length() == 1) {
      bytes = Long.BYTES;
    }
    Stream stream = new Stream(PythonVersion.V3_13, '>');
    for (int i = 1; stream.hasRoom(start.length() + bytes); i++) {
      stream.text(start).item();
      int value = start.startsWith("l") ? i & 0x7FFF | (i >> 15) + 1 << 16 : i;
      if (bytes == Long.BYTES) {
        // Large floats without a fraction.
        stream.putInt(i).putInt(0x7FE00000);
      } else if (start.startsWith("g")) {
        stream.putInt(0x7FE00000 - i);
      } else {
        for (int k = 0; k < bytes; k++) {
          stream.code(value >>> Byte.SIZE * k);
        }
      }
    }
    stream.check();
  }

  @Test
  void differentKeysOfADict() {
    Stream stream = new Stream(PythonVersion.V3_13, '(');
    stream.item().code('{');
    for (int i = 0; stream.hasRoom(7); i++) {
      stream.text("z\3").code(i).code(i >> 8).code(i >> 16).code('N');
    }
    stream.code('0');
    stream.check();
  }

  /** Strings of one {@link String#hashCode()}: pairs of "Aa" and "BB". */
  @Test
  void stringsThatCollide() {
    Stream stream = new Stream(PythonVersion.V3_13, '>');
    for (int i = 0; stream.hasRoom(36); i++) {
      stream.text("z\42").item();
      for (int bit = 0; bit < 17; bit++) {
        stream.text((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
    }
    stream.check();
  }

  /** Tuples of which all lists of numbers have one {@link java.util.List#hashCode()}. */
  @Test
  void tuplesThatCollide() {
    Stream stream = new Stream(PythonVersion.V3_13, '(');
    int ints = 3000;
    stream.item().code('(').putInt(ints);
    for (int i = 0; i < ints; i++) {
      stream.code('i' | FLAG).putInt(i);
    }
    stream.item().code('>');
    ByteArrayOutputStream tuples = new ByteArrayOutputStream();
    int count = 0;
    for (int a = 0; a < 90; a++) {
      for (int b = 0; b < 90 && stream.hasRoom(tuples.size() + 40); b++) {
        for (int c = 0; c < 90 && stream.hasRoom(tuples.size() + 40); c++) {
          int[] four = {a, 31 * (90 - a) + b, 31 * (90 - b) + c, 31 * (90 - c)};
          if (four[1] < ints && four[2] < ints && four[3] < ints) {
            tuples.writeBytes(new byte[] {')', 4});
            for (int index : four) {
              tuples.writeBytes(new byte[] {'r', (byte) index, (byte) (index >> 8), 0, 0});
            }
            count++;
          }
        }
      }
    }
    stream.putInt(count);
    stream.text(tuples.toString(StandardCharsets.ISO_8859_1));
    stream.check();
  }

  /** Nested by references, which go deeper than the stream nests. */
  @Test
  void deepItemOfAFrozenset() {
    Stream stream = new Stream(PythonVersion.V3_13, '(');
    stream.item().text("\u00a9\0");
    int last = 0;
    while (stream.hasRoom(7 + 5 + 6)) {
      stream.item().text("\u00a9\1").ref(last++);
    }
    stream.item().code('>').putInt(2).ref(last).code('N');
    stream.check();
  }

  @Test
  void largeTupleInManyFrozensets() {
    Stream stream = new Stream(PythonVersion.V3_13, '(');
    int half = SIZE / 2;
    stream.item().code('(' | FLAG).putInt(half);
    for (int i = 0; i < half; i++) {
      stream.code('N');
    }
    while (stream.hasRoom(11)) {
      stream.item().code('>').putInt(2).ref(0).code('N');
    }
    stream.check();
  }

  @ParameterizedTest
  @ValueSource(chars = {'s', 'l'})
  void largeLeafInManyFrozensets(char code) {
    Stream stream = new Stream(PythonVersion.V3_13, '(');
    int half = SIZE / 4;
    stream.item().code(code | FLAG).putInt(half);
    for (int i = 0; i < (code == 'l' ? 2 * half : half); i++) {
      stream.code('\1');
    }
    while (stream.hasRoom(11)) {
      stream.item().code('>').putInt(2).ref(0).code('N');
    }
    stream.check();
  }

  /** Each holds the one before twice: 2 to the power of 1000 leaves, were they not shared. */
  @Test
  void doublingItemOfAFrozenset() {
    Stream stream = new Stream(PythonVersion.V3_13, '(');
    stream.item().text("\u00a9\0");
    for (int i = 0; i < 1000; i++) {
      stream.item().text("\u00a9\2").ref(i).ref(i);
    }
    stream.item().code('>').putInt(2).ref(1000).ref(999);
    stream.check();
  }

  /** Names that many code objects share are looked at once. */
  @Test
  void manyNamesInManyCodeObjects() {
    Stream stream = new Stream(PythonVersion.V3_13, '(');
    int names = 150_000;
    stream.item().code('(' | FLAG).putInt(names);
    for (int i = 0; i < names; i++) {
      stream.text("z\0");
    }
    stream.item().code('s' | FLAG).putInt(names);
    for (int i = 0; i < names; i++) {
      stream.code(' ');
    }
    stream.item().text("\u00fa\0");
    stream.item().code('s' | FLAG).putInt(0);
    while (stream.hasRoom(80)) {
      stream.item().code('c').putInt(names - 1).putInt(0).putInt(0).putInt(1).putInt(0);
      stream.ref(3).ref(0).ref(0).ref(0).ref(1).ref(2).ref(2).ref(2).putInt(1).ref(3).ref(3);
    }
    stream.check();
  }

  @Test
  void referencesToATupleDeepInside() {
    Stream stream = new Stream(PythonVersion.V3_13, '(');
    stream.item();
    for (int i = 0; i < MarshalDecoder.MAX_DEPTH - 3; i++) {
      stream.text("\u00a9\1");
    }
    int count = (SIZE - 5 - 2 * MarshalDecoder.MAX_DEPTH) / 5 - 1;
    stream.code('(').putInt(count);
    for (int i = 0; i < count; i++) {
      stream.ref(MarshalDecoder.MAX_DEPTH - 4);
    }
    stream.check();
  }

  /** CPython crashes on these: what it hashes has no items yet. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00a9\1>\1\0\0\0r\0\0\0\0", // ({itself},)
        "\u00a9\1>\1\0\0\0)\1r\0\0\0\0", // ({(itself,)},)
        "\u00a9\1{r\0\0\0\0N0" // ({itself: None},)
      })
  void refusesToHashATupleThatHoldsItself(String stream) {
    byte[] in = stream.getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> MarshalDecoder.decode(in, 0, in.length, PythonVersion.V3_13, null))
        .isInstanceOf(MarshalStreamException.class)
        .hasMessageContaining("unhashable");
  }

  @Test
  void refusesACodeObjectWhoseNamesHoldIt() {
    byte[] in =
        ("\u00a9\1c" + "\0".repeat(20) + "s\0\0\0\0" + ")\0" + "r\0\0\0\0")
            .concat(")\0s\0\0\0\0z\0z\0z\0\1\0\0\0s\0\0\0\0s\0\0\0\0")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> MarshalDecoder.decode(in, 0, in.length, PythonVersion.V3_13, null))
        .isInstanceOf(MarshalStreamException.class)
        .hasMessageContaining("not complete");
  }

  @Test
  void takesEqualItemsAndKeysForOne() {
    String items = "i\1\0\0\0Tg\0\0\0\0\0\0\u00f0\u003fi\2\0\0\0";
    SequenceValue set = (SequenceValue) decode(">\4\0\0\0" + items);
    assertThat(set.size()).isEqualTo(2);
    SequenceValue nested =
        (SequenceValue) decode(">\2\0\0\0)\2i\1\0\0\0>\2\0\0\0NT)\2T>\2\0\0\0i\1\0\0\0N");
    assertThat(nested.size()).isEqualTo(1);
    DictValue dict = (DictValue) decode("{i\1\0\0\0NTFz\1aN0");
    assertThat(dict.size()).isEqualTo(2);
  }

  private static Object decode(String stream) {
    byte[] in = stream.getBytes(StandardCharsets.ISO_8859_1);
    return MarshalDecoder.decode(in, 0, in.length, PythonVersion.V3_13, null);
  }
}
