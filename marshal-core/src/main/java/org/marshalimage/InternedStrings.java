package org.marshalimage;

import java.util.Objects;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.StringsLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/** The interned strings of an image by text and by number. Immutable. */
final class InternedStrings {
  private final ImageBytes bytes;
  private final int count;
  private final long section;
  private final long seed;

  InternedStrings(ImageBytes bytes, ImageHeader header) {
    this.bytes = bytes;
    this.count = header.internedCount();
    this.section = header.sectionStart(SectionLayout.STRINGS);
    header.checkLength(SectionLayout.STRINGS, StringsLayout.sectionLength(count));
    this.seed = bytes.getLong(section + HashLayout.SEED_OFFSET);
  }

  StrView at(int number) {
    if (number < 0 || number >= count) {
      throw Failures.index(number, count);
    }
    return StrView.nameAt(bytes, offset(number), "interned string", fieldOffset(number));
  }

  /** Returns the number of a text, or -1. */
  int find(CharSequence text) {
    Objects.requireNonNull(text, "text");
    bytes.checkOpen();
    if (count == 0) {
      return -1;
    }
    long hash = HashLayout.hash(text, seed);
    int number = find(text, hash, TypeCode.STR);
    return number >= 0 ? number : find(text, hash + StringsLayout.BYTES_SALT, TypeCode.BYTES);
  }

  private int find(CharSequence text, long hash, int kind) {
    long value = ObjectChecks.probe(bytes, section, hash, StringsLayout.bucketCount(count), count);
    if (value < 0) {
      return -1;
    }
    int number = bytes.getInt(value);
    if (number < 0 || number >= count) {
      throw Failures.corrupt(
          bytes,
          "perfect hash leads outside the strings: number=" + number + ", strings=" + count,
          value);
    }
    long offset = offset(number);
    if (ObjectChecks.kindWithoutLinking(bytes, offset) != kind) {
      return -1;
    }
    long shape = kind == TypeCode.STR ? ObjectChecks.strShape(bytes, offset) : 0;
    boolean equal =
        kind == TypeCode.STR
            ? ObjectChecks.textEquals(
                bytes,
                offset + StrLayout.DATA_OFFSET,
                (int) (shape >>> ObjectChecks.SHAPE_LENGTH_SHIFT),
                (int) shape & StrLayout.WIDTH_MASK,
                text)
            : ObjectChecks.textEquals(
                bytes,
                offset + BytesLayout.DATA_OFFSET,
                ObjectChecks.bytesLength(bytes, offset),
                0,
                text);
    return equal ? number : -1;
  }

  private long offset(int number) {
    long field = fieldOffset(number);
    long offset = (bytes.getInt(field) & 0xFFFFFFFFL) * HeaderLayout.ALIGNMENT;
    if (offset < bytes.objectsStart() || offset > bytes.objectsEnd() - ObjectLayout.HEAD_SIZE) {
      throw Failures.slot(bytes, offset, field);
    }
    return offset;
  }

  private long fieldOffset(int number) {
    return section + StringsLayout.offsetOffset(number, count);
  }
}
