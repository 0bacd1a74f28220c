package org.marshalimage.jmh.peer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.capnproto.Data;
import org.capnproto.DataList;
import org.capnproto.ListList;
import org.capnproto.MessageBuilder;
import org.capnproto.PrimitiveList;
import org.capnproto.StructList;
import org.capnproto.Text;

/** Writes a graph as {@link CapnFormat} describes. */
final class CapnWriter {
  /** Enough for all, so that one segment holds it. */
  private static final int FIRST_SEGMENT_WORDS = 1 << 21;

  private enum Table {
    INTS,
    LONGS,
    FLOATS,
    COMPLEXES,
    BYTES,
    LATIN_1,
    STRS,
    TUPLES,
    CODES
  }

  private final Map<Table, List<Node>> tables = new EnumMap<>(Table.class);
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
    for (Table table : Table.values()) {
      tables.put(table, new ArrayList<>());
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
  }

  /** Gives an object its slot. */
  private int place(Node node) {
    if (node instanceof Node.Str str) {
      if (isLatin1(str.text)) {
        return place(
            str.isInterned ? CapnFormat.LATIN_1_INTERNED : CapnFormat.LATIN_1, Table.LATIN_1, str);
      }
      return place(CapnFormat.STR, Table.STRS, str);
    } else if (node instanceof Node.Bytes) {
      return place(CapnFormat.BYTES, Table.BYTES, node);
    } else if (node instanceof Node.Tuple tuple) {
      return place(tuple.isSet ? CapnFormat.FROZENSET : CapnFormat.TUPLE, Table.TUPLES, tuple);
    } else if (node instanceof Node.Code) {
      return place(CapnFormat.CODE, Table.CODES, node);
    } else if (node instanceof Node.Int) {
      return place(CapnFormat.INT, Table.INTS, node);
    } else if (node instanceof Node.Float) {
      return place(CapnFormat.FLOAT, Table.FLOATS, node);
    } else if (node instanceof Node.Complex) {
      return place(CapnFormat.COMPLEX, Table.COMPLEXES, node);
    } else if (node instanceof Node.Long) {
      return place(CapnFormat.LONG, Table.LONGS, node);
    }
    return CapnFormat.slot(CapnFormat.SINGLE, ((Node.Single) node).kind);
  }

  private int place(int kind, Table table, Node node) {
    List<Node> nodes = table(table);
    nodes.add(node);
    return CapnFormat.slot(kind, nodes.size() - 1);
  }

  private List<Node> table(Table table) {
    return tables.get(table);
  }

  private static boolean isLatin1(String text) {
    return text.chars().allMatch(unit -> unit < 0x100);
  }

  private void writeCodes() {
    List<Node> codes = table(Table.CODES);
    StructList.Builder<CapnStruct.Builder> list =
        root.init(CapnFormat.CODE_TYPE, CapnFormat.CODE_LIST, codes.size());
    for (int i = 0; i < codes.size(); i++) {
      Node.Code code = (Node.Code) codes.get(i);
      CapnStruct.Builder builder = list.get(i);
      int[] ints = {
        code.argCount,
        code.posOnlyArgCount,
        code.kwOnlyArgCount,
        code.localCount,
        code.stackSize,
        code.flags,
        code.firstLine
      };
      Node[] named = {
        code.code,
        code.consts,
        code.names,
        code.localNames,
        code.localKinds,
        code.exceptionTable,
        code.filename,
        code.name,
        code.qualName,
        code.lineTable
      };
      for (int k = 0; k < ints.length; k++) {
        builder.setInt(k, ints[k]);
      }
      for (int k = 0; k < named.length; k++) {
        builder.setInt(CapnFormat.CODE_INTS + k, slots.get(named[k]));
      }
    }
  }

