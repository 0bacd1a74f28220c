package org.marshalimage.internal.memory;

import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HeaderLayout;

/**
 * The interned strings of an image as Java strings, by number: of each the same one every time.
 * Safe for use by many threads.
 *
 * <p>Reading takes no lock, and needs no order between threads either: the fields of a String are
 * final, so that one which is seen at all is seen whole, and what is not yet seen is looked for
 * again under the lock. A VarHandle, which {@code Attachments} needs for objects that may be less
 * careful, would add 1.5 ms to the launch of a JVM by its first use.
 */
public final class InternedTexts {
  private static final int CHUNK_SHIFT = 8;
  private static final int CHUNK_SIZE = 1 << CHUNK_SHIFT;

  private final ImageBytes image;
  private final int count;
  private final @Nullable String[] @Nullable [] texts;

  /** Of which object each text is, so that no other one that bears its number gets it. */
  private final int[] @Nullable [] owners;

  /**
   * Makes an empty table.
   *
   * @param image whose strings they are
   * @param count number of interned strings
   */
  public InternedTexts(ImageBytes image, int count) {
    int chunks = (count + CHUNK_SIZE - 1) >>> CHUNK_SHIFT;
    this.image = image;
    this.count = count;
    this.texts = new String[chunks][];
    this.owners = new int[chunks][];
  }

  /**
   * Returns the text of an object.
   *
   * @param number what the object has for its number
   * @param offset of the object
   * @return null if {@link #add} has to be asked
   */
  public @Nullable String get(int number, long offset) {
    if (number < 0 || number >= count) {
      throw Failures.number(image, "interned strings", number, count, offset);
    }
    String[] chunk = texts[number >>> CHUNK_SHIFT];
    int[] owner = owners[number >>> CHUNK_SHIFT];
    int index = number & CHUNK_SIZE - 1;
    return chunk != null && owner != null && owner[index] == unit(offset) ? chunk[index] : null;
  }

  /**
   * Puts the text of an object for which {@link #get} gave null.
   *
   * @return the text that was put there first, by whatever thread
   */
  public synchronized String add(int number, long offset, String text) {
    int at = number >>> CHUNK_SHIFT;
    int index = number & CHUNK_SIZE - 1;
    if (texts[at] == null) {
      int length = Math.min(CHUNK_SIZE, count - (at << CHUNK_SHIFT));
      texts[at] = new String[length];
      owners[at] = new int[length];
    }
    if (texts[at][index] == null) {
      texts[at][index] = text;
      owners[at][index] = unit(offset);
    } else if (owners[at][index] != unit(offset)) {
      throw Failures.corrupt(image, "two strings have one number: number=" + number, offset);
    }
    return texts[at][index];
  }

  private static int unit(long offset) {
    return (int) (offset / HeaderLayout.ALIGNMENT);
  }
}
