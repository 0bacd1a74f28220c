package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesIn;
import net.openhft.chronicle.bytes.BytesMarshallable;
import net.openhft.chronicle.bytes.BytesOut;
import org.marshalimage.format.TypeCode;

/**
 * Marshalling of chronicle-bytes. It has no references, so what is marshalled is a table of all
 * objects, each behind those that it leads to, which it names by their indexes.
 */
final class ChroniclePeer extends NodePeer {
  /** A {@link TypeCode#STR} whose code points are below 0x100. */
  private static final int LATIN_1 = TypeCode.ASCII;

  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    Bytes<byte[]> out = Bytes.allocateElasticOnHeap();
    new Table(graph.modules(), graph.nodes()).writeMarshallable(out);
    Files.write(file, out.toByteArray());
  }

  @Override
  public Object load(Path file) throws IOException {
    Table table = new Table(new Node.Modules(new String[0], new Node[0]), List.of());
    table.readMarshallable(Bytes.wrapForRead(Files.readAllBytes(file)));
    return table.modules;
  }

  private static final class Table implements BytesMarshallable {
    private Node.Modules modules;
    private final List<Node> nodes;

    /** When reading, all objects so far. */
    private Node[] read = {};

    /** When writing, the indexes of all objects so far. */
    private final Map<Node, Integer> indexes = new IdentityHashMap<>();

    Table(Node.Modules modules, List<Node> nodes) {
      this.modules = modules;
      this.nodes = nodes;
    }

    @Override
    public void writeMarshallable(BytesOut<?> out) {
      out.writeStopBit(nodes.size());
      for (Node node : nodes) {
        write(out, node);
        indexes.put(node, indexes.size());
      }
      out.writeStopBit(modules.names.length);
      for (int i = 0; i < modules.names.length; i++) {
        out.writeUtf8(modules.names[i]);
        writeIndex(out, modules.roots[i]);
      }
    }

    @Override
    public void readMarshallable(BytesIn<?> in) {
      read = new Node[(int) in.readStopBit()];
      for (int i = 0; i < read.length; i++) {
        read[i] = read(in);
      }
      int count = (int) in.readStopBit();
      modules = new Node.Modules(new String[count], new Node[count]);
      for (int i = 0; i < count; i++) {
        modules.names[i] = in.readUtf8();
        modules.roots[i] = readIndex(in);
      }
    }

    private void writeIndex(BytesOut<?> out, Node node) {
      out.writeStopBit(indexes.get(node));
    }

    private Node readIndex(BytesIn<?> in) {
      return read[(int) in.readStopBit()];
    }

    private void write(BytesOut<?> out, Node node) {
      if (node instanceof Node.Str str) {
        writeStr(out, str);
      } else if (node instanceof Node.Bytes bytes) {
        out.writeUnsignedByte(TypeCode.BYTES);
        out.writeStopBit(bytes.data.length);
        out.write(bytes.data);
      } else if (node instanceof Node.Tuple tuple) {
        out.writeUnsignedByte(tuple.isSet ? TypeCode.FROZENSET : TypeCode.TUPLE);
        out.writeStopBit(tuple.items.length);
        for (Node item : tuple.items) {
          writeIndex(out, item);
        }
      } else if (node instanceof Node.Code code) {
        out.writeUnsignedByte(TypeCode.CODE);
        code.each(
            new Node.Fields() {
              @Override
              public int number(int value) {
                out.writeStopBit(value);
                return value;
              }

              @Override
              public <T extends Node> T node(Class<T> type, T value) {
                writeIndex(out, value);
                return value;
              }
            });
      } else if (node instanceof Node.Int value) {
        out.writeUnsignedByte(TypeCode.INT);
        out.writeStopBit(value.value);
      } else if (node instanceof Node.Float value) {
        out.writeUnsignedByte(TypeCode.FLOAT);
        out.writeLong(value.bits);
      } else if (node instanceof Node.Complex value) {
        out.writeUnsignedByte(TypeCode.COMPLEX);
        out.writeLong(value.realBits);
        out.writeLong(value.imaginaryBits);
      } else if (node instanceof Node.Long value) {
        out.writeUnsignedByte(TypeCode.LONG);
        out.writeBoolean(value.isNegative);
        out.writeStopBit(value.digits.length);
        for (long digit : value.digits) {
          out.writeLong(digit);
        }
      } else {
        out.writeUnsignedByte(((Node.Single) node).kind);
      }
    }

    private Node read(BytesIn<?> in) {
      int kind = in.readUnsignedByte();
      return switch (kind) {
        case LATIN_1 -> new Node.Str(in.read8bit(), in.readBoolean());
        case TypeCode.STR -> new Node.Str(in.readUtf8(), in.readBoolean());
        case TypeCode.BYTES -> {
          byte[] data = new byte[(int) in.readStopBit()];
          in.read(data);
          yield new Node.Bytes(data);
        }
        case TypeCode.TUPLE, TypeCode.FROZENSET -> {
          Node[] items = new Node[(int) in.readStopBit()];
          for (int i = 0; i < items.length; i++) {
            items[i] = readIndex(in);
          }
          yield new Node.Tuple(kind == TypeCode.FROZENSET, items);
        }
        case TypeCode.CODE -> {
          Node.Code code = new Node.Code();
          code.each(
              new Node.Fields() {
                @Override
                public int number(int value) {
                  return (int) in.readStopBit();
                }

                @Override
                public <T extends Node> T node(Class<T> type, T value) {
                  return type.cast(readIndex(in));
                }
              });
          yield code;
        }
        case TypeCode.INT -> new Node.Int(in.readStopBit());
        case TypeCode.FLOAT -> new Node.Float(in.readLong());
        case TypeCode.COMPLEX -> new Node.Complex(in.readLong(), in.readLong());
        case TypeCode.LONG -> {
          boolean isNegative = in.readBoolean();
          long[] digits = new long[(int) in.readStopBit()];
          Arrays.setAll(digits, i -> in.readLong());
          yield new Node.Long(isNegative, digits);
        }
        default -> new Node.Single(kind);
      };
    }

    private static void writeStr(BytesOut<?> out, Node.Str str) {
      if (str.isBelow(0x100)) {
        out.writeUnsignedByte(LATIN_1);
        out.write8bit(str.text);
      } else {
        out.writeUnsignedByte(TypeCode.STR);
        out.writeUtf8(str.text);
      }
      out.writeBoolean(str.isInterned);
    }
  }
}
