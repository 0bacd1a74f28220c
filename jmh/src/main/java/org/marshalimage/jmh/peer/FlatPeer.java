package org.marshalimage.jmh.peer;

import com.google.flatbuffers.FlatBufferBuilder;
import com.google.flatbuffers.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.marshalimage.format.TypeCode;

/** FlatBuffers: the file is mapped and read where it lies. {@link FlatTable} has the schema. */
final class FlatPeer implements Peer {
  private record Mapped(FlatTable modules, long[] roots, int flags) implements Loaded {
    @Override
    public int size() {
      return roots.length;
    }

    @Override
    public String name(int module) {
      FlatTable table = new FlatTable();
      table.moveTo(modules, FlatTable.MODULES_MODULES, module);
      return table.string(FlatTable.MODULE_NAME);
    }

    @Override
    public Walk newWalk() {
      return new FlatWalk(modules.getByteBuffer(), roots);
    }
  }

  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    Files.write(file, new Writer().writeModules(graph));
  }

  @Override
  public Loaded load(Path file) throws IOException {
    ByteBuffer buffer = Peers.map(file);
    FlatTable modules = FlatTable.root(buffer);
    FlatTable module = new FlatTable();
    FlatTable code = new FlatTable();
    long[] roots = new long[modules.vectorLength(FlatTable.MODULES_MODULES)];
    int flags = 0;
    for (int i = 0; i < roots.length; i++) {
      module.moveTo(modules, FlatTable.MODULES_MODULES, i);
      int root = module.target(FlatTable.MODULE_ROOT);
      code.moveTo(root, buffer);
      roots[i] = FlatWalk.handle(module.byteAt(FlatTable.MODULE_ROOT_TYPE), root);
      flags |= code.intAt(FlatTable.CODE_FLAGS);
    }
    return new Mapped(modules, roots, flags);
  }

  /** A handle is a type in the upper half and a position in the lower. */
  private static final class FlatWalk extends Walk.Handles {
    private final ByteBuffer buffer;
    private final FlatTable table = new FlatTable();
    private final FlatTable bytes = new FlatTable();

    FlatWalk(ByteBuffer buffer, long[] roots) {
      super(roots);
      this.buffer = buffer;
    }

    static long handle(int type, int position) {
      return (long) type << Integer.SIZE | position;
    }

    @Override
    void visit(long handle) {
      int type = (int) (handle >>> Integer.SIZE);
      int position = (int) handle;
      switch (type) {
        case TypeCode.ASCII, TypeCode.ASCII_INTERNED -> addBytes(TypeCode.STR, position);
        case TypeCode.BYTES -> addBytes(TypeCode.BYTES, position);
        case TypeCode.STR -> visitStr(position);
        case TypeCode.TUPLE, TypeCode.FROZENSET -> visitTuple(type, position);
        case TypeCode.CODE -> visitCode(position);
        case TypeCode.INT -> add(TypeCode.INT, buffer.getLong(position));
        case TypeCode.FLOAT, TypeCode.COMPLEX, TypeCode.LONG -> visitNumber(type, position);
        default -> add(type);
      }
    }

    /** A string or a vector of bytes: length and elements. */
    private void addBytes(int kind, int position) {
      int length = buffer.getInt(position);
      int end = position + Integer.BYTES + length;
      long values = 0;
      for (int at = position + Integer.BYTES; at < end; at++) {
        values += buffer.get(at) & 0xFF;
      }
      add(kind, length, values);
    }

    private void visitStr(int position) {
      table.moveTo(position, buffer);
      int width = table.byteAt(FlatTable.STR_WIDTH);
      int start = table.vector(FlatTable.STR_CODE_POINTS);
      int length = table.vectorLength(FlatTable.STR_CODE_POINTS);
      long sum = 0;
      for (int at = start; at < start + length; at += width) {
        sum +=
            switch (width) {
              case Byte.BYTES -> buffer.get(at) & 0xFF;
              case Short.BYTES -> buffer.getChar(at);
              default -> buffer.getInt(at);
            };
      }
      add(TypeCode.STR, length / width, sum);
    }

    private void visitNumber(int type, int position) {
      table.moveTo(position, buffer);
      int words = table.vector(FlatTable.NUMBER_WORDS);
      int size = table.vectorLength(FlatTable.NUMBER_WORDS);
      add(type);
      if (type == TypeCode.LONG) {
        add(table.byteAt(FlatTable.NUMBER_IS_NEGATIVE) != 0 ? 1 : 0, size);
      }
      for (int i = 0; i < size; i++) {
        add(buffer.getLong(words + i * Long.BYTES));
      }
    }

    private void visitTuple(int type, int position) {
      table.moveTo(position, buffer);
      int size = table.vectorLength(FlatTable.TUPLE_ITEMS);
      add(type, size);
      int types = table.vector(FlatTable.TUPLE_ITEMS_TYPE);
      int items = table.vector(FlatTable.TUPLE_ITEMS);
      for (int i = size - 1; i >= 0; i--) {
        int slot = items + i * Integer.BYTES;
        int distance = buffer.getInt(slot);
        int itemType = buffer.get(types + i) & 0xFF;
        int target = distance == 0 ? 0 : slot + distance;
        if (itemType == TypeCode.BYTES) {
          bytes.moveTo(target, buffer);
          target = bytes.target(FlatTable.BYTES_DATA);
        }
        push(handle(itemType, target));
      }
    }

    private void visitCode(int position) {
      table.moveTo(position, buffer);
      add(TypeCode.CODE);
      for (int i = 0; i < Node.Code.NUMBERS; i++) {
        add(table.intAt(i));
      }
      for (int i = Node.Code.SLOTS - 1; i >= 0; i--) {
        int field = FlatTable.CODE_SLOTS[i];
        int type = FlatTable.CODE_TYPES[i];
        push(handle(type != 0 ? type : table.byteAt(field - 1), table.target(field)));
      }
    }
  }

  private static final class Writer {
    private final FlatBufferBuilder builder = new FlatBufferBuilder(1 << 20);
    private final Map<Object, Body> bodies = new IdentityHashMap<>();

    private final Map<Object, Integer> bytesTables = new IdentityHashMap<>();

    /** Vectors of types; most tuples hold nothing but interned strings. */
    private final Map<ByteBuffer, Integer> typeVectors = new HashMap<>();

    /** What a union holds; the offset is 0 if there is no body, of bytes that of the vector. */
    private record Body(int type, int offset) {}

    byte[] writeModules(PeerGraph graph) {
      for (Node node : graph.nodes()) {
        bodies.put(node, write(node));
      }
      Node.Modules modules = graph.modules();
      int[] tables = new int[modules.size()];
      for (int i = 0; i < tables.length; i++) {
        int name = builder.createString(modules.name(i));
        int root = union(modules.roots[i]);
        builder.startTable(FlatTable.MODULE_ROOT + 1);
        builder.addOffset(FlatTable.MODULE_NAME, name, 0);
        builder.addOffset(FlatTable.MODULE_ROOT, root, 0);
        builder.addByte(FlatTable.MODULE_ROOT_TYPE, type(modules.roots[i]), 0);
        tables[i] = builder.endTable();
      }
      builder.finish(table(FlatTable.MODULES_MODULES, builder.createVectorOfTables(tables)));
      return builder.sizedByteArray();
    }

    private Body write(Node node) {
      if (node instanceof Node.Str str) {
        int ascii = str.isInterned ? TypeCode.ASCII_INTERNED : TypeCode.ASCII;
        return str.isBelow(0x80)
            ? new Body(ascii, builder.createString(str.text))
            : new Body(TypeCode.STR, writeWide(str));
      } else if (node instanceof Node.Bytes bytes) {
        return new Body(TypeCode.BYTES, builder.createByteVector(bytes.data));
      } else if (node instanceof Node.Tuple tuple) {
        int type = tuple.isSet ? TypeCode.FROZENSET : TypeCode.TUPLE;
        return new Body(type, writeTuple(tuple.items));
      } else if (node instanceof Node.Code code) {
        return new Body(TypeCode.CODE, writeCode(code));
      } else if (node instanceof Node.Int value) {
        builder.prep(Long.BYTES, Long.BYTES);
        builder.putLong(value.value);
        return new Body(TypeCode.INT, builder.offset());
      } else if (node instanceof Node.Number value) {
        return new Body(value.kind, writeNumber(value));
      }
      return new Body(((Node.Single) node).kind, 0);
    }

    private byte type(Object node) {
      return (byte) bodies.get(node).type;
    }

    /** Returns where the body lies for a union: of bytes a table, that of others themselves. */
    private int union(Object node) {
      int offset = bodies.get(node).offset;
      return node instanceof Node.Bytes
          ? bytesTables.computeIfAbsent(node, key -> table(FlatTable.BYTES_DATA, offset))
          : offset;
    }

    private int table(int field, int target) {
      builder.startTable(1);
      builder.addOffset(field, target, 0);
      return builder.endTable();
    }

    private int writeWide(Node.Str str) {
      int[] codePoints = str.text.codePoints().toArray();
      int max = str.text.codePoints().max().orElse(0);
      int width = max < 0x100 ? Byte.BYTES : max < 0x10000 ? Short.BYTES : Integer.BYTES;
      // Written by four bytes each, of which the next one overwrites those that are too many.
      ByteBuffer units = ByteBuffer.allocate(codePoints.length * width + Integer.BYTES);
      units.order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < codePoints.length; i++) {
        units.putInt(i * width, codePoints[i]);
      }
      int vector = builder.createByteVector(units.array(), 0, codePoints.length * width);
      builder.startTable(FlatTable.STR_CODE_POINTS + 1);
      builder.addOffset(FlatTable.STR_CODE_POINTS, vector, 0);
      builder.addByte(FlatTable.STR_WIDTH, (byte) width, 0);
      builder.addBoolean(FlatTable.STR_IS_INTERNED, str.isInterned, false);
      return builder.endTable();
    }

    private int writeNumber(Node.Number value) {
      builder.startVector(Long.BYTES, value.words.length, Long.BYTES);
      for (int i = value.words.length - 1; i >= 0; i--) {
        builder.addLong(value.words[i]);
      }
      int vector = builder.endVector();
      builder.startTable(FlatTable.NUMBER_WORDS + 1);
      builder.addOffset(FlatTable.NUMBER_WORDS, vector, 0);
      builder.addBoolean(FlatTable.NUMBER_IS_NEGATIVE, value.isNegative, false);
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
      builder.startTable(FlatTable.TUPLE_ITEMS + 1);
      builder.addOffset(FlatTable.TUPLE_ITEMS, vector, 0);
      builder.addOffset(FlatTable.TUPLE_ITEMS_TYPE, typeVector, 0);
      return builder.endTable();
    }

    private int writeCode(Node.Code code) {
      builder.startTable(FlatTable.CODE_FIELDS);
      int[] numbers = code.numbers();
      for (int i = 0; i < numbers.length; i++) {
        builder.addInt(i, numbers[i], 0);
      }
      Node[] slots = code.slots();
      for (int i = 0; i < slots.length; i++) {
        builder.addOffset(FlatTable.CODE_SLOTS[i], bodies.get(slots[i]).offset, 0);
      }
      // Bytes last: a table is written from its end, so they stand together without padding.
      for (int i = 0; i < slots.length; i++) {
        if (FlatTable.CODE_TYPES[i] == 0) {
          builder.addByte(FlatTable.CODE_SLOTS[i] - 1, type(slots[i]), 0);
        }
      }
      return builder.endTable();
    }
  }

  /**
   * A table of a FlatBuffer, with accessors in the manner of those that its compiler makes of this
   * schema. One is moved from table to table.
   *
   * <pre>
   * union Object { None, True, False, Ellipsis, Int, Long: Number, Float: Number, Complex: Number,
   *                Bytes, Ascii: string, InternedAscii: string, Str, Tuple, Frozenset: Tuple, Code }
   * struct Int { value: long; }
   * table Number { is_negative: bool; words: [ulong]; }
   * table Bytes { data: [ubyte]; }
   * table Str { is_interned: bool; width: ubyte; code_points: [ubyte]; }
   * table Tuple { items_type: [ubyte]; items: [Object]; }
   * table Code { arg_count: int; ... first_line: int;
   *              code: [ubyte]; consts: Tuple; names: Tuple; local_names: Tuple;
   *              local_kinds: [ubyte]; exception_table: [ubyte];
   *              filename: Object; name: Object; qual_name: Object; line_table: [ubyte]; }
   * table Module { name: string; root: Object; }
   * table Modules { modules: [Module]; }
   * root_type Modules;
   * </pre>
   *
   * <p>The types of a union are numbered as {@link TypeCode} has them; a field of a union is two,
   * the type first. The four singletons have no body. Whatever is shared is stored once.
   */
  static final class FlatTable extends Table {
    static final int MODULES_MODULES = 0;

    static final int MODULE_NAME = 0;
    static final int MODULE_ROOT_TYPE = 1;
    static final int MODULE_ROOT = 2;

    static final int NUMBER_IS_NEGATIVE = 0;
    static final int NUMBER_WORDS = 1;

    static final int BYTES_DATA = 0;

    static final int STR_IS_INTERNED = 0;
    static final int STR_WIDTH = 1;
    static final int STR_CODE_POINTS = 2;

    static final int TUPLE_ITEMS_TYPE = 0;
    static final int TUPLE_ITEMS = 1;

    /** The int fields of a code object are the first ones. */
    static final int CODE_FLAGS = 5;

    static final int CODE_FIELDS = 20;
    private static final int DATA = TypeCode.BYTES;
    private static final int TUPLE = TypeCode.TUPLE;

    /** Fields of a code object that name others, in order; and their types, of a union 0. */
    static final int[] CODE_SLOTS = {7, 8, 9, 10, 11, 12, 14, 16, 18, 19};

    static final int[] CODE_TYPES = {DATA, TUPLE, TUPLE, TUPLE, DATA, DATA, 0, 0, 0, DATA};

    static FlatTable root(ByteBuffer buffer) {
      buffer.order(ByteOrder.LITTLE_ENDIAN);
      FlatTable root = new FlatTable();
      root.moveTo(buffer.getInt(buffer.position()) + buffer.position(), buffer);
      return root;
    }

    void moveTo(int position, ByteBuffer buffer) {
      __reset(position, buffer);
    }

    void moveTo(FlatTable other, int field, int index) {
      moveTo(other.__indirect(other.vector(field) + index * Integer.BYTES), other.bb);
    }

    private int offset(int field) {
      return __offset(2 * Short.BYTES + field * Short.BYTES);
    }

    int intAt(int field) {
      int offset = offset(field);
      return offset == 0 ? 0 : bb.getInt(bb_pos + offset);
    }

    int byteAt(int field) {
      int offset = offset(field);
      return offset == 0 ? 0 : bb.get(bb_pos + offset) & 0xFF;
    }

    /** Returns the position of what a field names; 0 if it names nothing. */
    int target(int field) {
      int offset = offset(field);
      return offset == 0 ? 0 : __indirect(bb_pos + offset);
    }

    String string(int field) {
      return __string(offset(field) + bb_pos);
    }

    int vector(int field) {
      return __vector(offset(field));
    }

    int vectorLength(int field) {
      return __vector_len(offset(field));
    }
  }
}
