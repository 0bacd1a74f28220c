package org.marshalimage.internal.link;

import java.lang.invoke.VarHandle;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.HandleCodes;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ImageTypes;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.layout.ObjectLengths;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.PrivateMapping;
import org.marshalimage.internal.memory.RecordHandles;
import org.marshalimage.internal.memory.TypeWords;

/**
 * Links the objects of a writable image: their slots to an address, their type words to handles,
 * their counts to pinned ones. Each object once, before anything reads it; a module with all that
 * it leads to.
 *
 * <p>An object is linked when its type word is a handle. Where handles stood in the file already,
 * that cannot be told from the word, and a set of offsets says it. Safe for use by many threads:
 * they take turns to link, and to read takes no lock.
 */
public final class Linker implements TypeWords {
  private static final int WORD_SHIFT = 3;
  private static final int HEAD_WORDS = ObjectLayout.HEAD_SIZE / Long.BYTES;
  private static final int PAGE_WORDS = HeaderLayout.PAGE_SIZE / Long.BYTES;
  private static final int TYPE_WORD = ObjectLayout.TYPE_OFFSET / Long.BYTES;
  private static final int NUMBER_WORD = StrLayout.NUMBER_OFFSET / Long.BYTES;
  private static final long PINNED = ObjectLayout.PINNED & 0xFFFFFFFFL;

  private final ImageBytes image;
  private final ImageHeader header;
  private final ObjectLengths lengths;
  private final long linkBase;
  private final long address;
  private final boolean isCompact;
  private final long delta;

  /** Handles by type code; none for records. */
  private final long[] handles;

  /** Handles of records, by the number of their type. */
  private final long[] recordHandles;

  private final long fingerprint;
  private final HandleCodes codes;

  /** What type words of the file hold; null if type codes. */
  private final @Nullable HandleCodes filedCodes;

  /** Whether address and handles are those of the file, so that all is linked as it is. */
  private final boolean isPrelinked;

  /** Units of 8 bytes where a linked object starts; null if type words tell. */
  private final @Nullable Marks linked;

  private final Marks modules;
  private final BitSet pages = new BitSet();
  private int lastPage = -1;

  /** Objects that are still to be linked, since linked ones lead to them. */
  private int[] pending = new int[64];

  private int pendingCount;

  /**
   * Words of objects that may still be linked, each object once. There are more only if objects
   * overlap, as they may in a hostile image whose handles look like slots: linking them would take
   * time by the square of its length.
   */
  private int wordsLeft;

  /** Words of segments that may still be walked, likewise. */
  private int segmentWordsLeft;

  /** What copies pages before they are written; null if writing does. */
  private @Nullable PrivateMapping mapping;

  private volatile boolean isBusy;
  private int moduleCount;
  private long objectCount;
  private long slotCount;
  private long keptTypeCount;
  private long pinCount;
  private long nanos;

