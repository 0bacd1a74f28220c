package org.marshalimage.jmh.peer;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.marshalimage.format.TypeCode;

/** Writes a graph as {@link FlatTable} describes. */
final class FlatWriter {
  /** Fields of a code object that name others. */
  private static final int[] CODE_SLOTS = {
    FlatTable.CODE_CODE,
    FlatTable.CODE_CONSTS,
    FlatTable.CODE_NAMES,
    FlatTable.CODE_LOCAL_NAMES,
    FlatTable.CODE_LOCAL_KINDS,
    FlatTable.CODE_EXCEPTION_TABLE,
    FlatTable.CODE_FILENAME,
    FlatTable.CODE_NAME,
    FlatTable.CODE_QUAL_NAME,
    FlatTable.CODE_LINE_TABLE
  };

  private final FlatBufferBuilder builder = new FlatBufferBuilder(1 << 20);
  private final Map<Node, Body> bodies = new IdentityHashMap<>();

  /** The tables around bytes. */
  private final Map<Node, Integer> bytesTables = new IdentityHashMap<>();

  /** Vectors of types; most tuples hold nothing but interned strings. */
  private final Map<ByteBuffer, Integer> typeVectors = new HashMap<>();

  /**
   * What a union holds.
   *
   * @param offset where the body lies, 0 if there is none; of bytes the vector
   */
  private record Body(int type, int offset) {}

  static byte[] write(PeerGraph graph) {
    return new FlatWriter().writeModules(graph);
  }

  private byte[] writeModules(PeerGraph graph) {
    for (Node node : graph.nodes()) {
      bodies.put(node, write(node));
    }
    Node.Modules modules = graph.modules();
    int[] tables = new int[modules.names.length];
    for (int i = 0; i < tables.length; i++) {
      int name = builder.createString(modules.names[i]);
      int root = union(modules.roots[i]);
      builder.startTable(FlatTable.MODULE_FIELDS);
      builder.addOffset(FlatTable.MODULE_NAME, name, 0);
      builder.addOffset(FlatTable.MODULE_ROOT, root, 0);
      builder.addByte(FlatTable.MODULE_ROOT_TYPE, type(modules.roots[i]), 0);
      tables[i] = builder.endTable();
    }
    int vector = builder.createVectorOfTables(tables);
    builder.startTable(FlatTable.MODULES_FIELDS);
    builder.addOffset(FlatTable.MODULES_MODULES, vector, 0);
    builder.finish(builder.endTable());
    return builder.sizedByteArray();
  }

  private Body write(Node node) {
    if (node instanceof Node.Str str) {
      return str.isBelow(0x80)
          ? new Body(
              str.isInterned ? TypeCode.ASCII_INTERNED : TypeCode.ASCII,
              builder.createString(str.text))
          : new Body(TypeCode.STR, writeWide(str));
    } else if (node instanceof Node.Bytes bytes) {
      return new Body(TypeCode.BYTES, builder.createByteVector(bytes.data));
    } else if (node instanceof Node.Tuple tuple) {
      int type = tuple.isSet ? TypeCode.FROZENSET : TypeCode.TUPLE;
      return new Body(type, writeTuple(tuple.items));
    } else if (node instanceof Node.Code code) {
      return new Body(TypeCode.CODE, writeCode(code));
    } else if (node instanceof Node.Int value) {
      return new Body(TypeCode.INT, writeStruct(value.value));
    } else if (node instanceof Node.Float value) {
      return new Body(TypeCode.FLOAT, writeStruct(value.bits));
    } else if (node instanceof Node.Complex value) {
      return new Body(TypeCode.COMPLEX, writeStruct(value.realBits, value.imaginaryBits));
    } else if (node instanceof Node.Long value) {
      return new Body(TypeCode.LONG, writeLong(value));
    }
    return new Body(((Node.Single) node).kind, 0);
  }

  private byte type(Node node) {
    return (byte) bodies.get(node).type;
  }

