package org.marshalimage.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Keeps mappings from piling up. Where nothing unmaps but the collector (JDK 17), a benchmark that
 * maps in a loop would run into the kernel's limit of 65,530 mappings a process, and would measure
 * the JVM's way out of it.
 *
 * <p>So a benchmark that maps does so {@link #BATCH} times in one invocation, and behind each
 * invocation, outside of what is timed, the garbage is collected and all mappings of the
 * benchmarks' files are gone before the next one starts. It is the same for all of them, on every
 * JDK. What cannot be batched keeps some mappings and clears them away together.
 */
@State(Scope.Benchmark)
public class Mappings {
  public static final int BATCH = 1000;

  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private final Path file;
  private final int limit;
  private final List<AutoCloseable> kept = new ArrayList<>(BATCH);
  private final long before;

  public Mappings() {
    this(Corpus.folder(), BATCH);
  }

  /**
   * Makes a keeper.
   *
   * @param file what is mapped, or the folder of it
   * @param limit how many mappings there may be at a time
   */
  Mappings(Path file, int limit) {
    this.file = file;
    this.limit = limit;
    before = count();
  }

  /** Keeps a mapping, to be closed outside of what is timed. */
  void keep(AutoCloseable mapping) {
    kept.add(mapping);
  }

  void releaseIfMany() throws Exception {
    if (kept.size() >= limit) {
      release();
    }
  }

  /** Closes all mappings, and waits until they are gone. */
  @TearDown(Level.Invocation)
  public void release() throws Exception {
    for (AutoCloseable mapping : kept) {
      mapping.close();
    }
    kept.clear();
    System.gc();
    long start = System.nanoTime();
    while (count() > before) {
      // The collector only hands them to the thread that unmaps them.
      Thread.sleep(1);
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IllegalStateException(
            "mappings are left: expected=" + before + ", found=" + count());
      }
    }
  }

  /** Returns how many mappings of the file there are; 0 where that is not told. */
  private long count() {
    try {
      String real = (Files.exists(file) ? file.toRealPath() : file).toString();
      List<String> lines = Files.isReadable(MAPS) ? Files.readAllLines(MAPS) : List.of();
      return lines.stream().filter(line -> line.contains(real)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
