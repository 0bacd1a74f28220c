package org.marshalimage.trace;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.ReadObserver;

/**
 * Records what a program reads of its images when it starts: which objects first, in their order,
 * and when it first asks for each root. An interpreter may add when it executes a module.
 *
 * <pre>{@code
 * StartupTrace trace = new StartupTrace();
 * MarshalImage image =
 *     MarshalImage.map(path, MapOptions.builder().observer(trace.observer()).build());
 * }</pre>
 *
 * <p>An object is recorded when it is first read by a view, a cursor or in place through this
 * library; what an interpreter reads in place by itself is not seen. Recording takes a bit for each
 * 8 bytes of an image, 4 bytes for each object that is read, and some for each of at most a million
 * executions. Thread-safe.
 */
public final class StartupTrace {
  /** The first line of a trace's file. */
  public static final String HEADER = "marshal-trace 1";

  private static final int MAX_EVENTS = 1 << 20;

  private static final char ESCAPE = '%';
  private static final long NANOS_PER_MICRO = 1000;

  private final long start = System.nanoTime();
  private final List<Recording> recordings = new ArrayList<>();

  /** Executions, as the file has them. */
  private final List<String> events = new ArrayList<>();

  private long droppedEvents;

  /** Starts with nothing recorded; times count from now. */
  public StartupTrace() {}

  /** What is recorded of one image. */
  private final class Recording implements ReadObserver {
    private @Nullable MarshalImage image;

    private final OffsetLog objects = new OffsetLog();

    /** Roots, as the file has them, and after how many objects each was asked for. */
    private final List<String> roots = new ArrayList<>();

    private final IntArrayList rootPlaces = new IntArrayList();

    /** Whether what is read is not the program's doing. */
    private volatile boolean isPaused;

    @Override
    public void mapped(MarshalImage mapped) {
      synchronized (StartupTrace.this) {
        if (image != null) {
          throw new IllegalStateException("observer of another image: " + image);
        }
        image = mapped;
        recordings.add(this);
      }
    }

    @Override
    public boolean read(long offset) {
      if (isPaused) {
        return false;
      }
      objects.add(offset);
      return true;
    }

    @Override
    public boolean root(String name, long nanos) {
      synchronized (StartupTrace.this) {
        if (!isPaused) {
          rootPlaces.addInt(objects.size());
          roots.add("root " + micros(nanos) + " " + word(name));
        }
        return !isPaused;
      }
    }
  }

  /**
   * Returns what records the next image, for {@link MapOptions.Builder#observer}.
   *
   * @return a new observer, for one image
   */
  public ReadObserver observer() {
    return new Recording();
  }

  /**
   * Says that the interpreter starts to execute a module. Each thread has its own; they nest.
   *
   * @param module its name
   */
  public void begin(String module) {
    event("begin ", module);
  }

  /**
   * Says that the interpreter has executed a module.
   *
   * @param module its name, that of the last {@link #begin} of this thread that has no end yet
   */
  public void end(String module) {
    event("end ", module);
  }

  private void event(String what, String module) {
    String word = word(Objects.requireNonNull(module, "module"));
    long nanos = System.nanoTime();
    synchronized (this) {
      if (events.size() == MAX_EVENTS) {
        droppedEvents++;
      } else {
        events.add(what + micros(nanos) + " " + Thread.currentThread().getId() + " " + word);
      }
    }
  }

  private long micros(long nanos) {
    return (nanos - start) / NANOS_PER_MICRO;
  }

  /**
   * Writes what has been recorded, and goes on recording. All of the images is read for it; what
   * other threads first read meanwhile is recorded when they read it again.
   *
   * @param file is replaced if it is there. Text in ASCII, a line for each object
   * @throws IOException if it cannot be written
   * @throws IllegalStateException if an image is closed
   * @throws org.marshalimage.format.CorruptImageException if an object breaks the format
   */
  public void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(HEADER);
    List<Recording> all;
    synchronized (this) {
      lines.addAll(events);
      if (droppedEvents > 0) {
        lines.add("dropped " + droppedEvents);
      }
      all = List.copyOf(recordings);
    }
    for (Recording recording : all) {
      recording.isPaused = true;
      try {
        append(recording, lines);
      } finally {
        recording.isPaused = false;
      }
    }
    lines.add("lines " + lines.size());
    TextFiles.write(file, lines);
  }

  private void append(Recording recording, List<String> lines) {
    long[] offsets;
    List<String> roots;
    int[] rootPlaces;
    synchronized (this) {
      offsets = recording.objects.toArray();
      roots = List.copyOf(recording.roots);
      rootPlaces = recording.rootPlaces.toIntArray();
    }
    MarshalImage image = Objects.requireNonNull(recording.image);
    long[] sorted = offsets.clone();
    Arrays.sort(sorted);
    @Nullable String[] places = new String[sorted.length];
    ObjectPlaces.walk(
        image,
        name -> true,
        place -> {
          int index = Arrays.binarySearch(sorted, place.offset());
          if (index >= 0) {
            places[index] = place.line();
          }
        });
    lines.add("image " + image.info().id());
    int root = 0;
    for (int i = 0; i < offsets.length; i++) {
      while (root < rootPlaces.length && rootPlaces[root] <= i) {
        lines.add(roots.get(root++));
      }
      String place = places[Arrays.binarySearch(sorted, offsets[i])];
      if (place != null) {
        lines.add(place);
      }
    }
    lines.addAll(roots.subList(root, roots.size()));
  }

  /**
   * Spells a text as a word of a trace's line.
   *
   * @param text any text
   * @return printable ASCII: what is none, a space, and {@code %} stand as {@code %} and the four
   *     hex digits of the UTF-16 unit; an empty text as {@code %}
   */
  static String word(String text) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (unit > ' ' && unit < 0x7F && unit != ESCAPE) {
        word.append(unit);
      } else {
        word.append(ESCAPE).append(Integer.toHexString(0x10000 + unit), 1, 5);
      }
    }
    return word.length() == 0 ? "%" : word.toString();
  }
}
