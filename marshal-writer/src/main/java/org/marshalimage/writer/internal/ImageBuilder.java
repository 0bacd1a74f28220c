package org.marshalimage.writer.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.IntHashSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.StringsLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/** Collects roots and writes the image that holds them. Not thread-safe. */
public final class ImageBuilder implements AutoCloseable {
  private final NodeTable nodes = new NodeTable();
  private final GraphImporter importer = new GraphImporter(nodes);
  private final PropertyTable properties = new PropertyTable();
  private final Map<String, Root> roots = new TreeMap<>();

  /** Interned strings that keep their numbers. */
  private final IntArrayList table = new IntArrayList();

  /** The same, to find one that comes twice: the hash of their texts would never be perfect. */
  private final IntHashSet reserved = new IntHashSet();

  private record Root(int name, int value, RootSource source) {}

  /**
   * What was written.
   *
   * @param id the image id, 64 hex digits
   * @param length bytes of the file
   * @param objects number of objects
   * @param strings number of str objects
   * @param sharedStrings those of them that lie in SHARED
   */
  public record Result(String id, long length, long objects, int strings, int sharedStrings) {}

  /** Tells whether a root of this name has been added. */
  public boolean contains(String name) {
    return roots.containsKey(name);
  }

  /** Tells whether no root has been added. */
  public boolean isEmpty() {
    return roots.isEmpty();
  }

  /**
   * Adds a root.
   *
   * @throws IllegalArgumentException if a key of a dict or an item of a set cannot be hashed, or is
   *     equal to another one
   */
  public void add(String name, Value value, RootSource source) {
    PythonVersion version = version(value, source);
    int node;
    try {
      node = importer.add(value, version);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("root " + name + ": " + e.getMessage(), e);
    }
    roots.put(name, new Root(importer.add(StrValue.of(name, true)), node, source));
  }

  /**
   * Adds a record whose slots are empty until they are {@link #setSlot set}; identity is kept.
   *
   * @return its node
   * @throws IllegalArgumentException if there is another type of this name and version
   */
  public int addRecord(RecordType type, int slotCount) {
    return importer.addRecord(type, slotCount);
  }

  /** Sets a slot of a record to another node. */
  public void setSlot(int record, int slot, int node) {
    nodes.setSlot(record, TypeCode.RECORD, slot, node);
  }

  /** Makes a value stand for a node in the values that are added from now on. */
  public void stand(Value value, int node) {
    importer.putNode(value, node);
  }

  /**
   * Returns the node of a value, which is added if it was not.
   *
   * @throws IllegalArgumentException as {@link #add(String, Value, RootSource)}
   */
  public int node(Value value) {
    return importer.add(value);
  }

  /** Adds a root that has a node. */
  public void add(String name, int node) {
    roots.put(name, new Root(importer.add(StrValue.of(name, true)), node, RootSource.NONE));
  }

  /** Returns the Python of a root; the newest if the root does not say. */
  private static PythonVersion version(Value value, RootSource source) {
    if (value instanceof CodeValue code) {
      return code.version();
    }
    PythonVersion version = PythonVersion.ofMagicNumber(source.magicWord() & 0xFFFF);
    return version == null ? GraphImporter.NEWEST : version;
  }

  /**
   * Adds a property.
   *
   * @throws IllegalArgumentException as {@link PropertyTable#add}
   */
  public void addProperty(String name, String text) {
    properties.add(name, text);
  }

  /** Sets the bytes of a slot, before anything is added. */
  public void setPointerWidth(int width) {
    nodes.setPointerWidth(width);
  }

  /** Gives each code object that is added from now on bytecode of its own. */
  public void separateBytecode() {
    importer.separateBytecode();
  }

  /** Makes a value that several roots lead to one object of the image. */
  public void keepIdentity() {
    importer.keepIdentity();
  }

  /** Gives an interned string the next of the first numbers, unless it has one. */
  public boolean reserveNumber(Value string) {
    int node = importer.add(string);
    nodes.setInterned(node);
    table.addInt(node);
    return reserved.add(node);
  }

  /**
   * Writes the image.
   *
   * @param goal what it is to be prelinked for, or null
   */
  public Result write(Path target, Prelinker.@Nullable Goal goal) throws IOException {
    ImageBytes.toFile(target);
    try {
      return writeFile(target, goal);
    } catch (IOException e) {
      throw Failures.writing(target, e);
    }
  }

