package org.marshalimage.format.stream;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.model.ValuePath;

/**
 * Encodes graphs as marshal streams, versions 0 to 6, as CPython's writer does: from version 3 on
 * an object that is used more than once is written once and referred to. With the {@link
 * StreamForms} of a decoded stream it writes that stream's bytes.
 *
 * <p>Iterative. One use, one thread.
 *
 * <p>Source: {@code w_object} in CPython's {@code Python/marshal.c}.
 */
public final class MarshalEncoder {
  /** Version from which on objects may be referred to. */
  private static final int REF_VERSION = 3;

  /** Version that brought the short and the ASCII spellings. */
  private static final int SHORT_VERSION = 4;

  private static final int BINARY_FLOAT_VERSION = 2;
  private static final int INTERNED_VERSION = 3;
  private static final int PYTHON_2_INTERNED_VERSION = 1;
  private static final int MAX_SHORT = 255;

  /**
   * Objects that a stream without forms may have, references included: where shared ones are
   * copied, below version 3 and frozendicts, sharing within sharing doubles them at each level.
   */
  private static final int MAX_OBJECTS = 1 << 24;

  private final PythonVersion python;
  private final int version;
  private final @Nullable StreamForms forms;

  /**
   * The objects that may be referred to: without forms all that were written, with forms those that
   * were flagged; of Python 2 the interned strings.
   */
  private final ObjectNumbers numbers;

  /** Of {@link #numbers}, those of the containers that are being written. */
  private final BitSet open = new BitSet();

  private final ConstantTuples constants = new ConstantTuples();
  private @Nullable KeyChecker keys;

  private int objectCount;
  private int nextForm;
  private int nextText;
  private final StreamOutput out;
  private Frame[] frames = new Frame[16];
  private int depth;

  private MarshalEncoder(PythonVersion python, int version, @Nullable StreamForms forms) {
    this.python = python;
    this.version = version;
    this.forms = forms;
    this.out = StreamOutput.take();
    this.numbers = out.numbers();
  }

  /** A container that is being written. */
  private static final class Frame {
    Value value = Singleton.NONE;
    int childCount;
    int next;

    /** What references call it, or {@link ObjectNumbers#NONE}. */
    int number;
  }

  /**
   * Encodes a graph in the stream version that a Python writes.
   *
   * @param root any value
   * @param python the Python that is to read the stream
   * @return the stream
   * @throws MarshalEncodeException if that Python cannot hold the graph
   */
  public static byte[] encode(Value root, PythonVersion python) {
    return encode(root, python, python.marshalVersion());
  }

  /**
   * Encodes a graph.
   *
   * @param root any value
   * @param python the Python that is to read the stream
   * @param version version of the stream: 0 to the greatest that the Python writes
   * @return the stream
   * @throws MarshalEncodeException if a stream of that version cannot hold the graph
   */
  public static byte[] encode(Value root, PythonVersion python, int version) {
    if (version < 0 || version > python.marshalVersion()) {
      throw new IllegalArgumentException(
          "no such stream version: expected 0 to "
              + python.marshalVersion()
              + " for Python "
              + python
              + ", found "
              + version);
    }
    return new MarshalEncoder(python, version, null).encode(root);
  }

  /**
   * Encodes a graph in the bytes of the stream that it was decoded from.
   *
   * @param root the very object that the decoder gave, with these forms
   * @param python the Python that wrote the stream
   * @param forms what the decoder reported of the stream
   * @return the stream
   * @throws IllegalArgumentException if the forms are not {@linkplain StreamForms#isExact() exact},
   *     or of another graph
   */
  public static byte[] encodeExactly(Value root, PythonVersion python, StreamForms forms) {
    if (!forms.isExact()) {
      throw new IllegalArgumentException(
          "the stream had keys or items that the graph has not: its bytes are lost");
    }
    MarshalEncoder encoder = new MarshalEncoder(python, python.marshalVersion(), forms);
    byte[] stream = encoder.encode(root);
    if (encoder.nextForm != forms.count()) {
      throw new IllegalArgumentException(
          "forms of another graph: expected " + encoder.nextForm + ", found " + forms.count());
    }
    return stream;
  }

  private byte[] encode(Value root) {
    try {
      writeAll(root);
      return out.toByteArray();
    } finally {
      out.release();
    }
  }

