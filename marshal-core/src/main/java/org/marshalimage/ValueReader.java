package org.marshalimage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.internal.memory.Failures;

/**
 * Copies a graph out of an image into the object model. Iterative, so that depth costs heap only.
 */
final class ValueReader {
  private final ImageCursor cursor;
  private final ImageObject root;

  /**
   * By {@link #key}: of offsets, whose last bits are zero, a hash table would use an eighth of its
   * buckets.
   */
  private final Map<Integer, Value> known = new HashMap<>();

  private final Deque<Frame> stack = new ArrayDeque<>();

  /** Bytes of all objects of the image. */
  private final long bytesInAll;

  private long byteCount;
  private long objectCount;

  private ValueReader(ImageObject root) {
    this.root = root;
    this.cursor = new ImageCursor(root.bytes);
    this.bytesInAll = root.bytes.objectsEnd() - root.bytes.objectsStart();
  }

  /** Copies objects of one mapping, at least one; what several lead to is one value. */
  static List<Value> read(List<? extends ImageObject> roots) {
    ImageObject first = roots.get(0);
    try {
      ValueReader reader = new ValueReader(first);
      List<Value> values = new ArrayList<>(roots.size());
      for (ImageObject root : roots) {
        values.add(reader.read(root.offset));
      }
      first.bytes.raisePendingFault();
      return values;
    } catch (InternalError e) {
      throw Failures.unreadable(first.bytes, e);
    }
  }

  /** A container whose items are being read. */
  private static final class Frame {
    final long offset;
    final Kind kind;
    final long[] slots;
    final @Nullable Value[] items;
    SequenceValue.@Nullable Builder sequence;
    DictValue.@Nullable Builder dict;
    SliceValue.@Nullable Builder slice;
    CodeValue.@Nullable Builder code;
    RecordValue.@Nullable Builder record;
    int next;

    Frame(long offset, Kind kind, int slotCount) {
      this.offset = offset;
      this.kind = kind;
      this.slots = new long[slotCount];
      this.items = new Value[slotCount];
    }
  }

  private Value read(long offset) {
    Value value = known.get(key(offset));
    if (value == null) {
      value = begin(offset);
    }
    while (!stack.isEmpty()) {
      Frame frame = stack.peek();
      if (frame.next == frame.slots.length) {
        value = finish(frame);
        known.put(key(frame.offset), value);
        stack.pop();
      } else {
        long slot = frame.slots[frame.next];
        Value item = slot == 0 ? null : known.get(key(slot));
        if (item == null && slot != 0) {
          item = begin(slot);
          if (item == null) {
            continue;
          }
        }
        frame.items[frame.next++] = item;
      }
    }
    return value;
  }

  private static int key(long offset) {
    return (int) (offset / HeaderLayout.ALIGNMENT);
  }

  /**
   * Reads a leaf, or opens a container and returns null: its value is known when it is finished.
   */
  private @Nullable Value begin(long offset) {
    cursor.moveTo(offset);
    Kind kind = Kind.of(cursor.kind());
    if (!kind.hasSlots()) {
      charge(offset);
      Value leaf = leaf(kind);
      known.put(key(offset), leaf);
      return leaf;
    }
    charge(offset);
    if (stack.size() >= root.bytes.maxDepth()) {
      throw ImageLimitException.of("maxDepth", root.bytes.maxDepth(), root, offset);
    }
    Frame frame = new Frame(offset, kind, cursor.slotCount());
    for (int i = 0; i < frame.slots.length; i++) {
      frame.slots[i] = cursor.slot(i);
    }
    known.put(key(offset), unfinished(frame));
    stack.push(frame);
    return null;
  }

  /** Makes a container before what it holds is known: what that holds may be the container. */
  private Value unfinished(Frame frame) {
    return switch (frame.kind) {
      case TUPLE, LIST, SET, FROZENSET -> {
        frame.sequence = SequenceValue.unfinished(frame.kind.typeCode());
        yield frame.sequence.value();
      }
      case DICT, FROZENDICT -> {
        frame.dict = DictValue.unfinished(frame.kind.typeCode());
        yield frame.dict.value();
      }
      case SLICE -> {
        frame.slice = SliceValue.unfinished();
        yield frame.slice.value();
      }
      case CODE -> {
        frame.code = CodeValue.builder(version(frame.offset));
        yield frame.code.unfinished();
      }
      case RECORD -> {
        RecordView view = new RecordView(root.bytes, frame.offset);
        frame.record = RecordValue.unfinished(view.recordType());
        yield frame.record.value();
      }
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
          throw new AssertionError("no container: " + frame.kind);
    };
  }

