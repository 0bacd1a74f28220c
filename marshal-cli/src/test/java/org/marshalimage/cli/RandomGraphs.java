package org.marshalimage.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.bytecode.Opcodes;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/**
 * Makes random graphs that a Python can hold and a stream version can carry: every kind of value,
 * with sharing, and from version 3 on with cycles. The same seed makes the same graph.
 *
 * <p>What CPython changes when it loads a graph is left out, so that the graph must come back as it
 * went:
 *
 * <ul>
 *   <li>a code object interns its names, and of its constants the strings that look like names,
 *       inside of tuples too, and makes new frozensets of those that hold such strings: in code
 *       objects all of these are interned from the start;
 *   <li>CPython has one empty string and one of each Latin-1 character, which are interned once
 *       somebody has interned them: here they always are;
 *   <li>Python 3 sets the flag NOFREE by the variables, up to 3.10;
 *   <li>CPython 3.13 takes a stack of no entries for one of one;
 *   <li>from 3.11 on the bytecode is specialized on loading and restored on writing: it has real
 *       opcodes that have no caches;
 *   <li>Python 2 writes a high and a low surrogate that follow each other as one code point.
 * </ul>
 */
final class RandomGraphs {
  private static final int SLICE_VERSION = 5;
  private static final int FROZENDICT_VERSION = 6;
  private static final int DEPTH = 5;
  private static final int DEEP = 100;
  private static final int LEAF_KINDS = 12;
  private static final int VARARGS = 0x4;
  private static final int VARKEYWORDS = 0x8;
  private static final int NOFREE = 0x40;
  private static final int FLAG_BITS = 26;
  private static final int LATIN_1_LIMIT = 0x100;
  private static final String NAME_CHARS = "abcdefgh_XYZ019";

  private static final int[] BITS = {
    1, 7, 8, 15, 16, 30, 31, 32, 33, 45, 60, 62, 63, 64, 65, 100, 500
  };
  private static final long[] DOUBLES = {
    0,
    0x8000000000000000L,
    0x3FF0000000000000L,
    0x3FB999999999999AL,
    0x7FF0000000000000L,
    0xFFF0000000000000L,
    0x7FF8000000000000L,
    0xFFF8000000000000L,
    0x7FF8000000000123L,
    1,
    0x800FFFFFFFFFFFFFL,
    0x7FEFFFFFFFFFFFFFL,
    0x4340000000000000L,
    0x41DFFFFFFFC00000L
  };
  private static final int[] BYTES_LENGTHS = {0, 1, 2, 8, 40, 40, 300};
  private static final int[] STRING_LENGTHS = {0, 1, 2, 5, 20, 20, 20, 255, 256, 300};
  private static final int[] LINE_FACTORS = {1, 1, 1, 100_000, -1};
  private static final int[] TUPLE_SIZES = {254, 255, 256, 257, 300};

  /** Ranges of code points: ASCII, Latin-1, two bytes wide, four, surrogates. */
  private static final int[][] RANGES = {
    {0, 0x80}, {0, 0x100}, {0x100, 0xD800}, {0x10000, 0x110000}, {0xD800, 0xE000}
  };

  private final Random random;
  private final PythonVersion python;
  private final int version;
  private final List<Value> leaves = new ArrayList<>();
  private final List<Value> pool = new ArrayList<>();
  private final List<Value> hashables = new ArrayList<>();

  /** Tuples, lists and dicts that are being made. */
  private final List<Value> open = new ArrayList<>();

  /** What a code object that held it would change. */
  private final Set<Value> loose = Collections.newSetFromMap(new IdentityHashMap<>());

  private int left;
  private int codeCount;
  private int codeDepth;

  private RandomGraphs(long seed, PythonVersion python, int version) {
    this.random = new Random(seed);
    this.python = python;
    this.version = version;
    this.left = 4 + random.nextInt(60);
  }

  /** Makes the graph of a seed. */
  static Value make(long seed, PythonVersion python, int version) {
    for (long attempt = 0; ; attempt++) {
      RandomGraphs graphs = new RandomGraphs(seed + (attempt << 40), python, version);
      Value root = graphs.root();
      if (isValid(root)) {
        return root;
      }
    }
  }

  /** Tells whether a code object of a graph holds itself, by way of a list or dict. */
  static boolean hasCodeCycle(Value root) {
    Set<Value> all = reachable(root, false);
    all.add(root);
    return all.stream()
        .anyMatch(
            value -> value.typeCode() == TypeCode.CODE && reachable(value, false).contains(value));
  }

