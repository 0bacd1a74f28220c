package org.marshalimage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.TypeCode;

/** Walks graphs in the two ways that the API has. */
public final class Walks {
  private Walks() {}

  /** Shows every object once, by views. */
  public static void views(ImageObject root, Consumer<ImageObject> visitor) {
    Set<Long> seen = new HashSet<>();
    Deque<ImageObject> stack = new ArrayDeque<>();
    stack.push(root);
    while (!stack.isEmpty()) {
      ImageObject object = stack.pop();
      if (seen.add(object.offset())) {
        visitor.accept(object);
        pushChildren(object, stack);
      }
    }
  }

  private static void pushChildren(ImageObject object, Deque<ImageObject> stack) {
    if (object instanceof TupleView tuple) {
      for (int i = 0; i < tuple.size(); i++) {
        stack.push(tuple.get(i));
      }
    } else if (object instanceof ListView list) {
      for (int i = 0; i < list.size(); i++) {
        stack.push(list.get(i));
      }
    } else if (object instanceof SetView set) {
      for (int i = 0; i < set.size(); i++) {
        stack.push(set.get(i));
      }
    } else if (object instanceof DictView dict) {
      for (int i = 0; i < dict.size(); i++) {
        stack.push(dict.key(i));
        stack.push(dict.value(i));
      }
    } else if (object instanceof SliceView slice) {
      stack.push(slice.start());
      stack.push(slice.stop());
      stack.push(slice.step());
    } else if (object instanceof RecordView record) {
      for (int i = 0; i < record.slotCount(); i++) {
        pushPresent(record.slot(i), stack);
      }
    } else if (object instanceof CodeView code) {
      stack.push(code.code());
      stack.push(code.consts());
      stack.push(code.names());
      stack.push(code.localNames());
      stack.push(code.name());
      stack.push(code.filename());
      stack.push(code.lineTable());
      StrView qualName = code.qualName();
      if (qualName != null) {
        stack.push(qualName);
        pushPresent(code.localKinds(), stack);
        pushPresent(code.exceptionTable(), stack);
      } else {
        stack.push(code.freevars());
        stack.push(code.cellvars());
      }
    }
  }

  /**
   * What may be missing is asked for once: of a file that is being cut it may be gone next time.
   */
  private static void pushPresent(@Nullable ImageObject object, Deque<ImageObject> stack) {
    if (object != null) {
      stack.push(object);
    }
  }

  /** Reads every object and every byte of every string once, by cursor; returns the objects met. */
  static long cursor(MarshalImage image, long root) {
    ImageCursor cursor = image.cursor();
    Set<Long> seen = new HashSet<>();
    Deque<Long> stack = new ArrayDeque<>();
    stack.push(root);
    while (!stack.isEmpty()) {
      long offset = stack.pop();
      if (!seen.add(offset)) {
        continue;
      }
      cursor.moveTo(offset);
      if (cursor.kind() == TypeCode.STR || cursor.kind() == TypeCode.BYTES) {
        for (int i = 0; i < cursor.size(); i++) {
          cursor.codePointAt(i);
        }
      }
      for (int i = 0; i < cursor.slotCount(); i++) {
        long target = cursor.slot(i);
        if (target != 0) {
          stack.push(target);
        }
      }
    }
    return seen.size();
  }
}
