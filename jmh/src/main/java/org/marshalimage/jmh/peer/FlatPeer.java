package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.marshalimage.format.TypeCode;

/** FlatBuffers: the file is mapped and read where it lies. */
final class FlatPeer implements Peer {
  private record Loaded(FlatFormat.Modules modules, long[] roots, int flags) {}

  @Override
  public String name() {
    return "flatbuffers";
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
    FlatFormat.Modules modules = FlatFormat.Modules.root(buffer);
    FlatFormat.Module module = new FlatFormat.Module();
    FlatFormat.Code code = new FlatFormat.Code();
    long[] roots = new long[modules.count()];
    int flags = 0;
    for (int i = 0; i < roots.length; i++) {
      modules.moveTo(module, i);
      code.moveTo(module.root(), buffer);
      roots[i] = FlatWalk.handle(module.rootType(), module.root());
      flags |= code.intAt(FlatFormat.Code.FLAGS);
    }
    return new Loaded(modules, roots, flags);
  }

  @Override
  public long walk(Object loaded) {
    Loaded state = (Loaded) loaded;
    FlatWalk walk = new FlatWalk(state.modules.getByteBuffer());
    FlatFormat.Module module = new FlatFormat.Module();
    for (int i = 0; i < state.roots.length; i++) {
      state.modules.moveTo(module, i);
      walk.addName(module.name());
      walk.walk(state.roots[i]);
    }
    return walk.sum();
  }

  @Override
  public int objects(Object loaded) {
    Loaded state = (Loaded) loaded;
    return new FlatWalk(state.modules.getByteBuffer()).count(state.roots);
  }

  /** A handle is a type in the upper half and a position in the lower. */
  private static final class FlatWalk extends HandleWalk {
    private final ByteBuffer buffer;
    private final FlatFormat.Code code = new FlatFormat.Code();
    private final FlatFormat.Tuple tuple = new FlatFormat.Tuple();
    private final FlatFormat.Bytes bytes = new FlatFormat.Bytes();
    private final FlatFormat.Str str = new FlatFormat.Str();
    private final FlatFormat.Long bigInt = new FlatFormat.Long();

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
        case TypeCode.ASCII:
        case TypeCode.ASCII_INTERNED:
          addBytes(TypeCode.STR, position);
          break;
        case TypeCode.BYTES:
          addBytes(TypeCode.BYTES, position);
          break;
        case TypeCode.STR:
          str.moveTo(position, buffer);
          addText(type, str.length(), str.sumOfCodePoints());
          break;
        case TypeCode.TUPLE:
        case TypeCode.FROZENSET:
          visitTuple(type, position);
          break;
        case TypeCode.CODE:
          visitCode(position);
          break;
        case TypeCode.INT:
          addInt(buffer.getLong(position));
          break;
        case TypeCode.FLOAT:
          addFloat(buffer.getLong(position));
          break;
        case TypeCode.COMPLEX:
          addComplex(buffer.getLong(position), buffer.getLong(position + Long.BYTES));
          break;
        case TypeCode.LONG:
          bigInt.moveTo(position, buffer);
          addLong(bigInt.isNegative(), bigInt.size());
          for (int i = 0; i < bigInt.size(); i++) {
            add(bigInt.digit(i));
          }
          break;
        default:
          add(type);
          break;
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
      addText(kind, length, values);
    }

    private void visitTuple(int type, int position) {
      tuple.moveTo(position, buffer);
      int size = tuple.size();
      addTuple(type, size);
      int types = tuple.itemsType();
      int items = tuple.items();
      for (int i = size - 1; i >= 0; i--) {
        int slot = items + i * Integer.BYTES;
        int distance = buffer.getInt(slot);
        int itemType = buffer.get(types + i) & 0xFF;
        int target = distance == 0 ? 0 : slot + distance;
        if (itemType == TypeCode.BYTES) {
          bytes.moveTo(target, buffer);
          target = bytes.data();
        }
        push(handle(itemType, target));
      }
    }

    private void visitCode(int position) {
      code.moveTo(position, buffer);
      addCode(
          code.intAt(FlatFormat.Code.ARG_COUNT),
          code.intAt(FlatFormat.Code.POS_ONLY_ARG_COUNT),
          code.intAt(FlatFormat.Code.KW_ONLY_ARG_COUNT),
          code.intAt(FlatFormat.Code.LOCAL_COUNT),
          code.intAt(FlatFormat.Code.STACK_SIZE),
          code.intAt(FlatFormat.Code.FLAGS),
          code.intAt(FlatFormat.Code.FIRST_LINE));
      pushField(TypeCode.BYTES, FlatFormat.Code.LINE_TABLE);
      pushUnion(FlatFormat.Code.QUAL_NAME_TYPE, FlatFormat.Code.QUAL_NAME);
      pushUnion(FlatFormat.Code.NAME_TYPE, FlatFormat.Code.NAME);
      pushUnion(FlatFormat.Code.FILENAME_TYPE, FlatFormat.Code.FILENAME);
      pushField(TypeCode.BYTES, FlatFormat.Code.EXCEPTION_TABLE);
      pushField(TypeCode.BYTES, FlatFormat.Code.LOCAL_KINDS);
      pushField(TypeCode.TUPLE, FlatFormat.Code.LOCAL_NAMES);
      pushField(TypeCode.TUPLE, FlatFormat.Code.NAMES);
      pushField(TypeCode.TUPLE, FlatFormat.Code.CONSTS);
      pushField(TypeCode.BYTES, FlatFormat.Code.CODE);
    }

    private void pushField(int type, int field) {
      push(handle(type, code.target(field)));
    }

    private void pushUnion(int typeField, int field) {
      push(handle(code.byteAt(typeField), code.target(field)));
    }
  }
}
