package org.marshalimage.jmh.peer;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.Map;
import org.capnproto.Data;
import org.capnproto.DataList;
import org.capnproto.FromPointerBuilder;
import org.capnproto.FromPointerReader;
import org.capnproto.ListList;
import org.capnproto.MessageBuilder;
import org.capnproto.PrimitiveList;
import org.capnproto.ReaderOptions;
import org.capnproto.SegmentBuilder;
import org.capnproto.SegmentReader;
import org.capnproto.Serialize;
import org.capnproto.SetPointerBuilder;
import org.capnproto.StructBuilder;
import org.capnproto.StructFactory;
import org.capnproto.StructList;
import org.capnproto.StructReader;
import org.capnproto.StructSize;
import org.capnproto.Text;
import org.marshalimage.format.TypeCode;

/**
 * Cap'n Proto: the file is mapped and read where it lies. Its pointers make a tree, so objects lie
 * in lists by kind, and what is shared is named by a slot: the list in the low 3 bits, 0 for a
 * singleton, a mark in the fourth, above them the index in the list, of a singleton its type code.
 *
 * <pre>
 * struct Modules {
 *   modules @0 :List(Module);  ints @1 :List(Int64);   numbers @2 :List(Number);
 *   bytes @3 :List(Data);      latin1 @4 :List(Data);  strs @5 :List(Str);
 *   tuples @6 :List(List(UInt32));                     codes @7 :List(Code);
 * }
 * struct Module { root @0 :UInt32; name @1 :Text; }
 * struct Number { kind @0 :Int32; isNegative @1 :Bool; words @2 :List(UInt64); }
 * struct Str { isInterned @0 :Bool; codePoints @1 :List(UInt32); }
 * struct Code { argCount @0 :Int32; ... firstLine @6 :Int32; code @7 :UInt32; ... lineTable @16 :UInt32; }
 * </pre>
 *
 * <p>Strings with all code points below 0x100, which nearly all are, lie in {@code latin1}; the
 * mark tells whether they are interned. That of a tuple tells that it is a frozenset.
 */
final class CapnPeer implements Peer {
  /** Lists of the root, and kinds of slots. */
  private static final int MODULES = 0;

  private static final int SINGLE = 0;
  private static final int INTS = 1;
  private static final int NUMBERS = 2;
  private static final int BYTES = 3;
  private static final int LATIN_1 = 4;
  private static final int STRS = 5;
  private static final int TUPLES = 6;
  private static final int CODES = 7;
  private static final int MARK = 8;
  private static final int KIND_BITS = 4;

  /** The int fields of a code object stand before its slots. */
  private static final int CODE_FLAGS = 5;

  /** Of a number, behind its kind. */
  private static final int IS_NEGATIVE_BIT = Integer.SIZE;

  private static final CapnStruct ROOT = new CapnStruct(0, CODES + 1);

  /** Of all types with some fields and one pointer. */
  private static final StructList.Factory<CapnStruct.Builder, CapnStruct.Reader> STRUCTS =
      new StructList.Factory<>(new CapnStruct(1, 1));

  private static final StructList.Factory<CapnStruct.Builder, CapnStruct.Reader> CODE_STRUCTS =
      new StructList.Factory<>(new CapnStruct((Node.Code.NUMBERS + Node.Code.SLOTS + 1) / 2, 0));
  private static final ListList.Factory<PrimitiveList.Int.Builder, PrimitiveList.Int.Reader>
      INT_LISTS = new ListList.Factory<>(PrimitiveList.Int.factory);

  /** The limit guards against messages that are read again and again, as we do. */
  private static final ReaderOptions OPTIONS = new ReaderOptions(Long.MAX_VALUE, 64);

