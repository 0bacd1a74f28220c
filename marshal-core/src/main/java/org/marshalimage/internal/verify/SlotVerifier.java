package org.marshalimage.internal.verify;

import java.util.HashMap;
import java.util.Map;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.internal.layout.Bits;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordTypes;
import org.marshalimage.internal.verify.FoundObjects.Stretch;

/** Checks where the slots of an image lead, once all its objects are found. Not thread-safe. */
final class SlotVerifier {
  /**
   * Tuples of no more items than this are rechecked for each code object; longer ones are cached.
   */
  private static final int SHORT = 256;

  private final ImageBytes image;
  private final ImageHeader header;
  private final FoundObjects objects;
  private final Findings findings;

  /** Ranks of objects that some slot leads to, or that are roots. */
  private final Bits named;

  /** Of those, what a root is, or something other than a line or exception table field names. */
  private final Bits hot;

  /** Of those, what a code object has as its bytecode. */
  private final Bits bytecode;

  /** Of those, what the set or dict at hand holds. */
  private final Bits held;

  /** Of tuples of names that have been gone through, the first item of another type, or -1. */
  private final Map<Long, Integer> strayNames = new HashMap<>();

  /** Of bytes objects that hold kinds of variables, the number of local ones. */
  private final Map<Integer, Integer> localCounts = new HashMap<>();

  SlotVerifier(ImageBytes image, ImageHeader header, FoundObjects objects, Findings findings) {
    this.image = image;
    this.header = header;
    this.objects = objects;
    this.findings = findings;
    named = new Bits(objects.objectCount());
    hot = new Bits(objects.objectCount());
    bytecode = new Bits(objects.objectCount());
    held = new Bits(objects.objectCount());
  }

  /** Tells whether something leads to the object of a rank. */
  boolean isNamed(int rank) {
    return named.get(rank);
  }

  /** Tells whether something leads to the object of a rank but line and exception table fields. */
  boolean isHot(int rank) {
    return hot.get(rank);
  }

  /** Tells whether the object of a rank is the bytecode of a code object. */
  boolean isBytecode(int rank) {
    return bytecode.get(rank);
  }

  /** Checks that slots lead to objects that may stand there. */
  void verify() {
    for (int i = 0; i < header.moduleCount(); i++) {
      root(i);
    }
    int at = slots(objects.next(0), objects.sharedEnd(), -1);
    for (Stretch stretch : objects.stretches()) {
      at = slots(at, stretch.end(), stretch.module());
    }
  }

  /** Checks the slots of the objects from one on up to a word; returns the next one, or -1. */
  private int slots(int start, int end, int module) {
    int at = start;
    for (; at >= 0 && at < end; at = objects.next(at + 1)) {
      slots(objects.offset(at), module);
    }
    return at;
  }

  private void root(int index) {
    long entry = header.sectionStart(SectionLayout.MODULES) + (long) index * ModuleLayout.SIZE;
    String part = "module " + index;
    if (!objects.hasSegment(index)) {
      // Without a segment, which has been said.
      return;
    }
    long field = image.getLong(entry + ModuleLayout.SEGMENT_OFFSET) + SegmentLayout.ROOT_OFFSET;
    long root = image.getLong(field);
    if (!objects.isStart(root) || !objects.isInReach(objects.word(root), index)) {
      findings.add(field, part, "root is no object of the module", null, root);
      return;
    }
    int rank = objects.rank(objects.word(root));
    named.set(rank);
    hot.set(rank);
  }

  private void slots(long at, int segment) {
    int kind = objects.kind(at);
    if (kind == TypeCode.CODE) {
      codeSlots(at, segment);
      return;
    }
    if (kind == TypeCode.RECORD) {
      recordSlots(at, segment);
      return;
    }
    int count = objects.slotCount(at, kind);
    boolean isHashed = count > 0 && FoundObjects.kindOf(kind).hasKeys();
    int step = isHashed ? FoundObjects.kindOf(kind).slotsPerUnit() : 1;
    for (int i = 0; i < count; i++) {
      long slot = objects.slotOffset(at, kind, i);
      int target = slot(at, slot, segment, true);
      if (target >= 0 && isHashed && i % step == 0) {
        key(at, slot, target);
      }
    }
    if (isHashed) {
      // Not cleared as a whole: that would take time by the length of the image for each.
      for (int i = 0; i < count; i += step) {
        long target = image.getSlot(objects.slotOffset(at, kind, i));
        if (objects.isStart(target)) {
          held.clear(objects.rank(objects.word(target)));
        }
      }
    }
  }