  private void writeAll(Value root) {
    begin(root);
    while (depth > 0) {
      Frame frame = frames[depth - 1];
      if (frame.value instanceof SequenceValue items) {
        writeItems(frame, items);
      } else if (frame.value instanceof CodeValue code) {
        writeFields(frame, code);
      } else if (frame.next < frame.childCount) {
        begin(frame.value.child(frame.next++));
      } else {
        finish(frame);
      }
    }
  }

  /** Writes items up to the end, or to one that is a container. */
  private void writeItems(Frame frame, SequenceValue items) {
    int level = depth;
    while (frame.next < frame.childCount) {
      begin(items.get(frame.next++));
      if (depth != level) {
        return;
      }
    }
    finish(frame);
  }

  /** Writes fields up to the end, or to one that is a container. */
  private void writeFields(Frame frame, CodeValue code) {
    CodeFields fields = CodeFields.of(code.version());
    int level = depth;
    while (depth == level) {
      if (frame.next == CodeFields.CONSTS_END) {
        checkConstants(code);
      }
      for (int i = 0, count = fields.intsAfter(frame.next); i < count; i++) {
        out.putInt(fields.getInt(code, frame.next, i));
      }
      if (frame.next == frame.childCount) {
        finish(frame);
      } else {
        begin(fields.getObject(code, frame.next++));
      }
    }
  }

  private void finish(Frame frame) {
    if (Kind.of(typeCode(frame.value)).hasKeys()) {
      checkKeys(frame);
    }
    if (frame.value instanceof DictValue) {
      out.putByte(forms == null ? TypeCode.NULL : takeNull());
    }
    if (frame.number != ObjectNumbers.NONE) {
      open.clear(frame.number);
      constants.complete(frame.value);
    }
    frame.value = Singleton.NONE;
    depth--;
  }

  /** Writes a leaf or a reference, or opens a container. */
  private void begin(@Nullable Value value) {
    if (value == null) {
      throw bad("nothing where an object is needed");
    }
    if (depth >= MarshalDecoder.MAX_DEPTH) {
      throw tooDeep();
    }
    if (forms == null) {
      beginFresh(value);
      return;
    }
    int code = takeForm();
    int plain = python.isPython2() ? code : code & ~TypeCode.FLAG_REF;
    if (plain == TypeCode.REF || plain == TypeCode.STRING_REF) {
      int number = numbers.get(value);
      if (number == ObjectNumbers.NONE) {
        throw otherForm(plain, value);
      }
      refer(value, number);
      out.putByte(code);
      out.putInt(number);
      return;
    }
    checkForm(plain, value);
    out.putByte(code);
    int number = ObjectNumbers.NONE;
    if (plain != code && !(value instanceof Singleton)) {
      number = numbers.count();
      numbers.add(value);
    }
    write(value, plain, number);
  }

  /** Tells a graph that is deep from one that has no end, as streams without references see it. */
  private MarshalEncodeException tooDeep() {
    Value last = frames[depth - 1].value;
    int first = 0;
    while (frames[first].value != last) {
      first++;
    }
    String problem = "nested too deep: limit=" + MarshalDecoder.MAX_DEPTH + " levels";
    if (first == depth - 1) {
      return bad(problem);
    }
    int again = first + 1;
    while (frames[again].value != last) {
      again++;
    }
    depth = again;
    return bad(
        problem
            + ", for a "
            + TypeCode.nameOf(last.typeCode())
            + " holds itself, and marshal version "
            + version
            + " has no references");
  }

  /** Chooses a type code, or a reference, as CPython does. */
  private void beginFresh(Value value) {
    if (++objectCount > MAX_OBJECTS) {
      throw bad("too many objects, as shared ones are copied: limit=" + MAX_OBJECTS);
    }
    if (value instanceof StrValue text && version >= SHORT_VERSION) {
      writeText(text);
      return;
    }
    if (value instanceof BytesValue bytes && version < REF_VERSION) {
      writeBytes(bytes);
      return;
    }
    Kind kind = Kind.of(typeCode(value));
    checkVersion(value, kind);
    int number = ObjectNumbers.NONE;
    if (version >= REF_VERSION && !(value instanceof Singleton)) {
      number = numbers.addIfAbsent(value);
      if (number == ObjectNumbers.NONE) {
        number = numbers.count() - 1;
        out.addStart();
      } else {
        refer(value, number);
        // CPython 3.15.0rc1 loses the number of a frozendict; being immutable, it may as well be
        // copied.
        if (kind != Kind.FROZENDICT) {
          out.putReference(number);
          return;
        }
      }
    }
    int code = plainCode(value, kind);
    out.putByte(code);
    write(value, code, number);
  }

