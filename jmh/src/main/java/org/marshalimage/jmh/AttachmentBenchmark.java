package org.marshalimage.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.marshalimage.Attachments;
import org.marshalimage.StrView;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does it cost to find the interpreter's object for an interned string, once it is there, and
 * the string's Java string; how far is that from an array, and from a map?
 */
@OperationsPerInvocation(AttachmentBenchmark.STRINGS)
public class AttachmentBenchmark extends MappedLibrary {
  /** Strings that are asked for in turn, from anywhere in the image. */
  static final int STRINGS = 1_000;

  private Attachments<Object> attachments;
  private StrView[] views;
  private int[] numbers;
  private Object[] array;
  private ConcurrentHashMap<Integer, Object> map;

  /** Attaches an object to every interned string of the standard library. */
  @Override
  void prepare() {
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

  @Benchmark
  public void attachmentByView(Blackhole blackhole) {
    for (StrView view : views) {
      blackhole.consume(attachments.get(view));
    }
  }

  @Benchmark
  public void attachmentByNumber(Blackhole blackhole) {
    for (int number : numbers) {
      blackhole.consume(attachments.getIfPresent(number));
    }
  }

  @Benchmark
  public void arrayByNumber(Blackhole blackhole) {
    for (int number : numbers) {
      blackhole.consume(array[number]);
    }
  }

  @Benchmark
  public void mapByNumber(Blackhole blackhole) {
    for (int number : numbers) {
      blackhole.consume(map.get(number));
    }
  }

  /** Takes the Java string of an interned string. */
  @Benchmark
  public void internedToString(Blackhole blackhole) {
    for (StrView view : views) {
      blackhole.consume(view.toString());
    }
  }
}