  private PythonVersion version(long code) {
    return new CodeView(root.bytes, code)
        .pythonVersion()
        .orElseThrow(
            () ->
                Failures.corrupt(
                    root.bytes,
                    "code object of an unknown Python",
                    code + CodeLayout.MAGIC_OFFSET));
  }

  /**
   * Counts an object, before anything is allocated for it. Objects that are read once each fit into
   * the image, unless some lie inside others: a hostile image of n bytes could have n / 8 objects
   * of n bytes each.
   */
  private void charge(long offset) {
    byteCount += cursor.length();
    if (byteCount > bytesInAll) {
      throw Failures.overlap(root.bytes, bytesInAll, byteCount, offset);
    }
    if (++objectCount > root.bytes.maxObjects()) {
      throw ImageLimitException.of("maxObjects", root.bytes.maxObjects(), root, offset);
    }
  }

  private Value leaf(Kind kind) {
    return switch (kind) {
      case NONE, TRUE, FALSE, ELLIPSIS, STOP_ITERATION -> Singleton.of(kind.typeCode());
      case INT -> IntValue.of(cursor.longValue());
      case LONG -> {
        IntView integer = (IntView) Views.at(root.bytes, cursor.offset());
        yield integer.isPython2Long()
            ? IntValue.python2Long(integer.bigValue())
            : IntValue.of(integer.bigValue());
      }
      case FLOAT -> FloatValue.ofBits(cursor.longValue());
      case COMPLEX -> ComplexValue.ofBits(cursor.longValue(), cursor.imaginaryBits());
      case BYTES -> {
        BytesView bytes = new BytesView(root.bytes, cursor.offset());
        yield BytesValue.of(bytes.toByteArray(), 0, bytes.length(), bytes.isInterned());
      }
      case STR -> {
        StrView string = new StrView(root.bytes, cursor.offset());
        int[] codePoints = new int[cursor.size()];
        for (int i = 0; i < codePoints.length; i++) {
          codePoints[i] = cursor.codePointAt(i);
        }
        yield StrValue.ofCodePoints(codePoints, 0, codePoints.length, string.isInterned());
      }
      case EXTERNAL -> ExternalValue.of(new ExternalView(root.bytes, cursor.offset()).name());
      case TUPLE, LIST, SET, FROZENSET, DICT, FROZENDICT, SLICE, CODE, RECORD ->
          throw new AssertionError("no leaf: " + kind);
    };
  }

  private Value finish(Frame frame) {
    return switch (frame.kind) {
      case TUPLE, LIST, SET, FROZENSET -> frame.sequence.finish(frame.items);
      case DICT, FROZENDICT -> frame.dict.finish(frame.items);
      case SLICE -> frame.slice.finish(frame.items[0], frame.items[1], frame.items[2]);
      case CODE -> code(frame);
      case RECORD -> record(frame);
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
          throw new AssertionError("no container: " + frame.kind);
    };
  }

  private Value record(Frame frame) {
    try {
      return frame.record.finish(frame.items);
    } catch (IllegalArgumentException e) {
      throw Failures.corrupt(root.bytes, "bad record: " + e.getMessage(), frame.offset);
    }
  }

  private Value code(Frame frame) {
    CodeView code = new CodeView(root.bytes, frame.offset);
    CodeValue.Builder builder =
        frame
            .code
            .argCount(code.argCount())
            .posOnlyArgCount(code.posOnlyArgCount())
            .kwOnlyArgCount(code.kwOnlyArgCount())
            .localCount(code.localCount())
            .stackSize(code.stackSize())
            .flags(code.flags())
            .firstLine(code.firstLine())
            .code(frame.items[CodeLayout.CODE_SLOT])
            .consts(frame.items[CodeLayout.CONSTS_SLOT])
            .names(frame.items[CodeLayout.NAMES_SLOT])
            .localNames(frame.items[CodeLayout.LOCAL_NAMES_SLOT])
            .filename(frame.items[CodeLayout.FILENAME_SLOT])
            .name(frame.items[CodeLayout.NAME_SLOT])
            .lineTable(frame.items[CodeLayout.LINE_TABLE_SLOT])
            .qualName(frame.items[CodeLayout.QUALNAME_SLOT]);
    Value kindsOrFreevars = frame.items[CodeLayout.KINDS_OR_FREEVARS_SLOT];
    Value exceptionsOrCellvars = frame.items[CodeLayout.EXCEPTIONS_OR_CELLVARS_SLOT];
    if (frame.code.unfinished().version().hasLocalsPlus()) {
      builder.kinds(kindsOrFreevars).exceptionTable(exceptionsOrCellvars);
    } else {
      builder.freevars(kindsOrFreevars).cellvars(exceptionsOrCellvars);
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw Failures.corrupt(root.bytes, "bad code object: " + e.getMessage(), frame.offset);
    }
  }
}
