package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.trace.Trace;
import org.marshalimage.writer.StartOrder;
import picocli.CommandLine.Option;

/** By what start an image is laid out: {@code --trace}. */
final class TraceOptions implements StartOrder {
  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = {
        "What a program has recorded when it started: what it touched",
        "lies together. May be given again: runs are merged."
      })
  private List<Path> files = new ArrayList<>();

  private @Nullable Trace trace;
  private Trace.@Nullable Found found;

  boolean areGiven() {
    return !files.isEmpty();
  }

  /**
   * Reads the traces.
   *
   * @throws IOException if one cannot be read, or is none
   * @throws BadInputException if one is the file that is to be written
   */
  void read(Path output) throws IOException {
    for (Path file : files) {
      ImageTarget.checkIsNot(output, file);
    }
    trace = files.isEmpty() ? null : TraceFiles.read(files);
  }

  @Override
  public long[] touched(MarshalImage image) {
    if (trace == null) {
      return new long[0];
    }
    found = trace.findStart(image);
    return found.offsets();
  }

  /** Returns how many objects of the traces were found in the image. */
  int foundCount() {
    return trace == null || found == null ? 0 : trace.objectCount() - found.passedOver();
  }

  /** Returns how many objects of the traces the image does not have. */
  int passedOver() {
    return found == null ? 0 : found.passedOver();
  }

  /** Says, if the image has not all of the traces, how much it lacks. */
  void report(PrintWriter err) {
    if (trace != null) {
      TraceFiles.report(err, trace, passedOver());
    }
  }
}
