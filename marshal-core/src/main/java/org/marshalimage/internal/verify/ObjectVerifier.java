package org.marshalimage.internal.verify;

import java.util.BitSet;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.LongLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.layout.ObjectLengths;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordTypes;
import org.marshalimage.internal.verify.FoundObjects.Stretch;

/** Finds the objects of an image, in the order of the file, and checks each. Not thread-safe. */
final class ObjectVerifier {
  private static final int UNKNOWN = -1;
  private static final int MAX_CODE = Integer.MAX_VALUE;
  private static final int ASCII_LIMIT = 0x80;

  private static final long SINGLE_BYTE_LIMIT = 0x100;
  private static final long TWO_BYTE_LIMIT = 0x10000;

  private final ImageBytes image;
  private final ImageHeader header;
  private final Findings findings;
  private final FoundObjects objects;
  private final ObjectLengths lengths;
  private final BitSet numbers = new BitSet();
  private final BitSet usedTypes = new BitSet();
  private final BitSet usedExternals = new BitSet();
  private final Sequence objectNumbers = new Sequence(0);
  private final Sequence codeNumbers = new Sequence(0);
  private final Sequence otherStrNumbers;
  private final Sequence otherBytesNumbers = new Sequence(UNKNOWN);
  private long objectCount;
  private int internedCount;
  private int otherStrCount;
  private int firstOtherBytes = UNKNOWN;

  /** Numbers that follow each other. */
  private static final class Sequence {
    private int next;

    Sequence(int first) {
      next = first;
    }

    /** Returns what a number must be, given what it is. */
    int expect(int found) {
      int expected = next == UNKNOWN ? found : next;
      next = expected + 1;
      return expected;
    }
  }

  ObjectVerifier(ImageBytes image, ImageHeader header, FoundObjects objects, Findings findings) {
    this.image = image;
    this.header = header;
    this.findings = findings;
    this.objects = objects;
    lengths = ObjectLengths.of(image.pointerWidth());
    otherStrNumbers = new Sequence(header.internedCount());
  }

  /** Returns the number of objects that were seen. */
  long count() {
    return objectCount;
  }

  /** Checks the objects that modules share. */
  void verifyShared() {
    long start = header.sectionStart(SectionLayout.SHARED);
    walk(start, start + header.sectionLength(SectionLayout.SHARED));
  }

  /** Checks the objects of all segments, and what the module table says of them. */
  void verifySegments() {
    int[] codeCounts = new int[header.moduleCount()];
    int[] nextCodes = new int[header.moduleCount()];
    boolean isByStart = header.sharedHot() != 0;
    int module = 0;
    int firstCode = codeNumbers.next;
    for (Stretch stretch : objects.stretches()) {
      for (; !isByStart && module < stretch.module(); module++) {
        firstCode = verifyCodes(module, firstCode, 0);
      }
      if (stretch.isCold()) {
        codeNumbers.next = nextCodes[stretch.module()];
      } else if (isByStart && codeNumbers.next != UNKNOWN) {
        // Whether the field is right is seen once the code objects of all modules are counted.
        codeNumbers.next =
            image.getInt(entry(stretch.module()) + ModuleLayout.FIRST_CODE_OFFSET) & MAX_CODE;
      }
      int before = objects.count(TypeCode.CODE);
      walk(objects.offset(stretch.start()), objects.offset(stretch.end()));
      nextCodes[stretch.module()] = codeNumbers.next;
      codeCounts[stretch.module()] += objects.count(TypeCode.CODE) - before;
      if (!isByStart) {
        firstCode = verifyCodes(module, firstCode, codeCounts[module]);
        module++;
      }
    }
    for (; module < codeCounts.length; module++) {
      firstCode = verifyCodes(module, firstCode, codeCounts[module]);
    }
  }

  private long entry(int module) {
    return header.sectionStart(SectionLayout.MODULES) + (long) module * ModuleLayout.SIZE;
  }

