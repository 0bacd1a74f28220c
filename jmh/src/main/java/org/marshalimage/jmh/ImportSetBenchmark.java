package org.marshalimage.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.marshalimage.MarshalImage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What do the modules of the import set cost a warm JVM: mapped, with the code of each; mapped, and
 * every object, string and bytes object read to its last byte; and decoded, from memory or from
 * their files? {@code ImportSetSpeed} has the same beside CPython.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ImportSetBenchmark {
  /** Mappings in one invocation where each is read to the end. */
  public static final int WALKS = 50;

  private ImportSet set;

  /**
   * Finds the modules and makes their image.
   *
   * @throws IOException if that fails
   */
  @Setup
  public void read() throws IOException {
    set = ImportSet.find();
    System.out.println(set);
  }

  /**
   * Maps the image and makes a view of each module's code.
   *
   * @param mappings bounds them
   * @return a sum of what was read
   * @throws IOException if that fails
   */
  @Benchmark
  @OperationsPerInvocation(Mappings.BATCH)
  public long mapRoots(Mappings mappings) throws IOException {
    long sum = 0;
    for (int i = 0; i < Mappings.BATCH; i++) {
      MarshalImage image = set.map();
      mappings.keep(i, image);
      sum += set.roots(image);
    }
    return sum;
  }

  /**
   * Maps the image and reads all of it by a cursor.
   *
   * @param mappings bounds them
   * @return a sum of what was read
   * @throws IOException if that fails
   */
  @Benchmark
  @OperationsPerInvocation(WALKS)
  public long mapWalkByCursor(Mappings mappings) throws IOException {
    long sum = 0;
    for (int i = 0; i < WALKS; i++) {
      MarshalImage image = set.map();
      mappings.keep(i, image);
      sum += set.walkByCursor(image);
    }
    return sum;
  }

  /**
   * Maps the image and reads all of it by views.
   *
   * @param mappings bounds them
   * @return a sum of what was read
   * @throws IOException if that fails
   */
  @Benchmark
  @OperationsPerInvocation(WALKS)
  public long mapWalkByViews(Mappings mappings) throws IOException {
    long sum = 0;
    for (int i = 0; i < WALKS; i++) {
      MarshalImage image = set.map();
      mappings.keep(i, image);
      sum += set.walkByViews(image);
    }
    return sum;
  }

  /**
   * Decodes the files from memory.
   *
   * @param blackhole takes the graphs
   */
  @Benchmark
  public void decode(Blackhole blackhole) {
    set.decode(blackhole::consume);
  }

  /**
   * Reads the files and decodes them.
   *
   * @param blackhole takes the graphs
   * @throws IOException if a file cannot be read
   */
  @Benchmark
  public void readAndDecode(Blackhole blackhole) throws IOException {
    set.readAndDecode(blackhole::consume);
  }
}
