package org.marshalimage.writer.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.IntHashSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
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
   * @param start returns the offsets of what a start touches, in its order, of an image without
   *     such a layout; null if it is to have none
   */
  public Result write(
      Path target, Prelinker.@Nullable Goal goal, @Nullable Function<MarshalImage, long[]> start)
      throws IOException {
    ImageBytes.toFile(target);
    try {
      return writeFile(target, goal, start);
    } catch (IOException e) {
      throw Failures.writing(target, e);
    }
  }

  private Result writeFile(
      Path target, Prelinker.@Nullable Goal goal, @Nullable Function<MarshalImage, long[]> start)
      throws IOException {
    ImageContent content = content();
    ImageEncoder plain = new ImageEncoder(content, new IntArrayList());
    if (start == null) {
      return plain.write(target, goal);
    }
    Placement placement = plain.placement();
    long[] offsets = placement.order().stream().mapToLong(placement::offset).toArray();
    IntArrayList touched = new IntArrayList();
    for (long offset : plain.writeFor(target, start)) {
      int place = Arrays.binarySearch(offsets, offset);
      if (place < 0) {
        throw HotNodes.noObject(offset);
      }
      touched.addInt(placement.order().getInt(place));
    }
    // Laid out in another order, it has the same numbers.
    ImageContent numbered = content.withTable(placement.interned());
    return new ImageEncoder(numbered, HotNodes.of(numbered, touched)).write(target, goal);
  }

  /** Returns what has been collected. */
  private ImageContent content() {
    List<ImageContent.Root> content = new ArrayList<>();
    roots.forEach(
        (name, root) ->
            content.add(new ImageContent.Root(name, root.name, root.value, root.source)));
    return new ImageContent(
        nodes,
        content,
        table,
        properties.toBytes(),
        importer.recordTypes().toBytes(),
        importer.recordTypes().places(),
        importer.externals().toBytes(),
        importer.externals().places());
  }

  @Override
  public void close() {
    nodes.close();
  }
}
