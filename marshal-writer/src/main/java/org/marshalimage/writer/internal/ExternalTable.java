package org.marshalimage.writer.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.marshalimage.format.ExternalsLayout;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.ObjectLayout;

/**
 * Collects the names of the externals of an image. A name has a number from when it is first met;
 * which place it has in the file is known only once all are. Not thread-safe.
 */
final class ExternalTable {
  private final Map<String, Integer> known = new HashMap<>();

  /** Those of them that only the graph at hand has. */
  private final Map<String, Integer> added = new HashMap<>();

  private int count;

  /** Starts on a graph; what the last one has added and was not {@link #keep kept} is forgotten. */
  void begin() {
    added.clear();
  }

  /** Keeps what the graph at hand has added. */
  void keep() {
    known.putAll(added);
    added.clear();
  }

  /** Returns the number of a name. */
  int number(String name) {
    Integer found = known.get(name);
    return found != null ? found : added.computeIfAbsent(name, key -> count++);
  }

  private List<String> inOrder() {
    return known.keySet().stream()
        .sorted(Comparator.comparing(ExternalTable::utf8, Arrays::compareUnsigned))
        .toList();
  }

  /** Returns, by its number, the place of each name in the file. */
  int[] places() {
    int[] places = new int[count];
    int place = 0;
    for (String name : inOrder()) {
      places[known.get(name)] = place++;
    }
    return places;
  }

  /** Returns the section; nothing if there are no names. */
  byte[] toBytes() {
    List<String> names = inOrder();
    if (names.isEmpty()) {
      return new byte[0];
    }
    long text = ExternalsLayout.textOffset(names.size());
    long end = text;
    for (String name : names) {
      end += utf8(name).length;
    }
    if (ObjectLayout.align(end) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("names of externals are too long: bytes=" + end);
    }
    ByteBuffer section =
        ByteBuffer.allocate((int) ObjectLayout.align(end)).order(ByteOrder.LITTLE_ENDIAN);
    section.putInt(ExternalsLayout.COUNT_OFFSET, names.size());
    section.position((int) text);
    long fingerprint = 0;
    for (int i = 0; i < names.size(); i++) {
      section.put(utf8(names.get(i)));
      section.putInt(
          ExternalsLayout.ENDS_OFFSET + i * Integer.BYTES, section.position() - (int) text);
      fingerprint = HashLayout.foldChecksum(fingerprint, HashLayout.hash(names.get(i), 0));
    }
    section.putLong(ExternalsLayout.FINGERPRINT_OFFSET, fingerprint);
    return section.array();
  }

  private static byte[] utf8(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }
}
