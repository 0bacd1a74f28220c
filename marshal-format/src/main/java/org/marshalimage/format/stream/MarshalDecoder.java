package org.marshalimage.format.stream;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.Value;

/**
 * Decodes a marshal stream, versions 0 to 6, as the CPython that wrote it would: shared references
 * and cycles are kept, and what CPython refuses is refused.
 *
 * <p>Iterative: containers that are being read lie on a stack of our own, at most {@link
 * #MAX_DEPTH} of them, and finished items on another, so that memory grows with what has been read
 * and never with what a length claims. One use, one thread.
 *
 * <p>Source: {@code r_object} in CPython's {@code Python/marshal.c}.
 */
public final class MarshalDecoder {
  /** Levels of nesting that CPython reads ({@code MAX_MARSHAL_STACK_DEPTH}). */
  public static final int MAX_DEPTH = 2000;

  /** What a reference finds while its object, which must not hold itself, is still being read. */
  private static final Value UNFINISHED = IntValue.of(0);

  /** Stands for the stream's NULL, which is no object. */
  private static final Value NULL = IntValue.of(0);

  private static final int NO_REF = -1;
  private static final int UNKNOWN_SIZE = Integer.MAX_VALUE;

  /** By version and type code, whether the CPython that wrote the stream reads it. */
  private static final boolean[][] KNOWN = new boolean[PythonVersion.values().length][];

  static {
    for (PythonVersion version : PythonVersion.values()) {
      boolean[] known = new boolean[TypeCode.LIMIT];
      for (int code = 0; code < known.length; code++) {
        known[code] = isKnown(code, version);
      }
      KNOWN[version.ordinal()] = known;
    }
  }

  private final StreamInput input;
  private final PythonVersion version;
  private final boolean[] known;
  private final CodeFields codeFields;
  private final StreamForms.@Nullable Recorder forms;

  /** Finished items of all containers that are being read. */
  private Value[] items = new Value[64];

  private int itemCount;

  private Frame[] frames = new Frame[16];
  private int depth;

  /** Items that the containers being read still lack: each takes at least one byte. */
  private long owed;

  private Value[] refs = new Value[64];
  private int refCount;

  /** Indexes in {@link #refs} of the tuples that are being read, ascending. */
  private int[] openTuples = new int[16];

  private int openTupleCount;

  /** Python 2's interned strings, for STRING_REF. */
  private Value[] strings = new Value[16];

  private int stringCount;

  /**
   * Lists, dicts and sets, tuples that hold themselves, and what cannot be hashed because it holds
   * one of these, a code object among its constants: no key, no set's item.
   */
  private final Set<Value> unhashable = Collections.newSetFromMap(new IdentityHashMap<>());

  private final ConstantTuples constants = new ConstantTuples();

  private @Nullable PythonEquality equality;

  private MarshalDecoder(
      byte[] in,
      int start,
      int end,
      PythonVersion version,
      @Nullable String file,
      StreamForms.@Nullable Recorder forms) {
    this.input = new StreamInput(in, start, end, file);
    this.version = version;
    this.known = KNOWN[version.ordinal()];
    this.codeFields = CodeFields.of(version);
    this.forms = forms;
  }

  private static boolean isKnown(int code, PythonVersion version) {
    switch (code) {
      case TypeCode.REF:
      case TypeCode.ASCII:
      case TypeCode.ASCII_INTERNED:
      case TypeCode.SHORT_ASCII:
      case TypeCode.SHORT_ASCII_INTERNED:
      case TypeCode.SMALL_TUPLE:
        return !version.isPython2();
      case TypeCode.STRING_REF:
        return version.isPython2();
      case TypeCode.NULL:
      case TypeCode.INT64:
      case TypeCode.TEXT_FLOAT:
      case TypeCode.TEXT_COMPLEX:
      case TypeCode.INTERNED:
        return true;
      default:
        return Kind.isKind(code) && version.marshalVersion() >= Kind.of(code).streamVersion();
    }
  }

