package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.MarshalDecoder;
import org.marshalimage.format.stream.MarshalEncoder;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.jmh.WarmWork.Job;
import org.python.core.PyObject;
import org.python.core.PyString;

/**
 * {@code .pyc} files of one Python in memory, and what can be done with them all, one after the
 * other. Speeds count the bytes of the streams, without the headers of the files, whatever is done.
 */
record StreamFiles(PythonVersion version, List<byte[]> pycs, long length) {
  static StreamFiles read(List<String> files) throws IOException {
    List<byte[]> pycs = new ArrayList<>();
    long length = 0;
    for (String file : files) {
      byte[] pyc = Files.readAllBytes(Path.of(file));
      pycs.add(pyc);
      length += pyc.length;
    }
    PythonVersion version = PycFile.parse(pycs.get(0), files.get(0)).version();
    return new StreamFiles(version, pycs, length - (long) pycs.size() * version.headerLength());
  }

  WarmWork warm(Job job) {
    Runnable pass = prepare(job);
    boolean isJython = job.name().startsWith("JYTHON");
    String program = isJython ? "Jython " + JythonMarshal.version() : "Marshal Image";
    return new WarmWork(program, pycs.size(), length, null) {
      @Override
      @Nullable Object pass() {
        pass.run();
        return null;
      }
    };
  }

  /** Returns the indices of files that Jython does not read. */
  List<Integer> refusedByJython() {
    JythonMarshal jython = new JythonMarshal();
    return IntStream.range(0, pycs.size())
        .filter(i -> jython.refuses(stream(pycs.get(i))))
        .boxed()
        .toList();
  }

  /** Prepares what some work needs; returns what does it with all files, and nothing else. */
  Runnable prepare(Job job) {
    return switch (job) {
      case DECODE -> each(pycs, this::decode);
      case ENCODE -> each(graphs(), graph -> MarshalEncoder.encode(graph, version));
      case ENCODE_CODELESS -> each(codeless(), graph -> MarshalEncoder.encode(graph, version));
      case ENCODE_EXACTLY ->
          each(
              pycs.stream().map(pyc -> PycFile.parseExactly(pyc, null)).toList(),
              pyc -> MarshalEncoder.encodeExactly(pyc.root(), version, pyc.forms()));
      case JYTHON_LOADS ->
          each(pycs.stream().map(this::stream).toList(), new JythonMarshal()::loads);
      case JYTHON_DUMPS_CODELESS -> {
        JythonMarshal jython = new JythonMarshal();
        List<PyObject> values = new ArrayList<>();
        for (Value graph : codeless()) {
          byte[] stream = MarshalEncoder.encode(graph, version);
          values.add(jython.loads(JythonMarshal.stream(stream, 0, stream.length)));
        }
        yield each(values, jython::dumps);
      }
      default -> throw new IllegalArgumentException(job.label);
    };
  }

  private static <T> Runnable each(List<T> inputs, Function<T, Object> work) {
    return () -> inputs.forEach(input -> WarmWork.sink = work.apply(input));
  }

  private Value decode(byte[] pyc) {
    return MarshalDecoder.decode(pyc, version.headerLength(), pyc.length, version, null);
  }

  private PyString stream(byte[] pyc) {
    return JythonMarshal.stream(pyc, version.headerLength(), pyc.length);
  }

  private List<Value> graphs() {
    return pycs.stream().map(this::decode).toList();
  }

  private List<Value> codeless() {
    return graphs().stream().map(CodelessGraphs::of).toList();
  }

  /**
   * Puts a tuple of its fields in the place of each code object of Python 2.7, for a peer that
   * writes no code objects. What is shared stays shared.
   */
  static final class CodelessGraphs {
    private final Map<Value, Value> done = new IdentityHashMap<>();

    private CodelessGraphs() {}

    static Value of(Value root) {
      return new CodelessGraphs().copy(root);
    }

    /** Looks into tuples and code objects alone: nothing else in a compiled module holds code. */
    private Value copy(Value value) {
      if (!(value instanceof CodeValue) && !(value instanceof SequenceValue)) {
        return value;
      }
      Value copy = done.get(value);
      if (copy == null) {
        copy = value instanceof CodeValue code ? fields(code) : copyItems((SequenceValue) value);
        done.put(value, copy);
      }
      return copy;
    }

    private Value fields(CodeValue code) {
      return SequenceValue.tuple(
          IntValue.of(code.argCount()),
          IntValue.of(code.localCount()),
          IntValue.of(code.stackSize()),
          IntValue.of(code.flags()),
          code.code(),
          copy(code.consts()),
          code.names(),
          code.localNames(),
          code.storedFreevars(),
          code.storedCellvars(),
          code.filename(),
          code.name(),
          IntValue.of(code.firstLine()),
          code.lineTable());
    }

    private Value copyItems(SequenceValue sequence) {
      Value[] items = new Value[sequence.size()];
      boolean isSame = true;
      for (int i = 0; i < items.length; i++) {
        items[i] = copy(sequence.get(i));
        isSame &= items[i] == sequence.get(i);
      }
      return isSame ? sequence : SequenceValue.tuple(items);
    }
  }
}
