package org.marshalimage.writer.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.RecordTypesLayout;
import org.marshalimage.format.model.RecordType;

/**
 * Collects the types of records of an image. A type has a number from when it is first met; which
 * place it has in the file is known only once all are. Not thread-safe.
 */
final class RecordTypeTable {
  private static final Comparator<RecordType> ORDER =
      Comparator.comparing(RecordTypeTable::utf8, Arrays::compareUnsigned)
          .thenComparingInt(RecordType::version);

  /** Of each type by name and version, as which the file knows it, its number. */
  private final Map<Key, Known> known = new HashMap<>();

  /** Those of them that only the graph at hand has. */
  private final Map<Key, Known> added = new HashMap<>();

  /** What was asked for last: records of one type come together. */
  private @Nullable Known last;

  private int count;

  private record Key(String name, int version) {}

  private record Known(RecordType type, int number) {}

  /** Starts on a graph; what the last one has added and was not {@link #keep kept} is forgotten. */
  void begin() {
    added.clear();
    last = null;
  }

  /** Keeps what the graph at hand has added. */
  void keep() {
    if (!added.isEmpty()) {
      known.putAll(added);
      added.clear();
    }
  }

  /**
   * Returns the number of a type.
   *
   * @throws IllegalArgumentException if there is another type of this name and version, or if there
   *     are too many
   */
  int number(RecordType type) {
    if (last == null || last.type != type) {
      last = find(type);
    }
    return last.number;
  }

  private Known find(RecordType type) {
    Key key = new Key(type.name(), type.version());
    Known found = known.get(key);
    if (found == null) {
      found = added.get(key);
    }
    if (found == null) {
      if (known.size() + added.size() == RecordTypesLayout.MAX_TYPES) {
        throw new IllegalArgumentException(
            "too many types of records: max=" + RecordTypesLayout.MAX_TYPES);
      }
      found = new Known(type, count++);
      added.put(key, found);
    } else if (!found.type.equals(type)) {
      throw new IllegalArgumentException(
          "two types of records of one name and version: "
              + shape(found.type)
              + " and "
              + shape(type));
    }
    return found;
  }

  private static String shape(RecordType type) {
    return type
        + " (fixed slots="
        + type.fixedSlots()
        + ", repeated="
        + type.repeatedSlots()
        + ", bytes="
        + type.hasBytes()
        + ")";
  }

  private List<Known> inOrder() {
    return known.values().stream()
        .sorted((one, other) -> ORDER.compare(one.type, other.type))
        .toList();
  }

  /** Returns, by its number, the place of each type in the file. */
  int[] places() {
    int[] places = new int[count];
    int place = 0;
    for (Known each : inOrder()) {
      places[each.number] = place++;
    }
    return places;
  }

  /** Returns the section; nothing if there are no types. */
  byte[] toBytes() {
    List<Known> types = inOrder();
    if (types.isEmpty()) {
      return new byte[0];
    }
    long end = RecordTypesLayout.entry(types.size());
    for (Known each : types) {
      end += utf8(each.type).length;
    }
    if (ObjectLayout.align(end) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("types of records are too long: bytes=" + end);
    }
    ByteBuffer section =
        ByteBuffer.allocate((int) ObjectLayout.align(end)).order(ByteOrder.LITTLE_ENDIAN);
    section.putInt(RecordTypesLayout.COUNT_START, types.size());
    int at = (int) RecordTypesLayout.entry(types.size());
    for (int i = 0; i < types.size(); i++) {
      RecordType type = types.get(i).type;
      int entry = (int) RecordTypesLayout.entry(i);
      byte[] name = utf8(type);
      section.putInt(entry + RecordTypesLayout.NAME_LENGTH_OFFSET, name.length);
      section.putInt(entry + RecordTypesLayout.VERSION_OFFSET, type.version());
      section.putInt(entry + RecordTypesLayout.FIXED_SLOTS_OFFSET, type.fixedSlots());
      section.putInt(entry + RecordTypesLayout.REPEATED_SLOTS_OFFSET, type.repeatedSlots());
      section.putInt(
          entry + RecordTypesLayout.FLAGS_OFFSET,
          type.hasBytes() ? RecordTypesLayout.FLAG_BYTES : 0);
      section.put(at, name);
      at += name.length;
    }
    return section.array();
  }

  private static byte[] utf8(RecordType type) {
    return type.name().getBytes(StandardCharsets.UTF_8);
  }
}
