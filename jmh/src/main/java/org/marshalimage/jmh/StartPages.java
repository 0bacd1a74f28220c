package org.marshalimage.jmh;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.marshalimage.CodeView;
import org.marshalimage.ImageCursor;
import org.marshalimage.ImageModule;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.trace.StartupTrace;

/**
 * What does a start touch of an image? It maps the image and, for each module of a list, reads what
 * top-level code needs that runs: the code object, its bytecode, its names and the heads of its
 * constants. To be run of an image before and after {@code marshal repack}; each mode tells one
 * thing, the last of a process that has done nothing else.
 */
final class StartPages {
  private static final int PAGE = 4096;
  private static final int ROUNDS = 15;
  private static final int WARM_UP = 5;
  private static final int FAULT_ROUNDS = 300;

  private final Path path;
  private final List<String> names;
  private final BitSet words = new BitSet();
  private final BitSet wholeWords = new BitSet();
  private volatile long sink;

  private StartPages(Path path, List<String> names) {
    this.path = path;
    this.names = names;
  }

  /**
   * Prints figures.
   *
   * @param arguments mode, image, file of names; to record also the trace that is written
   */
  public static void main(String[] arguments) throws IOException {
    List<String> names =
        Files.readAllLines(Path.of(arguments[2])).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    StartPages pages = new StartPages(Path.of(arguments[1]), names);
    switch (arguments[0]) {
      case "record" -> pages.record(Path.of(arguments[3]), pages::touch);
      case "record-walk" -> pages.record(Path.of(arguments[3]), pages::walk);
      case "count" -> pages.count();
      case "ranges" -> pages.ranges();
      case "recording" -> pages.recording();
      case "warm" -> pages.warm();
      case "start" -> pages.start();
      default -> throw new IllegalArgumentException("no such mode: " + arguments[0]);
    }
  }

  private void record(Path file, ToLongFunction<MarshalImage> start) throws IOException {
    StartupTrace trace = new StartupTrace();
    try (MarshalImage image = MarshalImage.map(path, traced(trace))) {
      sink = start.applyAsLong(image);
      trace.write(file);
    }
  }

  private static MapOptions traced(StartupTrace trace) {
    return MapOptions.builder().observer(trace.observer()).build();
  }

  /** Prints what recording costs the first walk of an image, in which all is recorded. */
  private void recording() throws IOException {
    double[] alone = new double[ROUNDS];
    double[] ratios = new double[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      double plain = micros(1, () -> walkAll(MarshalImage.map(path)));
      StartupTrace trace = new StartupTrace();
      double traced = micros(1, () -> walkAll(MarshalImage.map(path, traced(trace))));
      if (round >= 0) {
        alone[round] = plain / 1e3;
        ratios[round] = traced / plain;
      }
      System.gc();
    }
    System.out.printf(
        Locale.ROOT,
        "ms of CPU: map and walk of all=%.1f; recorded, times that=%.2f%n",
        median(alone),
        median(ratios));
  }

  /** Reads what a start needs, as an interpreter does that works on views. */
  private long touch(MarshalImage image) {
    long sum = 0;
    ImageCursor cursor = image.cursor();
    for (String name : names) {
      CodeView code = image.module(name).code();
      sum += code.bytecode().remaining();
      for (int i = 0; i < code.bytecode().remaining(); i += Long.BYTES) {
        sum += code.bytecode().get(i);
      }
      cursor.moveTo(code.names());
      for (int i = 0, count = cursor.size(); i < count; i++) {
        sum += cursor.moveToSlot(i).number();
        cursor.moveTo(code.names());
      }
      cursor.moveTo(code.consts());
      for (int i = 0, count = cursor.size(); i < count; i++) {
        sum += cursor.moveToSlot(i).kind();
        cursor.moveTo(code.consts());
      }
    }
    return sum;
  }

  /** Prints how many pages have what is touched, and how many bytes that is. */
  private void count() throws IOException {
    find();
    long touched = (long) words.cardinality() * Long.BYTES;
    long whole = (long) wholeWords.cardinality() * Long.BYTES;
    long pages = pages();
    System.out.printf(
        Locale.ROOT,
        "pages=%,d of %d bytes; bytes of objects touched=%,d, ratio=%.3f; without what follows the"
            + " heads of constants=%,d, ratio=%.3f%n",
        pages,
        PAGE,
        whole,
        (double) pages * PAGE / whole,
        touched,
        (double) pages * PAGE / touched);
  }

  /** Prints start and length of each range that is touched, for whoever touches it otherwise. */
  private void ranges() throws IOException {
    find();
    for (int i = words.nextSetBit(0); i >= 0; i = words.nextSetBit(i)) {
      int end = words.nextClearBit(i);
      System.out.println((long) i * Long.BYTES + " " + (long) (end - i) * Long.BYTES);
      i = end;
    }
  }

  private long pages() {
    BitSet pages = new BitSet();
    words.stream().forEach(word -> pages.set(word / (PAGE / Long.BYTES)));
    return pages.cardinality();
  }

  private void add(long start, long length, long wholeLength) {
    words.set((int) (start / Long.BYTES), (int) ((start + length + 7) / Long.BYTES));
    wholeWords.set((int) (start / Long.BYTES), (int) ((start + wholeLength + 7) / Long.BYTES));
  }

  private void add(long start, long length) {
    add(start, length, length);
  }

