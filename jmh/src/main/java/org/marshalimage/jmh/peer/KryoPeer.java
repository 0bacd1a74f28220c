package org.marshalimage.jmh.peer;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Kryo, as its manual has it for speed: registered classes, a serializer for each, references. */
final class KryoPeer extends NodePeer {
  private final Kryo kryo = new Kryo();

  KryoPeer() {
    kryo.setReferences(true);
    kryo.setRegistrationRequired(true);
    kryo.register(Node.Modules.class, new ModulesSerializer());
    kryo.register(Node.Single.class, new SingleSerializer());
    kryo.register(Node.Int.class, new IntSerializer());
    kryo.register(Node.Long.class, new LongSerializer());
    kryo.register(Node.Float.class, new FloatSerializer());
    kryo.register(Node.Complex.class, new ComplexSerializer());
    kryo.register(Node.Str.class, new StrSerializer());
    kryo.register(Node.Bytes.class, new BytesSerializer());
    kryo.register(Node.Tuple.class, new TupleSerializer());
    kryo.register(Node.Code.class, new CodeSerializer());
  }

  @Override
  public String name() {
    return "kryo";
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

  private static final class SingleSerializer extends Serializer<Node.Single> {
    @Override
    public void write(Kryo kryo, Output out, Node.Single single) {
      out.writeByte(single.kind);
    }

    @Override
    public Node.Single read(Kryo kryo, Input in, Class<? extends Node.Single> type) {
      return new Node.Single(in.readByte());
    }
  }

  private static final class IntSerializer extends Serializer<Node.Int> {
    @Override
    public void write(Kryo kryo, Output out, Node.Int value) {
      out.writeVarLong(value.value, false);
    }

    @Override
    public Node.Int read(Kryo kryo, Input in, Class<? extends Node.Int> type) {
      return new Node.Int(in.readVarLong(false));
    }
  }

  private static final class LongSerializer extends Serializer<Node.Long> {
    @Override
    public void write(Kryo kryo, Output out, Node.Long value) {
      out.writeBoolean(value.isNegative);
      out.writeVarInt(value.digits.length, true);
      out.writeLongs(value.digits, 0, value.digits.length);
    }

    @Override
    public Node.Long read(Kryo kryo, Input in, Class<? extends Node.Long> type) {
      return new Node.Long(in.readBoolean(), in.readLongs(in.readVarInt(true)));
    }
  }

  private static final class FloatSerializer extends Serializer<Node.Float> {
    @Override
    public void write(Kryo kryo, Output out, Node.Float value) {
      out.writeLong(value.bits);
    }

    @Override
    public Node.Float read(Kryo kryo, Input in, Class<? extends Node.Float> type) {
      return new Node.Float(in.readLong());
    }
  }

  private static final class ComplexSerializer extends Serializer<Node.Complex> {
    @Override
    public void write(Kryo kryo, Output out, Node.Complex value) {
      out.writeLong(value.realBits);
      out.writeLong(value.imaginaryBits);
    }

    @Override
    public Node.Complex read(Kryo kryo, Input in, Class<? extends Node.Complex> type) {
      return new Node.Complex(in.readLong(), in.readLong());
    }
  }

  private static final class StrSerializer extends Serializer<Node.Str> {
    @Override
    public void write(Kryo kryo, Output out, Node.Str str) {
      out.writeBoolean(str.isInterned);
      out.writeString(str.text);
    }

    @Override
    public Node.Str read(Kryo kryo, Input in, Class<? extends Node.Str> type) {
      boolean isInterned = in.readBoolean();
      return new Node.Str(in.readString(), isInterned);
    }
  }

  private static final class BytesSerializer extends Serializer<Node.Bytes> {
    @Override
    public void write(Kryo kryo, Output out, Node.Bytes bytes) {
      out.writeVarInt(bytes.data.length, true);
      out.writeBytes(bytes.data);
    }

    @Override
    public Node.Bytes read(Kryo kryo, Input in, Class<? extends Node.Bytes> type) {
      return new Node.Bytes(in.readBytes(in.readVarInt(true)));
    }
  }

  private static final class TupleSerializer extends Serializer<Node.Tuple> {
    @Override
    public void write(Kryo kryo, Output out, Node.Tuple tuple) {
      out.writeBoolean(tuple.isSet);
      out.writeVarInt(tuple.items.length, true);
      for (Node item : tuple.items) {
        kryo.writeClassAndObject(out, item);
      }
    }

    @Override
    public Node.Tuple read(Kryo kryo, Input in, Class<? extends Node.Tuple> type) {
      boolean isSet = in.readBoolean();
      Node[] items = new Node[in.readVarInt(true)];
      Node.Tuple tuple = new Node.Tuple(isSet, items);
      kryo.reference(tuple);
      for (int i = 0; i < items.length; i++) {
        items[i] = (Node) kryo.readClassAndObject(in);
      }
      return tuple;
    }
  }

  private static final class CodeSerializer extends Serializer<Node.Code> {
    @Override
    public void write(Kryo kryo, Output out, Node.Code code) {
      out.writeVarInt(code.argCount, true);
      out.writeVarInt(code.posOnlyArgCount, true);
      out.writeVarInt(code.kwOnlyArgCount, true);
      out.writeVarInt(code.localCount, true);
      out.writeVarInt(code.stackSize, true);
      out.writeVarInt(code.flags, true);
      out.writeVarInt(code.firstLine, true);
      kryo.writeObject(out, code.code);
      kryo.writeObject(out, code.consts);
      kryo.writeObject(out, code.names);
      kryo.writeObject(out, code.localNames);
      kryo.writeObject(out, code.localKinds);
      kryo.writeObject(out, code.exceptionTable);
      kryo.writeObject(out, code.filename);
      kryo.writeObject(out, code.name);
      kryo.writeObject(out, code.qualName);
      kryo.writeObject(out, code.lineTable);
    }

    @Override
    public Node.Code read(Kryo kryo, Input in, Class<? extends Node.Code> type) {
      Node.Code code = new Node.Code();
      kryo.reference(code);
      code.argCount = in.readVarInt(true);
      code.posOnlyArgCount = in.readVarInt(true);
      code.kwOnlyArgCount = in.readVarInt(true);
      code.localCount = in.readVarInt(true);
      code.stackSize = in.readVarInt(true);
      code.flags = in.readVarInt(true);
      code.firstLine = in.readVarInt(true);
      code.code = kryo.readObject(in, Node.Bytes.class);
      code.consts = kryo.readObject(in, Node.Tuple.class);
      code.names = kryo.readObject(in, Node.Tuple.class);
      code.localNames = kryo.readObject(in, Node.Tuple.class);
      code.localKinds = kryo.readObject(in, Node.Bytes.class);
      code.exceptionTable = kryo.readObject(in, Node.Bytes.class);
      code.filename = kryo.readObject(in, Node.Str.class);
      code.name = kryo.readObject(in, Node.Str.class);
      code.qualName = kryo.readObject(in, Node.Str.class);
      code.lineTable = kryo.readObject(in, Node.Bytes.class);
      return code;
    }
  }
}
