package org.marshalimage.testkit;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.marshalimage.MarshalImage;
import org.marshalimage.VerifyReport;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.model.Value;

/**
 * Holds what is done with damaged images to what is promised of it: refused by the exceptions that
 * are documented, or read, at a cost that the file's size justifies; and what {@code verify} passes
 * is read without any refusal. Not thread-safe.
 */
public final class ImageChecker {
  private static final long MAX_ALLOCATED = 64L << 20;
  private static final long MAX_NANOS = 2_000_000_000L;

  /** The collector unmaps, and a process may have 65,530 mappings. */
  private static final int MAPPINGS_BETWEEN_COLLECTIONS = 10_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Path path;
  private int mappings;
  private long images;
  private long mapped;
  private long refusedAtMap;
  private long refusedLater;
  private long passed;
  private long largest;
  private long slowest;

  /**
   * Makes a checker.
   *
   * @param path where it writes images; best in memory
   */
  public ImageChecker(Path path) {
    this.path = path;
  }

  /**
   * Checks one image.
   *
   * @param damaged the image
   * @param expected what the sound one holds
   * @param modes how it is mapped
   * @return whether {@code verify} passed it
   * @throws IOException if it cannot be written or mapped
   */
  public boolean check(
      DamagedImages.Damaged damaged, Map<String, Value> expected, LinkMode... modes)
      throws IOException {
    // A new file: what is still mapped of the last one stays as it was.
    Files.deleteIfExists(path);
    Files.write(path, damaged.bytes(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    images++;
    VerifyReport[] report = new VerifyReport[1];
    measured(damaged.what() + ", verify", () -> report[0] = MarshalImage.verify(path, 20));
    boolean isSound = report[0].isSound();
    if (report[0].findings().stream().anyMatch(each -> each.problem().contains("file changed"))) {
      throw new AssertionError(damaged.what() + ", verify: " + report[0].findings());
    }
    passed += isSound ? 1 : 0;
    for (LinkMode mode : modes) {
      if (++mappings % MAPPINGS_BETWEEN_COLLECTIONS == 0) {
        System.gc();
      }
      check(damaged, expected, mode, isSound);
    }
    return isSound;
  }

  private void check(
      DamagedImages.Damaged damaged, Map<String, Value> expected, LinkMode mode, boolean isSound)
      throws IOException {
    String what = damaged.what() + ", " + mode;
    Touch.Result[] result = new Touch.Result[1];
    MarshalFormatException[] refusal = new MarshalFormatException[1];
    String[] difference = new String[1];
    measured(
        what,
        () -> {
          try (MarshalImage image = mode.map(path)) {
            result[0] = Touch.all(image);
            if (isSound && !damaged.isSealed()) {
              difference[0] = Graphs.difference(expected, Graphs.of(image));
            }
          } catch (MarshalFormatException e) {
            refusal[0] = e;
          }
        });
    if (refusal[0] != null) {
      refusedAtMap++;
    } else {
      mapped++;
      refusedLater += result[0].refused() > 0 ? 1 : 0;
    }
    RuntimeException first = refusal[0] != null ? refusal[0] : result[0].first();
    if (isSound && first != null && !(first instanceof IllegalStateException)) {
      throw new AssertionError(what + ": verify passed what was refused: " + first, first);
    }
    if (difference[0] != null) {
      throw new AssertionError(what + ": verify passed another graph: " + difference[0]);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private void measured(String what, Work work) throws IOException {
    long nanos = threads.getCurrentThreadCpuTime();
    long allocated = threads.getCurrentThreadAllocatedBytes();
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what + ": ended with " + e, e);
    }
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
    nanos = threads.getCurrentThreadCpuTime() - nanos;
    largest = Math.max(largest, allocated);
    slowest = Math.max(slowest, nanos);
    if (allocated > MAX_ALLOCATED) {
      throw new AssertionError(what + ": too much allocated: bytes=" + allocated);
    }
    if (nanos > MAX_NANOS) {
      throw new AssertionError(what + ": too slow: CPU nanoseconds=" + nanos);
    }
  }

  /**
   * Returns what has been done.
   *
   * @return a line
   */
  public String totals() {
    return String.format(
        "images=%,d, of these passed by verify=%,d; mapped=%,d, of these refused in part=%,d,"
            + " refused by map=%,d; largest allocation=%,d bytes, slowest=%.1f ms of CPU",
        images, passed, mapped, refusedLater, refusedAtMap, largest, slowest / 1e6);
  }
}
