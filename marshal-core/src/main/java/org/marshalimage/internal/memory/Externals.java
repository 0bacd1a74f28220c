package org.marshalimage.internal.memory;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.ExternalsLayout;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.ObjectLayout;

/**
 * The EXTERNALS section of an image: names of what the running interpreter has, by number, and what
 * that has given for them. A name is read and checked when it is asked for. Safe for use by many
 * threads.
 */
public final class Externals {
  private final ImageBytes image;
  private final long start;
  private final long end;
  private final int count;
  private final @Nullable Function<String, ?> resolver;

  /** What the resolver has given; made when it is first asked. */
  private volatile @Nullable AtomicReferenceArray<Object> resolved;

  /**
   * Reads the head of the section.
   *
   * @param image whose section lies in it
   * @param start offset of the section; 0 if there is none
   * @param length bytes of the section
   * @param resolver from names to the interpreter's objects; null if there is none
   * @throws org.marshalimage.format.CorruptImageException if it breaks the format
   */
  Externals(ImageBytes image, long start, long length, @Nullable Function<String, ?> resolver) {
    this.image = image;
    this.start = start;
    this.end = start + length;
    this.resolver = resolver;
    this.count = start == 0 ? 0 : count(length);
  }

  private int count(long length) {
    int found =
        length < ExternalsLayout.ENDS_OFFSET
            ? 0
            : image.getInt(start + ExternalsLayout.COUNT_OFFSET);
    if (found < 1 || ExternalsLayout.textOffset(found) > length) {
      throw Failures.corrupt(
          image, "number of externals is absurd: found=" + Integer.toUnsignedString(found), start);
    }
    return found;
  }

  /** Returns the number of names; 0 if the image has no externals. */
  public int count() {
    return count;
  }

  /** Returns what the image says of the names; 0 if there are none. */
  public long fingerprint() {
    return count == 0 ? 0 : image.getLong(start + ExternalsLayout.FINGERPRINT_OFFSET);
  }

  /**
   * Returns the number of an external.
   *
   * @param external offset of an object whose head lies in the image
   * @throws org.marshalimage.format.CorruptImageException if the image has no such name
   */
  public int numberOf(long external) {
    int number = image.getInt(external + ObjectLayout.SIZE_OFFSET);
    if (number < 0 || number >= count) {
      throw Failures.corrupt(
          image,
          "unknown external: expected below "
              + count
              + ", found="
              + Integer.toUnsignedString(number),
          external + ObjectLayout.SIZE_OFFSET);
    }
    return number;
  }

  private long endAt(int number) {
    return start + ExternalsLayout.ENDS_OFFSET + (long) number * Integer.BYTES;
  }

  private byte[] text(int number) {
    long text = start + ExternalsLayout.textOffset(count);
    int from = number == 0 ? 0 : image.getInt(endAt(number - 1));
    int to = image.getInt(endAt(number));
    if (from < 0 || to <= from || to > end - text) {
      throw Failures.corrupt(
          image,
          "bad end of the name of an external: from="
              + Integer.toUnsignedString(from)
              + ", found="
              + Integer.toUnsignedString(to),
          endAt(number));
    }
    byte[] name = new byte[to - from];
    image.getBytes(text + from, name, 0, name.length);
    return name;
  }

  /**
   * Returns a name.
   *
   * @param number 0 to {@code count() - 1}
   * @throws org.marshalimage.format.CorruptImageException if it breaks the format
   */
  public String name(int number) {
    if (number < 0 || number >= count) {
      throw Failures.index(number, count);
    }
    return decode(text(number), number);
  }

  private String decode(byte[] name, int number) {
    return SectionText.decode(image, name, "name of an external", endAt(number));
  }

  /**
   * Checks the whole section.
   *
   * @throws org.marshalimage.format.CorruptImageException if it breaks the format
   */
  public void check() {
    if (count == 0) {
      return;
    }
    long reserved = start + ExternalsLayout.RESERVED_OFFSET;
    if (image.getInt(reserved) != 0) {
      throw Failures.field(image, "reserved field", 0, image.getInt(reserved), reserved);
    }
    long sum = 0;
    byte[] previous = {};
    for (int i = 0; i < count; i++) {
      byte[] name = text(i);
      if (Arrays.compareUnsigned(previous, name) >= 0) {
        throw Failures.corrupt(image, "names of externals are not in order", endAt(i));
      }
      sum = HashLayout.foldChecksum(sum, HashLayout.hash(decode(name, i), 0));
      previous = name;
    }
    if (sum != fingerprint()) {
      throw Failures.corrupt(
          image,
          "fingerprint of the externals: expected=0x"
              + Long.toHexString(sum)
              + ", found=0x"
              + Long.toHexString(fingerprint()),
          start + ExternalsLayout.FINGERPRINT_OFFSET);
    }
    long at = start + ExternalsLayout.textOffset(count) + image.getInt(endAt(count - 1));
    SectionText.checkEnd(image, start, at, end, "name of an external", "externals");
  }

  /**
   * Returns what the interpreter has for a name. Of two threads that ask for it at once, both may
   * ask the resolver; they get one object.
   *
   * @param number 0 to {@code count() - 1}
   * @return the same each time; null if it has nothing
   * @throws IllegalStateException if there is no resolver
   */
  public @Nullable Object resolve(int number) {
    Function<String, ?> asked = resolver;
    if (asked == null) {
      throw Failures.noResolver(image);
    }
    AtomicReferenceArray<Object> objects = resolved();
    Object known = objects.get(number);
    if (known != null) {
      return known;
    }
    // Not under a lock: the interpreter may have locks of its own.
    Object found = asked.apply(name(number));
    if (found == null || objects.compareAndSet(number, null, found)) {
      return found;
    }
    return objects.get(number);
  }

  private AtomicReferenceArray<Object> resolved() {
    AtomicReferenceArray<Object> made = resolved;
    return made != null ? made : makeResolved();
  }

  private synchronized AtomicReferenceArray<Object> makeResolved() {
    AtomicReferenceArray<Object> made = resolved;
    if (made == null) {
      made = new AtomicReferenceArray<>(count);
      resolved = made;
    }
    return made;
  }

  /**
   * Asks the resolver for all names.
   *
   * @throws IllegalArgumentException if it lacks some; the message names them all
   */
  public void resolveAll() {
    StringBuilder missing = new StringBuilder();
    for (int i = 0; i < count; i++) {
      if (resolve(i) == null) {
        missing.append(missing.length() == 0 ? "" : ", ").append(name(i));
      }
    }
    if (missing.length() > 0) {
      throw new IllegalArgumentException(
          "interpreter lacks externals: " + missing + ", file=" + image.file());
    }
  }
}
