package org.marshalimage.internal.verify;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.Bits;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * Checks that an image holds one object for each immutable value. Each value is looked up in a hash
 * table, of which there is a part at a time, so that it takes a small part of the image's length
 * whatever the image holds. Not thread-safe.
 */
final class DuplicateVerifier {
  /** Entries that a table may have in any case: 256 KiB. */
  private static final int LEAST_ENTRIES = 1 << 16;

  /** Else a table has no more than an entry for this many bytes of objects: a fortieth of them. */
  private static final int BYTES_PER_ENTRY = 160;

  private static final int EMPTY = -1;

  /**
   * Of a container that is being looked at: its word, its next slot, and whether it is to be kept
   * apart.
   */
  private static final int FRAME = 3;

  private static final int NEXT_SLOT = 1;
  private static final int IS_APART = 2;

  /** Bits of a double but its sign; above those of infinity lie what is not a number. */
  private static final long MAGNITUDE = Long.MAX_VALUE;

  private static final long INFINITY = 0x7FF0000000000000L;

  private final ImageBytes image;
  private final FoundObjects objects;
  private final SlotVerifier slots;
  private final Findings findings;

  /**
   * Words where objects start, at their hashes or behind. What an entry has no need of for the word
   * holds bits of the hash, so that few objects are compared in vain.
   */
  private final int[] table;

  private final int wordBits;
  private final int parts;

  /**
   * What hashes start from. Nobody who makes an image knows them: many values of one hash would
   * take time by the square of their number.
   */
  private final long seed;

  private final long salt;

  /** Ranks of objects that have an equal one before them. */
  private final Bits repeated;

  /** Ranks of containers that have been looked at, or are just being looked at. */
  private final Bits seen;

  /** Of those, what must be kept apart; and what is just being looked at, as it is if met again. */
  private final Bits apart;

  /** Containers that are being looked at, each with FRAME numbers. */
  private int[] stack = new int[64 * FRAME];

  DuplicateVerifier(ImageBytes image, FoundObjects objects, SlotVerifier slots, Findings findings) {
    this.image = image;
    this.objects = objects;
    this.slots = slots;
    this.findings = findings;
    repeated = new Bits(objects.objectCount());
    seen = new Bits(objects.objectCount());
    apart = new Bits(objects.objectCount());
    int words = objects.word(image.objectsEnd());
    wordBits = Integer.SIZE - Integer.numberOfLeadingZeros(words);
    int most = Math.max(LEAST_ENTRIES, words / (BYTES_PER_ENTRY / Long.BYTES));
    // A quarter of it stays free, so that searches are short.
    int needed = objects.objectCount() / 3 * 4 + 4;
    parts = (needed + most - 1) / most;
    table = new int[Math.min(most, needed)];
    SplittableRandom random = new SplittableRandom();
    seed = random.nextLong();
    salt = random.nextLong();
  }

  void verify() {
    for (int part = 0; part < parts; part++) {
      find(part);
    }
    int rank = 0;
    for (int at = objects.next(0); at >= 0; at = objects.next(at + 1)) {
      if (repeated.get(rank++)) {
        long offset = objects.offset(at);
        findings.addObject(offset, offset, "another object has the same value", null, null);
      }
    }
  }

  /** Looks for values of one part of all hashes. */
  private void find(int part) {
    Arrays.fill(table, EMPTY);
    int free = table.length;
    for (int at = objects.next(0); at >= 0; at = objects.next(at + 1)) {
      long offset = objects.offset(at);
      int kind = objects.kind(offset);
      boolean isBytecode = kind == TypeCode.BYTES && slots.isBytecode(objects.rank(at));
      if (isBytecode || isApart(offset, kind)) {
        continue;
      }
      long length = objects.length(offset, kind);
      long hash = hash(offset, length, kind);
      if (scale(hash >>> Integer.SIZE, parts) != part) {
        continue;
      }
      int tag = (int) hash << wordBits;
      int entry = scale(hash & 0xFFFFFFFFL, table.length);
      while (table[entry] != EMPTY && !isEqual(table[entry] ^ tag, offset, length, kind)) {
        entry = entry + 1 == table.length ? 0 : entry + 1;
      }
      if (table[entry] != EMPTY) {
        if (!FoundObjects.kindOf(kind).hasSlots() || !holdsApart(at)) {
          repeated.set(objects.rank(at));
        }
      } else if (free > 1) {
        table[entry] = at | tag;
        free--;
      }
    }
  }

  /** Brings a number of 32 bits, unsigned, below a limit. */
  private static int scale(long number, int limit) {
    return (int) (number * limit >>> Integer.SIZE);
  }

