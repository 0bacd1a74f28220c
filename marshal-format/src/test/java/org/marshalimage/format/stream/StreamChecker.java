package org.marshalimage.format.stream;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.MarshalStreamException;
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
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/**
 * Decodes bytes that may be anything. What comes out is a {@link MarshalStreamException} with an
 * offset inside them, or a graph that survives being written and read again; and neither costs much
 * memory or time. Everything else is an {@link AssertionError}.
 */
final class StreamChecker {
  private static final long MAX_ALLOCATED = 64L << 20;

  /** Inputs below this size are held to {@link #MAX_ALLOCATED}. */
  private static final int SMALL_INPUT = 1 << 20;

  /**
   * Far above what any small input takes: it is there to find what is quadratic or worse. CPU time
   * of the thread, so that a busy machine fails nothing.
   */
  private static final long MAX_CPU_NANOS = 1_000_000_000L;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private long refused;
  private long decoded;
  private long notEncodable;
  private long largestAllocation;
  private long slowestNanos;

  /** Checks the bytes of a {@code .pyc} file; returns whether they were decoded. */
  boolean checkFile(byte[] bytes) {
    Value root = measured(bytes.length, bytes.length, () -> PycFile.parse(bytes, null).root());
    if (root != null) {
      PycFile file = PycFile.parse(bytes, null);
      checkGraph(root, bytes, file.version().headerLength(), file.version());
    }
    return root != null;
  }

  /** Checks what it costs to decode a stream, which is sound. */
  void checkCost(byte[] in, PythonVersion version) {
    Value root =
        measured(
            in.length, in.length, () -> MarshalDecoder.decode(in, 0, in.length, version, null));
    if (root == null) {
      throw new AssertionError("refused");
    }
  }

  /** Checks a stream that starts at an offset; returns whether it was decoded. */
  boolean checkStream(byte[] in, int start, PythonVersion version) {
    Value root =
        measured(
            in.length - start,
            in.length,
            () -> MarshalDecoder.decode(in, start, in.length, version, null));
    if (root != null) {
      checkGraph(root, in, start, version);
    }
    return root != null;
  }

  String totals() {
    return String.format(
        "inputs=%,d, refused=%,d, decoded=%,d (not encodable: %,d), largest allocation=%,d bytes,"
            + " slowest=%.1f ms of CPU",
        refused + decoded, refused, decoded, notEncodable, largestAllocation, slowestNanos / 1e6);
  }

  /** Returns what was decoded; null if it was refused. */
  private Value measured(int length, int end, Supplier<Value> decode) {
    long cpu = threads.getCurrentThreadCpuTime();
    long allocated = threads.getCurrentThreadAllocatedBytes();
    Value root = null;
    MarshalStreamException refusal = null;
    try {
      root = decode.get();
    } catch (MarshalStreamException e) {
      refusal = e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError("decoding ended with " + e, e);
    }
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
    cpu = threads.getCurrentThreadCpuTime() - cpu;
    largestAllocation = Math.max(largestAllocation, allocated);
    slowestNanos = Math.max(slowestNanos, cpu);
    if (length < SMALL_INPUT && allocated > MAX_ALLOCATED) {
      throw new AssertionError("too much allocated: bytes=" + allocated + ", input=" + length);
    }
    if (length < SMALL_INPUT && cpu > MAX_CPU_NANOS) {
      throw new AssertionError("too slow: nanoseconds=" + cpu + ", input=" + length);
    }
    if (refusal == null) {
      decoded++;
      return root;
    }
    refused++;
    if (refusal.offset() < MarshalFormatException.NO_OFFSET || refusal.offset() > end) {
      throw new AssertionError("offset outside the input: " + refusal.getMessage(), refusal);
    }
    return null;
  }

  private void checkGraph(Value root, byte[] in, int start, PythonVersion version) {
    DecodedStream exact = MarshalDecoder.decodeExactly(in, start, in.length, version, null);
    String difference = difference(root, exact.root());
    if (difference != null) {
      throw new AssertionError("decode and decodeExactly differ: " + difference);
    }
    if (exact.forms().isExact()) {
      byte[] same = MarshalEncoder.encodeExactly(exact.root(), version, exact.forms());
      int at = Arrays.mismatch(same, Arrays.copyOfRange(in, start, exact.end()));
      if (at >= 0) {
        throw new AssertionError("encodeExactly gave other bytes: first at " + (start + at));
      }
    }
    byte[] again;
    try {
      again = MarshalEncoder.encode(root, version);
    } catch (MarshalEncodeException e) {
      notEncodable++;
      return;
    }
    Value reread;
    try {
      reread = MarshalDecoder.decode(again, 0, again.length, version, null);
    } catch (MarshalStreamException e) {
      throw new AssertionError("what was encoded cannot be decoded: " + e.getMessage(), e);
    }
    difference = difference(root, reread);
    if (difference != null) {
      throw new AssertionError("the graph changed when it was encoded: " + difference);
    }
  }

