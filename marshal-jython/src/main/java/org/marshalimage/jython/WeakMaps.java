package org.marshalimage.jython;

import java.util.Map;
import org.python.core.Py;
import org.python.core.PyObject;
import org.python.core.PyType;
import org.python.google.common.collect.MapMaker;
import org.python.modules._jythonlib.dict_builder;

/** Makes the maps of weak references that Jython's module {@code weakref} has dicts of. */
final class WeakMaps extends PyObject {
  static final String KEYS = "keys";
  static final String VALUES = "values";

  private final String weak;

  private WeakMaps(String weak) {
    super(PyObject.TYPE);
    this.weak = weak;
  }

  /** Returns what makes dicts of a type over maps whose keys, or values, are weak. */
  static PyObject builder(String weak, PyType type) {
    return new dict_builder(new WeakMaps(weak), type);
  }

  /** Makes a map. */
  @Override
  public PyObject __call__(PyObject[] args, String[] keywords) {
    MapMaker maker = new MapMaker();
    Map<Object, Object> map =
        weak.equals(KEYS) ? maker.weakKeys().makeMap() : maker.weakValues().makeMap();
    return Py.java2py(map);
  }

  @Override
  public PyObject __call__() {
    return __call__(Py.EmptyObjects, Py.NoKeywords);
  }

  /** Tells whose references are weak, for who makes a snapshot of a snapshot. */
  @Override
  public String toString() {
    return weak.equals(KEYS) ? "keyStrength=weak" : "valueStrength=weak";
  }
}
