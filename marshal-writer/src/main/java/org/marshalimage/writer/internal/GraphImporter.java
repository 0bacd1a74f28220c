package org.marshalimage.writer.internal;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.LongLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.IdentityNumbers;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.model.ValuePath;
import org.marshalimage.format.stream.KeyChecker;

/**
 * Turns graphs of values into nodes. Equal immutable values become one node; lists, dicts, sets,
 * code objects and NaNs, and what holds them, one each: a NaN equals itself alone, so that two of
 * them may be keys of one dict. Iterative. Not thread-safe.
 */
final class GraphImporter {
  /** Decides which keys are equal where a graph does not say of which Python it is. */
  static final PythonVersion NEWEST = PythonVersion.newest();

  private static final int UNKNOWN = IdentityNumbers.NONE;

  /** A value that has no node yet: an immutable container whose items are being read. */
  private static final int PENDING = 0;

  private static final int ASCII_LIMIT = 0x80;

  private final NodeTable nodes;
  private final RecordTypeTable recordTypes = new RecordTypeTable();
  private final ExternalTable externals = new ExternalTable();

  /** Nodes of the values of the graph at hand, or of all graphs. */
  private final IdentityNumbers known = new IdentityNumbers();

  /** Values of the graph at hand that were not known before, if identity is kept. */
  private final List<Value> met = new ArrayList<>();

  private final List<Frame> stack = new ArrayList<>();

  /** Nodes of interned strings of the graph at hand. */
  private final IntArrayList interned = new IntArrayList();

  private PythonVersion version = PythonVersion.V2_7;
  private @Nullable KeyChecker keys;
  private boolean separateBytecode;
  private boolean keepsIdentity;

  GraphImporter(NodeTable nodes) {
    this.nodes = nodes;
  }

  /** A container whose items are being read. */
  private static final class Frame {
    final Value value;
    final int[] children;
    int next;
    boolean isUnmergeable;

    Frame(Value value, int childCount) {
      this.value = value;
      this.children = new int[childCount];
    }
  }

  /** Gives each code object that is added from now on bytecode of its own. */
  void separateBytecode() {
    separateBytecode = true;
  }

  /** Makes a value that several graphs have one node. */
  void keepIdentity() {
    keepsIdentity = true;
  }

  /** Returns the node of the root of a graph that is of no Python in particular. */
  int add(Value root) {
    return add(root, NEWEST);
  }

  /**
   * Returns the node of a graph's root.
   *
   * @param version the Python that decides which keys are equal
   * @throws IllegalArgumentException if a key cannot be hashed or is equal to another one; the
   *     message starts with the path to it
   */
  int add(Value root, PythonVersion version) {
    this.version = version;
    if (!keepsIdentity) {
      known.clear();
    }
    met.clear();
    stack.clear();
    interned.clear();
    keys = null;
    recordTypes.begin();
    externals.begin();
    int node;
    try {
      node = walk(root);
    } catch (RuntimeException e) {
      // Of what was refused, some nodes are half made.
      met.forEach(known::remove);
      recordTypes.begin();
      throw e;
    }
    // Only now: a graph that was refused must leave no trace in the image.
    for (int i = 0; i < interned.size(); i++) {
      nodes.setInterned(interned.getInt(i));
    }
    recordTypes.keep();
    externals.keep();
    return node;
  }

  /** Returns a new node for a record, whose slots are set later. */
  int addRecord(RecordType type, int slotCount) {
    int number = recordTypes.number(type);
    recordTypes.keep();
    beginRecord(number, slotCount);
    return nodes.addUnmergeable();
  }

  /** Makes a node that of a value; of one that was not added, if identity is kept. */
  void putNode(Value value, int node) {
    known.put(value, node);
  }

  private int walk(Value root) {
    int node = visit(root);
    while (!stack.isEmpty()) {
      Frame frame = stack.get(stack.size() - 1);
      if (frame.next == frame.children.length) {
        stack.remove(stack.size() - 1);
        node = finish(frame);
        continue;
      }
      Value child = frame.value.child(frame.next);
      int childNode = child == null ? 0 : visit(child);
      if (child == null || childNode != UNKNOWN) {
        frame.isUnmergeable |= child != null && nodes.isUnmergeable(childNode);
        frame.children[frame.next++] = childNode;
      }
    }
    return node;
  }

