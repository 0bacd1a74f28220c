package org.marshalimage.cli;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.marshalimage.BytesView;
import org.marshalimage.CodeView;
import org.marshalimage.ComplexView;
import org.marshalimage.DictView;
import org.marshalimage.ExternalView;
import org.marshalimage.FloatView;
import org.marshalimage.ImageObject;
import org.marshalimage.IntView;
import org.marshalimage.ListView;
import org.marshalimage.RecordView;
import org.marshalimage.SetView;
import org.marshalimage.SliceView;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.marshalimage.compare.ShortRepr;
import org.marshalimage.format.Kind;
import org.marshalimage.format.ObjectLayout;

/** Writes objects of an image as Python's {@code repr} does, but short. */
final class ConstantRepr extends ShortRepr<ImageObject> {
  private ConstantRepr(boolean python2, int limit) {
    super(python2, limit);
  }

  /**
   * Writes an object.
   *
   * @param object any object
   * @param python2 whether to write as Python 2 does: {@code 'x'} and {@code u'x'}, not {@code
   *     b'x'} and {@code 'x'}
   * @param limit most chars of the result, at least 3
   * @return one line, which ends in three dots if it was cut
   * @throws org.marshalimage.format.CorruptImageException if the image is damaged there
   */
  static String of(ImageObject object, boolean python2, int limit) {
    return new ConstantRepr(python2, limit).write(object);
  }

  /**
   * Writes a name: its text as it is, but for what does not print.
   *
   * @param name a str, or of Python 2 a bytes object
   * @param limit most chars of the result, at least 3
   * @return one line, which ends in three dots if it was cut
   */
  static String ofName(ImageObject name, int limit) {
    return new ConstantRepr(false, limit).writeName(name);
  }

  @Override
  protected Kind kind(ImageObject object) {
    return Kind.of(object.kind());
  }

  @Override
  protected int size(ImageObject object) {
    if (object instanceof TupleView tuple) {
      return tuple.size();
    } else if (object instanceof ListView list) {
      return list.size();
    } else if (object instanceof SetView set) {
      return set.size();
    } else if (object instanceof DictView dict) {
      return Math.multiplyExact(2, dict.size());
    } else if (object instanceof RecordView record) {
      return record.slotCount();
    } else if (object instanceof StrView str) {
      return str.length();
    } else if (object instanceof BytesView bytes) {
      return bytes.length();
    }
    return ObjectLayout.SLICE_SLOTS;
  }

  @Override
  protected @Nullable ImageObject item(ImageObject object, int index) {
    if (object instanceof TupleView tuple) {
      return tuple.get(index);
    } else if (object instanceof ListView list) {
      return list.get(index);
    } else if (object instanceof SetView set) {
      return set.get(index);
    } else if (object instanceof DictView dict) {
      return index % 2 == 0 ? dict.key(index / 2) : dict.value(index / 2);
    } else if (object instanceof RecordView record) {
      return record.slot(index);
    }
    SliceView slice = (SliceView) object;
    return index == 0 ? slice.start() : index == 1 ? slice.stop() : slice.step();
  }

  @Override
  protected int unit(ImageObject object, int index) {
    return object instanceof StrView str
        ? str.codePointAt(index)
        : ((BytesView) object).byteAt(index) & 0xFF;
  }

  @Override
  protected BigInteger integer(ImageObject object) {
    return ((IntView) object).bigValue();
  }

  @Override
  protected boolean isPython2Long(ImageObject object) {
    return ((IntView) object).isPython2Long();
  }

  @Override
  protected double real(ImageObject object) {
    return object instanceof FloatView number
        ? number.doubleValue()
        : ((ComplexView) object).real();
  }

  @Override
  protected double imaginary(ImageObject object) {
    return ((ComplexView) object).imaginary();
  }

  @Override
  protected String name(ImageObject object) {
    return object instanceof RecordView record
        ? record.recordType().name()
        : ((ExternalView) object).name();
  }

  @Override
  protected ImageObject codeName(ImageObject object) {
    return ((CodeView) object).name();
  }

  @Override
  protected int firstLine(ImageObject object) {
    return ((CodeView) object).firstLine();
  }
}
