package org.marshalimage.jmh;

import java.util.Arrays;
import org.marshalimage.MarshalImage;

/** The objects of an image that a walk has seen. */
final class SeenObjects {
  /** A bit for each multiple of 8 in the image. */
  private final long[] seen;

  private long[] offsets = new long[1 << 10];
  private int count;

  SeenObjects(MarshalImage image) {
    seen = new long[(int) ((image.info().length() >>> 9) + 1)];
  }

  /** Adds an object, and tells whether it is new. */
  boolean add(long offset) {
    int word = (int) (offset >>> 9);
    long bit = 1L << (offset >>> 3);
    if ((seen[word] & bit) != 0) {
      return false;
    }
    seen[word] |= bit;
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * count);
    }
    offsets[count++] = offset;
    return true;
  }

  int count() {
    return count;
  }

  /** Forgets what was seen, in time proportional to that and not to the image. */
  void clear() {
    for (int i = 0; i < count; i++) {
      seen[(int) (offsets[i] >>> 9)] = 0;
    }
    count = 0;
  }
}