  /** Returns the node of a value, or opens the value as a container and returns UNKNOWN. */
  private int visit(Value value) {
    int node = known.putIfAbsent(value, PENDING);
    if (node == PENDING) {
      // A cycle leads through an immutable container: it needs its node now.
      node = reserve(value);
      known.put(value, node);
      return node;
    }
    if (node != UNKNOWN) {
      return node;
    }
    if (keepsIdentity) {
      met.add(value);
    }
    Kind kind = value.kind();
    if (!kind.hasSlots()) {
      node = leaf(value);
      known.put(value, node);
      return node;
    }
    if (!kind.isMerged()) {
      known.put(value, reserve(value));
    }
    stack.add(new Frame(value, value.childCount()));
    if (kind.hasKeys()) {
      checkKeys(value);
    }
    return UNKNOWN;
  }

  private void checkKeys(Value value) {
    if (keys == null) {
      keys = new KeyChecker(version);
    }
    KeyChecker.Fault fault = keys.check(value);
    if (fault == null) {
      return;
    }
    stack.get(stack.size() - 1).next = fault.index() * value.kind().slotsPerUnit();
    throw new IllegalArgumentException(ValuePath.message(path().toString(), fault.problem()));
  }

  /** Spells the way to the value at hand. */
  private ValuePath path() {
    ValuePath path = new ValuePath();
    for (Frame frame : stack) {
      if (frame.value instanceof CodeValue) {
        // Its other fields are strings, or tuples of these.
        path.field("consts");
      } else {
        path.item(frame.value, frame.next);
      }
    }
    return path;
  }

  private int finish(Frame frame) {
    int kind = frame.value.typeCode();
    int node = known.get(frame.value);
    if (node == PENDING) {
      beginContainer(frame.value);
      for (int i = 0; i < frame.children.length; i++) {
        nodes.putSlot(kind, i, frame.children[i]);
      }
      node = frame.isUnmergeable ? nodes.addUnmergeable() : nodes.merge();
      known.put(frame.value, node);
    } else {
      if (kind == TypeCode.CODE && separateBytecode) {
        frame.children[CodeLayout.CODE_SLOT] =
            nodes.duplicate(frame.children[CodeLayout.CODE_SLOT]);
      }
      for (int i = 0; i < frame.children.length; i++) {
        nodes.setSlot(node, kind, i, frame.children[i]);
      }
    }
    return node;
  }

  private int reserve(Value value) {
    beginContainer(value);
    return nodes.addUnmergeable();
  }

  private ByteBuffer beginContainer(Value value) {
    Kind kind = value.kind();
    return switch (kind) {
      case TUPLE, LIST, SET, FROZENSET, DICT, FROZENDICT, SLICE ->
          nodes.begin(kind, value.childCount() / kind.slotsPerUnit());
      case CODE -> beginCode((CodeValue) value);
      case RECORD -> beginRecord((RecordValue) value);
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
          throw new AssertionError("no container: " + value);
    };
  }

  /** What the record has for its type is the number that the table gives it for now. */
  private ByteBuffer beginRecord(RecordValue record) {
    int type;
    try {
      type = recordTypes.number(record.type());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(ValuePath.message(path().toString(), e.getMessage()), e);
    }
    return beginRecord(type, record.childCount());
  }

  private ByteBuffer beginRecord(int type, int slotCount) {
    return nodes.begin(Kind.RECORD, slotCount).putInt(RecordLayout.RECORD_TYPE_OFFSET, type);
  }

  /** Returns the names of all externals that have been added. */
  ExternalTable externals() {
    return externals;
  }

  /** Returns the types of all records that have been added. */
  RecordTypeTable recordTypes() {
    return recordTypes;
  }

  private ByteBuffer beginCode(CodeValue code) {
    ByteBuffer record = nodes.begin(Kind.CODE, 0);
    record.putInt(CodeLayout.ARG_COUNT_OFFSET, code.argCount());
    record.putInt(CodeLayout.POS_ONLY_ARG_COUNT_OFFSET, code.posOnlyArgCount());
    record.putInt(CodeLayout.KW_ONLY_ARG_COUNT_OFFSET, code.kwOnlyArgCount());
    record.putInt(CodeLayout.LOCAL_COUNT_OFFSET, code.localCount());
    record.putInt(CodeLayout.STACK_SIZE_OFFSET, code.stackSize());
    record.putInt(CodeLayout.FLAGS_OFFSET, code.flags());
    record.putInt(CodeLayout.FIRST_LINE_OFFSET, code.firstLine());
    return record.putShort(CodeLayout.MAGIC_OFFSET, (short) code.version().magicNumber());
  }

