package org.marshalimage.cli.report;

import java.util.BitSet;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.IntArrayList;
import org.marshalimage.ImageCursor;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.TypeCode;

/**
 * How many roots lead to each object of an image. Goes by what roots lead to, not by where it lies:
 * that is for the layout to decide. An object is known by its offset in words of 8 bytes.
 */
final class ObjectUses {
  /** Low bits of a value of {@link #more}: the slot of a code object, plus one. */
  private static final int SLOT_BITS = 4;

  private static final int NEVER = -1;

  private final BitSet met = new BitSet();

  /** Of each shared object the uses behind the first, and the slot that led to it. */
  private final Int2IntHashMap more = new Int2IntHashMap(NEVER);

  private final BitSet shared = new BitSet();
  private long bytesLeft;

  private ObjectUses(long length) {
    bytesLeft = length;
  }

  /**
   * Walks over all that roots lead to, for each root anew.
   *
   * @throws CorruptImageException if an object breaks the format, or objects overlap
   */
  static ObjectUses of(MarshalImage image) {
    ObjectUses uses = new ObjectUses(image.info().length());
    BitSet seen = new BitSet();
    IntArrayList reached = new IntArrayList();
    IntArrayList stack = new IntArrayList();
    ImageCursor cursor = image.cursor();
    for (ImageModule module : image.modules()) {
      push(stack, module.rootOffset(), Category.NO_SLOT);
      while (!stack.isEmpty()) {
        int slot = stack.popInt();
        int word = stack.popInt();
        if (seen.get(word)) {
          continue;
        }
        seen.set(word);
        reached.addInt(word);
        cursor.moveTo((long) word * Long.BYTES);
        uses.count(word, slot, cursor, image);
        pushSlots(cursor, stack);
      }
      // Not all at once, which takes as long as the image is large, for each root.
      for (int i = 0; i < reached.size(); i++) {
        seen.clear(reached.getInt(i));
      }
      reached.clear();
    }
    return uses;
  }

  private void count(int word, int slot, ImageCursor cursor, MarshalImage image) {
    if (!met.get(word)) {
      met.set(word);
      bytesLeft -= cursor.length();
      if (bytesLeft < 0) {
        throw new CorruptImageException(
            "objects overlap: they have more bytes than the image, image bytes="
                + image.info().length(),
            cursor.offset(),
            image.path().toString());
      }
      return;
    }
    shared.set(word);
    int before = more.get(word);
    more.put(word, before == NEVER ? 1 << SLOT_BITS | slot + 1 : before + (1 << SLOT_BITS));
  }

  private static void push(IntArrayList stack, long offset, int slot) {
    stack.pushInt((int) (offset / Long.BYTES));
    stack.pushInt(slot);
  }

  /** Pushes what the current object names, and for each the slot of a code object. */
  static void pushSlots(ImageCursor cursor, IntArrayList stack) {
    boolean isCode = cursor.kind() == TypeCode.CODE;
    for (int i = 0; i < cursor.slotCount(); i++) {
      long target = cursor.slot(i);
      if (target != 0) {
        push(stack, target, isCode ? i : Category.NO_SLOT);
      }
    }
  }

  /** Returns the objects that two or more roots lead to. */
  BitSet shared() {
    return shared;
  }

  /** Returns how many roots lead to a shared object. */
  int count(int word) {
    return 1 + (more.get(word) >>> SLOT_BITS);
  }

  /** Returns the slot of a code object that led to a shared object, or {@link Category#NO_SLOT}. */
  int slot(int word) {
    return (more.get(word) & (1 << SLOT_BITS) - 1) - 1;
  }
}
