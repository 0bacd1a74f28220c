package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.marshalimage.CodeView;
import org.marshalimage.ImageCursor;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.TypeCode;

/** Our image: mapped, with a view of each module's code. Walks by a cursor. */
class ImagePeer implements Peer {
  private record Mapped(MarshalImage image, List<ImageModule> modules, CodeView[] views, int flags)
      implements Loaded, AutoCloseable {
    @Override
    public int size() {
      return views.length;
    }

    @Override
    public String name(int module) {
      return modules.get(module).name();
    }

    @Override
    public Walk newWalk() {
      return new CursorWalk(image, views);
    }

    @Override
    public void close() {
      image.close();
    }
  }

  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    Files.copy(graph.image(), file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public final Loaded load(Path file) throws IOException {
    return load(MarshalImage.map(file));
  }

  static Loaded load(MarshalImage image) {
    List<ImageModule> modules = image.modules();
    CodeView[] roots = new CodeView[modules.size()];
    int flags = 0;
    for (int i = 0; i < roots.length; i++) {
      roots[i] = modules.get(i).code();
      flags |= roots[i].flags();
    }
    return new Mapped(image, modules, roots, flags);
  }

  private static final class CursorWalk extends Walk.Handles {
    private final ImageCursor cursor;

    CursorWalk(MarshalImage image, CodeView[] roots) {
      super(Stream.of(roots).mapToLong(CodeView::offset).toArray());
      cursor = image.cursor();
    }

    @Override
    void visit(long handle) {
      cursor.moveTo(handle);
      int kind = cursor.kind();
      switch (kind) {
        case TypeCode.STR, TypeCode.BYTES -> {
          int size = cursor.size();
          long values = 0;
          for (int i = 0; i < size; i++) {
            values += cursor.codePointAt(i);
          }
          add(kind, size, values);
        }
        case TypeCode.TUPLE, TypeCode.FROZENSET -> {
          add(kind, cursor.size());
          pushSlots();
        }
        case TypeCode.CODE -> {
          add(kind);
          // Its numbers lie one behind the other.
          for (int i = 0; i < Node.Code.NUMBERS; i++) {
            add(cursor.codeField(CodeLayout.ARG_COUNT_OFFSET + i * Integer.BYTES));
          }
          pushSlots();
        }
        case TypeCode.INT -> add(TypeCode.INT, cursor.longValue());
        case TypeCode.LONG -> {
          add(TypeCode.LONG, cursor.longFlags() != 0 ? 1 : 0, cursor.size());
          for (int i = 0; i < cursor.size(); i++) {
            add(cursor.digit(i));
          }
        }
        case TypeCode.FLOAT -> add(TypeCode.FLOAT, cursor.longValue());
        case TypeCode.COMPLEX -> add(TypeCode.COMPLEX, cursor.longValue(), cursor.imaginaryBits());
        default -> add(kind);
      }
    }

    private void pushSlots() {
      for (int i = cursor.slotCount() - 1; i >= 0; i--) {
        push(cursor.slot(i));
      }
    }
  }
}
