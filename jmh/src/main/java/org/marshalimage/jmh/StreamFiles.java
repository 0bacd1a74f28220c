package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.MarshalDecoder;
import org.marshalimage.format.stream.MarshalEncoder;
import org.marshalimage.format.stream.PycFile;
import org.python.core.PyObject;
import org.python.core.PyString;

/**
 * {@code .pyc} files of one Python in memory, and what can be done with them all, one after the
 * other. Speeds count the bytes of the streams, without the headers of the files, whatever is done.
 *
 * @param version the Python that wrote them
 * @param pycs the files
 * @param length bytes of all streams
 */
record StreamFiles(PythonVersion version, List<byte[]> pycs, long length) {
  /** Something that is done with each file. */
  enum Work {
    /** {@link MarshalDecoder#decode}. */
    DECODE,
    /** {@link MarshalEncoder#encode(Value, PythonVersion)} of the decoded graphs. */
    ENCODE,
    /** {@link MarshalEncoder#encodeExactly}: the bytes of the file again. */
    ENCODE_EXACTLY,
    /** {@link MarshalEncoder#encode(Value, PythonVersion)} of {@link CodelessGraphs}. */
    ENCODE_CODELESS,
    /** Jython's {@code marshal.loads}. */
    JYTHON_LOADS,
    /** Jython's {@code marshal.dumps} of {@link CodelessGraphs}. */
    JYTHON_DUMPS_CODELESS
  }

  /** Does some work with all files. */
  interface Pass {
    /**
     * Does it once.
     *
     * @param sink takes each result
     */
    void run(Consumer<Object> sink);
  }

  /** Reads files. */
  static StreamFiles read(List<Path> files) throws IOException {
    List<byte[]> pycs = new ArrayList<>();
    for (Path file : files) {
      pycs.add(Files.readAllBytes(file));
    }
    return of(PycFile.parse(pycs.get(0), files.get(0).toString()).version(), pycs);
  }

  /** Reads the library of a Python; of 2.7 what Jython reads too, so that both have the same. */
  static StreamFiles ofLibrary(PythonVersion version) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Library.Source source : Library.find(version).files()) {
      files.add(source.file());
    }
    StreamFiles all = read(files);
    if (!version.isPython2()) {
      return all;
    }
    List<Integer> refused = all.refusedByJython();
    List<byte[]> kept = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      if (!refused.contains(i)) {
        kept.add(all.pycs.get(i));
      }
    }
    return of(version, kept);
  }

  private static StreamFiles of(PythonVersion version, List<byte[]> pycs) {
    long length = 0;
    for (byte[] pyc : pycs) {
      length += pyc.length - version.headerLength();
    }
    return new StreamFiles(version, pycs, length);
  }

  /** Returns the indices of files that Jython does not read. */
  List<Integer> refusedByJython() {
    JythonMarshal jython = new JythonMarshal();
    List<Integer> refused = new ArrayList<>();
    for (int i = 0; i < pycs.size(); i++) {
      byte[] pyc = pycs.get(i);
      if (jython.refuses(JythonMarshal.stream(pyc, version.headerLength(), pyc.length))) {
        refused.add(i);
      }
    }
    return refused;
  }

  /** Prepares what some work needs, so that a pass does nothing else. */
  Pass prepare(Work work) {
    switch (work) {
      case DECODE:
        return sink -> {
          for (byte[] pyc : pycs) {
            sink.accept(decode(pyc));
          }
        };
      case ENCODE:
        return encode(graphs(false));
      case ENCODE_CODELESS:
        return encode(graphs(true));
      case ENCODE_EXACTLY:
        List<PycFile> decoded = new ArrayList<>();
        for (byte[] pyc : pycs) {
          decoded.add(PycFile.parseExactly(pyc, null));
        }
        return sink -> {
          for (PycFile pyc : decoded) {
            sink.accept(MarshalEncoder.encodeExactly(pyc.root(), version, pyc.forms()));
          }
        };
      case JYTHON_LOADS:
        return jythonLoads();
      case JYTHON_DUMPS_CODELESS:
        return jythonDumpsCodeless();
      default:
        throw new AssertionError(work);
    }
  }

  private Value decode(byte[] pyc) {
    return MarshalDecoder.decode(pyc, version.headerLength(), pyc.length, version, null);
  }

  private List<Value> graphs(boolean codeless) {
    List<Value> graphs = new ArrayList<>();
    for (byte[] pyc : pycs) {
      Value graph = decode(pyc);
      graphs.add(codeless ? CodelessGraphs.of(graph) : graph);
    }
    return graphs;
  }

  private Pass encode(List<Value> graphs) {
    return sink -> {
      for (Value graph : graphs) {
        sink.accept(MarshalEncoder.encode(graph, version));
      }
    };
  }

  private Pass jythonLoads() {
    JythonMarshal jython = new JythonMarshal();
    List<PyString> streams = new ArrayList<>();
    for (byte[] pyc : pycs) {
      streams.add(JythonMarshal.stream(pyc, version.headerLength(), pyc.length));
    }
    return sink -> {
      for (PyString stream : streams) {
        sink.accept(jython.loads(stream));
      }
    };
  }

  private Pass jythonDumpsCodeless() {
    JythonMarshal jython = new JythonMarshal();
    List<PyObject> values = new ArrayList<>();
    for (Value graph : graphs(true)) {
      byte[] stream = MarshalEncoder.encode(graph, version);
      values.add(jython.loads(JythonMarshal.stream(stream, 0, stream.length)));
    }
    return sink -> {
      for (PyObject value : values) {
        sink.accept(jython.dumps(value));
      }
    };
  }
}