  /** A container that is being read. */
  private static final class Frame {
    int typeCode;

    /** Where the container's type code lies. */
    int start;

    /** Items that are still to come. */
    int missing;

    /** Index of the first item in {@link #items}. */
    int firstItem;

    /** Index in {@link #refs}, or {@link #NO_REF}. */
    int ref;

    /** Whether it holds what cannot be hashed. */
    boolean isUnhashable;

    SequenceValue.@Nullable Builder sequence;
    DictValue.@Nullable Builder dict;
    CodeValue.@Nullable Builder code;
  }

  /**
   * Decodes one object.
   *
   * @param in a stream; not kept
   * @param start offset of its first byte
   * @param end one past its last byte; bytes behind the object are passed over, as CPython does
   * @param version the Python that wrote the stream
   * @param file name for messages; null if the bytes came from memory
   * @return the object
   * @throws MarshalStreamException if the bytes are no such stream; the offset counts from the
   *     start of {@code in}
   */
  public static Value decode(
      byte[] in, int start, int end, PythonVersion version, @Nullable String file) {
    checkRange(in, start, end);
    return new MarshalDecoder(in, start, end, version, file, null).decode();
  }

  /**
   * Decodes one object and reports how the stream spells it, so that {@link MarshalEncoder} can
   * write the very bytes again.
   *
   * @param in a stream; not kept
   * @param start offset of its first byte
   * @param end one past its last byte; bytes behind the object are passed over, as CPython does
   * @param version the Python that wrote the stream
   * @param file name for messages; null if the bytes came from memory
   * @return the object and its forms
   * @throws MarshalStreamException if the bytes are no such stream; the offset counts from the
   *     start of {@code in}
   */
  public static DecodedStream decodeExactly(
      byte[] in, int start, int end, PythonVersion version, @Nullable String file) {
    checkRange(in, start, end);
    StreamForms.Recorder forms = new StreamForms.Recorder();
    MarshalDecoder decoder = new MarshalDecoder(in, start, end, version, file, forms);
    Value root = decoder.decode();
    return new DecodedStream(root, forms.finish(), decoder.input.position());
  }

  private static void checkRange(byte[] in, int start, int end) {
    if (start < 0 || end > in.length || start > end) {
      throw new IndexOutOfBoundsException(
          "no such range: start=" + start + ", end=" + end + ", length=" + in.length);
    }
  }

  private Value decode() {
    while (true) {
      if (depth > 0 && !isDict(frames[depth - 1].typeCode)) {
        owed--;
      }
      Value value = readObject();
      // A null means that a container was opened: its first item comes next.
      while (value != null) {
        if (depth == 0) {
          if (value == NULL) {
            throw bad("null where an object is needed", input.position() - 1);
          }
          return value;
        }
        value = deliver(frames[depth - 1], value);
      }
    }
  }

  /** Hands an item to its container; returns the container if that finished it, else null. */
  private @Nullable Value deliver(Frame frame, Value value) {
    boolean isDict = isDict(frame.typeCode);
    if (value == NULL) {
      if (!isDict) {
        throw bad(
            "null inside a " + TypeCode.nameOf(frame.typeCode) + ", expected an object",
            input.position() - 1);
      }
      return endOfDict(frame);
    }
    if (itemCount == items.length) {
      items = Arrays.copyOf(items, 2 * itemCount);
    }
    items[itemCount++] = value;
    if (isDict) {
      return null;
    }
    frame.missing--;
    if (frame.code != null) {
      int field = itemCount - frame.firstItem;
      int ints = codeFields.intsAfter(field);
      for (int i = 0; i < ints; i++) {
        codeFields.setInt(frame.code, field, i, input.readInt());
      }
    }
    return frame.missing == 0 ? finish(frame) : null;
  }

