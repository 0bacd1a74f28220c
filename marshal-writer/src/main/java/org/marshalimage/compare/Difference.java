package org.marshalimage.compare;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.model.Value;

/** One thing in which A and B differ. Immutable; its texts are made when they are asked for. */
public final class Difference {
  /** Most chars of a value. */
  static final int LONGEST_VALUE = 80;

  /** What differs. */
  public enum What {
    /** A root, an item, an entry of a dict is in A alone. */
    ONLY_IN_A,
    /** A root, an item, an entry of a dict is in B alone. */
    ONLY_IN_B,
    /** The types of two values. */
    TYPE,
    /** Two values of one type. */
    VALUE,
    /** How many items or slots there are. */
    LENGTH,
    /** The types of two records. */
    RECORD_TYPE,
    /** A field of a code object that is no value of its own: a number, bytecode, a table. */
    FIELD,
    /** At one of two places is the same object, on one side alone. */
    IDENTITY,
    /** The order of a dict's keys. */
    ORDER,
    /** What an image or a file says of a root: whether it is a package, say. */
    FACT,
    /** Objects are so entangled that they were not compared to the end. */
    NOT_COMPARED;

    /**
     * Returns what JSON calls it.
     *
     * @return for example {@code "only-in-a"}
     */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Place place;
  private final Step step;
  private final What what;
  private final @Nullable Object a;
  private final @Nullable Object b;
  private final @Nullable String detail;

  /**
   * What differences of one root share.
   *
   * @param root its name
   * @param names of slots
   * @param python2 whether values are written as Python 2 does
   */
  record Place(String root, SlotNames names, boolean python2) {}

  /**
   * Makes a difference.
   *
   * @param a a Value, or what is there in words; null where nothing is
   * @param b the same
   * @param detail more that is to say; null for nothing
   */
  Difference(
      Place place,
      Step step,
      What what,
      @Nullable Object a,
      @Nullable Object b,
      @Nullable String detail) {
    this.place = place;
    this.step = step;
    this.what = what;
    this.a = a;
    this.b = b;
    this.detail = detail;
  }

  /**
   * Returns the root.
   *
   * @return its name, with whatever chars it has; empty of what belongs to no root
   */
  public String root() {
    return place.root;
  }

  /**
   * Returns the way from the root to what differs. Fields of code objects have CPython's names,
   * items of {@code co_consts} the number that they have in A, entries of dicts their key; what a
   * terminal might obey is escaped. It is spelled anew each time, in time that grows with its
   * length.
   *
   * @return {@code co_consts[3].co_names[1]}, say; empty for the root itself
   */
  public String path() {
    return step.path(place.names, place.python2);
  }

  /**
   * Returns what differs.
   *
   * @return what
   */
  public What what() {
    return what;
  }

  /**
   * Returns what is in A.
   *
   * @return a short text, a value as Python's {@code repr} has it; null if nothing is
   */
  public @Nullable String a() {
    return text(a);
  }

  /**
   * Returns what is in B.
   *
   * @return a short text, a value as Python's {@code repr} has it; null if nothing is
   */
  public @Nullable String b() {
    return text(b);
  }

  /**
   * Returns more that is to say.
   *
   * @return a short text; null for nothing
   */
  public @Nullable String detail() {
    return detail;
  }

  private @Nullable String text(@Nullable Object side) {
    if (!(side instanceof Value value)) {
      return (String) side;
    }
    String repr = ValueRepr.of(value, place.python2, LONGEST_VALUE);
    String type = value.kind().typeName();
    return what == What.TYPE && !type.equals(repr) ? type + " " + repr : repr;
  }

  /**
   * Returns root and path, which an {@link AllowList} is asked for.
   *
   * @return {@code ROOT: PATH}, the root alone if the path is empty; one line
   */
  public String where() {
    return where(path());
  }

  private String where(String path) {
    String root = ShortRepr.printable(place.root);
    return path.isEmpty() ? root : root.isEmpty() ? path : root + ": " + path;
  }

  /**
   * Says it to a person, in one line. The middle of a long path is left out.
   *
   * @return for example {@code json: co_names[1]: 'loads' in A, 'load' in B}
   */
  public String toText() {
    return where(step.shortPath(place.names, place.python2)) + ": " + problem();
  }

  private String problem() {
    String left = a();
    String right = b();
    String more = detail == null ? "" : "; " + detail;
    return switch (what) {
      case ONLY_IN_A -> "only in A" + (left == null ? "" : ": " + left) + more;
      case ONLY_IN_B -> "only in B" + (right == null ? "" : ": " + right) + more;
      case NOT_COMPARED -> "not compared" + more;
      case ORDER -> "order of keys: " + left + " in A, " + right + " in B" + more;
      case TYPE, VALUE, LENGTH, RECORD_TYPE, FIELD, IDENTITY, FACT ->
          left + " in A, " + right + " in B" + more;
    };
  }

  @Override
  public String toString() {
    return toText();
  }
}
