package org.marshalimage.internal;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;

/**
 * Checks that an image holds one object for each immutable value. Each value is looked up in a hash
 * table, of which there is a part at a time, so that it takes a small part of the image's length
 * whatever the image holds. Not thread-safe.
 */
final class DuplicateVerifier {
  /** Entries of the least table: 256 KiB. */
  private static final int LEAST_SIZE_BITS = 16;

  /** A table has an entry for this many bytes of objects, or more. */
  private static final int BYTES_PER_ENTRY = 128;

  private static final int FULL_PERCENT = 75;
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

  /** Words where objects start, at their hashes or behind. */
  private final int[] table;

  /**
   * What hashes start from. Nobody who makes an image knows them: many values of one hash would
   * take time by the square of their number.
   */
  private final long seed;

  private final long salt;

  /** Ranks of objects that have an equal one before them. */
  private final BitSet repeated = new BitSet();

  /** Ranks of containers that have been looked at, or are just being looked at. */
  private final BitSet seen = new BitSet();

  /** Of those, what must be kept apart; and what is just being looked at, as it is if met again. */
  private final BitSet apart = new BitSet();

  /** Containers that are being looked at, each with FRAME numbers. */
  private int[] stack = new int[64 * FRAME];

  DuplicateVerifier(ImageBytes image, FoundObjects objects, SlotVerifier slots, Findings findings) {
    this.image = image;
    this.objects = objects;
    this.slots = slots;
    this.findings = findings;
    long entries = (image.objectsEnd() - image.objectsStart()) / BYTES_PER_ENTRY;
    int bits = Long.SIZE - 1 - Long.numberOfLeadingZeros(entries | 1);
    table = new int[1 << Math.max(LEAST_SIZE_BITS, bits)];
    SplittableRandom random = new SplittableRandom();
    seed = random.nextLong();
    salt = random.nextLong();
  }

  void verify() {
    long most = (long) table.length * FULL_PERCENT / 100;
    int parts = (int) (objects.objectCount() / most) + 1;
    for (int part = 0; part < parts; part++) {
      find(part, parts);
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
  private void find(int part, int parts) {
    Arrays.fill(table, EMPTY);
    int mask = table.length - 1;
    int left = mask;
    for (int at = objects.next(0); at >= 0; at = objects.next(at + 1)) {
      long offset = objects.offset(at);
      int kind = objects.kind(offset);
      boolean isBytecode = kind == TypeCode.BYTES && slots.isBytecode(objects.rank(at));
      if (isBytecode || isApart(offset, kind)) {
        continue;
      }
      long length = objects.length(offset, kind);
      long hash = hash(offset, length, kind);
      if ((int) ((hash >>> Integer.SIZE) * parts >>> Integer.SIZE) != part) {
        continue;
      }
      int entry = (int) hash & mask;
      while (table[entry] != EMPTY && !isEqual(table[entry], offset, length, kind)) {
        entry = entry + 1 & mask;
      }
      if (table[entry] != EMPTY) {
        if (!ObjectLayout.isContainer(kind) || !holdsApart(at)) {
          repeated.set(objects.rank(at));
        }
      } else if (left > 1) {
        table[entry] = at;
        left--;
      }
    }
  }

  /** Tells whether an object is kept apart for its type or its own value. */
  private boolean isApart(long offset, int kind) {
    switch (kind) {
      case TypeCode.LIST:
      case TypeCode.SET:
      case TypeCode.DICT:
      case TypeCode.CODE:
        return true;
      case TypeCode.FLOAT:
        return isNan(offset + ObjectLayout.VALUE_OFFSET);
      case TypeCode.COMPLEX:
        return isNan(offset + ObjectLayout.VALUE_OFFSET)
            || isNan(offset + ObjectLayout.IMAGINARY_OFFSET);
      default:
        return false;
    }
  }

  private boolean isNan(long at) {
    return (image.getLong(at) & MAGNITUDE) > INFINITY;
  }

  private long hash(long offset, long length, int kind) {
    int size = image.getInt(offset + ObjectLayout.SIZE_OFFSET);
    long hash = fold(seed ^ kind, size);
    for (long at = ObjectLayout.HEAD_SIZE; at < length; at += Long.BYTES) {
      hash = fold(hash, word(offset, at, kind));
    }
    return hash;
  }

  private long fold(long hash, long word) {
    long mixed = hash ^ word;
    return Math.multiplyHigh(mixed, salt) ^ mixed * salt;
  }

  /** Returns a word of an object, of a string without its number. */
  private long word(long offset, long at, int kind) {
    long word = image.getLong(offset + at);
    boolean hasNumber =
        at == StrLayout.NUMBER_OFFSET && (kind == TypeCode.STR || kind == TypeCode.BYTES);
    return hasNumber ? word >>> Integer.SIZE : word;
  }

  private boolean isEqual(int known, long offset, long length, int kind) {
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
    int size = image.getInt(offset + ObjectLayout.SIZE_OFFSET);
    long count = ObjectLayout.slotCount(objects.kind(offset), size);
    while (stack[top + NEXT_SLOT] < count && stack[top + IS_APART] == 0) {
      long slot = Records.itemSlot(image, offset, stack[top + NEXT_SLOT]++);
      long target = image.getSlot(slot);
      if (!objects.isStart(target)) {
        continue;
      }
      int kind = objects.kind(target);
      int word = objects.word(target);
      if (isApart(target, kind)) {
        stack[top + IS_APART] = 1;
      } else if (ObjectLayout.isContainer(kind)) {
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
