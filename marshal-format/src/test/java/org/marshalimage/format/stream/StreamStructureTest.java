package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;

/**
 * Containers, references and type codes of streams, as {@code marshal.loads} of CPython 3.13 takes
 * or refuses them.
 */
class StreamStructureTest {
  private static final PythonVersion V3_13 = PythonVersion.V3_13;
  private static final char FLAGGED_TUPLE = (char) ('(' | TypeCode.FLAG_REF);
  private static final char FLAGGED_LIST = (char) ('[' | TypeCode.FLAG_REF);

  /** Makes bytes of characters, and of ints of four bytes. */
  private static byte[] stream(Object... parts) {
    StreamOutput out = new StreamOutput();
    for (Object part : parts) {
      if (part instanceof Integer number) {
        out.putInt(number);
      } else {
        part.toString().chars().forEach(out::putByte);
      }
    }
    return out.toByteArray();
  }

  private static Value decode(Object... parts) {
    byte[] in = stream(parts);
    return MarshalDecoder.decode(in, 0, in.length, V3_13, null);
  }

  private static void assertRefused(String problem, long offset, Object... parts) {
    assertThatThrownBy(() -> decode(parts))
        .isInstanceOfSatisfying(
            MarshalStreamException.class,
            e -> {
              assertThat(e.problem()).isEqualTo(problem);
              assertThat(e.offset()).isEqualTo(offset);
            });
  }

  /** {@code TypeError: unhashable type: 'list'}. */
  @Test
  void everyKeyOfADictIsHashable() {
    String list = "unhashable key in a dict: list";
    assertRefused(list, 0, "{", "[", 0, "N", "0");
    assertRefused(list, 0, "{", "N", "N", "[", 0, "N", "0");
    assertRefused(list, 0, "{", "N", "[", 0, "T", "N", "[", 0, "N", "0");
    // Behind one item that waits for its container.
    assertRefused(list, 6, "[", 2, "N", "{", "N", "N", "[", 0, "N", "0");
    assertRefused("unhashable key in a dict: tuple", 0, "{", "(", 1, "[", 0, "N", "0");
    assertRefused("unhashable key in a dict: dict", 0, "{", "{", "0", "N", "0");
    assertRefused("unhashable key in a dict: set", 0, "{", "<", 0, "N", "0");
  }

  @Test
  void valuesOfADictNeedNotBeHashable() {
    DictValue dict = (DictValue) decode("{", "N", "[", 0, "T", "[", 0, "F", "{", "0", "0");
    assertThat(dict.size()).isEqualTo(3);
    SequenceValue list = (SequenceValue) decode("[", 2, "N", "{", "N", "[", 0, "T", "<", 0, "0");
    assertThat(((DictValue) list.get(1)).size()).isEqualTo(2);
  }

  @Test
  void everyItemOfASetIsHashable() {
    assertRefused("unhashable item in a set: list", 0, "<", 1, "[", 0);
    assertRefused("unhashable item in a set: list", 0, "<", 2, "N", "[", 0);
    assertRefused("unhashable item in a frozenset: set", 0, ">", 2, "N", "<", 0);
    assertRefused("unhashable item in a set: tuple", 0, "<", 1, "(", 2, "N", "{", "0");
    assertThat(((SequenceValue) decode("<", 2, "(", 1, "N", ">", 0)).size()).isEqualTo(2);
  }

