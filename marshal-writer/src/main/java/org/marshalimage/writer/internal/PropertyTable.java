package org.marshalimage.writer.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PropertiesLayout;

/** Collects the properties of an image. Not thread-safe. */
final class PropertyTable {
  /** Texts by name, both in UTF-8, in the order of the file. */
  private final Map<byte[], byte[]> texts = new TreeMap<>(Arrays::compareUnsigned);

  private long end = PropertiesLayout.ENTRIES_OFFSET;

  /**
   * Adds a property.
   *
   * @throws IllegalArgumentException if the name is empty or has been added, if a surrogate stands
   *     alone, or if all properties are longer than an image may have them
   */
  void add(String name, String text) {
    byte[] key = utf8(name);
    byte[] value = utf8(text);
    if (key.length == 0) {
      throw new IllegalArgumentException("name of a property is empty");
    }
    if (texts.containsKey(key)) {
      throw new IllegalArgumentException("property is set twice: " + name);
    }
    long length = end + PropertiesLayout.NAME_OFFSET + key.length + value.length;
    if (ObjectLayout.align(length) > PropertiesLayout.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "properties are too long: name="
              + name
              + ", bytes="
              + length
              + ", max="
              + PropertiesLayout.MAX_LENGTH);
    }
    texts.put(key, value);
    end = length;
  }

  /** Returns what stands behind the section table: nothing if there is no property. */
  byte[] toBytes() {
    if (texts.isEmpty()) {
      return new byte[0];
    }
    ByteBuffer bytes =
        ByteBuffer.allocate((int) ObjectLayout.align(end)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(texts.size());
    texts.forEach(
        (name, text) -> bytes.putInt(name.length).putInt(text.length).put(name).put(text));
    return bytes.array();
  }

  private static byte[] utf8(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      return Arrays.copyOf(bytes.array(), bytes.limit());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("property has a surrogate that stands alone", e);
    }
  }
}