  /** Checks what the module table says of code objects; returns the next one's number. */
  private int verifyCodes(int module, int firstCode, int codes) {
    if (!objects.isBroken()) {
      String part = "module " + module;
      long entry = entry(module);
      checkField(entry + ModuleLayout.FIRST_CODE_OFFSET, part, "first code number", firstCode);
      checkField(entry + ModuleLayout.CODE_COUNT_OFFSET, part, "code objects", codes);
    }
    return firstCode + codes;
  }

  private void checkField(long at, String part, String field, int expected) {
    if (image.getInt(at) != expected) {
      findings.add(at, part, field, expected, image.getInt(at));
    }
  }

  private void walk(long start, long end) {
    long at = start;
    while (at < end) {
      if (at > end - ObjectLayout.HEAD_SIZE) {
        findings.addObject(at, at, "object is cut by the end of its segment", null, null);
        objects.setUnknown(at, end);
        return;
      }
      int kind = objects.kind(at);
      long length;
      try {
        if (kind < 0) {
          throw Failures.unknownType(image, image.getLong(at + ObjectLayout.TYPE_OFFSET), at);
        }
        long shape = shape(at, kind);
        int size = (int) (shape >>> ObjectChecks.SHAPE_LENGTH_SHIFT);
        length = lengths.length(kind, size, (int) shape);
        if (length > end - at) {
          throw Failures.corrupt(image, "object is cut by the end of its segment", at);
        }
        objects.add(at, kind);
        object(at, kind, shape);
      } catch (MarshalFormatException e) {
        findings.addObject(at, e.offset(), e.problem(), null, null);
        // Where the next object starts cannot be known, nor what numbers follow.
        objects.setUnknown(at + Long.BYTES, end);
        objectNumbers.next = UNKNOWN;
        codeNumbers.next = UNKNOWN;
        otherStrNumbers.next = UNKNOWN;
        otherBytesNumbers.next = UNKNOWN;
        return;
      }
      objectCount++;
      at += length;
    }
  }

  /** Returns SIZE and width of an object, proven where its length depends on them. */
  private long shape(long at, int kind) {
    if (kind == TypeCode.RECORD) {
      // Its length does not depend on its type, which is looked at later.
      return (long) ObjectChecks.recordSlots(image, at) << ObjectChecks.SHAPE_LENGTH_SHIFT;
    }
    return lengths.isKind(kind) && !lengths.isSized(kind)
        ? 0
        : ObjectChecks.shape(image, at, kind, lengths);
  }

  private void object(long at, int kind, long shape) {
    int count = image.getInt(at + ObjectLayout.COUNT_OFFSET);
    int number = objectNumbers.expect(count & ~ObjectLayout.PINNED);
    int expected = ObjectLayout.PINNED | number;
    if (count != expected) {
      findings.addObject(
          at,
          at,
          "count and number",
          "0x" + Integer.toHexString(expected),
          "0x" + Integer.toHexString(count));
    }
    boolean hasSize =
        switch (Kind.of(kind)) {
          case NONE, TRUE, FALSE, ELLIPSIS, STOP_ITERATION, INT, FLOAT, COMPLEX -> false;
          case TUPLE, LIST, SET, FROZENSET, DICT, FROZENDICT, SLICE -> true;
          case LONG -> {
            longInt(at);
            yield true;
          }
          case BYTES -> {
            bytesObject(at);
            yield true;
          }
          case STR -> {
            str(at);
            yield true;
          }
          case CODE -> {
            code(at);
            yield true;
          }
          case RECORD -> {
            record(at);
            yield true;
          }
          case EXTERNAL -> {
            external(at);
            yield true;
          }
        };
    int size = image.getInt(at + ObjectLayout.SIZE_OFFSET);
    if (!hasSize && size != 0) {
      findings.addObject(at, at + ObjectLayout.SIZE_OFFSET, "size", 0, size);
    }
    padding(at, kind, (int) (shape >>> ObjectChecks.SHAPE_LENGTH_SHIFT), (int) shape);
  }