  private void writeTuples() {
    List<Node> tuples = table(Table.TUPLES);
    ListList.Builder<PrimitiveList.Int.Builder> list =
        root.init(CapnFormat.TUPLE_TYPE, CapnFormat.TUPLE_LIST, tuples.size());
    for (int i = 0; i < tuples.size(); i++) {
      Node[] items = ((Node.Tuple) tuples.get(i)).items;
      PrimitiveList.Int.Builder builder = list.init(i, items.length);
      for (int k = 0; k < items.length; k++) {
        builder.set(k, slots.get(items[k]));
      }
    }
  }

  private void writeStrs() {
    List<Node> strs = table(Table.STRS);
    StructList.Builder<CapnStruct.Builder> list =
        root.init(CapnFormat.STR_TYPE, CapnFormat.STR_LIST, strs.size());
    for (int i = 0; i < strs.size(); i++) {
      Node.Str str = (Node.Str) strs.get(i);
      int[] codePoints = str.text.codePoints().toArray();
      list.get(i).setBoolean(0, str.isInterned);
      PrimitiveList.Int.Builder builder =
          list.get(i).init(PrimitiveList.Int.factory, 0, codePoints.length);
      for (int k = 0; k < codePoints.length; k++) {
        builder.set(k, codePoints[k]);
      }
    }
  }

  private void writeData() {
    List<Node> latin1 = table(Table.LATIN_1);
    DataList.Builder texts =
        root.init(CapnFormat.DATA_TYPE, CapnFormat.LATIN_1_LIST, latin1.size());
    for (int i = 0; i < latin1.size(); i++) {
      String text = ((Node.Str) latin1.get(i)).text;
      texts.set(i, new Data.Reader(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
    List<Node> bytes = table(Table.BYTES);
    DataList.Builder data = root.init(CapnFormat.DATA_TYPE, CapnFormat.BYTES_LIST, bytes.size());
    for (int i = 0; i < bytes.size(); i++) {
      data.set(i, new Data.Reader(((Node.Bytes) bytes.get(i)).data));
    }
  }

  private void writeNumbers() {
    List<Node> ints = table(Table.INTS);
    PrimitiveList.Long.Builder intList =
        root.init(PrimitiveList.Long.factory, CapnFormat.INT_LIST, ints.size());
    for (int i = 0; i < ints.size(); i++) {
      intList.set(i, ((Node.Int) ints.get(i)).value);
    }
    List<Node> floats = table(Table.FLOATS);
    PrimitiveList.Double.Builder floatList =
        root.init(PrimitiveList.Double.factory, CapnFormat.FLOAT_LIST, floats.size());
    for (int i = 0; i < floats.size(); i++) {
      floatList.set(i, Double.longBitsToDouble(((Node.Float) floats.get(i)).bits));
    }
    List<Node> complexes = table(Table.COMPLEXES);
    StructList.Builder<CapnStruct.Builder> complexList =
        root.init(CapnFormat.COMPLEX_TYPE, CapnFormat.COMPLEX_LIST, complexes.size());
    for (int i = 0; i < complexes.size(); i++) {
      Node.Complex complex = (Node.Complex) complexes.get(i);
      complexList.get(i).setDouble(0, Double.longBitsToDouble(complex.realBits));
      complexList.get(i).setDouble(1, Double.longBitsToDouble(complex.imaginaryBits));
    }
    List<Node> longs = table(Table.LONGS);
    StructList.Builder<CapnStruct.Builder> longList =
        root.init(CapnFormat.LONG_TYPE, CapnFormat.LONG_LIST, longs.size());
    for (int i = 0; i < longs.size(); i++) {
      Node.Long value = (Node.Long) longs.get(i);
      longList.get(i).setBoolean(0, value.isNegative);
      PrimitiveList.Long.Builder digits =
          longList.get(i).init(PrimitiveList.Long.factory, 0, value.digits.length);
      for (int k = 0; k < value.digits.length; k++) {
        digits.set(k, value.digits[k]);
      }
    }
  }
}