  private Value root() {
    if (random.nextInt(100) > 0) {
      return container(DEPTH, false, 0);
    }
    Value deep = value(3, false, 0);
    for (int i = 0; i < DEEP; i++) {
      deep = i % 2 == 0 ? SequenceValue.tuple(deep) : SequenceValue.list(deep);
    }
    return deep;
  }

  /**
   * Makes any value.
   *
   * @param depth levels of containers that it may have
   * @param hashable whether it must be fit for a key
   * @param floor index of the first container of {@link #open} that it may hold: what is sealed, a
   *     slice, set or frozendict, must not hold itself, since CPython can refer to it only when it
   *     is complete. Nor can it refer to a code object before, but a code object may hold a list or
   *     dict that holds it, and that is begun first
   */
  private Value value(int depth, boolean hashable, int floor) {
    left--;
    int chance = random.nextInt(100);
    if (chance < 15) {
      Value shared = pick(hashable ? hashables : pool);
      if (shared != null && isFit(shared)) {
        return shared;
      }
    } else if (chance < 25 && !hashable && version >= GraphText.REF_VERSION) {
      Value holder = openHolder(floor);
      if (holder != null) {
        return holder;
      }
    } else if (chance < 32) {
      Value shared = pick(leaves);
      if (shared != null && isFit(shared)) {
        return shared;
      }
    }
    if (chance < 60 || depth == 0 || left <= 0) {
      Value leaf = leaf();
      leaves.add(leaf);
      return leaf;
    }
    return container(depth - 1, hashable, floor);
  }

  private <T> @Nullable T pick(List<T> values) {
    return values.isEmpty() ? null : values.get(random.nextInt(values.size()));
  }

  private int pick(int[] values) {
    return values[random.nextInt(values.length)];
  }

  private boolean isFit(Value shared) {
    return codeDepth == 0 || !loose.contains(shared);
  }

  /** Picks a container that is being made: a list or dict, or a tuple that will hold one. */
  private @Nullable Value openHolder(int floor) {
    int last = open.size() - 1;
    while (last >= floor && open.get(last).typeCode() == TypeCode.TUPLE) {
      last--;
    }
    return last < floor ? null : open.get(floor + random.nextInt(last + 1 - floor));
  }

  private Value leaf() {
    switch (random.nextInt(LEAF_KINDS)) {
      case 0:
        return Singleton.values()[random.nextInt(Singleton.values().length)];
      case 1:
      case 2:
        return integer();
      case 3:
        return FloatValue.ofBits(bits());
      case 4:
        return ComplexValue.ofBits(bits(), bits());
      case 5:
        return data(random.nextInt(10) > 0 ? pick(BYTES_LENGTHS) : random.nextInt(1000));
      case 6:
        return name(true);
      case 7:
        return name(codeDepth > 0);
      case 8:
      case 9:
      case 10:
        return string();
      default:
        return IntValue.of(random.nextInt(300));
    }
  }

  private Value integer() {
    int bits = pick(BITS);
    BigInteger value = random.nextInt(3) == 0 ? BigInteger.ONE.shiftLeft(bits) : big(bits);
    value = value.add(BigInteger.valueOf(random.nextInt(3) - 1));
    if (random.nextBoolean()) {
      value = value.negate();
    }
    boolean isLong =
        python.isPython2() && (random.nextInt(3) == 0 || value.bitLength() >= Long.SIZE);
    return isLong ? IntValue.python2Long(value) : IntValue.of(value);
  }

  private BigInteger big(int bits) {
    return new BigInteger(bits, random);
  }

  private long bits() {
    return random.nextInt(5) < 2 ? DOUBLES[random.nextInt(DOUBLES.length)] : random.nextLong();
  }

  private BytesValue data(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    boolean isInCode = codeDepth > 0 && looksLikeName(BytesValue.of(bytes));
    boolean interned = python.isPython2() && (length == 0 || isInCode);
    BytesValue made = BytesValue.of(bytes, 0, length, interned);
    checkLoose(made, interned || !python.isPython2());
    return made;
  }

  private Value string() {
    int[] range = RANGES[random.nextInt(RANGES.length)];
    int[] points = new int[pick(STRING_LENGTHS)];
    for (int i = 0; i < points.length; i++) {
      points[i] = range[0] + random.nextInt(range[1] - range[0]);
      boolean isPair =
          i > 0
              && Character.getType(points[i]) == Character.SURROGATE
              && points[i - 1] <= Character.MAX_HIGH_SURROGATE
              && points[i] >= Character.MIN_LOW_SURROGATE;
      if (isPair && python.isPython2()) {
        points[i] -= Character.MIN_LOW_SURROGATE - Character.MIN_HIGH_SURROGATE;
      }
    }
    boolean isOne = points.length == 0 || points.length == 1 && points[0] < LATIN_1_LIMIT;
    boolean isInCode =
        codeDepth > 0 && looksLikeName(StrValue.ofCodePoints(points, 0, points.length, false));
    boolean interned = !python.isPython2() && (isOne || isInCode || random.nextInt(3) == 0);
    Value string = StrValue.ofCodePoints(points, 0, points.length, interned);
    return checkLoose(string, interned || python.isPython2());
  }

