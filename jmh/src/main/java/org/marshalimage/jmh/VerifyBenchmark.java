package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.marshalimage.ImageModule;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.VerifyReport;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to compare checksums, and to verify all of an image? The counter {@code
 * megabytes} has the speed in MB/s of the whole image.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class VerifyBenchmark extends WarmTime {
  private static final MapOptions CHECKED = MapOptions.builder().checksums(true).build();

  /** Tells JMH how much was worked on; the rate is the speed in MB/s. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Megabytes {
    public double megabytes;

    @Setup(Level.Iteration)
    public void reset() {
      megabytes = 0;
    }
  }

  private Path path;
  private String module;
  private double length;

  @Setup
  public void make() throws IOException {
    path = Corpus.image(Corpus.STDLIB);
    module = Corpus.module(Library.find()).name();
    length = Files.size(path) / 1e6;
  }

  /**
   * Maps the image and makes a view of a module's code, with the checksums of the module and of
   * what is shared. {@link MapBenchmark#mapImageAndClose} has the same without.
   */
  @Benchmark
  public int moduleWithChecksums() throws IOException {
    try (MarshalImage image = MarshalImage.map(path, CHECKED)) {
      return image.module(module).code().flags();
    }
  }

  /** Compares the checksums of all modules and of what is shared. */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  @OutputTimeUnit(TimeUnit.SECONDS)
  public long checksums(Megabytes done) throws IOException {
    long sum = 0;
    try (MarshalImage image = MarshalImage.map(path, CHECKED)) {
      for (ImageModule each : image.modules()) {
        sum += each.rootOffset();
      }
    }
    done.megabytes += length;
    return sum;
  }

  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  @OutputTimeUnit(TimeUnit.SECONDS)
  public VerifyReport verify(Megabytes done) throws IOException {
    VerifyReport report = MarshalImage.verify(path, 1);
    done.megabytes += length;
    return report;
  }
}
