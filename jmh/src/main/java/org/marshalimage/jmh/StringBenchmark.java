package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.marshalimage.Attachments;
import org.marshalimage.CodeView;
import org.marshalimage.ImageModule;
import org.marshalimage.ImageObject;
import org.marshalimage.MarshalImage;
import org.marshalimage.StrView;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does it cost to find a string's number by its text and a string by its number, and to make a
 * Java string of one, against making one of the same bytes on the heap; and to find the
 * interpreter's object for an interned string, once it is there? Strings from anywhere.
 */
@OperationsPerInvocation(StringBenchmark.STRINGS)
public class StringBenchmark extends MappedLibrary {
  public static final int STRINGS = 1_000;

  /** Longest string that is made, in code points: names and short texts, as code has them. */
  private static final int MAX_LENGTH = 64;

  private final int[] numbers = new int[STRINGS];
  private final String[] texts = new String[STRINGS];
  private final StrView[] interned = new StrView[STRINGS];
  private final Map<Integer, Object> map = new ConcurrentHashMap<>();
  private Attachments<Object> attachments;
  private Object[] array;

  /** Strings of one width that are not interned, of which each {@code toString} is the first. */
  @State(Scope.Benchmark)
  public static class Uninterned {
    @Param({"latin-1", "two-byte"})
    public String width;

    private final StrView[] views = new StrView[STRINGS];
    private final byte[][] contents = new byte[STRINGS][];
    private Charset charset;

    @Setup
    public void choose(StringBenchmark benchmark) {
      boolean isNarrow = width.equals("latin-1");
      charset = isNarrow ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE;
      Map<Long, StrView> found = new LinkedHashMap<>();
      for (ImageModule module : benchmark.image.modules()) {
        collect(module.code(), isNarrow, found);
      }
      List<StrView> all = List.copyOf(found.values());
      SplittableRandom random = new SplittableRandom(SEED);
      for (int i = 0; i < STRINGS; i++) {
        views[i] = all.get(random.nextInt(all.size()));
        contents[i] = views[i].toString().getBytes(charset);
      }
      System.out.printf("up to %d long and not interned: %,d%n", MAX_LENGTH, all.size());
    }

    /** Finds strings among constants, which is where those are that are not interned. */
    private static void collect(CodeView code, boolean isNarrow, Map<Long, StrView> found) {
      for (ImageObject constant : code.consts()) {
        if (constant instanceof CodeView inner) {
          collect(inner, isNarrow, found);
        } else if (constant instanceof StrView str
            && !str.isInterned()
            && str.length() <= MAX_LENGTH) {
          int max = str.toString().codePoints().max().orElse(0);
          if (max <= Character.MAX_VALUE && isNarrow == max < 0x100) {
            found.put(str.offset(), str);
          }
        }
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
    System.out.printf("%,d interned strings%n", array.length);
  }

  @Benchmark
  public int numberOfText() {
    int sum = 0;
    for (String text : texts) {
      sum += image.internNumber(text);
    }
    return sum;
  }

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

  /** Makes a Java string of one that is not interned. */
  @Benchmark
  public void string(Uninterned strings, Blackhole blackhole) {
    stringsOf(strings.views, blackhole);
  }

  /** Makes a Java string of the same bytes on the heap. */
  @Benchmark
  public void heapString(Uninterned strings, Blackhole blackhole) {
    for (byte[] content : strings.contents) {
      blackhole.consume(new String(content, strings.charset));
    }
  }

  private static void stringsOf(StrView[] views, Blackhole blackhole) {
    for (StrView view : views) {
      blackhole.consume(view.toString());
    }
  }
}
