package org.marshalimage.jython;

import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.python.core.Py;
import org.python.core.PyDictionary;
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
    return Py.java2py(map(weak));
  }

  private static <T> ConcurrentMap<T, T> map(String weak) {
    MapMaker maker = new MapMaker();
    return weak.equals(KEYS) ? maker.weakKeys().makeMap() : maker.weakValues().makeMap();
  }

  /** Returns an empty dict over such a map. */
  static PyDictionary dict(String weak) {
    return new PyDictionary(WeakMaps.<PyObject>map(weak), true);
  }

  /** Tells whose references a dict's map has weak ones of; null if none. */
  static @Nullable String weakOf(PyDictionary dict) {
    Object map = dict.getMap();
    if (!map.getClass().getSimpleName().equals("MapMakerInternalMap")) {
      return null;
    }
    String entries =
        BuiltinNames.Fields.get(map.getClass(), "entryHelper", map).getClass().getName();
    return entries.contains("WeakKeyStrongValue")
        ? KEYS
        : entries.contains("StrongKeyWeakValue") ? VALUES : null;
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