  /**
   * Makes a linker of an image whose header has been checked.
   *
   * @param image writable; its slots are read at {@code address} from now on
   * @param header of the image
   * @param address what slots are to be relative to
   * @param handles by type code, no two the same; 0 where there is none
   * @param records handles of types of records
   * @param fingerprint of the handles
   * @throws IllegalArgumentException if a type that the image has has no handle
   * @throws org.marshalimage.format.CorruptImageException if the image has this fingerprint and
   *     other handles
   */
  public Linker(
      ImageBytes image,
      ImageHeader header,
      long address,
      long[] handles,
      RecordHandles records,
      long fingerprint) {
    this(
        image,
        header,
        address,
        handles,
        records,
        fingerprint,
        (address == image.linkBase() || image.pointerWidth() == HeaderLayout.COMPACT_WIDTH)
            && fingerprint == image.getLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET));
  }

  /**
   * Makes a linker that takes nothing for linked.
   *
   * @param isPrelinked false but for what the other constructor has found
   */
  public Linker(
      ImageBytes image,
      ImageHeader header,
      long address,
      long[] handles,
      RecordHandles records,
      long fingerprint,
      boolean isPrelinked) {
    this.image = image;
    this.header = header;
    this.linkBase = image.linkBase();
    this.address = address;
    this.isCompact = image.pointerWidth() == HeaderLayout.COMPACT_WIDTH;
    this.delta = isCompact ? 0 : address - linkBase;
    this.lengths = ObjectLengths.of(image.pointerWidth());
    this.handles = handles.clone();
    this.handles[TypeCode.RECORD] = 0;
    this.recordHandles = image.state().recordTypes().bound(records);
    this.fingerprint = fingerprint;
    this.isPrelinked = isPrelinked;
    ImageTypes types = new ImageTypes(image, header);
    types.checkBound(handles, records, fingerprint);
    boolean areCodesWanted = handles[TypeCode.NONE] == TypeCode.NONE;
    filedCodes = types.isPrelinked() ? types.codes() : null;
    // What is read as the file has it has the types that it has for a reader without a linker.
    HandleCodes boundCodes = new HandleCodes(handles, recordHandles);
    codes = isPrelinked && filedCodes != null ? filedCodes : boundCodes;
    linked =
        !isPrelinked && (filedCodes != null || areCodesWanted)
            ? new Marks(image.objectsEnd() / HeaderLayout.ALIGNMENT)
            : null;
    modules = new Marks(header.moduleCount());
    wordsLeft = index(image.objectsEnd() - image.objectsStart());
    segmentWordsLeft = index(header.sectionLength(SectionLayout.SEGMENTS));
    image.setInPlace(this, address);
  }

  /** Has a mapping copy the pages that linking all writes to, at once if it can. */
  public void copyPagesBy(PrivateMapping privateMapping) {
    mapping = privateMapping;
  }

  private boolean isLinked(long typeWord, int at) {
    if (linked != null) {
      return linked.get(at);
    }
    return typeWord < 0 || typeWord >= TypeCode.LIMIT || isPrelinked;
  }

  /** Links the object, with all that it leads to, if it was not. */
  @Override
  public int kind(long typeWord, long offset) {
    long word = typeWord;
    boolean wasLinked = isLinked(word, index(offset));
    if (!wasLinked) {
      linkObject(index(offset));
    }
    if (!wasLinked || linked != null) {
      // Not the word that was read before the object was linked, by whatever thread.
      word = image.getLong(offset + ObjectLayout.TYPE_OFFSET);
    }
    // Whoever sees an object linked sees its slots as linking left them.
    VarHandle.loadLoadFence();
    return codes.code(word);
  }

  @Override
  public int kindWithoutLinking(long typeWord, long offset) {
    if (isLinked(typeWord, index(offset))) {
      return kind(typeWord, offset);
    }
    if (linked == null) {
      return (int) typeWord;
    }
    synchronized (this) {
      long word = image.getLong(offset + ObjectLayout.TYPE_OFFSET);
      return isLinked(word, index(offset)) ? codes.code(word) : filedCode(word);
    }
  }

  @Override
  public void awaitLinking() {
    if (isBusy) {
      synchronized (this) {
        return;
      }
    }
  }

  /**
   * Links a module, with all that its root leads to.
   *
   * @param entry of the module table
   * @param name of the module
   */
  public void linkModule(long entry, String name) {
    long index = (entry - header.sectionStart(SectionLayout.MODULES)) / ModuleLayout.SIZE;
    if (isPrelinked || modules.get(index)) {
      return;
    }
    synchronized (this) {
      if (!modules.get(index)) {
        run(() -> walkModule(words(), entry, index, false), name);
      }
    }
  }

  /** Links all objects. */
  public synchronized void linkAll() {
    if (!isPrelinked) {
      boolean isAsFiled = linked == null && objectCount == 0 && delta != 0;
      run(isAsFiled ? this::linkAllListed : this::linkAllWalked, "");
    }
  }

  /** Links all objects by what their own heads say, for whoever writes checksums of them anew. */
  public synchronized void walkAll() {
    run(this::linkAllWalked, "");
  }

  private synchronized void linkObject(int object) {
    run(
        () -> {
          push(object);
          linkPending(words());
        },
        "");
  }

  private void run(Runnable work, String module) {
    if (ImageBytes.isFlightRecorded()) {
      JfrEvents.link(this, module, () -> runTimed(work));
    } else {
      runTimed(work);
    }
  }

  private void runTimed(Runnable work) {
    long start = System.nanoTime();
    isBusy = true;
    try {
      work.run();
      image.raisePendingFault();
    } catch (InternalError e) {
      throw Failures.unreadable(image, e);
    } finally {
      pendingCount = 0;
      isBusy = false;
      nanos += System.nanoTime() - start;
    }
  }

  /** Returns the image by words of 8 bytes, which all that linking looks at are made of. */
  private LongBuffer words() {
    return image.buffer().asLongBuffer();
  }

  /**
   * Links the objects of a module.
   *
   * @param isOneOfAll whether other walks link what they lead to
   */
  private void walkModule(LongBuffer words, long entry, long index, boolean isOneOfAll) {
    long whole = header.checkSegment(entry);
    long start = image.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
    if (index(whole) > segmentWordsLeft) {
      long inAll = header.sectionLength(SectionLayout.SEGMENTS);
      throw Failures.overlap(image, inAll, inAll - offset(segmentWordsLeft) + whole, start);
    }
    long length = image.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
    int first = index(header.segmentObjects(entry));
    long root = ObjectChecks.tableTarget(image, start + SegmentLayout.ROOT_OFFSET);
    int last = index(start + length);
    walk(words, first, last, isOneOfAll);
    int cold = index(image.getLong(entry + ModuleLayout.COLD_OFFSET));
    walk(words, cold, cold + index(whole - length), isOneOfAll);
    push(index(root));
    linkPending(words);
    modules.set(index);
    segmentWordsLeft -= index(whole);
    moduleCount++;
  }

  private long moduleEntry(int index) {
    return header.sectionStart(SectionLayout.MODULES) + (long) index * ModuleLayout.SIZE;
  }

  /** Has all pages of objects copied at once, before they are read as they are in the file. */
  private void copyPages() {
    long start = image.objectsStart();
    if (delta != 0 && mapping != null && mapping.copyPages(start, image.objectsEnd())) {
      pages.set(index(start) / PAGE_WORDS, index(image.objectsEnd() - 1) / PAGE_WORDS + 1);
    }
  }

  private void linkAllWalked() {
    copyPages();
    LongBuffer words = words();
    int start = index(image.objectsStart());
    walk(words, start, index(header.sharedEnd()), true);
    for (int index = 0; index < header.moduleCount(); index++) {
      if (modules.get(index)) {
        continue;
      }
      walkModule(words, moduleEntry(index), index, true);
    }
  }

  /**
   * Links all objects by what RELOCATIONS lists, where all are as they are in the file: no need to
   * look for where each object starts, which depends on the one before and takes most of the time.
   *
   * @throws org.marshalimage.format.CorruptImageException if something is no slot or no object; an
   *     object whose slots have changed by then is refused when it is read
   */
  private void linkAllListed() {
    RelocationMap map = RelocationMap.of(image, header);
    if (map == null) {
      linkAllWalked();
      return;
    }
    copyPages();
    LongBuffer words = words();
    for (int index = 0; index < header.moduleCount(); index++) {
      header.checkSegment(moduleEntry(index));
    }
    int start = index(image.objectsStart());
    // The object at hand: others see it linked once the next one starts, since its slots go on.
    int object = start;
    long handle = 0;
    long objects = 0;
    try {
      for (int block = 0; block < map.blockCount(); block++) {
        int first = start + block * Long.SIZE;
        long heads = map.heads(block);
        long slots = map.slots(block);
        if ((heads | slots) == 0) {
          continue;
        }
        relocate(words, first, slots);
        VarHandle.releaseFence();
        for (; heads != 0; heads &= heads - 1) {
          int at = first + Long.numberOfTrailingZeros(heads);
          long next = handleOf(words.get(at + TYPE_WORD), at);
          pin(words, at);
          if (handle != 0) {
            words.put(object + TYPE_WORD, handle);
            objects++;
          }
          touch(at + TYPE_WORD);
          object = at;
          handle = next;
        }
      }
      if (handle != 0) {
        words.put(object + TYPE_WORD, handle);
        objects++;
      }
    } finally {
      objectCount += objects;
    }
    slotCount += map.slotCount();
    for (int index = 0; index < header.moduleCount(); index++) {
      modules.set(index);
    }
    moduleCount = header.moduleCount();
  }

  /** Relocates the slots among 64 words. */
  private void relocate(LongBuffer words, int first, long slots) {
    long least = linkBase + image.objectsStart();
    long range = image.objectsEnd() - ObjectLayout.HEAD_SIZE - image.objectsStart();
    long change = delta;
    for (long left = slots; left != 0; left &= left - 1) {
      int at = first + Long.numberOfTrailingZeros(left);
      long slot = words.get(at);
      long distance = slot - least;
      if (Long.compareUnsigned(distance, range) > 0 || (distance & 7) != 0) {
        throw Failures.slot(image, slot - linkBase, offset(at));
      }
      words.put(at, slot + change);
    }
    if (slots != 0) {
      touch(first + Long.numberOfTrailingZeros(slots));
      touch(first + Long.SIZE - 1 - Long.numberOfLeadingZeros(slots));
    }
  }

  /** Returns the handle of an object that is as it is in the file. */
  private long handleOf(long typeWord, int object) {
    long handle = typeWord < 0 || typeWord >= TypeCode.LIMIT ? 0 : handles[(int) typeWord];
    if (handle != 0) {
      return handle;
    }
    if (typeWord != TypeCode.RECORD) {
      throw Failures.unknownType(image, typeWord, offset(object));
    }
    return ofRecord(object);
  }

  private void pin(LongBuffer words, int at) {
    long countAndSize = words.get(at);
    if ((countAndSize & PINNED) == 0) {
      words.put(at, countAndSize | PINNED);
      // Before the object is seen linked.
      VarHandle.releaseFence();
      pinCount++;
    }
  }

  /**
   * Links the objects of a range, which lie one behind the other.
   *
   * @param start first word of the range
   * @param end word behind the range
   * @param isOneOfAll whether walks link all that objects name, and not only what lies in the range
   */
  private void walk(LongBuffer words, int start, int end, boolean isOneOfAll) {
    int ownStart = isOneOfAll ? 0 : start;
    int ownEnd = isOneOfAll ? words.limit() : end;
    int at = start;
    while (at < end) {
      at = link(words, at, end, ownStart, ownEnd);
    }
  }

  private void push(int object) {
    if (pendingCount == pending.length) {
      pending = Arrays.copyOf(pending, 2 * pendingCount);
    }
    pending[pendingCount++] = object;
  }

  private void linkPending(LongBuffer words) {
    int end = index(image.objectsEnd());
    while (pendingCount > 0) {
      link(words, pending[--pendingCount], end, 0, 0);
    }
  }

  /** Links one object, if it is not linked; returns the word behind it. */
  private int link(LongBuffer words, int at, int end, int ownStart, int ownEnd) {
    if (at > end - HEAD_WORDS) {
      throw cut(at);
    }
    long word = words.get(at + TYPE_WORD);
    boolean wasLinked = isLinked(word, at);
    int code = wasLinked ? codes.code(word) : filedCode(word);
    long handle = code < 0 ? 0 : handles[code];
    if (handle == 0) {
      if (code != TypeCode.RECORD) {
        throw Failures.unknownType(image, word, offset(at));
      }
      handle = ofRecord(at);
    }
    long countAndSize = words.get(at);
    int size = (int) (countAndSize >>> Integer.SIZE);
    // Of what ends with its head, the next object's, which is not used.
    int number = at + NUMBER_WORD < words.limit() ? (int) words.get(at + NUMBER_WORD) : 0;
    long length = lengths.length(code, size, number) >> WORD_SHIFT;
    if (length < HEAD_WORDS || length > end - at) {
      throw cut(at);
    }
    int next = at + (int) length;
    if (wasLinked) {
      return next;
    }
    if (length > wordsLeft) {
      throw overlap(at, length);
    }
    int slots = lengths.slotCount(code, size);
    if (slots > 0) {
      int first = at + (lengths.bodyOffset(code) >> WORD_SHIFT);
      linkSlots(words, first, slots, code, ownStart, ownEnd);
    }
    pin(words, at);
    // What another thread sees linked must be linked.
    VarHandle.releaseFence();
    if (word != handle) {
      words.put(at + TYPE_WORD, handle);
      touch(at + TYPE_WORD);
    } else {
      keptTypeCount++;
    }
    if (linked != null) {
      linked.set(at);
    }
    objectCount++;
    wordsLeft -= (int) length;
    return next;
  }

  /** Returns the handle of a record, which is that of its type. */
  private long ofRecord(int at) {
    image.checkRange(offset(at), RecordLayout.SLOTS_OFFSET);
    return recordHandles[image.state().recordTypes().indexOf(offset(at))];
  }

  private static int index(long offset) {
    return (int) (offset >>> WORD_SHIFT);
  }

  private static long offset(int index) {
    return (long) index << WORD_SHIFT;
  }

  private RuntimeException cut(int at) {
    return Failures.corrupt(image, "object is cut by the end of its segment", offset(at));
  }

  private RuntimeException overlap(int at, long length) {
    long inAll = image.objectsEnd() - image.objectsStart();
    return Failures.overlap(image, inAll, inAll - offset(wordsLeft) + length * 8, offset(at));
  }

  private int filedCode(long word) {
    if (filedCodes != null) {
      return filedCodes.code(word);
    }
    return word >= 0 && word < TypeCode.LIMIT ? (int) word : -1;
  }

  /** Relocates the slots of an object, all or none, and notes what they name. */
  private void linkSlots(
      LongBuffer words, int first, int count, int code, int ownStart, int ownEnd) {
    long base = linkBase;
    long change = delta;
    boolean compact = isCompact;
    long objectsStart = image.objectsStart();
    long range = image.objectsEnd() - ObjectLayout.HEAD_SIZE - objectsStart;
    int emptyCount = 0;
    for (int i = 0; i < count; i++) {
      int at = compact ? first + (i >> 1) : first + i;
      long slot = words.get(at);
      if (compact) {
        slot = slot >>> (i << 5) & 0xFFFFFFFFL;
      }
      long target = compact ? slot << WORD_SHIFT : slot - base;
      if (Long.compareUnsigned(target - objectsStart, range) > 0 || (target & 7) != 0) {
        if (slot == 0 && lengths.hasEmptySlots(code)) {
          emptyCount++;
          continue;
        }
        if (change != 0) {
          undo(words, first, at);
        }
        throw Failures.slot(image, target, image.slotOffset(offset(first), i));
      }
      int object = index(target);
      if ((object < ownStart || object >= ownEnd)
          && !isLinked(words.get(object + TYPE_WORD), object)) {
        push(object);
      }
      if (change != 0) {
        words.put(at, slot + change);
      }
    }
    if (change != 0) {
      slotCount += count - emptyCount;
      int last = first + count - 1;
      for (int at = first; at < last; at += PAGE_WORDS) {
        touch(at);
      }
      touch(last);
    }
  }

  private void undo(LongBuffer words, int first, int last) {
    for (int at = first; at < last; at++) {
      long slot = words.get(at);
      if (slot != 0) {
        words.put(at, slot - delta);
      }
    }
  }

  /** Notes that a word was written. */
  private void touch(int at) {
    int page = at / PAGE_WORDS;
    if (page != lastPage) {
      pages.set(page);
      lastPage = page;
    }
  }

  /** Returns what messages call the file. */
  String file() {
    return image.file();
  }

  /** Returns where slots lead. */
  public long address() {
    return address;
  }

  /** Returns the fingerprint of the handles. */
  public long fingerprint() {
    return fingerprint;
  }

  /** Tells whether the file was prelinked for this address and these handles. */
  public boolean isPrelinked() {
    return isPrelinked;
  }

  /** Returns what has been done. */
  public synchronized LinkCounts counts() {
    return new LinkCounts(
        moduleCount,
        objectCount,
        slotCount,
        objectCount - keptTypeCount,
        pinCount,
        pages.cardinality(),
        nanos);
  }
}
