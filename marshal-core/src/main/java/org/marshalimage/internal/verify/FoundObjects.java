package org.marshalimage.internal.verify;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.StringsLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.Bits;
import org.marshalimage.internal.layout.HandleCodes;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.layout.ObjectLengths;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordTypes;

/** Where the objects of an image start that is being verified. Not thread-safe. */
final class FoundObjects {
  private final ImageBytes image;
  private final ImageHeader header;
  private final @Nullable HandleCodes handleCodes;

  /** Words of 8 bytes, from the first object, where an object starts. */
  private final Bits starts;

  /** For each 64 words, the objects that start before them; once all are found. */
  private int[] ranks = {};

  private int objectCount;

  /** Words where objects could not be told apart. */
  private final BitSet unknown = new BitSet();

  private final ObjectLengths lengths;

  /** Null if the types of records break the format. */
  private @Nullable RecordTypes recordTypes;

  private final int[] counts = new int[TypeCode.LIMIT];

  /** Stretches of segments in the order of the file, none over another. */
  private final List<Stretch> stretches = new ArrayList<>();

  /** Of each module, that with the head; null if it has none that is sound. */
  private final @Nullable Stretch[] segments;

  /** Of each module, the other one; null if it has none that is sound. */
  private final @Nullable Stretch[] colds;

  /**
   * A part of the file with objects of one module.
   *
   * @param module its index
   * @param start word of the first object
   * @param end word behind the last one
   * @param isHot whether a start touches it, which says in what order its objects are
   * @param isCold whether it is what a start does not touch of a segment; one that is neither is
   *     all of its segment
   */
  record Stretch(int module, int start, int end, boolean isHot, boolean isCold) {
    boolean has(int word) {
      return word >= start && word < end;
    }
  }

  /**
   * Makes an empty set.
   *
   * @param handleCodes what type words hold; null if type codes
   */
  FoundObjects(ImageBytes image, ImageHeader header, @Nullable HandleCodes handleCodes) {
    this.image = image;
    this.header = header;
    this.handleCodes = handleCodes;
    lengths = ObjectLengths.of(image.pointerWidth());
    starts = new Bits(word(image.objectsEnd()));
    segments = new Stretch[header.moduleCount()];
    colds = new Stretch[header.moduleCount()];
  }

  /** Sets the types of records, which are sound. */
  void setRecordTypes(RecordTypes types) {
    recordTypes = types;
  }

  /** Returns the types of records; null if they break the format. */
  @Nullable RecordTypes recordTypes() {
    return recordTypes;
  }

  /** Returns the word at an offset, counted from the first object. */
  int word(long offset) {
    return (int) ((offset - image.objectsStart()) / Long.BYTES);
  }

  /** Returns the offset of a word. */
  long offset(int word) {
    return image.objectsStart() + (long) word * Long.BYTES;
  }

  /** Adds the stretch with the head of a segment, which lies behind all that were added. */
  void addSegment(int module, long start, long end, boolean isHot) {
    segments[module] = new Stretch(module, word(start), word(end), isHot, false);
    stretches.add(segments[module]);
  }

  /** Adds the cold stretch of a segment, which lies behind all that were added. */
  void addCold(int module, long start, long end) {
    colds[module] = new Stretch(module, word(start), word(end), false, true);
    stretches.add(colds[module]);
  }

  /** Returns all stretches in the order of the file. */
  List<Stretch> stretches() {
    return stretches;
  }

  /** Tells whether a module has a segment that is sound. */
  boolean hasSegment(int module) {
    return segments[module] != null;
  }

  /** Returns the word behind what modules share. */
  int sharedEnd() {
    return word(header.sharedEnd());
  }

  /** Returns the word where the hot part of that starts: that behind it if there is none. */
  int sharedHot() {
    return header.sharedHot() == 0 ? sharedEnd() : word(header.sharedHot());
  }

  /** Notes that an object of a type starts at an offset. */
  void add(long offset, int kind) {
    starts.set(word(offset));
    counts[kind]++;
  }

  /** Numbers the objects, all of which have been found. */
  void rank() {
    ranks = starts.counts();
    objectCount = rank(word(image.objectsEnd()));
  }

  /**
   * Returns how many objects start before the one at a word: its number, if the file numbers them
   * rightly. Sets of objects are kept by it, since there are far fewer objects than words.
   */
  int rank(int word) {
    return ranks[word >>> 6] + starts.countInBlock(word);
  }

