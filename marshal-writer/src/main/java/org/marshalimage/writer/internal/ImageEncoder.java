package org.marshalimage.writer.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.StringsLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.internal.memory.DirectBuffers;

/** Writes the image of a content. Not thread-safe. */
final class ImageEncoder {
  private final ImageContent content;
  private final NodeTable nodes;
  private final List<ImageContent.Root> roots;

  private final Placement placement;
  private final RelocationTable relocations;

  /** Offset behind the section table, where properties start. */
  private final int sectionsEnd;

  private final int headerLength;
  private final long modulesStart;
  private final long objectsStart;

  /** The record at hand. */
  private ByteBuffer record = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * Decides where all objects lie.
   *
   * @param touched what a start touches, in its order, each once; empty if the image is not laid
   *     out by one
   */
  ImageEncoder(ImageContent content, IntArrayList touched) {
    this.content = content;
    this.nodes = content.nodes();
    this.roots = content.roots();
    int count = roots.size();
    sectionsEnd = HeaderLayout.SECTIONS_OFFSET + sectionCount() * SectionLayout.SIZE;
    headerLength = sectionsEnd + content.properties().length;
    modulesStart = headerLength + HashLayout.directoryLength(count);
    objectsStart = modulesStart + (long) count * ModuleLayout.SIZE;
    placement = place(touched);
    relocations = new RelocationTable(nodes.pointerWidth(), objectsStart, placement.end());
  }

  private int sectionCount() {
    return SectionLayout.COUNT
        + (content.recordTypes().length == 0 ? 0 : 1)
        + (content.externals().length == 0 ? 0 : 1)
        + (nodes.pointerWidth() == HeaderLayout.ADDRESS_WIDTH ? 1 : 0);
  }

  private Placement place(IntArrayList touched) {
    IntArrayList nameNodes = new IntArrayList();
    IntArrayList rootNodes = new IntArrayList();
    List<String> names = new ArrayList<>();
    for (ImageContent.Root root : roots) {
      names.add(root.name());
      nameNodes.addInt(root.nameNode());
      rootNodes.addInt(root.node());
    }
    return new Placement(
        nodes, names, nameNodes, rootNodes, content.table(), touched, objectsStart);
  }

  /** Returns where objects lie. */
  Placement placement() {
    return placement;
  }

  /**
   * Writes the image.
   *
   * @param goal what it is to be prelinked for, or null
   */
  ImageBuilder.Result write(Path target, Prelinker.@Nullable Goal goal) throws IOException {
    try (ImageFile file = ImageFile.create(target, objectsStart)) {
      ImageBuilder.Result result = write(file, target);
      if (goal != null) {
        Prelinker.apply(file, target, goal);
      }
      file.commit();
      return result;
    }
  }

  /**
   * Writes the image into a file that never takes its name.
   *
   * @param reader is given the image while that is there
   */
  <T> T writeFor(Path target, Function<MarshalImage, T> reader) throws IOException {
    try (ImageFile file = ImageFile.create(target, objectsStart)) {
      write(file, target);
      ByteBuffer buffer = file.map(target).buffer();
      try (MarshalImage image = MarshalImage.map(buffer)) {
        return reader.apply(image);
      } finally {
        DirectBuffers.unmap(buffer);
      }
    }
  }