  /**
   * A null in place of a key ends a dict. In place of a value it drops the key; CPython 2 then
   * reads on, CPython 3 takes that for the end too.
   */
  private @Nullable Value endOfDict(Frame frame) {
    if ((itemCount - frame.firstItem) % 2 == 1) {
      items[--itemCount] = null;
      if (forms != null) {
        forms.dropped();
      }
      if (version.isPython2()) {
        return null;
      }
    }
    return finish(frame);
  }

  private @Nullable Value readObject() {
    int start = input.position();
    if (depth >= MAX_DEPTH) {
      throw bad("nested too deep: limit=" + MAX_DEPTH + " levels", start);
    }
    int code = input.readByte();
    if (forms != null) {
      forms.code(code);
    }
    boolean isRef = false;
    if (!version.isPython2()) {
      isRef = (code & TypeCode.FLAG_REF) != 0;
      code &= ~TypeCode.FLAG_REF;
    }
    if (!known[code]) {
      throw bad(
          "unknown type code: found " + describe(code) + ", in a stream of Python " + version,
          start);
    }
    Value value;
    switch (code) {
      case TypeCode.NULL:
        return NULL;
      case TypeCode.NONE:
        return Singleton.NONE;
      case TypeCode.TRUE:
        return Singleton.TRUE;
      case TypeCode.FALSE:
        return Singleton.FALSE;
      case TypeCode.ELLIPSIS:
        return Singleton.ELLIPSIS;
      case TypeCode.STOP_ITERATION:
        return Singleton.STOP_ITERATION;
      case TypeCode.REF:
        return readReference();
      case TypeCode.STRING_REF:
        return readStringReference(start);
      case TypeCode.INT:
        value = IntValue.of(input.readInt());
        break;
      case TypeCode.INT64:
        value = IntValue.of(input.readLong());
        break;
      case TypeCode.LONG:
        value = input.readDigits(version);
        break;
      case TypeCode.FLOAT:
        value = FloatValue.ofBits(input.readLong());
        break;
      case TypeCode.TEXT_FLOAT:
        value = FloatValue.of(readTextFloat());
        break;
      case TypeCode.COMPLEX:
        value = ComplexValue.ofBits(input.readLong(), input.readLong());
        break;
      case TypeCode.TEXT_COMPLEX:
        value =
            ComplexValue.ofBits(
                Double.doubleToRawLongBits(readTextFloat()),
                Double.doubleToRawLongBits(readTextFloat()));
        break;
      case TypeCode.BYTES:
        value = input.readBytes(false);
        break;
      case TypeCode.INTERNED:
        value = version.isPython2() ? readPython2Interned() : input.readUtf8(true);
        break;
      case TypeCode.STR:
        value = input.readUtf8(false);
        break;
      case TypeCode.ASCII:
        value = input.readLatin1(input.readLength("string"), false);
        break;
      case TypeCode.ASCII_INTERNED:
        value = input.readLatin1(input.readLength("string"), true);
        break;
      case TypeCode.SHORT_ASCII:
        value = input.readLatin1(input.readByte(), false);
        break;
      case TypeCode.SHORT_ASCII_INTERNED:
        value = input.readLatin1(input.readByte(), true);
        break;
      case TypeCode.SMALL_TUPLE:
        return open(TypeCode.TUPLE, start, input.readByte(), isRef);
      case TypeCode.TUPLE:
      case TypeCode.LIST:
      case TypeCode.SET:
      case TypeCode.FROZENSET:
        return open(code, start, input.readSize(code), isRef);
      case TypeCode.DICT:
      case TypeCode.FROZENDICT:
        return open(code, start, UNKNOWN_SIZE, isRef);
      case TypeCode.SLICE:
        return open(code, start, 3, isRef);
      case TypeCode.CODE:
        return open(code, start, codeFields.objectCount(), isRef);
      default:
        throw new AssertionError("type code that is known but not read: " + describe(code));
    }
    if (isRef) {
      addRef(value);
    }
    return value;
  }

