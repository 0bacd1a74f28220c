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
final class ChroniclePeer implements Peer {
  /** A {@link TypeCode#STR} whose code points are below 0x100. */
  private static final int LATIN_1 = TypeCode.ASCII;

  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    Bytes<byte[]> out = Bytes.allocateElasticOnHeap();
    new Table(graph.modules(), graph.nodes()).writeMarshallable(out);
    Files.write(file, out.toByteArray());
  }

  @Override
  public Loaded load(Path file) throws IOException {
    Table table = new Table(new Node.Modules(new String[0], new Object[0]), List.of());
    table.readMarshallable(Bytes.wrapForRead(Files.readAllBytes(file)));
    return table.modules;
  }

  private static final class Table implements BytesMarshallable {
    private Node.Modules modules;
    private final List<Node> nodes;

    private Node[] read = {};

    private final Map<Object, Integer> indexes = new IdentityHashMap<>();

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
        out.writeStopBit(indexes.get(modules.roots[i]));
      }
    }

    @Override
    public void readMarshallable(BytesIn<?> in) {
      read = new Node[(int) in.readStopBit()];
      for (int i = 0; i < read.length; i++) {
        read[i] = read(in);
      }
      int count = (int) in.readStopBit();
      modules = new Node.Modules(new String[count], new Object[count]);
      for (int i = 0; i < count; i++) {
        modules.names[i] = in.readUtf8();
        modules.roots[i] = read[(int) in.readStopBit()];
      }
    }

    private void write(BytesOut<?> out, Node node) {
      if (node instanceof Node.Str str) {
        boolean isLatin1 = str.isBelow(0x100);
        out.writeUnsignedByte(isLatin1 ? LATIN_1 : TypeCode.STR);
        if (isLatin1) {
          out.write8bit(str.text);
        } else {
          out.writeUtf8(str.text);
        }
        out.writeBoolean(str.isInterned);
      } else if (node instanceof Node.Bytes bytes) {
        out.writeUnsignedByte(TypeCode.BYTES);
        out.writeStopBit(bytes.data.length);
        out.write(bytes.data);
      } else if (node instanceof Node.Tuple tuple) {
        out.writeUnsignedByte(tuple.isSet ? TypeCode.FROZENSET : TypeCode.TUPLE);
        out.writeStopBit(tuple.items.length);
        writeIndexes(out, tuple.items);
      } else if (node instanceof Node.Code code) {
        out.writeUnsignedByte(TypeCode.CODE);
        for (int number : code.numbers()) {
          out.writeStopBit(number);
        }
        writeIndexes(out, code.slots());
      } else if (node instanceof Node.Int value) {
        out.writeUnsignedByte(TypeCode.INT);
        out.writeStopBit(value.value);
      } else if (node instanceof Node.Number value) {
        out.writeUnsignedByte(value.kind);
        out.writeBoolean(value.isNegative);
        out.writeStopBit(value.words.length);
        for (long word : value.words) {
          out.writeLong(word);
        }
      } else {
        out.writeUnsignedByte(((Node.Single) node).kind);
      }
    }

    private void writeIndexes(BytesOut<?> out, Node[] slots) {
      for (Node slot : slots) {
        out.writeStopBit(indexes.get(slot));
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
        case TypeCode.TUPLE, TypeCode.FROZENSET ->
            new Node.Tuple(kind == TypeCode.FROZENSET, readIndexes(in, (int) in.readStopBit()));
        case TypeCode.CODE -> {
          int[] numbers = new int[Node.Code.NUMBERS];
          Arrays.setAll(numbers, i -> (int) in.readStopBit());
          yield new Node.Code(numbers, readIndexes(in, Node.Code.SLOTS));
        }
        case TypeCode.INT -> new Node.Int(in.readStopBit());
        case TypeCode.FLOAT, TypeCode.COMPLEX, TypeCode.LONG -> {
          boolean isNegative = in.readBoolean();
          long[] words = new long[(int) in.readStopBit()];
          Arrays.setAll(words, i -> in.readLong());
          yield new Node.Number(kind, isNegative, words);
        }
        default -> new Node.Single(kind);
      };
    }

    private Node[] readIndexes(BytesIn<?> in, int count) {
      Node[] slots = new Node[count];
      for (int i = 0; i < count; i++) {
        slots[i] = read[(int) in.readStopBit()];
      }
      return slots;
    }
  }
}
