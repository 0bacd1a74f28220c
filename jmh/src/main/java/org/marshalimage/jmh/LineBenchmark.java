package org.marshalimage.jmh;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.marshalimage.CodeView;
import org.marshalimage.MarshalImage;
import org.marshalimage.TupleView;
import org.marshalimage.format.bytecode.Instructions;
import org.marshalimage.format.bytecode.LineTable;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does it cost to find the line and the handler of any instruction of the largest function of
 * {@code http.client}, and to walk all of its instructions and lines?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LineBenchmark {
  /** Offsets that are asked for in turn. */
  static final int OFFSETS = 1_000;

  private static final long SEED = 20081222;

  private MarshalImage image;
  private CodeView code;
  private Instructions instructions;
  private LineTable lines;
  private int[] offsets;

  /**
   * Finds the function.
   *
   * @throws IOException if the image cannot be mapped
   */
  @Setup
  public void find() throws IOException {
    image = MarshalImage.map(Corpus.image(Corpus.STDLIB));
    code = largest(image.module("http.client").code(), null);
    instructions = code.instructions();
    lines = code.lines();
    int length = code.code().length();
    System.out.printf(
        "# %s: %d bytes of bytecode, %d of line table, %d of exception table%n",
        code, length, code.lineTable().length(), code.exceptionTable().length());
    SplittableRandom random = new SplittableRandom(SEED);
    offsets = random.ints(OFFSETS, 0, length).toArray();
  }

  private static CodeView largest(CodeView outer, CodeView soFar) {
    CodeView found = soFar;
    TupleView consts = outer.consts();
    for (int i = 0; i < consts.size(); i++) {
      if (consts.get(i) instanceof CodeView inner) {
        if (found == null || inner.code().length() > found.code().length()) {
          found = inner;
        }
        found = largest(inner, found);
      }
    }
    return found;
  }

  /** Closes the image. */
  @TearDown
  public void close() {
    image.close();
  }

  /**
   * Asks for lines.
   *
   * @param blackhole takes what is found
   */
  @Benchmark
  @OperationsPerInvocation(OFFSETS)
  public void lineAt(Blackhole blackhole) {
    for (int offset : offsets) {
      blackhole.consume(code.lineAt(offset));
    }
  }

  /**
   * Asks for handlers.
   *
   * @param blackhole takes what is found
   */
  @Benchmark
  @OperationsPerInvocation(OFFSETS)
  public void handlerAt(Blackhole blackhole) {
    for (int offset : offsets) {
      blackhole.consume(code.handlerAt(offset));
    }
  }

  /**
   * Walks all instructions, with the line of each.
   *
   * @return the sum of the lines
   */
  @Benchmark
  public int walk() {
    int sum = 0;
    instructions.seek(0);
    lines.rewind();
    while (instructions.next()) {
      sum += lines.seek(instructions.offset()) ? lines.line() : 0;
    }
    return sum;
  }
}
