package org.marshalimage.jython;

import java.util.function.Function;
import org.marshalimage.StrView;
import org.marshalimage.format.TypeCode;
import org.python.core.PyString;
import org.python.core.PyUnicode;
import org.python.core.__builtin__;

/** Makes Jython's strings: its str of bytes objects, its unicode of str objects. */
final class StringMaker implements Function<StrView, PyString> {
  private final boolean isOfState;

  /**
   * Makes a maker.
   *
   * @param isOfState whether the strings are those of a program's state, which may be what {@code
   *     intern} has returned before: they are what it returns now
   */
  StringMaker(boolean isOfState) {
    this.isOfState = isOfState;
  }

  @Override
  public PyString apply(StrView view) {
    String text = view.toString();
    if (view.kind() == TypeCode.BYTES) {
      // Most are names, which must be interned; and the constructor would look at each char.
      PyString made = PyString.fromInterned(text.intern());
      return isOfState ? __builtin__.intern(made) : made;
    }
    // One char for each code point: then the constructor need not look for surrogates, of which it
    // refuses those that are unpaired.
    return new PyUnicode(text, text.length() == view.length());
  }
}