  /** Writes what most objects of Python 2 are, or the number of a string. */
  private void writeBytes(BytesValue bytes) {
    int code = bytesCode(bytes);
    int number = code == TypeCode.INTERNED ? numbers.addIfAbsent(bytes) : ObjectNumbers.NONE;
    if (number == ObjectNumbers.NONE) {
      out.putBytes(code, bytes);
    } else {
      out.putByte(TypeCode.STRING_REF);
      out.putInt(number);
    }
  }

  /** Writes what most objects of Python 3 are, or a reference to it. */
  private void writeText(StrValue text) {
    int number = numbers.addIfAbsent(text);
    if (number != ObjectNumbers.NONE) {
      out.putReference(number);
      return;
    }
    out.addStart();
    int code = strCode(text);
    if (text.byteLength() <= MAX_SHORT && text.isAscii()) {
      out.putShortText(code, text);
    } else {
      out.putByte(code);
      write(text, code, ObjectNumbers.NONE);
    }
  }

  /**
   * Checks that there may be a reference to an object that has been begun. CPython registers some
   * only when they are complete. A tuple can be referred to at once, but not by a code object,
   * which looks into it.
   */
  private void refer(Value value, int number) {
    if (!open.get(number)) {
      return;
    }
    String name = TypeCode.nameOf(value.typeCode());
    if (isRegisteredLate(value)) {
      throw bad(
          "a "
              + name
              + " that holds itself cannot be marshalled: it can be referred to only when complete");
    }
    if (value.typeCode() == TypeCode.TUPLE) {
      if (frames[depth - 1].value instanceof CodeValue) {
        throw bad(
            "a tuple that holds a code object whose field it is cannot be marshalled: it would not"
                + " be complete when the code object is made");
      }
      constants.refer(value);
    }
  }

  /** Checks the constants of a code object, once they are written. */
  private void checkConstants(CodeValue code) {
    String fault = constants.fault(code.consts());
    if (fault != null) {
      throw bad(fault + " cannot be marshalled");
    }
  }

  private static boolean isRegisteredLate(Value value) {
    return switch (value.kind()) {
      case CODE, FROZENSET, FROZENDICT, SLICE -> true;
      case TUPLE, LIST, SET, DICT -> false;
      // No reference comes before a leaf is complete.
      case NONE, TRUE, FALSE, ELLIPSIS, STOP_ITERATION -> false;
      case INT, LONG, FLOAT, COMPLEX, BYTES, STR -> false;
      // Refused before there can be one.
      case RECORD, EXTERNAL -> false;
    };
  }

  /** Chooses the type code that a value has unless it is a reference. */
  private int plainCode(Value value, Kind kind) {
    return switch (kind) {
      case INT -> intCode((IntValue) value);
      case FLOAT -> version >= BINARY_FLOAT_VERSION ? TypeCode.FLOAT : TypeCode.TEXT_FLOAT;
      case COMPLEX -> version >= BINARY_FLOAT_VERSION ? TypeCode.COMPLEX : TypeCode.TEXT_COMPLEX;
      case BYTES -> bytesCode((BytesValue) value);
      case STR -> strCode((StrValue) value);
      case TUPLE -> {
        boolean isSmall = version >= SHORT_VERSION && value.childCount() <= MAX_SHORT;
        yield isSmall ? TypeCode.SMALL_TUPLE : TypeCode.TUPLE;
      }
      case NONE, TRUE, FALSE, ELLIPSIS, STOP_ITERATION -> kind.typeCode();
      case LONG, LIST, SET, FROZENSET, DICT, FROZENDICT, SLICE, CODE -> kind.typeCode();
      case RECORD, EXTERNAL -> throw noStream(kind);
    };
  }

  private int intCode(IntValue value) {
    long number = value.longValue();
    if (number == (int) number) {
      return TypeCode.INT;
    }
    return python.isPython2() ? TypeCode.INT64 : TypeCode.LONG;
  }