  /** However deep the tuple lies that is not complete: its hash would need itself. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 39})
  void tupleThatIsBeingReadIsNoItemOfASet(int index) {
    int depth = 40;
    Object[] parts = new Object[2 * depth + 4];
    for (int i = 0; i < depth; i++) {
      parts[2 * i] = FLAGGED_TUPLE;
      parts[2 * i + 1] = 1;
    }
    parts[2 * depth] = "<";
    parts[2 * depth + 1] = 1;
    parts[2 * depth + 2] = "r";
    parts[2 * depth + 3] = index;
    assertRefused("unhashable item in a set: tuple", 5L * depth, parts);
    // As an item of a list it is welcome.
    parts[2 * depth] = "[";
    Value tuple = decode(parts);
    for (int i = 0; i < index; i++) {
      tuple = ((SequenceValue) tuple).get(0);
    }
    Value innermost = tuple;
    for (int i = index; i < depth; i++) {
      innermost = ((SequenceValue) innermost).get(0);
    }
    assertThat(((SequenceValue) innermost).get(0)).isSameAs(tuple);
  }

  @Test
  void tupleThatIsCompleteIsAnItemOfASet() {
    SequenceValue list = (SequenceValue) decode("[", 2, FLAGGED_TUPLE, 1, "N", "<", 1, "r", 0);
    assertThat(((SequenceValue) list.get(1)).get(0)).isSameAs(list.get(0));
  }

  @Test
  void referencesNameObjectsThatWereFlagged() {
    assertRefused("reference to nowhere: index=0, objects=0", 0, "r", 0);
    assertRefused("reference to nowhere: index=1, objects=1", 5, FLAGGED_LIST, 1, "r", 1);
    assertRefused("reference to nowhere: index=-1, objects=1", 5, FLAGGED_LIST, 1, "r", -1);
    SequenceValue list = (SequenceValue) decode(FLAGGED_LIST, 2, FLAGGED_LIST, 0, "r", 1);
    assertThat(list.get(1)).isSameAs(list.get(0)).isNotSameAs(list);
  }

  @Test
  void moreReferencesThanTheTableFirstHolds() {
    int count = 200;
    Object[] parts = new Object[4 * count + 2];
    parts[0] = "[";
    parts[1] = 2 * count;
    for (int i = 0; i < count; i++) {
      parts[2 + 2 * i] = FLAGGED_LIST;
      parts[3 + 2 * i] = 0;
      parts[2 + 2 * count + 2 * i] = "r";
      parts[3 + 2 * count + 2 * i] = count - 1 - i;
    }
    SequenceValue list = (SequenceValue) decode(parts);
    for (int i = 0; i < count; i++) {
      assertThat(list.get(count + i)).isSameAs(list.get(count - 1 - i));
    }
  }

  /** Each item takes a byte at least: of this container, and of those around it. */
  @Test
  void sizesTogetherDoNotExceedWhatIsLeft() {
    assertThat(((SequenceValue) decode("(", 2, "(", 1, "N", "N")).size()).isEqualTo(2);
    assertRefused(
        "size runs past the end: tuple of 3 items, which take at least a byte each, bytes left=2",
        0,
        "(",
        3,
        "NN");
    assertRefused(
        "size runs past the end: list of 2 items, which take at least a byte each, bytes left=2",
        5,
        "(",
        2,
        "[",
        2,
        "NN");
    // What a finished container took is no longer owed.
    assertThat(((SequenceValue) decode("(", 3, "(", 2, "NN", "(", 1, "N", "N")).size())
        .isEqualTo(3);
    // A dict owes nothing: its end is marked.
    assertThat(((SequenceValue) decode("(", 2, "{", "NN0", "N")).size()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"0x1, 1", "0x20, 32", "0x21 '!', 33", "0x7e '~', 126", "0x7f, 127"})
  void unknownTypeCodeIsShownAsCharacterIfItIsOne(String shown, int code) {
    assertRefused(
        "unknown type code: found " + shown + ", in a stream of Python 3.13", 0, (char) code);
  }

  @Test
  void nestingHasTheLimitOfCPython() {
    String shell = ")\1";
    assertThat(decode(shell.repeat(MarshalDecoder.MAX_DEPTH - 1), "N")).isNotNull();
    assertRefused(
        "nested too deep: limit=2000 levels",
        2L * MarshalDecoder.MAX_DEPTH,
        shell.repeat(MarshalDecoder.MAX_DEPTH),
        "N");
  }

  @Test
  void nullEndsDictsAndNothingElse() {
    assertRefused("null where an object is needed", 0, "0");
    assertRefused("null inside a list, expected an object", 5, "[", 1, "0");
    assertThat(((DictValue) decode("{", "0")).size()).isZero();
  }

  @Test
  void rangeThatIsNotThereIsTheCallersError() {
    byte[] in = {'x', 'N', 'x'};
    int[][] ranges = {{-1, 2}, {1, 4}, {2, 1}};
    for (int[] range : ranges) {
      String message = "no such range: start=" + range[0] + ", end=" + range[1] + ", length=3";
      assertThatThrownBy(() -> MarshalDecoder.decode(in, range[0], range[1], V3_13, null))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> MarshalDecoder.decodeExactly(in, range[0], range[1], V3_13, null))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage(message);
    }
    assertThat(MarshalDecoder.decodeExactly(in, 1, 2, V3_13, null).end()).isEqualTo(2);
    assertThatThrownBy(() -> MarshalDecoder.decode(in, 3, 3, V3_13, null))
        .isInstanceOf(MarshalStreamException.class);
  }
}
