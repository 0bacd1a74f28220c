package org.marshalimage.trace;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.marshalimage.ImageCursor;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.TypeCode;

/**
 * Walks over the objects of an image and says what each is called in a way that outlives a rebuild:
 * a string by its text; all else by the nearest code object, or root, that leads to it, and the
 * slots from there. A code object has the name of its root and its own qualified name, put together
 * of the names of those around it; of several of one name in one code object, as lambdas are, the
 * second and further ones have a number, too.
 *
 * <p>Each object is met once: by a shortest way from the first root that has one, roots being taken
 * in the order of their names. An image that nobody has verified may be deep, and its names long:
 * what is called by more than some hundred steps is not met, and long names are shortened. Needs a
 * bit for each 8 bytes of the image, and some for each container of one root. Not thread-safe.
 */
final class ObjectPlaces {
  /** Slots from the nearest code object; code objects inside one another. */
  private static final int MOST_STEPS = 500;

  private static final int MOST_CODE_OBJECTS = 100;

  /** Chars of the name of a root that is walked from; each object's line has it. */
  private static final int LONGEST_ROOT = 1000;

  /** Texts that are longer stand as their length and their hash. */
  private static final int LONGEST_TEXT = 80;

  private final int internedCount;
  private final ImageCursor cursor;
  private final Consumer<ObjectPlaces> visitor;
  private final BitSet seen = new BitSet();
  private final Deque<Step> open = new ArrayDeque<>();

  /** Bytes of objects that are still looked at; more would be objects that overlap. */
  private long bytesLeft;

  /** As a word of a line. */
  private String root = "";

  /** The object at hand; meaningless before the first. */
  private Step at = new Step(0, null, 0, false, new Anchor("", 0));

  /** A code object, or a root, and how often it has had each name below it. */
  private static final class Anchor {
    /** Words with dots between; empty for a root. */
    final String qualifiedName;

    final int depth;
    final Map<String, Integer> names = new HashMap<>();

    Anchor(String qualifiedName, int depth) {
      this.qualifiedName = qualifiedName;
      this.depth = depth;
    }

    Anchor below(String name) {
      int number = names.merge(name, 1, Integer::sum);
      String numbered = number == 1 ? name : name + "#" + number;
      return new Anchor(
          qualifiedName.isEmpty() ? numbered : qualifiedName + "." + numbered, depth + 1);
    }
  }

  /** An object, and the slot of the one before that leads to it. */
  private static final class Step {
    final long offset;
    final @Nullable Step before;
    final int slot;
    final boolean isCode;
    final Anchor anchor;

    /** Slots from the anchor. */
    final int steps;

    Step(long offset, @Nullable Step before, int slot, boolean isCode, Anchor anchor) {
      this.offset = offset;
      this.before = before;
      this.slot = slot;
      this.isCode = isCode;
      this.anchor = anchor;
      this.steps = before == null || before.anchor != anchor ? 0 : before.steps + 1;
    }
  }

  private ObjectPlaces(MarshalImage image, Consumer<ObjectPlaces> visitor) {
    this.internedCount = image.internedCount();
    this.cursor = image.cursor();
    this.visitor = visitor;
    this.bytesLeft = image.info().length();
  }

  /**
   * Walks over all objects that roots lead to.
   *
   * @param image is read from one end to the other
   * @param roots which to walk from, by name
   * @param visitor is told of each object, which {@link #offset} and {@link #line} are of until it
   *     returns
   * @throws org.marshalimage.format.CorruptImageException if an object breaks the format
   */
  static void walk(MarshalImage image, Predicate<String> roots, Consumer<ObjectPlaces> visitor) {
    ObjectPlaces places = new ObjectPlaces(image, visitor);
    for (ImageModule module : image.modules()) {
      if (module.name().length() <= LONGEST_ROOT && roots.test(module.name())) {
        places.walkFrom(module.name(), module.rootOffset());
      }
    }
  }

  private void walkFrom(String name, long start) {
    root = StartupTrace.word(name);
    meet(start, null, 0);
    for (Step step = open.poll(); step != null; step = open.poll()) {
      int slots = cursor.moveTo(step.offset).slotCount();
      for (int slot = 0; slot < slots; slot++) {
        long target = cursor.moveTo(step.offset).slot(slot);
        if (target != 0) {
          meet(target, step, slot);
        }
      }
    }
  }

  private void meet(long object, @Nullable Step before, int slot) {
    int bit = (int) (object / Long.BYTES);
    if (seen.get(bit)) {
      return;
    }
    boolean isCode = cursor.moveTo(object).kind() == TypeCode.CODE;
    long length = cursor.length();
    boolean hasSlots = cursor.slotCount() > 0;
    Anchor anchor = before == null ? new Anchor("", 0) : before.anchor;
    if (isCode && before != null) {
      long name = cursor.slot(CodeLayout.NAME_SLOT);
      anchor = anchor.below(shortened(name == 0 ? "" : textAt(name)));
    }
    Step step = new Step(object, before, slot, isCode, anchor);
    if (step.steps > MOST_STEPS || anchor.depth > MOST_CODE_OBJECTS) {
      return;
    }
    seen.set(bit);
    bytesLeft -= length;
    at = step;
    visitor.accept(this);
    if (hasSlots && bytesLeft >= 0) {
      open.add(step);
    }
  }

  /** Returns where the object lies, in bytes from the start of the image. */
  long offset() {
    return at.offset;
  }

  /**
   * Returns the line that a trace has for the object, for example {@code "object json.decoder
   * JSONDecoder.decode consts.1"}, or {@code "string decode"}.
   */
  String line() {
    int kind = cursor.moveTo(at.offset).kind();
    // Python 2's names are bytes objects that are interned.
    boolean isName = kind == TypeCode.BYTES && cursor.number() < internedCount;
    if (kind == TypeCode.STR || isName) {
      return "string " + shortened(textAt(at.offset));
    }
    String name = at.anchor.qualifiedName;
    return "object " + root + " " + (name.isEmpty() ? StartupTrace.word("") : name) + " " + slots();
  }

  /** Spells the slots from the nearest code object: its fields by their names. */
  private String slots() {
    Deque<String> slots = new ArrayDeque<>();
    for (Step step = at; step.steps > 0 && step.before != null; step = step.before) {
      slots.addFirst(
          step.before.isCode ? CodeLayout.slotName(step.slot) : Integer.toString(step.slot));
    }
    return StartupTrace.word(String.join(".", slots));
  }

  /** Returns the text of a str, or of a bytes object as Latin-1. */
  private String textAt(long string) {
    cursor.moveTo(string);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < cursor.size(); i++) {
      if (cursor.kind() == TypeCode.STR) {
        text.appendCodePoint(cursor.codePointAt(i));
      } else {
        text.append((char) (cursor.dataWord(i / Long.BYTES) >>> i % Long.BYTES * Byte.SIZE & 0xFF));
      }
    }
    return text.toString();
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_TEXT
        ? StartupTrace.word(text)
        : text.length() + "%#" + hash(text);
  }

  private static String hash(String text) {
    long hash = 0;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> Integer.SIZE;
    }
    return Long.toHexString(hash);
  }
}
