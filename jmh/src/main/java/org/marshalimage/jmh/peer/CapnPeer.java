package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.capnproto.Data;
import org.capnproto.DataList;
import org.capnproto.ListList;
import org.capnproto.PrimitiveList;
import org.capnproto.ReaderOptions;
import org.capnproto.Serialize;
import org.capnproto.StructList;
import org.capnproto.Text;
import org.marshalimage.format.TypeCode;

/** Cap'n Proto: the file is mapped and read where it lies. */
final class CapnPeer extends HandlePeer {
  /** The limit guards against messages that are read again and again, as we do. */
  private static final ReaderOptions OPTIONS = new ReaderOptions(Long.MAX_VALUE, 64);

  private record Loaded(
      CapnStruct.Reader root, StructList.Reader<CapnStruct.Reader> modules, long[] roots, int flags)
      implements Mapped {
    @Override
    public String name(int module) {
      return modules.get(module).get(Text.factory, 0).toString();
    }

    @Override
    public HandleWalk newWalk() {
      return new CapnWalk(root);
    }
  }

  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      Serialize.write(channel, CapnWriter.write(graph));
    }
  }

  @Override
  public Object load(Path file) throws IOException {
    ByteBuffer buffer;
    try (FileChannel channel = FileChannel.open(file)) {
      buffer = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
    CapnStruct.Reader root = Serialize.read(buffer, OPTIONS).getRoot(CapnFormat.MODULES);
    StructList.Reader<CapnStruct.Reader> modules =
        root.get(CapnFormat.MODULE_TYPE, CapnFormat.MODULE_LIST);
    StructList.Reader<CapnStruct.Reader> codes =
        root.get(CapnFormat.CODE_TYPE, CapnFormat.CODE_LIST);
    long[] roots = new long[modules.size()];
    int flags = 0;
    for (int i = 0; i < roots.length; i++) {
      int slot = modules.get(i).getInt(0);
      roots[i] = slot;
      flags |= codes.get(CapnFormat.index(slot)).getInt(CapnFormat.CODE_FLAGS);
    }
    return new Loaded(root, modules, roots, flags);
  }

  /** A handle is a slot. */
  private static final class CapnWalk extends HandleWalk {
    private final PrimitiveList.Long.Reader ints;
    private final StructList.Reader<CapnStruct.Reader> longs;
    private final PrimitiveList.Double.Reader floats;
    private final StructList.Reader<CapnStruct.Reader> complexes;
    private final DataList.Reader bytes;
    private final DataList.Reader latin1;
    private final StructList.Reader<CapnStruct.Reader> strs;
    private final ListList.Reader<PrimitiveList.Int.Reader> tuples;
    private final StructList.Reader<CapnStruct.Reader> codes;

    CapnWalk(CapnStruct.Reader root) {
      ints = root.get(PrimitiveList.Long.factory, CapnFormat.INT_LIST);
      longs = root.get(CapnFormat.LONG_TYPE, CapnFormat.LONG_LIST);
      floats = root.get(PrimitiveList.Double.factory, CapnFormat.FLOAT_LIST);
      complexes = root.get(CapnFormat.COMPLEX_TYPE, CapnFormat.COMPLEX_LIST);
      bytes = root.get(CapnFormat.DATA_TYPE, CapnFormat.BYTES_LIST);
      latin1 = root.get(CapnFormat.DATA_TYPE, CapnFormat.LATIN_1_LIST);
      strs = root.get(CapnFormat.STR_TYPE, CapnFormat.STR_LIST);
      tuples = root.get(CapnFormat.TUPLE_TYPE, CapnFormat.TUPLE_LIST);
      codes = root.get(CapnFormat.CODE_TYPE, CapnFormat.CODE_LIST);
    }

    @Override
    void visit(long handle) {
      int kind = CapnFormat.kind((int) handle);
      int index = CapnFormat.index((int) handle);
      switch (kind) {
        case CapnFormat.LATIN_1, CapnFormat.LATIN_1_INTERNED ->
            addData(TypeCode.STR, latin1.get(index));
        case CapnFormat.BYTES -> addData(TypeCode.BYTES, bytes.get(index));
        case CapnFormat.STR -> addStr(strs.get(index).get(PrimitiveList.Int.factory, 0));
        case CapnFormat.TUPLE -> addItems(TypeCode.TUPLE, tuples.get(index));
        case CapnFormat.FROZENSET -> addItems(TypeCode.FROZENSET, tuples.get(index));
        case CapnFormat.CODE -> visitCode(codes.get(index));
        case CapnFormat.INT -> add(TypeCode.INT, ints.get(index));
        case CapnFormat.FLOAT -> add(TypeCode.FLOAT, Double.doubleToRawLongBits(floats.get(index)));
        case CapnFormat.COMPLEX -> {
          CapnStruct.Reader complex = complexes.get(index);
          add(
              TypeCode.COMPLEX,
              Double.doubleToRawLongBits(complex.getDouble(0)),
              Double.doubleToRawLongBits(complex.getDouble(1)));
        }
        case CapnFormat.LONG -> visitLong(longs.get(index));
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
      for (int i = 0; i < CapnFormat.CODE_INTS; i++) {
        add(code.getInt(i));
      }
      for (int i = CapnFormat.CODE_SLOTS - 1; i >= 0; i--) {
        push(code.getInt(CapnFormat.CODE_INTS + i));
      }
    }

    private void visitLong(CapnStruct.Reader value) {
      PrimitiveList.Long.Reader digits = value.get(PrimitiveList.Long.factory, 0);
      add(TypeCode.LONG, value.getBoolean(0) ? 1 : 0, digits.size());
      for (int i = 0; i < digits.size(); i++) {
        add(digits.get(i));
      }
    }
  }
}
