package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps private mappings until they are to go, outside of what is timed: to close them, which on
 * some JDKs unmaps, and to wait for the collector, which on others alone does, are no part of
 * linking.
 */
final class PrivateMappings {
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private final String file;
  private final int limit;
  private final List<AutoCloseable> kept = new ArrayList<>();
  private final long before;

  /**
   * Makes a keeper.
   *
   * @param file what is mapped
   * @param limit how many mappings there may be at a time
   */
  PrivateMappings(Path file, int limit) throws IOException {
    this.file = file.toRealPath().toString();
    this.limit = limit;
    before = count();
  }

  void keep(AutoCloseable mapping) {
    kept.add(mapping);
  }

  /** Closes all mappings, if the limit is reached, and waits until they are gone. */
  void releaseIfMany() throws Exception {
    if (kept.size() < limit) {
      return;
    }
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
            "mappings are left: expected=" + before + ", found=" + count() + ", file=" + file);
      }
    }
  }

  /** Returns how many mappings of the file there are; 0 where that is not told. */
  private long count() throws IOException {
    if (!Files.isReadable(MAPS)) {
      return 0;
    }
    long count = 0;
    for (String line : Files.readAllLines(MAPS)) {
      if (line.endsWith(file)) {
        count++;
      }
    }
    return count;
  }
}
