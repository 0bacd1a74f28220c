package org.marshalimage.writer.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.RecordTypesLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.layout.ObjectLengths;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordTypes;

/**
 * Takes an image apart again, into what it was made of: objects as they are, none merged or copied,
 * and interned strings with the numbers that they have. Of a sound image; another one is an error,
 * or gives one that is no better. Not thread-safe.
 */
final class ImageLoader {
  private final ImageBytes image;
  private final ImageHeader header;
  private final ObjectLengths lengths;
  private final NodeTable nodes;

  /** Where each object starts, by its number. */
  private long[] offsets = {};

  /** By their numbers, the nodes of interned strings. */
  private final int[] interned;

  /**
   * Makes a loader.
   *
   * @param nodes gets the objects, by their numbers from 1 on; empty
   */
  ImageLoader(ImageBytes image, ImageHeader header, NodeTable nodes) {
    this.image = image;
    this.header = header;
    this.lengths = ObjectLengths.of(image.pointerWidth());
    this.nodes = nodes;
    this.interned = new int[header.internedCount()];
    nodes.setPointerWidth(image.pointerWidth());
  }

  /** Reads the whole image. */
  ImageContent load() {
    findObjects();
    for (int i = 0; i < offsets.length; i++) {
      load(offsets[i], i + 1);
    }
    markUnmergeable();
    IntArrayList table = new IntArrayList();
    for (int number = 0; number < interned.length; number++) {
      if (interned[number] == 0) {
        throw Failures.corrupt(
            image, "no string has an interned number: " + number, image.objectsStart());
      }
      table.addInt(interned[number]);
    }
    List<ImageContent.Root> roots = new ArrayList<>();
    for (int i = 0; i < header.moduleCount(); i++) {
      roots.add(root(entry(i)));
    }
    RecordTypes types = image.state().recordTypes();
    byte[] recordTypes = section(SectionLayout.RECORD_TYPES);
    for (int i = 0; i < types.count(); i++) {
      int handle = (int) RecordTypesLayout.entry(i) + RecordTypesLayout.HANDLE_OFFSET;
      Arrays.fill(recordTypes, handle, handle + Long.BYTES, (byte) 0);
    }
    int properties = image.getInt(HeaderLayout.PROPERTIES_LENGTH_OFFSET);
    long headerEnd = image.getInt(HeaderLayout.HEADER_LENGTH_OFFSET);
    return new ImageContent(
        nodes,
        roots,
        table,
        bytes(headerEnd - properties, properties),
        recordTypes,
        upTo(types.count()),
        section(SectionLayout.EXTERNALS),
        upTo(image.state().externals().count()));
  }

  /**
   * Returns the node of an object that has been loaded.
   *
   * @return 0 if none starts at the offset
   */
  int node(long offset) {
    int index = Arrays.binarySearch(offsets, offset);
    return index < 0 ? 0 : index + 1;
  }

  private long entry(int module) {
    return header.sectionStart(SectionLayout.MODULES) + (long) module * ModuleLayout.SIZE;
  }

  private byte[] section(int kind) {
    return bytes(header.sectionStart(kind), header.sectionLength(kind));
  }

  private byte[] bytes(long start, long length) {
    image.checkRange(start, length);
    byte[] bytes = new byte[(int) length];
    image.getBytes(start, bytes, 0, bytes.length);
    return bytes;
  }

  private static int[] upTo(int count) {
    int[] numbers = new int[count];
    Arrays.setAll(numbers, i -> i);
    return numbers;
  }

  /** Finds the objects in the order of the file, which is that of their numbers. */
  private void findObjects() {
    long[][] ranges = new long[2 * header.moduleCount()][];
    for (int i = 0; i < header.moduleCount(); i++) {
      long entry = entry(i);
      long whole = header.checkSegment(entry);
      long start = image.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
      long length = image.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
      long cold = image.getLong(entry + ModuleLayout.COLD_OFFSET);
      ranges[2 * i] = new long[] {header.segmentObjects(entry), start + length};
      ranges[2 * i + 1] = new long[] {cold, cold + whole - length};
    }
    Arrays.sort(ranges, (one, other) -> Long.compare(one[0], other[0]));
    LongArrayList found = new LongArrayList();
    long end = image.objectsStart();
    find(end, header.sharedEnd(), found);
    for (long[] range : ranges) {
      if (range[0] < range[1]) {
        if (range[0] < end) {
          throw Failures.corrupt(image, "segments overlap", range[0]);
        }
        find(range[0], range[1], found);
        end = range[1];
      }
    }
    offsets = found.toLongArray();
  }

  private void find(long start, long end, LongArrayList found) {
    for (long at = start; at < end; at += length(at, ObjectChecks.kind(image, at), end)) {
      found.addLong(at);
    }
  }

  private long length(long at, int kind, long end) {
    long shape = 0;
    if (kind == TypeCode.RECORD) {
      shape = (long) ObjectChecks.recordSlots(image, at) << ObjectChecks.SHAPE_LENGTH_SHIFT;
    } else if (lengths.isSized(kind)) {
      shape = ObjectChecks.shape(image, at, kind, lengths);
    }
    int size = (int) (shape >>> ObjectChecks.SHAPE_LENGTH_SHIFT);
    long length = lengths.length(kind, size, (int) shape);
    if (length > end - at) {
      throw Failures.corrupt(image, "object is cut by the end of its segment", at);
    }
    return length;
  }

