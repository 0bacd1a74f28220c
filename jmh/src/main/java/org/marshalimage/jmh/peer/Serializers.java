package org.marshalimage.jmh.peer;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.util.DefaultInstantiatorStrategy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.fory.Fory;
import org.objenesis.strategy.StdInstantiatorStrategy;

/** Peers that read a file and make all objects: their libraries do the rest. */
final class Serializers {
  private Serializers() {}

  /** Java's own serialization, which keeps what is shared by itself. */
  static final class JavaPeer implements Peer {
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
        return (Node.Modules) in.readObject();
      } catch (ClassNotFoundException e) {
        throw (IOException) new InvalidClassException(e.getMessage()).initCause(e);
      }
    }
  }

  /** Kryo with its own serializer of fields, registered classes, references. */
  static final class KryoPeer implements Peer {
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
      kryo.register(Node.Modules.class);
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
      return kryo.readObject(new Input(Files.readAllBytes(file)), Node.Modules.class);
    }
  }

  /**
   * Apache Fory for Java alone: registered classes, references. In a JVM that stays it generates
   * serializers, which takes most of a second; in one that loads once it goes without.
   */
  static final class ForyPeer implements Peer {
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
      Node.TYPES.forEach(fory::register);
    }

    @Override
    public void write(PeerGraph graph, Path file) throws IOException {
      Files.write(file, fory.serialize(graph.modules()));
    }

    @Override
    public Loaded load(Path file) throws IOException {
      return (Node.Modules) fory.deserialize(Files.readAllBytes(file));
    }
  }
}
