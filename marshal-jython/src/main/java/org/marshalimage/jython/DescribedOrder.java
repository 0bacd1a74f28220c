package org.marshalimage.jython;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.python.core.AbstractDict;
import org.python.core.Py;
import org.python.core.PyBaseCode;
import org.python.core.PyFloat;
import org.python.core.PyFunction;
import org.python.core.PyInteger;
import org.python.core.PyJavaType;
import org.python.core.PyLong;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.PyTuple;
import org.python.core.PyType;

/** In which order, and under which names, a describer gives what Jython keeps by addresses. */
final class DescribedOrder {
  private DescribedOrder() {}

  /**
   * Returns what a dict has in an order that two processes have alike: its own, or another one if
   * that goes by addresses. When the dict is made again, it has the order of the process that it is
   * made in.
   */
  static List<Map.Entry<?, PyObject>> inOrder(AbstractDict dict) {
    List<Map.Entry<?, PyObject>> entries = new ArrayList<>(dict.getMap().entrySet());
    if (!entries.stream().allMatch(entry -> HashOrder.isPlain(entry.getKey()))) {
      entries.sort(Comparator.comparing(entry -> order(entry.getKey())));
    }
    return entries;
  }

  static PyTuple inOrder(PyObject set) {
    List<PyObject> items = new ArrayList<>();
    set.asIterable().forEach(items::add);
    if (!items.stream().allMatch(HashOrder::isPlain)) {
      items.sort(Comparator.comparing(DescribedOrder::order));
    }
    return new PyTuple(items.toArray(new PyObject[0]));
  }

  private static String order(Object key) {
    if (key instanceof PyType type) {
      return type.fastGetName();
    }
    if (key instanceof PyTuple tuple) {
      StringBuilder text = new StringBuilder();
      for (PyObject each : tuple.getArray()) {
        text.append(order(each)).append(',');
      }
      return text.toString();
    }
    if (key instanceof PyObject python
        && python.getType() instanceof PyJavaType
        && python.__tojava__(Object.class) instanceof Enum<?> constant) {
      return constant.name();
    }
    boolean isPlain =
        key instanceof String
            || key instanceof PyString
            || key instanceof PyInteger
            || key instanceof PyLong
            || key instanceof PyFloat
            || key == Py.None;
    return isPlain ? key.toString() : "~" + key.getClass().getName() + name(key);
  }

  /** What code, a function or an instance is called, as a logger is; nothing if it is not. */
  private static String name(Object key) {
    if (key instanceof PyBaseCode code) {
      return code.co_filename + code.co_firstlineno + code.co_name;
    }
    if (key instanceof PyFunction function) {
      return function.__module__ + function.__name__;
    }
    PyObject names = key instanceof PyObject python ? python.fastGetDict() : null;
    PyObject name = names instanceof PyStringMap ? names.__finditem__("name") : null;
    return name instanceof PyString ? name.toString() : "";
  }

  static String edge(Object key) {
    return key instanceof String text ? "'" + text + "'" : shown((PyObject) key);
  }

  private static String shown(PyObject key) {
    if (key instanceof PyString || key instanceof PyInteger) {
      return key.__repr__().toString();
    }
    return key instanceof PyType type ? type.fastGetName() : "…";
  }
}