  /** A value and what stands in its place in the other graph. */
  private record Pair(Value left, Value right) {}

  /**
   * Says where two graphs differ, in what their objects are or in which of them are one and the
   * same object; null if nowhere.
   */
  static String difference(Value left, Value right) {
    Map<Value, Value> partners = new IdentityHashMap<>();
    Map<Value, Value> reverse = new IdentityHashMap<>();
    Deque<Pair> open = new ArrayDeque<>();
    open.push(new Pair(left, right));
    boolean identity = true;
    while (!open.isEmpty()) {
      Pair pair = open.pop();
      Value a = pair.left;
      Value b = pair.right;
      if (a == null || b == null || a.typeCode() != b.typeCode()) {
        return a + " and " + b;
      }
      if (a instanceof Singleton) {
        continue;
      }
      // The encoder writes a frozendict as often as it is used, with all that it holds.
      identity &= a.typeCode() != TypeCode.FROZENDICT;
      Value partner = partners.put(a, b);
      Value owner = reverse.put(b, a);
      if (partner == b && owner == a) {
        continue;
      }
      if (identity && (partner != null || owner != null)) {
        return "shared in one graph alone: " + TypeCode.nameOf(a.typeCode());
      }
      List<Value> leftItems = items(a);
      List<Value> rightItems = items(b);
      if (leftItems.size() != rightItems.size() || !sameLeaf(a, b)) {
        return TypeCode.nameOf(a.typeCode()) + ": " + a + " and " + b;
      }
      for (int i = 0; i < leftItems.size(); i++) {
        open.push(new Pair(leftItems.get(i), rightItems.get(i)));
      }
    }
    return null;
  }

  private static boolean sameLeaf(Value a, Value b) {
    if (a instanceof IntValue x && b instanceof IntValue y) {
      return x.bigValue().equals(y.bigValue()) && x.isPython2Long() == y.isPython2Long();
    }
    if (a instanceof FloatValue x && b instanceof FloatValue y) {
      return x.bits() == y.bits();
    }
    if (a instanceof ComplexValue x && b instanceof ComplexValue y) {
      return x.realBits() == y.realBits() && x.imaginaryBits() == y.imaginaryBits();
    }
    if (a instanceof BytesValue x && b instanceof BytesValue y) {
      return x.isInterned() == y.isInterned() && Arrays.equals(x.toByteArray(), y.toByteArray());
    }
    if (a instanceof StrValue x && b instanceof StrValue y) {
      byte[] left = new byte[x.byteLength()];
      byte[] right = new byte[y.byteLength()];
      x.copyTo(left, 0);
      y.copyTo(right, 0);
      return x.isInterned() == y.isInterned()
          && x.widthShift() == y.widthShift()
          && Arrays.equals(left, right);
    }
    if (a instanceof CodeValue x && b instanceof CodeValue y) {
      return x.version() == y.version() && ints(x).equals(ints(y));
    }
    return true;
  }

  private static List<Integer> ints(CodeValue code) {
    return List.of(
        code.argCount(),
        code.posOnlyArgCount(),
        code.kwOnlyArgCount(),
        code.localCount(),
        code.stackSize(),
        code.flags(),
        code.firstLine());
  }

  private static List<Value> items(Value value) {
    List<Value> items = new ArrayList<>();
    if (value instanceof SequenceValue sequence) {
      for (int i = 0; i < sequence.size(); i++) {
        items.add(sequence.get(i));
      }
    } else if (value instanceof DictValue dict) {
      for (int i = 0; i < dict.size(); i++) {
        items.add(dict.key(i));
        items.add(dict.value(i));
      }
    } else if (value instanceof SliceValue slice) {
      items.addAll(List.of(slice.start(), slice.stop(), slice.step()));
    } else if (value instanceof CodeValue code) {
      CodeFields fields = CodeFields.of(code.version());
      for (int i = 0; i < fields.objectCount(); i++) {
        items.add(fields.getObject(code, i));
      }
      // Derived lists, which go by the kinds of the variables, must not fail either.
      items.addAll(code.varnames());
      items.addAll(code.cellvars());
      items.addAll(code.freevars());
    }
    return items;
  }
}
