package org.marshalimage.internal;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.LongLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.StringsLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.CodeValue;

/**
 * Checks the objects of an image: first each for itself, in the order of the file, then their
 * slots. Not thread-safe.
 */
final class ObjectVerifier {
  private static final int UNKNOWN = -1;
  private static final int ASCII_LIMIT = 0x80;

  /** What has no more items than this is gone through anew by each code object that has it. */
  private static final int SHORT = 256;

  private static final long SINGLE_BYTE_LIMIT = 0x100;
  private static final long TWO_BYTE_LIMIT = 0x10000;

  private final ImageBytes image;
  private final ImageHeader header;
  private final Findings findings;
  private final @Nullable HandleCodes handleCodes;

  /** Words of 8 bytes, from the first object, where an object starts. */
  private final BitSet starts = new BitSet();

  /** Of those, what some slot or the module table names. */
  private final BitSet named = new BitSet();

  /** Of those, what the set or dict at hand holds. */
  private final BitSet held = new BitSet();

  /** Of tuples of names that have been gone through, the first item of another type, or -1. */
  private final Map<Long, Integer> strayNames = new HashMap<>();

  /** Of bytes objects that hold kinds of variables, the number of local ones. */
  private final Map<Integer, Integer> localCounts = new HashMap<>();

  private final BitSet numbers = new BitSet();
  private final int[] counts = new int[TypeCode.LIMIT];
  private final int[] segmentStarts;
  private final int[] segmentEnds;
  private final Sequence objectNumbers = new Sequence(0);
  private final Sequence codeNumbers = new Sequence(0);
  private final Sequence otherStrNumbers;
  private final Sequence otherBytesNumbers = new Sequence(UNKNOWN);
  private long objectCount;
  private int internedCount;
  private int otherStrCount;
  private int firstOtherBytes = UNKNOWN;

  /** Words where objects could not be told apart. */
  private final BitSet unknown = new BitSet();

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

  ObjectVerifier(
      ImageBytes image, ImageHeader header, @Nullable HandleCodes handleCodes, Findings findings) {
    this.image = image;
    this.header = header;
    this.findings = findings;
    this.handleCodes = handleCodes;
    otherStrNumbers = new Sequence(header.internedCount());
    segmentStarts = new int[header.moduleCount()];
    segmentEnds = new int[header.moduleCount()];
    // Behind all words, so that clearing the last that is held does not look for one below it.
    held.set(word(image.objectsEnd()));
  }

  private int word(long offset) {
    return (int) ((offset - image.objectsStart()) / Long.BYTES);
  }

  private long offset(int word) {
    return image.objectsStart() + (long) word * Long.BYTES;
  }

  /** Sets where the segment of a module lies. */
  void setSegment(int index, long start, long end) {
    segmentStarts[index] = word(start);
    segmentEnds[index] = word(end);
  }

  private int sharedEnd() {
    return word(
        header.sectionStart(SectionLayout.SHARED) + header.sectionLength(SectionLayout.SHARED));
  }

  /** Tells whether not all objects could be seen. */
  boolean isBroken() {
    return !unknown.isEmpty();
  }

  /** Returns the number of objects that were seen. */
  long count() {
    return objectCount;
  }

  /** Returns the number of objects of a type. */
  int count(int code) {
    return counts[code];
  }

  /** Returns the type code of what may be an object; -1 if it is none. */
  private int kind(long offset) {
    long typeWord = image.getLong(offset + ObjectLayout.TYPE_OFFSET);
    if (handleCodes != null) {
      return handleCodes.code(typeWord);
    }
    return typeWord > 0 && typeWord < TypeCode.LIMIT ? (int) typeWord : -1;
  }

  /** Returns the text of a str; null if there is none at the offset. */
  @Nullable String text(long offset) {
    if (offset < image.objectsStart()
        || offset > image.objectsEnd() - StrLayout.DATA_OFFSET
        || offset % Long.BYTES != 0
        || kind(offset) != TypeCode.STR) {
      return null;
    }
    try {
      int length = Records.strLength(image, offset);
      int shift = Records.strWidthShift(image, offset);
      StringBuilder text = new StringBuilder(length);
      for (int i = 0; i < length; i++) {
        text.appendCodePoint(Records.codePoint(image, offset + StrLayout.DATA_OFFSET, shift, i));
      }
      return text.toString();
    } catch (MarshalFormatException e) {
      return null;
    }
  }

