package org.marshalimage.jmh.peer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.capnproto.Data;
import org.capnproto.DataList;
import org.capnproto.FromPointerBuilder;
import org.capnproto.ListList;
import org.capnproto.MessageBuilder;
import org.capnproto.PrimitiveList;
import org.capnproto.StructList;
import org.capnproto.Text;

/** Writes a graph as {@link CapnFormat} describes. */
final class CapnWriter {
  /** Enough for all, so that one segment holds it. */
  private static final int FIRST_SEGMENT_WORDS = 1 << 21;

  /** The objects of each list of the root. */
  private final List<List<Node>> lists = new ArrayList<>();

  private final Map<Node, Integer> slots = new IdentityHashMap<>();
  private final CapnStruct.Builder root;

  private CapnWriter(CapnStruct.Builder root) {
    this.root = root;
  }

  static MessageBuilder write(PeerGraph graph) {
    MessageBuilder message = new MessageBuilder(FIRST_SEGMENT_WORDS);
    new CapnWriter(message.initRoot(CapnFormat.MODULES)).writeModules(graph);
    return message;
  }

  private void writeModules(PeerGraph graph) {
    for (int list = 0; list <= CapnFormat.CODE_LIST; list++) {
      lists.add(new ArrayList<>());
    }
    for (Node node : graph.nodes()) {
      slots.put(node, place(node));
    }
    Node.Modules modules = graph.modules();
    StructList.Builder<CapnStruct.Builder> list =
        root.init(CapnFormat.MODULE_TYPE, CapnFormat.MODULE_LIST, modules.names.length);
    for (int i = 0; i < modules.names.length; i++) {
      CapnStruct.Builder module = list.get(i);
      module.setInt(0, slots.get(modules.roots[i]));
      module.set(Text.factory, 0, new Text.Reader(modules.names[i]));
    }
    writeCodes();
    writeTuples();
    writeStrs();
    writeData();
    writeNumbers();
    writeLongs();
  }

  /** Gives an object its slot. */
  private int place(Node node) {
    if (node instanceof Node.Str str) {
      int latin1 = str.isInterned ? CapnFormat.LATIN_1_INTERNED : CapnFormat.LATIN_1;
      return str.isBelow(0x100)
          ? place(latin1, CapnFormat.LATIN_1_LIST, str)
          : place(CapnFormat.STR, CapnFormat.STR_LIST, str);
    } else if (node instanceof Node.Bytes) {
      return place(CapnFormat.BYTES, CapnFormat.BYTES_LIST, node);
    } else if (node instanceof Node.Tuple tuple) {
      return place(
          tuple.isSet ? CapnFormat.FROZENSET : CapnFormat.TUPLE, CapnFormat.TUPLE_LIST, tuple);
    } else if (node instanceof Node.Code) {
      return place(CapnFormat.CODE, CapnFormat.CODE_LIST, node);
    } else if (node instanceof Node.Int) {
      return place(CapnFormat.INT, CapnFormat.INT_LIST, node);
    } else if (node instanceof Node.Float) {
      return place(CapnFormat.FLOAT, CapnFormat.FLOAT_LIST, node);
    } else if (node instanceof Node.Complex) {
      return place(CapnFormat.COMPLEX, CapnFormat.COMPLEX_LIST, node);
    } else if (node instanceof Node.Long) {
      return place(CapnFormat.LONG, CapnFormat.LONG_LIST, node);
    }
    return CapnFormat.slot(CapnFormat.SINGLE, ((Node.Single) node).kind);
  }

  private int place(int kind, int list, Node node) {
    lists.get(list).add(node);
    return CapnFormat.slot(kind, lists.get(list).size() - 1);
  }

  private <B> B list(FromPointerBuilder<B> type, int list) {
    return root.init(type, list, lists.get(list).size());
  }

  private void writeCodes() {
    StructList.Builder<CapnStruct.Builder> list = list(CapnFormat.CODE_TYPE, CapnFormat.CODE_LIST);
    int index = 0;
    for (Node code : lists.get(CapnFormat.CODE_LIST)) {
      CapnStruct.Builder builder = list.get(index++);
      ((Node.Code) code)
          .each(
              new Node.Fields() {
                private int field;

                @Override
                public int number(int value) {
                  builder.setInt(field++, value);
                  return value;
                }

                @Override
                public <T extends Node> T node(Class<T> type, T value) {
                  builder.setInt(field++, slots.get(value));
                  return value;
                }
              });
    }
  }

