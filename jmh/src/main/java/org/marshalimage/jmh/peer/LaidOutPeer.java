package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.trace.StartupTrace;
import org.marshalimage.trace.Trace;
import org.marshalimage.writer.ImageWriter;

/**
 * Our image, laid out by what a program touches that loads it and then walks it: modules one after
 * the other, what each alone uses in the order of the walk.
 */
final class LaidOutPeer extends ImagePeer {
  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    Path lines = file.resolveSibling(file.getFileName() + ".trace");
    record(graph.image(), lines);
    Trace trace = Trace.read(lines);
    Files.delete(lines);
    ImageWriter.repack(graph.image(), file, mapped -> trace.findStart(mapped).offsets());
  }

  private void record(Path image, Path lines) throws IOException {
    StartupTrace trace = new StartupTrace();
    MapOptions traced = MapOptions.builder().observer(trace.observer()).build();
    try (MarshalImage mapped = MarshalImage.map(image, traced)) {
      walk(load(mapped));
      trace.write(lines);
    }
  }
}