  private void bytesObject(long at) {
    int word = image.getInt(at + BytesLayout.NUMBER_OFFSET);
    int flags = word & (1 << StrLayout.NUMBER_SHIFT) - 1;
    if ((flags & ~StrLayout.FLAG_INTERNED) != 0) {
      findings.addObject(at, at + BytesLayout.NUMBER_OFFSET, "flags of bytes", null, flags);
    }
    int number = word >>> StrLayout.NUMBER_SHIFT;
    if (number(at, number, (flags & StrLayout.FLAG_INTERNED) != 0)) {
      if (firstOtherBytes < 0) {
        firstOtherBytes = number;
      }
      checkNumber(at, otherBytesNumbers.expect(number), number);
    }
  }

  /** Checks the number of a string; returns whether it is not that of an interned one. */
  private boolean number(long at, int number, boolean isInterned) {
    if (isInterned) {
      internedCount++;
      if (number >= header.internedCount()) {
        findings.addObject(
            at,
            at + StrLayout.NUMBER_OFFSET,
            "number of an interned string",
            "below " + header.internedCount(),
            number);
      }
    }
    if (number < header.strCount() + header.bytesCount()) {
      if (numbers.get(number)) {
        findings.addObject(
            at, at + StrLayout.NUMBER_OFFSET, "number that another string has", null, number);
      }
      numbers.set(number);
    }
    return !isInterned;
  }

  private void checkNumber(long at, int expected, int number) {
    if (number != expected) {
      findings.addObject(at, at + StrLayout.NUMBER_OFFSET, "number", expected, number);
    }
  }

  private void str(long at) {
    int size = image.getInt(at + ObjectLayout.SIZE_OFFSET);
    int word = image.getInt(at + StrLayout.NUMBER_OFFSET);
    int shift = word & StrLayout.WIDTH_MASK;
    int number = word >>> StrLayout.NUMBER_SHIFT;
    if (number(at, number, (word & StrLayout.FLAG_INTERNED) != 0)) {
      otherStrCount++;
      checkNumber(at, otherStrNumbers.expect(number), number);
    }
    int hash = 0;
    int greatest = 0;
    for (int i = 0; i < size; i++) {
      int codePoint = ObjectChecks.codePoint(image, at + StrLayout.DATA_OFFSET, shift, i);
      greatest = Math.max(greatest, codePoint);
      hash = StrLayout.foldHash(hash, codePoint);
    }
    int least = greatest < SINGLE_BYTE_LIMIT ? 0 : greatest < TWO_BYTE_LIMIT ? 1 : 2;
    if (shift != least) {
      findings.addObject(at, at + StrLayout.NUMBER_OFFSET, "width", least, shift);
    }
    boolean isAscii = greatest < ASCII_LIMIT;
    if (((word & StrLayout.FLAG_ASCII) != 0) != isAscii) {
      findings.addObject(at, at + StrLayout.NUMBER_OFFSET, "ASCII flag", isAscii, !isAscii);
    }
    int recorded = image.getInt(at + StrLayout.HASH_OFFSET);
    if (recorded != hash) {
      findings.addObject(at, at + StrLayout.HASH_OFFSET, "hash", hash, recorded);
    }
  }

  private void padding(long at, int kind, int size, int width) {
    long length = lengths.length(kind, size, width);
    for (long i = lengths.unpadded(kind, size, width); i < length; i++) {
      if (image.getByte(at + i) != 0) {
        findings.addObject(at, at + i, "padding is not zero", 0, image.getByte(at + i));
        return;
      }
    }
  }

  private void longInt(long at) {
    int digits = image.getInt(at + ObjectLayout.SIZE_OFFSET);
    long flags = image.getLong(at + LongLayout.FLAGS_OFFSET);
    boolean isPython2 = (flags & LongLayout.FLAG_PYTHON_2) != 0;
    boolean isNegative = (flags & LongLayout.FLAG_NEGATIVE) != 0;
    if ((flags & ~(LongLayout.FLAG_PYTHON_2 | LongLayout.FLAG_NEGATIVE)) != 0
        || digits == 0 && isNegative) {
      findings.addObject(at, at + LongLayout.FLAGS_OFFSET, "flags of a long int", null, flags);
    }
    long last =
        digits == 0 ? 1 : image.getLong(at + LongLayout.DIGITS_OFFSET + (digits - 1L) * Long.BYTES);
    if (last == 0) {
      findings.addObject(at, at + ObjectLayout.SIZE_OFFSET, "leading digit is zero", null, null);
    }
    boolean fits = digits == 0 || digits == 1 && (last > 0 || last == Long.MIN_VALUE && isNegative);
    if (fits && !isPython2) {
      findings.addObject(at, at, "long int that fits 64 bits", null, null);
    }
  }

