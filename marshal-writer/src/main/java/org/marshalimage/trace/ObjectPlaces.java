package org.marshalimage.trace;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * <p>Each object is met once: by the first way, roots being taken in the order of their names.
 * Iterative; needs a bit for each 8 bytes of the image. Not thread-safe.
 */
public final class ObjectPlaces {
  /** By the slots of a code object; two have something else in each Python. */
  private static final String[] CODE_FIELDS = {
    "code",
    "consts",
    "names",
    "localNames",
    "kindsOrFreevars",
    "exceptionsOrCellvars",
    "filename",
    "name",
    "qualname",
    "lineTable"
  };

  private final int internedCount;
  private final ImageCursor cursor;
  private final Visitor visitor;
  private final BitSet seen = new BitSet();
  private final List<Step> way = new ArrayList<>();

  /** Bytes of objects that are still looked at; more would be objects that overlap. */
  private long bytesLeft;

  private String root = "";
  private long offset;
  private @Nullable Anchor anchor;

  /** Is told of each object. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Is told of an object.
     *
     * @param place the object, until this returns
     */
    void visit(ObjectPlaces place);
  }

  /** A code object on the way, and how often it has had each name below it. */
  private static final class Anchor {
    final String qualifiedName;
    final Map<String, Integer> names = new HashMap<>();

    Anchor(String qualifiedName) {
      this.qualifiedName = qualifiedName;
    }

    String below(String name) {
      int number = names.merge(name, 1, Integer::sum);
      String numbered = number == 1 ? name : name + "#" + number;
      return qualifiedName.isEmpty() ? numbered : qualifiedName + "." + numbered;
    }
  }

  /** An object on the way, and the slot that is being followed. */
  private static final class Step {
    final long offset;
    final boolean isCode;
    final int slots;
    final Anchor anchor;
    int slot = -1;

    Step(long offset, boolean isCode, int slots, Anchor anchor) {
      this.offset = offset;
      this.isCode = isCode;
      this.slots = slots;
      this.anchor = anchor;
    }
  }

  private ObjectPlaces(MarshalImage image, Visitor visitor) {
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
   * @param visitor is told of each object
   * @throws org.marshalimage.format.CorruptImageException if an object breaks the format
   */
  public static void walk(MarshalImage image, Predicate<String> roots, Visitor visitor) {
    ObjectPlaces places = new ObjectPlaces(image, visitor);
    for (ImageModule module : image.modules()) {
      if (roots.test(module.name())) {
        places.walkFrom(module.name(), module.rootOffset());
      }
    }
  }

  private void walkFrom(String name, long start) {
    root = name;
    open(start, new Anchor(""));
    while (!way.isEmpty()) {
      Step step = way.get(way.size() - 1);
      if (++step.slot == step.slots) {
        way.remove(way.size() - 1);
        continue;
      }
      long target = cursor.moveTo(step.offset).slot(step.slot);
      if (target != 0) {
        open(target, step.anchor);
      }
    }
  }

  private void open(long object, Anchor around) {
    int bit = (int) (object / Long.BYTES);
    if (seen.get(bit)) {
      return;
    }
    seen.set(bit);
    cursor.moveTo(object);
    bytesLeft -= cursor.length();
    boolean isCode = cursor.kind() == TypeCode.CODE;
    int slots = bytesLeft < 0 ? 0 : cursor.slotCount();
    offset = object;
    anchor = around;
    if (isCode && !way.isEmpty()) {
      long name = cursor.slot(CodeLayout.NAME_SLOT);
      anchor = new Anchor(around.below(name == 0 ? "" : textAt(name)));
    }
    way.add(new Step(object, isCode, slots, anchor));
    visitor.visit(this);
    if (slots == 0) {
      way.remove(way.size() - 1);
    }
  }

  /**
   * Returns where the object lies.
   *
   * @return bytes from the start of the image, a multiple of 8
   */
  public long offset() {
    return offset;
  }

  /**
   * Returns the text of a string: of a str, and of a bytes object that is interned, as Python 2's
   * names are.
   *
   * @return the text; null for all else, which is known by the code object that leads to it
   */
  public @Nullable String text() {
    int kind = cursor.moveTo(offset).kind();
    boolean isName = kind == TypeCode.BYTES && cursor.number() < internedCount;
    return kind == TypeCode.STR || isName ? textAt(offset) : null;
  }

  /**
   * Returns the root from which the object was reached.
   *
   * @return its name
   */
  public String root() {
    return root;
  }

  /**
   * Returns the qualified name of the code object, of those of the root, that is nearest.
   *
   * @return for example {@code "JSONDecoder.decode"}; empty for the root itself
   */
  public String qualifiedName() {
    return anchor == null ? "" : anchor.qualifiedName;
  }

  /**
   * Returns which slots lead from there to the object.
   *
   * @return fields of a code object by their names, others by their numbers, with dots between;
   *     empty for the code object, or the root, itself
   */
  public String slots() {
    int from = way.size();
    while (from > 0 && way.get(from - 1).anchor == anchor) {
      from--;
    }
    StringBuilder text = new StringBuilder();
    for (Step step : way.subList(from, way.size())) {
      if (step.offset != offset) {
        text.append(text.length() == 0 ? "" : ".");
        text.append(step.isCode ? CODE_FIELDS[step.slot] : Integer.toString(step.slot));
      }
    }
    return text.toString();
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
}
