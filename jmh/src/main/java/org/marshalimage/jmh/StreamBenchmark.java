package org.marshalimage.jmh;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.jmh.StreamFiles.Work;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * How fast are marshal streams decoded and encoded, beside Jython's marshal module? ({@link
 * StreamSpeed} has them beside CPython's too.) An operation is the whole standard library of a
 * Python, in memory; the counter {@code megabytes} has the speed in MB/s.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class StreamBenchmark extends WarmTime {
  /** The files of a library, in memory, and what is done with them. */
  public abstract static class Files {
    private StreamFiles files;
    private StreamFiles.Pass pass;

    abstract PythonVersion version();

    @Setup
    public void read() throws IOException {
      files = StreamFiles.ofLibrary(version());
    }

    /** Does something with all files; what that needs is made when it is done first. */
    void run(Work work, Megabytes done, Blackhole blackhole) {
      if (pass == null) {
        pass = files.prepare(work);
      }
      pass.run(blackhole::consume);
      done.megabytes += files.length() / 1e6;
    }
  }

  /** The files of one Python or another. */
  @State(Scope.Benchmark)
  public static class Streams extends Files {
    /** Version of the Python whose library it is. */
    @Param({"2.7", "3.13"})
    public String python;

    @Override
    PythonVersion version() {
      return Objects.requireNonNull(PythonVersion.ofName(python), () -> "python=" + python);
    }
  }

  /** The files of 2.7, which are all that Jython reads. */
  @State(Scope.Benchmark)
  public static class Python2 extends Files {
    @Override
    PythonVersion version() {
      return PythonVersion.V2_7;
    }
  }

  @Benchmark
  public void decode(Streams streams, Megabytes done, Blackhole blackhole) {
    streams.run(Work.DECODE, done, blackhole);
  }

  /** Encodes all graphs as CPython would. */
  @Benchmark
  public void encode(Streams streams, Megabytes done, Blackhole blackhole) {
    streams.run(Work.ENCODE, done, blackhole);
  }

  /** Encodes all graphs in the bytes of the files. */
  @Benchmark
  public void encodeExactly(Streams streams, Megabytes done, Blackhole blackhole) {
    streams.run(Work.ENCODE_EXACTLY, done, blackhole);
  }

  /** Decodes all files of 2.7 by Jython's {@code marshal.loads}; compare {@link #decode}. */
  @Benchmark
  public void jythonLoads(Python2 python2, Megabytes done, Blackhole blackhole) {
    python2.run(Work.JYTHON_LOADS, done, blackhole);
  }

  /**
   * Encodes the graphs of 2.7 by Jython's {@code marshal.dumps}, with tuples of their fields in
   * place of code objects, which it does not write; compare {@link #encodeCodeless}.
   */
  @Benchmark
  public void jythonDumpsCodeless(Python2 python2, Megabytes done, Blackhole blackhole) {
    python2.run(Work.JYTHON_DUMPS_CODELESS, done, blackhole);
  }

  /** Encodes the graphs that {@link #jythonDumpsCodeless} encodes. */
  @Benchmark
  public void encodeCodeless(Python2 python2, Megabytes done, Blackhole blackhole) {
    python2.run(Work.ENCODE_CODELESS, done, blackhole);
  }
}