  private void recordSlots(long at, int segment) {
    int count = objects.slotCount(at, TypeCode.RECORD);
    for (int i = 0; i < count; i++) {
      long slot = objects.slotOffset(at, TypeCode.RECORD, i);
      boolean isBytes = i == count - 1 && hasBytes(at);
      if (image.isEmptySlot(slot) && !isBytes) {
        continue;
      }
      int target = slot(at, slot, segment, true);
      if (target >= 0 && isBytes) {
        checkBytes(at, slot, objects.kind(objects.offset(target)));
      }
    }
  }

  private void checkBytes(long at, long slot, int found) {
    if (found != TypeCode.BYTES) {
      findings.addObject(
          at,
          slot,
          "type of the bytes of a record",
          TypeCode.nameOf(TypeCode.BYTES),
          TypeCode.nameOf(found));
    }
  }

  private boolean hasBytes(long at) {
    RecordTypes types = objects.recordTypes();
    int type = image.getInt(at + RecordLayout.RECORD_TYPE_OFFSET);
    return types != null && type >= 0 && type < types.count() && types.hasBytes(type);
  }

  private void key(long at, long slot, int target) {
    int kind = objects.kind(objects.offset(target));
    if (FoundObjects.kindOf(kind).isMutable()) {
      findings.addObject(at, slot, "key that has no hash", null, TypeCode.nameOf(kind));
    }
    // Equal immutable values are one object.
    int rank = objects.rank(target);
    if (held.get(rank)) {
      findings.addObject(at, slot, "key stands twice", null, null);
    }
    held.set(rank);
  }

  /** Checks a slot that is not empty; returns where it leads, or -1. */
  private int slot(long at, long slot, int segment, boolean isHot) {
    long target = image.getSlot(slot);
    if (!objects.isStart(target)) {
      if (objects.isUnknown(target)) {
        return -1;
      }
      findings.addObject(
          at, slot, "slot leads to no object", null, "0x" + Long.toHexString(target));
      return -1;
    }
    int word = objects.word(target);
    if (!objects.isInReach(word, segment)) {
      findings.addObject(
          at, slot, "slot leads to another module's object", null, "0x" + Long.toHexString(target));
    }
    int rank = objects.rank(word);
    named.set(rank);
    if (isHot) {
      hot.set(rank);
    }
    return word;
  }

  private void codeSlots(long at, int segment) {
    PythonVersion version = objects.version(at);
    boolean localsPlus = version != null && version.hasLocalsPlus();
    magic(at, segment);
    int code = field(at, segment, CodeLayout.CODE_SLOT, TypeCode.BYTES);
    if (code >= 0) {
      bytecode.set(objects.rank(code));
    }
    int name = version != null && version.isPython2() ? TypeCode.BYTES : TypeCode.STR;
    int kindsOrFreevars = localsPlus ? TypeCode.BYTES : TypeCode.TUPLE;
    field(at, segment, CodeLayout.CONSTS_SLOT, TypeCode.TUPLE);
    names(
        at, CodeLayout.NAMES_SLOT, name, field(at, segment, CodeLayout.NAMES_SLOT, TypeCode.TUPLE));
    int locals = field(at, segment, CodeLayout.LOCAL_NAMES_SLOT, TypeCode.TUPLE);
    names(at, CodeLayout.LOCAL_NAMES_SLOT, name, locals);
    int kinds = field(at, segment, CodeLayout.KINDS_OR_FREEVARS_SLOT, kindsOrFreevars);
    int cells = field(at, segment, CodeLayout.EXCEPTIONS_OR_CELLVARS_SLOT, kindsOrFreevars);
    if (localsPlus) {
      localKinds(at, locals, kinds);
    } else {
      names(at, CodeLayout.KINDS_OR_FREEVARS_SLOT, name, kinds);
      names(at, CodeLayout.EXCEPTIONS_OR_CELLVARS_SLOT, name, cells);
    }
    field(at, segment, CodeLayout.FILENAME_SLOT, name);
    field(at, segment, CodeLayout.NAME_SLOT, name);
    if (localsPlus) {
      field(at, segment, CodeLayout.QUALNAME_SLOT, name);
    } else if (!image.isEmptySlot(ObjectChecks.codeSlot(image, at, CodeLayout.QUALNAME_SLOT))) {
      findings.addObject(
          at,
          ObjectChecks.codeSlot(image, at, CodeLayout.QUALNAME_SLOT),
          "qualname before 3.11",
          null,
          null);
    }
    field(at, segment, CodeLayout.LINE_TABLE_SLOT, TypeCode.BYTES);
    if (version != null && code >= 0 && locals >= 0) {
      numbers(at, version, size(code), size(locals));
    }
  }