  private static String describe(int code) {
    String hex = "0x" + Integer.toHexString(code);
    return code > ' ' && code < 0x7F ? hex + " '" + (char) code + "'" : hex;
  }

  private static boolean isDict(int typeCode) {
    return typeCode == TypeCode.DICT || typeCode == TypeCode.FROZENDICT;
  }

  /** Opens a container; returns it only if it has no items. */
  private @Nullable Value open(int typeCode, int start, int size, boolean isRef) {
    if (depth == frames.length) {
      frames = Arrays.copyOf(frames, 2 * depth);
    }
    Frame frame = frames[depth];
    if (frame == null) {
      frame = frames[depth] = new Frame();
    }
    depth++;
    frame.typeCode = typeCode;
    frame.start = start;
    frame.missing = size;
    frame.firstItem = itemCount;
    frame.ref = NO_REF;
    frame.code = null;
    frame.isUnhashable = false;
    if (size != UNKNOWN_SIZE) {
      owed += size;
      if (owed > input.remaining()) {
        throw bad(
            "size runs past the end: "
                + TypeCode.nameOf(typeCode)
                + " of "
                + size
                + " items, which take at least a byte each, bytes left="
                + input.remaining(),
            start);
      }
    }
    // What CPython registers only when it is complete must not be referred to by what it holds.
    Value early = UNFINISHED;
    switch (typeCode) {
      case TypeCode.TUPLE:
      case TypeCode.LIST:
      case TypeCode.SET:
        // Nothing meets a tuple before it is complete unless by a reference.
        frame.sequence =
            isRef || typeCode != TypeCode.TUPLE ? SequenceValue.unfinished(typeCode) : null;
        if (frame.sequence != null) {
          early = frame.sequence.value();
        }
        break;
      case TypeCode.FROZENSET:
        frame.sequence = null;
        break;
      case TypeCode.DICT:
      case TypeCode.FROZENDICT:
        frame.dict = DictValue.unfinished(typeCode);
        if (typeCode == TypeCode.DICT) {
          early = frame.dict.value();
        }
        break;
      case TypeCode.CODE:
        frame.code = CodeValue.builder(version);
        break;
      default:
        break;
    }
    if (typeCode == TypeCode.LIST || typeCode == TypeCode.SET || typeCode == TypeCode.DICT) {
      unhashable.add(early);
    }
    if (isRef) {
      frame.ref = refCount;
      if (typeCode == TypeCode.TUPLE) {
        if (openTupleCount == openTuples.length) {
          openTuples = Arrays.copyOf(openTuples, 2 * openTupleCount);
        }
        openTuples[openTupleCount++] = refCount;
      }
      addRef(early);
    }
    if (frame.code != null) {
      int ints = codeFields.intsAfter(0);
      for (int i = 0; i < ints; i++) {
        codeFields.setInt(frame.code, 0, i, input.readInt());
      }
    }
    return size == 0 ? finish(frame) : null;
  }

  private Value finish(Frame frame) {
    if (!unhashable.isEmpty()) {
      checkHashable(frame);
    }
    Value value;
    if (frame.code != null) {
      for (int i = frame.firstItem; i < itemCount; i++) {
        codeFields.setObject(frame.code, i - frame.firstItem, items[i]);
      }
      CodeValue code;
      try {
        code = frame.code.build();
      } catch (IllegalArgumentException e) {
        throw bad("bad code object: " + e.getMessage(), frame.start);
      }
      String fault = constants.fault(code.consts());
      if (fault != null) {
        throw bad("bad code object: " + fault, frame.start);
      }
      value = code;
    } else if (frame.typeCode == TypeCode.SLICE) {
      int first = frame.firstItem;
      value = new SliceValue(items[first], items[first + 1], items[first + 2]);
    } else {
      Value[] own = distinct(frame, Arrays.copyOfRange(items, frame.firstItem, itemCount));
      if (isDict(frame.typeCode)) {
        value = frame.dict.finish(own);
      } else {
        SequenceValue.Builder sequence = frame.sequence;
        value =
            (sequence != null ? sequence : SequenceValue.unfinished(frame.typeCode)).finish(own);
      }
    }
    if (frame.isUnhashable) {
      unhashable.add(value);
    }
    itemCount = frame.firstItem;
    depth--;
    if (frame.ref != NO_REF) {
      refs[frame.ref] = value;
      if (frame.typeCode == TypeCode.TUPLE) {
        openTupleCount--;
        constants.complete(value);
      }
    }
    return value;
  }