  private ImageBuilder.Result write(ImageFile file, Path target) throws IOException {
    int count = roots.size();
    byte[] types = types();
    long stringsStart = placement.end() + types.length;
    long stringsEnd = stringsStart + StringsLayout.sectionLength(placement.interned().size());
    // Of an image that has no such section they are empty; by kind, from RECORD_TYPES on.
    byte[][] others = {content.recordTypes(), content.externals(), relocations.section()};
    long end = stringsEnd;
    for (byte[] other : others) {
      end += other.length;
    }
    if (end > Integer.MAX_VALUE) {
      throw new IOException(
          "image would be too large: length="
              + end
              + ", max="
              + Integer.MAX_VALUE
              + ", file="
              + target);
    }
    int[] segmentChecksums = new int[count];
    int[] coldChecksums = new int[count];
    CRC32C shared = new CRC32C();
    CRC32C segments = new CRC32C();
    writeObjects(file, shared, segments, segmentChecksums, coldChecksums);
    byte[] strings = strings();
    file.append(types, types.length);
    file.append(strings, strings.length);
    relocations.finish();
    for (byte[] other : others) {
      file.append(other, other.length);
    }

    ByteBuffer front = ByteBuffer.allocate((int) objectsStart).order(ByteOrder.LITTLE_ENDIAN);
    front.put(sectionsEnd, content.properties());
    putDirectory(front);
    putModules(front, segmentChecksums, coldChecksums);
    byte[] id = file.finishId(front.array(), sectionsEnd);
    putSection(
        front,
        SectionLayout.DIRECTORY,
        headerLength,
        modulesStart,
        checksum(front.array(), headerLength, (int) modulesStart));
    putSection(
        front,
        SectionLayout.MODULES,
        modulesStart,
        objectsStart,
        checksum(front.array(), (int) modulesStart, (int) objectsStart));
    putSection(front, SectionLayout.SHARED, objectsStart, placement.sharedEnd(), shared);
    putSection(front, SectionLayout.SEGMENTS, placement.sharedEnd(), placement.end(), segments);
    putSection(front, SectionLayout.TYPES, placement.end(), stringsStart, checksum(types));
    putSection(front, SectionLayout.STRINGS, stringsStart, stringsEnd, checksum(strings));
    long start = stringsEnd;
    int index = SectionLayout.COUNT;
    for (int i = 0; i < others.length; i++) {
      byte[] other = others[i];
      if (other.length > 0) {
        int kind = SectionLayout.RECORD_TYPES + i;
        putSectionAt(front, index++, kind, start, start + other.length, checksum(other));
        start += other.length;
      }
    }
    putHeader(front, end, id);
    file.putFront(front);
    return new ImageBuilder.Result(
        HexFormat.of().formatHex(id),
        end,
        placement.order().size(),
        placement.strCount(),
        placement.sharedStrCount());
  }

  private void writeObjects(
      ImageFile file, CRC32C shared, CRC32C segments, int[] checksums, int[] coldChecksums)
      throws IOException {
    CRC32C unused = new CRC32C();
    int next = writeObjects(file, 0, placement.sharedEnd(), shared, unused);
    CRC32C stretchSum = new CRC32C();
    for (Placement.Stretch stretch : placement.stretches()) {
      file.padTo(stretch.start(), segments);
      stretchSum.reset();
      if (!stretch.isCold()) {
        byte[] head = head(stretch.root());
        file.append(head, head.length);
        segments.update(head);
        stretchSum.update(head);
      }
      next = writeObjects(file, next, stretch.end(), segments, stretchSum);
      (stretch.isCold() ? coldChecksums : checksums)[stretch.root()] = (int) stretchSum.getValue();
    }
  }

  /** Writes objects from one on up to an offset; returns the next one, by its place in the file. */
  private int writeObjects(ImageFile file, int first, long end, CRC32C section, CRC32C stretch)
      throws IOException {
    IntArrayList order = placement.order();
    int i = first;
    for (; i < order.size() && placement.offset(order.getInt(i)) < end; i++) {
      int node = order.getInt(i);
      int length = nodes.length(node);
      if (length > record.capacity()) {
        record =
            ByteBuffer.allocate(Math.max(length, 2 * record.capacity()))
                .order(ByteOrder.LITTLE_ENDIAN);
      }
      nodes.copy(node, record.array(), 0);
      record.putInt(ObjectLayout.COUNT_OFFSET, ObjectLayout.PINNED | i);
      putNumberAndSlots(node);
      relocations.addHead(placement.offset(node));
      file.append(record.array(), length);
      section.update(record.array(), 0, length);
      stretch.update(record.array(), 0, length);
    }
    return i;
  }

