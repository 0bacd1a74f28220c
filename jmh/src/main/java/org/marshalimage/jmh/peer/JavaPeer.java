package org.marshalimage.jmh.peer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Java's own serialization, which keeps what is shared by itself. */
final class JavaPeer implements Peer {
  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
      out.writeObject(graph.modules());
    }
  }

  @Override
  public Loaded load(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (Modules) in.readObject();
    } catch (ClassNotFoundException e) {
      throw (IOException) new InvalidClassException(e.getMessage()).initCause(e);
    }
  }
}
