package org.marshalimage.jmh.peer;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.marshalimage.format.TypeCode;

/** Writes a graph as {@link FlatFormat} describes. */
final class FlatWriter {
  private final FlatBufferBuilder builder = new FlatBufferBuilder(1 << 20);

  /** Where the bodies of unions lie; of bytes, tuples and code objects the vector or table. */
  private final Map<Node, Integer> offsets = new IdentityHashMap<>();

  /** The tables around bytes. */
  private final Map<Node, Integer> bytesTables = new IdentityHashMap<>();

  /** Vectors of types; most tuples hold nothing but interned strings. */
  private final Map<ByteBuffer, Integer> typeVectors = new HashMap<>();

  static byte[] write(PeerGraph graph) {
    return new FlatWriter().writeModules(graph);
  }

  private byte[] writeModules(PeerGraph graph) {
    for (Node node : graph.nodes()) {
      offsets.put(node, write(node));
    }
    Node.Modules modules = graph.modules();
    int[] tables = new int[modules.names.length];
    for (int i = 0; i < tables.length; i++) {
      int name = builder.createString(modules.names[i]);
      int root = body(modules.roots[i]);
      builder.startTable(FlatFormat.Module.FIELDS);
      builder.addOffset(FlatFormat.Module.NAME, name, 0);
      builder.addOffset(FlatFormat.Module.ROOT, root, 0);
      builder.addByte(FlatFormat.Module.ROOT_TYPE, (byte) type(modules.roots[i]), 0);
      tables[i] = builder.endTable();
    }
    int vector = builder.createVectorOfTables(tables);
    builder.startTable(FlatFormat.Modules.FIELDS);
    builder.addOffset(FlatFormat.Modules.MODULES, vector, 0);
    builder.finish(builder.endTable());
    return builder.sizedByteArray();
  }

  private int write(Node node) {
    if (node instanceof Node.Str str) {
      return isAscii(str.text) ? builder.createString(str.text) : writeWide(str);
    } else if (node instanceof Node.Bytes bytes) {
      return builder.createByteVector(bytes.data);
    } else if (node instanceof Node.Tuple tuple) {
      return writeTuple(tuple.items);
    } else if (node instanceof Node.Code code) {
      return writeCode(code);
    } else if (node instanceof Node.Int value) {
      builder.prep(Long.BYTES, Long.BYTES);
      builder.putLong(value.value);
      return builder.offset();
    } else if (node instanceof Node.Float value) {
      builder.prep(Double.BYTES, Double.BYTES);
      builder.putLong(value.bits);
      return builder.offset();
    } else if (node instanceof Node.Complex value) {
      builder.prep(Double.BYTES, 2 * Double.BYTES);
      builder.putLong(value.imaginaryBits);
      builder.putLong(value.realBits);
      return builder.offset();
    } else if (node instanceof Node.Long value) {
      return writeLong(value);
    }
    return 0;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(unit -> unit < 0x80);
  }

  private static int type(Node node) {
    if (node instanceof Node.Str str) {
      if (!isAscii(str.text)) {
        return TypeCode.STR;
      }
      return str.isInterned ? TypeCode.ASCII_INTERNED : TypeCode.ASCII;
    } else if (node instanceof Node.Bytes) {
      return TypeCode.BYTES;
    } else if (node instanceof Node.Tuple tuple) {
      return tuple.isSet ? TypeCode.FROZENSET : TypeCode.TUPLE;
    } else if (node instanceof Node.Code) {
      return TypeCode.CODE;
    } else if (node instanceof Node.Int) {
      return TypeCode.INT;
    } else if (node instanceof Node.Float) {
      return TypeCode.FLOAT;
    } else if (node instanceof Node.Complex) {
      return TypeCode.COMPLEX;
    } else if (node instanceof Node.Long) {
      return TypeCode.LONG;
    }
    return ((Node.Single) node).kind;
  }

  private int offset(Node node) {
    return offsets.get(node);
  }

  /** Returns where the body lies for a union; 0 if it has none. */
  private int body(Node node) {
    if (!(node instanceof Node.Bytes)) {
      return offset(node);
    }
    Integer table = bytesTables.get(node);
    if (table == null) {
      builder.startTable(FlatFormat.Bytes.FIELDS);
      builder.addOffset(FlatFormat.Bytes.DATA, offset(node), 0);
      table = builder.endTable();
      bytesTables.put(node, table);
    }
    return table;
  }

