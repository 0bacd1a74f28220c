package org.marshalimage.jmh.peer;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.marshalimage.format.TypeCode;

/** Kryo, as its manual has it for speed: registered classes, a serializer for each, references. */
final class KryoPeer extends NodePeer {
  private final Kryo kryo = new Kryo();

  KryoPeer() {
    kryo.setReferences(true);
    kryo.setRegistrationRequired(true);
    kryo.register(Node.Modules.class, new ModulesSerializer());
    kryo.register(Node.Single.class, new NodeSerializer(TypeCode.NONE));
    kryo.register(Node.Int.class, new NodeSerializer(TypeCode.INT));
    kryo.register(Node.Long.class, new NodeSerializer(TypeCode.LONG));
    kryo.register(Node.Float.class, new NodeSerializer(TypeCode.FLOAT));
    kryo.register(Node.Complex.class, new NodeSerializer(TypeCode.COMPLEX));
    kryo.register(Node.Str.class, new NodeSerializer(TypeCode.STR));
    kryo.register(Node.Bytes.class, new NodeSerializer(TypeCode.BYTES));
    kryo.register(Node.Tuple.class, new NodeSerializer(TypeCode.TUPLE));
    kryo.register(Node.Code.class, new NodeSerializer(TypeCode.CODE));
  }

  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    try (Output out = new Output(Files.newOutputStream(file))) {
      kryo.writeObject(out, graph.modules());
    }
  }

  @Override
  public Object load(Path file) throws IOException {
    return kryo.readObject(new Input(Files.readAllBytes(file)), Node.Modules.class);
  }

  private static final class ModulesSerializer extends Serializer<Node.Modules> {
    @Override
    public void write(Kryo kryo, Output out, Node.Modules modules) {
      out.writeVarInt(modules.names.length, true);
      for (int i = 0; i < modules.names.length; i++) {
        out.writeString(modules.names[i]);
        kryo.writeClassAndObject(out, modules.roots[i]);
      }
    }

    @Override
    public Node.Modules read(Kryo kryo, Input in, Class<? extends Node.Modules> type) {
      int count = in.readVarInt(true);
      Node.Modules modules = new Node.Modules(new String[count], new Node[count]);
      kryo.reference(modules);
      for (int i = 0; i < count; i++) {
        modules.names[i] = in.readString();
        modules.roots[i] = (Node) kryo.readClassAndObject(in);
      }
      return modules;
    }
  }

  /** There is one for each class. */
  private static final class NodeSerializer extends Serializer<Node> {
    private final int kind;

    NodeSerializer(int kind) {
      this.kind = kind;
    }

    @Override
    public void write(Kryo kryo, Output out, Node node) {
      if (node instanceof Node.Single single) {
        out.writeByte(single.kind);
      } else if (node instanceof Node.Int value) {
        out.writeVarLong(value.value, false);
      } else if (node instanceof Node.Long value) {
        out.writeBoolean(value.isNegative);
        out.writeVarInt(value.digits.length, true);
        out.writeLongs(value.digits, 0, value.digits.length);
      } else if (node instanceof Node.Float value) {
        out.writeLong(value.bits);
      } else if (node instanceof Node.Complex value) {
        out.writeLong(value.realBits);
        out.writeLong(value.imaginaryBits);
      } else if (node instanceof Node.Str str) {
        out.writeBoolean(str.isInterned);
        out.writeString(str.text);
      } else if (node instanceof Node.Bytes bytes) {
        out.writeVarInt(bytes.data.length, true);
        out.writeBytes(bytes.data);
      } else if (node instanceof Node.Tuple tuple) {
        out.writeBoolean(tuple.isSet);
        out.writeVarInt(tuple.items.length, true);
        for (Node item : tuple.items) {
          kryo.writeClassAndObject(out, item);
        }
      } else {
        ((Node.Code) node).each(new Writer(kryo, out));
      }
    }

    @Override
    public Node read(Kryo kryo, Input in, Class<? extends Node> type) {
      return switch (kind) {
        case TypeCode.INT -> new Node.Int(in.readVarLong(false));
        case TypeCode.LONG -> new Node.Long(in.readBoolean(), in.readLongs(in.readVarInt(true)));
        case TypeCode.FLOAT -> new Node.Float(in.readLong());
        case TypeCode.COMPLEX -> new Node.Complex(in.readLong(), in.readLong());
        case TypeCode.STR -> {
          boolean isInterned = in.readBoolean();
          yield new Node.Str(in.readString(), isInterned);
        }
        case TypeCode.BYTES -> new Node.Bytes(in.readBytes(in.readVarInt(true)));
        case TypeCode.TUPLE -> {
          Node.Tuple tuple = new Node.Tuple(in.readBoolean(), new Node[in.readVarInt(true)]);
          kryo.reference(tuple);
          for (int i = 0; i < tuple.items.length; i++) {
            tuple.items[i] = (Node) kryo.readClassAndObject(in);
          }
          yield tuple;
        }
        case TypeCode.CODE -> {
          Node.Code code = new Node.Code();
          kryo.reference(code);
          code.each(new Reader(kryo, in));
          yield code;
        }
        default -> new Node.Single(in.readByte());
      };
    }
  }

  private record Writer(Kryo kryo, Output out) implements Node.Fields {
    @Override
    public int number(int value) {
      out.writeVarInt(value, true);
      return value;
    }

    @Override
    public <T extends Node> T node(Class<T> type, T value) {
      kryo.writeObject(out, value);
      return value;
    }
  }

  private record Reader(Kryo kryo, Input in) implements Node.Fields {
    @Override
    public int number(int value) {
      return in.readVarInt(true);
    }

    @Override
    public <T extends Node> T node(Class<T> type, T value) {
      return kryo.readObject(in, type);
    }
  }
}