  private Value name(boolean interned) {
    StringBuilder text = new StringBuilder();
    for (int i = (interned ? 1 : 2) + random.nextInt(9); i > 0; i--) {
      text.append(NAME_CHARS.charAt(random.nextInt(NAME_CHARS.length())));
    }
    return checkLoose(named(text.toString(), interned), interned);
  }

  private Value named(String text, boolean interned) {
    byte[] latin1 = text.getBytes(StandardCharsets.ISO_8859_1);
    return python.isPython2()
        ? BytesValue.of(latin1, 0, latin1.length, interned)
        : StrValue.of(text, interned);
  }

  private Value checkLoose(Value string, boolean interned) {
    if (!interned && looksLikeName(string)) {
      loose.add(string);
    }
    return string;
  }

  /** Tells whether a code object that has the string among its constants interns it. */
  private static boolean looksLikeName(Value string) {
    String text = string.toString();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isLetter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!isLetter && (c < '0' || c > '9') && c != '_') {
        return false;
      }
    }
    return true;
  }

  private Value container(int depth, boolean hashable, int floor) {
    List<Integer> kinds = new ArrayList<>();
    kinds.addAll(List.of(TypeCode.TUPLE, TypeCode.TUPLE, TypeCode.FROZENSET, TypeCode.CODE));
    if (version >= SLICE_VERSION) {
      kinds.add(TypeCode.SLICE);
    }
    if (version >= FROZENDICT_VERSION) {
      kinds.add(TypeCode.FROZENDICT);
    }
    if (!hashable) {
      kinds.addAll(List.of(TypeCode.TUPLE, TypeCode.LIST, TypeCode.LIST, TypeCode.LIST));
      kinds.addAll(List.of(TypeCode.DICT, TypeCode.DICT, TypeCode.SET));
    }
    int kind = pick(kinds);
    Value made =
        switch (kind) {
          case TypeCode.TUPLE, TypeCode.LIST -> sequence(kind, depth, hashable, floor);
          case TypeCode.SET -> SequenceValue.set(keys(depth));
          case TypeCode.FROZENSET -> SequenceValue.frozenset(keys(depth));
          case TypeCode.DICT, TypeCode.FROZENDICT -> dict(kind, depth, hashable, floor);
          case TypeCode.SLICE ->
              new SliceValue(
                  value(depth, hashable, open.size()),
                  value(depth, hashable, open.size()),
                  value(depth, hashable, open.size()));
          default -> code(depth, hashable, floor);
        };
    if (kind != TypeCode.CODE && children(made).stream().anyMatch(loose::contains)) {
      loose.add(made);
    }
    pool.add(made);
    if (hashable) {
      hashables.add(made);
    }
    return made;
  }

  private Value[] some(int depth, boolean hashable, int floor) {
    boolean isBig = random.nextInt(100) == 0;
    Value[] items = new Value[isBig ? pick(TUPLE_SIZES) : random.nextInt(6)];
    for (int i = 0; i < items.length; i++) {
      items[i] = isBig ? IntValue.of(random.nextInt(300)) : value(depth, hashable, floor);
    }
    return items;
  }

  private Value sequence(int kind, int depth, boolean hashable, int floor) {
    SequenceValue.Builder builder = SequenceValue.unfinished(kind);
    open.add(builder.value());
    Value[] items = some(depth, hashable, floor);
    open.remove(open.size() - 1);
    return builder.finish(items);
  }

  private Value dict(int kind, int depth, boolean hashable, int floor) {
    boolean isFrozen = kind == TypeCode.FROZENDICT;
    DictValue.Builder builder = DictValue.unfinished(kind);
    Value[] keys = keys(depth);
    Value[] entries = new Value[2 * keys.length];
    if (!isFrozen) {
      open.add(builder.value());
    }
    for (int i = 0; i < keys.length; i++) {
      entries[2 * i] = keys[i];
      entries[2 * i + 1] = value(depth, hashable, isFrozen ? open.size() : floor);
    }
    if (!isFrozen) {
      open.remove(open.size() - 1);
    }
    return builder.finish(entries);
  }

  /** Makes values that can be hashed and of which Python takes no two for equal. */
  private Value[] keys(int depth) {
    Set<String> seen = new HashSet<>();
    List<Value> keys = new ArrayList<>();
    for (Value value : some(depth, true, open.size())) {
      if (seen.add(equality(value))) {
        keys.add(value);
      }
    }
    return keys.toArray(new Value[0]);
  }

  /** Returns the same text for values that are equal; NaNs, too, count as equal. */
  private String equality(Value value) {
    if (value == Singleton.TRUE || value == Singleton.FALSE) {
      return value == Singleton.TRUE ? "1" : "0";
    }
    if (value instanceof Singleton) {
      return value.toString();
    }
    if (value instanceof IntValue integer) {
      return integer.bigValue().toString();
    }
    if (value instanceof FloatValue number) {
      return equality(number.doubleValue());
    }
    if (value instanceof ComplexValue complex) {
      double imaginary = Double.longBitsToDouble(complex.imaginaryBits());
      String real = equality(Double.longBitsToDouble(complex.realBits()));
      return imaginary == 0 ? real : real + "+j" + equality(imaginary);
    }
    if (value instanceof StrValue string) {
      int[] points = new int[string.length()];
      Arrays.setAll(points, string::codePointAt);
      boolean isText = python.isPython2() && Arrays.stream(points).allMatch(point -> point < 0x80);
      return (isText ? "b" : "u") + Arrays.toString(points);
    }
    if (value instanceof BytesValue bytes) {
      return "b" + Arrays.toString(bytes.toByteArray());
    }
    if (value instanceof CodeValue code) {
      return "code" + code.firstLine();
    }
    List<String> parts = new ArrayList<>();
    for (Value child : children(value)) {
      parts.add(equality(child));
    }
    boolean isSet = value.typeCode() == TypeCode.FROZENSET;
    if (value.typeCode() == TypeCode.FROZENDICT) {
      // Only the keys: two frozendicts with the same count as equal, to be sure.
      List<String> keys = new ArrayList<>();
      for (int i = 0; i < parts.size(); i += 2) {
        keys.add(parts.get(i));
      }
      return "frozendict" + new TreeSet<>(keys);
    }
    return TypeCode.nameOf(value.typeCode()) + (isSet ? new TreeSet<>(parts) : parts);
  }

  private static String equality(double value) {
    boolean isInteger = value == Math.rint(value) && !Double.isInfinite(value);
    return isInteger ? new BigDecimal(value).toBigInteger().toString() : "f" + value;
  }

  private Value names(int limit) {
    Value[] names = new Value[random.nextInt(limit)];
    Arrays.setAll(names, i -> internedName());
    return SequenceValue.tuple(names);
  }

  /** Makes a name: mostly an identifier, but CPython takes any string. */
  private Value internedName() {
    if (python.isPython2() || random.nextInt(10) > 0) {
      return name(true);
    }
    int[] points = random.ints(1 + random.nextInt(5), 0, 0xE000).toArray();
    return StrValue.ofCodePoints(points, 0, points.length, true);
  }

  private Value code(int depth, boolean hashable, int floor) {
    codeDepth++;
    Value consts = SequenceValue.tuple(some(depth, hashable, floor));
    codeDepth--;
    if (random.nextInt(5) == 0) {
      // A tuple that is used outside of the code object too.
      pool.add(consts);
      if (hashable) {
        hashables.add(consts);
      }
    }
    int locals = random.nextInt(6);
    int free = random.nextInt(3);
    int cells = random.nextInt(3);
    int flags = random.nextInt(1 << FLAG_BITS) & ~(VARARGS | VARKEYWORDS);
    int arguments = random.nextInt(locals + 1);
    if (arguments > 0 && random.nextBoolean()) {
      arguments--;
      flags |= random.nextBoolean() ? VARARGS : VARKEYWORDS;
    }
    int kwOnly = python.isPython2() ? 0 : random.nextInt(arguments + 1);
    int positional = arguments - kwOnly;
    CodeValue.Builder builder = CodeValue.builder(python);
    builder.argCount(positional).kwOnlyArgCount(kwOnly);
    if (python.hasPosOnlyArgs()) {
      builder.posOnlyArgCount(random.nextInt(positional + 1));
    }
    if (python.hasLocalsPlus()) {
      byte[] kinds = new byte[locals + cells + free];
      for (int i = 0; i < kinds.length; i++) {
        int local = CodeLayout.KIND_LOCAL;
        boolean isBoth = random.nextInt(4) == 0;
        int kind =
            i < locals
                ? isBoth ? local | CodeLayout.KIND_CELL : local
                : i < locals + cells ? CodeLayout.KIND_CELL : CodeLayout.KIND_FREE;
        kinds[i] = (byte) kind;
      }
      builder.localNames(exactNames(kinds.length)).kinds(BytesValue.of(kinds));
      builder.qualName(internedName()).exceptionTable(data(random.nextInt(30)));
    } else {
      builder.localCount(locals).localNames(exactNames(locals));
      builder.freevars(exactNames(free)).cellvars(exactNames(cells));
      if (!python.isPython2()) {
        flags = free + cells == 0 ? flags | NOFREE : flags & ~NOFREE;
      }
    }
    builder.stackSize(1 + random.nextInt(100)).flags(flags);
    // No two code objects of a graph are equal, for each has a line of its own.
    builder.firstLine(++codeCount * pick(LINE_FACTORS));
    builder.code(bytecode()).consts(consts).names(names(5));
    builder.filename(internedName()).name(internedName());
    return builder.lineTable(data(2 * random.nextInt(20))).build();
  }

  /** Makes or shares a tuple of names. */
  private Value exactNames(int count) {
    Value[] names = new Value[count];
    Arrays.setAll(names, i -> internedName());
    Value tuple = SequenceValue.tuple(names);
    if (random.nextInt(5) == 0) {
      pool.add(tuple);
      hashables.add(tuple);
    }
    return tuple;
  }

  private Value bytecode() {
    byte[] bytes = new byte[2 + 2 * random.nextInt(20)];
    random.nextBytes(bytes);
    if (python.hasLocalsPlus()) {
      for (int i = 0; i < bytes.length; i += 2) {
        String name = List.of("NOP", "POP_TOP", "RETURN_VALUE").get(random.nextInt(3));
        bytes[i] = (byte) Opcodes.of(python).opcode(name).number();
      }
    }
    return BytesValue.of(bytes);
  }

  private static List<Value> children(Value value) {
    List<Value> children = new ArrayList<>();
    if (value instanceof SequenceValue sequence) {
      for (int i = 0; i < sequence.size(); i++) {
        children.add(sequence.get(i));
      }
    } else if (value instanceof DictValue dict) {
      for (int i = 0; i < dict.size(); i++) {
        children.add(dict.key(i));
        children.add(dict.value(i));
      }
    } else if (value instanceof SliceValue slice) {
      children.addAll(List.of(slice.start(), slice.stop(), slice.step()));
    } else if (value instanceof CodeValue code) {
      children.add(code.consts());
    }
    return children;
  }

  /** Returns what a value holds, directly or not; itself only if it holds itself. */
  private static Set<Value> reachable(Value root, boolean throughTuplesAlone) {
    Set<Value> found = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Value> stack = new ArrayDeque<>(children(root));
    while (!stack.isEmpty()) {
      Value value = stack.pop();
      if (throughTuplesAlone && value.typeCode() != TypeCode.TUPLE) {
        continue;
      }
      if (found.add(value)) {
        stack.addAll(children(value));
      }
    }
    return found;
  }

  /**
   * Tells whether nothing holds itself, by way of what was shared, that must not; nor do tuples
   * among a code object's constants, unless by way of a list or dict: looking there for names,
   * CPython would run in a circle until its stack is full; nor is any of these tuples, or the code
   * object, still open when the code object is made.
   */
  private static boolean isValid(Value root) {
    Set<Value> all = reachable(root, false);
    all.add(root);
    for (Value value : all) {
      int kind = value.typeCode();
      boolean isSealed = kind == TypeCode.SLICE || kind == TypeCode.FROZENDICT;
      if (isSealed && reachable(value, false).contains(value)) {
        return false;
      }
      if (kind == TypeCode.CODE) {
        for (Value constant : reachable(value, true)) {
          if (reachable(constant, true).contains(constant)) {
            return false;
          }
        }
      }
    }
    Set<Value> begun = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Value> open = Collections.newSetFromMap(new IdentityHashMap<>());
    return areCodesReadable(root, begun, open);
  }

  /** Goes through a graph in the order of the stream. */
  private static boolean areCodesReadable(Value value, Set<Value> begun, Set<Value> open) {
    if (!begun.add(value)) {
      return value.typeCode() != TypeCode.CODE || !open.contains(value);
    }
    open.add(value);
    for (Value child : children(value)) {
      if (!areCodesReadable(child, begun, open)) {
        return false;
      }
    }
    boolean isReadable =
        value.typeCode() != TypeCode.CODE || Collections.disjoint(open, reachable(value, true));
    open.remove(value);
    return isReadable;
  }
}
