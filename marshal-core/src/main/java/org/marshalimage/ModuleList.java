package org.marshalimage;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * Roots of an image in the order of its module table: all of them, those of a range, or a choice.
 * It reads the table as it is read itself, and makes a module when that is asked for. Immutable.
 */
final class ModuleList extends AbstractList<ImageModule> implements RandomAccess {
  private static final int[] NONE = {};

  private final MarshalImage image;
  private final int first;
  private final int size;

  /** Indexes in the table, or null for a range. */
  private final int @Nullable [] picked;

  private ModuleList(MarshalImage image, int first, int size, int @Nullable [] picked) {
    this.image = image;
    this.first = first;
    this.size = size;
    this.picked = picked;
  }

  static List<ImageModule> all(MarshalImage image) {
    return new ModuleList(image, 0, image.header().moduleCount(), null);
  }

  /** Lists the roots whose names start with a text, found by binary search. */
  static List<ImageModule> startingWith(MarshalImage image, String text) {
    NamePrefix prefix = new NamePrefix(text);
    int start = start(image, prefix);
    return new ModuleList(image, start, end(image, prefix, start) - start, null);
  }

  /** Lists the modules right below a package; what lies below those is passed over unread. */
  static List<ImageModule> rightBelow(MarshalImage image, String packageName) {
    NamePrefix prefix = new NamePrefix(packageName.isEmpty() ? "" : packageName + ".");
    ImageBytes bytes = image.bytes();
    int count = image.header().moduleCount();
    int[] found = NONE;
    int size = 0;
    long end = 0;
    int index = start(image, prefix);
    while (index < count) {
      long name = nameOffset(image, index);
      if (name < end) {
        throw overlap(image, index, end);
      }
      // Names lie one behind the other: so all that are read here are no more than the image.
      end = nameEnd(bytes, name);
      int start = prefix.match(bytes, name);
      if (start < 0) {
        break;
      }
      int dot = indexOfDot(bytes, name, start);
      if (dot >= 0) {
        index = behindAllLike(image, index, dot + 1, count);
        continue;
      }
      if (start < ObjectChecks.strLength(bytes, name) && isCode(image, index)) {
        found = add(found, size++, index);
      }
      index++;
    }
    return new ModuleList(image, 0, size, found);
  }

  /** Lists the roots that are no code objects. */
  static List<ImageModule> otherThanCode(MarshalImage image) {
    int[] found = NONE;
    int size = 0;
    for (int index = 0; index < image.header().moduleCount(); index++) {
      if (!isCode(image, index)) {
        found = add(found, size++, index);
      }
    }
    return new ModuleList(image, 0, size, found);
  }

  private static int[] add(int[] found, int size, int index) {
    int[] target = size < found.length ? found : Arrays.copyOf(found, Math.max(8, 2 * size));
    target[size] = index;
    return target;
  }

