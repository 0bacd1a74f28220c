package org.marshalimage.jython;

import java.util.function.Function;
import org.marshalimage.ComplexView;
import org.marshalimage.FloatView;
import org.marshalimage.ImageObject;
import org.marshalimage.IntView;
import org.marshalimage.SetView;
import org.marshalimage.TupleView;
import org.marshalimage.format.TypeCode;
import org.python.core.Py;
import org.python.core.PyComplex;
import org.python.core.PyFloat;
import org.python.core.PyFrozenSet;
import org.python.core.PyObject;
import org.python.core.PyTuple;

/** Makes Jython's objects of constants that are neither strings nor code. */
final class ObjectMaker implements Function<ImageObject, PyObject> {
  private final MappedLibrary library;

  ObjectMaker(MappedLibrary library) {
    this.library = library;
  }

  @Override
  public PyObject apply(ImageObject view) {
    if (view instanceof IntView number) {
      // An int that a machine word cannot hold is a long to Python 2, whatever wrote the image.
      return number.isPython2Long() || !number.isLong()
          ? Py.newLong(number.bigValue())
          : Py.newInteger(number.longValue());
    }
    if (view instanceof FloatView number) {
      return new PyFloat(number.doubleValue());
    }
    if (view instanceof ComplexView number) {
      return new PyComplex(number.real(), number.imaginary());
    }
    if (view instanceof TupleView tuple) {
      return new PyTuple(library.items(tuple));
    }
    if (view instanceof SetView set && set.isFrozen()) {
      PyObject[] items = new PyObject[set.size()];
      for (int i = 0; i < items.length; i++) {
        items[i] = library.object(set.get(i));
      }
      return new PyFrozenSet(new PyTuple(items));
    }
    return singleton(view);
  }

  private PyObject singleton(ImageObject view) {
    return switch (view.kind()) {
      case TypeCode.NONE -> Py.None;
      case TypeCode.TRUE -> Py.True;
      case TypeCode.FALSE -> Py.False;
      case TypeCode.ELLIPSIS -> Py.Ellipsis;
      case TypeCode.STOP_ITERATION -> Py.StopIteration;
      default ->
          throw new IllegalArgumentException(
              "no constant of Python 2.7: found="
                  + TypeCode.nameOf(view.kind())
                  + ", offset=0x"
                  + Long.toHexString(view.offset())
                  + ", image="
                  + library.image().path());
    };
  }
}