  private record Mapped(
      CapnStruct.Reader root, StructList.Reader<CapnStruct.Reader> modules, long[] roots, int flags)
      implements Loaded {
    @Override
    public int size() {
      return roots.length;
    }

    @Override
    public String name(int module) {
      return modules.get(module).get(Text.factory, 0).toString();
    }

    @Override
    public Walk newWalk() {
      return new CapnWalk(root, roots);
    }
  }

  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    try (FileOutputStream out = new FileOutputStream(file.toFile())) {
      Serialize.write(out.getChannel(), new Writer().writeModules(graph));
    }
  }

  @Override
  public Loaded load(Path file) throws IOException {
    ByteBuffer buffer = Peers.map(file);
    CapnStruct.Reader root = Serialize.read(buffer, OPTIONS).getRoot(ROOT);
    StructList.Reader<CapnStruct.Reader> modules = root.get(STRUCTS, MODULES);
    StructList.Reader<CapnStruct.Reader> codes = root.get(CODE_STRUCTS, CODES);
    long[] roots = new long[modules.size()];
    int flags = 0;
    for (int i = 0; i < roots.length; i++) {
      int slot = modules.get(i).getInt(0);
      roots[i] = slot;
      flags |= codes.get(slot >>> KIND_BITS).getInt(CODE_FLAGS);
    }
    return new Mapped(root, modules, roots, flags);
  }

  /** A handle is a slot. */
  private static final class CapnWalk extends Walk.Handles {
    private final PrimitiveList.Long.Reader ints;
    private final StructList.Reader<CapnStruct.Reader> numbers;
    private final DataList.Reader bytes;
    private final DataList.Reader latin1;
    private final StructList.Reader<CapnStruct.Reader> strs;
    private final ListList.Reader<PrimitiveList.Int.Reader> tuples;
    private final StructList.Reader<CapnStruct.Reader> codes;

    CapnWalk(CapnStruct.Reader root, long[] roots) {
      super(roots);
      ints = root.get(PrimitiveList.Long.factory, INTS);
      numbers = root.get(STRUCTS, NUMBERS);
      bytes = root.get(DataList.factory, BYTES);
      latin1 = root.get(DataList.factory, LATIN_1);
      strs = root.get(STRUCTS, STRS);
      tuples = root.get(INT_LISTS, TUPLES);
      codes = root.get(CODE_STRUCTS, CODES);
    }

    @Override
    void visit(long handle) {
      int index = (int) handle >>> KIND_BITS;
      switch ((int) handle & (1 << KIND_BITS) - 1) {
        case LATIN_1, LATIN_1 | MARK -> addData(TypeCode.STR, latin1.get(index));
        case BYTES -> addData(TypeCode.BYTES, bytes.get(index));
        case STRS -> addStr(strs.get(index).get(PrimitiveList.Int.factory, 0));
        case TUPLES -> addItems(TypeCode.TUPLE, tuples.get(index));
        case TUPLES | MARK -> addItems(TypeCode.FROZENSET, tuples.get(index));
        case CODES -> visitCode(codes.get(index));
        case INTS -> add(TypeCode.INT, ints.get(index));
        case NUMBERS -> visitNumber(numbers.get(index));
        default -> add(index);
      }
    }

    private void addData(int kind, Data.Reader data) {
      ByteBuffer buffer = data.buffer;
      int end = data.offset + data.size;
      long values = 0;
      for (int at = data.offset; at < end; at++) {
        values += buffer.get(at) & 0xFF;
      }
      add(kind, data.size, values);
    }

    private void addStr(PrimitiveList.Int.Reader codePoints) {
      int length = codePoints.size();
      long values = 0;
      for (int i = 0; i < length; i++) {
        values += codePoints.get(i);
      }
      add(TypeCode.STR, length, values);
    }

    private void addItems(int kind, PrimitiveList.Int.Reader items) {
      int size = items.size();
      add(kind, size);
      for (int i = size - 1; i >= 0; i--) {
        push(items.get(i));
      }
    }

    private void visitCode(CapnStruct.Reader code) {
      add(TypeCode.CODE);
      for (int i = 0; i < Node.Code.NUMBERS; i++) {
        add(code.getInt(i));
      }
      for (int i = Node.Code.SLOTS - 1; i >= 0; i--) {
        push(code.getInt(Node.Code.NUMBERS + i));
      }
    }

    private void visitNumber(CapnStruct.Reader value) {
      PrimitiveList.Long.Reader words = value.get(PrimitiveList.Long.factory, 0);
      int kind = value.getInt(0);
      add(kind);
      if (kind == TypeCode.LONG) {
        add(value.getBoolean(IS_NEGATIVE_BIT) ? 1 : 0, words.size());
      }
      for (int i = 0; i < words.size(); i++) {
        add(words.get(i));
      }
    }
  }

  private static final class Writer {
    /** Enough for all, so that one segment holds it. */
    private static final int FIRST_SEGMENT_WORDS = 1 << 21;

    private final MessageBuilder message = new MessageBuilder(FIRST_SEGMENT_WORDS);
    private final CapnStruct.Builder root = message.initRoot(ROOT);

    private final Map<Object, Integer> slots = new IdentityHashMap<>();

    MessageBuilder writeModules(PeerGraph graph) {
      int[] counts = new int[CODES + 1];
      for (Node node : graph.nodes()) {
        int kind = kind(node);
        int index = node instanceof Node.Single single ? single.kind : counts[kind & MARK - 1]++;
        slots.put(node, index << KIND_BITS | kind);
      }
      Node.Modules modules = graph.modules();
      StructList.Builder<CapnStruct.Builder> list = root.init(STRUCTS, MODULES, modules.size());
      for (int i = 0; i < modules.size(); i++) {
        list.get(i).setInt(0, slots.get(modules.roots[i]));
        list.get(i).set(Text.factory, 0, new Text.Reader(modules.name(i)));
      }
      StructList.Builder<CapnStruct.Builder> codes = root.init(CODE_STRUCTS, CODES, counts[CODES]);
      ListList.Builder<PrimitiveList.Int.Builder> tuples =
          root.init(INT_LISTS, TUPLES, counts[TUPLES]);
      StructList.Builder<CapnStruct.Builder> strs = root.init(STRUCTS, STRS, counts[STRS]);
      DataList.Builder texts = root.init(DataList.factory, LATIN_1, counts[LATIN_1]);
      DataList.Builder bytes = root.init(DataList.factory, BYTES, counts[BYTES]);
      PrimitiveList.Long.Builder ints = root.init(PrimitiveList.Long.factory, INTS, counts[INTS]);
      StructList.Builder<CapnStruct.Builder> numbers = root.init(STRUCTS, NUMBERS, counts[NUMBERS]);
      for (Node node : graph.nodes()) {
        int index = slots.get(node) >>> KIND_BITS;
        if (node instanceof Node.Str str && !str.isBelow(0x100)) {
          writeStr(strs.get(index), str);
        } else if (node instanceof Node.Str str) {
          byte[] text = str.text.getBytes(StandardCharsets.ISO_8859_1);
          texts.set(index, new Data.Reader(text));
        } else if (node instanceof Node.Tuple tuple) {
          PrimitiveList.Int.Builder items = tuples.init(index, tuple.items.length);
          for (int i = 0; i < tuple.items.length; i++) {
            items.set(i, slots.get(tuple.items[i]));
          }
        } else if (node instanceof Node.Bytes value) {
          bytes.set(index, new Data.Reader(value.data));
        } else if (node instanceof Node.Code code) {
          writeCode(codes.get(index), code);
        } else if (node instanceof Node.Int value) {
          ints.set(index, value.value);
        } else if (node instanceof Node.Number value) {
          writeNumber(numbers.get(index), value);
        }
      }
      return message;
    }

    private void writeCode(CapnStruct.Builder builder, Node.Code code) {
      int field = 0;
      for (int number : code.numbers()) {
        builder.setInt(field++, number);
      }
      for (Node slot : code.slots()) {
        builder.setInt(field++, slots.get(slot));
      }
    }

    private static void writeStr(CapnStruct.Builder builder, Node.Str str) {
      builder.setBoolean(0, str.isInterned);
      int[] codePoints = str.text.codePoints().toArray();
      PrimitiveList.Int.Builder units =
          builder.init(PrimitiveList.Int.factory, 0, codePoints.length);
      for (int i = 0; i < codePoints.length; i++) {
        units.set(i, codePoints[i]);
      }
    }

    private static void writeNumber(CapnStruct.Builder builder, Node.Number value) {
      builder.setInt(0, value.kind);
      builder.setBoolean(IS_NEGATIVE_BIT, value.isNegative);
      PrimitiveList.Long.Builder words =
          builder.init(PrimitiveList.Long.factory, 0, value.words.length);
      for (int i = 0; i < value.words.length; i++) {
        words.set(i, value.words[i]);
      }
    }

    private static int kind(Node node) {
      if (node instanceof Node.Str str) {
        return !str.isBelow(0x100) ? STRS : str.isInterned ? LATIN_1 | MARK : LATIN_1;
      } else if (node instanceof Node.Tuple tuple) {
        return tuple.isSet ? TUPLES | MARK : TUPLES;
      } else if (node instanceof Node.Bytes) {
        return BYTES;
      } else if (node instanceof Node.Code) {
        return CODES;
      } else if (node instanceof Node.Int) {
        return INTS;
      }
      return node instanceof Node.Number ? NUMBERS : SINGLE;
    }
  }

  /**
   * A struct of Cap'n Proto of which the fields are named by their numbers. Stands in for the three
   * classes that its compiler makes of each struct of a schema.
   */
  static final class CapnStruct extends StructFactory<CapnStruct.Builder, CapnStruct.Reader> {
    private final StructSize size;

    /** Describes a struct. */
    CapnStruct(int words, int pointers) {
      size = new StructSize((short) words, (short) pointers);
    }

    @Override
    public Reader constructReader(
        SegmentReader segment,
        int data,
        int pointers,
        int dataSize,
        short pointerCount,
        int nestingLimit) {
      return new Reader(segment, data, pointers, dataSize, pointerCount, nestingLimit);
    }

    @Override
    public Builder constructBuilder(
        SegmentBuilder segment, int data, int pointers, int dataSize, short pointerCount) {
      return new Builder(segment, data, pointers, dataSize, pointerCount);
    }

    @Override
    public StructSize structSize() {
      return size;
    }

    @Override
    public Reader asReader(Builder builder) {
      return builder.asReader();
    }

    static final class Reader extends StructReader {
      Reader(
          SegmentReader segment,
          int data,
          int pointers,
          int dataSize,
          short pointerCount,
          int nestingLimit) {
        super(segment, data, pointers, dataSize, pointerCount, nestingLimit);
      }

      /** Returns a field, which counts in units of its own size. */
      int getInt(int field) {
        return _getIntField(field);
      }

      boolean getBoolean(int field) {
        return _getBooleanField(field);
      }

      <T> T get(FromPointerReader<T> type, int pointer) {
        return _getPointerField(type, pointer);
      }
    }

    static final class Builder extends StructBuilder {
      Builder(SegmentBuilder segment, int data, int pointers, int dataSize, short pointerCount) {
        super(segment, data, pointers, dataSize, pointerCount);
      }

      void setInt(int field, int value) {
        _setIntField(field, value);
      }

      void setBoolean(int field, boolean value) {
        _setBooleanField(field, value);
      }

      <T> T init(FromPointerBuilder<T> type, int pointer, int size) {
        return _initPointerField(type, pointer, size);
      }

      <B, R> void set(SetPointerBuilder<B, R> type, int pointer, R value) {
        _setPointerField(type, pointer, value);
      }

      Reader asReader() {
        return new Reader(segment, data, pointers, dataSize, pointerCount, Integer.MAX_VALUE);
      }
    }
  }
}