  /** Returns the first index whose name does not sort before a prefix. */
  private static int start(MarshalImage image, NamePrefix prefix) {
    int low = 0;
    int high = image.header().moduleCount();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (prefix.match(image.bytes(), nameOffset(image, middle)) == NamePrefix.BEFORE) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Returns the first index from a start on whose name does not start with a prefix. */
  private static int end(MarshalImage image, NamePrefix prefix, int start) {
    int low = start;
    int high = image.header().moduleCount();
    // Mostly they are few: by steps that double.
    for (int step = 1; low < high; step <<= 1) {
      int at = Math.min(low + step, high) - 1;
      if (prefix.match(image.bytes(), nameOffset(image, at)) < 0) {
        high = at;
        break;
      }
      low = at + 1;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (prefix.match(image.bytes(), nameOffset(image, middle)) < 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private static int indexOfDot(ImageBytes bytes, long name, int start) {
    long shape = ObjectChecks.strShape(bytes, name);
    int length = (int) (shape >>> ObjectChecks.SHAPE_LENGTH_SHIFT);
    int width = (int) shape & StrLayout.WIDTH_MASK;
    for (int i = start; i < length; i++) {
      if (ObjectChecks.codePoint(bytes, name + StrLayout.DATA_OFFSET, width, i) == '.') {
        return i;
      }
    }
    return -1;
  }

  /**
   * Returns the index behind all names that start as one does; by steps that double, for mostly
   * they are few.
   *
   * @param length code points of what they start with
   */
  private static int behindAllLike(MarshalImage image, int index, int length, int count) {
    ImageBytes bytes = image.bytes();
    long name = nameOffset(image, index);
    int low = index;
    int step = 1;
    while (low + step < count && isLike(bytes, nameOffset(image, low + step), name, length)) {
      low += step;
      step <<= 1;
    }
    int high = Math.min(low + step, count);
    low++;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isLike(bytes, nameOffset(image, middle), name, length)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static boolean isLike(ImageBytes bytes, long name, long other, int length) {
    long shape = ObjectChecks.strShape(bytes, name);
    long otherShape = ObjectChecks.strShape(bytes, other);
    if (Math.min(shape, otherShape) >>> ObjectChecks.SHAPE_LENGTH_SHIFT < length) {
      return false;
    }
    int width = (int) shape & StrLayout.WIDTH_MASK;
    int otherWidth = (int) otherShape & StrLayout.WIDTH_MASK;
    for (int i = 0; i < length; i++) {
      if (ObjectChecks.codePoint(bytes, name + StrLayout.DATA_OFFSET, width, i)
          != ObjectChecks.codePoint(bytes, other + StrLayout.DATA_OFFSET, otherWidth, i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isCode(MarshalImage image, int index) {
    return image.rootKind(segmentOf(image, index)) == TypeCode.CODE;
  }

  private static long entryOffset(MarshalImage image, int index) {
    return image.header().sectionStart(SectionLayout.MODULES) + (long) index * ModuleLayout.SIZE;
  }

  private static long segmentOf(MarshalImage image, int index) {
    ImageHeader header = image.header();
    long field = entryOffset(image, index) + ModuleLayout.SEGMENT_OFFSET;
    return header.checkSegmentHead(image.bytes().getLong(field), field);
  }

  private static long nameOffset(MarshalImage image, int index) {
    ImageBytes bytes = image.bytes();
    long field = entryOffset(image, index) + ModuleLayout.NAME_OFFSET;
    long name = ObjectChecks.tableTarget(bytes, field);
    int kind = ObjectChecks.kindWithoutLinking(bytes, name);
    if (kind != TypeCode.STR) {
      throw Failures.type(bytes, "module name", TypeCode.STR, kind, field);
    }
    return name;
  }

  /** Returns where a name ends, at the latest: its code points take a byte at least. */
  private static long nameEnd(ImageBytes bytes, long name) {
    return name + StrLayout.recordSize(ObjectChecks.strLength(bytes, name), 0);
  }

  private static RuntimeException overlap(MarshalImage image, int index, long end) {
    return Failures.corrupt(
        image.bytes(),
        "name of a module overlaps one before it: end=0x" + Long.toHexString(end),
        entryOffset(image, index) + ModuleLayout.NAME_OFFSET);
  }

  @Override
  public ImageModule get(int index) {
    if (index < 0 || index >= size) {
      throw Failures.index(index, size);
    }
    int at = picked == null ? first + index : picked[index];
    ImageBytes bytes = image.bytes();
    StrView name = new StrView(bytes, nameOffset(image, at));
    // Names lie one behind the other: so to list all of them reads no more than the image.
    if (at + 1 < image.header().moduleCount()) {
      long next = bytes.getLong(entryOffset(image, at + 1) + ModuleLayout.NAME_OFFSET);
      if (next < nameEnd(bytes, name.offset())) {
        throw Failures.corrupt(
            bytes,
            "name of a module overlaps the next: next=0x" + Long.toHexString(next),
            entryOffset(image, at) + ModuleLayout.NAME_OFFSET);
      }
    }
    return new ImageModule(image, segmentOf(image, at), name.toString());
  }

  @Override
  public int size() {
    return size;
  }
}
