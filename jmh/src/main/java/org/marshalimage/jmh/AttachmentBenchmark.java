package org.marshalimage.jmh;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.marshalimage.Attachments;
import org.marshalimage.MarshalImage;
import org.marshalimage.StrView;
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
 * What does it cost to find the interpreter's object for an interned string, once it is there, and
 * the string's Java string; how far is that from an array, and from a map?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@OperationsPerInvocation(AttachmentBenchmark.STRINGS)
public class AttachmentBenchmark {
  /** Strings that are asked for in turn, from anywhere in the image. */
  static final int STRINGS = 1_000;

  private static final long SEED = 20081222;

  private MarshalImage image;
  private Attachments<Object> attachments;
  private StrView[] views;
  private int[] numbers;
  private Object[] array;
  private ConcurrentHashMap<Integer, Object> map;

  /**
   * Attaches an object to every interned string of the standard library.
   *
   * @throws IOException if the image cannot be mapped
   */
  @Setup
  public void attach() throws IOException {
    image = MarshalImage.map(Corpus.image(Corpus.STDLIB));
    attachments = Attachments.ofStrings(image, view -> new Object());
    array = new Object[image.internedCount()];
    map = new ConcurrentHashMap<>();
    for (int number = 0; number < array.length; number++) {
      array[number] = attachments.get(image.intern(number));
      map.put(number, array[number]);
      image.intern(number).toString();
    }
    SplittableRandom random = new SplittableRandom(SEED);
    views = new StrView[STRINGS];
    numbers = new int[STRINGS];
    for (int i = 0; i < STRINGS; i++) {
      numbers[i] = random.nextInt(array.length);
      views[i] = image.intern(numbers[i]);
    }
  }

  /** Closes the image. */
  @TearDown
  public void close() {
    image.close();
  }

  /**
   * Asks with views.
   *
   * @param blackhole takes what is found
   */
  @Benchmark
  public void attachmentByView(Blackhole blackhole) {
    for (StrView view : views) {
      blackhole.consume(attachments.get(view));
    }
  }

  /**
   * Asks with numbers.
   *
   * @param blackhole takes what is found
   */
  @Benchmark
  public void attachmentByNumber(Blackhole blackhole) {
    for (int number : numbers) {
      blackhole.consume(attachments.getIfPresent(number));
    }
  }

  /**
   * Reads an array.
   *
   * @param blackhole takes what is found
   */
  @Benchmark
  public void arrayByNumber(Blackhole blackhole) {
    for (int number : numbers) {
      blackhole.consume(array[number]);
    }
  }

  /**
   * Asks a map.
   *
   * @param blackhole takes what is found
   */
  @Benchmark
  public void mapByNumber(Blackhole blackhole) {
    for (int number : numbers) {
      blackhole.consume(map.get(number));
    }
  }

  /**
   * Takes the Java string of an interned string.
   *
   * @param blackhole takes it
   */
  @Benchmark
  public void internedToString(Blackhole blackhole) {
    for (StrView view : views) {
      blackhole.consume(view.toString());
    }
  }
}
