package org.marshalimage.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.marshalimage.BytesView;
import org.marshalimage.CodeView;
import org.marshalimage.ImageCursor;
import org.marshalimage.ImageObject;
import org.marshalimage.MarshalImage;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** In an image that is mapped already, what does a module cost, and the names that it uses? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ModuleBenchmark {
  private MarshalImage image;
  private String module;
  private ImageCursor cursor;

  /**
   * Maps the image of the standard library.
   *
   * @throws IOException if that fails
   */
  @Setup
  public void map() throws IOException {
    image = MarshalImage.map(Corpus.image(Corpus.STDLIB));
    module = Corpus.module(Library.find()).name();
    cursor = image.cursor();
  }

  /** Closes the image. */
  @TearDown
  public void close() {
    image.close();
  }

  /**
   * Finds a module by name and makes a view of its code.
   *
   * @return the view
   */
  @Benchmark
  public CodeView code() {
    return image.module(module).code();
  }

  /**
   * Finds a module by name and moves a cursor to its code.
   *
   * @return the offset of the code
   */
  @Benchmark
  public long codeByCursor() {
    return cursor.moveTo(image.rootOffset(module)).offset();
  }

  /**
   * Finds a module by name and makes a view of its code, and the intern number of each of its
   * names, by which an interpreter finds its own object for the name.
   *
   * @return their sum
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

  /**
   * The same, and a string of each of its names.
   *
   * @param blackhole takes the strings
   */
  @Benchmark
  public void codeAndNameStrings(Blackhole blackhole) {
    TupleView names = image.module(module).code().names();
    for (int i = 0; i < names.size(); i++) {
      blackhole.consume(names.get(i).toString());
    }
  }
}