  /** Hashes the text of a string, for the tables of interned ones. */
  long textHash(long offset, long seed) {
    boolean isStr = kind(offset) == TypeCode.STR;
    int length = isStr ? Records.strLength(image, offset) : Records.bytesLength(image, offset);
    int shift = isStr ? Records.strWidthShift(image, offset) : 0;
    long data = offset + (isStr ? StrLayout.DATA_OFFSET : BytesLayout.DATA_OFFSET);
    long hash = HashLayout.start(seed);
    for (int i = 0; i < length; i++) {
      hash = HashLayout.fold(hash, Records.codePoint(image, data, shift, i));
    }
    return HashLayout.mix(hash) + (isStr ? 0 : StringsLayout.BYTES_SALT);
  }

  /** Tells whether the string of a number starts at an offset. */
  boolean isString(long offset, int number) {
    if (!isStart(offset)) {
      return false;
    }
    int kind = kind(offset);
    return (kind == TypeCode.STR || kind == TypeCode.BYTES)
        && image.getInt(offset + StrLayout.NUMBER_OFFSET) >>> StrLayout.NUMBER_SHIFT == number;
  }

  private boolean isStart(long offset) {
    return offset >= image.objectsStart()
        && offset < image.objectsEnd()
        && offset % Long.BYTES == 0
        && starts.get(word(offset));
  }

  /** Checks the objects that modules share. */
  void verifyShared() {
    long start = header.sectionStart(SectionLayout.SHARED);
    walk(start, start + header.sectionLength(SectionLayout.SHARED));
  }

