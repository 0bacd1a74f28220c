package org.marshalimage.jython;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.marshalimage.format.model.BytesValue;

/** The bytes objects of names: a name is the same object wherever it occurs. Not thread-safe. */
final class NameBytes {
  private final Map<String, BytesValue> byText = new HashMap<>();

  /** Returns the interned bytes object of a name, or of another text that is Latin-1. */
  BytesValue of(String text) {
    return byText.computeIfAbsent(
        text,
        key -> {
          byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
          return BytesValue.of(bytes, 0, bytes.length, true);
        });
  }
}
