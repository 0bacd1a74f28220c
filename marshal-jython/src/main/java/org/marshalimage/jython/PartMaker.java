package org.marshalimage.jython;

import java.util.Collections;
import java.util.List;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.python.core.Py;
import org.python.core.PyDictionary;
import org.python.core.PyObject;
import org.python.core.PyProperty;
import org.python.core.PyPropertyDerived;
import org.python.core.PySetDerived;
import org.python.core.PyTuple;
import org.python.core.PyType;
import org.python.modules._collections.PyDeque;
import org.python.modules._collections.PyDequeDerived;
import org.python.modules._json.Scanner;
import org.python.modules._threading.Lock;
import org.python.modules._threading.RLock;
import org.python.modules._weakref.ReferenceType;
import org.python.modules._weakref.WeakrefModule;
import org.python.modules.random.PyRandom;
import org.python.modules.random.PyRandomDerived;
import org.python.modules.sre.PatternObject;
import org.python.modules.thread.PyLocal;
import org.python.modules.thread.PyLocalDerived;
import org.python.modules.thread.PyLock;

/** Makes those of Jython's objects that {@link PartDescriber} and {@link CallDescriber} tell of. */
final class PartMaker {
  /** Kinds of weak references. */
  static final String REFERENCE = "ref";

  static final String PROXY = "proxy";

  private PartMaker() {}

  static PyObject property(PyType type) {
    return type == PyProperty.TYPE ? new PyProperty() : new PyPropertyDerived(type);
  }

  static PyObject weakSet(PyType type) {
    return new PySetDerived(
        type,
        Collections.newSetFromMap(
            Collections.synchronizedMap(new WeakHashMap<PyObject, Boolean>())),
        null);
  }

  static PyObject local(PyType type) {
    return type == PyLocal.TYPE ? type.__call__() : new PyLocalDerived(type);
  }

  static PyObject random(PyType type) {
    return type == PyRandom.TYPE ? new PyRandom() : new PyRandomDerived(type);
  }

  static PyObject lock(String name) {
    return switch (name) {
      case "thread" -> new PyLock();
      case "Lock" -> new Lock();
      case "RLock" -> new RLock();
      default -> throw new IllegalArgumentException("no such lock: found=" + name);
    };
  }

  /** Calls with values by keyword, too. */
  static PyObject call(PyObject callable, PyObject[] arguments, PyDictionary byName) {
    PyObject[] all = new PyObject[arguments.length + byName.size()];
    String[] keywords = new String[byName.size()];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    int index = 0;
    for (PyObject key : byName.getMap().keySet()) {
      keywords[index] = key.toString().intern();
      all[arguments.length + index] = byName.getMap().get(key);
      index++;
    }
    return callable.__call__(all, keywords);
  }

  /** An empty one. */
  static PyObject deque(PyType type, @Nullable PyObject maxlen) {
    PyDeque made = type == PyDeque.TYPE ? new PyDeque() : new PyDequeDerived(type);
    made.deque___init__(
        new PyObject[] {new PyTuple(), maxlen == null ? Py.None : maxlen}, Py.NoKeywords);
    return made;
  }

  static PyObject weak(String kind, PyObject target, @Nullable PyObject callback) {
    PyObject called = callback == null ? Py.None : callback;
    return switch (kind) {
      case REFERENCE -> PyType.fromClass(ReferenceType.class).__call__(target, called);
      case PROXY -> WeakrefModule.proxy(target, called);
      default -> throw new IllegalArgumentException("no such reference: found=" + kind);
    };
  }

  /** Matches again. */
  static PyObject match(PatternObject pattern, String method, PyObject[] arguments) {
    return switch (method) {
      case "match" -> pattern.match(arguments, Py.NoKeywords);
      case "search" -> pattern.search(arguments, Py.NoKeywords);
      default -> throw new IllegalArgumentException("no such method: found=" + method);
    };
  }

  /** What reads JSON, with the parts that its decoder has. */
  static PyObject scanner(PyObject[] parts) {
    return new Scanner(new ScannerContext(parts));
  }

  /** What a scanner asks its decoder for when it is made. */
  private static final class ScannerContext extends PyObject {
    private static final List<String> NAMES =
        List.of(
            "encoding",
            "strict",
            "object_hook",
            "object_pairs_hook",
            "parse_float",
            "parse_int",
            "parse_constant");

    private final PyObject[] values;

    ScannerContext(PyObject[] values) {
      super(PyObject.TYPE);
      this.values = values;
    }

    @Override
    public @Nullable PyObject __findattr_ex__(String name) {
      int index = NAMES.indexOf(name);
      return index < 0 ? super.__findattr_ex__(name) : values[index];
    }
  }
}