  private void record(long at) {
    int reserved = image.getInt(at + RecordLayout.RESERVED_OFFSET);
    if (reserved != 0) {
      findings.addObject(at, at + RecordLayout.RESERVED_OFFSET, "reserved field", 0, reserved);
    }
    RecordTypes types = objects.recordTypes();
    if (types == null) {
      // Said of the section.
      return;
    }
    try {
      usedTypes.set(types.indexOf(at));
      types.check(at, image.getInt(at + ObjectLayout.SIZE_OFFSET));
    } catch (MarshalFormatException e) {
      findings.addObject(at, e.offset(), e.problem(), null, null);
    }
  }

  private void external(long at) {
    try {
      usedExternals.set(image.state().externals().numberOf(at));
    } catch (MarshalFormatException e) {
      findings.addObject(at, e.offset(), e.problem(), null, null);
    }
  }

  /** Checks that there is an object for each name that is listed. */
  private void externals() {
    try {
      int count = image.state().externals().count();
      for (int i = usedExternals.nextClearBit(0);
          i < count;
          i = usedExternals.nextClearBit(i + 1)) {
        findings.add(
            header.sectionStart(SectionLayout.EXTERNALS),
            "section EXTERNALS",
            "name that no object has",
            null,
            i);
      }
    } catch (MarshalFormatException e) {
      // Said of the section.
    }
  }

  /** Checks that records have all types that are listed. */
  private void recordTypes() {
    RecordTypes types = objects.recordTypes();
    int count = types == null ? 0 : types.count();
    for (int i = usedTypes.nextClearBit(0); i < count; i = usedTypes.nextClearBit(i + 1)) {
      findings.add(
          types.handleOffset(i),
          "section RECORD_TYPES",
          "entry of a type that no record has",
          null,
          types.describe(i));
    }
  }

  private void code(long at) {
    int number = image.getInt(at + ObjectLayout.SIZE_OFFSET);
    int expected = codeNumbers.expect(number);
    if (number != expected) {
      findings.addObject(at, at + ObjectLayout.SIZE_OFFSET, "code number", expected, number);
    }
    int reserved = image.getShort(at + CodeLayout.RESERVED_OFFSET);
    if (reserved != 0) {
      findings.addObject(at, at + CodeLayout.RESERVED_OFFSET, "reserved field", 0, reserved);
    }
    PythonVersion version = objects.version(at);
    if (version == null) {
      int magic = image.getShort(at + CodeLayout.MAGIC_OFFSET) & 0xFFFF;
      findings.addObject(
          at, at + CodeLayout.MAGIC_OFFSET, Verifier.unknownPython(magic), null, magic);
    }
  }

  /** Checks what the header says of all objects. */
  void verifyCounts() {
    if (objects.isBroken()) {
      return;
    }
    recordTypes();
    externals();
    checkTotal("objects", header.objectCount(), objectCount);
    checkTotal("str objects", header.strCount(), objects.count(TypeCode.STR));
    checkTotal("bytes objects", header.bytesCount(), objects.count(TypeCode.BYTES));
    checkTotal("interned strings", header.internedCount(), internedCount);
    checkTotal("code objects", header.codeCount(), objects.count(TypeCode.CODE));
    checkTotal(
        "string numbers", (long) header.strCount() + header.bytesCount(), numbers.cardinality());
    if (firstOtherBytes >= 0) {
      checkTotal(
          "number of the first bytes object that is not interned",
          (long) header.internedCount() + otherStrCount,
          firstOtherBytes);
    }
  }

  private void checkTotal(String what, long expected, long found) {
    if (expected != found) {
      findings.add(-1, "header", what, expected, found);
    }
  }
}
