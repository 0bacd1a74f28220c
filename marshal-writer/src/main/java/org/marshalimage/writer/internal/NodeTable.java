package org.marshalimage.writer.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.openhft.chronicle.bytes.BytesStore;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongArrayList;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.StringsLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ObjectLengths;

/**
 * The objects of an image that is being made: each has the record that the file will have, in
 * memory outside the heap. What is known only once all objects are placed is missing: a slot, of
 * whatever width, holds the number of the node that it names, or 0, and objects have no numbers
 * yet.
 *
 * <p>Records of immutable values are stored once: they are the same value if they are the same
 * bytes. Not thread-safe.
 */
final class NodeTable implements AutoCloseable {
  private static final int CHUNK_SIZE = 1 << 24;
  private static final long MISSING = -1;
  private static final long HASH_FACTOR = 0x9E3779B97F4A7C15L;
  private static final byte INTERNED = 1;
  private static final byte UNMERGEABLE = 2;

  private final List<BytesStore<?, Void>> chunks = new ArrayList<>();

  /** Free bytes at the end of the last chunk start here. */
  private long chunkUsed;

  /** Of each node, the chunk (upper half) and the offset in it (lower half); node 0 is no node. */
  private final LongArrayList starts = new LongArrayList();

  /**
   * Of each node, the bytes of its record; negative values never occur: a record is below 2 GiB.
   */
  private int[] lengths = new int[1024];

  private byte[] flags = new byte[1024];

  /** Hash of a record to its node. */
  private final Long2LongHashMap byHash = new Long2LongHashMap(1 << 16, 0.6f, MISSING);

