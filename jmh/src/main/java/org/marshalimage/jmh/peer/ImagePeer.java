package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.marshalimage.CodeView;
import org.marshalimage.ImageCursor;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.TypeCode;

/** Our image: mapped, with a view of each module's code. Walks by a cursor. */
final class ImagePeer implements Peer {
  private record Loaded(MarshalImage image, CodeView[] roots, int flags) implements AutoCloseable {
    long[] handles() {
      long[] handles = new long[roots.length];
      for (int i = 0; i < handles.length; i++) {
        handles[i] = roots[i].offset();
      }
      return handles;
    }

    @Override
    public void close() {
      image.close();
    }
  }

  @Override
  public String name() {
    return Peers.IMAGE;
  }

  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    Files.copy(graph.image(), file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public Object load(Path file) throws IOException {
    MarshalImage image = MarshalImage.map(file);
    List<ImageModule> modules = image.modules();
    CodeView[] roots = new CodeView[modules.size()];
    int flags = 0;
    for (int i = 0; i < roots.length; i++) {
      roots[i] = modules.get(i).code();
      flags |= roots[i].flags();
    }
    return new Loaded(image, roots, flags);
  }

  @Override
  public long walk(Object loaded) {
    Loaded state = (Loaded) loaded;
    CursorWalk walk = new CursorWalk(state.image.cursor());
    List<ImageModule> modules = state.image.modules();
    for (int i = 0; i < state.roots.length; i++) {
      walk.addName(modules.get(i).name());
      walk.walk(state.roots[i].offset());
    }
    return walk.sum();
  }

  @Override
  public int objects(Object loaded) {
    Loaded state = (Loaded) loaded;
    return new CursorWalk(state.image.cursor()).count(state.handles());
  }

  /** A handle is an offset. */
  private static final class CursorWalk extends HandleWalk {
    private final ImageCursor cursor;

    CursorWalk(ImageCursor cursor) {
      this.cursor = cursor;
    }

    @Override
    void visit(long handle) {
      cursor.moveTo(handle);
      int kind = cursor.kind();
      switch (kind) {
        case TypeCode.STR:
        case TypeCode.BYTES:
          int size = cursor.size();
          long values = 0;
          for (int i = 0; i < size; i++) {
            values += cursor.codePointAt(i);
          }
          addText(kind, size, values);
          break;
        case TypeCode.TUPLE:
        case TypeCode.FROZENSET:
          addTuple(kind, cursor.size());
          pushSlots();
          break;
        case TypeCode.CODE:
          addCode(
              cursor.codeField(CodeLayout.ARG_COUNT_OFFSET),
              cursor.codeField(CodeLayout.POS_ONLY_ARG_COUNT_OFFSET),
              cursor.codeField(CodeLayout.KW_ONLY_ARG_COUNT_OFFSET),
              cursor.codeField(CodeLayout.LOCAL_COUNT_OFFSET),
              cursor.codeField(CodeLayout.STACK_SIZE_OFFSET),
              cursor.codeField(CodeLayout.FLAGS_OFFSET),
              cursor.codeField(CodeLayout.FIRST_LINE_OFFSET));
          pushSlots();
          break;
        case TypeCode.INT:
          addInt(cursor.longValue());
          break;
        case TypeCode.LONG:
          addLong(cursor.longFlags() != 0, cursor.size());
          for (int i = 0; i < cursor.size(); i++) {
            add(cursor.digit(i));
          }
          break;
        case TypeCode.FLOAT:
          addFloat(cursor.longValue());
          break;
        case TypeCode.COMPLEX:
          addComplex(cursor.longValue(), cursor.imaginaryBits());
          break;
        default:
          add(kind);
          break;
      }
    }

    private void pushSlots() {
      for (int i = cursor.slotCount() - 1; i >= 0; i--) {
        push(cursor.slot(i));
      }
    }
  }
}