  /** Returns the head of a root's segment. */
  private byte[] head(int root) {
    String name = roots.get(root).name();
    byte[] head = new byte[(int) SegmentLayout.headSize(name.length())];
    ByteBuffer buffer = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(SegmentLayout.ROOT_OFFSET, placement.rootOffset(root));
    buffer.putInt(SegmentLayout.INDEX_OFFSET, root);
    buffer.putInt(SegmentLayout.NAME_LENGTH_OFFSET, name.length());
    for (int i = 0; i < name.length(); i++) {
      buffer.putChar(SegmentLayout.NAME_OFFSET + i * Character.BYTES, name.charAt(i));
    }
    return head;
  }

  /** Puts into a record what was not known when it was made: its number, and where slots lead. */
  private void putNumberAndSlots(int node) {
    int kind = nodes.kind(node);
    if (kind == TypeCode.STR || kind == TypeCode.BYTES) {
      int word = record.getInt(StrLayout.NUMBER_OFFSET);
      word |= placement.number(node) << StrLayout.NUMBER_SHIFT;
      word |= nodes.isInterned(node) ? StrLayout.FLAG_INTERNED : 0;
      record.putInt(StrLayout.NUMBER_OFFSET, word);
      return;
    }
    if (kind == TypeCode.CODE) {
      record.putInt(ObjectLayout.SIZE_OFFSET, placement.number(node));
    }
    if (kind == TypeCode.RECORD) {
      int type = record.getInt(RecordLayout.RECORD_TYPE_OFFSET);
      record.putInt(RecordLayout.RECORD_TYPE_OFFSET, content.typePlaces()[type]);
    }
    if (kind == TypeCode.EXTERNAL) {
      int number = record.getInt(ObjectLayout.SIZE_OFFSET);
      record.putInt(ObjectLayout.SIZE_OFFSET, content.externalPlaces()[number]);
    }
    for (int i = 0, count = nodes.slotCount(node, kind); i < count; i++) {
      int target = nodes.slot(node, kind, i);
      nodes.putTarget(record, kind, i, target == 0 ? 0 : placement.offset(target));
      if (target != 0) {
        relocations.addSlot(placement.offset(node) + nodes.slotOffset(kind, i));
      }
    }
  }

  private byte[] types() {
    int[] objects = new int[TypeCode.LIMIT];
    IntArrayList order = placement.order();
    for (int i = 0; i < order.size(); i++) {
      objects[nodes.kind(order.getInt(i))]++;
    }
    ByteBuffer section =
        ByteBuffer.allocate(TypeCode.LIMIT * TypesLayout.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      if (objects[code] != 0) {
        section.putInt(code).putInt(objects[code]).putLong(0);
      }
    }
    return Arrays.copyOf(section.array(), section.position());
  }

  private byte[] strings() {
    IntArrayList interned = placement.interned();
    int count = interned.size();
    ByteBuffer section =
        ByteBuffer.allocate((int) StringsLayout.sectionLength(count))
            .order(ByteOrder.LITTLE_ENDIAN);
    new PerfectHash(
            count,
            StringsLayout.bucketCount(count),
            (index, seed) -> nodes.textHash(interned.getInt(index), seed))
        .put(section, 0, number -> number);
    for (int number = 0; number < count; number++) {
      long offset = placement.offset(interned.getInt(number));
      section.putInt(
          (int) StringsLayout.offsetOffset(number, count), (int) (offset / HeaderLayout.ALIGNMENT));
    }
    return section.array();
  }

  private void putDirectory(ByteBuffer front) {
    int count = roots.size();
    PerfectHash names =
        new PerfectHash(
            count, count, (index, seed) -> HashLayout.hash(roots.get(index).name(), seed));
    names.put(
        front,
        headerLength,
        index -> (int) (placement.segment(index).start() / HeaderLayout.ALIGNMENT));
    names.putChecks(front, (int) (headerLength + HashLayout.length(count, count)));
  }

