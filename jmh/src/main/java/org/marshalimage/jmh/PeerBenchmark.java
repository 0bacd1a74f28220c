package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.marshalimage.jmh.peer.Peer;
import org.marshalimage.jmh.peer.Peers;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What do other ways cost to have the modules of the import set at hand, and to read all of them?
 * {@link Peer} tells what loading and reading are. The counter {@code fileBytes} is the length of a
 * peer's file.
 *
 * <p>Mappings are closed, and waited for, between invocations, whenever there are {@link
 * Mappings#BATCH} of them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
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
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PeerBenchmark {
  /** Each of {@link Peers#NAMES}. */
  @Param({"image", "flatbuffers", "capnproto", "java", "kryo", "fory", "chronicle", "blobs", "pyc"})
  public String peer;

  private final Mappings mappings = new Mappings();
  private Peer way;
  private Path file;
  private int loads;

  /** Tells JMH how long a peer's file is. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class FileLength {
    private double share;

    /**
     * Finds out.
     *
     * @param benchmark has the file
     * @param settings number of iterations and forks
     * @throws IOException if that fails
     */
    @Setup
    public void measure(PeerBenchmark benchmark, BenchmarkParams settings) throws IOException {
      int iterations = settings.getMeasurement().getCount() * Math.max(1, settings.getForks());
      share = (double) benchmark.way.length(benchmark.file) / iterations;
    }

    /**
     * Counts an iteration.
     *
     * @return its share of the bytes, as JMH adds up what all iterations count
     */
    public double fileBytes() {
      return share;
    }
  }

  /**
   * Makes the file.
   *
   * @throws IOException if that fails
   */
  @Setup
  public void prepare() throws IOException {
    file = PeerFiles.file(peer);
    way = Peers.of(peer);
    mappings.count();
  }

  /**
   * Closes mappings, before they are too many.
   *
   * @throws Exception if that fails
   */
  @TearDown(Level.Invocation)
  public void release() throws Exception {
    if (loads == Mappings.BATCH) {
      mappings.release();
      loads = 0;
    }
  }

  /**
   * Loads all modules.
   *
   * @param length of the file
   * @return the modules
   * @throws IOException if that fails
   */
  @Benchmark
  public Object load(FileLength length) throws IOException {
    Object loaded = way.load(file);
    if (loaded instanceof AutoCloseable) {
      mappings.keep(loads, (AutoCloseable) loaded);
    }
    loads++;
    return loaded;
  }

  /**
   * Loads all modules and reads all that they consist of.
   *
   * @param length of the file
   * @return a sum of all that was read
   * @throws IOException if that fails
   */
  @Benchmark
  public long loadAndWalk(FileLength length) throws IOException {
    return way.walk(load(length));
  }
}
