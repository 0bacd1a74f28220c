package org.marshalimage.jython;

import java.util.function.Function;
import org.marshalimage.StrView;
import org.marshalimage.format.TypeCode;
import org.python.core.PyString;
import org.python.core.PyUnicode;

/** Makes Jython's strings: its str of bytes objects, its unicode of str objects. */
final class StringMaker implements Function<StrView, PyString> {
  @Override
  public PyString apply(StrView view) {
    String text = view.toString();
    if (view.kind() == TypeCode.BYTES) {
      // Most are names, which must be interned; and the constructor would look at each char.
      return PyString.fromInterned(text.intern());
    }
    // One char for each code point: then the constructor need not look for surrogates, of which it
    // refuses those that are unpaired.
    return new PyUnicode(text, text.length() == view.length());
  }
}
