package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.stream.PycFile;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * How fast are marshal streams decoded, and what does it cost to get at a module's code by decoding
 * its file, against mapping an image that has it?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeBenchmark {
  private byte[][] library;
  private Path moduleFile;
  private byte[] module;
  private String moduleName;
  private Path image;

  /** Tells JMH how much was decoded; its rate is the speed. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Decoded {
    /** Millions of bytes of {@code .pyc} files. */
    public double megabytes;

    /** Starts an iteration. */
    @Setup(Level.Iteration)
    public void reset() {
      megabytes = 0;
    }
  }

  /**
   * Reads all files of the library into memory, and makes its image.
   *
   * @throws IOException if that fails
   */
  @Setup
  public void read() throws IOException {
    Library found = Library.find();
    List<Library.Source> files = found.files();
    library = new byte[files.size()][];
    for (int i = 0; i < library.length; i++) {
      library[i] = Files.readAllBytes(files.get(i).file());
    }
    Library.Source source = Corpus.module(found);
    moduleName = source.name();
    moduleFile = source.file();
    module = Files.readAllBytes(moduleFile);
    image = Corpus.image(Corpus.STDLIB);
  }

  /**
   * Decodes all files of the library from memory. The counter {@code megabytes} has the speed in
   * MB/s.
   *
   * @param decoded counts bytes
   * @param blackhole takes the values
   */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  @OutputTimeUnit(TimeUnit.SECONDS)
  public void library(Decoded decoded, Blackhole blackhole) {
    for (byte[] bytes : library) {
      blackhole.consume(PycFile.parse(bytes, null));
      decoded.megabytes += bytes.length / 1e6;
    }
  }

  /**
   * Decodes a module from memory.
   *
   * @return its flags
   */
  @Benchmark
  public int decodeModule() {
    return ((CodeValue) PycFile.parse(module, null).root()).flags();
  }

  /**
   * Reads a module's file and decodes it.
   *
   * @return its flags
   * @throws IOException if that fails
   */
  @Benchmark
  public int readAndDecodeModule() throws IOException {
    return ((CodeValue) PycFile.read(moduleFile).root()).flags();
  }

  /**
   * Maps the image of the whole library and finds the same module in it.
   *
   * @param mappings bounds them
   * @return its flags
   * @throws IOException if that fails
   */
  @Benchmark
  @OperationsPerInvocation(Mappings.BATCH)
  public int mapModule(Mappings mappings) throws IOException {
    int sum = 0;
    for (int i = 0; i < Mappings.BATCH; i++) {
      try (MarshalImage mapped = MarshalImage.map(image)) {
        sum += mapped.module(moduleName).code().flags();
      }
    }
    return sum;
  }
}
