package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.marshalimage.jmh.peer.Peer;
import org.marshalimage.jmh.peer.Peers;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What do other ways cost to have the modules of the import set at hand, and to read all of them?
 * {@link Peer} tells what loading and reading are. The counter {@code fileBytes} is the length of a
 * peer's file.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 3,
    jvmArgsAppend = {
      // What chronicle-bytes asks for.
      "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
      "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
      "--add-opens=java.base/java.lang=ALL-UNNAMED",
      "--add-opens=java.base/java.nio=ALL-UNNAMED"
    })
public class PeerBenchmark extends WarmTime {
  /** Each of {@link Peers#NAMES}. */
  @Param({
    "image",
    "laid-out",
    "flatbuffers",
    "capnproto",
    "java",
    "kryo",
    "fory",
    "chronicle",
    "blobs",
    "pyc"
  })
  public String peer;

  private Mappings mappings;
  private Peer way;
  private Path file;

  /** Tells JMH how long a peer's file is. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class FileLength {
    private double share;

    @Setup
    public void measure(PeerBenchmark benchmark, BenchmarkParams settings) throws IOException {
      int iterations = settings.getMeasurement().getCount() * Math.max(1, settings.getForks());
      share = (double) benchmark.way.length(benchmark.file) / iterations;
    }

    public double fileBytes() {
      return share;
    }
  }

  @Setup
  public void prepare() throws IOException {
    file = PeerFiles.file(peer);
    way = Peers.of(peer);
    mappings = new Mappings();
  }

  @TearDown(Level.Invocation)
  public void release() throws Exception {
    mappings.releaseIfMany();
  }

  @Benchmark
  public Peer.Loaded load(FileLength length) throws IOException {
    Peer.Loaded loaded = way.load(file);
    // Of what cannot be closed, the collector unmaps the file.
    mappings.keep(loaded instanceof AutoCloseable mapping ? mapping : () -> {});
    return loaded;
  }

  /** Loads all modules and reads all that they consist of. */
  @Benchmark
  public long loadAndWalk(FileLength length) throws IOException {
    return way.walk(load(length));
  }
}
