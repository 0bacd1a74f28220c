package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.stream.PycFile;
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

/**
 * What does it cost to get at a module's code by decoding its file, against mapping an image that
 * has it?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeBenchmark {
  private Path moduleFile;
  private byte[] module;
  private String moduleName;
  private Path image;

  /**
   * Reads the module into memory, and makes the image of the library.
   *
   * @throws IOException if that fails
   */
  @Setup
  public void read() throws IOException {
    Library found = Library.find();
    Library.Source source = Corpus.module(found);
    moduleName = source.name();
    moduleFile = source.file();
    module = Files.readAllBytes(moduleFile);
    image = Corpus.image(Corpus.STDLIB);
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