  private int writeWide(Node.Str str) {
    int[] codePoints = str.text.codePoints().toArray();
    int max = str.text.codePoints().max().orElse(0);
    int width = max < 0x100 ? Byte.BYTES : max < 0x10000 ? Short.BYTES : Integer.BYTES;
    ByteBuffer units =
        ByteBuffer.allocate(codePoints.length * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int codePoint : codePoints) {
      switch (width) {
        case Byte.BYTES:
          units.put((byte) codePoint);
          break;
        case Short.BYTES:
          units.putShort((short) codePoint);
          break;
        default:
          units.putInt(codePoint);
          break;
      }
    }
    int vector = builder.createByteVector(units.array());
    builder.startTable(FlatFormat.Str.FIELDS);
    builder.addOffset(FlatFormat.Str.CODE_POINTS, vector, 0);
    builder.addByte(FlatFormat.Str.WIDTH, (byte) width, 0);
    builder.addBoolean(FlatFormat.Str.IS_INTERNED, str.isInterned, false);
    return builder.endTable();
  }

  private int writeLong(Node.Long value) {
    builder.startVector(Long.BYTES, value.digits.length, Long.BYTES);
    for (int i = value.digits.length - 1; i >= 0; i--) {
      builder.addLong(value.digits[i]);
    }
    int vector = builder.endVector();
    builder.startTable(FlatFormat.Long.FIELDS);
    builder.addOffset(FlatFormat.Long.DIGITS, vector, 0);
    builder.addBoolean(FlatFormat.Long.IS_NEGATIVE, value.isNegative, false);
    return builder.endTable();
  }

  private int writeTuple(Node[] items) {
    byte[] types = new byte[items.length];
    int[] bodies = new int[items.length];
    for (int i = 0; i < items.length; i++) {
      types[i] = (byte) type(items[i]);
      bodies[i] = body(items[i]);
    }
    int typeVector =
        typeVectors.computeIfAbsent(
            ByteBuffer.wrap(types), key -> builder.createByteVector(key.array()));
    builder.startVector(Integer.BYTES, items.length, Integer.BYTES);
    for (int i = items.length - 1; i >= 0; i--) {
      if (bodies[i] == 0) {
        builder.addInt(0);
      } else {
        builder.addOffset(bodies[i]);
      }
    }
    int vector = builder.endVector();
    builder.startTable(FlatFormat.Tuple.FIELDS);
    builder.addOffset(FlatFormat.Tuple.ITEMS, vector, 0);
    builder.addOffset(FlatFormat.Tuple.ITEMS_TYPE, typeVector, 0);
    return builder.endTable();
  }

  private int writeCode(Node.Code code) {
    builder.startTable(FlatFormat.Code.FIELDS);
    builder.addInt(FlatFormat.Code.ARG_COUNT, code.argCount, 0);
    builder.addInt(FlatFormat.Code.POS_ONLY_ARG_COUNT, code.posOnlyArgCount, 0);
    builder.addInt(FlatFormat.Code.KW_ONLY_ARG_COUNT, code.kwOnlyArgCount, 0);
    builder.addInt(FlatFormat.Code.LOCAL_COUNT, code.localCount, 0);
    builder.addInt(FlatFormat.Code.STACK_SIZE, code.stackSize, 0);
    builder.addInt(FlatFormat.Code.FLAGS, code.flags, 0);
    builder.addInt(FlatFormat.Code.FIRST_LINE, code.firstLine, 0);
    builder.addOffset(FlatFormat.Code.CODE, offset(code.code), 0);
    builder.addOffset(FlatFormat.Code.CONSTS, offset(code.consts), 0);
    builder.addOffset(FlatFormat.Code.NAMES, offset(code.names), 0);
    builder.addOffset(FlatFormat.Code.LOCAL_NAMES, offset(code.localNames), 0);
    builder.addOffset(FlatFormat.Code.LOCAL_KINDS, offset(code.localKinds), 0);
    builder.addOffset(FlatFormat.Code.EXCEPTION_TABLE, offset(code.exceptionTable), 0);
    builder.addOffset(FlatFormat.Code.FILENAME, offset(code.filename), 0);
    builder.addOffset(FlatFormat.Code.NAME, offset(code.name), 0);
    builder.addOffset(FlatFormat.Code.QUAL_NAME, offset(code.qualName), 0);
    builder.addOffset(FlatFormat.Code.LINE_TABLE, offset(code.lineTable), 0);
    // Bytes last: a table is written from its end, so they stand together without padding.
    builder.addByte(FlatFormat.Code.FILENAME_TYPE, (byte) type(code.filename), 0);
    builder.addByte(FlatFormat.Code.NAME_TYPE, (byte) type(code.name), 0);
    builder.addByte(FlatFormat.Code.QUAL_NAME_TYPE, (byte) type(code.qualName), 0);
    return builder.endTable();
  }
}