  /** The record that is being made. */
  private ByteBuffer record = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);

  private int recordLength;

  private int pointerWidth = HeaderLayout.COMPACT_WIDTH;
  private ObjectLengths lengthsOfKinds = ObjectLengths.of(pointerWidth);

  /**
   * Where hashes start: by chance, so that no file can be made whose records all have one hash.
   * What is written does not depend on it.
   */
  private final long seed;

  NodeTable() {
    this(new SplittableRandom().nextLong());
  }

  NodeTable(long seed) {
    this.seed = seed;
    starts.addLong(0);
  }

  /** Sets the bytes of a slot, before there is a node that has any. */
  void setPointerWidth(int width) {
    pointerWidth = width;
    lengthsOfKinds = ObjectLengths.of(width);
  }

  /** Returns the bytes of a slot. */
  int pointerWidth() {
    return pointerWidth;
  }

  /** Returns one more than the greatest node. */
  int limit() {
    return starts.size();
  }

  /** Starts a record, all zero but for its head; the caller fills in the rest. */
  ByteBuffer begin(Kind kind, int size) {
    return begin(kind, size, 0);
  }

  /**
   * Starts a record, all zero but for its head.
   *
   * @param widthShift binary logarithm of the width of a unit of a str; else 0
   */
  ByteBuffer begin(Kind kind, int size, int widthShift) {
    beginRecord(kind, lengthsOfKinds.length(kind.typeCode(), size, widthShift));
    record.putInt(ObjectLayout.COUNT_OFFSET, ObjectLayout.PINNED);
    record.putInt(ObjectLayout.SIZE_OFFSET, size);
    record.putLong(ObjectLayout.TYPE_OFFSET, kind.typeCode());
    return record;
  }

  /** Starts a record of so many bytes, all zero. */
  ByteBuffer beginRecord(Kind kind, long length) {
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "object is too large: " + kind.typeName() + " of " + length + " bytes");
    }
    recordLength = (int) length;
    if (record.capacity() < recordLength) {
      int capacity =
          (int) Math.min(Integer.MAX_VALUE - 8, Math.max(length, 2L * record.capacity()));
      record = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    } else {
      Arrays.fill(record.array(), 0, recordLength, (byte) 0);
    }
    return record;
  }

  /** Ends a record of an immutable value: returns the node that has it already, or a new one. */
  int merge() {
    long hash = hash();
    while (true) {
      long node = byHash.get(hash);
      if (node == MISSING) {
        int added = append();
        byHash.put(hash, added);
        return added;
      }
      if (isRecordOf((int) node)) {
        return (int) node;
      }
      // Two records with one hash: the next in a sequence that both follow.
      hash = hash * HASH_FACTOR + 1;
    }
  }

  /** Ends a record: returns a new node that no other value will share. */
  int addUnmergeable() {
    int node = append();
    flags[node] |= UNMERGEABLE;
    return node;
  }

  /** Ends a record: returns a new node, be there one with the same record or not. */
  int add() {
    return append();
  }

  /** Says that a value which holds this node must not be shared. */
  void setUnmergeable(int node) {
    flags[node] |= UNMERGEABLE;
  }

  /** Returns a new node with the record of another one; no other value will share it. */
  int duplicate(int node) {
    beginRecord(Kind.of(kind(node)), lengths[node]);
    copy(node, record.array(), 0);
    return append();
  }

  private int append() {
    int node = starts.size();
    if (node == lengths.length) {
      lengths = Arrays.copyOf(lengths, 2 * node);
      flags = Arrays.copyOf(flags, 2 * node);
    }
    if (chunks.isEmpty() || chunkUsed + recordLength > lastChunk().capacity()) {
      chunks.add(
          BytesStore.nativeStoreWithFixedCapacity(Math.max(CHUNK_SIZE, (long) recordLength)));
      chunkUsed = 0;
    }
    lastChunk().write(chunkUsed, record.array(), 0, recordLength);
    starts.addLong((long) (chunks.size() - 1) << Integer.SIZE | chunkUsed);
    lengths[node] = recordLength;
    chunkUsed += recordLength;
    return node;
  }

  private BytesStore<?, Void> lastChunk() {
    return chunks.get(chunks.size() - 1);
  }

  /**
   * Hashes the record that is being made. The upper half of each product, too: with the lower
   * alone, some changes of two words cancel whatever the seed is.
   */
  long hash() {
    long hash = seed ^ recordLength;
    for (int i = 0; i < recordLength; i += Long.BYTES) {
      long word = hash ^ record.getLong(i);
      hash = word * HASH_FACTOR ^ Math.multiplyHigh(word, HASH_FACTOR);
    }
    return hash;
  }

  private boolean isRecordOf(int node) {
    if (lengths[node] != recordLength) {
      return false;
    }
    BytesStore<?, Void> chunk = chunk(node);
    long at = offsetInChunk(node);
    for (int i = 0; i < recordLength; i += Long.BYTES) {
      if (chunk.readLong(at + i) != record.getLong(i)) {
        return false;
      }
    }
    return true;
  }

  private BytesStore<?, Void> chunk(int node) {
    return chunks.get((int) (starts.getLong(node) >>> Integer.SIZE));
  }

  private long offsetInChunk(int node) {
    return starts.getLong(node) & 0xFFFFFFFFL;
  }

  /** Returns the bytes of a node's record. */
  int length(int node) {
    return lengths[node];
  }

  /** Copies a node's record. */
  void copy(int node, byte[] target, int from) {
    chunk(node).read(offsetInChunk(node), target, from, lengths[node]);
  }

  /** Returns a node's type code. */
  int kind(int node) {
    return (int) chunk(node).readLong(offsetInChunk(node) + ObjectLayout.TYPE_OFFSET);
  }

  /** Returns the number of slots of a node. */
  int slotCount(int node, int kind) {
    int size = chunk(node).readInt(offsetInChunk(node) + ObjectLayout.SIZE_OFFSET);
    return lengthsOfKinds.slotCount(kind, size);
  }

  long slotOffset(int kind, int index) {
    return lengthsOfKinds.bodyOffset(kind) + (long) index * pointerWidth;
  }

  /** Returns a field of 4 bytes of a node's record. */
  int intField(int node, int offset) {
    return chunk(node).readInt(offsetInChunk(node) + offset);
  }

  /** Returns a field of 8 bytes of a node's record. */
  long longField(int node, int offset) {
    return chunk(node).readLong(offsetInChunk(node) + offset);
  }

  /** Returns the node in a slot, or 0. */
  int slot(int node, int kind, int index) {
    // The lower half of a slot of 8 bytes: there are less than 2^31 nodes.
    return chunk(node).readInt(offsetInChunk(node) + slotOffset(kind, index));
  }

  /** Puts a node, or 0, into a slot. */
  void setSlot(int node, int kind, int index, int target) {
    chunk(node).writeInt(offsetInChunk(node) + slotOffset(kind, index), target);
  }

  /** Puts a node, or 0, into a slot of the record that is being made. */
  void putSlot(int kind, int index, int target) {
    record.putInt((int) slotOffset(kind, index), target);
  }

  /** Puts an offset, or 0, into a slot of a record, as the file has it. */
  void putTarget(ByteBuffer copy, int kind, int index, long target) {
    int at = (int) slotOffset(kind, index);
    if (pointerWidth == HeaderLayout.COMPACT_WIDTH) {
      copy.putInt(at, (int) (target / HeaderLayout.ALIGNMENT));
    } else {
      copy.putLong(at, target);
    }
  }

  /** Hashes the text of a str or bytes node, as {@link StringsLayout} has it. */
  long textHash(int node, long seed) {
    BytesStore<?, Void> chunk = chunk(node);
    long at = offsetInChunk(node);
    int size = chunk.readInt(at + ObjectLayout.SIZE_OFFSET);
    boolean isBytes = kind(node) == TypeCode.BYTES;
    int number = chunk.readInt(at + StrLayout.NUMBER_OFFSET);
    int shift = isBytes ? 0 : number & StrLayout.WIDTH_MASK;
    long data = at + (isBytes ? BytesLayout.DATA_OFFSET : StrLayout.DATA_OFFSET);
    return StringsLayout.hash(size, i -> codePoint(chunk, data, shift, i), isBytes, seed);
  }

  private static int codePoint(BytesStore<?, Void> chunk, long data, int shift, int index) {
    long at = data + ((long) index << shift);
    return switch (shift) {
      case 0 -> chunk.readUnsignedByte(at);
      case 1 -> chunk.readUnsignedShort(at);
      default -> chunk.readInt(at);
    };
  }

  /** Notes that some occurrence of a string was interned. */
  void setInterned(int node) {
    flags[node] |= INTERNED;
  }

  boolean isInterned(int node) {
    return (flags[node] & INTERNED) != 0;
  }

  /** Tells whether a value that holds this node must not be shared. */
  boolean isUnmergeable(int node) {
    return (flags[node] & UNMERGEABLE) != 0;
  }

  @Override
  public void close() {
    for (BytesStore<?, Void> chunk : chunks) {
      chunk.releaseLast();
    }
    chunks.clear();
  }
}
