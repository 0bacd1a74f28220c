package org.marshalimage.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.marshalimage.MarshalImage;

/**
 * What {@link StartupTrace} has recorded, of one run of a program or of several that were merged: a
 * text file in ASCII. Its first line is {@link StartupTrace#HEADER}, its last one says how many
 * lines come before it; those between are
 *
 * <pre>{@code
 * begin MICROS THREAD MODULE       the interpreter starts to execute a module
 * end MICROS THREAD MODULE         it has executed it
 * dropped N                        so many lines of these two are missing
 * runs N                           how many runs were merged; 1 if this is missing
 * image ID                         what follows was recorded of this image
 * root MICROS ROOT                 a root was asked for, for the first time
 * object ROOT QUALNAME SLOTS       an object was read, for the first time
 * string TEXT                      likewise
 * }</pre>
 *
 * <p>Words have a space between them. In a word, {@code %} and four hex digits stand for a UTF-16
 * unit, and {@code %} alone for an empty one. A long text stands as its length, {@code %#} and a
 * hash. Behind an object of merged runs {@code *N} says in how many of them it was read, if not in
 * all. Immutable.
 */
public final class Trace {
  private final int runs;
  private final long dropped;

  /** In how many runs each object was read, by its line, in the order in which they were. */
  private final Map<String, Integer> objects;

  /** Roots in the order in which they were asked for. */
  private final List<String> roots;

  private final List<Execution> executions;

  private Trace(
      int runs,
      long dropped,
      Map<String, Integer> objects,
      List<String> roots,
      List<Execution> executions) {
    this.runs = runs;
    this.dropped = dropped;
    this.objects = Collections.unmodifiableMap(objects);
    this.roots = List.copyOf(roots);
    this.executions = List.copyOf(executions);
  }

  /**
   * Reads a file.
   *
   * @param file as {@link StartupTrace#write} or {@link #write} leave it
   * @return the trace
   * @throws IOException if it cannot be read, or is not such a file; the message has the line
   */
  public static Trace read(Path file) throws IOException {
    return new TraceParser(file)
        .parse(TextFiles.read(file, StandardCharsets.ISO_8859_1, "a trace"));
  }

  /** Makes a trace of what a file says. */
  static Trace of(
      int runs,
      long dropped,
      Map<String, Integer> objects,
      List<String> roots,
      List<Execution> executions) {
    return new Trace(runs, dropped, objects, roots, executions);
  }

  /**
   * Merges traces. What was read in half of all runs, or more, comes before what was not; otherwise
   * the order is that of the first trace, and then of the next ones.
   *
   * @param traces at least one
   * @return all of them
   * @throws IllegalArgumentException if there is none
   */
  public static Trace merge(List<Trace> traces) {
    if (traces.isEmpty()) {
      throw new IllegalArgumentException("no trace to merge");
    }
    int runs = 0;
    long dropped = 0;
    Map<String, Integer> counts = new LinkedHashMap<>();
    Set<String> roots = new LinkedHashSet<>();
    List<Execution> executions = new ArrayList<>();
    for (Trace trace : traces) {
      runs += trace.runs;
      dropped += trace.dropped;
      trace.objects.forEach((line, count) -> counts.merge(line, count, Integer::sum));
      roots.addAll(trace.roots);
      int first = executions.size();
      for (Execution each : trace.executions) {
        executions.add(
            new Execution(
                each.module(),
                each.begin(),
                each.end(),
                each.parent() < 0 ? -1 : first + each.parent()));
      }
    }
    Map<String, Integer> objects = new LinkedHashMap<>();
    for (boolean isLikely : new boolean[] {true, false}) {
      for (Map.Entry<String, Integer> each : counts.entrySet()) {
        if (2L * each.getValue() >= runs == isLikely) {
          objects.put(each.getKey(), each.getValue());
        }
      }
    }
    return new Trace(runs, dropped, objects, List.copyOf(roots), executions);
  }

  /**
   * Writes a file that {@link #read} reads. Which images were read it does not say.
   *
   * @param file is replaced if it is there
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(StartupTrace.HEADER);
    lines.add("runs " + runs);
    if (dropped > 0) {
      lines.add("dropped " + dropped);
    }
    TraceParser.appendExecutions(executions, lines);
    roots.forEach(root -> lines.add("root 0 " + StartupTrace.word(root)));
    objects.forEach((line, count) -> lines.add(count == runs ? line : line + " *" + count));
    lines.add("lines " + lines.size());
    TextFiles.write(file, lines);
  }

  /**
   * Where an image has what was read.
   *
   * @param offsets of the objects, in bytes from the start of the image, in the order of the trace
   * @param passedOver how many objects of the trace the image does not have
   */
  public record Found(long[] offsets, int passedOver) {}

  /**
   * Looks for the objects in an image, be it the one that the trace was recorded with or another
   * that has modules of it.
   *
   * @param image the image; of the roots that were read, all objects are
   * @return where they lie
   * @throws org.marshalimage.format.CorruptImageException if an object breaks the format
   */
  public Found find(MarshalImage image) {
    Map<String, Integer> numbers = new HashMap<>();
    Set<String> names = new HashSet<>(roots);
    for (String line : objects.keySet()) {
      numbers.put(line, numbers.size());
      if (line.startsWith("object ")) {
        names.add(TraceParser.text(line.split(" ", 3)[1]));
      }
    }
    long[] offsets = new long[numbers.size()];
    ObjectPlaces.walk(
        image,
        names::contains,
        place -> {
          Integer number = numbers.get(place.line());
          if (number != null && offsets[number] == 0) {
            offsets[number] = place.offset();
          }
        });
    long[] found = Arrays.stream(offsets).filter(offset -> offset != 0).toArray();
    return new Found(found, offsets.length - found.length);
  }

  /**
   * Looks in an image for all that an image laid out by this start should have at its front, for
   * {@code ImageWriter.repack}: objects that were read, in their order; then the roots that were
   * asked for and not read in a way that is seen, as by an interpreter that follows addresses.
   *
   * @param image as for {@link #find}
   * @return where they lie; each once
   * @throws org.marshalimage.format.CorruptImageException if an object breaks the format
   */
  public Found findStart(MarshalImage image) {
    Found found = find(image);
    Set<Long> offsets = new LinkedHashSet<>();
    for (long offset : found.offsets) {
      offsets.add(offset);
    }
    for (String root : roots) {
      image.findModule(root).ifPresent(module -> offsets.add(module.rootOffset()));
    }
    return new Found(offsets.stream().mapToLong(offset -> offset).toArray(), found.passedOver);
  }

  /**
   * Returns how many runs were recorded.
   *
   * @return at least 1
   */
  public int runs() {
    return runs;
  }

  /**
   * Returns how many lines of executions were too many to be recorded.
   *
   * @return at least 0
   */
  public long dropped() {
    return dropped;
  }

  /**
   * Returns how many objects were read.
   *
   * @return at least 0
   */
  public int objectCount() {
    return objects.size();
  }

  /**
   * Returns the roots that were asked for.
   *
   * @return their names in the order in which they first were
   */
  public List<String> roots() {
    return roots;
  }

  /**
   * Returns the modules that were executed, as far as the interpreter has said so.
   *
   * @return in the order in which they were begun, run by run; an unmodifiable list
   */
  public List<Execution> executions() {
    return executions;
  }
}
