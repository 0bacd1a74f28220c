package org.marshalimage.jmh;

import java.math.BigInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.marshalimage.BytesView;
import org.marshalimage.CodeView;
import org.marshalimage.ComplexView;
import org.marshalimage.DictView;
import org.marshalimage.FloatView;
import org.marshalimage.ImageObject;
import org.marshalimage.IntView;
import org.marshalimage.ListView;
import org.marshalimage.MarshalImage;
import org.marshalimage.SetView;
import org.marshalimage.SliceView;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.marshalimage.format.TypeCode;

/** Visits and reads the same as {@link CursorWalk}, by views. */
final class ViewWalk {
  private final CursorWalk.SeenObjects seen;
  private final ImageObject[] stack;
  private int depth;
  private long sum;

  ViewWalk(MarshalImage image) {
    seen = new CursorWalk.SeenObjects(image);
    stack = new ImageObject[(int) image.info().objects()];
  }

  void reset() {
    seen.clear();
  }

  /** Visits what has not been seen before. */
  long walk(ImageObject root) {
    push(root);
    sum = 0;
    while (depth > 0) {
      visit(stack[--depth]);
    }
    return sum;
  }

  private void visit(ImageObject object) {
    sum += object.kind();
    if (object instanceof StrView str) {
      for (int i = 0; i < str.length(); i++) {
        sum += str.codePointAt(i);
      }
    } else if (object instanceof TupleView tuple) {
      followAll(tuple.size(), tuple::get);
    } else if (object instanceof BytesView bytes) {
      for (int i = 0; i < bytes.length(); i++) {
        sum += bytes.byteAt(i) & 0xFF;
      }
    } else if (object instanceof CodeView code) {
      visitCode(code);
    } else if (object instanceof IntView value) {
      visitInt(value);
    } else if (object instanceof FloatView value) {
      sum += value.bits();
    } else if (object instanceof ComplexView value) {
      sum += value.realBits() + value.imaginaryBits();
    } else if (object instanceof ListView list) {
      followAll(list.size(), list::get);
    } else if (object instanceof SetView set) {
      followAll(set.size(), set::get);
    } else if (object instanceof DictView dict) {
      for (int i = 0; i < dict.size(); i++) {
        follow(dict.key(i));
        follow(dict.value(i));
      }
    } else if (object instanceof SliceView slice) {
      follow(slice.start());
      follow(slice.stop());
      follow(slice.step());
    }
  }

  private void visitCode(CodeView code) {
    follow(code.code());
    follow(code.consts());
    follow(code.names());
    follow(code.localNames());
    StrView qualName = code.qualName();
    if (qualName == null) {
      follow(code.freevars());
      follow(code.cellvars());
    } else {
      follow(qualName);
      follow(code.localKinds());
      follow(code.exceptionTable());
    }
    follow(code.filename());
    follow(code.name());
    follow(code.lineTable());
  }

  private void visitInt(IntView value) {
    if (value.kind() == TypeCode.INT) {
      sum += value.longValue();
      return;
    }
    BigInteger rest = value.bigValue().abs();
    for (; rest.signum() != 0; rest = rest.shiftRight(Long.SIZE)) {
      sum += rest.longValue();
    }
  }

  private void followAll(int size, IntFunction<ImageObject> items) {
    for (int i = 0; i < size; i++) {
      follow(items.apply(i));
    }
  }

  private void follow(@Nullable ImageObject target) {
    if (target != null) {
      sum += target.offset();
      push(target);
    }
  }

  private void push(ImageObject object) {
    if (seen.add(object.offset())) {
      stack[depth++] = object;
    }
  }
}
