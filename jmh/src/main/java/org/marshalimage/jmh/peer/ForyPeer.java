package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.fory.Fory;

/**
 * Apache Fory for Java alone: registered classes, references. In a JVM that stays it generates
 * serializers, which takes most of a second; in one that loads once it goes without.
 */
final class ForyPeer extends NodePeer {
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
    fory.register(Node.Modules.class);
    fory.register(Node.class);
    fory.register(Node[].class);
    fory.register(Node.Single.class);
    fory.register(Node.Int.class);
    fory.register(Node.Long.class);
    fory.register(Node.Float.class);
    fory.register(Node.Complex.class);
    fory.register(Node.Str.class);
    fory.register(Node.Bytes.class);
    fory.register(Node.Tuple.class);
    fory.register(Node.Code.class);
  }

  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    Files.write(file, fory.serialize(graph.modules()));
  }

  @Override
  public Object load(Path file) throws IOException {
    return fory.deserialize(Files.readAllBytes(file));
  }
}