  private void load(long at, int node) {
    int kind = ObjectChecks.kind(image, at);
    int length = (int) length(at, kind, image.objectsEnd());
    ByteBuffer record = nodes.beginRecord(Kind.of(kind), length);
    image.getBytes(at, record.array(), 0, length);
    record.putLong(ObjectLayout.TYPE_OFFSET, kind);
    int number = 0;
    boolean isInterned = false;
    if (kind == TypeCode.STR || kind == TypeCode.BYTES) {
      int word = record.getInt(StrLayout.NUMBER_OFFSET);
      isInterned = (word & StrLayout.FLAG_INTERNED) != 0;
      number = word >>> StrLayout.NUMBER_SHIFT;
      int flags = word & (1 << StrLayout.NUMBER_SHIFT) - 1;
      record.putInt(StrLayout.NUMBER_OFFSET, flags & ~StrLayout.FLAG_INTERNED);
    }
    int slots = lengths.slotCount(kind, record.getInt(ObjectLayout.SIZE_OFFSET));
    int first = lengths.bodyOffset(kind);
    Arrays.fill(record.array(), first, first + slots * image.pointerWidth(), (byte) 0);
    for (int i = 0; i < slots; i++) {
      nodes.putSlot(kind, i, target(image.slotOffset(at + first, i)));
    }
    nodes.add();
    if (isInterned) {
      if (number >= interned.length || interned[number] != 0) {
        throw Failures.corrupt(image, "bad number of an interned string: " + number, at);
      }
      nodes.setInterned(node);
      interned[number] = node;
    }
  }

  /** Returns the node that a slot leads to; 0 if it is empty. */
  private int target(long slot) {
    return image.isEmptySlot(slot) ? 0 : numbered(image.getSlot(slot), slot);
  }

  private int numbered(long target, long field) {
    boolean isInside =
        target >= image.objectsStart() && target <= image.objectsEnd() - ObjectLayout.HEAD_SIZE;
    int number =
        isInside ? image.getInt(target + ObjectLayout.COUNT_OFFSET) & ~ObjectLayout.PINNED : -1;
    if (number < 0 || number >= offsets.length || offsets[number] != target) {
      throw Failures.slot(image, target, field);
    }
    return number + 1;
  }

  private ImageContent.Root root(long entry) {
    long segment = image.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
    char[] name = new char[image.getInt(segment + SegmentLayout.NAME_LENGTH_OFFSET)];
    for (int i = 0; i < name.length; i++) {
      name[i] = (char) image.getShort(segment + SegmentLayout.NAME_OFFSET + 2L * i);
    }
    long nameField = entry + ModuleLayout.NAME_OFFSET;
    long rootField = segment + SegmentLayout.ROOT_OFFSET;
    return new ImageContent.Root(
        new String(name),
        numbered(image.getLong(nameField), nameField),
        numbered(image.getLong(rootField), rootField),
        new RootSource(
            image.getInt(entry + ModuleLayout.FLAGS_OFFSET),
            image.getInt(entry + ModuleLayout.MAGIC_OFFSET),
            image.getLong(entry + ModuleLayout.SOURCE_OFFSET)));
  }

  /** Marks what is never merged, and what holds it, as it was when the image was made. */
  private void markUnmergeable() {
    int limit = nodes.limit();
    // Of each node, where those that hold it stand in one list.
    int[] starts = new int[limit + 1];
    BitSet marked = new BitSet(limit);
    IntArrayList pending = new IntArrayList();
    for (int node = 1; node < limit; node++) {
      int kind = nodes.kind(node);
      if (isUnmergeable(node, kind)) {
        marked.set(node);
        pending.addInt(node);
      }
      for (int i = 0, count = nodes.slotCount(node, kind); i < count; i++) {
        starts[nodes.slot(node, kind, i)]++;
      }
    }
    for (int node = 1; node <= limit; node++) {
      starts[node] += starts[node - 1];
    }
    int[] holders = new int[starts[limit]];
    for (int node = 1; node < limit; node++) {
      int kind = nodes.kind(node);
      for (int i = 0, count = nodes.slotCount(node, kind); i < count; i++) {
        holders[--starts[nodes.slot(node, kind, i)]] = node;
      }
    }
    while (!pending.isEmpty()) {
      int node = pending.popInt();
      nodes.setUnmergeable(node);
      for (int i = starts[node]; i < starts[node + 1]; i++) {
        if (!marked.get(holders[i])) {
          marked.set(holders[i]);
          pending.addInt(holders[i]);
        }
      }
    }
  }

  private boolean isUnmergeable(int node, int kind) {
    return Kind.of(kind).hasSlots() && !Kind.of(kind).isMerged()
        || kind == TypeCode.FLOAT && isNan(node, ObjectLayout.VALUE_OFFSET)
        || kind == TypeCode.COMPLEX
            && (isNan(node, ObjectLayout.VALUE_OFFSET)
                || isNan(node, ObjectLayout.IMAGINARY_OFFSET));
  }

  private boolean isNan(int node, int field) {
    return Double.isNaN(Double.longBitsToDouble(nodes.longField(node, field)));
  }
}