  /** Drops what CPython drops when it adds the items one after the other to a set or dict. */
  private Value[] distinct(Frame frame, Value[] own) {
    boolean isSet = frame.typeCode == TypeCode.SET || frame.typeCode == TypeCode.FROZENSET;
    Value[] kept = own;
    if (isDict(frame.typeCode) && own.length > 2) {
      kept = equality().distinctKeys(own);
    } else if (isSet && own.length > 1) {
      kept = equality().distinctItems(own);
    }
    if (kept != own && forms != null) {
      forms.dropped();
    }
    return kept;
  }

  private PythonEquality equality() {
    if (equality == null) {
      equality = new PythonEquality(version);
    }
    return equality;
  }

  /** Refuses keys and items of sets that cannot be hashed, as CPython does when it adds them. */
  private void checkHashable(Frame frame) {
    boolean isDict = isDict(frame.typeCode);
    boolean isSet = frame.typeCode == TypeCode.SET || frame.typeCode == TypeCode.FROZENSET;
    for (int i = frame.firstItem; i < itemCount; i++) {
      if (!unhashable.contains(items[i])) {
        continue;
      }
      boolean isKey = isDict && (i - frame.firstItem) % 2 == 0;
      if (isKey || isSet) {
        throw bad(
            "unhashable "
                + (isKey ? "key" : "item")
                + " in a "
                + TypeCode.nameOf(frame.typeCode)
                + ": "
                + TypeCode.nameOf(items[i].typeCode()),
            frame.start);
      }
      frame.isUnhashable = true;
    }
  }

  private void addRef(Value value) {
    if (refCount == refs.length) {
      refs = Arrays.copyOf(refs, 2 * refCount);
    }
    refs[refCount++] = value;
  }

  private Value readReference() {
    int start = input.position() - 1;
    int index = input.readInt();
    if (index < 0 || index >= refCount) {
      throw bad("reference to nowhere: index=" + index + ", objects=" + refCount, start);
    }
    boolean isOpenTuple = Arrays.binarySearch(openTuples, 0, openTupleCount, index) >= 0;
    if (refs[index] == UNFINISHED || isOpenTuple && frames[depth - 1].typeCode == TypeCode.CODE) {
      throw bad("reference to an object that is not complete yet: index=" + index, start);
    }
    if (isOpenTuple) {
      // Its hash would need itself.
      unhashable.add(refs[index]);
      constants.refer(refs[index]);
    }
    return refs[index];
  }

  private Value readStringReference(int start) {
    int index = input.readInt();
    if (index < 0 || index >= stringCount) {
      throw bad("string reference to nowhere: index=" + index + ", strings=" + stringCount, start);
    }
    return strings[index];
  }

  private Value readPython2Interned() {
    Value value = input.readBytes(true);
    if (stringCount == strings.length) {
      strings = Arrays.copyOf(strings, 2 * stringCount);
    }
    strings[stringCount++] = value;
    return value;
  }

  private double readTextFloat() {
    int start = input.position();
    String text = input.readShortText("float");
    try {
      double value = TextFloat.parse(text, version);
      if (forms != null) {
        forms.text(text);
      }
      return value;
    } catch (NumberFormatException e) {
      throw bad("not a float: text=\"" + TextFloat.printable(text) + '"', start + 1);
    }
  }

  private MarshalStreamException bad(String problem, int offset) {
    return input.bad(problem, offset);
  }
}