  /** Checks the objects of a module, and what the module table says of them. */
  void verifySegment(int index) {
    long entry = header.sectionStart(SectionLayout.MODULES) + (long) index * ModuleLayout.SIZE;
    int codesBefore = counts[TypeCode.CODE];
    int firstCode = codeNumbers.next;
    walk(offset(segmentStarts[index]), offset(segmentEnds[index]));
    if (!isBroken()) {
      String part = "module " + index;
      checkField(entry + ModuleLayout.FIRST_CODE_OFFSET, part, "first code number", firstCode);
      int codes = counts[TypeCode.CODE] - codesBefore;
      checkField(entry + ModuleLayout.CODE_COUNT_OFFSET, part, "code objects", codes);
    }
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
        unknown.set(word(at), word(end));
        return;
      }
      int kind = kind(at);
      long length;
      try {
        if (kind < 0) {
          throw Failures.unknownType(image, image.getLong(at + ObjectLayout.TYPE_OFFSET), at);
        }
        length = length(at, kind);
        if (length > end - at) {
          throw Failures.corrupt(image, "object is cut by the end of its segment", at);
        }
        starts.set(word(at));
        counts[kind]++;
        object(at, kind, length);
      } catch (MarshalFormatException e) {
        findings.addObject(at, e.offset(), e.problem(), null, null);
        // Where the next object starts cannot be known, nor what numbers follow.
        unknown.set(word(at) + 1, word(end));
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

  private long length(long at, int kind) {
    switch (kind) {
      case TypeCode.NONE:
      case TypeCode.TRUE:
      case TypeCode.FALSE:
      case TypeCode.ELLIPSIS:
      case TypeCode.STOP_ITERATION:
        return ObjectLayout.HEAD_SIZE;
      case TypeCode.INT:
      case TypeCode.FLOAT:
        return ObjectLayout.NUMBER_SIZE;
      case TypeCode.COMPLEX:
        return ObjectLayout.COMPLEX_SIZE;
      case TypeCode.LONG:
        return LongLayout.recordSize(Records.longDigits(image, at));
      case TypeCode.BYTES:
        return BytesLayout.recordSize(Records.bytesLength(image, at));
      case TypeCode.STR:
        return StrLayout.recordSize(Records.strLength(image, at), Records.strWidthShift(image, at));
      case TypeCode.CODE:
        return CodeLayout.SIZE;
      default:
        if (!ObjectLayout.isContainer(kind)) {
          throw Failures.unknownType(image, kind, at);
        }
        int size = Records.containerSize(image, at, kind);
        return ObjectLayout.SLOTS_OFFSET + Long.BYTES * ObjectLayout.slotCount(kind, size);
    }
  }

  private void object(long at, int kind, long length) {
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
    switch (kind) {
      case TypeCode.BYTES:
        bytesObject(at, length);
        break;
      case TypeCode.STR:
        str(at, length);
        break;
      case TypeCode.LONG:
        longInt(at);
        break;
      case TypeCode.CODE:
        code(at);
        break;
      default:
        int size = image.getInt(at + ObjectLayout.SIZE_OFFSET);
        if (!ObjectLayout.isContainer(kind) && size != 0) {
          findings.addObject(at, at + ObjectLayout.SIZE_OFFSET, "size", 0, size);
        }
        break;
    }
  }

  private void bytesObject(long at, long length) {
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
    padding(at, BytesLayout.DATA_OFFSET + image.getInt(at + ObjectLayout.SIZE_OFFSET), length);
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

  private void str(long at, long length) {
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
      int codePoint = Records.codePoint(image, at + StrLayout.DATA_OFFSET, shift, i);
      greatest = Math.max(greatest, codePoint);
      if (Character.isBmpCodePoint(codePoint)) {
        hash = 31 * hash + codePoint;
      } else {
        hash = 31 * hash + Character.highSurrogate(codePoint);
        hash = 31 * hash + Character.lowSurrogate(codePoint);
      }
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
    padding(at, StrLayout.DATA_OFFSET + ((long) size << shift), length);
  }

  private void padding(long at, long from, long length) {
    for (long i = from; i < length; i++) {
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
    PythonVersion version = version(at);
    if (version == null) {
      findings.addObject(
          at,
          at + CodeLayout.MAGIC_OFFSET,
          "magic number of no known Python",
          null,
          image.getShort(at + CodeLayout.MAGIC_OFFSET) & 0xFFFF);
    }
  }

  private @Nullable PythonVersion version(long code) {
    return PythonVersion.ofMagicNumber(image.getShort(code + CodeLayout.MAGIC_OFFSET) & 0xFFFF);
  }

  /** Checks what the header says of all objects. */
  void verifyCounts() {
    if (isBroken()) {
      return;
    }
    checkTotal("objects", header.objectCount(), objectCount);
    checkTotal("str objects", header.strCount(), counts[TypeCode.STR]);
    checkTotal("bytes objects", header.bytesCount(), counts[TypeCode.BYTES]);
    checkTotal("interned strings", header.internedCount(), internedCount);
    checkTotal("code objects", header.codeCount(), counts[TypeCode.CODE]);
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

  /** Checks that slots lead to objects that may stand there, and that something leads to each. */
  void verifySlots() {
    int segment = -1;
    for (int i = 0; i < header.moduleCount(); i++) {
      root(i);
    }
    int sharedEnd = sharedEnd();
    for (int at = starts.nextSetBit(0); at >= 0; at = starts.nextSetBit(at + 1)) {
      while (at >= sharedEnd
          && segment + 1 < segmentStarts.length
          && (segment < 0 || at >= segmentEnds[segment])) {
        segment++;
      }
      slots(offset(at), segment);
    }
    for (int at = starts.nextSetBit(0); at >= 0 && !isBroken(); at = starts.nextSetBit(at + 1)) {
      if (!named.get(at) && !isKeptString(at, sharedEnd)) {
        findings.addObject(offset(at), offset(at), "nothing leads to the object", null, null);
      }
    }
  }

  /** Interned strings of an older image's table lie in SHARED though nothing leads to them. */
  private boolean isKeptString(int at, int sharedEnd) {
    long offset = offset(at);
    int kind = kind(offset);
    return at < sharedEnd
        && (kind == TypeCode.STR || kind == TypeCode.BYTES)
        && (image.getInt(offset + StrLayout.NUMBER_OFFSET) & StrLayout.FLAG_INTERNED) != 0;
  }

  private void root(int index) {
    long entry = header.sectionStart(SectionLayout.MODULES) + (long) index * ModuleLayout.SIZE;
    long name = image.getLong(entry + ModuleLayout.NAME_OFFSET);
    if (isStart(name)) {
      named.set(word(name));
    }
    long field = entry + ModuleLayout.ROOT_OFFSET;
    long root = image.getLong(field);
    String part = "module " + index;
    if (!isStart(root) || !isInReach(word(root), index)) {
      findings.add(field, part, "root is no object of the module", null, root);
      return;
    }
    named.set(word(root));
    boolean isPyc = (image.getInt(entry + ModuleLayout.FLAGS_OFFSET) & ModuleLayout.FLAG_PYC) != 0;
    if (isPyc
        && PythonVersion.ofMagicNumber(image.getInt(entry + ModuleLayout.MAGIC_OFFSET) & 0xFFFF)
            == null) {
      findings.add(
          entry + ModuleLayout.MAGIC_OFFSET,
          part,
          "magic number of no known Python",
          null,
          image.getInt(entry + ModuleLayout.MAGIC_OFFSET) & 0xFFFF);
    }
  }

  private boolean isInReach(int target, int segment) {
    return target < sharedEnd()
        || segment >= 0 && target >= segmentStarts[segment] && target < segmentEnds[segment];
  }

  private void slots(long at, int segment) {
    int kind = kind(at);
    if (kind == TypeCode.CODE) {
      codeSlots(at, segment);
      return;
    }
    if (!ObjectLayout.isContainer(kind)) {
      return;
    }
    int size = image.getInt(at + ObjectLayout.SIZE_OFFSET);
    int count = (int) ObjectLayout.slotCount(kind, size);
    boolean isDict = kind == TypeCode.DICT || kind == TypeCode.FROZENDICT;
    boolean isHashed = isDict || kind == TypeCode.SET || kind == TypeCode.FROZENSET;
    int step = isDict ? 2 : 1;
    for (int i = 0; i < count; i++) {
      long slot = at + ObjectLayout.SLOTS_OFFSET + (long) i * Long.BYTES;
      int target = slot(at, slot, segment);
      if (target >= 0 && isHashed && i % step == 0) {
        key(at, slot, target);
      }
    }
    if (isHashed) {
      // Not cleared as a whole: that would take time by the length of the image for each.
      for (int i = 0; i < count; i += step) {
        long target = target(at + ObjectLayout.SLOTS_OFFSET + (long) i * Long.BYTES);
        if (isStart(target)) {
          held.clear(word(target));
        }
      }
    }
  }

  private void key(long at, long slot, int target) {
    int kind = kind(offset(target));
    if (kind == TypeCode.LIST || kind == TypeCode.DICT || kind == TypeCode.SET) {
      findings.addObject(at, slot, "key that has no hash", null, TypeCode.nameOf(kind));
    }
    // Equal immutable values are one object.
    if (held.get(target)) {
      findings.addObject(at, slot, "key stands twice", null, null);
    }
    held.set(target);
  }

  private long target(long slot) {
    return image.getLong(slot) - image.linkBase();
  }

  /** Checks a slot that is not empty; returns where it leads, or -1. */
  private int slot(long at, long slot, int segment) {
    long target = target(slot);
    if (!isStart(target)) {
      if (target >= image.objectsStart()
          && target < image.objectsEnd()
          && unknown.get(word(target))) {
        return -1;
      }
      findings.addObject(
          at, slot, "slot leads to no object", null, "0x" + Long.toHexString(target));
      return -1;
    }
    int word = word(target);
    if (!isInReach(word, segment)) {
      findings.addObject(
          at, slot, "slot leads to another module's object", null, "0x" + Long.toHexString(target));
    }
    named.set(word);
    return word;
  }

  private void codeSlots(long at, int segment) {
    PythonVersion version = version(at);
    boolean localsPlus = version != null && version.hasLocalsPlus();
    int code = field(at, segment, CodeLayout.CODE_OFFSET, TypeCode.BYTES);
    int name = version != null && version.isPython2() ? TypeCode.BYTES : TypeCode.STR;
    int kindsOrFreevars = localsPlus ? TypeCode.BYTES : TypeCode.TUPLE;
    field(at, segment, CodeLayout.CONSTS_OFFSET, TypeCode.TUPLE);
    names(
        at,
        CodeLayout.NAMES_OFFSET,
        name,
        field(at, segment, CodeLayout.NAMES_OFFSET, TypeCode.TUPLE));
    int locals = field(at, segment, CodeLayout.LOCAL_NAMES_OFFSET, TypeCode.TUPLE);
    names(at, CodeLayout.LOCAL_NAMES_OFFSET, name, locals);
    int kinds = field(at, segment, CodeLayout.KINDS_OR_FREEVARS_OFFSET, kindsOrFreevars);
    int cells = field(at, segment, CodeLayout.EXCEPTIONS_OR_CELLVARS_OFFSET, kindsOrFreevars);
    if (localsPlus) {
      localKinds(at, locals, kinds);
    } else {
      names(at, CodeLayout.KINDS_OR_FREEVARS_OFFSET, name, kinds);
      names(at, CodeLayout.EXCEPTIONS_OR_CELLVARS_OFFSET, name, cells);
    }
    field(at, segment, CodeLayout.FILENAME_OFFSET, name);
    field(at, segment, CodeLayout.NAME_OFFSET, name);
    if (localsPlus) {
      field(at, segment, CodeLayout.QUALNAME_OFFSET, name);
    } else if (image.getLong(at + CodeLayout.QUALNAME_OFFSET) != 0) {
      findings.addObject(at, at + CodeLayout.QUALNAME_OFFSET, "qualname before 3.11", null, null);
    }
    field(at, segment, CodeLayout.LINE_TABLE_OFFSET, TypeCode.BYTES);
    if (version != null && code >= 0) {
      numbers(at, version, image.getInt(offset(code) + ObjectLayout.SIZE_OFFSET));
    }
  }

  /** Checks the numbers of a code object as whoever copies it into the model would. */
  private void numbers(long at, PythonVersion version, int codeLength) {
    int argCount = image.getInt(at + CodeLayout.ARG_COUNT_OFFSET);
    int kwOnlyArgCount = image.getInt(at + CodeLayout.KW_ONLY_ARG_COUNT_OFFSET);
    int localCount = image.getInt(at + CodeLayout.LOCAL_COUNT_OFFSET);
    int flags = image.getInt(at + CodeLayout.FLAGS_OFFSET);
    try {
      CodeValue.checkCounts(
          version,
          argCount,
          image.getInt(at + CodeLayout.POS_ONLY_ARG_COUNT_OFFSET),
          kwOnlyArgCount,
          localCount,
          image.getInt(at + CodeLayout.STACK_SIZE_OFFSET),
          flags);
      if (version.hasLocalsPlus()) {
        CodeValue.checkLocalsPlus(argCount, kwOnlyArgCount, localCount, flags, codeLength);
      }
    } catch (IllegalArgumentException e) {
      findings.addObject(at, at + CodeLayout.ARG_COUNT_OFFSET, e.getMessage(), null, null);
    }
  }

  /** Checks a field that must have one type; returns where it leads, or -1. */
  private int field(long at, int segment, int field, int kind) {
    int target = slot(at, at + field, segment);
    if (target < 0) {
      return -1;
    }
    int found = kind(offset(target));
    if (found != kind) {
      findings.addObject(
          at, at + field, "type of a field", TypeCode.nameOf(kind), TypeCode.nameOf(found));
      return -1;
    }
    return target;
  }

  private void names(long at, int field, int kind, int tuple) {
    if (tuple < 0) {
      return;
    }
    long names = offset(tuple);
    int size = image.getInt(names + ObjectLayout.SIZE_OFFSET);
    int stray;
    if (size <= SHORT) {
      stray = strayName(names, size, kind);
    } else {
      // Once, however many code objects have these names.
      stray =
          strayNames.computeIfAbsent(
              names * TypeCode.LIMIT + kind, key -> strayName(names, size, kind));
    }
    if (stray >= 0) {
      int found = kind(target(names + ObjectLayout.SLOTS_OFFSET + (long) stray * Long.BYTES));
      findings.addObject(
          at, at + field, "type of name " + stray, TypeCode.nameOf(kind), TypeCode.nameOf(found));
    }
  }

  private int strayName(long names, int size, int kind) {
    for (int i = 0; i < size; i++) {
      long name = target(names + ObjectLayout.SLOTS_OFFSET + (long) i * Long.BYTES);
      if (isStart(name) && kind(name) != kind) {
        return i;
      }
    }
    return -1;
  }

  private int localCount(int kinds, int size) {
    int locals = 0;
    for (int i = 0; i < size; i++) {
      int kind = image.getByte(offset(kinds) + BytesLayout.DATA_OFFSET + i);
      locals += (kind & CodeLayout.KIND_LOCAL) != 0 ? 1 : 0;
    }
    return locals;
  }

  /** Checks that each variable of a code object of 3.11 or newer has its kind. */
  private void localKinds(long at, int names, int kinds) {
    if (names < 0 || kinds < 0) {
      return;
    }
    int expected = image.getInt(offset(names) + ObjectLayout.SIZE_OFFSET);
    int size = image.getInt(offset(kinds) + ObjectLayout.SIZE_OFFSET);
    if (size != expected) {
      findings.addObject(
          at, at + CodeLayout.KINDS_OR_FREEVARS_OFFSET, "kinds of variables", expected, size);
      return;
    }
    int locals =
        size <= SHORT
            ? localCount(kinds, size)
            : localCounts.computeIfAbsent(kinds, key -> localCount(kinds, size));
    int recorded = image.getInt(at + CodeLayout.LOCAL_COUNT_OFFSET);
    if (recorded != locals) {
      findings.addObject(
          at, at + CodeLayout.LOCAL_COUNT_OFFSET, "local variables", locals, recorded);
    }
  }
}
