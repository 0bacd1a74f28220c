package org.marshalimage.internal.memory;

import java.util.Arrays;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.RecordTypesLayout;
import org.marshalimage.format.TypeCode;

/** The RECORD_TYPES section of an image: the types that its records have. Immutable. */
public final class RecordTypes {
  private final ImageBytes image;
  private final long start;
  private final int count;
  private final String[] names;

  private final int[] versions;
  private final int[] fixedSlots;
  private final int[] repeatedSlots;
  private final boolean[] hasBytes;
  private final long[] handles;

  /**
   * Reads and checks the section.
   *
   * @param image whose section lies in it
   * @param start offset of the section; 0 if there is none
   * @param length bytes of the section
   * @param isPrelinked whether type words of the file hold handles
   * @throws org.marshalimage.format.CorruptImageException if it breaks the format
   */
  RecordTypes(ImageBytes image, long start, long length, boolean isPrelinked) {
    this.image = image;
    this.start = start;
    count = start == 0 ? 0 : count(length);
    names = new String[count];
    versions = new int[count];
    fixedSlots = new int[count];
    repeatedSlots = new int[count];
    hasBytes = new boolean[count];
    handles = new long[count];
    if (count > 0) {
      long at = start + RecordTypesLayout.entry(count);
      byte[] previous = {};
      for (int i = 0; i < count; i++) {
        byte[] name = name(i, at, start + length);
        readEntry(i, name, previous, isPrelinked);
        at += name.length;
        previous = name;
      }
      SectionText.checkEnd(image, start, at, start + length, "type of record", "types of records");
    }
  }

  private int count(long length) {
    int found =
        length < RecordTypesLayout.ENTRIES_START
            ? 0
            : image.getInt(start + RecordTypesLayout.COUNT_START);
    if (found < 1
        || found > RecordTypesLayout.MAX_TYPES
        || RecordTypesLayout.entry(found) > length) {
      throw Failures.corrupt(
          image,
          "number of types of records is absurd: found=" + Integer.toUnsignedString(found),
          start);
    }
    long reserved = start + RecordTypesLayout.COUNT_START + Integer.BYTES;
    checkZero(reserved);
    return found;
  }

  private void checkZero(long at) {
    if (image.getInt(at) != 0) {
      throw Failures.field(image, "reserved field", 0, image.getInt(at), at);
    }
  }

  private long entry(int index) {
    return start + RecordTypesLayout.entry(index);
  }

  private byte[] name(int index, long at, long end) {
    long field = entry(index) + RecordTypesLayout.NAME_LENGTH_OFFSET;
    int length = image.getInt(field);
    if (length < 1 || length > end - at) {
      throw Failures.corrupt(
          image,
          "bad length of the name of a type of record: found=" + Integer.toUnsignedString(length),
          field);
    }
    byte[] name = new byte[length];
    image.getBytes(at, name, 0, length);
    return name;
  }

  private void readEntry(int index, byte[] name, byte[] previous, boolean isPrelinked) {
    long entry = entry(index);
    int version = notNegative(entry + RecordTypesLayout.VERSION_OFFSET);
    int order = Arrays.compareUnsigned(previous, name);
    if (index > 0 && (order > 0 || order == 0 && versions[index - 1] >= version)) {
      throw Failures.corrupt(image, "types of records are not in order", entry);
    }
    names[index] =
        order == 0 && index > 0
            ? names[index - 1]
            : SectionText.decode(image, name, "name of a type of record", entry);
    versions[index] = version;
    int flags = image.getInt(entry + RecordTypesLayout.FLAGS_OFFSET);
    if ((flags & ~RecordTypesLayout.FLAG_BYTES) != 0) {
      throw Failures.corrupt(
          image,
          "flags of a type of record: found=0x" + Integer.toHexString(flags),
          entry + RecordTypesLayout.FLAGS_OFFSET);
    }
    hasBytes[index] = flags != 0;
    fixedSlots[index] = notNegative(entry + RecordTypesLayout.FIXED_SLOTS_OFFSET);
    repeatedSlots[index] = notNegative(entry + RecordTypesLayout.REPEATED_SLOTS_OFFSET);
    checkZero(entry + RecordTypesLayout.RESERVED_OFFSET);
    long handle = image.getLong(entry + RecordTypesLayout.HANDLE_OFFSET);
    if (isPrelinked == (handle >= 0 && handle < TypeCode.LIMIT) || !isPrelinked && handle != 0) {
      throw Failures.corrupt(
          image,
          "bad handle of a type of record: found=0x" + Long.toHexString(handle),
          entry + RecordTypesLayout.HANDLE_OFFSET);
    }
    handles[index] = handle;
  }

  private int notNegative(long at) {
    int number = image.getInt(at);
    if (number < 0) {
      throw Failures.corrupt(
          image,
          "number of a type of record is too large: found=" + Integer.toUnsignedString(number),
          at);
    }
    return number;
  }

  /** Returns the number of types; 0 if the image has no records. */
  public int count() {
    return count;
  }

  /** Returns the name of a type. */
  public String name(int index) {
    return names[index];
  }

  /** Returns the version of a type. */
  public int version(int index) {
    return versions[index];
  }

  /** Returns the fixed slots of a type. */
  public int fixedSlots(int index) {
    return fixedSlots[index];
  }

  /** Returns the slots of one repetition; 0 if nothing repeats. */
  public int repeatedSlots(int index) {
    return repeatedSlots[index];
  }

  /** Tells whether the last slot leads to bytes. */
  public boolean hasBytes(int index) {
    return hasBytes[index];
  }

  /** Returns what stands for a type in type words of the file; 0 if it is not prelinked. */
  public long handle(int index) {
    return handles[index];
  }

  /** Returns all of these handles; not to be changed. */
  public long[] handles() {
    return handles;
  }

  /** Returns where the handle of a type stands. */
  public long handleOffset(int index) {
    return entry(index) + RecordTypesLayout.HANDLE_OFFSET;
  }

  /** Returns what messages call a type. */
  public String describe(int index) {
    return names[index] + " version " + versions[index];
  }

  /** Returns the handles by which an interpreter knows these types; 0 where it knows none. */
  public long[] bound(RecordHandles interpreter) {
    long[] bound = new long[count];
    for (int i = 0; i < count; i++) {
      bound[i] = interpreter.handle(names[i], versions[i]);
    }
    return bound;
  }

  /**
   * Returns the index of the type of a record.
   *
   * @param record offset of a record whose fields lie in the image
   * @throws org.marshalimage.format.CorruptImageException if the image has no such type
   */
  public int indexOf(long record) {
    int index = image.getInt(record + RecordLayout.RECORD_TYPE_OFFSET);
    if (index < 0 || index >= count) {
      throw Failures.unknownRecordType(image, index, count, record);
    }
    return index;
  }

  /** Tells whether a record of a type may have a number of slots. */
  public boolean allows(int index, int slots) {
    long others = (long) slots - fixedSlots[index] - (hasBytes[index] ? 1 : 0);
    int repeated = repeatedSlots[index];
    return others >= 0 && (repeated == 0 ? others == 0 : others % repeated == 0);
  }

  /**
   * Proves that a record may have the number of slots that it has.
   *
   * @return the index of its type
   * @throws org.marshalimage.format.CorruptImageException if not
   */
  public int check(long record, int slots) {
    int index = indexOf(record);
    if (!allows(index, slots)) {
      throw Failures.corrupt(
          image,
          "record has another number of slots than its type: type="
              + describe(index)
              + ", found="
              + slots,
          record + ObjectLayout.SIZE_OFFSET);
    }
    return index;
  }
}
