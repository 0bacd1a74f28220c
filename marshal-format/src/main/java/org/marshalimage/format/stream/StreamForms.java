package org.marshalimage.format.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a stream spells its objects, beyond what the objects are: the type code of each in the order
 * of the stream, its flag and references included, and the text of floats that are text. With it
 * {@link MarshalEncoder} writes the very bytes again. Immutable.
 */
public final class StreamForms {
  private final byte[] codes;
  private final List<String> texts;
  private final boolean isExact;

  private StreamForms(byte[] codes, List<String> texts, boolean isExact) {
    this.codes = codes;
    this.texts = texts;
    this.isExact = isExact;
  }

  /**
   * Tells whether the graph has all that the stream had. It has not if the stream lists a key or a
   * set's item twice, or a key without a value: then the bytes cannot be written again.
   *
   * @return whether it has
   */
  public boolean isExact() {
    return isExact;
  }

  /**
   * Returns the number of type codes.
   *
   * @return objects, references and ends of dicts
   */
  public int count() {
    return codes.length;
  }

  int codeAt(int index) {
    return codes[index] & 0xFF;
  }

  String textAt(int index) {
    return texts.get(index);
  }

  int textCount() {
    return texts.size();
  }

  /** Collects the forms of one stream. */
  static final class Recorder {
    private byte[] codes = new byte[256];
    private int count;
    private final List<String> texts = new ArrayList<>();
    private boolean isExact = true;

    void code(int code) {
      if (count == codes.length) {
        codes = Arrays.copyOf(codes, 2 * count);
      }
      codes[count++] = (byte) code;
    }

    void text(String text) {
      texts.add(text);
    }

    void dropped() {
      isExact = false;
    }

    StreamForms finish() {
      return new StreamForms(Arrays.copyOf(codes, count), List.copyOf(texts), isExact);
    }
  }
}
