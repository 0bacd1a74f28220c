package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.marshalimage.trace.Trace;

/** What all commands do with the files of {@code --trace}. */
final class TraceFiles {
  private TraceFiles() {}

  /**
   * Reads traces as one.
   *
   * @param files at least one
   * @throws IOException if one cannot be read, or is none
   */
  static Trace read(List<Path> files) throws IOException {
    List<Trace> read = new ArrayList<>();
    for (Path file : files) {
      read.add(Trace.read(file));
    }
    return Trace.merge(read);
  }

  /** Says, if an image has not all of a trace, how much it lacks. */
  static void report(PrintWriter err, Trace trace, int passedOver) {
    if (passedOver > 0) {
      err.println(
          "marshal: the image has not all of the trace: passed over="
              + passedOver
              + ", objects="
              + trace.objectCount());
    }
  }
}
