package org.marshalimage.cli.report;

import java.util.BitSet;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;
import org.marshalimage.ImageCursor;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.compare.ShortRepr;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.TypeCode;

/**
 * What the objects of an image add up to: bytes by module and category, what sharing saved, the
 * largest objects, and what lies on which page. Each object is looked at once.
 */
final class ObjectSums {
  private static final int CATEGORIES = Category.values().length;

  /** Lines of a table of largest objects. */
  private static final int LINES = 100;

  /** Code points of a text that are shown. */
  private static final int LONGEST_TEXT = 120;

  /** Code objects inside one another of which a name is put together. */
  private static final int MOST_NAMES = 20;

  /**
   * A string, or bytes that are no table of a code object.
   *
   * @param module index of the module; {@link PageMap#SHARED} if several use it
   * @param kind name of its type
   * @param bytes that it takes
   * @param size code points, or bytes of its data
   * @param text how it begins
   */
  record Text(int module, String kind, long bytes, int size, String text) {}

  /**
   * A code object with all that belongs to it alone, but for the code objects in it.
   *
   * @param module index of the module
   * @param name its qualified name
   * @param line first line of its source
   * @param bytes of the whole
   */
  record Code(int module, String name, int line, long bytes) {}

  /**
   * An object that several roots use.
   *
   * @param kind name of its type
   * @param text how it begins; empty if it is no text
   * @param bytes that it takes
   * @param uses how many roots lead to it
   */
  record Shared(String kind, String text, long bytes, int uses) {}

  /** Of each category, by index of the module. */
  final long[][] moduleBytes;

  /** Of each category, bytes of what several roots use, and what they would take more apart. */
  final long[] sharedBytes = new long[CATEGORIES];

  final long[] savedBytes = new long[CATEGORIES];
  final Largest<Text> texts = new Largest<>(LINES);
  final Largest<Code> codes = new Largest<>(LINES);
  final Largest<Shared> shared = new Largest<>(LINES);
  final PageMap pages;

  private final MarshalImage image;
  private final ObjectUses uses;
  private final ImageCursor cursor;

  /** For texts, while the other one stands on what they belong to. */
  private final ImageCursor textCursor;

  private final BitSet done = new BitSet();

  /** Word, slot and anchor of objects to come. */
  private final IntArrayList stack = new IntArrayList();

  private final IntArrayList slots = new IntArrayList();

  /** Code objects of the module at hand: where they lie, which one each is in, and their bytes. */
  private final LongArrayList anchorOffsets = new LongArrayList();

  private final IntArrayList anchorParents = new IntArrayList();
  private final LongArrayList anchorBytes = new LongArrayList();

  private ObjectSums(MarshalImage image) {
    this.image = image;
    uses = ObjectUses.of(image);
    cursor = image.cursor();
    textCursor = image.cursor();
    moduleBytes = new long[CATEGORIES][image.moduleCount()];
    pages = new PageMap(image.info().length());
  }

  /**
   * Adds up an image.
   *
   * @throws org.marshalimage.format.CorruptImageException if an object breaks the format
   */
  static ObjectSums of(MarshalImage image) {
    ObjectSums sums = new ObjectSums(image);
    List<ImageModule> modules = image.modules();
    for (int i = 0; i < modules.size(); i++) {
      sums.addModule(i, modules.get(i));
    }
    sums.addShared();
    return sums;
  }

  private void addModule(int module, ImageModule root) {
    push((int) (root.rootOffset() / Long.BYTES), Category.NO_SLOT, -1);
    while (!stack.isEmpty()) {
      int anchor = stack.popInt();
      int slot = stack.popInt();
      int word = stack.popInt();
      // What shared objects lead to is shared, too.
      if (done.get(word) || uses.shared().get(word)) {
        continue;
      }
      done.set(word);
      cursor.moveTo((long) word * Long.BYTES);
      long length = cursor.length();
      Category category = Category.of(cursor.kind(), slot);
      moduleBytes[category.ordinal()][module] += length;
      pages.add(cursor.offset(), length);
      if (category == Category.STRINGS || category == Category.BYTES) {
        addText(module, length);
      }
      int around = category == Category.CODE ? addAnchor(anchor) : anchor;
      if (around >= 0) {
        anchorBytes.setLong(around, anchorBytes.getLong(around) + length);
      }
      ObjectUses.pushSlots(cursor, slots);
      while (!slots.isEmpty()) {
        int each = slots.popInt();
        push(slots.popInt(), each, around);
      }
    }
    pages.endOwner(module);
    addCodes(module);
  }