  private int bytesCode(BytesValue bytes) {
    boolean isInterned =
        python.isPython2() && version >= PYTHON_2_INTERNED_VERSION && bytes.isInterned();
    return isInterned ? TypeCode.INTERNED : TypeCode.BYTES;
  }

  private int strCode(StrValue string) {
    if (version >= SHORT_VERSION && string.isAscii()) {
      if (string.length() <= MAX_SHORT) {
        return string.isInterned() ? TypeCode.SHORT_ASCII_INTERNED : TypeCode.SHORT_ASCII;
      }
      return string.isInterned() ? TypeCode.ASCII_INTERNED : TypeCode.ASCII;
    }
    boolean isInterned = !python.isPython2() && version >= INTERNED_VERSION && string.isInterned();
    return isInterned ? TypeCode.INTERNED : TypeCode.STR;
  }

  private MarshalEncodeException noStream(Kind kind) {
    return bad(kind.typeName() + " has no form in a marshal stream: images alone have it");
  }

  private void checkVersion(Value value, Kind kind) {
    if (kind.streamVersion() == Kind.NO_STREAM) {
      throw noStream(kind);
    }
    if (version < kind.streamVersion()) {
      throw bad(
          kind.typeName()
              + " needs stream version "
              + kind.streamVersion()
              + ", asked for "
              + version);
    }
    if (value instanceof CodeValue code && code.version() != python) {
      throw bad("code object of Python " + code.version() + " in a stream of Python " + python);
    }
    if (value instanceof IntValue integer) {
      if (integer.isPython2Long() && !python.isPython2()) {
        throw bad("Python " + python + " has no long");
      }
      if (kind == Kind.LONG && python.isPython2() && !integer.isPython2Long()) {
        throw bad("int outside 64 bits, which in Python " + python + " is a long");
      }
    }
  }

  /** Checks that a recorded form, no reference, is one that the value can have. */
  private void checkForm(int code, Value value) {
    boolean fits =
        switch (code) {
          case TypeCode.INTERNED ->
              value.typeCode() == (python.isPython2() ? TypeCode.BYTES : TypeCode.STR);
          case TypeCode.INT64 -> value.typeCode() == TypeCode.INT;
          case TypeCode.LONG -> value instanceof IntValue;
          default -> typeCode(value) == canonical(code);
        };
    if (!fits) {
      throw otherForm(code, value);
    }
  }

  private MarshalEncodeException otherForm(int code, Value value) {
    return bad(
        "forms of another graph: found "
            + TypeCode.nameOf(code)
            + " for a "
            + TypeCode.nameOf(value.typeCode()));
  }

  private static int canonical(int code) {
    switch (code) {
      case TypeCode.TEXT_FLOAT:
        return TypeCode.FLOAT;
      case TypeCode.TEXT_COMPLEX:
        return TypeCode.COMPLEX;
      case TypeCode.SMALL_TUPLE:
        return TypeCode.TUPLE;
      case TypeCode.ASCII:
      case TypeCode.ASCII_INTERNED:
      case TypeCode.SHORT_ASCII:
      case TypeCode.SHORT_ASCII_INTERNED:
        return TypeCode.STR;
      default:
        return code;
    }
  }

  private int takeForm() {
    if (nextForm == forms.count()) {
      throw bad("forms of another graph: there are only " + nextForm);
    }
    return forms.codeAt(nextForm++);
  }

  /** Takes the end of a dict, which may bear a flag that means nothing. */
  private int takeNull() {
    int code = takeForm();
    if ((python.isPython2() ? code : code & ~TypeCode.FLAG_REF) != TypeCode.NULL) {
      throw bad("forms of another graph");
    }
    return code;
  }

