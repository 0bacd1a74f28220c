package org.marshalimage.jmh;

import java.util.SplittableRandom;
import org.marshalimage.CodeView;
import org.marshalimage.ImageObject;
import org.marshalimage.format.bytecode.Instructions;
import org.marshalimage.format.bytecode.LineTable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does it cost to find the line and the handler of any instruction of the largest function of
 * {@code http.client}, and to walk all of its instructions and lines?
 */
public class LineBenchmark extends MappedLibrary {
  static final int OFFSETS = 1_000;

  private CodeView code;
  private Instructions instructions;
  private LineTable lines;
  private int[] offsets;

  @Override
  void prepare() {
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
    for (ImageObject constant : outer.consts()) {
      if (constant instanceof CodeView inner) {
        if (found == null || inner.code().length() > found.code().length()) {
          found = inner;
        }
        found = largest(inner, found);
      }
    }
    return found;
  }

  @Benchmark
  @OperationsPerInvocation(OFFSETS)
  public void lineAt(Blackhole blackhole) {
    for (int offset : offsets) {
      blackhole.consume(code.lineAt(offset));
    }
  }

  @Benchmark
  @OperationsPerInvocation(OFFSETS)
  public void handlerAt(Blackhole blackhole) {
    for (int offset : offsets) {
      blackhole.consume(code.handlerAt(offset));
    }
  }

  /** Walks all instructions, with the line of each. */
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