  private void push(int word, int slot, int anchor) {
    stack.pushInt(word);
    stack.pushInt(slot);
    stack.pushInt(anchor);
  }

  private int addAnchor(int parent) {
    anchorOffsets.addLong(cursor.offset());
    anchorParents.addInt(parent);
    anchorBytes.addLong(0);
    return anchorOffsets.size() - 1;
  }

  private void addText(int module, long length) {
    if (texts.accepts(length)) {
      texts.add(
          length,
          new Text(
              module,
              TypeCode.nameOf(cursor.kind()),
              length,
              cursor.size(),
              text(cursor.offset())));
    }
  }

  private void addCodes(int module) {
    for (int i = 0; i < anchorOffsets.size(); i++) {
      long bytes = anchorBytes.getLong(i);
      if (codes.accepts(bytes)) {
        String name = qualifiedName(i);
        cursor.moveTo(anchorOffsets.getLong(i));
        int line = cursor.codeField(CodeLayout.FIRST_LINE_OFFSET);
        codes.add(bytes, new Code(module, name, line, bytes));
      }
    }
    anchorOffsets.clear();
    anchorParents.clear();
    anchorBytes.clear();
  }

  private String qualifiedName(int anchor) {
    cursor.moveTo(anchorOffsets.getLong(anchor));
    long qualified = cursor.slot(CodeLayout.QUALNAME_SLOT);
    if (qualified != 0) {
      return text(qualified);
    }
    // Pythons before 3.11 do not say it: the names of the code objects around, but for the module.
    StringBuilder name = new StringBuilder();
    int at = anchor;
    for (int i = 0; i < MOST_NAMES && (i == 0 || anchorParents.getInt(at) >= 0); i++) {
      long own = cursor.moveTo(anchorOffsets.getLong(at)).slot(CodeLayout.NAME_SLOT);
      name.insert(0, (own == 0 ? "?" : text(own)) + (i == 0 ? "" : "."));
      at = anchorParents.getInt(at);
      if (at < 0) {
        break;
      }
    }
    return name.toString();
  }

  private void addShared() {
    for (int word = uses.shared().nextSetBit(0);
        word >= 0;
        word = uses.shared().nextSetBit(word + 1)) {
      cursor.moveTo((long) word * Long.BYTES);
      long length = cursor.length();
      int count = uses.count(word);
      Category category = Category.of(cursor.kind(), uses.slot(word));
      sharedBytes[category.ordinal()] += length;
      long saved = length * (count - 1);
      savedBytes[category.ordinal()] += saved;
      pages.add(cursor.offset(), length);
      boolean isText = category == Category.STRINGS || category == Category.BYTES;
      if (isText) {
        addText(PageMap.SHARED, length);
      }
      if (shared.accepts(saved)) {
        String kind = isText ? TypeCode.nameOf(cursor.kind()) : category.label();
        shared.add(saved, new Shared(kind, isText ? text(cursor.offset()) : "", length, count));
      }
    }
    pages.endOwner(PageMap.SHARED);
  }

  /** Returns how a str or bytes object begins, in chars that print. */
  private String text(long offset) {
    textCursor.moveTo(offset);
    if (textCursor.kind() != TypeCode.STR && textCursor.kind() != TypeCode.BYTES) {
      return "?";
    }
    StringBuilder text = new StringBuilder();
    int shown = Math.min(textCursor.size(), LONGEST_TEXT);
    for (int i = 0; i < shown; i++) {
      text.appendCodePoint(textCursor.codePointAt(i));
    }
    return ShortRepr.printable(text.toString()) + (shown < textCursor.size() ? "…" : "");
  }
}
