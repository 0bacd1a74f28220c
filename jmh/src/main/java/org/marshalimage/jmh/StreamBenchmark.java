package org.marshalimage.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.marshalimage.format.PythonVersion;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * How fast are marshal streams decoded and encoded, beside Jython's marshal module? ({@link
 * StreamSpeed} has them beside CPython's too.) An operation is the whole standard library of a
 * Python, in memory; the counter {@code megabytes} has the speed in MB/s.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class StreamBenchmark {
  /** The files of a library. */
  @State(Scope.Benchmark)
  public static class Streams {
    /** Version of the Python whose library it is. */
    @Param({"2.7", "3.13"})
    public String python;

    private StreamFiles files;
    private StreamFiles.Pass decode;

    /**
     * Reads the files into memory.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void read() throws IOException {
      PythonVersion version = PythonVersion.ofName(python);
      if (version == null) {
        throw new IllegalArgumentException("no such version: python=" + python);
      }
      files = StreamFiles.ofLibrary(version);
      decode = files.prepare(StreamFiles.Work.DECODE);
    }
  }

  /** The decoded graphs. */
  @State(Scope.Benchmark)
  public static class Graphs {
    private StreamFiles.Pass encode;

    /**
     * Decodes the files.
     *
     * @param streams has them
     */
    @Setup
    public void decode(Streams streams) {
      encode = streams.files.prepare(StreamFiles.Work.ENCODE);
    }
  }

  /** The decoded graphs and how the streams spell them. */
  @State(Scope.Benchmark)
  public static class ExactGraphs {
    private StreamFiles.Pass encode;

    /**
     * Decodes the files.
     *
     * @param streams has them
     */
    @Setup
    public void decode(Streams streams) {
      encode = streams.files.prepare(StreamFiles.Work.ENCODE_EXACTLY);
    }
  }

  /** The files of 2.7, which are all that Jython reads, and graphs that it writes. */
  @State(Scope.Benchmark)
  public static class Python2 {
    private StreamFiles files;
    private StreamFiles.Pass loads;
    private StreamFiles.Pass dumps;
    private StreamFiles.Pass encode;

    /**
     * Reads the files into memory and starts Jython.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void read() throws IOException {
      files = StreamFiles.ofLibrary(PythonVersion.V2_7);
      loads = files.prepare(StreamFiles.Work.JYTHON_LOADS);
      dumps = files.prepare(StreamFiles.Work.JYTHON_DUMPS_CODELESS);
      encode = files.prepare(StreamFiles.Work.ENCODE_CODELESS);
    }
  }

  /**
   * Decodes all files.
   *
   * @param streams has them
   * @param done counts bytes
   * @param blackhole takes the graphs
   */
  @Benchmark
  public void decode(Streams streams, Megabytes done, Blackhole blackhole) {
    run(streams.decode, streams.files, done, blackhole);
  }

  /**
   * Encodes all graphs as CPython would.
   *
   * @param streams has the files
   * @param graphs has what they hold
   * @param done counts bytes
   * @param blackhole takes the streams
   */
  @Benchmark
  public void encode(Streams streams, Graphs graphs, Megabytes done, Blackhole blackhole) {
    run(graphs.encode, streams.files, done, blackhole);
  }

  /**
   * Encodes all graphs in the bytes of the files.
   *
   * @param streams has the files
   * @param graphs has what they hold
   * @param done counts bytes
   * @param blackhole takes the streams
   */
  @Benchmark
  public void encodeExactly(
      Streams streams, ExactGraphs graphs, Megabytes done, Blackhole blackhole) {
    run(graphs.encode, streams.files, done, blackhole);
  }

  /**
   * Decodes all files of 2.7 by Jython's {@code marshal.loads}; compare {@link #decode}.
   *
   * @param python2 has the files
   * @param done counts bytes
   * @param blackhole takes the objects
   */
  @Benchmark
  public void jythonLoads(Python2 python2, Megabytes done, Blackhole blackhole) {
    run(python2.loads, python2.files, done, blackhole);
  }

  /**
   * Encodes the graphs of 2.7 by Jython's {@code marshal.dumps}, with tuples of their fields in
   * place of code objects, which it does not write; compare {@link #encodeCodeless}.
   *
   * @param python2 has the graphs
   * @param done counts bytes
   * @param blackhole takes the streams
   */
  @Benchmark
  public void jythonDumpsCodeless(Python2 python2, Megabytes done, Blackhole blackhole) {
    run(python2.dumps, python2.files, done, blackhole);
  }

  /**
   * Encodes the graphs that {@link #jythonDumpsCodeless} encodes.
   *
   * @param python2 has the graphs
   * @param done counts bytes
   * @param blackhole takes the streams
   */
  @Benchmark
  public void encodeCodeless(Python2 python2, Megabytes done, Blackhole blackhole) {
    run(python2.encode, python2.files, done, blackhole);
  }

  private static void run(
      StreamFiles.Pass pass, StreamFiles files, Megabytes done, Blackhole blackhole) {
    pass.run(blackhole::consume);
    done.megabytes += files.length() / 1e6;
  }
}
