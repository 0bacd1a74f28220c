package org.marshalimage.internal.layout;

import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordHandles;
import org.marshalimage.internal.memory.RecordTypes;
import org.marshalimage.internal.memory.TypeWords;

/** The TYPES section of an image: the type codes in use, and their handles if it is prelinked. */
public final class ImageTypes {
  private final ImageBytes image;
  private final boolean[] used = new boolean[TypeCode.LIMIT];
  private final long[] handles = new long[TypeCode.LIMIT];
  private final long fingerprint;
  private final boolean isPrelinked;

  /** Where the entries start. */
  private final long start;

  public ImageTypes(ImageBytes image, ImageHeader header) {
    this.image = image;
    this.fingerprint = image.getLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET);
    this.isPrelinked = fingerprint != 0;
    this.start = header.sectionStart(SectionLayout.TYPES);
    long end = start + header.sectionLength(SectionLayout.TYPES);
    long previous = -1;
    for (long entry = start; entry < end; entry += TypesLayout.SIZE) {
      image.checkRange(entry, TypesLayout.SIZE);
      int code = image.getInt(entry + TypesLayout.CODE_OFFSET);
      long handle = image.getLong(entry + TypesLayout.HANDLE_OFFSET);
      // Also what keeps HandleCodes from being full, where a search would not end.
      if (code <= previous || !Kind.isKind(code)) {
        throw Failures.unknownType(image, code, entry);
      }
      // Handles of records are those of their types.
      boolean hasHandle = isPrelinked && code != TypeCode.RECORD;
      if (hasHandle == (handle >= 0 && handle < TypeCode.LIMIT) || !hasHandle && handle != 0) {
        throw Failures.corrupt(
            image,
            "bad handle of a type: found=0x" + Long.toHexString(handle),
            entry + TypesLayout.HANDLE_OFFSET);
      }
      previous = code;
      used[code] = true;
      handles[code] = handle;
    }
  }

  /** Tells whether type words of the file hold handles. */
  public boolean isPrelinked() {
    return isPrelinked;
  }

  /**
   * Returns the same as {@link #codes}. To pass a HandleCodes for a TypeWords, the verifier would
   * load that interface with the header's class, for images that need neither.
   */
  TypeWords typeWords() {
    return codes();
  }

  /** Returns what stands for a type code in type words of the file. */
  public HandleCodes codes() {
    try {
      return new HandleCodes(handles, image.state().recordTypes().handles());
    } catch (IllegalArgumentException e) {
      throw Failures.corrupt(image, e.getMessage(), HeaderLayout.TYPES_FINGERPRINT_OFFSET);
    }
  }

  /**
   * Holds the types in use against a table.
   *
   * @param bound handles by type code; 0 where there is none
   * @param records handles of types of records
   * @param boundFingerprint of these handles
   * @throws IllegalArgumentException if types in use have none; the message names them all
   * @throws org.marshalimage.format.CorruptImageException if the image claims to be prelinked for
   *     these handles, and has others: then nobody can tell what its type words mean
   */
  public void checkBound(long[] bound, RecordHandles records, long boundFingerprint) {
    StringBuilder missing = new StringBuilder();
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      if (used[code] && code != TypeCode.RECORD && bound[code] == 0) {
        missing.append(missing.length() == 0 ? "" : ", ").append(TypeCode.nameOf(code));
      }
    }
    RecordTypes types = image.state().recordTypes();
    long[] boundRecords = types.bound(records);
    for (int i = 0; i < boundRecords.length; i++) {
      if (boundRecords[i] == 0) {
        missing.append(missing.length() == 0 ? "" : ", ");
        missing.append("record ").append(types.describe(i));
      }
    }
    if (missing.length() > 0) {
      throw new IllegalArgumentException(
          "type table does not bind: " + missing + ", file=" + image.file());
    }
    if (isPrelinked && fingerprint == boundFingerprint) {
      checkHandles(bound);
      checkRecordHandles(types, boundRecords);
    }
  }

  private void checkRecordHandles(RecordTypes types, long[] bound) {
    for (int i = 0; i < bound.length; i++) {
      if (types.handle(i) != bound[i]) {
        throw wrongHandle(
            "record " + types.describe(i), bound[i], types.handle(i), types.handleOffset(i));
      }
    }
  }

  private RuntimeException wrongHandle(String type, long expected, long found, long at) {
    return Failures.corrupt(
        image,
        "handle of "
            + type
            + " is not that of the fingerprint: expected=0x"
            + Long.toHexString(expected)
            + ", found=0x"
            + Long.toHexString(found),
        at);
  }

  private void checkHandles(long[] bound) {
    long entry = start;
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      if (!used[code]) {
        continue;
      }
      if (code != TypeCode.RECORD && handles[code] != bound[code]) {
        throw wrongHandle(
            TypeCode.nameOf(code), bound[code], handles[code], entry + TypesLayout.HANDLE_OFFSET);
      }
      entry += TypesLayout.SIZE;
    }
  }
}