  private Result writeFile(Path target, Prelinker.@Nullable Goal goal) throws IOException {
    List<String> names = new ArrayList<>(roots.keySet());
    IntArrayList nameNodes = new IntArrayList();
    IntArrayList rootNodes = new IntArrayList();
    for (Root root : roots.values()) {
      nameNodes.addInt(root.name);
      rootNodes.addInt(root.value);
    }
    int count = names.size();
    byte[] propertyBytes = properties.toBytes();
    byte[] recordTypes = importer.recordTypes().toBytes();
    byte[] externals = importer.externals().toBytes();
    int sectionCount =
        SectionLayout.COUNT + (recordTypes.length == 0 ? 0 : 1) + (externals.length == 0 ? 0 : 1);
    int sectionsEnd = HeaderLayout.SECTIONS_OFFSET + sectionCount * SectionLayout.SIZE;
    int headerLength = sectionsEnd + propertyBytes.length;
    long modulesStart = headerLength + HashLayout.length(count, count);
    long objectsStart = modulesStart + (long) count * ModuleLayout.SIZE;
    Placement placement = new Placement(nodes, names, nameNodes, rootNodes, table, objectsStart);
    byte[] types = types(placement);
    long stringsStart = placement.end() + types.length;
    int interned = placement.interned().size();
    long stringsEnd = stringsStart + StringsLayout.sectionLength(interned);
    long recordTypesEnd = stringsEnd + recordTypes.length;
    long end = recordTypesEnd + externals.length;
    if (end > Integer.MAX_VALUE) {
      throw new IOException(
          "image would be too large: length="
              + end
              + ", max="
              + Integer.MAX_VALUE
              + ", file="
              + target);
    }
    try (ImageFile file = ImageFile.create(target, objectsStart)) {
      int[] segmentChecksums = new int[count];
      CRC32C shared = new CRC32C();
      CRC32C segments = new CRC32C();
      writeObjects(file, placement, names, shared, segments, segmentChecksums);
      byte[] strings = strings(placement);
      file.append(types, types.length);
      file.append(strings, strings.length);
      file.append(recordTypes, recordTypes.length);
      file.append(externals, externals.length);

      ByteBuffer front = ByteBuffer.allocate((int) objectsStart).order(ByteOrder.LITTLE_ENDIAN);
      front.put(sectionsEnd, propertyBytes);
      putDirectory(front, headerLength, names, placement);
      putModules(front, (int) modulesStart, placement, segmentChecksums);
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
      putSection(
          front,
          SectionLayout.TYPES,
          placement.end(),
          stringsStart,
          checksum(types, 0, types.length));
      putSection(
          front,
          SectionLayout.STRINGS,
          stringsStart,
          stringsEnd,
          checksum(strings, 0, strings.length));
      if (recordTypes.length > 0) {
        putSection(
            front,
            SectionLayout.RECORD_TYPES,
            stringsEnd,
            recordTypesEnd,
            checksum(recordTypes, 0, recordTypes.length));
      }
      if (externals.length > 0) {
        putSectionAt(
            front,
            sectionCount - 1,
            SectionLayout.EXTERNALS,
            recordTypesEnd,
            end,
            checksum(externals, 0, externals.length));
      }
      front.putInt(HeaderLayout.SECTION_COUNT_OFFSET, sectionCount);
      front.putInt(HeaderLayout.PROPERTIES_LENGTH_OFFSET, propertyBytes.length);
      putHeader(front, headerLength, placement, end, id);
      file.putFront(front);
      if (goal != null) {
        Prelinker.apply(file, target, goal);
      }
      file.commit();
      return new Result(
          HexFormat.of().formatHex(id),
          end,
          placement.order().size(),
          placement.strCount(),
          placement.sharedStrCount());
    }
  }

  private void writeObjects(
      ImageFile file,
      Placement placement,
      List<String> names,
      CRC32C shared,
      CRC32C segments,
      int[] checksums)
      throws IOException {
    byte[] record = new byte[1 << 12];
    ByteBuffer buffer = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    IntArrayList order = placement.order();
    CRC32C segment = new CRC32C();
    int root = -1;
    int[] typePlaces = importer.recordTypes().places();
    int[] externalPlaces = importer.externals().places();
    for (int i = 0; i < order.size(); i++) {
      int node = order.getInt(i);
      long offset = placement.offset(node);
      while (root + 1 < checksums.length
          && offset >= placement.sharedEnd()
          && offset >= placement.segmentStart(root + 1)) {
        endSegment(checksums, root++, segment);
        beginSegment(file, placement, names, root, segments, segment);
      }
      int length = nodes.length(node);
      if (length > record.length) {
        record = new byte[Math.max(length, 2 * record.length)];
        buffer = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
      }
      nodes.copy(node, record, 0);
      buffer.putInt(ObjectLayout.COUNT_OFFSET, ObjectLayout.PINNED | i);
      putNumberAndSlots(buffer, node, placement, typePlaces);
      if (nodes.kind(node) == TypeCode.EXTERNAL) {
        int number = buffer.getInt(ObjectLayout.SIZE_OFFSET);
        buffer.putInt(ObjectLayout.SIZE_OFFSET, externalPlaces[number]);
      }
      CRC32C section = offset < placement.sharedEnd() ? shared : segments;
      file.padTo(offset, section);
      file.append(record, length);
      section.update(record, 0, length);
      segment.update(record, 0, length);
    }
    while (root < checksums.length) {
      endSegment(checksums, root++, segment);
      if (root < checksums.length) {
        beginSegment(file, placement, names, root, segments, segment);
      }
    }
  }

