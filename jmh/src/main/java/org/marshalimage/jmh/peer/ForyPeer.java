package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.fory.Fory;

/**
 * Apache Fory for Java alone: registered classes, references. In a JVM that stays it generates
 * serializers, which takes most of a second; in one that loads once it goes without.
 */
final class ForyPeer implements Peer {
  /** Code objects and tuples are nested, two calls and more for each. */
  private static final int MAX_DEPTH = 10_000;

  private final Fory fory;

  ForyPeer(boolean isGenerating) {
    fory =
        Fory.builder()
            .withXlang(false)
            .withRefTracking(true)
            .withCompatible(false)
            .requireClassRegistration(true)
            .withMaxDepth(MAX_DEPTH)
            .withCodegen(isGenerating)
            .build();
    fory.register(Modules.class);
    fory.register(Node.class);
    fory.register(Node[].class);
    Node.TYPES.forEach(fory::register);
  }

  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    Files.write(file, fory.serialize(graph.modules()));
  }

  @Override
  public Loaded load(Path file) throws IOException {
    return (Modules) fory.deserialize(Files.readAllBytes(file));
  }
}
