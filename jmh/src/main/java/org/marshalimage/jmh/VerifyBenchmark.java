package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.VerifyReport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to compare checksums, and to verify all of an image? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class VerifyBenchmark {
  private static final MapOptions CHECKED = MapOptions.builder().checksums(true).build();

  private Path path;
  private String module;

  /**
   * Makes the image of the standard library.
   *
   * @throws IOException if that fails
   */
  @Setup
  public void make() throws IOException {
    path = Corpus.image(Corpus.STDLIB);
    module = Corpus.module(Library.find()).name();
  }

  /**
   * Maps the image and makes a view of a module's code.
   *
   * @return a field of the code
   * @throws IOException if that fails
   */
  @Benchmark
  public int module() throws IOException {
    try (MarshalImage image = MarshalImage.map(path)) {
      return image.module(module).code().flags();
    }
  }

  /**
   * The same, with the checksums of the module and of what is shared.
   *
   * @return a field of the code
   * @throws IOException if that fails
   */
  @Benchmark
  public int moduleWithChecksums() throws IOException {
    try (MarshalImage image = MarshalImage.map(path, CHECKED)) {
      return image.module(module).code().flags();
    }
  }

  /**
   * Verifies the whole image.
   *
   * @return what was found
   * @throws IOException if that fails
   */
  @Benchmark
  public VerifyReport verify() throws IOException {
    return MarshalImage.verify(path, 1);
  }
}
