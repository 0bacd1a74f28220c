package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.marshalimage.format.TypeCode;

/** FlatBuffers: the file is mapped and read where it lies. */
final class FlatPeer extends HandlePeer {
  private record Loaded(FlatTable modules, long[] roots, int flags) implements Mapped {
    @Override
    public String name(int module) {
      FlatTable table = new FlatTable();
      table.moveTo(modules, FlatTable.MODULES_MODULES, module);
      return table.string(FlatTable.MODULE_NAME);
    }

    @Override
    public HandleWalk newWalk() {
      return new FlatWalk(modules.getByteBuffer());
    }
  }

  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    Files.write(file, FlatWriter.write(graph));
  }

  @Override
  public Object load(Path file) throws IOException {
    ByteBuffer buffer;
    try (FileChannel channel = FileChannel.open(file)) {
      buffer = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
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
    return new Loaded(modules, roots, flags);
  }

  /** A handle is a type in the upper half and a position in the lower. */
  private static final class FlatWalk extends HandleWalk {
    private final ByteBuffer buffer;
    private final FlatTable table = new FlatTable();
    private final FlatTable bytes = new FlatTable();

    FlatWalk(ByteBuffer buffer) {
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
        case TypeCode.FLOAT -> add(TypeCode.FLOAT, buffer.getLong(position));
        case TypeCode.COMPLEX ->
            add(TypeCode.COMPLEX, buffer.getLong(position), buffer.getLong(position + Long.BYTES));
        case TypeCode.LONG -> visitLong(position);
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
      int at = table.vector(FlatTable.STR_CODE_POINTS);
      int length = table.vectorLength(FlatTable.STR_CODE_POINTS);
      int end = at + length;
      long sum = 0;
      switch (width) {
        case Byte.BYTES:
          for (; at < end; at++) {
            sum += buffer.get(at) & 0xFF;
          }
          break;
        case Short.BYTES:
          for (; at < end; at += Short.BYTES) {
            sum += buffer.getChar(at);
          }
          break;
        default:
          for (; at < end; at += Integer.BYTES) {
            sum += buffer.getInt(at);
          }
          break;
      }
      add(TypeCode.STR, length / width, sum);
    }

    private void visitLong(int position) {
      table.moveTo(position, buffer);
      int digits = table.vector(FlatTable.LONG_DIGITS);
      int size = table.vectorLength(FlatTable.LONG_DIGITS);
      add(TypeCode.LONG, table.byteAt(FlatTable.LONG_IS_NEGATIVE) != 0 ? 1 : 0, size);
      for (int i = 0; i < size; i++) {
        add(buffer.getLong(digits + i * Long.BYTES));
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
      for (int i = 0; i < FlatTable.CODE_CODE; i++) {
        add(table.intAt(i));
      }
      pushField(TypeCode.BYTES, FlatTable.CODE_LINE_TABLE);
      pushUnion(FlatTable.CODE_QUAL_NAME);
      pushUnion(FlatTable.CODE_NAME);
      pushUnion(FlatTable.CODE_FILENAME);
      pushField(TypeCode.BYTES, FlatTable.CODE_EXCEPTION_TABLE);
      pushField(TypeCode.BYTES, FlatTable.CODE_LOCAL_KINDS);
      pushField(TypeCode.TUPLE, FlatTable.CODE_LOCAL_NAMES);
      pushField(TypeCode.TUPLE, FlatTable.CODE_NAMES);
      pushField(TypeCode.TUPLE, FlatTable.CODE_CONSTS);
      pushField(TypeCode.BYTES, FlatTable.CODE_CODE);
    }

    private void pushField(int type, int field) {
      push(handle(type, table.target(field)));
    }

    private void pushUnion(int field) {
      push(handle(table.byteAt(field - 1), table.target(field)));
    }
  }
}