  /** Checks that a code object has the fields of the Python that its module's file came from. */
  private void magic(long at, int segment) {
    if (segment < 0) {
      return;
    }
    long entry = header.sectionStart(SectionLayout.MODULES) + (long) segment * ModuleLayout.SIZE;
    int expected = image.getInt(entry + ModuleLayout.MAGIC_OFFSET) & 0xFFFF;
    int found = image.getShort(at + CodeLayout.MAGIC_OFFSET) & 0xFFFF;
    // Graphs of a program's own have no magic number, and may hold code of several.
    if (expected != 0 && found != expected) {
      findings.addObject(
          at, at + CodeLayout.MAGIC_OFFSET, "magic number is not the module's", expected, found);
    }
  }

  /** Checks the numbers of a code object as whoever copies it into the model would. */
  private void numbers(long at, PythonVersion version, int codeLength, int localNames) {
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
      } else if (!version.isPython2()) {
        CodeValue.checkVarnames(argCount, kwOnlyArgCount, localNames, flags);
      }
    } catch (IllegalArgumentException e) {
      findings.addObject(at, at + CodeLayout.ARG_COUNT_OFFSET, e.getMessage(), null, null);
    }
  }

  private int size(int object) {
    return image.getInt(objects.offset(object) + ObjectLayout.SIZE_OFFSET);
  }

  /** Checks a field that must have one type; returns where it leads, or -1. */
  private int field(long at, int segment, int field, int kind) {
    boolean isHot =
        field != CodeLayout.LINE_TABLE_SLOT && field != CodeLayout.EXCEPTIONS_OR_CELLVARS_SLOT;
    int target = slot(at, ObjectChecks.codeSlot(image, at, field), segment, isHot);
    if (target < 0) {
      return -1;
    }
    int found = objects.kind(objects.offset(target));
    if (found != kind) {
      findings.addObject(
          at,
          ObjectChecks.codeSlot(image, at, field),
          "type of a field",
          TypeCode.nameOf(kind),
          TypeCode.nameOf(found));
      return -1;
    }
    return target;
  }

  private void names(long at, int field, int kind, int tuple) {
    if (tuple < 0) {
      return;
    }
    long names = objects.offset(tuple);
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
      int found = objects.kind(image.getSlot(ObjectChecks.itemSlot(image, names, stray)));
      findings.addObject(
          at,
          ObjectChecks.codeSlot(image, at, field),
          "type of name " + stray,
          TypeCode.nameOf(kind),
          TypeCode.nameOf(found));
    }
  }

  private int strayName(long names, int size, int kind) {
    for (int i = 0; i < size; i++) {
      long name = image.getSlot(ObjectChecks.itemSlot(image, names, i));
      if (objects.isStart(name) && objects.kind(name) != kind) {
        return i;
      }
    }
    return -1;
  }

  private int localCount(int kinds, int size) {
    int locals = 0;
    for (int i = 0; i < size; i++) {
      int kind = image.getByte(objects.offset(kinds) + BytesLayout.DATA_OFFSET + i);
      locals += (kind & CodeLayout.KIND_LOCAL) != 0 ? 1 : 0;
    }
    return locals;
  }

  /** Checks that each variable of a code object of 3.11 or newer has its kind. */
  private void localKinds(long at, int names, int kinds) {
    if (names < 0 || kinds < 0) {
      return;
    }
    int expected = image.getInt(objects.offset(names) + ObjectLayout.SIZE_OFFSET);
    int size = image.getInt(objects.offset(kinds) + ObjectLayout.SIZE_OFFSET);
    if (size != expected) {
      findings.addObject(
          at,
          ObjectChecks.codeSlot(image, at, CodeLayout.KINDS_OR_FREEVARS_SLOT),
          "kinds of variables",
          expected,
          size);
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
