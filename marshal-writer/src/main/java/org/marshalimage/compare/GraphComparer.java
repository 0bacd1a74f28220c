package org.marshalimage.compare;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.marshalimage.compare.Difference.What;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/**
 * Compares graphs pair by pair, those near a root first, so that each pair is named by a shortest
 * way to it. Remembers pairs from one root to the next, and compares each once.
 *
 * <p>Takes time in proportion to the graphs, whatever they are: objects with an identity are only
 * gone into if one of the two is new. Not thread-safe.
 */
final class GraphComparer {
  /** Chars that two texts may have in common before they are shown from where they differ. */
  private static final int LONGEST_COMMON = 40;

  /** Chars that are shown before the first difference; that may be ten times as many, escaped. */
  private static final int SHOWN_BEFORE = 6;

  private static final String OTHER = "another object";

  /** Two containers that are to be compared. */
  private record Pair(Value a, Value b, Step step) {}

  private final SlotNames names;
  private final Consumer<Difference> to;
  private final Partners partners = new Partners();
  private final Queue<Pair> queue = new ArrayDeque<>();
  private final Set<String> told = new HashSet<>();
  private Difference.Place place = new Difference.Place("", SlotNames.NONE, false);
  private boolean isEntangled;

  GraphComparer(SlotNames names, Consumer<Difference> to) {
    this.names = names;
    this.to = to;
  }

  /** Compares two graphs. */
  void compare(String root, Value a, Value b) {
    boolean python2 =
        a instanceof CodeValue code && code.version().isPython2()
            || b instanceof CodeValue other && other.version().isPython2();
    place = new Difference.Place(root, names, python2);
    told.clear();
    visit(a, b, Step.root());
    for (Pair pair = queue.poll(); pair != null; pair = queue.poll()) {
      comparisonOf(pair.a, pair.b, pair.step).run();
    }
  }

  /** Says that something differs. */
  void report(Step step, What what, @Nullable Object a, @Nullable Object b, @Nullable String more) {
    to.accept(new Difference(place, step, what, a, b, more));
  }

  void report(Step step, What what, @Nullable Object a, @Nullable Object b) {
    report(step, what, a, b, null);
  }

  /** Compares what may be empty. */
  void visit(@Nullable Value a, @Nullable Value b, Step step) {
    if (a == null || b == null) {
      if (a != b) {
        report(step, What.VALUE, a == null ? "empty" : a, b == null ? "empty" : b);
      }
    } else if (!Leaves.isSameType(a, b)) {
      report(step, What.TYPE, a, b);
    } else if (Leaves.isLeaf(a)) {
      if (!Leaves.isSame(a, b)) {
        reportLeaves(a, b, step);
      }
    } else if (a.kind().isMerged() && a.childCount() + b.childCount() == 0) {
      return;
    } else if (a.kind().isMerged() ? meetsEqual(a, b, step) : meets(a, b, step)) {
      queue.add(new Pair(a, b, step));
    }
  }

  private void reportLeaves(Value a, Value b, Step step) {
    boolean isText = a instanceof StrValue || a instanceof BytesValue;
    if (isText && Leaves.firstDifference(a, b) > LONGEST_COMMON || !showsDifference(a, b)) {
      reportHidden(a, b, step);
    } else {
      report(step, What.VALUE, a, b);
    }
  }

  private boolean showsDifference(Value a, Value b) {
    return !ValueRepr.of(a, place.python2(), Difference.LONGEST_VALUE)
        .equals(ValueRepr.of(b, place.python2(), Difference.LONGEST_VALUE));
  }

  /** Reports what differs where a short text does not show it. */
  private void reportHidden(Value a, Value b, Step step) {
    if (a instanceof ExternalValue left && b instanceof ExternalValue right) {
      reportHidden(StrValue.of(left.name()), StrValue.of(right.name()), step);
    } else if (a instanceof FloatValue left && b instanceof FloatValue right) {
      report(step, What.VALUE, a, b, bits(left.bits(), right.bits()));
    } else if (a instanceof ComplexValue left && b instanceof ComplexValue right) {
      String real = bits(left.realBits(), right.realBits());
      String imaginary = bits(left.imaginaryBits(), right.imaginaryBits());
      report(step, What.VALUE, a, b, "real " + real + ", imaginary " + imaginary);
    } else if (a instanceof IntValue left && b instanceof IntValue right) {
      int bit = left.bigValue().xor(right.bigValue()).getLowestSetBit();
      report(step, What.VALUE, a, b, "lowest bit that differs: " + bit);
    } else {
      int start = Math.max(0, Leaves.firstDifference(a, b) - SHOWN_BEFORE);
      report(step, What.VALUE, part(a, start), part(b, start), "both from [" + start + "]");
    }
  }

  private static String bits(long a, long b) {
    return "bits 0x" + Long.toHexString(a) + " in A, 0x" + Long.toHexString(b) + " in B";
  }

