package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Our image, laid out by what a program touches that loads it and then walks it: modules one after
 * the other, what each alone uses in the order of the walk.
 */
final class LaidOutPeer extends ImagePeer {
  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    LaidOut.write(graph.image(), mapped -> walk(load(mapped)), file);
  }
}
