package org.marshalimage.jmh.peer;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.util.DefaultInstantiatorStrategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.objenesis.strategy.StdInstantiatorStrategy;

/** Kryo with its own serializer of fields, registered classes, references. */
final class KryoPeer implements Peer {
  private final Kryo kryo = new Kryo();

  KryoPeer() {
    kryo.setReferences(true);
    kryo.setRegistrationRequired(true);
    // Nodes have no constructor without arguments.
    kryo.setInstantiatorStrategy(new DefaultInstantiatorStrategy(new StdInstantiatorStrategy()));
    kryo.register(byte[].class);
    kryo.register(long[].class);
    kryo.register(String[].class);
    kryo.register(Object[].class);
    kryo.register(Modules.class);
    kryo.register(Node[].class);
    Node.TYPES.forEach(kryo::register);
  }

  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    try (Output out = new Output(Files.newOutputStream(file))) {
      kryo.writeObject(out, graph.modules());
    }
  }

  @Override
  public Loaded load(Path file) throws IOException {
    return kryo.readObject(new Input(Files.readAllBytes(file)), Modules.class);
  }
}
