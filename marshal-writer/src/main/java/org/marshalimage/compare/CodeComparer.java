package org.marshalimage.compare;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.marshalimage.compare.Difference.What;
import org.marshalimage.format.bytecode.Instructions;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;

/**
 * Compares two code objects field by field. Those among their constants are compared by name, the
 * n-th of a name with the n-th of it: that one moves to another number, as when a function is added
 * before it, is no difference.
 */
final class CodeComparer {
  private static final String CONSTS = "co_consts";

  private final GraphComparer comparer;
  private final CodeValue a;
  private final CodeValue b;
  private final Step step;

  CodeComparer(GraphComparer comparer, CodeValue a, CodeValue b, Step step) {
    this.comparer = comparer;
    this.a = a;
    this.b = b;
    this.step = step;
  }

  /**
   * Compares.
   *
   * @param told pairs of Python versions, and of names of files, of which the root has told that
   *     they differ: mostly all code objects of a module have them in common
   */
  void compare(Set<String> told) {
    if (a.version() != b.version() && told.add(a.version() + " " + b.version())) {
      comparer.report(
          step.field("<python>"), What.FIELD, a.version().toString(), b.version().toString());
    }
    name("co_name", a.name(), b.name());
    name("co_qualname", a.qualName(), b.qualName());
    if (!Leaves.isSame(a.filename(), b.filename())
        && told.add(Leaves.key(a.filename()) + "\0" + Leaves.key(b.filename()))) {
      comparer.visit(a.filename(), b.filename(), step.field("co_filename"));
    }
    number("co_firstlineno", a.firstLine(), b.firstLine());
    number("co_argcount", a.argCount(), b.argCount());
    number("co_posonlyargcount", a.posOnlyArgCount(), b.posOnlyArgCount());
    number("co_kwonlyargcount", a.kwOnlyArgCount(), b.kwOnlyArgCount());
    number("co_stacksize", a.stackSize(), b.stackSize());
    if (a.flags() != b.flags()) {
      comparer.report(
          step.field("co_flags"),
          What.FIELD,
          "0x" + Integer.toHexString(a.flags()),
          "0x" + Integer.toHexString(b.flags()));
    }
    compareVariables();
    tuple("co_names", a.names(), b.names());
    compareBytecode();
    table(a.version().hasLineTable() ? "co_linetable" : "co_lnotab", a.lineTable(), b.lineTable());
    BytesValue exceptionsOfA = a.exceptionTable();
    BytesValue exceptionsOfB = b.exceptionTable();
    if (exceptionsOfA != null && exceptionsOfB != null) {
      table("co_exceptiontable", exceptionsOfA, exceptionsOfB);
    }
    compareConstants();
  }

  private void number(String field, int left, int right) {
    if (left != right) {
      comparer.report(
          step.field(field), What.FIELD, Integer.toString(left), Integer.toString(right));
    }
  }

  /** What one of the two Pythons has not is no difference of its own. */
  private void name(String field, @Nullable Value left, @Nullable Value right) {
    if (left != null && right != null) {
      comparer.visit(left, right, step.field(field));
    }
  }

  private void tuple(String field, Value left, Value right) {
    comparer.visit(left, right, step.field(field));
  }

  private void compareVariables() {
    BytesValue kindsOfA = a.kinds();
    BytesValue kindsOfB = b.kinds();
    if (kindsOfA != null && kindsOfB != null) {
      tuple("co_localsplusnames", a.localNames(), b.localNames());
      table("co_localspluskinds", kindsOfA, kindsOfB);
      return;
    }
    number("co_nlocals", a.localCount(), b.localCount());
    tuple("co_varnames", tupleOf(a.varnames()), tupleOf(b.varnames()));
    tuple("co_cellvars", tupleOf(a.cellvars()), tupleOf(b.cellvars()));
    tuple("co_freevars", tupleOf(a.freevars()), tupleOf(b.freevars()));
  }

  private static Value tupleOf(List<Value> names) {
    return SequenceValue.tuple(names.toArray(Value[]::new));
  }

  /** A table is one difference, however many of its bytes differ. */
  private void table(String field, BytesValue left, BytesValue right) {
    int at = Leaves.firstDifference(left, right);
    if (at < left.length() || at < right.length()) {
      comparer.report(
          step.field(field),
          What.FIELD,
          bytes(left),
          bytes(right),
          "they differ from [" + at + "]");
    }
  }

  private static String bytes(BytesValue value) {
    return value.length() + (value.length() == 1 ? " byte" : " bytes");
  }

  private void compareBytecode() {
    BytesValue left = a.code();
    BytesValue right = b.code();
    int at = Leaves.firstDifference(left, right);
    if (at < left.length() || at < right.length()) {
      comparer.report(
          step.field("co_code"),
          What.FIELD,
          bytes(left),
          bytes(right),
          "they differ from [" + at + "]" + otherInstruction());
    }
  }

  /** Says where the instructions begin to differ; they do not if another Python numbers them. */
  private String otherInstruction() {
    Instructions left = Instructions.of(a);
    Instructions right = Instructions.of(b);
    while (true) {
      boolean hasLeft = left.next();
      boolean hasRight = right.next();
      if (!hasLeft && !hasRight) {
        return ", with the same instructions";
      }
      if (hasLeft != hasRight
          || !left.opcode().name().equals(right.opcode().name())
          || left.hasArgument() != right.hasArgument()
          || left.hasArgument() && left.argument() != right.argument()) {
        return ": " + spell(left, hasLeft) + " in A, " + spell(right, hasRight) + " in B";
      }
    }
  }

  private static String spell(Instructions at, boolean isThere) {
    return isThere
        ? at.opcode().name() + (at.hasArgument() ? " " + at.argument() : "") + " at " + at.offset()
        : "nothing";
  }

  private void compareConstants() {
    SequenceValue left = a.consts();
    SequenceValue right = b.consts();
    new Alignment(comparer, others(left), others(right), step).compare(1);
    Map<String, Queue<Integer>> inB = new HashMap<>();
    for (int i = 0; i < right.size(); i++) {
      if (right.get(i) instanceof CodeValue code) {
        inB.computeIfAbsent(Leaves.key(code.name()), name -> new ArrayDeque<>(2)).add(i);
      }
    }
    boolean[] isMatched = new boolean[right.size()];
    for (int i = 0; i < left.size(); i++) {
      if (left.get(i) instanceof CodeValue code) {
        Queue<Integer> sameName = inB.get(Leaves.key(code.name()));
        Integer match = sameName == null ? null : sameName.poll();
        Step to = step.item(CONSTS, i);
        if (match == null) {
          comparer.report(to, What.ONLY_IN_A, code, null);
        } else {
          isMatched[match] = true;
          comparer.visit(code, right.get(match), to);
        }
      }
    }
    for (int i = 0; i < right.size(); i++) {
      if (right.get(i) instanceof CodeValue code && !isMatched[i]) {
        comparer.report(step.item(CONSTS, i), What.ONLY_IN_B, null, code);
      }
    }
  }

  /** Returns the constants that are no code objects. */
  private static Items others(SequenceValue consts) {
    int[] places = new int[consts.size()];
    int count = 0;
    for (int i = 0; i < places.length; i++) {
      if (!(consts.get(i) instanceof CodeValue)) {
        places[count++] = i;
      }
    }
    return Items.ofField(CONSTS, consts, Arrays.copyOf(places, count));
  }
}
