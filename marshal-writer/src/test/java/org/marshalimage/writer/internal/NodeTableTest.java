package org.marshalimage.writer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.StringsLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** Records of objects before they have a place, and the values of which they are made. */
class NodeTableTest {
  private static final long FACTOR = 0x9E3779B97F4A7C15L;
  private static final int MIB = 1 << 20;

  private final NodeTable nodes = new NodeTable();
  private final GraphImporter importer = new GraphImporter(nodes);

  @AfterEach
  void closeNodes() {
    nodes.close();
  }

  private ByteBuffer record(int node) {
    byte[] record = new byte[nodes.length(node)];
    nodes.copy(node, record, 0);
    return ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void objectLargerThan2GibIsRefused() {
    assertThatThrownBy(() -> nodes.begin(Kind.TUPLE, (1 << 29) - 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("object is too large: tuple of 2147483648 bytes");
  }

  @Test
  void recordHasNothingOfTheOneBefore() {
    importer.add(BytesValue.of(filled(10_000, -1)));
    ByteBuffer record = record(importer.add(BytesValue.of(filled(1, 7))));
    assertThat(record.getInt(ObjectLayout.COUNT_OFFSET)).isEqualTo(ObjectLayout.PINNED);
    assertThat(record.getInt(ObjectLayout.SIZE_OFFSET)).isEqualTo(1);
    assertThat(record.getLong(ObjectLayout.TYPE_OFFSET)).isEqualTo(TypeCode.BYTES);
    assertThat(record.getInt(BytesLayout.DATA_OFFSET)).isEqualTo(7);
    assertThat(record.capacity()).isEqualTo(24);
  }

  @Test
  void recordsThatTogetherExceedAChunkStayWhole() {
    int[] made = new int[8];
    for (int i = 0; i < made.length; i++) {
      made[i] = importer.add(BytesValue.of(filled(5 * MIB + i, i + 1)));
    }
    int large = importer.add(BytesValue.of(filled(20 * MIB, 99)));
    int small = importer.add(IntValue.of(5));
    for (int i = 0; i < made.length; i++) {
      assertBytes(made[i], 5 * MIB + i, i + 1);
      assertThat(importer.add(BytesValue.of(filled(5 * MIB + i, i + 1)))).isEqualTo(made[i]);
    }
    assertBytes(large, 20 * MIB, 99);
    assertThat(record(small).getLong(ObjectLayout.VALUE_OFFSET)).isEqualTo(5);
    assertThat(nodes.kind(small)).isEqualTo(TypeCode.INT);
  }

  /** A record ends where its chunk does, and the next one starts in another. */
  @Test
  void recordMayFillAChunkToItsLastByte() {
    int head = BytesLayout.DATA_OFFSET;
    int first = importer.add(BytesValue.of(filled(8 * MIB - head, 1)));
    int second = importer.add(BytesValue.of(filled(8 * MIB - head, 2)));
    int third = importer.add(BytesValue.of(filled(8, 3)));
    assertBytes(first, 8 * MIB - head, 1);
    assertBytes(second, 8 * MIB - head, 2);
    assertBytes(third, 8, 3);
  }

  private void assertBytes(int node, int length, int value) {
    byte[] record = record(node).array();
    byte[] data =
        Arrays.copyOfRange(record, BytesLayout.DATA_OFFSET, BytesLayout.DATA_OFFSET + length);
    assertThat(Arrays.equals(data, filled(length, value))).as("bytes of " + value).isTrue();
  }

  /** Folds a word as the hash of records does, to make records of one hash. */
  private static long fold(long hash, long word) {
    long mixed = hash ^ word;
    return mixed * FACTOR ^ Math.multiplyHigh(mixed, FACTOR);
  }

  @Test
  void recordsOfOneHashAreKeptApart() {
    try (NodeTable table = new NodeTable(0)) {
      GraphImporter graphs = new GraphImporter(table);
      long head = fold(ObjectLayout.COMPLEX_SIZE, ObjectLayout.PINNED & 0xFFFFFFFFL);
      long start = fold(head, TypeCode.COMPLEX);
      int[] made = new int[20];
      for (int real = 0; real < made.length; real++) {
        made[real] = graphs.add(collision(start, real));
      }
      assertThat(Arrays.stream(made).distinct().count()).isEqualTo(made.length);
      Set<Long> hashes = new HashSet<>();
      for (int real = 0; real < made.length; real++) {
        ComplexValue value = collision(start, real);
        assertThat(graphs.add(value)).isEqualTo(made[real]);
        hashes.add(table.hash());
        byte[] record = new byte[table.length(made[real])];
        table.copy(made[real], record, 0);
        ByteBuffer buffer = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(buffer.getLong(ObjectLayout.VALUE_OFFSET)).isEqualTo(real);
        assertThat(buffer.getLong(ObjectLayout.IMAGINARY_OFFSET)).isEqualTo(value.imaginaryBits());
      }
      assertThat(hashes).hasSize(1);
    }
  }

  private static ComplexValue collision(long start, long real) {
    return ComplexValue.ofBits(real, fold(start, real) ^ fold(start, 0) ^ 1);
  }

  /** Records that all have one hash would cost the square of their number. */
  @Test
  void hashIsNotKnownToWhoeverMakesTheRecords() {
    try (NodeTable other = new NodeTable()) {
      for (long value : new long[] {0, 1, Long.MIN_VALUE, -1}) {
        for (NodeTable table : new NodeTable[] {nodes, other}) {
          table.begin(Kind.INT, 0).putLong(ObjectLayout.VALUE_OFFSET, value);
        }
        assertThat(nodes.hash()).isNotEqualTo(other.hash());
      }
    }
  }

  /** The top bits of two words, which a product in 64 bits keeps where they are. */
  @Test
  void changesOfTwoWordsDoNotCancel() {
    long[] tops = {1L << 63, 1L << 63 | 1L << 31};
    int equal = 0;
    for (int seed = 0; seed < 1000; seed++) {
      try (NodeTable table = new NodeTable(seed * FACTOR)) {
        table.begin(Kind.COMPLEX, 0);
        long hash = table.hash();
        table
            .begin(Kind.COMPLEX, 0)
            .putLong(ObjectLayout.VALUE_OFFSET, tops[0])
            .putLong(ObjectLayout.IMAGINARY_OFFSET, tops[1]);
        equal += table.hash() == hash ? 1 : 0;
      }
    }
    assertThat(equal).isZero();
  }

  @Test
  void recordsThatDifferInOneBitAreKeptApart() {
    int zero = importer.add(BytesValue.of(new byte[44]));
    for (int bit = 0; bit < 44 * Byte.SIZE; bit++) {
      byte[] bytes = new byte[44];
      bytes[bit / Byte.SIZE] = (byte) (1 << bit % Byte.SIZE);
      assertThat(importer.add(BytesValue.of(bytes))).isEqualTo(zero + 1 + bit);
    }
    assertThat(importer.add(BytesValue.of(new byte[44]))).isEqualTo(zero);
    assertThat(nodes.limit()).isEqualTo(zero + 1 + 44 * Byte.SIZE);
  }

  @Test
  void zerosOfOtherLengthsAreKeptApart() {
    int first = importer.add(BytesValue.of(new byte[0]));
    for (int length = 1; length < 100; length++) {
      assertThat(importer.add(BytesValue.of(new byte[length]))).isEqualTo(first + length);
    }
  }

  @Test
  void duplicateIsANodeOfItsOwnWithTheSameRecord() {
    int original = importer.add(BytesValue.of(filled(5000, 3)));
    importer.add(IntValue.of(1));
    int copy = nodes.duplicate(original);
    assertThat(copy).isNotEqualTo(original);
    assertThat(record(copy)).isEqualTo(record(original));
    // An equal value that comes later is the original still.
    assertThat(importer.add(BytesValue.of(filled(5000, 3)))).isEqualTo(original);
  }

  @Test
  void slotsOfBothWidthsHoldTheNodes() {
    for (int width : new int[] {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH}) {
      try (NodeTable table = new NodeTable()) {
        table.setPointerWidth(width);
        GraphImporter graphs = new GraphImporter(table);
        Value a = StrValue.of("a");
        Value b = StrValue.of("b");
        Value c = StrValue.of("c");
        assertSlots(table, graphs, SequenceValue.tuple(a, b, c, a), 4, a, b, c, a);
        assertSlots(table, graphs, SequenceValue.list(b, a), 2, b, a);
        assertSlots(table, graphs, DictValue.dict(a, b, c, b), 2, a, b, c, b);
        assertSlots(table, graphs, DictValue.frozendict(a, b, c, b), 2, a, b, c, b);
        assertSlots(table, graphs, new SliceValue(a, b, c), 3, a, b, c);
        assertSlots(table, graphs, SequenceValue.tuple(), 0);
        int leaf = graphs.add(IntValue.of(3));
        assertThat(table.slotCount(leaf, TypeCode.INT)).isZero();
      }
    }
  }

  private static void assertSlots(
      NodeTable table, GraphImporter graphs, Value container, int size, Value... items) {
    int node = graphs.add(container);
    int kind = container.typeCode();
    assertThat(table.kind(node)).isEqualTo(kind);
    assertThat(table.slotCount(node, kind)).isEqualTo(items.length);
    byte[] record = new byte[table.length(node)];
    table.copy(node, record, 0);
    ByteBuffer buffer = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(buffer.getInt(ObjectLayout.SIZE_OFFSET)).isEqualTo(size);
    int used = ObjectLayout.SLOTS_OFFSET + items.length * table.pointerWidth();
    assertThat(record).hasSize(used + 7 & -8);
    for (int i = 0; i < items.length; i++) {
      int target = graphs.add(items[i]);
      assertThat(table.slot(node, kind, i)).isEqualTo(target);
      int at = ObjectLayout.SLOTS_OFFSET + i * table.pointerWidth();
      assertThat(
              table.pointerWidth() == HeaderLayout.ADDRESS_WIDTH
                  ? buffer.getLong(at)
                  : buffer.getInt(at))
          .isEqualTo(target);
    }
  }

  @Test
  void targetsAreUnitsOfEightBytesOrOffsets() {
    ByteBuffer record = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    nodes.putTarget(record, TypeCode.TUPLE, 1, 0x4_0000_0008L);
    assertThat(record.getInt(ObjectLayout.SLOTS_OFFSET + 4)).isEqualTo(0x8000_0001);
    nodes.setPointerWidth(HeaderLayout.ADDRESS_WIDTH);
    nodes.putTarget(record, TypeCode.TUPLE, 1, 0x4_0000_0008L);
    assertThat(record.getLong(ObjectLayout.SLOTS_OFFSET + 8)).isEqualTo(0x4_0000_0008L);
  }

  @Test
  void textHashIsThatOfTheReader() {
    String[] texts = {
      "", "a", "ascii text", "caf\u00e9", "\u20ac uro", "\ud83d\ude00 and more", "\uffff\u0100"
    };
    for (String text : texts) {
      int node = importer.add(StrValue.of(text));
      for (long seed : new long[] {0, 1, -1, 0x1234_5678_9ABCL}) {
        assertThat(nodes.textHash(node, seed)).isEqualTo(HashLayout.hash(text, seed));
      }
    }
    byte[] latin1 = {'c', 'a', 'f', (byte) 0xE9};
    int node = importer.add(BytesValue.of(latin1));
    assertThat(nodes.textHash(node, 5))
        .isEqualTo(HashLayout.hash("caf\u00e9", 5) + StringsLayout.BYTES_SALT);
  }

  @Test
  void whatHoldsAMutableObjectIsNeverShared() {
    Value list = SequenceValue.list();
    int first = importer.add(SequenceValue.tuple(IntValue.of(1), list, IntValue.of(2)));
    int second = importer.add(SequenceValue.tuple(IntValue.of(1), list, IntValue.of(2)));
    assertThat(nodes.isUnmergeable(first)).isTrue();
    assertThat(second).isNotEqualTo(first);
    int outer = importer.add(SequenceValue.tuple(SequenceValue.tuple(list), IntValue.of(2)));
    assertThat(nodes.isUnmergeable(outer)).isTrue();
    int plain = importer.add(SequenceValue.tuple(IntValue.of(1), IntValue.of(2)));
    assertThat(nodes.isUnmergeable(plain)).isFalse();
    assertThat(importer.add(SequenceValue.tuple(IntValue.of(1), IntValue.of(2)))).isEqualTo(plain);
  }

  @Test
  void objectOfOneGraphIsOneNodeAndOfTwoGraphsTwo() {
    Value list = SequenceValue.list(Singleton.NONE);
    int pair = importer.add(SequenceValue.tuple(list, list));
    assertThat(nodes.slot(pair, TypeCode.TUPLE, 0)).isEqualTo(nodes.slot(pair, TypeCode.TUPLE, 1));
    assertThat(importer.add(list)).isNotEqualTo(nodes.slot(pair, TypeCode.TUPLE, 0));
  }

  @Test
  void internedIsRememberedOfAnyOccurrence() {
    int node = importer.add(StrValue.of("s"));
    assertThat(nodes.isInterned(node)).isFalse();
    assertThat(importer.add(StrValue.of("s", true))).isEqualTo(node);
    assertThat(nodes.isInterned(node)).isTrue();
    assertThat(importer.add(StrValue.of("s"))).isEqualTo(node);
    assertThat(nodes.isInterned(node)).isTrue();
    assertThat(nodes.isUnmergeable(node)).isFalse();
    int bytes = importer.add(BytesValue.of(new byte[] {'s'}, 0, 1, true));
    assertThat(nodes.isInterned(bytes)).isTrue();
    assertThat(nodes.isInterned(importer.add(BytesValue.of(new byte[] {'t'})))).isFalse();
  }
}
