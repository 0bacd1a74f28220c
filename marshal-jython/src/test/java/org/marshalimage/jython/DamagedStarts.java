package org.marshalimage.jython;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.testkit.DamagedImages;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.PySystemState;
import org.python.util.PythonInterpreter;

/**
 * Starts from damaged snapshots, one after the other, each with a system state of its own, imports
 * all that is in them and looks at all of it. A process of its own, since one of them may end it:
 * prints a line for each finding, and one at the end.
 */
final class DamagedStarts {
  /** Of the processor for one start: a hundred times what a sound one takes. */
  private static final int SECONDS = 30;

  /** Of wall time, for who waits for ever. */
  private static final int WAITING_SECONDS = 600;

  private static final int FRAMES = 12;

  private static final long LONGEST_MESSAGE = 200;

  private final Path program;
  private final Path folder;
  private final DamagedImages images;

  /** Start and length of each part in which bits are flipped. */
  private final List<int[]> parts = new ArrayList<>();

  private DamagedStarts(Path image, Path program) throws IOException {
    byte[] sound = Files.readAllBytes(image);
    this.program = program;
    folder = image.getParent();
    images = new DamagedImages(sound);
    ByteBuffer bytes = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN);
    int count = bytes.getInt(HeaderLayout.SECTION_COUNT_OFFSET);
    parts.add(new int[] {0, bytes.getInt(HeaderLayout.HEADER_LENGTH_OFFSET)});
    for (int i = 0; i < count; i++) {
      int entry = HeaderLayout.SECTIONS_OFFSET + i * SectionLayout.SIZE;
      int start = (int) bytes.getLong(entry + SectionLayout.START_OFFSET);
      int length = (int) bytes.getLong(entry + SectionLayout.LENGTH_OFFSET);
      if (bytes.getInt(entry + SectionLayout.KIND_OFFSET) == SectionLayout.MODULES) {
        addSegments(bytes, start, start + length);
      }
      if (length > 0) {
        parts.add(new int[] {start, length});
      }
    }
  }

  /** Segments by themselves: a large one would get nearly all bits of SEGMENTS. */
  private void addSegments(ByteBuffer bytes, int modules, int end) {
    for (int entry = modules; entry < end; entry += ModuleLayout.SIZE) {
      int start = (int) bytes.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
      int length = (int) bytes.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
      parts.add(new int[] {start, length});
    }
  }

  /**
   * Starts from mutants.
   *
   * @param args the image, the program that looks, the first seed and the one after the last
   */
  public static void main(String[] args) throws Exception {
    DamagedStarts starts = new DamagedStarts(Path.of(args[0]), Path.of(args[1]));
    Properties settings = new Properties();
    settings.setProperty("python.import.site", "false");
    PySystemState.initialize(System.getProperties(), settings, new String[] {""});
    starts.run(Integer.parseInt(args[2]), Integer.parseInt(args[3]));
  }

  private void run(int from, int to) throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long main = Thread.currentThread().getId();
    AtomicLong started = new AtomicLong(System.nanoTime());
    AtomicLong used = new AtomicLong(threads.getThreadCpuTime(main));
    AtomicLong current = new AtomicLong(from);
    Thread watch =
        new Thread(
            () -> {
              while (true) {
                try {
                  Thread.sleep(1000);
                } catch (InterruptedException e) {
                  return;
                }
                long busy = threads.getThreadCpuTime(main) - used.get();
                long waited = System.nanoTime() - started.get();
                if (busy > TimeUnit.SECONDS.toNanos(SECONDS)
                    || waited > TimeUnit.SECONDS.toNanos(WAITING_SECONDS)) {
                  System.out.println("finding: hangs, " + current + ", " + stacks());
                  System.out.flush();
                  Runtime.getRuntime().halt(3);
                }
              }
            });
    watch.setDaemon(true);
    watch.start();
    Object expected = start(images.sound(), folder.resolve("started.img"));
    if (!(expected instanceof String) || !((String) expected).contains("kinds.Sub")) {
      throw new AssertionError("the sound one does not start: " + expected, asThrowable(expected));
    }
    int errors = 0;
    int same = 0;
    for (int seed = from; seed < to; seed++) {
      current.set(seed);
      started.set(System.nanoTime());
      used.set(threads.getThreadCpuTime(main));
      DamagedImages.Damaged damaged = damaged(seed);
      Object result = start(damaged.bytes(), folder.resolve("started" + from + ".img"));
      if (result instanceof Throwable thrown) {
        errors++;
        if (!isTold(thrown)) {
          System.out.println("finding: " + shown(thrown) + ", " + damaged.what());
        }
      } else if (result.equals(expected)) {
        same++;
      } else if (!damaged.isSealed()) {
        System.out.println(
            "finding: wrong in silence, " + damaged.what() + ", " + difference(expected, result));
      }
    }
    System.out.println("starts: " + (to - from) + ", errors: " + errors + ", as sound: " + same);
  }

  private static Throwable asThrowable(Object result) {
    return result instanceof Throwable thrown ? thrown : null;
  }

  /** Each second one has a flipped bit in one of the parts, in turn. */
  private DamagedImages.Damaged damaged(int seed) {
    if (seed % 2 == 0) {
      return images.mutant(seed);
    }
    Random random = new Random(seed);
    int[] part = parts.get(seed / 2 % parts.size());
    long bit = part[0] * 8L + random.nextInt(part[1] * 8);
    return images.flip(bit, random.nextBoolean());
  }

  /** Returns what the program has seen, or what was thrown. */
  private Object start(byte[] bytes, Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.write(file, bytes);
    PySystemState before = Py.getSystemState();
    try {
      ImageImporter importer = ImageImporter.of(file, "mapped");
      ImageInitializer.use(importer);
      PySystemState state = new PySystemState();
      Py.setSystemState(state);
      state.meta_path.append(importer);
      state.path_hooks.append(importer);
      importer.start(state);
      PyStringMap names = new PyStringMap();
      try (PythonInterpreter interpreter = new PythonInterpreter(names, state)) {
        interpreter.set("image", new PyString(file.toString()));
        interpreter.execfile(program.toString());
        PyObject seen = names.__finditem__("seen");
        return seen.toString();
      }
    } catch (Throwable e) {
      return e;
    } finally {
      Py.setSystemState(before);
    }
  }

  /** Tells whether an error is one of Python's, or says what is wrong with the image. */
  private static boolean isTold(Throwable thrown) {
    if (thrown instanceof PyException python) {
      Object java = python.value == null ? null : python.value.__tojava__(Throwable.class);
      return !(java instanceof Throwable inside) || isTold(inside);
    }
    if (thrown instanceof MarshalFormatException) {
      return true;
    }
    boolean saysWhere =
        (thrown instanceof IllegalStateException || thrown instanceof NoSuchElementException)
            && String.valueOf(thrown.getMessage()).contains("started");
    return saysWhere && (thrown.getCause() == null || isTold(thrown.getCause()));
  }

  private static String shown(Throwable thrown) {
    Throwable at = thrown;
    if (at instanceof PyException python
        && python.value != null
        && python.value.__tojava__(Throwable.class) instanceof Throwable inside) {
      at = inside;
    }
    StringBuilder text = new StringBuilder(String.valueOf(at));
    text.setLength((int) Math.min(text.length(), LONGEST_MESSAGE));
    int lines = 0;
    for (StackTraceElement each : at.getStackTrace()) {
      if (each.getClassName().startsWith("org.marshalimage") && lines++ < 4) {
        text.append(" < ").append(each.getClassName().replaceFirst(".*\\.", ""));
        text.append('.').append(each.getMethodName()).append(':').append(each.getLineNumber());
      }
    }
    return text.toString().replace('\n', ' ');
  }

  private static String stacks() {
    StringBuilder text = new StringBuilder();
    StackTraceElement[] stack = mainStack();
    for (int i = 0; i < Math.min(FRAMES, stack.length); i++) {
      text.append(" < ").append(stack[i]);
    }
    return text.toString();
  }

  private static StackTraceElement[] mainStack() {
    for (var each : Thread.getAllStackTraces().entrySet()) {
      if (each.getKey().getName().toLowerCase(java.util.Locale.ROOT).startsWith("main")) {
        return each.getValue();
      }
    }
    return new StackTraceElement[0];
  }

  private static String difference(Object expected, Object found) {
    String[] one = expected.toString().split("\n");
    String[] other = found.toString().split("\n");
    for (int i = 0; i < Math.min(one.length, other.length); i++) {
      if (!one[i].equals(other[i])) {
        return "expected=" + one[i] + ", found=" + other[i];
      }
    }
    return "lines: expected=" + one.length + ", found=" + other.length;
  }
}