  /** Returns the number of objects, once they have ranks. */
  int objectCount() {
    return objectCount;
  }

  /** Returns the number of objects of a type. */
  int count(int kind) {
    return counts[kind];
  }

  /** Notes that objects between two offsets cannot be told apart. */
  void setUnknown(long start, long end) {
    unknown.set(word(start), word(end));
  }

  /** Tells whether not all objects could be seen. */
  boolean isBroken() {
    return !unknown.isEmpty();
  }

  /** Returns the type code of what may be an object; -1 if it is none. */
  int kind(long offset) {
    long typeWord = image.getLong(offset + ObjectLayout.TYPE_OFFSET);
    if (handleCodes != null) {
      return handleCodes.code(typeWord);
    }
    return typeWord > 0 && typeWord < TypeCode.LIMIT ? (int) typeWord : -1;
  }

  /**
   * Returns the kind of a type code that an object has which has been found.
   *
   * @throws IndexOutOfBoundsException if it is none any more, since the file has changed
   */
  static Kind kindOf(int typeCode) {
    if (!Kind.isKind(typeCode)) {
      throw new IndexOutOfBoundsException("no longer a type code of an image: " + typeCode);
    }
    return Kind.of(typeCode);
  }

  /** Returns the bytes of an object that has been found, padding included. */
  long length(long offset, int kind) {
    int number = kind == TypeCode.STR ? image.getInt(offset + StrLayout.NUMBER_OFFSET) : 0;
    return lengths.length(kind, image.getInt(offset + ObjectLayout.SIZE_OFFSET), number);
  }

  /** Returns the number of slots of an object that has been found. */
  int slotCount(long offset, int kind) {
    return lengths.slotCount(kind, image.getInt(offset + ObjectLayout.SIZE_OFFSET));
  }

  /** Returns the offset of a slot of an object that has been found. */
  long slotOffset(long offset, int kind, int index) {
    return image.slotOffset(offset + lengths.bodyOffset(kind), index);
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
      int length = ObjectChecks.strLength(image, offset);
      int shift = ObjectChecks.strWidthShift(image, offset);
      StringBuilder text = new StringBuilder(length);
      for (int i = 0; i < length; i++) {
        text.appendCodePoint(
            ObjectChecks.codePoint(image, offset + StrLayout.DATA_OFFSET, shift, i));
      }
      return text.toString();
    } catch (MarshalFormatException e) {
      return null;
    }
  }

  /** Hashes the text of a string, for the tables of interned ones. */
  long textHash(long offset, long seed) {
    boolean isStr = kind(offset) == TypeCode.STR;
    int length =
        isStr ? ObjectChecks.strLength(image, offset) : ObjectChecks.bytesLength(image, offset);
    int shift = isStr ? ObjectChecks.strWidthShift(image, offset) : 0;
    long data = offset + (isStr ? StrLayout.DATA_OFFSET : BytesLayout.DATA_OFFSET);
    return StringsLayout.hash(
        length, i -> ObjectChecks.codePoint(image, data, shift, i), !isStr, seed);
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

  /** Tells whether an object starts at an offset. */
  boolean isStart(long offset) {
    return offset >= image.objectsStart()
        && offset < image.objectsEnd()
        && offset % Long.BYTES == 0
        && starts.get(word(offset));
  }

  /** Tells whether an offset lies where objects could not be told apart. */
  boolean isUnknown(long offset) {
    return offset >= image.objectsStart()
        && offset < image.objectsEnd()
        && unknown.get(word(offset));
  }

  /** Returns the first word from another one on where an object starts, or -1. */
  int next(int word) {
    return starts.next(word);
  }

  /** Tells whether objects of a module, or shared ones with -1, may name the object at a word. */
  boolean isInReach(int target, int module) {
    return target < sharedEnd()
        || module >= 0 && (isIn(segments[module], target) || isIn(colds[module], target));
  }

  private static boolean isIn(@Nullable Stretch stretch, int target) {
    return stretch != null && stretch.has(target);
  }

  /** Returns the Python of a code object; null if none is known. */
  @Nullable PythonVersion version(long code) {
    return PythonVersion.ofMagicNumber(image.getShort(code + CodeLayout.MAGIC_OFFSET) & 0xFFFF);
  }
}
