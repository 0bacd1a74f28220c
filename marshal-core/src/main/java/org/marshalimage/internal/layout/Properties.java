package org.marshalimage.internal.layout;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.PropertiesLayout;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.SectionText;

/** Reads the properties of an image, which the header's checksum covers. */
public final class Properties {
  private final ImageBytes image;
  private final long end;
  private long at;

  private Properties(ImageBytes image, long start, long length) {
    this.image = image;
    this.at = start;
    this.end = start + length;
  }

  /**
   * Reads all properties.
   *
   * @param image whose header has been checked
   * @return names with their texts, in the order of the file; cannot be changed
   * @throws org.marshalimage.format.CorruptImageException if they break the format
   */
  public static Map<String, String> read(ImageBytes image) {
    long length = image.getInt(HeaderLayout.PROPERTIES_LENGTH_OFFSET);
    if (length == 0) {
      return Map.of();
    }
    long start = image.getInt(HeaderLayout.HEADER_LENGTH_OFFSET) - length;
    return new Properties(image, start, length).readAll();
  }

  private Map<String, String> readAll() {
    long start = at;
    int count = length(at + PropertiesLayout.COUNT_OFFSET);
    if (count == 0) {
      throw Failures.corrupt(image, "properties without any", at);
    }
    at += PropertiesLayout.ENTRIES_OFFSET;
    Map<String, String> texts = new LinkedHashMap<>();
    byte[] previous = {};
    for (int i = 0; i < count; i++) {
      long entry = at;
      int nameLength = length(entry + PropertiesLayout.NAME_LENGTH_OFFSET);
      int textLength = length(entry + PropertiesLayout.TEXT_LENGTH_OFFSET);
      at = entry + PropertiesLayout.NAME_OFFSET;
      byte[] name = bytes(nameLength);
      // Also what keeps a name from standing twice, and from being empty.
      if (Arrays.compareUnsigned(previous, name) >= 0) {
        throw Failures.corrupt(image, "names of properties are not in order", entry);
      }
      previous = name;
      texts.put(
          SectionText.decode(image, name, "property", entry),
          SectionText.decode(image, bytes(textLength), "property", entry));
    }
    SectionText.checkEnd(image, start, at, end, "property", "properties");
    return Collections.unmodifiableMap(texts);
  }

  /** Reads a number that is a length, or is not greater than one. */
  private int length(long offset) {
    if (end - offset < Integer.BYTES) {
      throw truncated(offset);
    }
    int length = image.getInt(offset);
    if (length < 0 || length > end - offset) {
      throw truncated(offset);
    }
    return length;
  }

  private byte[] bytes(int length) {
    if (length > end - at) {
      throw truncated(at);
    }
    byte[] bytes = new byte[length];
    image.getBytes(at, bytes, 0, length);
    at += length;
    return bytes;
  }

  private RuntimeException truncated(long offset) {
    return Failures.corrupt(
        image, "properties are truncated: end=0x" + Long.toHexString(end), offset);
  }
}