  /** Tells whether an object is kept apart for its type or its own value. */
  private boolean isApart(long offset, int kind) {
    if (kind == TypeCode.FLOAT) {
      return isNan(offset + ObjectLayout.VALUE_OFFSET);
    }
    if (kind == TypeCode.COMPLEX) {
      return isNan(offset + ObjectLayout.VALUE_OFFSET)
          || isNan(offset + ObjectLayout.IMAGINARY_OFFSET);
    }
    return !FoundObjects.kindOf(kind).isMerged();
  }

  private boolean isNan(long at) {
    return (image.getLong(at) & MAGNITUDE) > INFINITY;
  }

  private long hash(long offset, long length, int kind) {
    int size = image.getInt(offset + ObjectLayout.SIZE_OFFSET);
    long hash = fold(seed ^ kind, salt ^ size);
    long at = ObjectLayout.HEAD_SIZE;
    if (length > at) {
      hash = fold(hash ^ word(offset, at, kind), salt);
      at += Long.BYTES;
    }
    for (; at + Long.BYTES < length; at += 2 * Long.BYTES) {
      hash =
          fold(hash ^ image.getLong(offset + at), salt ^ image.getLong(offset + at + Long.BYTES));
    }
    return at < length ? fold(hash ^ image.getLong(offset + at), salt) : hash;
  }

  /** Multiplies, and keeps what leaves 64 bits: every bit of either counts. */
  private static long fold(long one, long other) {
    return Math.multiplyHigh(one, other) ^ one * other;
  }

  /** Returns a word of an object, of a string without its number. */
  private long word(long offset, long at, int kind) {
    long word = image.getLong(offset + at);
    boolean hasNumber =
        at == StrLayout.NUMBER_OFFSET && (kind == TypeCode.STR || kind == TypeCode.BYTES);
    return hasNumber ? word >>> Integer.SIZE : word;
  }

  /** Compares an object with that of an entry, from which the tag has been taken. */
  private boolean isEqual(int known, long offset, long length, int kind) {
    if (wordBits < Integer.SIZE && known >>> wordBits != 0) {
      return false;
    }
    long other = objects.offset(known);
    if (image.getInt(other + ObjectLayout.SIZE_OFFSET)
            != image.getInt(offset + ObjectLayout.SIZE_OFFSET)
        || objects.kind(other) != kind
        || objects.length(other, kind) != length) {
      return false;
    }
    for (long at = ObjectLayout.HEAD_SIZE; at < length; at += Long.BYTES) {
      if (word(offset, at, kind) != word(other, at, kind)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Tells whether an immutable container holds, at whatever depth, what is kept apart, or itself.
   * Each container is looked at once, however many hold it.
   */
  private boolean holdsApart(int container) {
    int rank = objects.rank(container);
    if (!seen.get(rank)) {
      int depth = open(container, 0);
      while (depth > 0) {
        depth = step(depth);
      }
    }
    return apart.get(rank);
  }

  private int open(int container, int depth) {
    int top = FRAME * depth;
    if (top == stack.length) {
      stack = Arrays.copyOf(stack, 2 * top);
    }
    stack[top] = container;
    stack[top + NEXT_SLOT] = 0;
    stack[top + IS_APART] = 0;
    int rank = objects.rank(container);
    seen.set(rank);
    apart.set(rank);
    return depth + 1;
  }

  /** Goes on with the innermost container; returns how many there are then. */
  private int step(int depth) {
    int top = FRAME * (depth - 1);
    long offset = objects.offset(stack[top]);
    int container = objects.kind(offset);
    int count = objects.slotCount(offset, container);
    while (stack[top + NEXT_SLOT] < count && stack[top + IS_APART] == 0) {
      long slot = objects.slotOffset(offset, container, stack[top + NEXT_SLOT]++);
      long target = image.getSlot(slot);
      if (!objects.isStart(target)) {
        continue;
      }
      int kind = objects.kind(target);
      int word = objects.word(target);
      if (isApart(target, kind)) {
        stack[top + IS_APART] = 1;
      } else if (FoundObjects.kindOf(kind).hasSlots()) {
        if (!seen.get(objects.rank(word))) {
          return open(word, depth);
        }
        stack[top + IS_APART] = apart.get(objects.rank(word)) ? 1 : 0;
      }
    }
    if (stack[top + IS_APART] == 0) {
      apart.clear(objects.rank(stack[top]));
    } else if (depth > 1) {
      stack[top - FRAME + IS_APART] = 1;
    }
    return depth - 1;
  }
}
