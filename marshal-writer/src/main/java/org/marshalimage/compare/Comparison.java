package org.marshalimage.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.compare.Difference.What;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycHeader;

/**
 * Compares two sets of named roots, root by root, and says by path what differs.
 *
 * <ul>
 *   <li>Values are equal if they are of one type and have the same bits: {@code 1}, {@code 1.0} and
 *       {@code True} differ. Whether a string is interned is no difference, nor is where an object
 *       lies in an image or which number it has.
 *   <li>Lists, dicts, sets, records and code objects have an identity: where two ways lead to one
 *       of them in A, they have to lead to one in B. Other objects have none, as equal ones are one
 *       object of an image. Identity holds within a code object's graph, and over all roots that
 *       are no code objects; of those, what was compared once is not compared again.
 *   <li>Sets are compared by content, dicts by key and then by the order of their keys; items and
 *       keys that hold something with an identity, by their order. Tuples, lists and repeated slots
 *       are compared by place; if they differ in length, what is alike at their ends is.
 *   <li>Code objects among constants are compared by name, and may move. Bytecode is one difference
 *       and so is each table, however much of it differs. That code objects of a root are of other
 *       Pythons, or have other names of files, is told once for each two of them.
 *   <li>Of a root it is compared whether it is a package; what it records of its source only with
 *       {@link #sourceStamps}, since that differs in whatever was compiled anew. Two images also
 *       have their properties compared.
 * </ul>
 *
 * <p>Iterative: depth costs heap alone. Holds the graphs of one code object at a time, and those of
 * all other roots. Not thread-safe.
 */
public final class Comparison {
  private @Nullable SlotNames namesOfCaller;
  private SlotNames names = SlotNames.NONE;
  private boolean sourceStamps;

  private Comparison() {}

  /**
   * Starts a comparison.
   *
   * @return one that names slots as the sides do, and compares no stamps of sources
   */
  public static Comparison create() {
    return new Comparison();
  }

  /**
   * Names slots of records.
   *
   * @param slotNames asked when a path is spelled
   * @return this
   */
  public Comparison slotNames(SlotNames slotNames) {
    namesOfCaller = slotNames;
    return this;
  }

  /**
   * Sets whether it is a difference that two roots record other times, sizes or hashes of their
   * sources.
   *
   * @param compared whether it is
   * @return this
   */
  public Comparison sourceStamps(boolean compared) {
    sourceStamps = compared;
    return this;
  }

  /**
   * Compares.
   *
   * @param a one side
   * @param b the other; not the same object
   * @param to takes the differences, those of one root after the other, in the order of their names
   * @throws IOException if a side throws it
   * @throws org.marshalimage.format.MarshalFormatException if a root cannot be read
   */
  public void run(Side a, Side b, Consumer<Difference> to) throws IOException {
    names = namesOfCaller != null ? namesOfCaller : ofBoth(a.slotNames(), b.slotNames());
    compareProperties(a.properties(), b.properties(), to);
    // What is no code may share objects with other roots.
    GraphComparer state = new GraphComparer(names, to);
    SortedSet<String> namesOfA = a.names();
    SortedSet<String> namesOfB = b.names();
    SortedSet<String> all = new TreeSet<>(namesOfA);
    all.addAll(namesOfB);
    for (String name : all) {
      if (!namesOfB.contains(name)) {
        to.accept(fact(name, Step.root(), What.ONLY_IN_A, null, null));
      } else if (!namesOfA.contains(name)) {
        to.accept(fact(name, Step.root(), What.ONLY_IN_B, null, null));
      } else {
        compare(name, a.read(name), b.read(name), state, to);
      }
    }
  }

  private static SlotNames ofBoth(SlotNames a, SlotNames b) {
    return (record, slot) -> {
      String name = a.name(record, slot);
      if (name == null) {
        name = b.name(record, slot);
      }
      return name != null ? name : key(record, slot);
    };
  }

  /** Returns the key of an entry, if that is what a record repeats: a name and what it has. */
  private static @Nullable String key(RecordValue record, int slot) {
    int entry = slot - record.type().fixedSlots();
    if (record.type().repeatedSlots() != 2 || entry < 0 || entry % 2 == 0) {
      return null;
    }
    Value key = record.child(slot - 1);
    if (key instanceof BytesValue bytes) {
      // A name of Python 2.
      return "['" + new String(bytes.toByteArray(), StandardCharsets.ISO_8859_1) + "']";
    }
    return key instanceof StrValue text ? "['" + text + "']" : null;
  }

  /**
   * Compares two images.
   *
   * @param a one image
   * @param b another one, or the same
   * @return all differences; empty if there are none
   * @throws org.marshalimage.format.CorruptImageException if an image is damaged
   */
  public List<Difference> differences(MarshalImage a, MarshalImage b) {
    List<Difference> found = new ArrayList<>();
    try {
      run(Side.of(a), Side.of(b), found::add);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return found;
  }

  private Difference fact(
      String root, Step step, What what, @Nullable String a, @Nullable String b) {
    return new Difference(new Difference.Place(root, names, false), step, what, a, b, null);
  }

  private void compare(
      String name,
      Side.@Nullable Root a,
      Side.@Nullable Root b,
      GraphComparer state,
      Consumer<Difference> to) {
    if (a == null || b == null) {
      return;
    }
    if (a.isPackage() != b.isPackage()) {
      Step step = Step.root().field("<package>");
      to.accept(fact(name, step, What.FACT, isPackage(a), isPackage(b)));
    }
    if (sourceStamps && !a.source().equals(b.source())) {
      Step step = Step.root().field("<source>");
      to.accept(fact(name, step, What.FACT, stamp(a), stamp(b)));
    }
    boolean isCode = a.value() instanceof CodeValue || b.value() instanceof CodeValue;
    (isCode ? new GraphComparer(names, to) : state).compare(name, a.value(), b.value());
  }

  private static String isPackage(Side.Root root) {
    return root.isPackage() ? "a package" : "no package";
  }

  private static String stamp(Side.Root root) {
    if (root.source().isEmpty()) {
      return "none";
    }
    PycHeader header = root.source().get();
    return switch (header.kind()) {
      case TIMESTAMP -> "time " + header.mtime() + " size " + header.sourceSize();
      case CHECKED_HASH -> "checked hash " + Long.toHexString(header.hash());
      case UNCHECKED_HASH -> "unchecked hash " + Long.toHexString(header.hash());
    };
  }

  /** Properties belong to no root. */
  private void compareProperties(
      @Nullable Map<String, String> a, @Nullable Map<String, String> b, Consumer<Difference> to) {
    if (a == null || b == null) {
      return;
    }
    SortedSet<String> all = new TreeSet<>(a.keySet());
    all.addAll(b.keySet());
    for (String property : all) {
      String left = a.get(property);
      String right = b.get(property);
      if (left == null || !left.equals(right)) {
        What what = left == null ? What.ONLY_IN_B : right == null ? What.ONLY_IN_A : What.FACT;
        Step step = Step.root().field("<property " + ShortRepr.printable(property) + ">");
        to.accept(fact("", step, what, quoted(left), quoted(right)));
      }
    }
  }

  private static @Nullable String quoted(@Nullable String text) {
    return text == null ? null : ValueRepr.of(StrValue.of(text), false, 80);
  }
}