  private void write(Value value, int code, int number) {
    switch (code) {
      case TypeCode.NONE:
      case TypeCode.TRUE:
      case TypeCode.FALSE:
      case TypeCode.ELLIPSIS:
      case TypeCode.STOP_ITERATION:
        break;
      case TypeCode.INT:
        out.putInt((int) ((IntValue) value).longValue());
        break;
      case TypeCode.INT64:
        out.putLong(((IntValue) value).longValue());
        break;
      case TypeCode.LONG:
        out.putDigits(((IntValue) value).bigValue());
        break;
      case TypeCode.FLOAT:
        out.putLong(((FloatValue) value).bits());
        break;
      case TypeCode.TEXT_FLOAT:
        putText(((FloatValue) value).doubleValue());
        break;
      case TypeCode.COMPLEX:
        out.putLong(((ComplexValue) value).realBits());
        out.putLong(((ComplexValue) value).imaginaryBits());
        break;
      case TypeCode.TEXT_COMPLEX:
        putText(Double.longBitsToDouble(((ComplexValue) value).realBits()));
        putText(Double.longBitsToDouble(((ComplexValue) value).imaginaryBits()));
        break;
      case TypeCode.INTERNED:
        if (value instanceof BytesValue) {
          numbers.add(value);
          out.putBytes((BytesValue) value);
        } else {
          out.putUtf8((StrValue) value);
        }
        break;
      case TypeCode.BYTES:
        out.putBytes((BytesValue) value);
        break;
      case TypeCode.STR:
        out.putUtf8((StrValue) value);
        break;
      case TypeCode.ASCII:
      case TypeCode.ASCII_INTERNED:
        out.putInt(((StrValue) value).length());
        out.putLatin1((StrValue) value);
        break;
      case TypeCode.SHORT_ASCII:
      case TypeCode.SHORT_ASCII_INTERNED:
        out.putByte(((StrValue) value).length());
        out.putLatin1((StrValue) value);
        break;
      case TypeCode.SMALL_TUPLE:
        out.putByte(((SequenceValue) value).size());
        open(value, number);
        break;
      case TypeCode.TUPLE:
      case TypeCode.LIST:
      case TypeCode.SET:
      case TypeCode.FROZENSET:
        out.putInt(((SequenceValue) value).size());
        open(value, number);
        break;
      case TypeCode.DICT:
      case TypeCode.FROZENDICT:
      case TypeCode.SLICE:
      case TypeCode.CODE:
        open(value, number);
        break;
      default:
        throw new AssertionError("type code that is chosen but not written: " + code);
    }
  }

  private void open(Value value, int number) {
    if (depth == frames.length) {
      frames = Arrays.copyOf(frames, 2 * depth);
    }
    Frame frame = frames[depth];
    if (frame == null) {
      frame = frames[depth] = new Frame();
    }
    depth++;
    frame.value = value;
    frame.childCount = childCount(value);
    frame.next = 0;
    frame.number = number;
    if (number != ObjectNumbers.NONE) {
      open.set(number);
    }
  }

  /** Refuses what CPython would not add to a set or dict, or only once. */
  private void checkKeys(Frame frame) {
    if (keys == null) {
      keys = new KeyChecker(python);
    }
    KeyChecker.Fault fault = keys.check(frame.value);
    if (fault != null) {
      frame.next = 1 + frame.value.kind().slotsPerUnit() * fault.index();
      throw bad(fault.problem());
    }
  }

  /** Returns {@link Value#typeCode()}; of what most objects are without a call of an interface. */
  private static int typeCode(Value value) {
    if (value instanceof StrValue) {
      return TypeCode.STR;
    }
    if (value instanceof BytesValue) {
      return TypeCode.BYTES;
    }
    return value instanceof SequenceValue sequence ? sequence.typeCode() : value.typeCode();
  }

  /** Returns the objects that the stream has of a container: of a code object fewer than slots. */
  private static int childCount(Value value) {
    if (value instanceof SequenceValue sequence) {
      return sequence.size();
    }
    return value instanceof CodeValue code
        ? CodeFields.of(code.version()).objectCount()
        : value.childCount();
  }

  private void putText(double value) {
    if (forms == null) {
      out.putShortText(TextFloat.format(value));
    } else if (nextText < forms.textCount()) {
      out.putShortText(forms.textAt(nextText++));
    } else {
      throw bad("forms of another graph");
    }
  }

  private MarshalEncodeException bad(String problem) {
    ValuePath path = new ValuePath();
    for (int i = 0; i < depth; i++) {
      Frame frame = frames[i];
      int index = frame.next - 1;
      if (frame.value instanceof CodeValue code) {
        path.field(CodeFields.of(code.version()).nameOf(index));
      } else {
        path.item(frame.value, index);
      }
    }
    return new MarshalEncodeException(path.toString(), problem);
  }
}
