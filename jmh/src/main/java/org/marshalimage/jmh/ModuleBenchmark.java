package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.marshalimage.BytesView;
import org.marshalimage.CodeView;
import org.marshalimage.ImageCursor;
import org.marshalimage.ImageObject;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.stream.PycFile;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/**
 * In an image that is mapped already, what does a module cost, and the names that it uses; and what
 * does it cost to decode its file instead? {@link MapBenchmark#mapImageAndClose} has the same of an
 * image that is mapped for it.
 */
public class ModuleBenchmark extends MappedLibrary {
  private ImageCursor cursor;
  private Path file;
  private byte[] pyc;

  @Override
  void prepare() throws IOException {
    cursor = image.cursor();
    file = Corpus.module(Library.find()).file();
    pyc = Files.readAllBytes(file);
  }

  @Benchmark
  public int decode() {
    return ((CodeValue) PycFile.parse(pyc, null).root()).flags();
  }

  @Benchmark
  public int readAndDecode() throws IOException {
    return ((CodeValue) PycFile.read(file).root()).flags();
  }

  @Benchmark
  public CodeView code() {
    return image.module(module).code();
  }

  @Benchmark
  public long codeByCursor() {
    return cursor.moveTo(image.rootOffset(module)).offset();
  }

  /**
   * Finds a module by name and makes a view of its code, and the intern number of each of its
   * names, by which an interpreter finds its own object for the name.
   */
  @Benchmark
  public int codeAndNameNumbers() {
    TupleView names = image.module(module).code().names();
    int sum = 0;
    for (int i = 0; i < names.size(); i++) {
      ImageObject name = names.get(i);
      // In Python 2 a name is a bytes object.
      sum +=
          name instanceof StrView ? ((StrView) name).internNumber() : ((BytesView) name).number();
    }
    return sum;
  }

  /** The same, and a string of each of its names. */
  @Benchmark
  public void codeAndNameStrings(Blackhole blackhole) {
    TupleView names = image.module(module).code().names();
    for (int i = 0; i < names.size(); i++) {
      blackhole.consume(names.get(i).toString());
    }
  }
}