  private void putModules(ByteBuffer front, int[] checksums, int[] coldChecksums) {
    for (int index = 0; index < roots.size(); index++) {
      int entry = (int) modulesStart + index * ModuleLayout.SIZE;
      ImageContent.Root root = roots.get(index);
      Placement.Stretch segment = placement.segment(index);
      Placement.Stretch cold = placement.cold(index);
      front.putLong(entry + ModuleLayout.NAME_OFFSET, placement.offset(root.nameNode()));
      front.putLong(entry + ModuleLayout.SEGMENT_OFFSET, segment.start());
      front.putLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET, segment.length());
      front.putLong(entry + ModuleLayout.SOURCE_OFFSET, root.source().source());
      front.putInt(entry + ModuleLayout.FLAGS_OFFSET, root.source().flags());
      front.putInt(entry + ModuleLayout.MAGIC_OFFSET, root.source().magicWord());
      front.putInt(entry + ModuleLayout.CHECKSUM_OFFSET, checksums[index]);
      front.putInt(entry + ModuleLayout.FIRST_CODE_OFFSET, placement.firstCode(index));
      front.putInt(entry + ModuleLayout.CODE_COUNT_OFFSET, placement.codeCount(index));
      if (cold != null) {
        front.putInt(entry + ModuleLayout.COLD_CHECKSUM_OFFSET, coldChecksums[index]);
        front.putLong(entry + ModuleLayout.COLD_OFFSET, cold.start());
        front.putLong(entry + ModuleLayout.COLD_LENGTH_OFFSET, cold.length());
      }
    }
  }

  private static CRC32C checksum(byte[] bytes) {
    return checksum(bytes, 0, bytes.length);
  }

  private static CRC32C checksum(byte[] bytes, int start, int end) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, start, end - start);
    return sum;
  }

  private static void putSection(
      ByteBuffer front, int kind, long start, long end, CRC32C checksum) {
    putSectionAt(front, kind - 1, kind, start, end, checksum);
  }

  private static void putSectionAt(
      ByteBuffer front, int index, int kind, long start, long end, CRC32C checksum) {
    int entry = HeaderLayout.SECTIONS_OFFSET + index * SectionLayout.SIZE;
    front.putInt(entry + SectionLayout.KIND_OFFSET, kind);
    front.putLong(entry + SectionLayout.START_OFFSET, start);
    front.putLong(entry + SectionLayout.LENGTH_OFFSET, end - start);
    front.putLong(entry + SectionLayout.CHECKSUM_OFFSET, checksum.getValue());
  }

  private void putHeader(ByteBuffer front, long end, byte[] id) {
    front.putLong(HeaderLayout.MAGIC_OFFSET, HeaderLayout.MAGIC);
    front.putInt(HeaderLayout.BYTE_ORDER_OFFSET, HeaderLayout.BYTE_ORDER_MARK);
    front.putInt(HeaderLayout.VERSION_OFFSET, HeaderLayout.VERSION);
    front.putInt(HeaderLayout.POINTER_WIDTH_OFFSET, nodes.pointerWidth());
    front.putInt(HeaderLayout.HEADER_LENGTH_OFFSET, headerLength);
    front.putLong(HeaderLayout.LENGTH_OFFSET, end);
    front.put(HeaderLayout.IMAGE_ID_OFFSET, id);
    front.putInt(HeaderLayout.MODULE_COUNT_OFFSET, roots.size());
    front.putInt(HeaderLayout.SECTION_COUNT_OFFSET, sectionCount());
    front.putInt(HeaderLayout.PROPERTIES_LENGTH_OFFSET, content.properties().length);
    front.putInt(HeaderLayout.STR_COUNT_OFFSET, placement.strCount());
    front.putInt(HeaderLayout.BYTES_COUNT_OFFSET, placement.bytesCount());
    front.putInt(HeaderLayout.CODE_COUNT_OFFSET, placement.codeCount());
    front.putInt(HeaderLayout.INTERNED_COUNT_OFFSET, placement.interned().size());
    front.putLong(HeaderLayout.OBJECT_COUNT_OFFSET, placement.order().size());
    front.putInt(
        HeaderLayout.SHARED_HOT_OFFSET, (int) (placement.sharedHot() / HeaderLayout.ALIGNMENT));
    long sum = HashLayout.headerChecksum(front, headerLength);
    front.putLong(HeaderLayout.CHECKSUM_OFFSET, sum);
  }
}