  private int leaf(Value value) {
    Kind kind = value.kind();
    return switch (kind) {
      case NONE, TRUE, FALSE, ELLIPSIS, STOP_ITERATION -> {
        nodes.begin(kind, 0);
        yield nodes.merge();
      }
      case INT -> addInt((IntValue) value);
      case LONG -> addLong((IntValue) value);
      case FLOAT -> addFloat((FloatValue) value);
      case COMPLEX -> addComplex((ComplexValue) value);
      case BYTES -> addBytes((BytesValue) value);
      case STR -> addStr((StrValue) value);
      case EXTERNAL -> {
        // Its number for now: the same name has the same.
        nodes.begin(kind, externals.number(((ExternalValue) value).name()));
        yield nodes.merge();
      }
      case TUPLE, LIST, SET, FROZENSET, DICT, FROZENDICT, SLICE, CODE, RECORD ->
          throw new AssertionError("no leaf: " + value);
    };
  }

  private int addInt(IntValue integer) {
    nodes.begin(Kind.INT, 0).putLong(ObjectLayout.VALUE_OFFSET, integer.longValue());
    return nodes.merge();
  }

  private int addFloat(FloatValue number) {
    nodes.begin(Kind.FLOAT, 0).putLong(ObjectLayout.VALUE_OFFSET, number.bits());
    return number.isNaN() ? nodes.addUnmergeable() : nodes.merge();
  }

  private int addComplex(ComplexValue complex) {
    nodes
        .begin(Kind.COMPLEX, 0)
        .putLong(ObjectLayout.VALUE_OFFSET, complex.realBits())
        .putLong(ObjectLayout.IMAGINARY_OFFSET, complex.imaginaryBits());
    return complex.isNaN() ? nodes.addUnmergeable() : nodes.merge();
  }

  private int addBytes(BytesValue bytes) {
    ByteBuffer record = nodes.begin(Kind.BYTES, bytes.length());
    bytes.copyTo(record.array(), BytesLayout.DATA_OFFSET);
    int node = nodes.merge();
    if (bytes.isInterned()) {
      interned.addInt(node);
    }
    return node;
  }

  private int addLong(IntValue integer) {
    BigInteger value = integer.bigValue();
    byte[] magnitude = value.abs().toByteArray();
    int significant = value.signum() == 0 ? 0 : value.abs().bitLength();
    int digits = (significant + Long.SIZE - 1) / Long.SIZE;
    ByteBuffer record = nodes.begin(Kind.LONG, digits);
    record.putLong(
        LongLayout.FLAGS_OFFSET,
        (value.signum() < 0 ? LongLayout.FLAG_NEGATIVE : 0)
            | (integer.isPython2Long() ? LongLayout.FLAG_PYTHON_2 : 0));
    int bytes = (significant + Byte.SIZE - 1) / Byte.SIZE;
    for (int i = 0; i < bytes; i++) {
      record.put(LongLayout.DIGITS_OFFSET + i, magnitude[magnitude.length - 1 - i]);
    }
    return nodes.merge();
  }

  private int addStr(StrValue string) {
    int length = string.length();
    int shift = string.widthShift();
    ByteBuffer record = nodes.begin(Kind.STR, length, shift);
    string.copyTo(record.array(), StrLayout.DATA_OFFSET);
    int hash = 0;
    boolean isAscii = true;
    for (int i = 0; i < length; i++) {
      int codePoint = string.codePointAt(i);
      isAscii &= codePoint < ASCII_LIMIT;
      hash = StrLayout.foldHash(hash, codePoint);
    }
    record.putInt(StrLayout.NUMBER_OFFSET, shift | (isAscii ? StrLayout.FLAG_ASCII : 0));
    record.putInt(StrLayout.HASH_OFFSET, hash);
    int node = nodes.merge();
    if (string.isInterned()) {
      interned.addInt(node);
    }
    return node;
  }
}