  /** Writes the head of a root's segment. */
  private void beginSegment(
      ImageFile file,
      Placement placement,
      List<String> names,
      int root,
      CRC32C segments,
      CRC32C segment)
      throws IOException {
    String name = names.get(root);
    byte[] head = new byte[(int) SegmentLayout.headSize(name.length())];
    ByteBuffer buffer = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(SegmentLayout.ROOT_OFFSET, placement.rootOffset(root));
    buffer.putInt(SegmentLayout.INDEX_OFFSET, root);
    buffer.putInt(SegmentLayout.NAME_LENGTH_OFFSET, name.length());
    for (int i = 0; i < name.length(); i++) {
      buffer.putChar(SegmentLayout.NAME_OFFSET + i * Character.BYTES, name.charAt(i));
    }
    file.padTo(placement.segmentStart(root), segments);
    file.append(head, head.length);
    segments.update(head);
    segment.update(head);
  }

  /** Ends the segment of a root, or what comes before the first one. */
  private static void endSegment(int[] checksums, int root, CRC32C segment) {
    if (root >= 0) {
      checksums[root] = (int) segment.getValue();
    }
    segment.reset();
  }

  /** Puts into a record what was not known when it was made: its number, and where slots lead. */
  private void putNumberAndSlots(
      ByteBuffer record, int node, Placement placement, int[] typePlaces) {
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
      record.putInt(RecordLayout.RECORD_TYPE_OFFSET, typePlaces[type]);
    }
    for (int i = 0, count = nodes.slotCount(node, kind); i < count; i++) {
      int target = nodes.slot(node, kind, i);
      nodes.putTarget(record, kind, i, target == 0 ? 0 : placement.offset(target));
    }
  }

  private byte[] types(Placement placement) {
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

  private byte[] strings(Placement placement) {
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

  private static void putDirectory(
      ByteBuffer front, int headerLength, List<String> names, Placement placement) {
    int count = names.size();
    new PerfectHash(count, count, (index, seed) -> HashLayout.hash(names.get(index), seed))
        .put(
            front,
            headerLength,
            index -> (int) (placement.segmentStart(index) / HeaderLayout.ALIGNMENT));
  }

  private void putModules(ByteBuffer front, int start, Placement placement, int[] checksums) {
    int index = 0;
    for (Map.Entry<String, Root> each : roots.entrySet()) {
      int entry = start + index * ModuleLayout.SIZE;
      Root root = each.getValue();
      front.putLong(entry + ModuleLayout.NAME_OFFSET, placement.offset(root.name));
      front.putLong(entry + ModuleLayout.SEGMENT_OFFSET, placement.segmentStart(index));
      front.putLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET, placement.segmentLength(index));
      front.putLong(entry + ModuleLayout.SOURCE_OFFSET, root.source.source());
      front.putInt(entry + ModuleLayout.FLAGS_OFFSET, root.source.flags());
      front.putInt(entry + ModuleLayout.MAGIC_OFFSET, root.source.magicWord());
      front.putInt(entry + ModuleLayout.CHECKSUM_OFFSET, checksums[index]);
      front.putInt(entry + ModuleLayout.FIRST_CODE_OFFSET, placement.firstCode(index));
      front.putInt(entry + ModuleLayout.CODE_COUNT_OFFSET, placement.codeCount(index));
      index++;
    }
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

  private void putHeader(
      ByteBuffer front, int headerLength, Placement placement, long end, byte[] id) {
    front.putLong(HeaderLayout.MAGIC_OFFSET, HeaderLayout.MAGIC);
    front.putInt(HeaderLayout.BYTE_ORDER_OFFSET, HeaderLayout.BYTE_ORDER_MARK);
    front.putInt(HeaderLayout.VERSION_OFFSET, HeaderLayout.VERSION);
    front.putInt(HeaderLayout.POINTER_WIDTH_OFFSET, nodes.pointerWidth());
    front.putInt(HeaderLayout.HEADER_LENGTH_OFFSET, headerLength);
    front.putLong(HeaderLayout.LENGTH_OFFSET, end);
    front.put(HeaderLayout.IMAGE_ID_OFFSET, id);
    front.putInt(HeaderLayout.MODULE_COUNT_OFFSET, roots.size());
    front.putInt(HeaderLayout.STR_COUNT_OFFSET, placement.strCount());
    front.putInt(HeaderLayout.BYTES_COUNT_OFFSET, placement.bytesCount());
    front.putInt(HeaderLayout.CODE_COUNT_OFFSET, placement.codeCount());
    front.putInt(HeaderLayout.INTERNED_COUNT_OFFSET, placement.interned().size());
    front.putLong(HeaderLayout.OBJECT_COUNT_OFFSET, placement.order().size());
    long sum = HashLayout.headerChecksum(front, headerLength);
    front.putLong(HeaderLayout.CHECKSUM_OFFSET, sum);
  }

  @Override
  public void close() {
    nodes.close();
  }
}
