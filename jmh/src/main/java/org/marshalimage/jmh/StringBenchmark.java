package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.marshalimage.Attachments;
import org.marshalimage.CodeView;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does it cost to find a string's number by its text and a string by its number, and to make a
 * Java string of one, against making one of the same bytes on the heap; and to find the
 * interpreter's object for an interned string, or its Java string, once it is there, against an
 * array and a map? Strings from anywhere in the image of the standard library, {@value #STRINGS} in
 * turn.
 */
@OperationsPerInvocation(StringBenchmark.STRINGS)
public class StringBenchmark extends MappedLibrary {
  /** Strings that are asked for in turn. */
  public static final int STRINGS = 1_000;

  /** Longest string that is made, in code points: names and short texts, as code has them. */
  private static final int MAX_LENGTH = 64;

  private static final int LATIN_1_LIMIT = 0x100;

  private final int[] numbers = new int[STRINGS];
  private final String[] texts = new String[STRINGS];
  private final StrView[] interned = new StrView[STRINGS];
  private final Map<Integer, Object> map = new ConcurrentHashMap<>();
  private Attachments<Object> attachments;
  private Object[] array;
  private Kind latin1;
  private Kind twoByte;

  /** Strings of one width that are not interned, of which each {@code toString} is the first. */
  private record Kind(StrView[] views, byte[][] contents, Charset charset) {
    static Kind of(List<StrView> from, Charset charset, SplittableRandom random) {
      StrView[] views = new StrView[STRINGS];
      byte[][] contents = new byte[STRINGS][];
      for (int i = 0; i < STRINGS; i++) {
        views[i] = from.get(random.nextInt(from.size()));
        contents[i] = views[i].toString().getBytes(charset);
      }
      return new Kind(views, contents, charset);
    }

    void bytesToStrings(Blackhole blackhole) {
      for (byte[] content : contents) {
        blackhole.consume(new String(content, charset));
      }
    }
  }

  /** Strings that are interned, in an image that is mapped afresh for each invocation. */
  @State(Scope.Benchmark)
  public static class Fresh {
    private MarshalImage image;
    private final StrView[] views = new StrView[STRINGS];

    @Setup(Level.Invocation)
    public void map(StringBenchmark benchmark) throws IOException {
      image = MarshalImage.map(benchmark.image.path());
      for (int i = 0; i < STRINGS; i++) {
        views[i] = image.intern(benchmark.numbers[i]);
      }
    }

    @TearDown(Level.Invocation)
    public void close() {
      image.close();
    }
  }

  @Override
  void prepare() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < STRINGS; i++) {
      numbers[i] = random.nextInt(image.internedCount());
      interned[i] = image.intern(numbers[i]);
      // Not the very string that the image keeps.
      texts[i] = new String(image.intern(numbers[i]).toString().toCharArray());
    }
    attachments = Attachments.ofStrings(image, view -> new Object());
    array = new Object[image.internedCount()];
    for (int number = 0; number < array.length; number++) {
      array[number] = attachments.get(image.intern(number));
      map.put(number, array[number]);
    }
    List<StrView> narrow = new ArrayList<>();
    List<StrView> wide = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    for (ImageModule module : image.modules()) {
      collect(module.code(), seen, narrow, wide);
    }
    latin1 = Kind.of(narrow, StandardCharsets.ISO_8859_1, random);
    twoByte = Kind.of(wide, StandardCharsets.UTF_16LE, random);
    System.out.printf(
        "%,d interned strings; up to %d long and not interned: %,d of Latin-1, %,d of two bytes%n",
        image.internedCount(), MAX_LENGTH, narrow.size(), wide.size());
  }

  /** Finds strings among constants, which is where those are that are not interned. */
  private static void collect(
      CodeView code, Set<Long> seen, List<StrView> narrow, List<StrView> wide) {
    TupleView consts = code.consts();
    for (int i = 0; i < consts.size(); i++) {
      if (consts.get(i) instanceof CodeView inner) {
        collect(inner, seen, narrow, wide);
      } else if (consts.get(i) instanceof StrView str
          && seen.add(str.offset())
          && !str.isInterned()
          && str.length() <= MAX_LENGTH) {
        int max = str.toString().codePoints().max().orElse(0);
        if (max <= Character.MAX_VALUE) {
          (max < LATIN_1_LIMIT ? narrow : wide).add(str);
        }
      }
    }
  }

  /** Finds the number of a text. */
  @Benchmark
  public int numberOfText() {
    int sum = 0;
    for (String text : texts) {
      sum += image.internNumber(text);
    }
    return sum;
  }

  /** Makes a view of the string of a number. */
  @Benchmark
  public void viewOfNumber(Blackhole blackhole) {
    for (int number : numbers) {
      blackhole.consume(image.intern(number));
    }
  }

  @Benchmark
  public void attachmentByView(Blackhole blackhole) {
    for (StrView view : interned) {
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

  /** Takes the Java string of an interned string, which the image has kept. */
  @Benchmark
  public void internedToString(Blackhole blackhole) {
    stringsOf(interned, blackhole);
  }

  /** Makes the Java string of an interned string, which the image then keeps. */
  @Benchmark
  public void firstStringOfInterned(Fresh fresh, Blackhole blackhole) {
    stringsOf(fresh.views, blackhole);
  }

  /** Makes a Java string of one of Latin-1. */
  @Benchmark
  public void stringOfLatin1(Blackhole blackhole) {
    stringsOf(latin1.views, blackhole);
  }

  /** Makes a Java string of the same bytes on the heap. */
  @Benchmark
  public void heapStringOfLatin1(Blackhole blackhole) {
    latin1.bytesToStrings(blackhole);
  }

  /** Makes a Java string of one with two bytes a code point. */
  @Benchmark
  public void stringOfTwoByte(Blackhole blackhole) {
    stringsOf(twoByte.views, blackhole);
  }

  /** Makes a Java string of the same bytes on the heap. */
  @Benchmark
  public void heapStringOfTwoByte(Blackhole blackhole) {
    twoByte.bytesToStrings(blackhole);
  }

  private static void stringsOf(StrView[] views, Blackhole blackhole) {
    for (StrView view : views) {
      blackhole.consume(view.toString());
    }
  }
}
