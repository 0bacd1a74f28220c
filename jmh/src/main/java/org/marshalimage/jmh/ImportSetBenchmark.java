package org.marshalimage.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What do the modules of the import set cost a warm JVM: mapped, with the code of each; mapped, and
 * every object, string and bytes object read to its last byte; and decoded, from memory or from
 * their files? {@code ImportSetSpeed} has the same beside CPython.
 *
 * <p>Mappings are closed, and waited for, between invocations, whenever there are {@link
 * Mappings#BATCH} of them.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ImportSetBenchmark extends WarmTime {
  private Mappings mappings;
  private ImportSet set;

  /** Finds the modules and makes their image. */
  @Setup
  public void read() throws IOException {
    set = ImportSet.find();
    mappings = new Mappings();
    System.out.println(set);
  }

  @TearDown(Level.Invocation)
  public void release() throws Exception {
    mappings.releaseIfMany();
  }

  /** Maps the image and makes a view of each module's code. */
  @Benchmark
  public void mapRoots(Blackhole blackhole) throws IOException {
    load(ImportSet.Work.ROOTS, blackhole);
  }

  /** Maps the image and reads all of it by a cursor. */
  @Benchmark
  public void mapWalkByCursor(Blackhole blackhole) throws IOException {
    load(ImportSet.Work.WALK, blackhole);
  }

  /** Maps the image and reads all of it by views. */
  @Benchmark
  public void mapWalkByViews(Blackhole blackhole) throws IOException {
    load(ImportSet.Work.WALK_VIEWS, blackhole);
  }

  /** Decodes the files from memory. */
  @Benchmark
  public void decode(Blackhole blackhole) throws IOException {
    load(ImportSet.Work.DECODE, blackhole);
  }

  /** Reads the files and decodes them. */
  @Benchmark
  public void readAndDecode(Blackhole blackhole) throws IOException {
    load(ImportSet.Work.DECODE_FILES, blackhole);
  }

  private void load(ImportSet.Work work, Blackhole blackhole) throws IOException {
    if (set.load(work, blackhole::consume) instanceof AutoCloseable mapping) {
      mappings.keep(mapping);
    }
  }
}