  private void writeTuples() {
    ListList.Builder<PrimitiveList.Int.Builder> list =
        list(CapnFormat.TUPLE_TYPE, CapnFormat.TUPLE_LIST);
    int index = 0;
    for (Node tuple : lists.get(CapnFormat.TUPLE_LIST)) {
      Node[] items = ((Node.Tuple) tuple).items;
      PrimitiveList.Int.Builder builder = list.init(index++, items.length);
      for (int k = 0; k < items.length; k++) {
        builder.set(k, slots.get(items[k]));
      }
    }
  }

  private void writeStrs() {
    StructList.Builder<CapnStruct.Builder> list = list(CapnFormat.STR_TYPE, CapnFormat.STR_LIST);
    int index = 0;
    for (Node node : lists.get(CapnFormat.STR_LIST)) {
      Node.Str str = (Node.Str) node;
      CapnStruct.Builder builder = list.get(index++);
      builder.setBoolean(0, str.isInterned);
      int[] codePoints = str.text.codePoints().toArray();
      PrimitiveList.Int.Builder units =
          builder.init(PrimitiveList.Int.factory, 0, codePoints.length);
      for (int k = 0; k < codePoints.length; k++) {
        units.set(k, codePoints[k]);
      }
    }
  }

  private void writeData() {
    DataList.Builder texts = list(CapnFormat.DATA_TYPE, CapnFormat.LATIN_1_LIST);
    int index = 0;
    for (Node str : lists.get(CapnFormat.LATIN_1_LIST)) {
      byte[] text = ((Node.Str) str).text.getBytes(StandardCharsets.ISO_8859_1);
      texts.set(index++, new Data.Reader(text));
    }
    DataList.Builder data = list(CapnFormat.DATA_TYPE, CapnFormat.BYTES_LIST);
    index = 0;
    for (Node bytes : lists.get(CapnFormat.BYTES_LIST)) {
      data.set(index++, new Data.Reader(((Node.Bytes) bytes).data));
    }
  }

  private void writeNumbers() {
    PrimitiveList.Long.Builder ints = list(PrimitiveList.Long.factory, CapnFormat.INT_LIST);
    int index = 0;
    for (Node value : lists.get(CapnFormat.INT_LIST)) {
      ints.set(index++, ((Node.Int) value).value);
    }
    PrimitiveList.Double.Builder floats = list(PrimitiveList.Double.factory, CapnFormat.FLOAT_LIST);
    index = 0;
    for (Node value : lists.get(CapnFormat.FLOAT_LIST)) {
      floats.set(index++, Double.longBitsToDouble(((Node.Float) value).bits));
    }
    StructList.Builder<CapnStruct.Builder> complexes =
        list(CapnFormat.COMPLEX_TYPE, CapnFormat.COMPLEX_LIST);
    index = 0;
    for (Node node : lists.get(CapnFormat.COMPLEX_LIST)) {
      Node.Complex value = (Node.Complex) node;
      CapnStruct.Builder builder = complexes.get(index++);
      builder.setDouble(0, Double.longBitsToDouble(value.realBits));
      builder.setDouble(1, Double.longBitsToDouble(value.imaginaryBits));
    }
  }

  private void writeLongs() {
    StructList.Builder<CapnStruct.Builder> list = list(CapnFormat.LONG_TYPE, CapnFormat.LONG_LIST);
    int index = 0;
    for (Node node : lists.get(CapnFormat.LONG_LIST)) {
      Node.Long value = (Node.Long) node;
      CapnStruct.Builder builder = list.get(index++);
      builder.setBoolean(0, value.isNegative);
      PrimitiveList.Long.Builder digits =
          builder.init(PrimitiveList.Long.factory, 0, value.digits.length);
      for (int k = 0; k < value.digits.length; k++) {
        digits.set(k, value.digits[k]);
      }
    }
  }
}