  /** Returns the part of a text that shows where it differs. */
  private static Value part(Value text, int start) {
    int end = Math.min(Leaves.length(text), start + Difference.LONGEST_VALUE);
    if (text instanceof StrValue str) {
      int[] codePoints = new int[end - start];
      for (int i = 0; i < codePoints.length; i++) {
        codePoints[i] = str.codePointAt(start + i);
      }
      return StrValue.ofCodePoints(codePoints, 0, codePoints.length, false);
    }
    byte[] bytes = new byte[end - start];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = ((BytesValue) text).byteAt(start + i);
    }
    return BytesValue.of(bytes);
  }

  /** Takes note of a pair with identities; tells whether it is to be compared. */
  private boolean meets(Value a, Value b, Step step) {
    Partners.Met ofA = partners.ofA(a);
    Partners.Met ofB = partners.ofB(b);
    if (ofA != null && ofA.partner() == b || ofB != null && ofB.partner() == a) {
      return false;
    }
    if (ofA != null || ofB != null) {
      report(step, What.IDENTITY, same(ofA), same(ofB));
    }
    if (ofA == null) {
      partners.addToA(a, new Partners.Met(b, step, place));
    }
    if (ofB == null) {
      partners.addToB(b, new Partners.Met(a, step, place));
    }
    return ofA == null || ofB == null;
  }

  private static String same(Partners.@Nullable Met met) {
    if (met == null) {
      return OTHER;
    }
    String path = met.step().shortPath(met.place().names(), met.place().python2());
    String root = ShortRepr.printable(met.place().root());
    return "same object as " + root + (path.isEmpty() ? "" : ": " + path);
  }

  /** Takes note of a pair without identities; tells whether it is to be compared. */
  private boolean meetsEqual(Value a, Value b, Step step) {
    if (isEntangled || !partners.meetEqual(a, b)) {
      return false;
    }
    if (partners.areEntangled()) {
      isEntangled = true;
      report(step, What.NOT_COMPARED, null, null, "too many pairs of tuples, from here on");
      return false;
    }
    return true;
  }

  /** An expression, so that the compiler misses a kind that is not there. */
  private Runnable comparisonOf(Value a, Value b, Step step) {
    return switch (a.kind()) {
      case TUPLE, LIST, SLICE ->
          () -> new Alignment(this, Items.of(a), Items.of(b), step).compare(1);
      case SET, FROZENSET -> () -> new KeyedItems(this, a, b, step).compareSets();
      case DICT, FROZENDICT ->
          () -> new KeyedItems(this, a, b, step).compareDicts((DictValue) a, (DictValue) b);
      case CODE -> () -> new CodeComparer(this, (CodeValue) a, (CodeValue) b, step).compare(told);
      case RECORD -> () -> compareRecords((RecordValue) a, (RecordValue) b, step);
      case NONE,
          TRUE,
          FALSE,
          ELLIPSIS,
          STOP_ITERATION,
          INT,
          LONG,
          FLOAT,
          COMPLEX,
          BYTES,
          STR,
          EXTERNAL ->
          throw new AssertionError("no container: " + a.kind());
    };
  }

  private void compareRecords(RecordValue a, RecordValue b, Step step) {
    if (!a.type().equals(b.type())) {
      report(step, What.RECORD_TYPE, describe(a), describe(b));
      return;
    }
    int fixed = a.type().fixedSlots();
    int bytes = a.type().hasBytes() ? 1 : 0;
    for (int i = 0; i < fixed; i++) {
      visit(a.child(i), b.child(i), step.slot(a, i));
    }
    Items left = Items.between(a, fixed, a.childCount() - bytes);
    Items right = Items.between(b, fixed, b.childCount() - bytes);
    new Alignment(this, left, right, step).compare(Math.max(1, a.type().repeatedSlots()));
    if (bytes == 1) {
      int last = a.childCount() - 1;
      visit(a.child(last), b.child(b.childCount() - 1), step.slot(a, last));
    }
  }

  private static String describe(RecordValue record) {
    return "record of "
        + ShortRepr.printable(record.type().toString())
        + " with "
        + record.childCount()
        + " slots";
  }

  /** Tells whether two values are alike at a glance: equal leaves, or containers of one type. */
  static boolean isAlike(@Nullable Value a, @Nullable Value b) {
    if (a == null || b == null) {
      return a == b;
    }
    if (!Leaves.isSameType(a, b)) {
      return false;
    }
    if (a instanceof RecordValue left && b instanceof RecordValue right) {
      return left.type().equals(right.type());
    }
    if (a instanceof CodeValue left && b instanceof CodeValue right) {
      return Leaves.isSame(left.name(), right.name());
    }
    return !Leaves.isLeaf(a) || Leaves.isSame(a, b);
  }
}