  private void find() throws IOException {
    try (ImageBytes bytes = ImageBytes.map(path);
        MarshalImage image = MarshalImage.map(path)) {
      ImageHeader header = new ImageHeader(bytes);
      add(0, bytes.getInt(HeaderLayout.HEADER_LENGTH_OFFSET));
      long table = header.sectionStart(SectionLayout.DIRECTORY);
      int count = header.moduleCount();
      ImageCursor cursor = image.cursor();
      add(table + HashLayout.SEED_OFFSET, Long.BYTES);
      for (String name : names) {
        long hash = HashLayout.hash(name, bytes.getLong(table + HashLayout.SEED_OFFSET));
        add(table + HashLayout.redirectOffset(HashLayout.bucket(hash, count)), Integer.BYTES);
        long value = ObjectChecks.probe(bytes, table, hash, count, count);
        add(value, Integer.BYTES);
        add(value + HashLayout.checkDistance(count), Integer.BYTES);
        ImageModule module = image.module(name);
        add(module.segmentOffset(), SegmentLayout.headSize(name.length()));
        long code = module.rootOffset();
        addObject(cursor, code);
        addObject(cursor, cursor.moveTo(code).slot(CodeLayout.CODE_SLOT));
        addItems(cursor, cursor.moveTo(code).slot(CodeLayout.NAMES_SLOT), false);
        addItems(cursor, cursor.moveTo(code).slot(CodeLayout.CONSTS_SLOT), true);
      }
    }
  }

  private void addObject(ImageCursor cursor, long offset) {
    add(offset, cursor.moveTo(offset).length());
  }

  private void addItems(ImageCursor cursor, long tuple, boolean onlyHeads) {
    addObject(cursor, tuple);
    long[] items = new long[cursor.moveTo(tuple).size()];
    Arrays.setAll(items, i -> cursor.slot(i));
    for (long item : items) {
      long length = cursor.moveTo(item).length();
      add(item, onlyHeads ? ObjectLayout.HEAD_SIZE : length, length);
    }
  }

  /** Prints what it takes once it has been done often, medians of rounds. */
  private void warm() throws IOException {
    double[][] micros = new double[3][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      micros[0][round] = micros(500, this::mapAndRoots);
      micros[1][round] = micros(100, this::mapAndTouch);
      micros[2][round] = micros(20, this::mapAndWalk);
      System.gc();
    }
    long faults = faults();
    micros(FAULT_ROUNDS, this::mapAndRoots);
    double rootFaults = (double) (faults() - faults) / FAULT_ROUNDS;
    faults = faults();
    micros(FAULT_ROUNDS, this::mapAndTouch);
    double startFaults = (double) (faults() - faults) / FAULT_ROUNDS;
    MarshalImage image = MarshalImage.map(path);
    double[] all = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      all[round] = micros(1, () -> walkAll(image));
    }
    System.out.printf(
        Locale.ROOT,
        "us of CPU: map and roots=%.1f, map and start=%.1f, map and walk=%.0f; ms of CPU: walk of all=%.1f; page"
            + " faults: map and roots=%.1f, map and start=%.1f%n",
        median(micros[0]),
        median(micros[1]),
        median(micros[2]),
        median(all) / 1e3,
        rootFaults,
        startFaults);
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Returns CPU time, which other processes disturb less than they do the clock. */
  private static double micros(int times, Work work) throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < times; i++) {
      work.run();
    }
    return (threads.getCurrentThreadCpuTime() - start) / 1e3 / times;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private void mapAndRoots() throws IOException {
    MarshalImage image = MarshalImage.map(path);
    long sum = 0;
    for (String name : names) {
      sum += image.module(name).code().offset();
    }
    sink = sum;
  }

  private void mapAndTouch() throws IOException {
    sink = touch(MarshalImage.map(path));
  }

  private void mapAndWalk() throws IOException {
    sink = walk(MarshalImage.map(path));
  }

  /** Reads all that the modules lead to. */
  private long walk(MarshalImage image) {
    CursorWalk walk = new CursorWalk(image, true);
    long sum = 0;
    for (String name : names) {
      sum += walk.walk(image.module(name).rootOffset());
    }
    return sum;
  }

  private void walkAll(MarshalImage image) {
    CursorWalk walk = new CursorWalk(image, true);
    long sum = 0;
    for (ImageModule module : image.modules()) {
      sum += walk.walk(module.rootOffset());
    }
    sink = sum;
  }

  /** Prints what the first start of this process takes, what it reads and what it holds. */
  private void start() throws IOException {
    long before = readBytes();
    long begin = System.nanoTime();
    MarshalImage image = MarshalImage.map(path);
    sink = touch(image);
    double millis = (System.nanoTime() - begin) / 1e6;
    System.out.printf(
        Locale.ROOT,
        "ms=%.2f, read from the disk=%,d bytes, Rss=%s kB%n",
        millis,
        readBytes() - before,
        residentKilobytes());
    sink += image.moduleCount();
  }

  /** Returns the page faults of this process that needed no disk; of JIT and collector, too. */
  private static long faults() throws IOException {
    return number("\\) \\S (?:-?\\d+ ){6}(\\d+)", Files.readString(Path.of("/proc/self/stat")));
  }

  private static long readBytes() throws IOException {
    return number("(?m)^read_bytes: (\\d+)$", Files.readString(Path.of("/proc/self/io")));
  }

  private long residentKilobytes() throws IOException {
    String maps = Files.readString(Path.of("/proc/self/smaps"));
    String file = Pattern.quote(path.toRealPath().toString());
    return number("(?ms)^[^\n]* " + file + "\n.*?^Rss: +(\\d+) kB$", maps);
  }

  private static long number(String pattern, String text) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    return found.find() ? Long.parseLong(found.group(1)) : -1;
  }
}
