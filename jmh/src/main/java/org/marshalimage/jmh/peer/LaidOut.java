package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.trace.StartupTrace;
import org.marshalimage.trace.Trace;
import org.marshalimage.writer.ImageWriter;

/** Images that are laid out by what a program touches. */
public final class LaidOut {
  private LaidOut() {}

  /**
   * Records a program and lays an image out by it.
   *
   * @param image is not changed
   * @param program what it touches of the mapped image lies together, in the order of first touch
   * @param target the image that is written
   */
  public static void write(Path image, Consumer<MarshalImage> program, Path target)
      throws IOException {
    Path lines = target.resolveSibling(target.getFileName() + ".trace");
    StartupTrace recorded = new StartupTrace();
    MapOptions options = MapOptions.builder().observer(recorded.observer()).build();
    try (MarshalImage mapped = MarshalImage.map(image, options)) {
      program.accept(mapped);
      recorded.write(lines);
    }
    Trace trace = Trace.read(lines);
    Files.delete(lines);
    ImageWriter.repack(image, target, mapped -> trace.findStart(mapped).offsets());
  }
}