  /** Returns where the body lies for a union: of bytes a table, that of others themselves. */
  private int union(Node node) {
    int offset = bodies.get(node).offset;
    if (!(node instanceof Node.Bytes)) {
      return offset;
    }
    return bytesTables.computeIfAbsent(
        node,
        key -> {
          builder.startTable(FlatTable.BYTES_FIELDS);
          builder.addOffset(FlatTable.BYTES_DATA, offset, 0);
          return builder.endTable();
        });
  }

  private int writeStruct(long... words) {
    builder.prep(Long.BYTES, words.length * Long.BYTES);
    for (int i = words.length - 1; i >= 0; i--) {
      builder.putLong(words[i]);
    }
    return builder.offset();
  }

  private int writeWide(Node.Str str) {
    int[] codePoints = str.text.codePoints().toArray();
    int max = str.text.codePoints().max().orElse(0);
    int width = max < 0x100 ? Byte.BYTES : max < 0x10000 ? Short.BYTES : Integer.BYTES;
    // Written by four bytes each, of which the next one overwrites those that are too many.
    ByteBuffer units =
        ByteBuffer.allocate(codePoints.length * width + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < codePoints.length; i++) {
      units.putInt(i * width, codePoints[i]);
    }
    int vector = builder.createByteVector(units.array(), 0, codePoints.length * width);
    builder.startTable(FlatTable.STR_FIELDS);
    builder.addOffset(FlatTable.STR_CODE_POINTS, vector, 0);
    builder.addByte(FlatTable.STR_WIDTH, (byte) width, 0);
    builder.addBoolean(FlatTable.STR_IS_INTERNED, str.isInterned, false);
    return builder.endTable();
  }

  private int writeLong(Node.Long value) {
    builder.startVector(Long.BYTES, value.digits.length, Long.BYTES);
    for (int i = value.digits.length - 1; i >= 0; i--) {
      builder.addLong(value.digits[i]);
    }
    int vector = builder.endVector();
    builder.startTable(FlatTable.LONG_FIELDS);
    builder.addOffset(FlatTable.LONG_DIGITS, vector, 0);
    builder.addBoolean(FlatTable.LONG_IS_NEGATIVE, value.isNegative, false);
    return builder.endTable();
  }

  private int writeTuple(Node[] items) {
    byte[] types = new byte[items.length];
    int[] targets = new int[items.length];
    for (int i = 0; i < items.length; i++) {
      types[i] = type(items[i]);
      targets[i] = union(items[i]);
    }
    int typeVector =
        typeVectors.computeIfAbsent(
            ByteBuffer.wrap(types), key -> builder.createByteVector(key.array()));
    builder.startVector(Integer.BYTES, items.length, Integer.BYTES);
    for (int i = items.length - 1; i >= 0; i--) {
      if (targets[i] == 0) {
        builder.addInt(0);
      } else {
        builder.addOffset(targets[i]);
      }
    }
    int vector = builder.endVector();
    builder.startTable(FlatTable.TUPLE_FIELDS);
    builder.addOffset(FlatTable.TUPLE_ITEMS, vector, 0);
    builder.addOffset(FlatTable.TUPLE_ITEMS_TYPE, typeVector, 0);
    return builder.endTable();
  }

  private int writeCode(Node.Code code) {
    builder.startTable(FlatTable.CODE_FIELDS);
    code.each(
        new Node.Fields() {
          private int numbers;
          private int slots;

          @Override
          public int number(int value) {
            builder.addInt(numbers++, value, 0);
            return value;
          }

          @Override
          public <T extends Node> T node(Class<T> type, T value) {
            builder.addOffset(CODE_SLOTS[slots++], bodies.get(value).offset, 0);
            return value;
          }
        });
    // Bytes last: a table is written from its end, so they stand together without padding.
    builder.addByte(FlatTable.CODE_FILENAME - 1, type(code.filename), 0);
    builder.addByte(FlatTable.CODE_NAME - 1, type(code.name), 0);
    builder.addByte(FlatTable.CODE_QUAL_NAME - 1, type(code.qualName), 0);
    return builder.endTable();
  }
}
