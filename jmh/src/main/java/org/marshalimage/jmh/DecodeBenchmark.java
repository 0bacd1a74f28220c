package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.stream.PycFile;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;

/**
 * What does it cost to get at a module's code by decoding its file, against mapping an image that
 * has it?
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecodeBenchmark extends WarmTime {
  private Path moduleFile;
  private byte[] module;
  private String moduleName;
  private Path image;

  /** Reads the module into memory, and makes the image of the library. */
  @Setup
  public void read() throws IOException {
    Library found = Library.find();
    Library.Source source = Corpus.module(found);
    moduleName = source.name();
    moduleFile = source.file();
    module = Files.readAllBytes(moduleFile);
    image = Corpus.image(Corpus.STDLIB);
  }

  @Benchmark
  public int decodeModule() {
    return ((CodeValue) PycFile.parse(module, null).root()).flags();
  }

  @Benchmark
  public int readAndDecodeModule() throws IOException {
    return ((CodeValue) PycFile.read(moduleFile).root()).flags();
  }

  /** Maps the image of the whole library and finds the same module in it. */
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
